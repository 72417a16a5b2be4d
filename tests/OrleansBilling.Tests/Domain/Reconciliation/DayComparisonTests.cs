using NodaTime;
using OrleansBilling.Domain.Reconciliation;

namespace OrleansBilling.Tests.Domain.Reconciliation;

public class DayComparisonTests
{
    // 1 March 2027 in Seoul.
    private static readonly Interval Day = new(Instant.FromUtc(2027, 2, 28, 15, 0), Instant.FromUtc(2027, 3, 1, 15, 0));
    private static readonly Instant Noon = Day.Start + Duration.FromHours(12);
    private static readonly Books Nothing = new([], []);

    [Fact]
    public void A_day_that_agrees_has_no_difference_and_equal_sums()
    {
        DayResult result = Compare(
            [Done("a", 9_900), Done("b", 4_900, at: Noon), Canceled("b", "tx-cancel", 4_900)],
            new Books([Paid("a", 9_900), Paid("b", 4_900)], [Refunded("b", "tx-cancel", 4_900)]));

        Assert.Empty(result.Differences);
        Assert.Equal(new SideTotals(2, 14_800, 1, 4_900), result.Theirs);
        Assert.Equal(result.Theirs, result.Ours);
    }

    [Fact]
    public void A_payment_that_we_do_not_have_is_theirs_only()
    {
        Difference found = Assert.Single(Compare([Done("a", 9_900)], Nothing).Differences);

        Assert.Equal((DifferenceKind.TheirsOnly, Movement.Payment, 9_900L, null, null), (found.Kind, found.Movement, found.TheirKrw, found.OurKrw, found.OurState));
        Assert.Equal("payment:tx-a", found.Key);
    }

    [Fact]
    public void An_approval_of_what_we_hold_for_declined_is_a_state_that_differs()
    {
        Difference found = Assert.Single(Compare([Done("a", 9_900)], new Books([Paid("a", 9_900) with { Approved = false, PaymentKey = null }], [])).Differences);

        Assert.Equal((DifferenceKind.StateDiffers, "DONE", "declined"), (found.Kind, found.TheirState, found.OurState));
    }

    [Fact]
    public void A_second_payment_of_an_order_that_is_paid_is_theirs_only_and_says_so()
    {
        DayResult result = Compare([Done("a", 9_900), Done("a", 9_900) with { TransactionKey = "tx-2", PaymentKey = "pay-2" }], new Books([Paid("a", 9_900)], []));

        Difference found = Assert.Single(result.Differences);
        Assert.Equal(("pay-2", "paid_by_another", 9_900L), (found.PaymentKey, found.OurState, found.GapKrw));
    }

    [Fact]
    public void What_only_we_have_is_ours_only()
    {
        DayResult result = Compare([], new Books([Paid("a", 9_900)], [Refunded("a", "tx-cancel", 4_000)]));

        Assert.Equal([DifferenceKind.OursOnly, DifferenceKind.OursOnly], result.Differences.Select(d => d.Kind));
        Assert.Equal([-9_900L, 4_000L], result.Differences.Select(d => d.GapKrw));
    }

    [Fact]
    public void Other_amounts_differ_by_the_won()
    {
        DayResult result = Compare(
            [Done("a", 9_901), Canceled("a", "tx-cancel", 4_000)], new Books([Paid("a", 9_900)], [Refunded("a", "tx-cancel", 3_999)]));

        Assert.Equal([DifferenceKind.AmountDiffers, DifferenceKind.AmountDiffers], result.Differences.Select(d => d.Kind));
        Assert.Equal([1L, -1L], result.Differences.Select(d => d.GapKrw));
    }

    [Fact]
    public void A_cancel_with_a_negative_amount_is_the_same_cancel() => Assert.Empty(
        Compare([Done("a", 9_900), Canceled("a", "tx-cancel", -9_900)], new Books([Paid("a", 9_900)], [Refunded("a", "tx-cancel", 9_900)])).Differences);

