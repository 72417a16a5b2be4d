using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

/// <summary>What many grains ask PostgreSQL for at the same time goes together, and every one of them gets its own answer.</summary>
public class TogetherTests(SilosOnBothEngines silos) : IClassFixture<SilosOnBothEngines>
{
    private const string StateName = "test-together";
    private const int Many = 250;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_many_states_written_at_once_moves_on_by_one_version_and_reads_back_as_its_own()
    {
        IGrainStorage storage = await StorageAsync();
        (GrainId Id, GrainState<GrainStorageTests.Counter> State)[] grains = await WrittenAsync(storage);
        long before = await TransactionsAsync();

        await AllAtOnce(grains, grain =>
        {
            grain.State.State = new GrainStorageTests.Counter(grain.State.State!.Value + Many);
            return storage.WriteStateAsync(StateName, grain.Id, grain.State);
        });

        long transactions = await TransactionsAsync() - before;
        Assert.InRange(transactions, 1, Many / 2);
        Assert.All(grains, grain => Assert.Equal("2", grain.State.ETag));
        await AllAtOnce(grains, async grain =>
        {
            GrainState<GrainStorageTests.Counter> read = new(new GrainStorageTests.Counter(-1));
            await storage.ReadStateAsync(StateName, grain.Id, read);
            Assert.Equal((grain.State.State, "2"), (read.State, read.ETag));
        });
    }

    [Fact]
    public async Task Among_many_the_ones_that_are_stale_are_refused_and_no_others()
    {
        IGrainStorage storage = await StorageAsync();
        (GrainId Id, GrainState<GrainStorageTests.Counter> State)[] grains = await WrittenAsync(storage);
        GrainId[] stale = [.. grains.Where((_, i) => i % 10 == 0).Select(grain => grain.Id)];
        await using (DbConnection connection = await (await silos.GetAsync<Database>(DatabaseEngine.PostgreSql)).OpenAsync(Cancel))
        {
            await connection.ExecuteAsync(
                "UPDATE OrleansStorage SET Version = 7 WHERE GrainIdExtensionString = ANY(@Keys)", new { Keys = stale.Select(id => id.Key.ToString()).ToArray() });
        }

        GrainId?[] refused = await AllAtOnce(grains, async grain =>
        {
            try
            {
                await storage.WriteStateAsync(StateName, grain.Id, grain.State);
                return (GrainId?)null;
            }
            catch (InconsistentStateException)
            {
                return grain.Id;
            }
        });

        Assert.Equal(stale, refused.OfType<GrainId>());
    }

    [Fact]
    public async Task Two_writers_of_one_version_do_not_both_succeed_though_they_go_together()
    {
        IGrainStorage storage = await StorageAsync();
        (GrainId Id, GrainState<GrainStorageTests.Counter> State)[] grains = await WrittenAsync(storage);
        (GrainId Id, GrainState<GrainStorageTests.Counter> State)[] twice =
            [.. grains.SelectMany(grain => new[] { grain, (grain.Id, new GrainState<GrainStorageTests.Counter>(new GrainStorageTests.Counter(-1), grain.State.ETag) { RecordExists = true }) })];

        Exception?[] errors = await AllAtOnce(twice, async grain => await Record.ExceptionAsync(() => storage.WriteStateAsync(StateName, grain.Id, grain.State)));

        Assert.All(errors.Where(error => error is not null), error => Assert.IsType<InconsistentStateException>(error));
        Assert.All(errors.Chunk(2), pair => Assert.Single(pair, error => error is null));
    }

    [Fact]
    public async Task A_reminder_that_the_database_refuses_does_not_hold_up_those_that_come_with_it()
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(DatabaseEngine.PostgreSql);
        ReminderEntry[] entries = [.. Enumerable.Range(0, Many).Select(i => new ReminderEntry
        {
            GrainId = NewGrain(),
            ReminderName = i == Many / 2 ? new string('x', 200) : "wake", // Longer than its column.
            StartAt = new DateTime(2027, 1, 31, 0, 0, 0, DateTimeKind.Utc),
            Period = TimeSpan.FromMinutes(5),
        })];

        string?[] etags = await AllAtOnce(entries, async entry =>
        {
            try
            {
                return await table.UpsertRow(entry, Cancel);
            }
            catch (DbException)
            {
                return "refused";
            }
        });

        Assert.Equal("refused", etags[Many / 2]);
        Assert.Equal(Many - 1, etags.Count(etag => etag == "0"));
    }

    private static async Task<TResult[]> AllAtOnce<T, TResult>(IReadOnlyCollection<T> all, Func<T, Task<TResult>> each) => await Task.WhenAll(all.Select(one => Task.Run(() => each(one), Cancel)));

    private static Task AllAtOnce<T>(IReadOnlyCollection<T> all, Func<T, Task> each) => Task.WhenAll(all.Select(one => Task.Run(() => each(one), Cancel)));

    private static async Task<(GrainId, GrainState<GrainStorageTests.Counter>)[]> WrittenAsync(IGrainStorage storage)
    {
        (GrainId Id, GrainState<GrainStorageTests.Counter> State)[] grains = [.. Enumerable.Range(0, Many).Select(i => (NewGrain(), new GrainState<GrainStorageTests.Counter>(new GrainStorageTests.Counter(i))))];
        await AllAtOnce(grains, grain => storage.WriteStateAsync(StateName, grain.Id, grain.State));
        return grains;
    }

    // A transaction gets a number when it writes its first row.
    private async Task<long> TransactionsAsync()
    {
        await using DbConnection connection = await (await silos.GetAsync<Database>(DatabaseEngine.PostgreSql)).OpenAsync(Cancel);
        return await connection.QuerySingleAsync<long>("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
    }

    private async Task<IGrainStorage> StorageAsync() => (await silos.ServicesAsync(DatabaseEngine.PostgreSql)).GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing);

    private static GrainId NewGrain() => GrainId.Create("test", $"merchant/{Guid.NewGuid():N}");
}
