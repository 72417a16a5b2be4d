using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>Money that is to go back. At most one per payment is on its way.</summary>
public sealed record Refund : StoredRecord
{
    /// <summary>Counts from 1 within the subscription, and stands in the provider's cancelReason, by which an unknown refund is recognised.</summary>
    public required int Number { get; init; }
    public required int InvoiceNumber { get; init; }
    public required string PaymentKey { get; init; }
    public required long AmountKrw { get; init; }

    /// <summary>The balance on which the refund was decided. The provider refuses the call when it is another, so a second execution is impossible.</summary>
    public required long RefundableKrw { get; init; }

    /// <summary>Why, as a code: <c>canceled_in_flight</c>, <c>late_approval</c> …</summary>
    public required string Reason { get; init; }

    /// <summary>Counts requests that were refused and corrected; part of the idempotency key, since refusals are bound to theirs.</summary>
    public int Try { get; init; } = 1;

    /// <summary>The last call was not answered, or refused: what really happened is read from the payment before anything else.</summary>
    public bool ReadBack { get; init; }

    /// <summary>The provider's last refusal; null when there was none.</summary>
    public string? LastCode { get; init; }
    public required Instant NextAt { get; init; }

    /// <summary>Calls so far that did not settle it.</summary>
    public int UnsettledCalls { get; init; }
}

/// <summary>The last payment that was approved, and what of it can still be given back.</summary>
public sealed record LastPayment : StoredRecord
{
    public required int InvoiceNumber { get; init; }
    public required string OrderId { get; init; }
    public required string PaymentKey { get; init; }
    public required string PaymentMethodId { get; init; }
    public required long AmountKrw { get; init; }
    public required long BalanceKrw { get; init; }
    public required Instant ApprovedAt { get; init; }
}
