using CsCheck;
using NodaTime;
using OrleansBilling.Domain.Reconciliation;

namespace OrleansBilling.Tests.Domain.Reconciliation;

/// <summary>What holds for any two lists: few keys, so that they meet, collide and contradict each other.</summary>
public class DayComparisonProperties
{
    private static readonly Instant Midnight = Instant.FromUtc(2027, 2, 28, 15, 0);
    private static readonly Interval Day = new(Midnight, Midnight + Duration.FromDays(1));

    private static readonly Gen<Instant> Instants = Gen.Int[-90, 25 * 60].Select(minutes => Midnight + Duration.FromMinutes(minutes));

    private static readonly Gen<ProviderTransaction> Transactions = Gen.Select(
        Gen.Int[1, 12], Gen.Int[1, 8], Gen.Int[1, 6], OneOf("main", "main", "shop"), OneOf("DONE", "DONE", "CANCELED", "PARTIAL_CANCELED", "ABORTED", "NEW"), Instants, Gen.Long[1, 50_000],
        (tx, payment, order, merchant, status, at, amount) => new ProviderTransaction($"tx-{tx}", $"pay-{payment}", $"{merchant}-{order}-1-1", status, at, amount));

    private static readonly Gen<BookedPayment> Payments = Gen.Select(Gen.Int[1, 8], Gen.Int[1, 6], Gen.Bool, Instants, Gen.Long[1, 50_000],
        (payment, order, approved, at, amount) => new BookedPayment($"main-{order}-1-1", approved ? $"pay-{payment}" : null, approved, at, amount));

    private static readonly Gen<BookedRefund> Refunds = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 8], Instants, Gen.Long[1, 50_000],
        (tx, payment, at, amount) => new BookedRefund($"tx-{tx}", $"pay-{payment}", null, at, amount));

    private static readonly Gen<(ProviderTransaction[] Theirs, Books Ours)> Sides = Gen.Select(
        Transactions.Array[0, 15], Payments.Array[0, 10], Refunds.Array[0, 10], (theirs, payments, refunds) => (theirs, new Books(payments, refunds)));

    [Fact]
    public void The_differences_explain_the_gap_between_the_balances_to_the_won() => Gen.Select(Sides, Instants).Sample((sides, settled) =>
    {
        DayResult result = DayComparison.Compare(Day, "main-", settled, sides.Theirs, sides.Ours);
        Assert.Equal(result.Theirs.NetKrw - result.Ours.NetKrw, result.Differences.Sum(d => d.GapKrw));
    }, iter: 20_000);

    [Fact]
    public void Each_difference_has_a_name_of_its_own() => Sides.Sample((theirs, ours) =>
    {
        DayResult result = DayComparison.Compare(Day, "main-", Instant.MaxValue, theirs, ours);
        Assert.Equal(result.Differences.Length, result.Differences.Select(d => d.Key).Distinct().Count());
    }, iter: 20_000);

    [Fact]
    public void Equal_sides_agree_whatever_their_order() => Gen.Select(Payments.Array[0, 10], Gen.Int).Sample((payments, seed) =>
    {
        BookedPayment[] booked = [.. payments.Where(p => p.Approved).DistinctBy(p => p.PaymentKey).DistinctBy(p => p.OrderId)];
        ProviderTransaction[] theirs = [.. booked.Select(p => new ProviderTransaction($"tx-{p.PaymentKey}", p.PaymentKey!, p.OrderId, "DONE", p.At, p.AmountKrw))];
        new Random(seed).Shuffle(theirs);

        DayResult result = DayComparison.Compare(Day, "main-", Instant.MaxValue, theirs, new Books(booked, []));

        Assert.Empty(result.Differences);
        Assert.Equal(booked.Where(p => Day.Contains(p.At)).Sum(p => p.AmountKrw), result.Ours.PaidKrw);
    }, iter: 5_000);

    [Fact]
    public void A_transaction_of_the_day_is_compared_on_that_day_and_on_no_other() => Sides.Sample((theirs, ours) =>
    {
        Interval before = new(Day.Start - Duration.FromDays(1), Day.Start);
        string[] keysBefore = [.. DayComparison.Compare(before, "main-", Instant.MaxValue, theirs, ours).Differences.Select(d => d.Key)];
        string[] keys = [.. DayComparison.Compare(Day, "main-", Instant.MaxValue, theirs, ours).Differences.Select(d => d.Key)];
        Assert.Empty(keysBefore.Intersect(keys));
    }, iter: 10_000);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
