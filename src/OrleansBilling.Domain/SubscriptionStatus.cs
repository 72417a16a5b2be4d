namespace OrleansBilling.Domain;

/// <summary>Where a subscription stands. The names are stored: never rename or reuse one.</summary>
public enum SubscriptionStatus
{
    /// <summary>Started without a trial, and its first charge is not approved yet.</summary>
    Incomplete = 1,

    /// <summary>In its free trial; the first charge comes at its end.</summary>
    Trialing = 2,

    /// <summary>Paid up.</summary>
    Active = 3,

    /// <summary>A renewal was declined; dunning runs.</summary>
    PastDue = 4,

    /// <summary>Over. Nothing is ever charged again.</summary>
    Ended = 5,
}

/// <summary>Why a subscription ended. The names are stored: never rename or reuse one.</summary>
public enum EndReason
{
    Canceled = 1,

    /// <summary>Dunning ran out, or the deadline for another card passed.</summary>
    PaymentFailed = 2,

    /// <summary>The first charge was never approved.</summary>
    FirstPaymentFailed = 3,
}
