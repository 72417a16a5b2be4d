using System.Collections.Frozen;

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

    /// <summary>
    /// The provider does not know the billing key, or says that it is deleted. As <see cref="Hard"/>, once proven not charged and if the merchant's account was in order: under a
    /// wrong MID every key is unknown.
    /// </summary>
    KeyGone = 10,
}

/// <summary>
/// The one table of the provider's codes to a charge, and of the codes shared by every call. The statuses do not follow the meaning: PROVIDER_ERROR is
/// a transient 400, FAILED_DB_PROCESSING a 500 for a value that will never fit, INVALID_API_KEY a 400. So no status is looked at here.
/// </summary>
/// <remarks>
/// Source: Toss Payments error codes (global list, card approval and automatic payment tables) and sandbox measurements, August and September 2026. Codes
/// that matter most are missing from the official global list: an unlisted code is ordinary, and <see cref="CodeClass.Unlisted"/> is its answer.
/// </remarks>
public static class ProviderCodes
{
    private static readonly FrozenDictionary<string, CodeClass> Table = ByCode(
        // The instrument is dead, or its holder has to act at the issuer.
        (CodeClass.Hard,
        [
            "INVALID_STOPPED_CARD", "INVALID_CARD_EXPIRATION", "INVALID_CARD_LOST_OR_STOLEN", "INVALID_REJECT_CARD", "INVALID_CARD_NUMBER", "INVALID_CARD",
            "NOT_SUPPORTED_CARD_TYPE", "NOT_REGISTERED_CARD_COMPANY", "EXCEED_MAX_AUTH_COUNT", "INVALID_PASSWORD", "USER_ACCOUNT_ON_HOLD",
            "INVALID_ACCOUNT_INFO_RE_REGISTER", "REJECT_TOSSPAY_INVALID_ACCOUNT",
        ]),
        // A dead key, or a wrong MID: one answer alone does not say which.
        (CodeClass.KeyGone, ["ALREADY_REMOVED_BILLING_KEY", "INVALID_BILL_KEY_REQUEST", "NOT_FOUND_BILLING"]),
        // No money now, over a limit, or not at this hour: another day may do.
        (CodeClass.Soft,
        [
            "REJECT_CARD_PAYMENT", "REJECT_ACCOUNT_PAYMENT",
            "EXCEED_MAX_AMOUNT", "EXCEED_UNKNOWN_CASE", "EXCEED_MAX_PAYMENT_AMOUNT", "EXCEED_MAX_DAILY_PAYMENT_COUNT", "EXCEED_MAX_ONE_DAY_AMOUNT",
            "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT", "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
            "NOT_AVAILABLE_PAYMENT", "NOT_AVAILABLE_BANK", "MAINTAINED_METHOD", "RESTRICTED_TRANSFER_ACCOUNT",
        ]),
        // Refused without a reason: worth a few tries, not a subscription's life of them.
        (CodeClass.SoftThenHard, ["REJECT_CARD_COMPANY", "FDS_ERROR", "SUSPECTED_PHISHING_PAYMENT"]),
        // Our key, contract or access policy: every charge of the merchant fails alike.
        (CodeClass.AccountFault,
        [
            "UNAUTHORIZED_KEY", "INVALID_API_KEY", "INVALID_CLIENT_KEY", "INCORRECT_BASIC_AUTH_FORMAT", "INSECURE_KEY_USAGE", "API_KEY_ACCESS_DENIED",
            "FORBIDDEN_REQUEST", "INVALID_AUTHORIZE_AUTH", "API_VERSION_UPDATE_NEEDED", "NOT_SUPPORTED_METHOD", "NOT_SUPPORTED_PROCESS",
            "NOT_FOUND_MERCHANT", "NOT_FOUND_MERCHANT_INTEGRATION", "NOT_FOUND_TERMINAL_ID", "NOT_FOUND_HTTP_METHOD",
            "NOT_REGISTERED_BUSINESS", "INVALID_UNREGISTERED_SUBMALL",
        ]),
        // This request is wrong and will be wrong tomorrow; others are not affected.
        (CodeClass.RowFault,
        [
            "INVALID_REQUEST", "INVALID_REQUIRED_PARAM", "INVALID_ORDER_ID", "INVALID_ORDER_NAME", "INVALID_CUSTOMER_KEY", "NOT_MATCHES_CUSTOMER_KEY",
            "INVALID_EMAIL", "INVALID_CURRENCY", "REQUIRED_AMOUNT", "BELOW_ZERO_AMOUNT", "BELOW_MINIMUM_AMOUNT", "EXCEEDS_TRANSFER_AMOUNT_MAXIMUM",
            "UNAPPROVED_ORDER_ID", "INVALID_IDEMPOTENCY_KEY", "INVALID_TEST_CODE", "INVALID_DATE", "INVALID_ISO_DATE_FORMAT", "EXCEED_MAX_QUERY_LIMIT",
            "NOT_ALLOWED_POINT_USE", "NOT_ALLOWED_INSTALLMENT_BELOW_AMOUNT", "INVALID_CARD_INSTALLMENT_PLAN",
            "EXCEED_MAX_CARD_INSTALLMENT_PLAN", "EXCEED_MIN_CARD_INSTALLMENT_PLAN", "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
            "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN", "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT",
            "FAILED_DB_PROCESSING", // Measured: a 500 for a value that is too long. Sending it again fails again.
        ]),
        // Somebody behind the provider stumbled; the money may have moved all the same.
        (CodeClass.Transient,
        [
            "PROVIDER_ERROR", "CARD_PROCESSING_ERROR", "FORBIDDEN_CONSECUTIVE_REQUEST", "FAILED_INTERNAL_SYSTEM_PROCESSING", "FAILED_CARD_COMPANY_RESPONSE",
            "FAILED_METHOD_HANDLING", "FAILED_BILLING_AUTO_CANCEL", "FAILED_BILL_KEY_AUTH_CREATION", "FAILED_HASH_DATA_CREATION",
            "UNKNOWN_ERROR", "COMMON_ERROR",
        ]),
        // Carries the issuer's own words, so a refusal may hide behind a 500.
        (CodeClass.TransientThenSoft, ["FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", "UNKNOWN_PAYMENT_ERROR"]),
        (CodeClass.AlreadyDone, ["DUPLICATED_ORDER_ID", "ALREADY_PROCESSED_PAYMENT", "ALREADY_COMPLETED_PAYMENT", "DUPLICATED_REQUEST"]),
        (CodeClass.InProgress, ["IDEMPOTENT_REQUEST_PROCESSING"]));

    /// <summary>Every code of the table, for screens and for checks against other lists.</summary>
    public static IReadOnlyCollection<string> Known => Table.Keys;

    public static CodeClass Classify(string code) => Table.GetValueOrDefault(code);

    // A code in two classes stops the program at its first use, which the tests are.
    private static FrozenDictionary<string, CodeClass> ByCode(params (CodeClass Class, string[] Codes)[] groups) =>
        groups.SelectMany(group => group.Codes, (group, code) => KeyValuePair.Create(code, group.Class))
            .ToDictionary(StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal);
}
