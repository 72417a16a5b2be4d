using System.Collections.Immutable;
using NodaTime;

namespace OrleansBilling.Domain.Reconciliation;

/// <summary>What became of comparing one day. Always: their balance − our balance = the sum of the differences' gaps.</summary>
/// <param name="Foreign">Orders of somebody else under the same merchant id at the provider; in no total.</param>
/// <param name="Awaited">Too fresh to judge: the provider's list lags, and answers may be on their way. In no total.</param>
public sealed record DayResult(
    SideTotals Theirs, SideTotals Ours, ImmutableArray<Difference> Differences, ImmutableArray<ProviderTransaction> Foreign, int Awaited);

/// <summary>
/// The provider's list against our books, to the won. Pure. A transaction belongs to the day of the provider's clock; ours are found by their keys, wherever they stand, so
/// a payment within seconds of midnight is no difference. Both lists therefore reach somewhat beyond the day.
/// </summary>
public static class DayComparison
{
    /// <param name="day">From midnight to midnight.</param>
    /// <param name="orderPrefix">How our order ids begin.</param>
    /// <param name="settled">What happened after this instant is awaited where it differs.</param>
    public static DayResult Compare(Interval day, string orderPrefix, Instant settled, IEnumerable<ProviderTransaction> theirs, Books ours)
    {
        List<ProviderTransaction> own = [];
        List<ProviderTransaction> foreign = [];
        foreach (ProviderTransaction row in theirs.DistinctBy(row => row.TransactionKey)) // A page may repeat the last row of the one before.
        {
            (row.OrderId.StartsWith(orderPrefix, StringComparison.Ordinal) ? own : foreign).Add(row);
        }

        Tally tally = new(day, settled);
        Dictionary<string, BookedPayment> approved = ours.Payments.Where(p => p.Approved && p.PaymentKey is not null).DistinctBy(p => p.PaymentKey).ToDictionary(p => p.PaymentKey!);
        Dictionary<string, BookedPayment> byOrder = ours.Payments.DistinctBy(p => p.OrderId).ToDictionary(p => p.OrderId);
        Dictionary<string, BookedRefund> refunds = ours.Refunds.DistinctBy(r => r.TransactionKey).ToDictionary(r => r.TransactionKey);
        HashSet<string> done = [.. own.Where(row => row.Status == "DONE").Select(row => row.PaymentKey)];
        foreach (ProviderTransaction row in own)
        {
            switch (MovementOf(row, approved, done, refunds))
            {
                case Movement.Payment when approved.TryGetValue(row.PaymentKey, out BookedPayment? payment) && payment.OrderId == row.OrderId && tally.TryMatch(payment.PaymentKey!):
                    tally.Both(row, Movement.Payment, payment.AmountKrw, "approved");
                    break;
                case Movement.Payment:
                    tally.OnlyTheirs(row, Movement.Payment, byOrder.GetValueOrDefault(row.OrderId));
                    break;
                case Movement.Refund when refunds.TryGetValue(row.TransactionKey, out BookedRefund? refund):
                    tally.TryMatch(refund.TransactionKey);
                    tally.Both(row, Movement.Refund, refund.AmountKrw, "refunded");
                    break;
                case Movement.Refund:
                    tally.OnlyTheirs(row, Movement.Refund, booked: null);
                    break;
                default:
                    tally.Unclear(row, approved.GetValueOrDefault(row.PaymentKey));
                    break;
            }
        }

        foreach (BookedPayment payment in approved.Values)
        {
            tally.OnlyOurs(payment.PaymentKey!, Movement.Payment, payment.OrderId, payment.PaymentKey!, payment.At, payment.AmountKrw, "approved");
        }

        foreach (BookedRefund refund in refunds.Values)
        {
            tally.OnlyOurs(refund.TransactionKey, Movement.Refund, refund.OrderId, refund.PaymentKey, refund.At, refund.AmountKrw, "refunded");
        }

        return new DayResult(tally.Theirs, tally.Ours, [.. tally.Differences], [.. foreign.Where(row => day.Contains(row.At))], tally.Awaited);
    }

