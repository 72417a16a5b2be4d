using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Reconciliation;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Reconciliation;

public sealed class ReconciliationOnSqliteTests(OnSqlite stage) : ReconciliationTests(stage), IClassFixture<OnSqlite>;

public sealed class ReconciliationOnPostgreSqlTests(OnPostgreSql stage) : ReconciliationTests(stage), IClassFixture<OnPostgreSql>;

/// <summary>The provider's ledger judges: what is planted there is found, what can be mended is mended, and nothing is done twice.</summary>
public abstract class ReconciliationTests(ReconciliationStage stage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payment_planted_at_the_provider_is_found_stays_listed_and_is_accepted_once()
    {
        string order = $"{BillingServer.Merchant}-01kd3v9m00000000{Guid.NewGuid():N}"[..31] + "-1-1";
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        await stage.PlantAsync(order, 12_345);
        await stage.SettleAsync();

        StoredDay first = await stage.CompareAsync(day);
        StoredDifference found = Assert.Single(await stage.OfOrderAsync(day, order));
        await stage.CompareAsync(day);
        StoredDifference again = Assert.Single(await stage.OfOrderAsync(day, order));
        bool accepted = await AcceptAsync(day, found.Key, "operator:usr_1", "charged by the old shop");
        bool repeated = await AcceptAsync(day, found.Key, "operator:usr_1", "charged by the old shop");
        bool other = await AcceptAsync(day, found.Key, "operator:usr_2", "no, by mistake");
        StoredDay last = await stage.CompareAsync(day);

        Assert.Equal(("theirs_only", Causes.UnknownOrder, DifferenceStates.Open, 12_345L, null), (found.Kind, found.Cause, found.State, found.TheirKrw, found.OurKrw));
        Assert.True(first.Open > 0 && !first.IsMatched);
        Assert.Equal((found.Key, found.FirstSeenMs, DifferenceStates.Open), (again.Key, again.FirstSeenMs, again.State));
        Assert.Equal((true, true, false), (accepted, repeated, other));
        Assert.Equal((first.Open - 1, first.TheirPaidKrw, first.OurPaidKrw), (last.Open, last.TheirPaidKrw, last.OurPaidKrw));
        Assert.Equal((DifferenceStates.Accepted, "operator:usr_1"), Assert.Single(await stage.OfOrderAsync(day, order)) is var d ? (d.State, d.Actor) : default);
    }

    [Fact]
    public async Task Charges_of_ours_agree_to_the_won_and_orders_of_others_count_nowhere()
    {
        DateTimeOffset at = stage.Server.Clock.GetUtcNow();
        Story story = await stage.SubscribedAsync();
        string foreign = $"shop-{Guid.NewGuid():N}";
        await stage.PlantAsync(foreign, 777);
        await stage.SettleAsync();

        StoredDay day = await stage.CompareAsync(ReconciliationStage.DayOf(at));

        Assert.Empty(await stage.OfOrderAsync(ReconciliationStage.DayOf(at), $"{story.OrdersOf(1)}1"));
        Assert.Equal(("foreign", DifferenceStates.Foreign, 777L), Assert.Single(await stage.OfOrderAsync(ReconciliationStage.DayOf(at), foreign)) is var d ? (d.Kind, d.State, d.TheirKrw) : default);
        Assert.True(day.OurPayments >= 1 && day.ForeignRows >= 1);
        long gap = (await stage.Store.DifferencesAsync(ReconciliationStage.DayOf(at), Cancellation))
            .Where(x => x.State is DifferenceStates.Open or DifferenceStates.Accepted || (x.State, x.Cause) == (DifferenceStates.Mended, Causes.SecondPayment))
            .Sum(x => (x.Movement == "refund" ? -1 : 1) * ((x.TheirKrw ?? 0) - (x.OurKrw ?? 0)));
        Assert.Equal(gap, day.TheirNetKrw - day.OurNetKrw);
    }

    [Fact]
    public async Task A_cancel_made_in_the_providers_console_is_adopted()
    {
        Story story = await stage.SubscribedAsync();
        LedgerRow paid = Assert.Single(await story.ApprovalsAsync());
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        await stage.Provider.CancelAsync(paid.PaymentKey, 1_900);
        await stage.SettleAsync();

        await stage.CompareAsync(day);
        await stage.CompareAsync(day);

        StoredDifference mended = Assert.Single(await stage.OfOrderAsync(day, paid.OrderId));
        Assert.Equal(("refund", Causes.ForeignCancel, DifferenceStates.Mended), (mended.Movement, mended.Cause, mended.State));
        Assert.Equal(1_900L, Assert.Single(await RefundsAsync(story)));
        Assert.Equal(Stage.MonthlyKrw - 1_900, (await story.StoredAsync()).LastPayment!.BalanceKrw);
        Assert.Single(await story.EventTypesAsync(), type => type == "refund.succeeded");
    }

    [Fact]
    public async Task A_payment_that_the_read_side_lost_is_put_back()
    {
        Story story = await stage.SubscribedAsync();
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        await stage.Server.ExecuteAsync("DELETE FROM payments WHERE subscription_id = @Id", new { story.Id });
        await stage.SettleAsync();

        await stage.CompareAsync(day);

        StoredDifference mended = Assert.Single(await stage.OfOrderAsync(day, $"{story.OrdersOf(1)}1"));
        Assert.Equal((Causes.ReadSideRepaired, DifferenceStates.Mended), (mended.Cause, mended.State));
        Assert.Equal([("approved", Stage.MonthlyKrw, 1L)], await stage.Server.RowsAsync<(string, long, long)>(
            "SELECT state, amount_krw, CAST(invoice_number AS BIGINT) FROM payments WHERE subscription_id = @Id", new { story.Id }));
    }

    [Fact]
    public async Task An_approval_of_an_attempt_that_counted_as_not_charged_is_handed_over_and_goes_back_once()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Error, story.OrdersOf(2), code: "PROVIDER_ERROR"); // Proven not charged; the second attempt pays.
        await story.WalkPastDueAsync(TimeSpan.FromHours(2));
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        string late = $"{story.OrdersOf(2)}1";
        await stage.PlantAsync(late, Stage.MonthlyKrw);
        await stage.SettleAsync();

        await stage.CompareAsync(day);
        await Eventually.Async(() => story.Provider.RowsAsync(late), rows => rows.Any(r => r.Kind == LedgerKind.Cancel), "the late approval goes back");
        await stage.SettleAsync();
        await stage.CompareAsync(day);

        StoredDifference mended = Assert.Single(await stage.OfOrderAsync(day, late), d => d.Movement == "payment");
        Assert.Equal((Causes.Adopted, DifferenceStates.Mended), (mended.Cause, mended.State));
        Assert.Equal([(LedgerKind.Approval, Stage.MonthlyKrw), (LedgerKind.Cancel, Stage.MonthlyKrw)], (await story.Provider.RowsAsync(late)).Select(r => (r.Kind, r.AmountKrw)));
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
    }

    [Fact]
    public async Task A_second_payment_of_a_paid_order_goes_back_once()
    {
        Story story = await stage.SubscribedAsync();
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        string order = $"{story.OrdersOf(1)}1";
        string second = await stage.PlantAsync(order, Stage.MonthlyKrw);
        await stage.SettleAsync();

        await stage.CompareAsync(day);
        await Eventually.Async(() => story.Provider.RowsAsync(order), rows => rows.Any(r => r.Kind == LedgerKind.Cancel), "the second payment goes back");
        await stage.SettleAsync();
        await stage.CompareAsync(day);
        await stage.CompareAsync(ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow()));

        Assert.Equal(second, Assert.Single(await story.Provider.RowsAsync(order), r => r.Kind == LedgerKind.Cancel).PaymentKey);
        StoredDifference mended = Assert.Single(await stage.OfOrderAsync(day, order), d => d.Movement == "payment");
        Assert.Equal((second, Causes.SecondPayment, DifferenceStates.Mended), (mended.PaymentKey, mended.Cause, mended.State));
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
    }

    [Fact]
    public async Task What_only_we_have_is_listed_until_it_is_gone()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset at = stage.Server.Clock.GetUtcNow();
        await stage.Server.ExecuteAsync(
            """
            INSERT INTO payments (merchant, order_id, subscription_id, invoice_number, state, amount_krw, at_ms, payment_key)
            VALUES ('main', @order, @Id, 9, 'approved', 5000, @at, 'pay-invented')
            """,
            new { order = $"{story.OrdersOf(9)}1", story.Id, at = at.ToUnixTimeMilliseconds() });
        await stage.SettleAsync();

        await stage.CompareAsync(ReconciliationStage.DayOf(at));
        StoredDifference found = Assert.Single(await stage.OfOrderAsync(ReconciliationStage.DayOf(at), $"{story.OrdersOf(9)}1"));
        await stage.Server.ExecuteAsync("DELETE FROM payments WHERE payment_key = 'pay-invented'");
        await stage.CompareAsync(ReconciliationStage.DayOf(at));

        Assert.Equal(("ours_only", Causes.NotAtProvider, DifferenceStates.Open, null, 5_000L), (found.Kind, found.Cause, found.State, found.TheirKrw, found.OurKrw));
        Assert.Equal(DifferenceStates.Gone, Assert.Single(await stage.OfOrderAsync(ReconciliationStage.DayOf(at), $"{story.OrdersOf(9)}1")).State);
    }

    [Fact]
    public async Task A_day_that_the_provider_does_not_list_is_failed_and_can_be_repeated()
    {
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());
        await stage.Provider.FailAsync(new(FaultKind.Error, WireOperation.Transactions, Code: "FAILED_INTERNAL_SYSTEM_PROCESSING"));

        StoredDay failed = await stage.CompareAsync(day);
        StoredDay repeated = await stage.CompareAsync(day);

        Assert.Equal("failed", failed.State);
        Assert.Contains("FAILED_INTERNAL_SYSTEM_PROCESSING", failed.Failure, StringComparison.Ordinal);
        Assert.Equal(("compared", null), (repeated.State, repeated.Failure));
    }

    [Fact]
    public async Task The_days_that_are_over_are_compared_by_the_reminder_alone()
    {
        Story story = await stage.SubscribedAsync();
        LocalDate day = ReconciliationStage.DayOf(stage.Server.Clock.GetUtcNow());

        // The clock jumps over the reminder's first tick, which Orleans then drops; the next one comes a period later.
        await stage.Server.WalkToAsync(KoreanDay.Interval(day).End.ToDateTimeOffset().AddHours(5).AddMinutes(1));
        StoredDay compared = await Eventually.Async(
            async () =>
            {
                await stage.Server.WalkAsync(TimeSpan.FromMinutes(16));
                return await stage.Store.DayAsync(day, Cancellation);
            },
            d => d is { State: "compared" } && d.Until == KoreanDay.Interval(day).End.ToDateTimeOffset(),
            "yesterday is compared") ?? throw new InvalidOperationException();

        Assert.True(compared.OurPayments >= 1);
        Assert.Empty(await stage.OfOrderAsync(day, $"{story.OrdersOf(1)}1"));
    }

    private Task<bool> AcceptAsync(LocalDate day, string key, string actor, string reason) =>
        stage.Store.AcceptAsync(day, key, actor, reason, Instant.FromDateTimeOffset(stage.Server.Clock.GetUtcNow()), Cancellation);

    private Task<IReadOnlyList<long>> RefundsAsync(Story story) => stage.Server.RowsAsync<long>("SELECT amount_krw FROM refunds WHERE subscription_id = @Id", new { story.Id });
}
