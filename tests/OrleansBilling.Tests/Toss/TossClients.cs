using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Toss;

/// <summary>The client as the program registers it, pointed at some address, with everything that it logs kept.</summary>
internal sealed class TossClients : IAsyncDisposable
{
    public const string SecretKey = SimulatorKeys.SecretKey;

    private readonly WebApplication _app;

    /// <param name="timeout">Shorter than the options allow, so that a test need not wait a minute.</param>
    /// <param name="header">One more header with every request, as the sandbox's forced errors need.</param>
    public TossClients(Uri address, TimeSpan? timeout = null, (string Name, string Value)? header = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Toss:SecretKey"] = SecretKey,
            ["Toss:ClientKey"] = SimulatorKeys.ClientKey,
            ["Toss:BaseAddress"] = address.ToString(),
        });
        builder.WebHost.UseKestrelCore();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        builder.AddToss();
        builder.Services.AddHttpClient(TossHosting.HttpClientName).ConfigureHttpClient(http =>
        {
            http.Timeout = timeout ?? http.Timeout;
            if (header is { } extra)
            {
                http.DefaultRequestHeaders.Add(extra.Name, extra.Value);
            }
        });
        _app = builder.Build();
        Client = _app.Services.GetRequiredService<TossClient>();
    }

    public TossClient Client { get; }
    public LogCollector Logs { get; } = new();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>Keeps every log record, rendered and as its structured values.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly List<string> _lines = [];

    public string Text()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Collector(LogCollector owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Add($"scope {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{category} {eventId.Id} {logLevel} {formatter(state, exception)} {Values(state)} {exception}");

        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}")) : $"{state}";

        private void Add(string line)
        {
            lock (owner._lines)
            {
                owner._lines.Add(line);
            }
        }
    }
}
