using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>What the comparison with the provider's transaction list brings to a subscription: payments that it counted as over, and cancels that were made elsewhere.</summary>
public static partial class SubscriptionLifecycle
{
    /// <summary>True when this state remembers the order as approved.</summary>
    public static bool HoldsForApproved(Subscription s, string orderId) =>
        s.Settled.Any(i => i.ApprovedOrderIds.Contains(orderId)) || s.Invoice?.Closed.Any(a => a.OrderId == orderId && a.End == AttemptEnd.Approved) == true;

    /// <summary>The invoice that an order id of this subscription is for; null when it is none of its own.</summary>
    public static int? InvoiceOf(Subscription s, string orderId) => PlaceOf(s, orderId)?.Invoice;

    private static Subscription Reconciled(this Subscription s, ProviderPayment payment, bool isSecond, Circumstances c)
    {
        if (!payment.WasApproved || !Knows(s, payment.OrderId))
        {
            return s;
        }

        if (!HoldsForApproved(s, payment.OrderId))
        {
            return s.Found(payment.OrderId, payment, c);
        }

        int invoiceNumber = InvoiceOf(s, payment.OrderId)!.Value;
        return isSecond ? s.PaidTwice(invoiceNumber, payment, c) : s.AdoptForeignCancels(invoiceNumber, payment);
    }

    /// <summary>The provider approved an order twice, against its own rules. The second payment goes back. Asked again: it is on its way already, or nothing of it is left.</summary>
    private static Subscription PaidTwice(this Subscription s, int invoiceNumber, ProviderPayment payment, Circumstances c)
    {
        if (payment.PaymentKey == s.LastPayment?.PaymentKey || s.Refunds.Any(r => r.PaymentKey == payment.PaymentKey) || payment.BalanceKrw == 0)
        {
            return s.AdoptForeignCancels(invoiceNumber, payment);
        }

        Why why = Why.Order(payment.OrderId);
        return s.Tell(c.Now, why, new PaymentApproved(invoiceNumber, payment.OrderId, payment.PaymentKey, "", payment.TotalKrw, payment.ApprovedAt ?? c.Now, payment.ReceiptUrl))
            .AdoptForeignCancels(invoiceNumber, payment)
            .RequestRefund(invoiceNumber, payment, "second_payment", why, c.Now);
    }
}
