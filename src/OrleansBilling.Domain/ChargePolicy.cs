using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>
/// The times of the charge protocol. Provider facts are cited; the rest are choices, each with its reason. They belong together: a sandbox may divide all of them
/// by the same number (<see cref="DividedBy"/>), never one alone.
/// </summary>
public sealed record ChargePolicy
{
    /// <summary>What is right for the real provider.</summary>
    public static ChargePolicy Default { get; } = new();

    private ChargePolicy() { }

    /// <summary>Before an attempt's time by this much it may already have left, since the clocks of two machines may differ.</summary>
    public Duration ClockGuard { get; private init; } = Duration.FromMinutes(10);

    /// <summary>A request that leaves later than this after something was stored was not decided by what was stored before it. Longer than <see cref="ChargeFreshness"/>, with room for clocks.</summary>
    public Duration StateFreshness { get; private init; } = Duration.FromMinutes(10);

    /// <summary>
    /// State older than this is read again before a charge is sent by it: another activation may have moved on. A command is carried out at once until <see cref="ClockGuard"/>
    /// before an attempt's time, and whoever read the state before it was stored must not send at that time. So this, <see cref="DecisionFreshness"/>, what a write may be late at the
    /// database (30 s) and twice what the clocks of two machines may be off (2 minutes each) are together less than the guard.
    /// </summary>
    public Duration ChargeFreshness { get; private init; } = Duration.FromMinutes(4);

    /// <summary>What was decided longer ago than this is not stored any more: it was decided for another time.</summary>
    public Duration DecisionFreshness { get; private init; } = Duration.FromMinutes(1);

    /// <summary>A charge may take 60 s at the provider (its documentation); a request that was sent is certainly over after this.</summary>
    public Duration ProcessingLimit { get; private init; } = Duration.FromMinutes(2);

    /// <summary>A look-up sooner than this after the last send proves nothing: the approval may still land.</summary>
    public Duration LookUpAfterSend { get; private init; } = Duration.FromMinutes(5);

    /// <summary>Between the two look-ups that prove that nothing was charged.</summary>
    public Duration BetweenLookUps { get; private init; } = Duration.FromMinutes(5);

    /// <summary>The provider keeps idempotency keys for 15 days; from here on an attempt is never sent again.</summary>
    public Duration MaxSendAge { get; private init; } = Duration.FromDays(14);

    /// <summary>Between the two look-ups of an attempt that is too old to be sent.</summary>
    public Duration BetweenLateLookUps { get; private init; } = Duration.FromDays(1);

    /// <summary>A transient answer may be bound to its key, so repeating it more often only repeats the answer.</summary>
    public const int MaxTransientRepeats = 2;

    /// <summary>After an attempt that was proven not charged the next one waits this long, so that an outage is not hammered.</summary>
    public Duration AfterNotCharged { get; private init; } = Duration.FromMinutes(10);

    /// <summary>
    /// After a fault of the account that did not stop the merchant: this subscription meets it alone, and trying at once would only meet it again. Where the merchant was stopped,
    /// the next attempt is open at once, and the stop holds it back.
    /// </summary>
    public Duration AfterFault { get; private init; } = Duration.FromMinutes(15);

    /// <summary>While an interruption lasts, a deadline whose clock stands is looked at again after this.</summary>
    public Duration InInterruption { get; private init; } = Duration.FromMinutes(15);

    /// <summary>An issuer that hides its reason is asked this often for one invoice, then the card counts as dead.</summary>
    public const int MaxHiddenRefusals = 3;

    /// <summary>How long a subscription whose first charge was declined waits for another card. A person's time: never divided.</summary>
    public static readonly Duration FirstPaymentWait = Duration.FromHours(23);

    /// <summary>Tries to delete a billing key; after these it is left to an operator, since a left-over key charges nobody.</summary>
    public const int MaxKeyDeletions = 10;
    public Duration AfterFailedDeletion { get; private init; } = Duration.FromHours(1);

    /// <summary>Refused requests for one refund; after these an operator has to look. Requests without an answer are not counted: an outage ends by itself.</summary>
    public const int MaxRefundTries = 10;

    /// <summary>The wait before the first repeat of an unanswered request; it doubles with each.</summary>
    public Duration FirstRepeatWait { get; private init; } = Duration.FromMinutes(1);

    public Duration LongestRepeatWait { get; private init; } = Duration.FromMinutes(15);

    /// <summary>
    /// Period of a subscription's reminder. After a halt a due subscription is looked at this often until it is settled: Orleans drops ticks that nobody was there
    /// to receive; this repeats them.
    /// </summary>
    public Duration CatchUpPeriod { get; private init; } = Duration.FromMinutes(5);

    /// <summary>How long to wait before an unanswered request is repeated: 1, 2, 4, 8, then every 15 minutes.</summary>
    /// <param name="unsettledSends">Sends without a settling answer so far, at least 1.</param>
    public Duration RepeatWait(int unsettledSends) =>
        unsettledSends > 4 ? LongestRepeatWait : FirstRepeatWait * (1 << (unsettledSends - 1));

    /// <summary>All waits shorter by the same factor, so that a test with real processes sees in minutes what takes hours. Never for real money.</summary>
    /// <param name="n">At least 1.</param>
    public ChargePolicy DividedBy(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return new ChargePolicy
        {
            ClockGuard = ClockGuard / n,
            StateFreshness = StateFreshness / n,
            ChargeFreshness = ChargeFreshness / n,
            DecisionFreshness = DecisionFreshness / n,
            ProcessingLimit = ProcessingLimit / n,
            LookUpAfterSend = LookUpAfterSend / n,
            BetweenLookUps = BetweenLookUps / n,
            MaxSendAge = MaxSendAge / n,
            BetweenLateLookUps = BetweenLateLookUps / n,
            AfterNotCharged = AfterNotCharged / n,
            AfterFault = AfterFault / n,
            InInterruption = InInterruption / n,
            AfterFailedDeletion = AfterFailedDeletion / n,
            FirstRepeatWait = FirstRepeatWait / n,
            LongestRepeatWait = LongestRepeatWait / n,
            CatchUpPeriod = CatchUpPeriod / n,
        };
    }
}
