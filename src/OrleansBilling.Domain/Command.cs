using System.Text.Json.Serialization;

namespace OrleansBilling.Domain;

/// <summary>What somebody wants of a subscription.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CancelNow), "cancel_now")]
[JsonDerivedType(typeof(CancelAtPeriodEnd), "cancel_at_period_end")]
[JsonDerivedType(typeof(UndoCancellation), "undo_cancellation")]
[JsonDerivedType(typeof(ReplaceCard), "replace_card")]
[JsonDerivedType(typeof(RetryNow), "retry_now")]
[JsonDerivedType(typeof(TreatAsNotCharged), "treat_as_not_charged")]
[JsonDerivedType(typeof(AdoptPayment), "adopt_payment")]
public abstract record Command : StoredRecord
{
    private Command() { }

    /// <summary>The caller's id. The same id again is answered the same and changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary><c>customer:…</c>, <c>operator:…</c>, <c>api-key:…</c> or <c>system:…</c></summary>
    public required string Actor { get; init; }

    /// <summary>A short code, never free text; null when none was given.</summary>
    public string? Reason { get; init; }

    public sealed record CancelNow : Command;

    public sealed record CancelAtPeriodEnd : Command;

    public sealed record UndoCancellation : Command;

    public sealed record ReplaceCard : Command
    {
        public required PaymentMethod Method { get; init; }
    }

    /// <summary>
    /// Charge what is open now, or take a parked subscription up again: the same attempt is looked at once more. In dunning it is an extra try, and the schedule goes on as planned.
    /// </summary>
    public sealed record RetryNow : Command;

    /// <summary>
    /// An operator made sure at the provider that the payment for which the subscription is parked took no money, or gave it back. It is looked up, twice unless it shows that all was given
    /// back; then its attempt is closed and another one opened. A payment that holds money after all is adopted, or parks the subscription again when its amount is not ours.
    /// </summary>
    public sealed record TreatAsNotCharged : Command;

    /// <summary>
    /// An operator takes the payment that the provider shows, although its amount is not ours, as this invoice's. It is looked up first, and adopted only if it shows exactly this amount.
    /// </summary>
    public sealed record AdoptPayment : Command
    {
        public required long AmountKrw { get; init; }
    }
}

/// <summary>Why a command is not allowed now. The names are stored: never rename or reuse one.</summary>
public enum Refusal
{
    /// <summary>There is no such subscription.</summary>
    NotStarted = 1,

    /// <summary>The subscription has ended; nothing can be changed any more.</summary>
    AlreadyEnded = 2,

    /// <summary>A cancellation is scheduled already.</summary>
    AlreadyCanceling = 3,

    /// <summary>No cancellation is scheduled, so there is nothing to take back.</summary>
    NotCanceling = 4,

    /// <summary>Before the first payment there is no period that could run out: cancel now instead.</summary>
    NotPaidYet = 5,

    /// <summary>Nothing is open and nothing is parked.</summary>
    NothingToRetry = 6,

    /// <summary>The open invoice cannot be charged without another card.</summary>
    NeedsNewCard = 7,

    /// <summary>A subscription with this id was started with other content.</summary>
    StartedDifferently = 8,

    /// <summary>It is not parked for a payment about which a person could decide.</summary>
    NothingToResolve = 9,
}

/// <summary>What became of a command.</summary>
/// <param name="Next">The subscription afterwards; the same value when nothing changed.</param>
/// <param name="Refusal">Null when it was accepted or deferred.</param>
/// <param name="Deferred">It waits for the payment in progress.</param>
public sealed record Decision(Subscription Next, Refusal? Refusal, bool Deferred);
