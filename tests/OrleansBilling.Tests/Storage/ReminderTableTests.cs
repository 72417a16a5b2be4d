using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

public class ReminderTableTests(SilosOnBothEngines silos) : IClassFixture<SilosOnBothEngines>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly DateTime Due = new(2027, 1, 31, 14, 59, 59, 123, DateTimeKind.Utc);

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_is_one_row_however_often_it_is_set(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId grain = NewGrain();

        string? first = await table.UpsertRow(Entry(grain, "charge", Due), Cancel);
        string? second = await table.UpsertRow(Entry(grain, "charge", Due.AddMonths(1)), Cancel);

        Assert.NotEqual(first, second);
        ReminderEntry row = Assert.Single((await table.ReadRows(grain, Cancel)).Reminders);
        Assert.Equal((grain, "charge", Due.AddMonths(1), TimeSpan.FromMinutes(5), second), (row.GrainId, row.ReminderName, row.StartAt, row.Period, row.ETag));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Concurrent_settings_of_one_reminder_all_succeed_and_leave_one_row(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId grain = NewGrain();

        string?[] etags = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(day => Task.Run(() => table.UpsertRow(Entry(grain, "charge", Due.AddDays(day)), Cancel), Cancel)));

        Assert.Equal(8, etags.Distinct().Count());
        Assert.Single((await table.ReadRows(grain, Cancel)).Reminders);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Times_come_back_in_utc_to_the_millisecond_and_long_periods_whole(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId grain = NewGrain();
        ReminderEntry entry = Entry(grain, "charge", Due.AddTicks(4_000));
        // Longer than an int of milliseconds can say.
        entry.Period = TimeSpan.FromDays(366);

        await table.UpsertRow(entry, Cancel);

        ReminderEntry read = (await table.ReadRow(grain, "charge", Cancel))!;
        Assert.Equal(DateTimeKind.Utc, read.StartAt.Kind);
        Assert.Equal(Due, read.StartAt);
        Assert.Equal(TimeSpan.FromDays(366), read.Period);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_range_of_the_ring_gives_its_reminders_and_no_others(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId[] grains = [.. Enumerable.Range(0, 40).Select(_ => NewGrain())];
        // A range gives what is due soon: RemindersDueSoonTests.
        DateTime soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1);
        foreach (GrainId grain in grains)
        {
            await table.UpsertRow(Entry(grain, "charge", soon), Cancel);
        }

        uint[] hashes = [.. grains.Select(grain => grain.GetUniformHashCode()).Order()];
        // (begin, end] forwards, and the same ends the other way around the ring.
        (uint Begin, uint End)[] ranges = [(hashes[5], hashes[30]), (hashes[30], hashes[5]), (0, 0), (hashes[10], uint.MaxValue), (uint.MaxValue, hashes[10])];
        foreach ((uint begin, uint end) in ranges)
        {
            HashSet<GrainId> expected = [.. grains.Where(grain => Within(grain.GetUniformHashCode(), begin, end))];
            HashSet<GrainId> found = [.. (await table.ReadRows(begin, end, Cancel)).Reminders.Select(row => row.GrainId).Intersect(grains)];
            Assert.True(expected.SetEquals(found), $"({begin}, {end}] gave {found.Count} of {expected.Count}");
        }
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_is_deleted_only_by_who_knows_its_last_etag(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId grain = NewGrain();
        string old = (await table.UpsertRow(Entry(grain, "charge", Due), Cancel))!;
        string current = (await table.UpsertRow(Entry(grain, "charge", Due.AddDays(1)), Cancel))!;
        await table.UpsertRow(Entry(grain, "other", Due), Cancel);

        Assert.False(await table.RemoveRow(grain, "charge", old, Cancel));
        Assert.True(await table.RemoveRow(grain, "charge", current, Cancel));
        Assert.False(await table.RemoveRow(grain, "charge", current, Cancel));

        Assert.Null(await table.ReadRow(grain, "charge", Cancel));
        Assert.Equal("other", Assert.Single((await table.ReadRows(grain, Cancel)).Reminders).ReminderName);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Start_times_sort_by_time_in_the_index_of_the_range(DatabaseEngine engine)
    {
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        GrainId grain = NewGrain();
        DateTime whole = new(2027, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        await table.UpsertRow(Entry(grain, "c", whole.AddMilliseconds(10)), Cancel);
        await table.UpsertRow(Entry(grain, "a", whole), Cancel);
        await table.UpsertRow(Entry(grain, "d", whole.AddSeconds(1)), Cancel);
        await table.UpsertRow(Entry(grain, "b", whole.AddMilliseconds(1)), Cancel);

        await using DbConnection connection = await (await silos.GetAsync<Database>(engine)).OpenAsync(TestContext.Current.CancellationToken);
        IEnumerable<string> names = await connection.QueryAsync<string>(
            "SELECT ReminderName FROM OrleansRemindersTable WHERE GrainId = @Grain ORDER BY StartTime", new { Grain = grain.ToString() });

        Assert.Equal(["a", "b", "c", "d"], names);
    }

    private static bool Within(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static GrainId NewGrain() => GrainId.Create("test", $"merchant/{Guid.NewGuid():N}");

    private static ReminderEntry Entry(GrainId grain, string name, DateTime due) =>
        new() { GrainId = grain, ReminderName = name, StartAt = due, Period = TimeSpan.FromMinutes(5) };
}
