using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>What the payment provider says about one payment: the facts that the rules decide on, and no others.</summary>
/// <remarks>Source: Toss Payments core API, Payment object. Enum-like members stay strings, since new values may appear at any time.</remarks>
public sealed record ProviderPayment : StoredRecord
{
    public required string PaymentKey { get; init; }
    public required string OrderId { get; init; }

    /// <summary>DONE, PARTIAL_CANCELED, CANCELED, ABORTED, EXPIRED, … or a value that nobody knew when this was written.</summary>
    public required string Status { get; init; }
    public required string Currency { get; init; }

    /// <summary>Never changes after approval, cancels included.</summary>
    public required long TotalKrw { get; init; }

    /// <summary>What can still be refunded. "Fully refunded" is this being 0, not a status.</summary>
    public required long BalanceKrw { get; init; }

    /// <summary>Null when the payment was never approved.</summary>
    public Instant? ApprovedAt { get; init; }

    /// <summary>The sales slip (매출전표); null when the provider has none. An opaque address, to store and to link.</summary>
    public string? ReceiptUrl { get; init; }

    /// <summary>Why a payment failed; null on a good one.</summary>
    public string? FailureCode { get; init; }
    public ImmutableArray<ProviderCancel> Cancels { get; init; } = [];

    [JsonIgnore] public bool WasApproved => Status is "DONE" or "PARTIAL_CANCELED" or "CANCELED";
}

/// <summary>One refund as the provider recorded it. Adopted once, by its <see cref="TransactionKey"/>.</summary>
public sealed record ProviderCancel : StoredRecord
{
    public required string TransactionKey { get; init; }
    public required long AmountKrw { get; init; }

    /// <summary>The balance after this cancel.</summary>
    public required long RefundableKrw { get; init; }
    public required string Reason { get; init; }
    public required Instant CanceledAt { get; init; }
}
