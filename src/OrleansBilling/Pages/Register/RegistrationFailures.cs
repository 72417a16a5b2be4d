using System.Collections.Frozen;
using OrleansBilling.Domain;

namespace OrleansBilling.Pages.Register;

/// <summary>
/// Why no card was registered, or the exchange was refused: code → key of our own sentence. Codes come from addresses and scripts that anybody can write,
/// so an unknown one gets the general sentence and is not shown.
/// </summary>
/// <remarks>Source: Toss Payments billing guide, fail redirect codes; SDK v2 error codes; billing-key issue error codes.</remarks>
internal static class RegistrationFailures
{
    private const string General = "register.fail.general";

    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["USER_CANCEL"] = "register.fail.cancelled",
        ["PAY_PROCESS_CANCELED"] = "register.fail.cancelled",
        ["PAY_PROCESS_ABORTED"] = "register.fail.authentication",
        ["REJECT_CARD_COMPANY"] = "register.fail.rejected",
        ["EXCEED_MAX_AUTH_COUNT"] = "register.fail.tooMany",
        ["INVALID_CARD_NUMBER"] = "register.fail.cardData",
        ["INVALID_CARD_EXPIRATION"] = "register.fail.cardData",
        ["INVALID_CARD_PASSWORD"] = "register.fail.cardData",
        ["INVALID_CARD_IDENTITY"] = "register.fail.cardData",
        ["INVALID_BIRTH_DAY_FORMAT"] = "register.fail.cardData",
        ["INVALID_STOPPED_CARD"] = "register.fail.rejected",
        ["INVALID_REJECT_CARD"] = "register.fail.rejected",
        ["NOT_REGISTERED_CARD_COMPANY"] = "register.fail.notActivated",
        ["NOT_SUPPORTED_CARD_TYPE"] = "register.fail.cardType",
        ["NOT_FOUND_BILLING"] = "register.fail.expired",
        ["INVALID_BILLING_AUTH"] = "register.fail.expired",
        ["INVALID_AUTHORIZE_AUTH"] = "register.fail.expired",
        ["EXPIRED"] = "register.fail.expired",
        [nameof(Refusal.AlreadyEnded)] = "register.fail.ended",
        ["NOT_SUPPORTED_METHOD"] = "register.fail.merchant",
        ["PRICE_CHANGED"] = "register.fail.priceChanged",
        ["ALREADY_SUBSCRIBED"] = "register.fail.alreadySubscribed",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Codes that the browser script can meet before the window leads anywhere; the empty one stands for all others.</summary>
    public static IReadOnlyList<string> ShownByScript { get; } = ["USER_CANCEL", "NOT_SUPPORTED_METHOD", ""];

    public static IEnumerable<string> TextKeys => Known.Values.Append(General).Distinct();

    public static bool IsKnown(string code) => Known.ContainsKey(code);

    public static string TextKey(string? code) => code is not null && Known.TryGetValue(code, out string? key) ? key : General;
}
