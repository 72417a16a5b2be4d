using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>Money that goes back, and billing keys that are deleted.</summary>
public static partial class SubscriptionLifecycle
{
    private const int RememberedCancels = 20;

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

        s = s.AdoptForeignCancels(refund.InvoiceNumber, payment);
        string mark = RefundMark(s, refund);
        if (payment.Cancels.FirstOrDefault(x => x.Reason.EndsWith(mark, StringComparison.Ordinal)) is { } done)
        {
            return (s with { Refunds = s.Refunds.Remove(refund) }).Tell(c.Now, Why.Schedule, new RefundSucceeded(
                number, refund.InvoiceNumber, refund.PaymentKey, done.TransactionKey, done.AmountKrw, done.CanceledAt));
        }

        if (payment.BalanceKrw == 0)
        {
            return s with { Refunds = s.Refunds.Remove(refund) }; // Somebody else gave it all back, in the provider's console for example.
        }

        if (!refund.ReadBack)
        {
            return s.RefundUnsettled(number, "not_listed", refused: true, c); // Accepted, they say, but it is not among the payment's cancels.
        }

        if (refund.LastCode is { } code && RefundCodes.IsFinal(code))
        {
            return s.Park("refund_refused", Why.Schedule, c.Now);
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
            NextAt = c.Now + c.Policy.RepeatWait(calls),
        });
        // Silence, however long, is an outage that ends by itself; refusals that go on are not.
        return refused && refund.Try >= ChargePolicy.MaxRefundTries ? s.Park("refund_stuck", Why.Schedule, c.Now) : s;
    }

    /// <summary>Cancels that none of our refunds made are told, each once, so that every won can be traced. What is left of the last payment is kept up.</summary>
    private static Subscription AdoptForeignCancels(this Subscription s, int invoiceNumber, ProviderPayment payment)
    {
        foreach (ProviderCancel cancel in payment.Cancels.Where(x => !x.Reason.Contains($"#{s.Id}-r", StringComparison.Ordinal)))
        {
            if (s.AdoptedCancels.Contains(cancel.TransactionKey))
            {
                continue;
            }

            s = (s with { AdoptedCancels = [.. s.AdoptedCancels.Add(cancel.TransactionKey).TakeLast(RememberedCancels)] }).Tell(
                cancel.CanceledAt, Why.Schedule, new RefundSucceeded(null, invoiceNumber, payment.PaymentKey, cancel.TransactionKey, cancel.AmountKrw, cancel.CanceledAt));
        }

        return s.LastPayment is { } last && last.PaymentKey == payment.PaymentKey && last.BalanceKrw != payment.BalanceKrw ? s with { LastPayment = last with { BalanceKrw = payment.BalanceKrw } } : s;
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
                PaymentMethods = s.PaymentMethods.Replace(method, method with { FailedDeletions = method.FailedDeletions + 1, DeleteAt = c.Now + c.Policy.AfterFailedDeletion }),
            };
    }
}
