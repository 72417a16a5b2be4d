using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>Something that happened to a subscription, in the envelope that every consumer sees. Carries ids, never personal data.</summary>
public sealed record BillingEvent : StoredRecord
{
    /// <summary>Derived from subscription and sequence, so publishing it again after a crash publishes the same one.</summary>
    public required string Id { get; init; }

    /// <summary>Additive within a version.</summary>
    public int SchemaVersion { get; init; } = 1;
    public required string Merchant { get; init; }
    public required string Subscription { get; init; }

    /// <summary>Counts from 1 within the subscription, without gaps.</summary>
    public required long Sequence { get; init; }
    public required Instant OccurredAt { get; init; }
    public required bool Livemode { get; init; }
    public required string Actor { get; init; }

    /// <summary>What led to it: a command id, an order id, or <c>schedule</c>.</summary>
    public required string Cause { get; init; }
    public required EventData Data { get; init; }

    [JsonIgnore] public string Type => Data.Type;
}

/// <summary>What happened. The type's name is part of the public contract and never changes its meaning.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SubscriptionCreated), "subscription.created")]
[JsonDerivedType(typeof(SubscriptionActivated), "subscription.activated")]
[JsonDerivedType(typeof(SubscriptionRenewed), "subscription.renewed")]
[JsonDerivedType(typeof(SubscriptionPastDue), "subscription.past_due")]
[JsonDerivedType(typeof(CancellationScheduled), "subscription.cancellation_scheduled")]
[JsonDerivedType(typeof(CancellationUndone), "subscription.cancellation_undone")]
[JsonDerivedType(typeof(SubscriptionEnded), "subscription.ended")]
[JsonDerivedType(typeof(SubscriptionParked), "subscription.parked")]
[JsonDerivedType(typeof(SubscriptionUnparked), "subscription.unparked")]
[JsonDerivedType(typeof(CommandDeferred), "command.deferred")]
[JsonDerivedType(typeof(CommandDropped), "command.dropped")]
[JsonDerivedType(typeof(PeriodsWaived), "period.waived")]
[JsonDerivedType(typeof(InvoiceIssued), "invoice.issued")]
[JsonDerivedType(typeof(InvoicePaid), "invoice.paid")]
[JsonDerivedType(typeof(InvoiceWrittenOff), "invoice.written_off")]
[JsonDerivedType(typeof(PaymentApproved), "payment.approved")]
[JsonDerivedType(typeof(PaymentDeclined), "payment.declined")]
[JsonDerivedType(typeof(PaymentUnknown), "payment.unknown")]
[JsonDerivedType(typeof(PaymentNotCharged), "payment.not_charged")]
[JsonDerivedType(typeof(PaymentFault), "payment.fault")]
[JsonDerivedType(typeof(PaymentRetryRequested), "payment.retry_requested")]
[JsonDerivedType(typeof(PaymentResolved), "payment.resolved")]
[JsonDerivedType(typeof(RefundRequested), "refund.requested")]
[JsonDerivedType(typeof(RefundSucceeded), "refund.succeeded")]
[JsonDerivedType(typeof(CardRegistered), "card.registered")]
[JsonDerivedType(typeof(CardReplaced), "card.replaced")]
[JsonDerivedType(typeof(CardRemoved), "card.removed")]
public abstract record EventData : StoredRecord
{
    private EventData() { }

    // The names stand once, above; the envelope's type and the stored discriminator can therefore never differ.
    private static readonly FrozenDictionary<Type, string> Names = typeof(EventData).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    [JsonIgnore] public string Type => Names[GetType()];

    public sealed record SubscriptionCreated(string CustomerId, string ProductId, string PlanId, int PlanVersion, long PriceKrw, Instant? TrialEndsAt) : EventData;

    public sealed record SubscriptionActivated(Instant PeriodStart, Instant PeriodEnd) : EventData;

    public sealed record SubscriptionRenewed(Instant PeriodStart, Instant PeriodEnd) : EventData;

    public sealed record SubscriptionPastDue(int InvoiceNumber) : EventData;

