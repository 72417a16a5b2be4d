using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.Watchdog;

namespace OrleansBilling.Tests.Reports;

public class ReadSideRebuildTests(PostgresServer postgres)
{
    private static readonly string[] Tables = ["subscriptions", "events", "invoices", "payments", "refunds"];

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task What_the_states_hold_is_written_again_and_what_is_there_stays(DatabaseEngine engine)
    {
        await using PostgresDatabase? database = engine == DatabaseEngine.PostgreSql ? await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken) : null;
        await using BillingServer server = await BillingServer.StartAsync(postgres: database?.ConnectionString);
        string[] ids = [await server.SubscribeAsync(Stage.Monthly), await server.SubscribeAsync(Stage.Monthly)];
        await server.Subscription(ids[1]).CancelNowAsync(new CommandInfo("end", "customer:cus_1", null));
        await Eventually.Async(() => server.RowsAsync<string>("SELECT subscription_id FROM subscriptions WHERE rests = 1"), rows => rows.Count == 1, "the end is told, and the end of its card");
        await Eventually.Async(() => DumpAsync(server, "invoices"), rows => rows.Split("paid").Length == 3, "both first invoices are paid");
        Dictionary<string, string> before = [];
        foreach (string table in Tables)
        {
            before[table] = await DumpAsync(server, table);
        }

        await RebuildAsync(server);
        foreach (string table in Tables)
        {
            Assert.Equal(before[table], await DumpAsync(server, table));
            await server.ExecuteAsync($"DELETE FROM {table}");
        }

        RebuildRow done = await RebuildAsync(server);

        Assert.Equal((2, 0), (done.ReadRows, done.FailedRows));
        Assert.Equal(before["subscriptions"], await DumpAsync(server, "subscriptions"));
        Assert.Equal(2, (await server.RowsAsync<string>("SELECT order_id FROM payments WHERE state = 'approved'")).Count);
    }

    [Fact]
    public async Task A_rebuild_that_broke_off_goes_on_from_its_last_page()
    {
        await using BillingServer server = await BillingServer.StartAsync();
        string[] ids = [await server.SubscribeAsync(Stage.Monthly), await server.SubscribeAsync(Stage.Monthly)];
        await Eventually.Async(() => server.RowsAsync<string>("SELECT subscription_id FROM subscriptions"), rows => rows.Count == 2, "both are told");
        await RebuildAsync(server);
        await server.ExecuteAsync("DELETE FROM subscriptions");
        string first = ids.Order(StringComparer.Ordinal).First();

        // As a silo leaves it that died after its first page, long ago.
        await server.ExecuteAsync(
            "UPDATE read_side_rebuild SET finished_at_ms = NULL, lease_until_ms = 0, read_rows = 1, done_after = @after", new { after = $"{BillingServer.Merchant}/{first}" });

        RebuildRow done = await FinishedAsync(server);
        Assert.Equal(2, done.ReadRows);
        Assert.Equal(ids.Except([first]), await server.RowsAsync<string>("SELECT subscription_id FROM subscriptions"));
    }

    private static async Task<RebuildRow> RebuildAsync(BillingServer server)
    {
        Assert.True(await server.App.Services.GetRequiredService<WatchdogStatus>().TryRebuildAsync("operator:test", TestContext.Current.CancellationToken));
        return await FinishedAsync(server);
    }

    private static async Task<RebuildRow> FinishedAsync(BillingServer server) => (await Eventually.Async(
        () => server.App.Services.GetRequiredService<WatchdogStatus>().ReadAsync(TestContext.Current.CancellationToken),
        view => view.Rebuild is { FinishedAt: not null },
        "the rebuild is finished")).Rebuild!;

    private static async Task<string> DumpAsync(BillingServer server, string table) => string.Join('\n', (await server.RowsAsync<dynamic>($"SELECT * FROM {table}"))
        .Select(row => string.Join(", ", ((IDictionary<string, object?>)row).Select(column => $"{column.Key}={column.Value}"))).Order(StringComparer.Ordinal));
}
