using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansBilling.Pages.Register;

namespace OrleansBilling.Tests.Pages;

/// <summary>The one-time key comes back in an address. It must reach the page, and no log line and no trace on the way.</summary>
public sealed class FlowReturnQueryTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "bln_S3cretAuth1";

    private readonly ConcurrentQueue<string> _written = new();
    private readonly ActivityListener _listener;
    private readonly WebApplication _app;
    private readonly HttpClient _browser = new();

    public FlowReturnQueryTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => _written.Enqueue($"{a.DisplayName} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Baggage)}"),
        };
        ActivitySource.AddActivityListener(_listener);

        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace"; // The application's appsettings.json, copied beside the tests, asks for less.
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new Recorder(_written)).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddReturnQueryGuard();
        _app = builder.Build();
        _app.Run(context =>
        {
            ReturnQuery? query = context.Features.Get<ReturnQuery>();
            return context.Response.WriteAsync($"{context.Request.QueryString}|{query?.CustomerKey}|{query?.AuthKey}|{query?.Code}", TestContext.Current.CancellationToken);
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _browser.BaseAddress = new Uri(_app.Urls.Single());
    }

    [Theory]
    [InlineData("/register/reg_1/return/n0nce")]
    [InlineData("/REGISTER/reg_1/Return/n0nce")]
    [InlineData("/shop/register/reg_1/return/n0nce")]
    [InlineData("/%72egister/reg_1/return/n0nce")]
    public async Task The_query_of_a_return_page_reaches_the_page_and_nothing_that_is_written(string path)
    {
        string body = await Get($"{path}?customerKey=ck-1&authKey={Secret}");

        Assert.Equal($"|ck-1|{Secret}|", body);
        await WaitForEndOfRequest();
        Assert.DoesNotContain(_written, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_message_of_the_fail_page_is_dropped_unread()
    {
        string body = await Get("/register/reg_1/failed/n0nce?code=PAY_PROCESS_ABORTED&message=Hong+Gil-dong");

        Assert.Equal("|||PAY_PROCESS_ABORTED", body);
        await WaitForEndOfRequest();
        Assert.DoesNotContain(_written, line => line.Contains("Gil-dong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_pages_keep_their_query()
    {
        Assert.Equal("?look=2|||", await Get("/register/reg_1/result?look=2"));
        await WaitForEndOfRequest();
        Assert.Contains(_written, line => line.Contains("look=2", StringComparison.Ordinal)); // So the recorder above would have seen a secret.
    }

    [Fact]
    public async Task A_parameter_given_twice_is_not_taken() =>
        Assert.Equal("|ck-1||", await Get("/register/reg_1/return/n0nce?customerKey=ck-1&authKey=a&authKey=b"));

    private Task<string> Get(string path) => _browser.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    // "Request finished" and the end of the trace come after the response has left.
    private async Task WaitForEndOfRequest()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!_written.Any(line => line.Contains("Request finished", StringComparison.Ordinal)))
        {
            Assert.False(limit.IsCancellationRequested, "The host did not log the end of the request within 20 s.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _browser.Dispose();
        _listener.Dispose();
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
