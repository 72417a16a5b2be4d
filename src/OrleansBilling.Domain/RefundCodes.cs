using System.Collections.Frozen;

namespace OrleansBilling.Domain;

/// <summary>What a provider's error code to a cancel (refund) means. None of them proves that no money moved: the payment is read back first.</summary>
public enum RefundCodeClass
{
    /// <summary>Nobody knows this code: read back, then an operator decides.</summary>
    Unlisted = 0,

    /// <summary>Cancelled before, by us or by a person at the provider: adopt what the payment says.</summary>
    AlreadyDone = 1,

    /// <summary>The balance is not the one on which the refund was decided: read back and decide again.</summary>
    StaleBalance = 2,

    /// <summary>Ask again later with the same key.</summary>
    Transient = 3,

    /// <summary>This refund will not be made by the provider, now or later: money goes back another way.</summary>
    Final = 4,

    /// <summary>Key, contract or access policy of the merchant.</summary>
    AccountFault = 5,
}

/// <summary>The one table of the provider's codes to a cancel.</summary>
/// <remarks>Source: Toss Payments error codes of "Cancel a payment", and sandbox measurements, August 2026.</remarks>
public static class RefundCodes
{
    private static readonly FrozenDictionary<string, RefundCodeClass> Table = ByCode(
        (RefundCodeClass.AlreadyDone, ["ALREADY_CANCELED_PAYMENT", "ALREADY_REFUND_PAYMENT"]),
        // NOT_CANCELABLE_AMOUNT also answers a second cancel after partial cancels that sum to the total.
        (RefundCodeClass.StaleBalance, ["NOT_MATCHES_REFUNDABLE_AMOUNT", "NOT_CANCELABLE_AMOUNT", "INVALID_REFUND_AMOUNT", "EXCEED_MAX_REFUND_AMOUNT"]),
        (RefundCodeClass.Transient,
        [
            "PROVIDER_ERROR", "FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_AVAILABLE_BANK", "IDEMPOTENT_REQUEST_PROCESSING",
            "FAILED_INTERNAL_SYSTEM_PROCESSING", "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", "FAILED_REFUND_PROCESS", "FAILED_METHOD_HANDLING_CANCEL",
            "FAILED_PARTIAL_REFUND", "COMMON_ERROR",
        ]),
        (RefundCodeClass.Final,
        [
            "REFUND_REJECTED", "NOT_CANCELABLE_PAYMENT", "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER", "EXCEED_MAX_REFUND_DUE", "EXCEED_CANCEL_LIMIT",
            "NOT_ALLOWED_PARTIAL_REFUND", "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT", "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
            "INVALID_REFUND_ACCOUNT_INFO", "INVALID_REFUND_ACCOUNT_NUMBER", "INVALID_BANK", "FORBIDDEN_BANK_REFUND_REQUEST",
            "INVALID_REQUEST", "NOT_FOUND_PAYMENT",
        ]),
        (RefundCodeClass.AccountFault, ["UNAUTHORIZED_KEY", "INVALID_API_KEY", "INCORRECT_BASIC_AUTH_FORMAT", "FORBIDDEN_REQUEST", "API_KEY_ACCESS_DENIED"]));

    public static RefundCodeClass Classify(string code) => Table.GetValueOrDefault(code);

    private static FrozenDictionary<string, RefundCodeClass> ByCode(params (RefundCodeClass Class, string[] Codes)[] groups) =>
        groups.SelectMany(group => group.Codes, (group, code) => KeyValuePair.Create(code, group.Class))
            .ToDictionary(StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal);
}
