using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Reports;

public class ReadSideWriterTests(PostgresServer server)
{
    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_batch_writes_every_table_and_the_same_batch_again_changes_nothing(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        (Subscription, long)[] batch = [.. Enumerable.Range(1, 30).Select(n => (ReportDatabase.Renewed($"sub_{n:d4}").S, 0L))];

        await reports.WriteAsync(batch);
        string once = await reports.DumpAsync();
        await reports.WriteAsync(batch);
        await reports.Writer.RebuildAsync([.. batch.Select(b => b.Item1)], TestContext.Current.CancellationToken);

        Assert.Equal(once, await reports.DumpAsync());
        Assert.Equal(
            (30, 60, 60, batch.Sum(b => b.Item1.Outbox.Length)),
            (await CountAsync(reports, "subscriptions"), await CountAsync(reports, "payments"), await CountAsync(reports, "invoices"), await CountAsync(reports, "events")));
        Assert.Equal(["paid"], await reports.RowsAsync<string>("SELECT DISTINCT state FROM invoices"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_same_subscription_twice_in_one_batch_ends_at_its_newest_state_with_each_event_once(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        life.UntilCharge();
        Subscription first = life.Approve().S;
        life.UntilCharge();
        Subscription second = life.Approve().S;

        await reports.WriteAsync((second, 0), (first, 0), (second, 0));

        Assert.Equal([second.LastSequence], await reports.RowsAsync<long>("SELECT sequence FROM subscriptions"));
        Assert.Equal(Enumerable.Range(1, (int)second.LastSequence).Select(n => (long)n), await reports.RowsAsync<long>("SELECT sequence FROM events ORDER BY sequence"));
        Assert.Equal(["paid", "paid"], await reports.RowsAsync<string>("SELECT state FROM invoices"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_older_state_that_comes_later_overwrites_nothing(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        life.UntilCharge();
        Subscription old = life.Approve().S;
        life.UntilCharge();
        await reports.WriteAsync(life.Approve().S);
        string newest = await reports.DumpAsync();

        await reports.WriteAsync(old);
        await reports.WriteAsync(old, publishedThrough: 1);

        Assert.Equal(newest, await reports.DumpAsync());
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_invoice_that_was_issued_in_an_earlier_batch_is_closed_by_a_later_one(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        await reports.WriteAsync(life.S);
        Assert.Equal(["issued"], await reports.RowsAsync<string>("SELECT state FROM invoices"));
        long published = life.S.LastSequence;

        life.Do(A.ReplaceCard());
        life.UntilCharge();
        life.Approve();
        await reports.WriteAsync(life.S, published);

        Assert.Equal(["paid"], await reports.RowsAsync<string>("SELECT state FROM invoices WHERE closed_at_ms IS NOT NULL"));
        Assert.Equal(["approved", "declined"], await reports.RowsAsync<string>("SELECT state FROM payments ORDER BY state"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_approval_is_never_overwritten_by_a_decline_of_the_same_order(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        string order = life.UntilCharge().OrderId;
        Subscription before = life.S;
        Subscription approved = new Life(before, life.Now).Approve().S;
        Subscription declined = new Life(before, life.Now).Refuse("REJECT_CARD_PAYMENT").S;

        await reports.WriteAsync((approved, 0), (declined with { Id = "sub_other", Outbox = [.. declined.Outbox.Select(e => e with { Subscription = "sub_other" })] }, 0));
        Assert.Equal(["approved"], await reports.RowsAsync<string>("SELECT state FROM payments WHERE order_id = @order", new { order }));
        await reports.Writer.RebuildAsync([declined], TestContext.Current.CancellationToken);

        Assert.Equal(["approved"], await reports.RowsAsync<string>("SELECT state FROM payments WHERE order_id = @order", new { order }));
    }

    // It came late, and the provider took another amount than the decline was about.
    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_approval_that_comes_after_a_decline_of_the_same_order_takes_its_place_with_all_that_it_says(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        Attempt declined = life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        await reports.WriteAsync(life.S);
        long published = life.S.LastSequence;

        life.In(Duration.FromMinutes(1)).After(new Outcome.PaymentFound(declined.OrderId, A.PaymentOf(declined with { AmountKrw = 5_000 }, life.Now)));
        await reports.WriteAsync(life.S, published);

        Assert.Equal(
            [$"approved 5000 {life.Now.ToUnixTimeMilliseconds()} pay-{declined.OrderId}"],
            await reports.RowsAsync<string>("SELECT state || ' ' || amount_krw || ' ' || at_ms || ' ' || payment_key FROM payments WHERE code IS NULL AND receipt_url IS NOT NULL"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_second_payment_of_an_order_takes_nobodys_place(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life life = ReportDatabase.Started("sub_1");
        Attempt paid = life.UntilCharge();
        life.Approve().After(new Outcome.PaymentReconciled(A.PaymentOf(paid, life.Now) with { PaymentKey = "pay-second" }, IsSecond: true));

        await reports.WriteAsync(life.S);

        Assert.Equal([$"pay-{paid.OrderId}"], await reports.RowsAsync<string>("SELECT payment_key FROM payments"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Of_a_batch_with_a_row_that_is_refused_nothing_is_written(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Subscription good = ReportDatabase.Renewed("sub_good").S;
        Subscription bad = ReportDatabase.Renewed("sub_refused").S;
        bad = bad with { Outbox = [.. bad.Outbox.Select(e => e with { Actor = null! })] };

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => reports.WriteAsync((good, 0), (bad, 0)));
        Assert.Equal("", await reports.DumpAsync());

        await reports.WriteAsync(good);
        Assert.Equal(["sub_good"], await reports.RowsAsync<string>("SELECT subscription_id FROM subscriptions"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task What_is_out_already_is_not_written_again(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Subscription s = ReportDatabase.Renewed("sub_1").S;
        await reports.WriteAsync(s);
        // A row that a later write would bring back: only when nothing is written does it stay away.
        await reports.ExecuteAsync("DELETE FROM events WHERE sequence = 1");

        await reports.WriteAsync(s);
        Assert.Empty(await reports.RowsAsync<long>("SELECT sequence FROM events WHERE sequence = 1"));

        await reports.Writer.RebuildAsync([s], TestContext.Current.CancellationToken);
        Assert.Single(await reports.RowsAsync<long>("SELECT sequence FROM events WHERE sequence = 1"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_row_of_a_subscription_tells_the_watchdog_what_is_unknown_and_what_rests(DatabaseEngine engine)
    {
        await using ReportDatabase reports = await ReportDatabase.CreateAsync(engine, server);
        Life unknown = ReportDatabase.Renewed("sub_unknown");
        unknown.UntilCharge();
        unknown.Unanswered();
        Life ended = ReportDatabase.Renewed("sub_ended");
        ended.Do(A.CancelNow());
        ended.Until<NextStep.DeleteBillingKey>();
        ended.After(new Outcome.BillingKeyDeleted("pm_1"));
        Assert.IsType<NextStep.Rest>(ended.Next);

        await reports.WriteAsync((unknown.S, 0), (ended.S, 0), (ReportDatabase.Renewed("sub_waiting").S, 0));

        Assert.Equal([unknown.Attempt.NotBefore.ToUnixTimeMilliseconds()], await reports.RowsAsync<long>("SELECT unknown_since_ms FROM subscriptions WHERE unknown_since_ms IS NOT NULL"));
        Assert.Equal(["sub_ended"], await reports.RowsAsync<string>("SELECT subscription_id FROM subscriptions WHERE rests = 1"));
    }

    private static async Task<int> CountAsync(ReportDatabase reports, string table) => (int)(await reports.RowsAsync<long>($"SELECT count(*) FROM {table}"))[0];
}
