using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Webhooks;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Payments: cancelled and looked up.</summary>
internal static class PaymentApi
{
    private const int LongestReason = 200;

    /// <summary>POST /v1/payments/{paymentKey}/cancel. The whole balance when cancelAmount is left out.</summary>
    public static Outcome Cancel(WireCall call, Books books, DateTimeOffset now)
    {
        string? reason = call.Body.Text("cancelReason");
        string? fault = BillingApi.Unreadable(call)
            ?? (string.IsNullOrEmpty(reason) ? "INVALID_REQUIRED_PARAM" : null)
            ?? (reason!.Length > LongestReason ? "INVALID_REQUEST" : null)
            ?? (call.Body.Has("cancelAmount") && call.Body.Krw("cancelAmount") is null ? "INVALID_REQUEST" : null)
            ?? (call.Body.Has("refundableAmount") && call.Body.Krw("refundableAmount") is null ? "INVALID_REQUEST" : null)
            ?? (call.Body.Text("currency") is not (null or "KRW") ? "INVALID_CURRENCY" : null);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        if (Find(call, books) is not { } payment)
        {
            return call.Refuse("NOT_FOUND_PAYMENT");
        }
        CancelRecord cancel = CancelOf(call, payment, reason!, now);
        fault = CancelFault(call, payment, cancel);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        PaymentRecord after = payment with { Cancels = payment.Cancels.Add(cancel) };
        return new(call.Ok(WireJson.Payment(after, call.Keys, call.English)),
            [new JournalEntry.PaymentCanceled(payment.PaymentKey, cancel), .. WebhookEvents.PaymentCanceled(after, call.Keys, call.Knobs, now)]);
    }

    /// <summary>GET /v1/payments/{paymentKey}</summary>
    public static Outcome ByPaymentKey(WireCall call, Books books, DateTimeOffset now) => Found(call, Find(call, books));

    /// <summary>GET /v1/payments/orders/{orderId}</summary>
    public static Outcome ByOrderId(WireCall call, Books books, DateTimeOffset now) =>
        Found(call, books.Approved(call.Keys.MerchantId, call.Resource)
            ?? (call.Knobs.FailedChargesVisible ? books.Declined(call.Keys.MerchantId, call.Resource) : null));

    private static Outcome Found(WireCall call, PaymentRecord? payment) =>
        payment is null ? call.Refuse("NOT_FOUND_PAYMENT") : new(call.Ok(WireJson.Payment(payment, call.Keys, call.English)), []);

    private static PaymentRecord? Find(WireCall call, Books books) =>
        books.Payment(call.Resource) is { } payment && payment.MerchantId == call.Keys.MerchantId ? payment : null;

    private static CancelRecord CancelOf(WireCall call, PaymentRecord payment, string reason, DateTimeOffset now)
    {
        long amountKrw = call.Body.Krw("cancelAmount") ?? payment.BalanceKrw;
        bool isRest = amountKrw == payment.BalanceKrw;
        // Whatever is tax-free goes with the rest; a partial cancel takes the tax-free part that it names.
        long taxFreeKrw = isRest ? payment.TaxFreeBalanceKrw : payment.TaxFreeKrw == 0 ? 0 : call.Body.Krw("taxFreeAmount") ?? 0;
        long exemptKrw = isRest ? payment.TaxExemptionBalanceKrw : 0;
        // Not subtracted when it is too much: then the cancel is refused, and the arithmetic must not throw before that.
        long restKrw = amountKrw <= payment.BalanceKrw ? payment.BalanceKrw - amountKrw : 0;
        return new(KeyShapes.TransactionKey(), amountKrw, taxFreeKrw, exemptKrw, restKrw, reason, now);
    }

    /// <summary>Order and codes as measured: full cancel twice, partial cancels to zero, more than the balance, a stale balance.</summary>
    private static string? CancelFault(WireCall call, PaymentRecord payment, CancelRecord cancel) =>
        payment.Status == "CANCELED" ? "ALREADY_CANCELED_PAYMENT"
        : call.Body.Krw("refundableAmount") is { } expected && expected != payment.BalanceKrw ? "NOT_MATCHES_REFUNDABLE_AMOUNT"
        : payment.BalanceKrw == 0 || cancel.AmountKrw > payment.BalanceKrw ? "NOT_CANCELABLE_AMOUNT"
        : cancel.AmountKrw <= 0 ? "INVALID_REFUND_AMOUNT"
        : payment.TaxExemptionKrw > 0 && cancel.AmountKrw != payment.AmountKrw ? "NOT_ALLOWED_PARTIAL_REFUND"
        : cancel.TaxFreeKrw < 0 || cancel.TaxFreeKrw > Math.Min(payment.TaxFreeBalanceKrw, cancel.AmountKrw) ? "INVALID_REQUEST"
        : payment.TaxFreeBalanceKrw - cancel.TaxFreeKrw > cancel.RefundableKrw ? "INVALID_REQUEST"
        : null;
}
