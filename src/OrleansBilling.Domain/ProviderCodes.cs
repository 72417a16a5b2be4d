namespace OrleansBilling.Domain;

/// <summary>What a provider's error code to a charge means for us. The class, not the HTTP status, decides what happens next.</summary>
public enum CodeClass
{
    /// <summary>Nobody knows this code: no money is moved by itself; the order is looked up.</summary>
    Unlisted = 0,

    /// <summary>The card will not work again: no more attempts on it, the customer is asked for another.</summary>
    Hard = 1,

    /// <summary>Retry by the dunning schedule, with a new attempt.</summary>
    Soft = 2,

    /// <summary>As <see cref="Soft"/> for a bounded number of times, then <see cref="Hard"/>: the issuer hides its reason.</summary>
    SoftThenHard = 3,

    /// <summary>Key, contract or access policy of the merchant: every charge fails alike, and no customer is to blame.</summary>
    AccountFault = 4,

    /// <summary>This one request is wrong (malformed, below the minimum, foreign customer key): this subscription is parked.</summary>
    RowFault = 5,

    /// <summary>The provider or the issuer stumbled: the outcome may be unknown, settle it first; no try is counted.</summary>
    Transient = 6,

    /// <summary>Settled as <see cref="Transient"/>; once proven not charged it counts as a soft decline, since the issuer's own refusals hide behind it.</summary>
    TransientThenSoft = 7,

    /// <summary>Already approved or processed under this order id: look up and adopt the real state.</summary>
    AlreadyDone = 8,

    /// <summary>An identical request is still being processed (409): ask again later with the same key; the answer is not there yet.</summary>
    InProgress = 9,
}

/// <summary>The one table of the provider's charge codes.</summary>
public static class ProviderCodes
{
    private static readonly Dictionary<string, CodeClass> Table = new(StringComparer.Ordinal)
    {
        ["REJECT_CARD_PAYMENT"] = CodeClass.Soft,
        ["INVALID_STOPPED_CARD"] = CodeClass.Hard,
    };

    public static CodeClass Classify(string code) => Table.GetValueOrDefault(code);
}
