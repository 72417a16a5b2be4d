using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>Money for an attempt that counted as over. Judged by what is remembered of its invoice, so that no payment that was wanted is ever sent back.</summary>
public static partial class SubscriptionLifecycle
{
    private static Subscription ApprovedLate(this Subscription s, string orderId, ProviderPayment payment, Circumstances c)
    {
        if (PlaceOf(s, orderId) is not (int invoiceNumber, int attemptNumber))
        {
            return s;
        }

        return s.Invoice is { } invoice && invoice.Number == invoiceNumber
            ? s.ApprovedLate(invoice, attemptNumber, orderId, payment, c)
            : s.ApprovedAfterAll(invoiceNumber, attemptNumber, orderId, payment, c);
    }

    /// <summary>It pays the open invoice if nothing else may be paying it and not all of it went back already; otherwise the money goes back.</summary>
    private static Subscription ApprovedLate(this Subscription s, Invoice invoice, int attemptNumber, string orderId, ProviderPayment payment, Circumstances c)
    {
        ClosedAttempt? closed = invoice.Closed.FirstOrDefault(a => a.OrderId == orderId);
        if (attemptNumber > invoice.LastAttemptNumber || closed?.End == AttemptEnd.Approved)
        {
            return s; // Not an attempt that this state opened, or told before.
        }

        if (closed is not null && payment.BalanceKrw > 0 && Matches(payment, invoice.TotalKrw) && !MayHaveLeft(s, c))
        {
            return s.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).Paid(orderId, closed.PaymentMethodId, payment, c);
        }

        ClosedAttempt approved = new(attemptNumber, orderId, closed?.PaymentMethodId ?? "", AttemptEnd.Approved, null, c.Now);
        ClosedAttempt[] others = [.. invoice.Closed.Where(a => a.OrderId != orderId)];
        return (s with { Invoice = invoice with { Closed = [.. others.Append(approved).TakeLast(RememberedAttempts)] } })
            .GiveBack(invoice.Number, orderId, approved.PaymentMethodId, payment, c);
    }

    /// <summary>Its invoice is over: paid by another attempt, written off or waived. An invoice that is not remembered is none that we can judge; the books are compared elsewhere.</summary>
    private static Subscription ApprovedAfterAll(this Subscription s, int invoiceNumber, int attemptNumber, string orderId, ProviderPayment payment, Circumstances c)
    {
        if (s.Settled.FirstOrDefault(i => i.Number == invoiceNumber) is not { } settled || attemptNumber > settled.LastAttemptNumber)
        {
            return s;
        }

        return settled.ApprovedOrderIds.Contains(orderId)
            ? s
            : (s with { Settled = s.Settled.Replace(settled, settled with { ApprovedOrderIds = settled.ApprovedOrderIds.Add(orderId) }) })
                .GiveBack(invoiceNumber, orderId, "", payment, c);
    }

    private static Subscription GiveBack(this Subscription s, int invoiceNumber, string orderId, string methodId, ProviderPayment payment, Circumstances c)
    {
        Why why = Why.Order(orderId);
        PaymentApproved approved = new(invoiceNumber, orderId, payment.PaymentKey, methodId, payment.TotalKrw, payment.ApprovedAt ?? c.Now, payment.ReceiptUrl);
        return s.Tell(c.Now, why, approved)
            .AdoptForeignCancels(invoiceNumber, payment)
            .RequestRefund(invoiceNumber, payment, "late_approval", why, c.Now);
    }
}