    [Fact]
    public void Orders_of_others_are_foreign_and_count_nowhere()
    {
        DayResult result = Compare([Done("a", 9_900) with { OrderId = "shop-123" }], Nothing);

        Assert.Equal("shop-123", Assert.Single(result.Foreign).OrderId);
        Assert.Empty(result.Differences);
        Assert.Equal(SideTotals.None, result.Theirs);
    }

    //  ours 23:59:59 ─┐ midnight
    //                 └─ theirs 00:00:00
    [Fact]
    public void A_payment_around_midnight_belongs_to_the_providers_day_and_differs_on_neither()
    {
        BookedPayment ours = Paid("a", 9_900) with { At = Day.Start - Duration.FromSeconds(1) };
        ProviderTransaction theirs = Done("a", 9_900, at: Day.Start);
        Interval dayBefore = new(Day.Start - Duration.FromDays(1), Day.Start);

        DayResult before = DayComparison.Compare(dayBefore, "main-", Instant.MaxValue, [theirs], new Books([ours], []));
        DayResult after = Compare([theirs], new Books([ours], []));

        Assert.Equal((SideTotals.None, SideTotals.None), (before.Theirs, before.Ours));
        Assert.Equal(new SideTotals(1, 9_900, 0, 0), after.Ours);
        Assert.Empty(before.Differences.Concat(after.Differences));
    }

    [Fact]
    public void What_is_too_fresh_to_judge_is_awaited_on_both_sides()
    {
        DayResult result = DayComparison.Compare(Day, "main-", Noon - Duration.FromHours(1), [Done("a", 9_900)], new Books([Paid("b", 4_900)], []));

        Assert.Equal(2, result.Awaited);
        Assert.Empty(result.Differences);
        Assert.Equal((SideTotals.None, SideTotals.None), (result.Theirs, result.Ours));
    }

    [Fact]
    public void A_row_that_a_second_page_repeats_counts_once() =>
        Assert.Empty(Compare([Done("a", 9_900), Done("a", 9_900)], new Books([Paid("a", 9_900)], [])).Differences);

    [Fact]
    public void An_approval_that_is_listed_with_the_status_of_its_cancel_is_still_the_approval() => Assert.Empty(Compare(
        [Done("a", 9_900) with { Status = "CANCELED" }, Canceled("a", "tx-cancel", 9_900)],
        new Books([Paid("a", 9_900)], [Refunded("a", "tx-cancel", 9_900)])).Differences);

    [Theory]
    [InlineData("ABORTED", 0)]
    [InlineData("A_STATUS_OF_NEXT_YEAR", 1)]
    public void A_status_that_nobody_knows_is_listed_and_one_without_money_is_not(string status, int differences)
    {
        DayResult result = Compare([Done("a", 9_900) with { Status = status }], Nothing);

        Assert.Equal(differences, result.Differences.Length);
        Assert.Equal(0, result.Theirs.NetKrw);
    }

    private static DayResult Compare(ProviderTransaction[] theirs, Books ours) => DayComparison.Compare(Day, "main-", Instant.MaxValue, theirs, ours);

    private static ProviderTransaction Done(string order, long amountKrw, Instant? at = null) => new($"tx-{order}", $"pay-{order}", $"main-{order}-1-1", "DONE", at ?? Noon, amountKrw);

    private static ProviderTransaction Canceled(string order, string transactionKey, long amountKrw) =>
        new(transactionKey, $"pay-{order}", $"main-{order}-1-1", "CANCELED", Noon + Duration.FromHours(1), amountKrw);

    private static BookedPayment Paid(string order, long amountKrw) => new($"main-{order}-1-1", $"pay-{order}", true, Noon, amountKrw);

    private static BookedRefund Refunded(string order, string transactionKey, long amountKrw) =>
        new(transactionKey, $"pay-{order}", $"main-{order}-1-1", Noon + Duration.FromHours(1), amountKrw);
}
