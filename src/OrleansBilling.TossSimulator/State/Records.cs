using System.Collections.Immutable;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.TossSimulator.State;

/// <summary>What a registration window hands to the browser. Single use.</summary>
internal sealed record AuthKeyRecord(string AuthKey, string MerchantId, string ClientKey, string CustomerKey, CardOnFile Card, DateTimeOffset CreatedAt)
{
    public bool IsUsed { get; init; }
}

internal sealed record BillingKeyRecord(string BillingKey, string MerchantId, string CustomerKey, CardOnFile Card, DateTimeOffset IssuedAt)
{
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Charges that reached the card, approved or not: what <see cref="CardScript"/> counts.</summary>
    public int Charges { get; init; }
}

/// <summary>An approved payment, or a declined one when <see cref="Failure"/> is there.</summary>
internal sealed record PaymentRecord(
    string PaymentKey, string MerchantId, string OrderId, string OrderName, string CustomerKey, CardOnFile Card,
    long AmountKrw, long TaxFreeKrw, long TaxExemptionKrw, DateTimeOffset RequestedAt, DateTimeOffset ApprovedAt, string TransactionKey, string Secret)
{
    public ImmutableArray<CancelRecord> Cancels { get; init; } = [];

    /// <summary>Code of the refusal; null for a payment that was approved.</summary>
    public string? Failure { get; init; }

    public long BalanceKrw => Cancels.IsEmpty ? AmountKrw : Cancels[^1].RefundableKrw;

    public long TaxFreeBalanceKrw => TaxFreeKrw - Cancels.Sum(cancel => cancel.TaxFreeKrw);

    public long TaxExemptionBalanceKrw => TaxExemptionKrw - Cancels.Sum(cancel => cancel.TaxExemptionKrw);

    public string LastTransactionKey => Cancels.IsEmpty ? TransactionKey : Cancels[^1].TransactionKey;

    /// <summary>Measured: partial cancels that sum to the total leave PARTIAL_CANCELED at balance 0; CANCELED is only the single full cancel.</summary>
    public string Status => Failure is not null ? "ABORTED"
        : Cancels.IsEmpty ? "DONE"
        : Cancels[0].AmountKrw == AmountKrw ? "CANCELED"
        : "PARTIAL_CANCELED";
}

/// <param name="RefundableKrw">Balance after this cancel.</param>
internal sealed record CancelRecord(
    string TransactionKey, long AmountKrw, long TaxFreeKrw, long TaxExemptionKrw, long RefundableKrw, string Reason, DateTimeOffset CanceledAt);

/// <summary>To what an idempotency key is bound: never to the body.</summary>
/// <param name="SecretFingerprint">The secret key used, as a fingerprint. A re-issued key of the same merchant is another one.</param>
internal sealed record IdempotencyScope(string SecretFingerprint, string Method, string Path, string Key);

/// <summary>An answer bound to an idempotency key, repeated byte by byte.</summary>
internal sealed record BoundAnswer(int Status, byte[] Body, string? Code, string TraceId, DateTimeOffset FirstUsedAt);

/// <param name="Body">The bytes that are sent, each time the same.</param>
/// <param name="Attempts">HTTP status of each try so far; 0 means no answer in time.</param>
/// <param name="NextAt">Due time of the next try; null when none follows.</param>
internal sealed record WebhookRecord(
    string Id, string Url, string EventType, byte[] Body, DateTimeOffset CreatedAt, ImmutableArray<int> Attempts, DateTimeOffset? NextAt)
{
    public string State => NextAt is not null ? "pending" : !Attempts.IsEmpty && Attempts[^1] == 200 ? "delivered" : "failed";
}
