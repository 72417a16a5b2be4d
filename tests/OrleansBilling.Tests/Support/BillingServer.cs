using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Support;

/// <summary>The whole program as a person runs it, with the simulator inside, on free ports and a directory of its own. SQLite unless a connection string is given.</summary>
internal sealed class BillingServer : IAsyncDisposable
{
    public const string Merchant = "main";

    private readonly string _directory;
    private readonly bool _ownsDirectory;
    private readonly HttpClient _simulator;

    private BillingServer(WebApplication app, string directory, bool ownsDirectory, Uri simulator)
    {
        App = app;
        _directory = directory;
        _ownsDirectory = ownsDirectory;
        _simulator = new HttpClient { BaseAddress = simulator };
    }

    public WebApplication App { get; }

    public IGrainFactory Grains => App.Services.GetRequiredService<IGrainFactory>();

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public TimeProvider Clock => App.Services.GetRequiredKeyedService<TimeProvider>(BillingClock.Key);

    /// <param name="directory">Keep it between two starts to restart an installation; null for a new one that is deleted at the end.</param>
    /// <param name="settings">Further settings as <c>--Section:Name=value</c>.</param>
    public static async Task<BillingServer> StartAsync(string? directory = null, string? postgres = null, Action<WebApplicationBuilder>? configure = null, params string[] settings)
    {
        string data = directory ?? Directory.CreateTempSubdirectory("orleansbilling-").FullName;
        (int silo, int gateway) = (FreePort(), FreePort());
        List<string> args =
        [
            $"--contentRoot={ContentRoot()}", "--environment=Production", "--Urls=http://127.0.0.1:0", $"--Storage:DataDirectory={data}", $"--Cluster:SiloPort={silo}", $"--Cluster:GatewayPort={gateway}",
            "--TossSimulator:Urls=http://127.0.0.1:0", $"--TossSimulator:DataDirectory={Path.Combine(data, "simulator")}", .. settings,
        ];
        if (postgres is not null)
        {
            args.AddRange([$"--ConnectionStrings:OrleansBilling={postgres}", $"--KeyRing:Path={Path.Combine(data, "keyring.json")}", "--KeyRing:CreateIfMissing=true"]);
        }

        WebApplication app = await BillingApp.StartAsync([.. args], configure);
        Uri simulator = app.Services.GetRequiredService<IOptions<TossOptions>>().Value.BaseAddress;
        return new BillingServer(app, data, directory is null, simulator);
    }

    /// <summary>Registers a card as a browser would, and starts the subscription. Returns its id once the first charge is settled (or is in flight after some seconds).</summary>
    public async Task<string> SubscribeAsync(string planId, string cardNumber = "9410001234567890", string? customerId = null, string expiry = "1230")
    {
        RegistrationView done = await TrySubscribeAsync(planId, customerId ?? PrefixedId.New("cus", TimeProvider.System), cardNumber, expiry);
        return done.SubscriptionId ?? throw new InvalidOperationException($"No subscription: {done.Status} {done.FailureCode}");
    }

    /// <summary>As <see cref="SubscribeAsync"/>, but a refusal is an answer.</summary>
    public Task<RegistrationView> TrySubscribeAsync(string planId, string customerId, string cardNumber = "9410001234567890", string expiry = "1230")
    {
        Plan plan = PlanOf(planId);
        return RegisterAsync(new OpenRegistration(RegistrationPurpose.Subscribe, customerId, null, planId, plan.Version, plan.PriceKrw, "v1"), cardNumber, expiry);
    }

    public Plan PlanOf(string planId) => App.Services.GetRequiredService<ProductCatalog>().Current(planId)!;

    public async Task<RegistrationView> ReplaceCardAsync(string subscriptionId, string cardNumber)
    {
        SubscriptionView view = await ViewAsync(subscriptionId);
        return await RegisterAsync(new OpenRegistration(RegistrationPurpose.ReplaceCard, view.CustomerId, subscriptionId, null, 0, 0, "v1"), cardNumber, "1230");
    }

    public async Task<RegistrationView> RegisterAsync(OpenRegistration open, string cardNumber, string expiry)
    {
        IRegistrationGrain registration = Grains.Registration(Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await registration.OpenAsync(open);
        string authKey = await AuthKeyAsync(opened.CustomerKey, cardNumber, expiry);
        StoreAuthKeyAnswer stored = await registration.StoreAuthKeyAsync(new StoreAuthKey(open.CustomerId, opened.Nonce, opened.CustomerKey, authKey));
        return stored == StoreAuthKeyAnswer.Stored ? await registration.CompleteAsync(open.CustomerId) : throw new InvalidOperationException(stored.ToString());
    }

    public async Task<string> AuthKeyAsync(string customerKey, string cardNumber, string expiry)
    {
        using HttpResponseMessage answer = await _simulator.PostAsJsonAsync("/simulator/auth-keys", new
        {
            clientKey = App.Services.GetRequiredService<IOptions<TossOptions>>().Value.ClientKey,
            customerKey,
            cardNumber,
            expiryYear = expiry[2..],
            expiryMonth = expiry[..2],
            identityNumber = "900101",
            password2 = "12",
        });
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode ? body.GetProperty("authKey").GetString()! : throw new InvalidOperationException(body.ToString());
    }

    public ISubscriptionGrain Subscription(string id) => Grains.Subscription(Merchant, id);

    public async Task<SubscriptionView> ViewAsync(string id) => await Subscription(id).ViewAsync() ?? throw new InvalidOperationException($"{id} was never started.");

    public Task<SubscriptionView> UntilAsync(string id, Func<SubscriptionView, bool> wanted, string what) => Eventually.Async(() => ViewAsync(id), wanted, what);

    /// <summary>Walks the test clock and waits until it has arrived.</summary>
    public async Task WalkToAsync(DateTimeOffset target)
    {
        TestClockWalk walk = App.Services.GetRequiredService<TestClockWalk>();
        TestClockAnswer answer = await walk.StartAsync(target, CancellationToken.None);
        if (answer == TestClockAnswer.AlreadyWalking)
        {
            await walk.StopAsync(CancellationToken.None); // Of a test that failed half way.
            answer = await walk.StartAsync(target, CancellationToken.None);
        }

        Assert.Equal(TestClockAnswer.Started, answer);
        await Eventually.Async(async () => (await walk.StatusAsync(CancellationToken.None))!, s => s.Finished, $"the test clock arrives at {target:u}", TimeSpan.FromMinutes(3));
    }

    public Task WalkAsync(TimeSpan ahead) => WalkToAsync(Clock.GetUtcNow() + ahead);

    /// <summary>The provider's own book: every approval and cancel.</summary>
    public async Task<JsonElement> LedgerAsync() => await _simulator.GetFromJsonAsync<JsonElement>("/simulator/ledger");

    public HttpClient Simulator => _simulator;

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _simulator.Dispose();
        if (_ownsDirectory)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Where the site's files are: the application's source folder, found from the test's own.</summary>
    private static string ContentRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string site = Path.Combine(at.FullName, "src", "OrleansBilling");
            if (Directory.Exists(Path.Combine(site, "wwwroot")))
            {
                return site;
            }
        }

        throw new DirectoryNotFoundException("src/OrleansBilling was not found above the tests.");
    }
}
