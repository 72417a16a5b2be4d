using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>The objects of the API with all documented fields, null ones included.</summary>
internal static class WireJson
{
    // Korean is sent as it is, not as \uXXXX.
    private static readonly JsonSerializerOptions Serialized = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode node) => System.Text.Encoding.UTF8.GetBytes(node.ToJsonString(Serialized));

    public static JsonObject Error(string code, string message) => new() { ["code"] = code, ["message"] = message };

    public static JsonObject Billing(BillingKeyRecord key, SimulatorKeySet keys, bool english)
    {
        JsonObject billing = new()
        {
            ["mId"] = key.MerchantId,
            ["customerKey"] = key.CustomerKey,
            ["authenticatedAt"] = KoreanTime.Iso(key.IssuedAt),
            ["method"] = Words.In(english, Words.Card),
            ["billingKey"] = key.BillingKey,
            ["card"] = new JsonObject
            {
                ["issuerCode"] = key.Card.IssuerCode,
                ["acquirerCode"] = key.Card.AcquirerCode,
                ["number"] = key.Card.MaskedNumber,
                ["cardType"] = Words.In(english, key.Card.CardType),
                ["ownerType"] = Words.In(english, key.Card.OwnerType),
            },
            ["transfers"] = null,
            ["easyPay"] = null,
        };
        // Versions are dates or "1.4", so ordinal order is theirs.
        if (string.CompareOrdinal(keys.ApiVersion, "2024-06-01") < 0)
        {
            billing["cardCompany"] = CardCheck.CompanyOf(key.Card.IssuerCode);
            billing["cardNumber"] = key.Card.MaskedNumber;
        }
        return billing;
    }

    public static JsonObject Payment(PaymentRecord payment, SimulatorKeySet keys, bool english)
    {
        Vat vat = Vat.Of(payment.BalanceKrw, payment.TaxFreeBalanceKrw, payment.TaxExemptionBalanceKrw);
        bool failed = payment.Failure is not null;
        return new()
        {
            ["mId"] = payment.MerchantId,
            ["version"] = keys.ApiVersion,
            ["paymentKey"] = payment.PaymentKey,
            ["lastTransactionKey"] = failed ? null : payment.LastTransactionKey,
            ["transactionKey"] = failed ? null : payment.LastTransactionKey,
            ["status"] = payment.Status,
            ["type"] = "BILLING",
            ["orderId"] = payment.OrderId,
            ["orderName"] = payment.OrderName,
            ["requestedAt"] = KoreanTime.Iso(payment.RequestedAt),
            ["approvedAt"] = failed ? null : KoreanTime.Iso(payment.ApprovedAt),
            ["useEscrow"] = false,
            ["cultureExpense"] = false,
            ["card"] = PaymentCard(payment, english),
            ["virtualAccount"] = null,
            ["transfer"] = null,
            ["mobilePhone"] = null,
            ["giftCertificate"] = null,
            ["cashReceipt"] = null,
            ["cashReceipts"] = null,
            ["discount"] = null,
            ["cancels"] = payment.Cancels.IsEmpty ? null : new JsonArray([.. payment.Cancels.Select(cancel => (JsonNode)Cancel(cancel))]),
            // Measured non-null on billing card payments, although the documentation's samples show null.
            ["secret"] = payment.Secret,
            ["easyPay"] = null,
            ["easyPayAmount"] = 0,
            ["easyPayDiscountAmount"] = 0,
            ["country"] = "KR",
            ["failure"] = failed ? Error(payment.Failure!, TossErrors.Get(payment.Failure!).Message(english)) : null,
            // Documented: a card payment with a tax-exempt part can only be cancelled whole.
            ["isPartialCancelable"] = payment.TaxExemptionKrw == 0,
            ["receipt"] = failed ? null : new JsonObject { ["url"] = ReceiptUrl(payment) },
            ["checkout"] = new JsonObject { ["url"] = $"https://api.tosspayments.com/v1/payments/{payment.PaymentKey}/checkout" },
            ["currency"] = "KRW",
            ["totalAmount"] = payment.AmountKrw,
            ["balanceAmount"] = payment.BalanceKrw,
            ["suppliedAmount"] = vat.SuppliedKrw,
            ["vat"] = vat.VatKrw,
            ["taxFreeAmount"] = payment.TaxFreeBalanceKrw,
            ["taxExemptionAmount"] = payment.TaxExemptionBalanceKrw,
            ["metadata"] = null,
            ["method"] = Words.In(english, Words.Card),
        };
    }

    public static string ReceiptUrl(PaymentRecord payment) =>
        $"https://dashboard.tosspayments.com/receipt/redirection?transactionId={payment.PaymentKey}&ref=PX";

    private static JsonObject PaymentCard(PaymentRecord payment, bool english) => new()
    {
        ["issuerCode"] = payment.Card.IssuerCode,
        ["acquirerCode"] = payment.Card.AcquirerCode,
        ["number"] = payment.Card.MaskedNumber,
        ["installmentPlanMonths"] = 0,
        ["isInterestFree"] = false,
        ["interestPayer"] = null,
        ["approveNo"] = "00000000",
        ["useCardPoint"] = false,
        ["cardType"] = Words.In(english, payment.Card.CardType),
        ["ownerType"] = Words.In(english, payment.Card.OwnerType),
        ["acquireStatus"] = payment.Status is "CANCELED" ? "CANCELED" : "READY",
        ["amount"] = payment.AmountKrw,
    };

    private static JsonObject Cancel(CancelRecord cancel) => new()
    {
        ["transactionKey"] = cancel.TransactionKey,
        ["cancelReason"] = cancel.Reason,
        ["taxExemptionAmount"] = cancel.TaxExemptionKrw,
        ["canceledAt"] = KoreanTime.Iso(cancel.CanceledAt),
        ["cardDiscountAmount"] = 0,
        ["transferDiscountAmount"] = 0,
        ["easyPayDiscountAmount"] = 0,
        ["receiptKey"] = null,
        ["cancelAmount"] = cancel.AmountKrw,
        ["taxFreeAmount"] = cancel.TaxFreeKrw,
        ["refundableAmount"] = cancel.RefundableKrw,
        ["cancelStatus"] = "DONE",
        ["cancelRequestId"] = null,
    };
}
