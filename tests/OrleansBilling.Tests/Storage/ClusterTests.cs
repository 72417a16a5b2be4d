using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Core.Internal;
using Orleans.Runtime.Placement;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

public class ClusterTests(PostgresServer server)
{
    [Fact]
    public async Task Two_silos_on_one_database_form_one_cluster_by_configuration_alone()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        // Both migrate the empty database at the same time.
        IHost[] silos = await Task.WhenAll(storage.StartSiloAsync(), storage.StartSiloAsync());
        try
        {
            Assert.Equal(2, await ActiveSilosAsync(silos[0]));
            Assert.Equal(2, await ActiveSilosAsync(silos[1]));

            await silos[0].Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("shared").AddAsync(1);
            Assert.Equal(3, await silos[1].Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("shared").AddAsync(2));

            await silos[0].StopAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, await ActiveSilosAsync(silos[1]));
            Assert.Equal(6, await silos[1].Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("shared").AddAsync(3));
        }
        finally
        {
            await StopAsync(silos);
        }
    }

    // As Orleans moves one that has calls to answer when its silo stops.
    [Fact]
    public async Task A_grain_that_is_moved_to_another_silo_leaves_its_state_behind_and_reads_it_there()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        IHost[] silos = await Task.WhenAll(storage.StartSiloAsync(), storage.StartSiloAsync());
        try
        {
            using Errors errors = new();
            Array.ForEach(silos, silo => silo.Services.GetRequiredService<ILoggerFactory>().AddProvider(errors));
            ITallyGrain grain = silos[0].Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("moved");
            await grain.AddAsync(1);
            SiloAddress from = await grain.WhereAsync();
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silos.Select(silo => silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress).Single(silo => !silo.Equals(from)));

            await grain.AsReference<IGrainManagementExtension>().MigrateOnIdle(TestContext.Current.CancellationToken);
            await Eventually.Async(async () => await grain.WhereAsync(), at => !at.Equals(from), "it is on the other silo");

            Assert.Equal(3, await grain.AddAsync(2));
            Assert.Empty(errors.Messages);
        }
        finally
        {
            await StopAsync(silos);
        }
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_grain_finds_its_state_after_the_silo_was_restarted(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        for (int start = 1; start <= 2; start++)
        {
            IHost silo = await storage.StartSiloAsync();
            try
            {
                Assert.Equal(start, await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("kept").AddAsync(1));
            }
            finally
            {
                await StopAsync(silo);
            }
        }
    }

    [Fact]
    public async Task A_second_silo_on_one_sqlite_directory_is_refused()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.Sqlite, server);
        IHost first = await storage.StartSiloAsync();
        try
        {
            StorageException refusal = await Assert.ThrowsAsync<StorageException>(storage.StartSiloAsync);

            Assert.Contains("several silos need PostgreSQL", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await StopAsync(first);
        }
    }

    [Fact]
    public async Task A_stopping_silo_waits_longer_than_a_charge_may_take()
    {
        TimeSpan longestCharge = TimeSpan.FromSeconds(70);
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.Sqlite, server);
        IHost silo = await storage.StartSiloAsync();
        try
        {
            TimeSpan deactivation = silo.Services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.DeactivationTimeout;
            TimeSpan shutdown = silo.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

            Assert.True(deactivation > longestCharge, $"deactivation {deactivation}");
            Assert.True(shutdown > deactivation, $"shutdown {shutdown}");
        }
        finally
        {
            await StopAsync(silo);
        }
    }

    [Theory]
    [InlineData(-1, 30000, "SiloPort")]
    [InlineData(70000, 30000, "SiloPort")]
    [InlineData(11111, 11111, "GatewayPort")]
    public void A_port_that_cannot_be_used_is_refused_by_name(int silo, int gateway, string setting)
    {
        ClusterSettings settings = new() { SiloPort = silo, GatewayPort = gateway };

        StorageException refusal = Assert.Throws<StorageException>(() => settings.Ports(DatabaseEngine.PostgreSql));

        Assert.Contains($"Cluster:{setting}", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<int> ActiveSilosAsync(IHost silo) =>
        (await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count;

    private static async Task StopAsync(params IHost[] silos)
    {
        foreach (IHost silo in silos)
        {
            await silo.StopAsync(CancellationToken.None);
            silo.Dispose();
        }
    }
}

public interface ITallyGrain : IGrainWithStringKey
{
    Task<int> AddAsync(int amount);

    Task<SiloAddress> WhereAsync();
}

/// <summary>Counts, and has written the count before it answers. Its state has no codec, as ours have none.</summary>
internal sealed class TallyGrain([PersistentState("tally", StorageNames.Billing)] IPersistentState<TallyGrain.Tally> state, ILocalSiloDetails silo) : Grain, ITallyGrain
{
    public async Task<int> AddAsync(int amount)
    {
        state.State = new Tally { Sum = state.State.Sum + amount };
        await state.WriteStateAsync();
        return state.State.Sum;
    }

    public Task<SiloAddress> WhereAsync() => Task.FromResult(silo.SiloAddress);

    public sealed record Tally
    {
        public int Sum { get; init; }
    }
}

/// <summary>What is logged as an error.</summary>
internal sealed class Errors : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _messages = new();

    public IReadOnlyList<string> Messages => [.. _messages];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _messages.Enqueue($"{formatter(state, exception)} {exception?.Message}");
        }
    }

    public void Dispose()
    {
    }
}