    /// <summary>
    /// Null when the status tells of no movement. Whether an approval keeps the status DONE in the list after its cancel is not documented: a row without a refund of ours,
    /// at the instant of an approval that is not listed otherwise, is that approval.
    /// </summary>
    private static Movement? MovementOf(
        ProviderTransaction row, Dictionary<string, BookedPayment> approved, HashSet<string> done, Dictionary<string, BookedRefund> refunds) => row.Status switch
        {
            "DONE" => Movement.Payment,
            "CANCELED" or "PARTIAL_CANCELED" => !done.Contains(row.PaymentKey) && !refunds.ContainsKey(row.TransactionKey)
                && approved.TryGetValue(row.PaymentKey, out BookedPayment? payment) && payment.At == row.At
                    ? Movement.Payment
                    : Movement.Refund,
            _ => null,
        };

    private sealed class Tally(Interval day, Instant settled)
    {
        // Statuses of payments that came to nothing or are not over: no money moved.
        private static readonly HashSet<string> Unmoved = ["READY", "IN_PROGRESS", "WAITING_FOR_DEPOSIT", "ABORTED", "EXPIRED"];

        private readonly HashSet<string> _matched = new(StringComparer.Ordinal);

        public SideTotals Theirs { get; private set; } = SideTotals.None;

        public SideTotals Ours { get; private set; } = SideTotals.None;

        public List<Difference> Differences { get; } = [];

        public int Awaited { get; private set; }

        /// <returns>False when it was matched before: the provider lists it twice.</returns>
        public bool TryMatch(string key) => _matched.Add(key);

        public void Both(ProviderTransaction row, Movement movement, long ourKrw, string ourState)
        {
            long theirKrw = Math.Abs(row.AmountKrw);
            if (!day.Contains(row.At))
            {
                return; // It is compared with the day that it belongs to.
            }

            Theirs = Theirs.With(movement, theirKrw);
            Ours = Ours.With(movement, ourKrw);
            if (theirKrw != ourKrw)
            {
                Differences.Add(Of(row, movement, DifferenceKind.AmountDiffers, theirKrw, ourKrw, ourState));
            }
        }

        /// <param name="row">What the provider lists.</param>
        /// <param name="movement">Which way.</param>
        /// <param name="booked">What we have under the same order id, if anything.</param>
        public void OnlyTheirs(ProviderTransaction row, Movement movement, BookedPayment? booked)
        {
            if (IsJudged(row.At))
            {
                long theirKrw = Math.Abs(row.AmountKrw);
                Theirs = Theirs.With(movement, theirKrw);
                Differences.Add(Of(
                    row, movement, booked is { Approved: false } ? DifferenceKind.StateDiffers : DifferenceKind.TheirsOnly, theirKrw, null,
                    booked is null ? null : booked.Approved ? "paid_by_another" : "declined"));
            }
        }

        public void OnlyOurs(string key, Movement movement, string? orderId, string paymentKey, Instant at, long ourKrw, string ourState)
        {
            if (!_matched.Contains(key) && IsJudged(at))
            {
                Ours = Ours.With(movement, ourKrw);
                Differences.Add(new Difference(
                    $"{NameOf(movement)}:ours:{key}", movement, DifferenceKind.OursOnly, orderId, paymentKey, movement == Movement.Refund ? key : null, at, null, ourKrw, null, ourState));
            }
        }

        /// <summary>A status that nobody knew when this was written.</summary>
        public void Unclear(ProviderTransaction row, BookedPayment? booked)
        {
            if (!Unmoved.Contains(row.Status) && (booked is null || TryMatch(booked.PaymentKey!)) && IsJudged(row.At))
            {
                Ours = booked is null ? Ours : Ours.With(Movement.Payment, booked.AmountKrw);
                Differences.Add(Of(row, Movement.Payment, DifferenceKind.StateDiffers, null, booked?.AmountKrw, booked is null ? null : "approved"));
            }
        }

        private bool IsJudged(Instant at)
        {
            bool fresh = day.Contains(at) && at > settled;
            Awaited += fresh ? 1 : 0;
            return day.Contains(at) && !fresh;
        }

        private static Difference Of(ProviderTransaction row, Movement movement, DifferenceKind kind, long? theirKrw, long? ourKrw, string? ourState) => new(
            $"{NameOf(movement)}:{row.TransactionKey}", movement, kind, row.OrderId, row.PaymentKey, row.TransactionKey, row.At, theirKrw, ourKrw, row.Status, ourState);

        private static string NameOf(Movement movement) => movement == Movement.Payment ? "payment" : "refund";
    }
}
