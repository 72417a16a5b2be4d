using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.Watchdog;

namespace OrleansBilling.Tests.Watchdog;

/// <summary>The whole program on the test clock, and a hand in its database.</summary>
public class WatchdogTests(PostgresServer postgres)
{
    // The first look comes after a sweep's period, and compares; the next comparison comes an hour later.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan NextComparison = TimeSpan.FromMinutes(65);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(12);

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_deleted_by_hand_is_found_when_its_charge_is_late_and_the_charge_happens_once(DatabaseEngine engine)
    {
        await using Installed installed = await Installed.CreateAsync(engine, postgres);
        string id = await installed.SubscribedAsync();
        DateTimeOffset due;
        await using (BillingServer server = await installed.StartAsync())
        {
            due = await RestsAsync(server, id);
        }

        // While nobody runs, so that no silo has it in memory.
        await using BillingServer restarted = await installed.StartAsync();
        using Finds finds = new(restarted);
        await restarted.ExecuteAsync("DELETE FROM OrleansRemindersTable WHERE ReminderName = 'wake'");
        await restarted.WalkToAsync(due + Late);

        await restarted.UntilAsync(id, v => v.NextChargeAt > due + Late, "the charge that was due is made");
        Assert.Equal(2, await ApprovalsAsync(restarted, id));
        Assert.Contains(Neglect.NoReminder, finds.Causes);
        await RestsAsync(restarted, id);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_that_a_wrong_clock_set_too_late_is_found_and_the_charge_happens_once(DatabaseEngine engine)
    {
        await using Installed installed = await Installed.CreateAsync(engine, postgres);
        string id = await installed.SubscribedAsync();
        await using BillingServer server = await installed.StartAsync();
        using Finds finds = new(server);
        DateTimeOffset due = await RestsAsync(server, id);
        await MoveRemindersAsync(server, engine);

        await server.WalkToAsync(due + Late);

        await server.UntilAsync(id, v => v.NextChargeAt > due + Late, "the charge that was due is made");
        Assert.Equal(2, await ApprovalsAsync(server, id));
        Assert.Contains(Neglect.LateReminder, finds.Causes);
    }

    // No charge is planned that could be late; the end is all that is left.
    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_that_is_too_late_for_a_scheduled_end_is_found_by_the_comparison(DatabaseEngine engine)
    {
        await using Installed installed = await Installed.CreateAsync(engine, postgres);
        string id = await installed.SubscribedAsync();
        await using BillingServer server = await installed.StartAsync();
        await server.WalkAsync(FirstLook);
        await Eventually.Async(() => ComparedAsync(server), at => at > 0, "the first comparison is over");
        using Finds finds = new(server);
        DateTimeOffset end = await RestsAsync(server, id);
        await server.Subscription(id).CancelAtPeriodEndAsync(new CommandInfo("end", "customer:cus_1", null));
        await Eventually.Async(
            () => server.RowsAsync<long>("SELECT needs_at_ms FROM subscriptions WHERE next_charge_at_ms IS NULL"), rows => rows.SequenceEqual([end.ToUnixTimeMilliseconds()]), "the read side knows of the end");
        await MoveRemindersAsync(server, engine);

        await server.WalkAsync(NextComparison);

        Assert.Equal([Neglect.LateReminder], finds.Causes);
        Story story = new(server, new ProviderBook(server.Simulator), "", id);
        await Eventually.Async(story.ReminderAsync, at => at <= end.AddSeconds(1), "the reminder is set for the end");
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_read_side_emptied_by_hand_comes_back_with_the_reminders_and_nothing_is_charged_twice(DatabaseEngine engine)
    {
        await using Installed installed = await Installed.CreateAsync(engine, postgres);
        await using BillingServer server = await installed.StartAsync();
        string id = await server.SubscribeAsync(Stage.Monthly);
        string ended = await server.SubscribeAsync(Stage.Monthly);
        await server.Subscription(ended).CancelNowAsync(new CommandInfo("end", "customer:cus_1", null));
        DateTimeOffset due = await RestsAsync(server, id);
        await Eventually.Async(() => server.RowsAsync<long>("SELECT count(*) FROM OrleansRemindersTable WHERE ReminderName = 'wake'"), rows => rows[0] == 1, "what has ended has no reminder");
        await server.WalkAsync(FirstLook);
        await Eventually.Async(() => ComparedAsync(server), at => at > 0, "the first comparison is over");
        using Finds finds = new(server);
        foreach (string table in (string[])["OrleansRemindersTable", "subscriptions", "events", "invoices", "payments"])
        {
            await server.ExecuteAsync($"DELETE FROM {table}");
        }

        await server.WalkAsync(NextComparison);

        await Eventually.Async(
            () => server.RowsAsync<string>("SELECT subscription_id FROM subscriptions ORDER BY subscription_id"),
            rows => rows.Order().SequenceEqual(new[] { id, ended }.Order()),
            "both subscriptions are in the read side again");
        Assert.Equal([due.ToUnixTimeMilliseconds()], await server.RowsAsync<long>("SELECT next_charge_at_ms FROM subscriptions WHERE next_charge_at_ms IS NOT NULL"));
        Assert.Equal(await RestsAsync(server, id), due);
        Assert.Equal([Neglect.NoReminder, Neglect.NoRow, Neglect.NoRow], finds.Causes.Order());
        Assert.Equal(2, (await server.RowsAsync<string>("SELECT order_id FROM payments WHERE state = 'approved'")).Count);

        await server.WalkToAsync(due + Late);
        await server.UntilAsync(id, v => v.NextChargeAt > due + Late, "the next charge is made");
        Assert.Equal((2, 1), (await ApprovalsAsync(server, id), await ApprovalsAsync(server, ended)));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_end_that_nobody_was_told_of_before_the_reminder_was_lost_is_told_by_the_comparison(DatabaseEngine engine)
    {
        await using Installed installed = await Installed.CreateAsync(engine, postgres);
        await using BillingServer server = await installed.StartAsync();
        string ended = await server.SubscribeAsync(Stage.Monthly);
        await server.Subscription(ended).CancelNowAsync(new CommandInfo("end", "customer:cus_1", null));
        await Eventually.Async(RestsAsync, rows => rows is [1], "the end is told");
        await server.WalkAsync(FirstLook);
        await Eventually.Async(() => ComparedAsync(server), at => at > 0, "the first comparison is over");
        using Finds finds = new(server);
        // As if the process had died before it told the last event, and the reminder that repeats it had been lost.
        await server.ExecuteAsync("DELETE FROM events WHERE sequence = (SELECT max(sequence) FROM events)");
        await server.ExecuteAsync("UPDATE subscriptions SET sequence = sequence - 1, rests = 0");

        await server.WalkAsync(NextComparison);

        await Eventually.Async(RestsAsync, rows => rows is [1], "the read side knows that it rests");
        IReadOnlyList<long> told = await server.RowsAsync<long>("SELECT sequence FROM events ORDER BY sequence");
        Assert.Equal(Enumerable.Range(1, told.Count).Select(n => (long)n), told);
        Assert.Equal([Neglect.StaleRow], finds.Causes);

        Task<IReadOnlyList<long>> RestsAsync() => server.RowsAsync<long>("SELECT rests FROM subscriptions");
    }

    [Fact]
    public async Task What_is_as_it_should_be_is_not_found_and_the_gauges_say_so()
    {
        await using Installed installed = await Installed.CreateAsync(DatabaseEngine.Sqlite, postgres);
        await using BillingServer server = await installed.StartAsync();
        using Finds finds = new(server);
        string id = await server.SubscribeAsync(Stage.Monthly);
        DateTimeOffset due = await RestsAsync(server, id);
        Assert.Null(finds.Gauge("orleansbilling.due"));

        await server.WalkToAsync(due + NextComparison);
        await Eventually.Async(() => ComparedAsync(server), at => at >= due.ToUnixTimeMilliseconds(), "a comparison is over after the renewal");

        Assert.Equal((0, 0, 0), (finds.Gauge("orleansbilling.due"), finds.Gauge("orleansbilling.unknown"), finds.Gauge("orleansbilling.parked")));
        Assert.Empty(finds.Causes);
        Assert.Equal(2, await ApprovalsAsync(server, id));
    }

    /// <summary>Its reminder stands at the next charge, so everything is done. Answers when that is.</summary>
    private static async Task<DateTimeOffset> RestsAsync(BillingServer server, string id)
    {
        DateTimeOffset due = (await server.UntilAsync(id, v => v is { Status: SubscriptionStatus.Active, NextChargeAt: not null }, "it is paid")).NextChargeAt!.Value;
        Story story = new(server, new ProviderBook(server.Simulator), "", id);
        await Eventually.Async(story.ReminderAsync, at => at >= due.AddSeconds(-1), $"the reminder is set for {due:u}");
        return due;
    }

    private static Task MoveRemindersAsync(BillingServer server, DatabaseEngine engine) => server.ExecuteAsync(engine == DatabaseEngine.PostgreSql
        ? "UPDATE OrleansRemindersTable SET StartTime = StartTime + interval '20 days'"
        : "UPDATE OrleansRemindersTable SET StartTime = strftime('%Y-%m-%d %H:%M:%f', StartTime, '+20 days')");

    private static async Task<int> ApprovalsAsync(BillingServer server, string id) =>
        (await new ProviderBook(server.Simulator).ApprovalsAsync($"{BillingServer.Merchant}-{id[4..]}-")).Count;

    private static async Task<long> ComparedAsync(BillingServer server) => (await server.RowsAsync<long>("SELECT compared_at_ms FROM watchdog")).SingleOrDefault();

    /// <summary>A place that outlives its program.</summary>
    private sealed class Installed(DirectoryInfo directory, PostgresDatabase? database) : IAsyncDisposable
    {
        public static async Task<Installed> CreateAsync(DatabaseEngine engine, PostgresServer postgres) => new(
            Directory.CreateTempSubdirectory("orleansbilling-watchdog-"),
            engine == DatabaseEngine.PostgreSql ? await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken) : null);

        public Task<BillingServer> StartAsync() => BillingServer.StartAsync(directory.FullName, database?.ConnectionString);

        public async Task<string> SubscribedAsync()
        {
            await using BillingServer server = await StartAsync();
            string id = await server.SubscribeAsync(Stage.Monthly);
            await RestsAsync(server, id);
            return id;
        }

        public async ValueTask DisposeAsync()
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }

            directory.Delete(recursive: true);
        }
    }
}
