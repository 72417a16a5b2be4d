using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

/// <summary>Of a range of the ring a silo gets what is due soon, and of a grain everything.</summary>
public sealed partial class RemindersDueSoonTests(PostgresServer server)
{
    // Of Orleans' defaults: 2 × (10 min + 5 min) + 5 min.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(35);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Both of Orleans' queries: (begin, end] forwards and around the end of the ring. Both contain every hash but a few.
    private static readonly (uint Begin, uint End)[] WholeRing = [(0x8000_0000, 0x7FFF_FFFF), (0, 0)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task What_is_past_or_within_the_window_is_read_and_what_is_later_is_not(DatabaseEngine engine)
    {
        await using SilosOnBothEngines silos = new(server);
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        GrainId grain = GrainId.Create("test", $"merchant/{Guid.NewGuid():N}");
        await SetAsync(table, grain, ("years ago", now.AddYears(-3)), ("just past", now.AddSeconds(-1)), ("soon", now + Window - TimeSpan.FromMinutes(1)));
        await SetAsync(table, grain, ("later", now + Window + TimeSpan.FromMinutes(1)), ("next year", now.AddYears(1)));

        foreach ((uint begin, uint end) in WholeRing)
        {
            Assert.Equal(["just past", "soon", "years ago"], await NamesAsync(table, begin, end));
        }

        Assert.Equal(5, (await table.ReadRows(grain, Cancel)).Reminders.Count);
        Assert.NotNull(await table.ReadRow(grain, "next year", Cancel));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_window_moves_with_the_test_clock(DatabaseEngine engine)
    {
        await using SilosOnBothEngines silos = new(server);
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await SetAsync(table, GrainId.Create("test", "a"), ("now", now), ("year", now.AddDays(366)), ("year and a day", now.AddDays(367)));
        Assert.Equal(["now"], await NamesAsync(table, 0, 0));

        await ExecuteAsync(await silos.GetAsync<Database>(engine), $"UPDATE test_clock SET offset_ms = {(366 * Day - Window / 2).TotalMilliseconds}");

        Assert.Equal(["now", "year"], await NamesAsync(table, 0, 0));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Without_a_window_everything_is_read(DatabaseEngine engine)
    {
        await using SilosOnBothEngines silos = new(server);
        IReminderTable table = await silos.GetAsync<IReminderTable>(engine);
        await SetAsync(table, GrainId.Create("test", "a"), ("far", TimeProvider.System.GetUtcNow().UtcDateTime.AddYears(30)));
        Assert.Empty(await NamesAsync(table, 0, 0));

        await ExecuteAsync(await silos.GetAsync<Database>(engine), "DELETE FROM reminder_window");

        Assert.Equal(["far"], await NamesAsync(table, 0, 0));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_largest_need_of_all_silos_that_started_holds(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        foreach ((string loading, string tolerance, int seconds) in new[] { ("00:00:02", "00:00:01", 7), ("01:00:00", "00:05:00", 7502), ("00:00:10", "00:00:00", 7502) })
        {
            Dictionary<string, string?> settings = storage.Settings;
            settings["Reminders:RefreshPeriod"] = "00:00:01";
            settings["Reminders:LoadingWindow"] = loading;
            settings["Reminders:ClockTolerance"] = tolerance;
            using (Microsoft.Extensions.Hosting.IHost silo = await TestStorage.StartSiloAsync(settings))
            {
                await silo.StopAsync(Cancel);
            }

            using Database database = storage.Open();
            await using DbConnection connection = await database.OpenAsync(Cancel);
            Assert.Equal(seconds * 1000, await connection.QuerySingleAsync<long>("SELECT window_ms FROM reminder_window"));
        }
    }

    // Otherwise Orleans drops a tick that is due at the moment of a read.
    [Fact]
    public void The_loading_window_holds_the_next_tick_of_what_is_due_now() => Assert.True(new ReminderSettings().LoadingWindow >= ChargePolicy.Default.CatchUpPeriod.ToTimeSpan());

    [Theory]
    [InlineData("RefreshPeriod", "00:00:00")]
    [InlineData("LoadingWindow", "00:04:59")]
    [InlineData("LoadingWindow", "1.01:00:00")]
    [InlineData("MinimumPeriod", "-00:00:01")]
    [InlineData("ClockTolerance", "-00:00:01")]
    public async Task A_setting_that_cannot_hold_stops_the_start_with_its_name(string setting, string value)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.Sqlite, server);
        Dictionary<string, string?> settings = storage.Settings;
        settings[$"Reminders:{setting}"] = value;

        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => TestStorage.StartSiloAsync(settings));

        Assert.Contains($"Reminders:{setting} is ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_on_postgresql_touches_what_is_due_and_not_what_exists()
    {
        await using SilosOnBothEngines silos = new(server);
        Database database = await silos.GetAsync<Database>(DatabaseEngine.PostgreSql);
        await ExecuteAsync(database, """
            INSERT INTO OrleansRemindersTable
            SELECT 'orleansbilling', 'subscription/main/' || md5(i::text), 'wake', now() + i * interval '1 minute', 300000, hashint4(i), 0
            FROM generate_series(-50, 50000) i ORDER BY md5(i::text);
            ANALYZE OrleansRemindersTable;
            """);

        foreach ((uint begin, uint end) in WholeRing)
        {
            string read = $"SELECT * FROM reminders_due_soon('orleansbilling', {unchecked((int)begin)}, {unchecked((int)end)})";
            await using DbConnection connection = await database.OpenAsync(Cancel);
            // Thrice: the first plan of a connection also reads the catalogue.
            int[] buffers = [await BuffersAsync(connection, read), await BuffersAsync(connection, read), await BuffersAsync(connection, read)];
            Assert.InRange((await connection.QueryAsync(read)).Count(), 80, 90);

            // 86 rows on as many pages, and the way through the index; the table has about 700 pages.
            Assert.InRange(buffers.Min(), 1, 120);
        }
    }

    private static async Task<int> BuffersAsync(DbConnection connection, string sql)
    {
        IEnumerable<string> plan = await connection.QueryAsync<string>($"EXPLAIN (ANALYZE, BUFFERS) {sql}");
        string line = plan.First(text => text.Contains("Buffers:", StringComparison.Ordinal));
        return BufferCounts().Matches(line).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("(?:hit|read)=([0-9]+)")]
    private static partial Regex BufferCounts();

    private static async Task SetAsync(IReminderTable table, GrainId grain, params (string Name, DateTime At)[] reminders)
    {
        foreach ((string name, DateTime at) in reminders)
        {
            await table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = name, StartAt = at, Period = TimeSpan.FromMinutes(5) }, Cancel);
        }
    }

    private static async Task<string[]> NamesAsync(IReminderTable table, uint begin, uint end) =>
        [.. (await table.ReadRows(begin, end, Cancel)).Reminders.Select(row => row.ReminderName).Order(StringComparer.Ordinal)];

    private static async Task ExecuteAsync(Database database, string sql)
    {
        await using DbConnection connection = await database.OpenAsync(Cancel);
        await connection.ExecuteAsync(sql);
    }
}
