using System.Data.Common;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

public class GrainStorageTests(SilosOnBothEngines silos) : IClassFixture<SilosOnBothEngines>
{
    private const string StateName = "test-counter";

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Of_concurrent_first_writes_exactly_one_wins_and_the_others_are_told(DatabaseEngine engine)
    {
        const int Rounds = 20;
        const int Writers = 4;
        IGrainStorage storage = await StorageAsync(engine);
        for (int round = 0; round < Rounds; round++)
        {
            GrainId grain = NewGrain();
            GrainState<Counter>[] states = [.. Enumerable.Range(0, Writers).Select(value => new GrainState<Counter>(new Counter(value)))];
            using Barrier together = new(Writers);

            Exception?[] errors = await Task.WhenAll(states.Select(state => Task.Factory.StartNew(
                async () =>
                {
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    return await Record.ExceptionAsync(() => storage.WriteStateAsync(StateName, grain, state));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));

            Assert.Equal(Writers - 1, errors.Count(error => error is InconsistentStateException));
            int winner = Assert.Single(Enumerable.Range(0, Writers), index => errors[index] is null);
            GrainState<Counter> read = new(new Counter(-1));
            await storage.ReadStateAsync(StateName, grain, read);
            Assert.Equal(winner, read.State!.Value);
            Assert.Equal(states[winner].ETag, read.ETag);
        }
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_write_with_a_stale_etag_is_refused_and_changes_nothing(DatabaseEngine engine)
    {
        IGrainStorage storage = await StorageAsync(engine);
        GrainId grain = NewGrain();
        GrainState<Counter> first = new(new Counter(1));
        await storage.WriteStateAsync(StateName, grain, first);
        GrainState<Counter> stale = new(new Counter(100), first.ETag) { RecordExists = true };
        first.State = new Counter(2);
        await storage.WriteStateAsync(StateName, grain, first);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(StateName, grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(StateName, grain, stale));

        Assert.Equal(2, (await ReadAsync(storage, grain)).State!.Value);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_later_write_does_not_bring_back_a_row_that_is_gone(DatabaseEngine engine)
    {
        IGrainStorage storage = await StorageAsync(engine);
        GrainId grain = NewGrain();
        GrainState<Counter> state = new(new Counter(1));
        await storage.WriteStateAsync(StateName, grain, state);
        await using (DbConnection connection = await (await silos.GetAsync<Database>(engine)).OpenAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, await connection.ExecuteAsync("DELETE FROM OrleansStorage WHERE GrainIdExtensionString = @Key", new { Key = grain.Key.ToString() }));
        }

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(StateName, grain, state));

        Assert.False((await ReadAsync(storage, grain)).RecordExists);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task State_is_written_read_cleared_and_written_again(DatabaseEngine engine)
    {
        IGrainStorage storage = await StorageAsync(engine);
        GrainId grain = NewGrain();
        Assert.False((await ReadAsync(storage, grain)).RecordExists);

        GrainState<Counter> state = new(new Counter(7) { Name = "구독" });
        await storage.WriteStateAsync(StateName, grain, state);
        Assert.Equal(new Counter(7) { Name = "구독" }, (await ReadAsync(storage, grain)).State);

        await storage.ClearStateAsync(StateName, grain, state);
        Assert.False(state.RecordExists);
        GrainState<Counter> cleared = await ReadAsync(storage, grain);
        Assert.False(cleared.RecordExists);

        cleared.State = new Counter(8);
        await storage.WriteStateAsync(StateName, grain, cleared);
        Assert.Equal(8, (await ReadAsync(storage, grain)).State!.Value);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Keys_of_every_kind_are_apart(DatabaseEngine engine)
    {
        IGrainStorage storage = await StorageAsync(engine);
        Guid guid = Guid.NewGuid();
        GrainType kind = Orleans.Runtime.GrainType.Create("kinds");
        GrainId[] grains =
        [
            GrainId.Create(kind, GrainIdKeyExtensions.CreateGuidKey(guid)),
            GrainId.Create(kind, GrainIdKeyExtensions.CreateGuidKey(guid, "확장")),
            GrainId.Create(kind, GrainIdKeyExtensions.CreateIntegerKey(42)),
            GrainId.Create(kind, GrainIdKeyExtensions.CreateIntegerKey(42, "확장")),
            GrainId.Create(kind, IdSpan.Create($"merchant/{guid:N}")),
        ];
        for (int index = 0; index < grains.Length; index++)
        {
            await storage.WriteStateAsync("kinds", grains[index], new GrainState<Counter>(new Counter(index)));
        }

        for (int index = 0; index < grains.Length; index++)
        {
            GrainState<Counter> read = new(new Counter(-1));
            await storage.ReadStateAsync("kinds", grains[index], read);
            Assert.Equal(index, read.State!.Value);
        }
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_payload_column_holds_readable_json(DatabaseEngine engine)
    {
        GrainId grain = NewGrain();
        await (await StorageAsync(engine)).WriteStateAsync(StateName, grain, new GrainState<Counter>(new Counter(7) { Name = "구독" }));

        await using DbConnection connection = await (await silos.GetAsync<Database>(engine)).OpenAsync(TestContext.Current.CancellationToken);
        byte[] payload = await connection.QuerySingleAsync<byte[]>(
            "SELECT PayloadBinary FROM OrleansStorage WHERE GrainIdExtensionString = @Key", new { Key = grain.Key.ToString() });

        Assert.Equal("""{"value":7,"name":"구독"}""", Encoding.UTF8.GetString(payload));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_lookup_of_a_state_uses_the_whole_unique_index(DatabaseEngine engine)
    {
        await using DbConnection connection = await (await silos.GetAsync<Database>(engine)).OpenAsync(TestContext.Current.CancellationToken);
        string query = await connection.QuerySingleAsync<string>("SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ReadFromStorageKey'");
        var key = new { GrainIdHash = 1, GrainTypeHash = 2, GrainIdN0 = 0L, GrainIdN1 = 0L, GrainTypeString = "type", GrainIdExtensionString = "key", ServiceId = "s" };
        await using DbTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        if (engine == DatabaseEngine.PostgreSql)
        {
            // For this transaction alone: a pooled connection keeps what is set for the session. Without rows the watchdog's index looks as cheap as the unique one.
            await connection.ExecuteAsync("SET LOCAL enable_seqscan = off; DROP INDEX ix_orleansstorage_by_id", transaction: transaction);
        }

        IEnumerable<dynamic> plan = await connection.QueryAsync((engine == DatabaseEngine.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + query, key, transaction);
        string text = string.Join('\n', plan.Select(row => string.Join(' ', ((IDictionary<string, object>)row).Values)));

        Assert.Contains("ux_orleansstorage_identity", text, StringComparison.OrdinalIgnoreCase);
        // SQLite says <expr> for the expression column.
        Assert.Contains(engine == DatabaseEngine.Sqlite ? "<expr>=? AND ServiceId=?" : "COALESCE(grainidextensionstring", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Filter", text, StringComparison.Ordinal);
    }

    private async Task<IGrainStorage> StorageAsync(DatabaseEngine engine) =>
        (await silos.ServicesAsync(engine)).GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing);

    private static GrainId NewGrain() => GrainId.Create("test", $"merchant/{Guid.NewGuid():N}");

    private static async Task<GrainState<Counter>> ReadAsync(IGrainStorage storage, GrainId grain)
    {
        GrainState<Counter> state = new(new Counter(-1));
        await storage.ReadStateAsync(StateName, grain, state);
        return state;
    }

    [GenerateSerializer]
    public sealed record Counter([property: Id(0)] int Value)
    {
        public Counter()
            : this(0)
        {
        }

        [Id(1)]
        public string? Name { get; init; }
    }
}
