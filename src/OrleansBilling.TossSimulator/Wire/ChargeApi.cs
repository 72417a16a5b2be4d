using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>POST /v1/billing/{billingKey}. No webhook follows, whatever the outcome: Toss sends none for automatic payments.</summary>
internal static class ChargeApi
{
    private const long LeastCardKrw = 100;

    public static Outcome Charge(WireCall call, Books books, DateTimeOffset now)
    {
        string? fault = BillingApi.MissingContract(call, call.Keys.HasBillingContract) ?? BillingApi.Unreadable(call) ?? BodyFault(call.Body);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        BillingKeyRecord? key = books.BillingKey(call.Resource);
        fault = KeyFault(call, key) ?? OrderFault(call, books);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        PaymentRecord payment = Payment(call, books, key!, now);
        JournalEntry reached = new JournalEntry.CardReached(key!.BillingKey);
        string? refusal = key.Card.IsExpired(now, call.Knobs.EveryCardExpires) ? "INVALID_CARD_EXPIRATION" : key.Card.Script.CodeAt(key.Charges);
        return refusal is null
            ? new(call.Ok(WireJson.Payment(payment, call.Keys, call.English)), [reached, new JournalEntry.PaymentApproved(payment)])
            : new(call.Refusal(refusal), [reached, new JournalEntry.PaymentDeclined(payment with { Failure = refusal })]);
    }

    /// <summary>What the card of this charge does to its answer. Null when nothing, or when the charge will not reach the card.</summary>
    public static Fault? CardFault(WireCall call, Books books) =>
        call.Operation == WireOperation.Charge && call.Body.IsReadable && BodyFault(call.Body) is null
        && books.BillingKey(call.Resource) is { } key && KeyFault(call, key) is null && OrderFault(call, books) is null
            ? key.Card.Script.FaultAt(key.Charges)
            : null;

    private static string? BodyFault(WireBody body)
    {
        long? amountKrw = body.Krw("amount");
        long taxFreeKrw = body.Krw("taxFreeAmount") ?? 0;
        long exemptKrw = body.Krw("taxExemptionAmount") ?? 0;
        return BillingApi.CustomerKeyFault(body.Text("customerKey"))
            ?? (body.Text("orderId") is null ? "INVALID_REQUIRED_PARAM" : null)
            ?? (IsOrderId(body.Text("orderId")!) ? null : "INVALID_ORDER_ID")
            ?? (string.IsNullOrEmpty(body.Text("orderName")) ? "INVALID_REQUIRED_PARAM" : null)
            ?? (body.Text("orderName")!.Length > 100 ? "INVALID_ORDER_NAME" : null)
            ?? (body.Has("amount") ? null : "REQUIRED_AMOUNT")
            ?? (amountKrw is null ? "INVALID_REQUEST" : null)
            ?? (amountKrw < 0 ? "BELOW_ZERO_AMOUNT" : null)
            ?? (amountKrw < LeastCardKrw ? "BELOW_MINIMUM_AMOUNT" : null)
            ?? (taxFreeKrw < 0 || exemptKrw < 0 || taxFreeKrw > amountKrw || exemptKrw > amountKrw - taxFreeKrw ? "INVALID_REQUEST" : null)
            ?? (body.Text("customerEmail") is { Length: > 100 } ? "INVALID_EMAIL" : null)
            ?? (body.Text("customerName") is { Length: > 100 } ? "INVALID_REQUEST" : null);
    }

    private static bool IsOrderId(string orderId) =>
        orderId.Length is >= 6 and <= 64 && orderId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static string? KeyFault(WireCall call, BillingKeyRecord? key) =>
        key is null || key.MerchantId != call.Keys.MerchantId ? call.Knobs.UnknownBillingKeyCode
        : key.RemovedAt is not null ? "ALREADY_REMOVED_BILLING_KEY"
        : key.CustomerKey != call.Body.Text("customerKey") ? "NOT_MATCHES_CUSTOMER_KEY"
        : null;

    private static string? OrderFault(WireCall call, Books books)
    {
        string orderId = call.Body.Text("orderId")!;
        bool taken = books.Approved(call.Keys.MerchantId, orderId) is not null && call.Knobs.RefusesDuplicateOrderIds
            || books.Declined(call.Keys.MerchantId, orderId) is not null && !call.Knobs.FailedOrderIdsReusable;
        return taken ? "DUPLICATED_ORDER_ID" : null;
    }

    private static PaymentRecord Payment(WireCall call, Books books, BillingKeyRecord key, DateTimeOffset now)
    {
        string paymentKey;
        do
        {
            paymentKey = KeyShapes.PaymentKey(key.MerchantId, now);
        }
        while (books.Payment(paymentKey) is not null);
        bool taxFree = call.Keys.SellsTaxFree;
        return new(paymentKey, key.MerchantId, call.Body.Text("orderId")!, call.Body.Text("orderName")!, key.CustomerKey, key.Card,
            call.Body.Krw("amount")!.Value,
            taxFree ? call.Body.Krw("taxFreeAmount") ?? 0 : 0,
            call.Body.Krw("taxExemptionAmount") ?? 0,
            call.ReceivedAt, now, KeyShapes.TransactionKey(), KeyShapes.PaymentSecret());
    }
}
