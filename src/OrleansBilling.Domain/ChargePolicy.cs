using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>The times of the charge protocol. Provider facts are cited; the rest are choices, each with its reason.</summary>
public static class ChargePolicy
{
    /// <summary>Before an attempt's time by this much it may already have left, since the clocks of two machines may differ.</summary>
    public static readonly Duration ClockGuard = Duration.FromMinutes(10);

    /// <summary>State older than this is read again before anything is sent: another activation may have moved on.</summary>
    public static readonly Duration StateFreshness = Duration.FromMinutes(10);

    /// <summary>A charge may take 60 s at the provider (its documentation); a request that was sent is certainly over after this.</summary>
    public static readonly Duration ProcessingLimit = Duration.FromMinutes(2);

    /// <summary>A look-up sooner than this after the last send proves nothing: the approval may still land.</summary>
    public static readonly Duration LookUpAfterSend = Duration.FromMinutes(5);

    /// <summary>Between the two look-ups that prove that nothing was charged.</summary>
    public static readonly Duration BetweenLookUps = Duration.FromMinutes(5);

    /// <summary>The provider keeps idempotency keys for 15 days; from here on an attempt is never sent again.</summary>
    public static readonly Duration MaxSendAge = Duration.FromDays(14);

    /// <summary>Between the two look-ups of an attempt that is too old to be sent.</summary>
    public static readonly Duration BetweenLateLookUps = Duration.FromDays(1);

    /// <summary>A transient answer may be bound to its key, so repeating it more often only repeats the answer.</summary>
    public const int MaxTransientRepeats = 2;

    /// <summary>After an attempt that was proven not charged the next one waits this long, so that an outage is not hammered.</summary>
    public static readonly Duration AfterNotCharged = Duration.FromMinutes(10);

    /// <summary>After a refusal through the merchant's own fault.</summary>
    public static readonly Duration AfterFault = Duration.FromMinutes(15);

    /// <summary>An issuer that hides its reason is asked this often for one invoice, then the card counts as dead.</summary>
    public const int MaxHiddenRefusals = 3;

    /// <summary>How long a subscription whose first charge was declined waits for another card.</summary>
    public static readonly Duration FirstPaymentWait = Duration.FromHours(23);

    /// <summary>Tries to delete a billing key; after these it is left to an operator, since a left-over key charges nobody.</summary>
    public const int MaxKeyDeletions = 10;
    public static readonly Duration AfterFailedDeletion = Duration.FromHours(1);

    /// <summary>Refused requests for one refund; after these an operator has to look. Requests without an answer are not counted: an outage ends by itself.</summary>
    public const int MaxRefundTries = 10;

    private static readonly Duration LongestRepeatWait = Duration.FromMinutes(15);

    /// <summary>How long to wait before an unanswered request is repeated: 1, 2, 4, 8, then every 15 minutes.</summary>
    /// <param name="unsettledSends">Sends without a settling answer so far, at least 1.</param>
    public static Duration RepeatWait(int unsettledSends) =>
        unsettledSends > 4 ? LongestRepeatWait : Duration.FromMinutes(1 << (unsettledSends - 1));
}
