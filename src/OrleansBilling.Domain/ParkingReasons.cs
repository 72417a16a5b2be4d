namespace OrleansBilling.Domain;

/// <summary>
/// Why a subscription is parked, besides the provider's own codes for a request that is wrong in itself. Stored; explained to operators by texts of these names, and in
/// <c>docs/operating.md</c>.
/// </summary>
public static class ParkingReasons
{
    /// <summary>The provider shows a payment of another amount under our order id.</summary>
    public const string PaymentMismatch = SubscriptionLifecycle.PaymentMismatch;

    /// <summary>The provider said "done already", or answered with another payment, and then shows nothing.</summary>
    public const string PaymentContradiction = SubscriptionLifecycle.PaymentContradiction;

    /// <summary>The provider refuses a refund in a way that will be the same tomorrow.</summary>
    public const string RefundRefused = "refund_refused";

    /// <summary>A refund is refused again and again.</summary>
    public const string RefundStuck = "refund_stuck";

    /// <summary>The rules threw for this subscription at every look.</summary>
    public const string RulesFailed = "rules_failed";

    /// <summary>Its billing key cannot be decrypted, or is gone although an attempt needs it.</summary>
    public const string KeyUnreadable = "key_unreadable";

    /// <summary>Its stored state cannot be read. Not in the state, then, but in a table of its own.</summary>
    public const string StateUnreadable = "state_unreadable";

    public static IReadOnlyList<string> All { get; } = [PaymentMismatch, PaymentContradiction, RefundRefused, RefundStuck, RulesFailed, KeyUnreadable, StateUnreadable];
}
