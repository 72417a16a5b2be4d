using OrleansBilling.Domain;

namespace OrleansBilling.Subscriptions;

/// <summary>A subscription as people see it. Instants are UTC; show them in <see cref="ZoneId"/>. Money is KRW including VAT.</summary>
[GenerateSerializer, Immutable, Alias("OrleansBilling.SubscriptionView")]
public sealed record SubscriptionView
{
    [Id(0)] public required string SubscriptionId { get; init; }
    [Id(1)] public required string CustomerId { get; init; }
    [Id(2)] public required string ProductId { get; init; }
    [Id(3)] public required string PlanId { get; init; }
    [Id(4)] public required int PlanVersion { get; init; }
    [Id(5)] public required SubscriptionStatus Status { get; init; }
    [Id(6)] public required long PriceKrw { get; init; }
    [Id(7)] public required IntervalUnit IntervalUnit { get; init; }
    [Id(8)] public required int IntervalCount { get; init; }

    /// <summary>IANA zone in which the billing day is counted.</summary>
    [Id(9)] public required string ZoneId { get; init; }
    [Id(10)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>End of the free trial; null without one.</summary>
    [Id(11)] public DateTimeOffset? TrialEndsAt { get; init; }

    /// <summary>The period that is paid for, or the trial; null before the first payment and after the end.</summary>
    [Id(12)] public PeriodView? CurrentPeriod { get; init; }

    /// <summary>When money will next be asked for; null when nothing is going to be charged (cancelled, ended, waiting for another card).</summary>
    [Id(13)] public DateTimeOffset? NextChargeAt { get; init; }
    [Id(14)] public long NextChargeKrw { get; init; }

    /// <summary>The card in use; null after the end, when the key was deleted.</summary>
    [Id(15)] public CardView? Card { get; init; }

    /// <summary>A charge has been sent, or may have been, and its outcome is not known yet.</summary>
    [Id(16)] public bool PaymentInProgress { get; init; }

    /// <summary>The unpaid invoice that has fallen due; null when all is paid.</summary>
    [Id(17)] public OpenInvoiceView? OpenInvoice { get; init; }

    /// <summary>When the scheduled cancellation takes effect; null when none is scheduled.</summary>
    [Id(18)] public DateTimeOffset? CancelsAt { get; init; }

    /// <summary>A command that waits for the payment in progress: <c>cancel_now</c>, <c>cancel_at_period_end</c>, <c>replace_card</c> …; empty when none.</summary>
    [Id(19)] public required IReadOnlyList<string> PendingCommands { get; init; }
    [Id(20)] public DateTimeOffset? EndedAt { get; init; }
    [Id(21)] public EndReason? EndReason { get; init; }

    /// <summary>Why this subscription needs an operator; null normally.</summary>
    [Id(22)] public string? ParkedReason { get; init; }

    /// <summary>The card in use will not work again: the customer has to register another.</summary>
    [Id(23)] public bool NeedsNewCard { get; init; }
}

[GenerateSerializer, Immutable, Alias("OrleansBilling.PeriodView")]
public sealed record PeriodView([property: Id(0)] DateTimeOffset Start, [property: Id(1)] DateTimeOffset End);

/// <param name="Number">Counts from 1 within the subscription.</param>
/// <param name="FailedTries">Declines of this invoice that count for dunning.</param>
/// <param name="LastCode">The provider's last decline code; null when there was none.</param>
/// <param name="NextAttemptAt">Null when no attempt is planned (another card is needed).</param>
/// <param name="EndsAt">When the subscription ends if it stays unpaid; null while that is not decided.</param>
/// <param name="OrderId">What the provider knows the planned or open attempt by; null when none is planned.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.OpenInvoiceView")]
public sealed record OpenInvoiceView(
    [property: Id(0)] int Number,
    [property: Id(1)] long TotalKrw,
    [property: Id(2)] DateTimeOffset DueAt,
    [property: Id(3)] int FailedTries,
    [property: Id(4)] string? LastCode,
    [property: Id(5)] DateTimeOffset? NextAttemptAt,
    [property: Id(6)] DateTimeOffset? EndsAt,
    [property: Id(7)] string? OrderId);
