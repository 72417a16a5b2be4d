using NodaTime;

namespace OrleansBilling.Domain.Reconciliation;

/// <summary>One row of the provider's transaction list: an approval, or a cancel.</summary>
/// <param name="Status">DONE, CANCELED, PARTIAL_CANCELED, or a value that nobody knew when this was written.</param>
/// <param name="AmountKrw">What moved. The list's sign of a cancel is not documented, so only its size counts.</param>
public sealed record ProviderTransaction(string TransactionKey, string PaymentKey, string OrderId, string Status, Instant At, long AmountKrw);

/// <summary>An attempt as our books have it.</summary>
/// <param name="PaymentKey">Null unless it was approved.</param>
/// <param name="At">When it was approved, by the provider's clock; when it was declined, by ours.</param>
public sealed record BookedPayment(string OrderId, string? PaymentKey, bool Approved, Instant At, long AmountKrw);

/// <summary>Money that went back, as our books have it.</summary>
/// <param name="TransactionKey">The provider's key of this cancel.</param>
/// <param name="OrderId">Of the payment; null when our books do not have that payment.</param>
public sealed record BookedRefund(string TransactionKey, string PaymentKey, string? OrderId, Instant At, long AmountKrw);

/// <summary>Our side of a comparison.</summary>
public sealed record Books(IReadOnlyCollection<BookedPayment> Payments, IReadOnlyCollection<BookedRefund> Refunds);

/// <summary>Which way the money went. The names are stored.</summary>
public enum Movement
{
    /// <summary>From the customer to the merchant.</summary>
    Payment = 1,

    /// <summary>Back.</summary>
    Refund = 2,
}

/// <summary>How the two sides differ. The names are stored.</summary>
public enum DifferenceKind
{
    /// <summary>The provider lists it and our books do not have it.</summary>
    TheirsOnly = 1,

    /// <summary>Our books have it and the provider does not list it.</summary>
    OursOnly = 2,

    AmountDiffers = 3,

    /// <summary>Both know it, and do not say the same of it: they list an approval of what we hold for declined, or a status that nobody knows.</summary>
    StateDiffers = 4,
}

/// <summary>One thing that the two sides do not agree on.</summary>
/// <param name="Key">Names it within its day, the same at every comparison.</param>
/// <param name="TransactionKey">The provider's; null when it does not list the thing.</param>
/// <param name="TheirKrw">What moved by the provider's list; null when it says that nothing did, or when its status does not tell.</param>
/// <param name="OurKrw">What moved by our books; null when nothing did.</param>
/// <param name="TheirState">The list's status; null when it does not list the thing.</param>
/// <param name="OurState"><c>approved</c>, <c>declined</c>, <c>refunded</c>, <c>paid_by_another</c> (we hold another payment of the same order for approved), or null when we do not have it.</param>
public sealed record Difference(
    string Key, Movement Movement, DifferenceKind Kind, string? OrderId, string PaymentKey, string? TransactionKey, Instant At,
    long? TheirKrw, long? OurKrw, string? TheirState, string? OurState)
{
    /// <summary>What it adds to their balance of the day, less what it adds to ours; money that goes back is negative.</summary>
    public long GapKrw => (Movement == Movement.Refund ? -1 : 1) * ((TheirKrw ?? 0) - (OurKrw ?? 0));
}

/// <summary>One side's sums of a day. Amounts are positive.</summary>
public sealed record SideTotals(int Payments, long PaidKrw, int Refunds, long RefundedKrw)
{
    public static SideTotals None { get; } = new(0, 0, 0, 0);

    public long NetKrw => PaidKrw - RefundedKrw;

    internal SideTotals With(Movement movement, long amountKrw) => movement == Movement.Payment
        ? this with { Payments = Payments + 1, PaidKrw = PaidKrw + amountKrw }
        : this with { Refunds = Refunds + 1, RefundedKrw = RefundedKrw + amountKrw };
}
