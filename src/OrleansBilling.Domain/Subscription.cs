using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>
/// One subscription, whole: terms, life-cycle, open invoice, cards, what is still to be done outside, and the events not yet published. An immutable value;
/// <see cref="SubscriptionLifecycle"/> makes the next one, <see cref="NextStep"/> says what it needs.
/// </summary>
public sealed record Subscription : StoredRecord
{
    public required string Id { get; init; }
    public required string Merchant { get; init; }
    public required string CustomerId { get; init; }

    /// <summary>Real money. False in the sandbox and with test keys.</summary>
    public required bool Livemode { get; init; }
    public required Terms Terms { get; init; }
    public required SubscriptionStatus Status { get; init; }
    public required Instant StartedAt { get; init; }

    /// <summary>Wall-clock start of billing period 0 in the terms' zone: the start, or the end of the trial.</summary>
    public required LocalDateTime Anchor { get; init; }

    /// <summary>Null without a trial.</summary>
    public Instant? TrialEndsAt { get; init; }

    /// <summary>The last period that was paid for; null before the first payment.</summary>
    public Period? PaidPeriod { get; init; }

    /// <summary>In the order in which they are charged; the first usable one is taken.</summary>
    public ImmutableArray<PaymentMethod> PaymentMethods { get; init; } = [];

    /// <summary>The invoice that is due, or the one that comes next; null when nothing will be charged.</summary>
    public Invoice? Invoice { get; init; }

    public int LastInvoiceNumber { get; init; }

    /// <summary>The last invoices that are over, oldest first, by which late news of their orders is judged; at most <see cref="SubscriptionLifecycle.RememberedInvoices"/>.</summary>
    public ImmutableArray<SettledInvoice> Settled { get; init; } = [];
    public LastPayment? LastPayment { get; init; }

    /// <summary>Null unless a cancellation is scheduled or was carried out.</summary>
    public Cancellation? Cancellation { get; init; }
    public Instant? EndedAt { get; init; }
    public EndReason? EndReason { get; init; }

    /// <summary>Commands that wait for the payment in progress, in the order of their coming.</summary>
    public ImmutableArray<PendingCommand> Pending { get; init; } = [];

    public ImmutableArray<Refund> Refunds { get; init; } = [];
    public int LastRefundNumber { get; init; }

    /// <summary>Transaction keys of the provider's last cancels that were told in an event, so that each is told once.</summary>
    public ImmutableArray<string> AdoptedCancels { get; init; } = [];

    /// <summary>Why an operator has to look; nothing is done by itself until one does. Null normally.</summary>
    public Parking? Parked { get; init; }

    /// <summary>The last commands and their answers, so that a repeat is answered the same; at most <see cref="SubscriptionLifecycle.RememberedCommands"/>.</summary>
    public ImmutableArray<AnsweredCommand> Answered { get; init; } = [];

    /// <summary>Sequence of the newest event.</summary>
    public long LastSequence { get; init; }

    /// <summary>Events that are not known to be published.</summary>
    public ImmutableArray<BillingEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool IsLive => Status is not SubscriptionStatus.Ended;

    [JsonIgnore] public BillingCalendar Calendar => new(Anchor, Terms.Interval, DateTimeZoneProviders.Tzdb[Terms.ZoneId]);

    /// <summary>The card that new attempts use; null when another one is needed.</summary>
    [JsonIgnore] public PaymentMethod? UsableMethod => PaymentMethods.FirstOrDefault(m => m.State == PaymentMethodState.Usable);
}

/// <param name="At">When it takes effect.</param>
public sealed record Cancellation(Instant At, string Actor, string? Reason) : StoredRecord;

/// <param name="Reason">A code: <c>payment_mismatch</c>, or the provider's own.</param>
public sealed record Parking(string Reason, Instant At) : StoredRecord;

/// <summary>A command that arrived while a payment was in progress. Durable before it was answered.</summary>
public sealed record PendingCommand(Command Command, Instant At) : StoredRecord;

/// <param name="Refusal">Null when it was accepted.</param>
public sealed record AnsweredCommand(string CommandId, Refusal? Refusal) : StoredRecord;
