using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Clock;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>A program with few slots and short waits between probes, and subscriptions that all fall due within the same seconds.</summary>
internal sealed class WaveStage : IAsyncDisposable
{
    public const int InFlight = 8;
    public const int Size = 64;
    private const string Daily = "daily-stretch-daily";

    private WaveStage(BillingServer server, Alarms alarms, IReadOnlyList<string> ids) => (Server, Alarms, Ids) = (server, alarms, ids);

    public BillingServer Server { get; }

    public Alarms Alarms { get; }

    public IReadOnlyList<string> Ids { get; }

    public ProviderBook Provider => new(Server.Simulator);

    public ChargeLanes Lanes => Server.App.Services.GetRequiredService<ChargeLanes>();

    public SiloCharging Charging => Server.App.Services.GetRequiredService<SiloCharging>();

    public IMerchantChargingGrain Merchant => Server.Grains.GetGrain<IMerchantChargingGrain>(BillingServer.Merchant);

    public static async Task<WaveStage> StartAsync()
    {
        Alarms alarms = new();
        BillingServer server = await BillingServer.StartAsync(
            configure: builder =>
            {
                builder.Logging.AddProvider(alarms);
                builder.Services.Replace(ServiceDescriptor.Singleton(ChargingPolicy.Default with
                {
                    FirstWait = Duration.FromSeconds(1),
                    LongestWait = Duration.FromSeconds(2),
                    AccountProbeEvery = Duration.FromSeconds(3),
                    ProbeLasts = Duration.FromSeconds(20),
                    SlowStart = 1,
                }));
            },
            settings: [$"--Charging:InFlight={InFlight}", "--Charging:PersonInFlight=4"]);
        List<string> ids = [];
        for (int i = 0; i < Size; i += 4)
        {
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.SubscribeAsync(Daily))));
        }

        await Task.WhenAll(ids.Select(id => server.UntilAsync(id, v => v is { NextChargeAt: not null, PaymentInProgress: false }, $"{id} has paid")));
        return new WaveStage(server, alarms, ids);
    }

    /// <summary>Every order id of its second invoice, the renewal, begins so.</summary>
    public static string RenewalOf(string id) => $"{BillingServer.Merchant}-{id[4..]}-2-";

    /// <summary>The clock goes to the instant at which all are due, and stays there while they pay.</summary>
    public async Task BreakAsync()
    {
        SubscriptionView[] views = await Task.WhenAll(Ids.Select(Server.ViewAsync));
        TestClockWalk walk = Server.App.Services.GetRequiredService<TestClockWalk>();
        await walk.StartAsync(views.Max(v => v.NextChargeAt!.Value), TestContext.Current.CancellationToken);
    }

    /// <summary>Lets time pass, until all are settled.</summary>
    public async Task CalmAsync()
    {
        await Eventually.Async(async () => (await Server.App.Services.GetRequiredService<TestClockWalk>().StatusAsync(CancellationToken.None))!, s => s.Finished, "the walk to the wave is over", TimeSpan.FromMinutes(2));
        await Server.WalkAsync(TimeSpan.FromHours(2));
    }

    public async Task<IReadOnlyList<LedgerRow>> RenewalsAsync()
    {
        HashSet<string> prefixes = [.. Ids.Select(RenewalOf)];
        return [.. (await Provider.ApprovalsAsync(BillingServer.Merchant)).Where(row => prefixes.Contains(row.OrderId[..(row.OrderId.LastIndexOf('-') + 1)]))];
    }

    /// <summary>Everybody has paid the renewal, once, and nobody was held to have declined.</summary>
    public async Task AssertAllPaidOnceAsync()
    {
        Assert.Equal(Ids.Select(RenewalOf).Order(), (await RenewalsAsync()).Select(row => row.OrderId[..(row.OrderId.LastIndexOf('-') + 1)]).Order());
        Assert.Empty(await Server.RowsAsync<string>("SELECT subscription_id FROM events WHERE type IN ('payment.declined', 'subscription.past_due')"));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>What the program logged about charging, by event id.</summary>
internal sealed class Alarms : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level)> _told = new();

    public IEnumerable<int> Critical => _told.Where(told => told.Level == LogLevel.Critical).Select(told => told.Id);

    public int Count(int id) => _told.Count(told => told.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is >= 9000 and < 9100 || logLevel == LogLevel.Critical)
        {
            _told.Enqueue((eventId.Id, logLevel));
        }
    }

    public void Dispose()
    {
    }
}
