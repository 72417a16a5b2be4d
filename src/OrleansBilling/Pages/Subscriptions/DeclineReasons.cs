using System.Collections.Frozen;
using OrleansBilling.Domain;

namespace OrleansBilling.Pages.Subscriptions;

/// <summary>
/// A provider's decline code in the customer's words: what happened, and what to do. Fewer sentences than codes, because the customer can do only a few things.
/// Each key has two texts, <c>….what</c> and <c>….todo</c>.
/// </summary>
internal static class DeclineReasons
{
    private const string General = "sub.decline.general";
    private const string Unusable = "sub.decline.unusable";

    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["REJECT_CARD_PAYMENT"] = "sub.decline.funds",
        ["REJECT_ACCOUNT_PAYMENT"] = "sub.decline.funds",
        ["EXCEED_MAX_AMOUNT"] = "sub.decline.limit",
        ["EXCEED_UNKNOWN_CASE"] = "sub.decline.limit",
        ["EXCEED_MAX_PAYMENT_AMOUNT"] = "sub.decline.limit",
        ["EXCEED_MAX_DAILY_PAYMENT_COUNT"] = "sub.decline.limit",
        ["EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT"] = "sub.decline.limit",
        ["EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT"] = "sub.decline.limit",
        ["EXCEED_MAX_ONE_DAY_AMOUNT"] = "sub.decline.limit",
        ["INVALID_STOPPED_CARD"] = "sub.decline.stopped",
        ["INVALID_CARD_EXPIRATION"] = "sub.decline.expired",
        ["INVALID_CARD_LOST_OR_STOLEN"] = "sub.decline.lost",
        ["INVALID_REJECT_CARD"] = "sub.decline.issuer",
        ["REJECT_CARD_COMPANY"] = "sub.decline.issuer",
        ["EXCEED_MAX_AUTH_COUNT"] = "sub.decline.issuer",
        ["FDS_ERROR"] = "sub.decline.issuer",
        ["SUSPECTED_PHISHING_PAYMENT"] = "sub.decline.issuer",
        ["NOT_REGISTERED_CARD_COMPANY"] = "sub.decline.notActivated",
        ["NOT_AVAILABLE_PAYMENT"] = "sub.decline.later",
        ["NOT_AVAILABLE_BANK"] = "sub.decline.later",
        ["MAINTAINED_METHOD"] = "sub.decline.later",
        ["RESTRICTED_TRANSFER_ACCOUNT"] = "sub.decline.later",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> TextKeys => Known.Values.Append(Unusable).Append(General).Distinct();

    /// <summary>Null is a decline whose code was not kept. A hard code without words of its own asks for another card.</summary>
    public static string TextKey(string? code) =>
        code is null ? General
        : Known.TryGetValue(code, out string? key) ? key
        : ProviderCodes.Classify(code) is CodeClass.Hard or CodeClass.KeyGone ? Unusable
        : General;
}
