using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Toss;

internal static class TossHosting
{
    /// <summary>Name of the HTTP client, for those who have to configure it further.</summary>
    public const string HttpClientName = nameof(TossTransport);

    /// <summary>Adds <see cref="TossClient"/> and its options (section "Toss", validated before the host starts).</summary>
    public static TBuilder AddToss<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TossOptions>, TossOptionsValidator>());
        builder.Services.AddOptions<TossOptions>().BindConfiguration(TossOptions.Section).ValidateOnStart();
        builder.Services.TryAddTransient<BillingKeyPathHandler>();
        builder.Services.TryAddTransient<TossClient>();
        builder.Services.AddHttpClient<TossTransport>(HttpClientName)
            .RemoveAllLoggers() // They write URLs, and billing keys are part of URLs.
            .ConfigureHttpClient(Configure)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // Grains keep a client as long as they live; the pool below follows DNS instead.
            .AddHttpMessageHandler<BillingKeyPathHandler>();
        return builder;
    }

    private static void Configure(IServiceProvider services, HttpClient http)
    {
        TossOptions options = services.GetRequiredService<IOptions<TossOptions>>().Value;
        http.BaseAddress = options.BaseAddress.AbsolutePath.EndsWith('/') ? options.BaseAddress : new Uri(options.BaseAddress + "/");
        http.Timeout = options.ChargeTimeout;
        http.MaxResponseContentBufferSize = TossTransport.MaxBodyBytes;
        // The colon is part of the scheme: the key is the user name, the password is empty.
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(options.SecretKey + ":")));
        // Korean literals (카드, 신용, 개인 …) are values of the wire; another language would translate them.
        http.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("ko-KR"));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(new ProductHeaderValue("OrleansBilling")));
    }

    private static SocketsHttpHandler CreateHandler(IServiceProvider services) => new()
    {
        ConnectTimeout = services.GetRequiredService<IOptions<TossOptions>>().Value.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Shorter than servers keep idle connections: a POST into one that is being closed would be a charge with an unknown outcome.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        AutomaticDecompression = DecompressionMethods.All,
        AllowAutoRedirect = false, // A redirected POST is another request, to somebody who would get the secret key.
        UseCookies = false,
        // No spans of the HTTP stack (their url.full contains billing keys), and no trace headers to a third party.
        ActivityHeadersPropagator = null,
    };
}
