using System.Text.Json.Serialization;

namespace OrleansBilling.TossSimulator.State;

/// <summary>One change of the books. A line of the journal is an array of entries that become true together.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ClockMoved), "clockMoved")]
[JsonDerivedType(typeof(AuthKeyCreated), "authKeyCreated")]
[JsonDerivedType(typeof(BillingKeyIssued), "billingKeyIssued")]
[JsonDerivedType(typeof(BillingKeyRemoved), "billingKeyRemoved")]
[JsonDerivedType(typeof(CardReached), "cardReached")]
[JsonDerivedType(typeof(PaymentApproved), "paymentApproved")]
[JsonDerivedType(typeof(PaymentDeclined), "paymentDeclined")]
[JsonDerivedType(typeof(PaymentCanceled), "paymentCanceled")]
[JsonDerivedType(typeof(AnswerBound), "answerBound")]
[JsonDerivedType(typeof(WebhookQueued), "webhookQueued")]
[JsonDerivedType(typeof(WebhookTried), "webhookTried")]
internal abstract record JournalEntry
{
    private JournalEntry()
    {
    }

    internal sealed record ClockMoved(TimeSpan Offset) : JournalEntry;

    internal sealed record AuthKeyCreated(AuthKeyRecord AuthKey) : JournalEntry;

    /// <param name="AuthKey">Used up by this; null for a key issued from card data.</param>
    internal sealed record BillingKeyIssued(BillingKeyRecord BillingKey, string? AuthKey) : JournalEntry;

    internal sealed record BillingKeyRemoved(string BillingKey, DateTimeOffset At) : JournalEntry;

    /// <summary>A charge reached the card of this key: its script goes one step on.</summary>
    internal sealed record CardReached(string BillingKey) : JournalEntry;

    internal sealed record PaymentApproved(PaymentRecord Payment) : JournalEntry;

    internal sealed record PaymentDeclined(PaymentRecord Payment) : JournalEntry;

    internal sealed record PaymentCanceled(string PaymentKey, CancelRecord Cancel) : JournalEntry;

    internal sealed record AnswerBound(IdempotencyScope Scope, BoundAnswer Answer) : JournalEntry;

    internal sealed record WebhookQueued(WebhookRecord Webhook) : JournalEntry;

    internal sealed record WebhookTried(string Id, int Status, DateTimeOffset? NextAt) : JournalEntry;
}

// Written ahead of time instead of found by reflection: the first line costs no 100 ms at start.
[JsonSerializable(typeof(IReadOnlyList<JournalEntry>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class JournalJson : JsonSerializerContext;
