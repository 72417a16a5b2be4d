namespace OrleansBilling.Reconciliation;

/// <summary>What is known of a difference's cause. Stored, and explained to operators by texts of these names; <c>docs/operating.md</c> says what to do.</summary>
public static class Causes
{
    /// <summary>It begins as our orders do, but no order of this program looks so.</summary>
    public const string NotOurOrder = "not_our_order";

    /// <summary>It looks like an order of ours, and its subscription never opened it: charged elsewhere, or our database is older than the charge.</summary>
    public const string UnknownOrder = "unknown_order";

    /// <summary>The provider approved it after it counted as not charged; the subscription took it up: it pays the invoice or goes back.</summary>
    public const string Adopted = "adopted";

    /// <summary>The provider approved the order twice; the second payment goes back.</summary>
    public const string SecondPayment = "second_payment";

    /// <summary>Cancelled elsewhere, such as in the provider's console; noted by the subscription.</summary>
    public const string ForeignCancel = "foreign_cancel";

    /// <summary>The subscription knew it; the read side did not, and does now.</summary>
    public const string ReadSideRepaired = "read_side_repaired";

    /// <summary>The payment contradicts what was asked for; the subscription is parked.</summary>
    public const string Parked = "parked";

    /// <summary>Its invoice is too old to be remembered, or the subscription is parked already.</summary>
    public const string NotJudged = "not_judged";

    /// <summary>The payment itself is not found at the provider.</summary>
    public const string NotAtProvider = "not_at_provider";

    /// <summary>The provider's list lacks it, and a look-up of the payment finds it.</summary>
    public const string NotListed = "not_listed";

    /// <summary>The provider's list and its own payment do not say the same.</summary>
    public const string Contradiction = "contradiction";

    public const string Amount = "amount";

    /// <summary>The provider did not answer the look-up, or it was not its turn yet; the next comparison asks again.</summary>
    public const string NotVerified = "not_verified";

    /// <summary>Somebody else's order.</summary>
    public const string Foreign = "foreign";

    public static IReadOnlyList<string> All { get; } =
    [
        NotOurOrder, UnknownOrder, Adopted, SecondPayment, ForeignCancel, ReadSideRepaired, Parked, NotJudged, NotAtProvider, NotListed, Contradiction, Amount, NotVerified, Foreign,
    ];
}
