using System.Collections.Frozen;

namespace OrleansBilling.Domain;

/// <summary>
/// The provider's refusals of a cancel (refund) that will be the same tomorrow: the money has to go back another way. Every other code, known or not, is asked again.
/// None of them proves that no money moved; the payment is read back first.
/// </summary>
/// <remarks>Source: Toss Payments error codes of "Cancel a payment", and sandbox measurements, August 2026.</remarks>
public static class RefundCodes
{
    private static readonly FrozenSet<string> Final = FrozenSet.Create(
        StringComparer.Ordinal,
        "REFUND_REJECTED", "NOT_CANCELABLE_PAYMENT", "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER", "EXCEED_MAX_REFUND_DUE", "EXCEED_CANCEL_LIMIT",
        "NOT_ALLOWED_PARTIAL_REFUND", "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT", "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
        "INVALID_REFUND_ACCOUNT_INFO", "INVALID_REFUND_ACCOUNT_NUMBER", "INVALID_BANK", "FORBIDDEN_BANK_REFUND_REQUEST", "INVALID_REQUEST", "NOT_FOUND_PAYMENT");

    public static bool IsFinal(string code) => Final.Contains(code);
}
