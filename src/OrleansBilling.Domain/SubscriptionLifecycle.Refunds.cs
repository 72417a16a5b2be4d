using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>Money that goes back, and billing keys that are deleted.</summary>
public static partial class SubscriptionLifecycle
{
    /// <summary>What stands in the provider's cancelReason, by which an unknown refund is found again: <c>… #sub_…-r1</c>.</summary>
    public static string RefundMark(Subscription s, Refund refund) => $"#{s.Id}-r{refund.Number}";

    /// <summary>Derived from stored state alone; another try after a refusal has another one, since refusals are bound to their key.</summary>
    public static string RefundIdempotencyKey(Subscription s, Refund refund) => $"{s.Merchant}-{Body(s.Id)}-r{refund.Number}-{refund.Try}";

    private static Subscription RequestRefund(this Subscription s, int invoiceNumber, ProviderPayment payment, string reason, Why why, Instant now)
    {
        if (payment.BalanceKrw == 0)
        {
            return s;
        }

        Refund refund = new()
        {
            Number = s.LastRefundNumber + 1,
            InvoiceNumber = invoiceNumber,
            PaymentKey = payment.PaymentKey,
            AmountKrw = payment.BalanceKrw,
            RefundableKrw = payment.BalanceKrw,
            Reason = reason,
            NextAt = now,
        };
        return (s with { Refunds = s.Refunds.Add(refund), LastRefundNumber = refund.Number })
            .Tell(now, why, new RefundRequested(refund.Number, invoiceNumber, refund.PaymentKey, refund.AmountKrw, reason));
    }

    private static Subscription RefundSeen(this Subscription s, int number, ProviderPayment payment, Circumstances c)
    {
        if (s.Refunds.FirstOrDefault(r => r.Number == number) is not { } refund)
        {
            return s;
        }

        string mark = RefundMark(s, refund);
        if (payment.Cancels.FirstOrDefault(x => x.Reason.EndsWith(mark, StringComparison.Ordinal)) is { } done)
        {
            return (s with { Refunds = s.Refunds.Remove(refund) }).Tell(c.Now, Why.Schedule, new RefundSucceeded(
                number, refund.InvoiceNumber, refund.PaymentKey, done.TransactionKey, done.AmountKrw, done.CanceledAt));
        }

        if (payment.BalanceKrw == 0)
        {
            // Somebody else gave it all back, in the provider's console for example: nothing is left to refund.
            return (s with { Refunds = s.Refunds.Remove(refund) }).TellForeignCancels(refund.InvoiceNumber, payment);
        }

        // Not executed. Decided anew on the balance as it is; under a new key when the old one is bound to a refusal.
        return s.Replace(refund, refund with
        {
            AmountKrw = Math.Min(refund.AmountKrw, payment.BalanceKrw),
            RefundableKrw = payment.BalanceKrw,
            Try = refund.LastCode is null && payment.BalanceKrw == refund.RefundableKrw ? refund.Try : refund.Try + 1,
            ReadBack = false,
            LastCode = null,
            NextAt = c.Now,
        });
    }

    private static Subscription RefundUnsettled(this Subscription s, int number, string reason, bool refused, Circumstances c)
    {
        if (s.Refunds.FirstOrDefault(r => r.Number == number) is not { } refund)
        {
            return s;
        }

        int calls = refund.UnsettledCalls + 1;
        s = s.Replace(refund, refund with
        {
            ReadBack = true,
            LastCode = refused ? reason : refund.LastCode,
            UnsettledCalls = calls,
            NextAt = c.Now + ChargePolicy.RepeatWait(calls),
        });
        return calls < ChargePolicy.MaxRefundCalls || s.Parked is not null ? s : s.Park("refund_stuck", Why.Schedule, c.Now);
    }

    /// <summary>Cancels that none of our refunds made are recorded, so that every won can be traced.</summary>
    private static Subscription TellForeignCancels(this Subscription s, int invoiceNumber, ProviderPayment payment)
    {
        foreach (ProviderCancel cancel in payment.Cancels.Where(x => !x.Reason.Contains($"#{s.Id}-r", StringComparison.Ordinal)))
        {
            s = s.Tell(cancel.CanceledAt, Why.Schedule, new RefundSucceeded(null, invoiceNumber, payment.PaymentKey, cancel.TransactionKey, cancel.AmountKrw, cancel.CanceledAt));
        }

        return s;
    }

    private static Subscription Replace(this Subscription s, Refund old, Refund with) => s with { Refunds = s.Refunds.Replace(old, with) };

    private static Subscription KeyDeleted(this Subscription s, string methodId, Circumstances c)
    {
        if (s.PaymentMethods.FirstOrDefault(m => m.Id == methodId && m.State == PaymentMethodState.Retired) is not { } method)
        {
            return s;
        }

        PaymentMethod removed = method with { State = PaymentMethodState.Removed, EncryptedBillingKey = null, DeleteAt = null };
        return (s with { PaymentMethods = s.PaymentMethods.Replace(method, removed) }).Tell(c.Now, Why.Schedule, new CardRemoved(methodId));
    }

    private static Subscription KeyDeletionFailed(this Subscription s, string methodId, Circumstances c)
    {
        PaymentMethod? method = s.PaymentMethods.FirstOrDefault(m => m.Id == methodId && m.State == PaymentMethodState.Retired);
        return method is null
            ? s
            : s with
            {
                PaymentMethods = s.PaymentMethods.Replace(method, method with { FailedDeletions = method.FailedDeletions + 1, DeleteAt = c.Now + ChargePolicy.AfterFailedDeletion }),
            };
    }

    /// <summary>Order ids end in invoice and attempt number.</summary>
    private static int InvoiceNumberOf(string orderId)
    {
        string[] parts = orderId.Split('-');
        return parts.Length >= 4 && int.TryParse(parts[^2], System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