    public sealed record CancellationScheduled(Instant At, string? Reason) : EventData;

    public sealed record CancellationUndone : EventData;

    public sealed record SubscriptionEnded(EndReason EndReason, string? Reason) : EventData;

    /// <summary>An operator has to look.</summary>
    /// <param name="Failure">The type of the exception that its rules or its billing key threw; null where the reason says it all.</param>
    public sealed record SubscriptionParked(string Reason, string? Failure = null) : EventData;

    public sealed record SubscriptionUnparked(string? Reason = null) : EventData;

    /// <summary>A command waits for the payment in progress.</summary>
    public sealed record CommandDeferred(string Command) : EventData;

    /// <summary>A command that waited could not be carried out any more.</summary>
    public sealed record CommandDropped(string Command, Refusal Refusal) : EventData;

    /// <summary>Periods that are not charged, from first to last index inclusive.</summary>
    public sealed record PeriodsWaived(int FirstIndex, int LastIndex, Instant Start, Instant End) : EventData;

    public sealed record InvoiceIssued(int Number, long TotalKrw, long VatKrw, long TaxFreeKrw, Instant PeriodStart, Instant PeriodEnd, Instant DueAt) : EventData;

    public sealed record InvoicePaid(int Number, long TotalKrw, string PaymentKey) : EventData;

    /// <summary>It will not be collected any more.</summary>
    public sealed record InvoiceWrittenOff(int Number, long TotalKrw, string Reason) : EventData;

    public sealed record PaymentApproved(int InvoiceNumber, string OrderId, string PaymentKey, string PaymentMethodId, long AmountKrw, Instant ApprovedAt, string? ReceiptUrl)
        : EventData;

    /// <param name="Hard">The card will not work again.</param>
    /// <param name="NextAttemptAt">Null when another card is needed or the end has come.</param>
    public sealed record PaymentDeclined(int InvoiceNumber, string OrderId, string PaymentMethodId, long AmountKrw, string Code, bool Hard, Instant? NextAttemptAt) : EventData;

    /// <summary>The outcome is not known; it is being settled. Told once for an attempt.</summary>
    public sealed record PaymentUnknown(int InvoiceNumber, string OrderId, string Reason) : EventData;

    /// <summary>An attempt whose outcome was unknown is proven not to have been charged, or an operator answers for it. It counts for nothing.</summary>
    public sealed record PaymentNotCharged(int InvoiceNumber, string OrderId) : EventData;

    /// <summary>The provider refused through the merchant's fault. The customer is not to blame and not dunned. Told once for an attempt.</summary>
    public sealed record PaymentFault(int InvoiceNumber, string OrderId, string Code, bool Account) : EventData;

    /// <summary>A person has this order tried, repeated or looked up at once.</summary>
    public sealed record PaymentRetryRequested(int InvoiceNumber, string OrderId, string? Reason) : EventData;

    /// <summary>A person decided about a payment that no rule could judge.</summary>
    /// <param name="As"><c>not_charged</c>, or <c>adopted</c> if the provider shows exactly <paramref name="AmountKrw"/>.</param>
    /// <param name="AmountKrw">Null unless adopted.</param>
    public sealed record PaymentResolved(int InvoiceNumber, string OrderId, string As, long? AmountKrw, string? Reason) : EventData;

    public sealed record RefundRequested(int Number, int InvoiceNumber, string PaymentKey, long AmountKrw, string Reason) : EventData;

    /// <param name="Number">Our refund's number; null for one that was made elsewhere, such as in the provider's console.</param>
    public sealed record RefundSucceeded(int? Number, int InvoiceNumber, string PaymentKey, string TransactionKey, long AmountKrw, Instant RefundedAt) : EventData;

    public sealed record CardRegistered(string PaymentMethodId, string IssuerCode, string MaskedNumber) : EventData;

    public sealed record CardReplaced(string PaymentMethodId, string IssuerCode, string MaskedNumber, string? OldPaymentMethodId) : EventData;

    /// <summary>Its billing key is deleted at the provider.</summary>
    public sealed record CardRemoved(string PaymentMethodId) : EventData;
}
