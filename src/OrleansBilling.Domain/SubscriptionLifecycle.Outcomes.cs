using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>What the provider's answers mean. An outcome names its attempt and is applied to the subscription as it is now, not as it was when the request left.</summary>
public static partial class SubscriptionLifecycle
{
    public static Subscription After(Subscription s, Outcome outcome, Circumstances c) => outcome switch
    {
        Outcome.ChargeApproved o => s.Approved(o.OrderId, o.Payment, c),
        Outcome.ChargeRefused o => s.WithOpen(o.OrderId, attempt => s.Refused(attempt, o.Code, c)),
        Outcome.ChargeUnanswered o => s.WithOpen(o.OrderId, attempt => s.Unsettled(attempt, Doubt.NoAnswer, o.Reason, c)),
        Outcome.ChargeContradicted o => s.WithOpen(o.OrderId, attempt => s.Unsettled(attempt, Doubt.Contradiction, o.Reason, c)),
        Outcome.PaymentFound o => s.Found(o.OrderId, o.Payment, c),
        Outcome.PaymentNotFound o => s.WithOpen(o.OrderId, attempt => s.NotFound(attempt, o.AskedAt, c)),
        Outcome.LookUpFailed o => s.WithOpen(o.OrderId, attempt => s.Again(attempt with { NextAt = c.Now + c.Policy.BetweenLookUps })),
        Outcome.PaymentReconciled o => s.Reconciled(o.Payment, o.IsSecond, c),
        Outcome.RefundSeen o => s.RefundSeen(o.RefundNumber, o.Payment, c),
        Outcome.RefundRefused o => s.RefundUnsettled(o.RefundNumber, o.Code, refused: true, c),
        Outcome.RefundUnanswered o => s.RefundUnsettled(o.RefundNumber, o.Reason, refused: false, c),
        Outcome.BillingKeyDeleted o => s.KeyDeleted(o.PaymentMethodId, c),
        Outcome.BillingKeyDeletionFailed o => s.KeyDeletionFailed(o.PaymentMethodId, c),
        _ => throw new InvalidOperationException($"No rule for {outcome.GetType().Name}."),
    };

    /// <summary>Only an attempt that is still open can learn something; a refusal or silence for a closed one is old news.</summary>
    private static Subscription WithOpen(this Subscription s, string orderId, Func<Attempt, Subscription> rule) =>
        s.Invoice?.Attempt is { } attempt && attempt.OrderId == orderId ? rule(attempt) : s;

    private static Subscription Again(this Subscription s, Attempt attempt) => s with { Invoice = s.Invoice! with { Attempt = attempt } };

    private static Subscription Approved(this Subscription s, string orderId, ProviderPayment payment, Circumstances c)
    {
        return s.Invoice?.Attempt is { } attempt && attempt.OrderId == orderId
            ? s.Paid(attempt.OrderId, attempt.PaymentMethodId, payment, c)
            : s.ApprovedLate(orderId, payment, c);
    }

    private static Subscription Paid(this Subscription s, string orderId, string methodId, ProviderPayment payment, Circumstances c)
    {
        Invoice invoice = s.Invoice!;
        Why why = Why.Order(orderId);
        Instant approvedAt = payment.ApprovedAt ?? c.Now;
        bool unwanted = s.Pending.Any(p => RemovesDebt(p, invoice));
        bool first = s.PaidPeriod is null;
        bool dunned = s.Status == SubscriptionStatus.PastDue;
        s = s.TellIssued()
            .Tell(c.Now, why, new PaymentApproved(invoice.Number, orderId, payment.PaymentKey, methodId, payment.TotalKrw, approvedAt, payment.ReceiptUrl))
            .Tell(c.Now, why, new InvoicePaid(invoice.Number, invoice.TotalKrw, payment.PaymentKey));
        s = s.SettleInvoice(paidBy: orderId) with
        {
            Status = SubscriptionStatus.Active,
            PaidPeriod = invoice.Period,
            LastPayment = new LastPayment
            {
                InvoiceNumber = invoice.Number,
                OrderId = orderId,
                PaymentKey = payment.PaymentKey,
                PaymentMethodId = methodId,
                AmountKrw = payment.TotalKrw,
                BalanceKrw = payment.BalanceKrw,
                ApprovedAt = approvedAt,
            },
            PaymentMethods = [.. s.PaymentMethods.Select(m => AfterPayment(m, methodId))],
        };
        s = s.AdoptForeignCancels(invoice.Number, payment);
        if (s.Parked is { Reason: PaymentMismatch or PaymentContradiction })
        {
            s = (s with { Parked = null }).Tell(c.Now, why, new SubscriptionUnparked("payment_settled")); // What a person was to judge has become clear.
        }

        if (unwanted)
        {
            PendingCommand asked = s.Pending.First(p => RemovesDebt(p, invoice));
            return s.RequestRefund(invoice.Number, payment, "canceled_in_flight", Why.Of(asked.Command), c.Now)
                .End(Domain.EndReason.Canceled, asked.Command.Reason, Why.Of(asked.Command), c.Now)
                .AnswerPendingOfEnded(c.Now);
        }

        s = s.Tell(c.Now, why, first ? new SubscriptionActivated(invoice.Period.Start, invoice.Period.End) : new SubscriptionRenewed(invoice.Period.Start, invoice.Period.End));
        return s.PlanAfter(invoice, dunned, c).CarryPending(c);
    }

    private static PaymentMethod AfterPayment(PaymentMethod method, string payingId) => method.State switch
    {
        // The new card has proved itself, so the key of the one it replaced can go.
        PaymentMethodState.Replaced when method.Id != payingId => method with { State = PaymentMethodState.Retired },
        PaymentMethodState.Dead when method.Id == payingId => method with { State = PaymentMethodState.Usable }, // It has just paid, so it lives.
        _ => method,
    };

    /// <summary>The cancellation that was asked for is done; whatever else waited has nothing left to change.</summary>
    private static Subscription AnswerPendingOfEnded(this Subscription s, Instant now)
    {
        foreach (PendingCommand pending in s.Pending)
        {
            s = pending.Command is Command.CancelNow or Command.CancelAtPeriodEnd
                ? s.Remember(pending.Command.Id, refusal: null)
                : s.Drop(pending.Command, Refusal.AlreadyEnded, now);
        }

        return s with { Pending = [] };
    }

    private static Subscription Refused(this Subscription s, Attempt attempt, string code, Circumstances c) => ProviderCodes.Classify(code) switch
    {
        CodeClass.Hard => s.Declined(attempt, code, hard: true, c),
        CodeClass.Soft => s.Declined(attempt, code, hard: false, c),
        CodeClass.SoftThenHard => s.Declined(attempt, code, hard: IsOneTooMany(s.Invoice!, attempt, c.Now), c),
        CodeClass.KeyGone => s.Unsettled(attempt, Doubt.KeyGone, code, c),
        CodeClass.AccountFault => s.Unsettled(attempt, Doubt.AccountFault, code, c),
        CodeClass.RowFault => s.Faulted(attempt, code, c),
        CodeClass.Transient => s.Unsettled(attempt, Doubt.Transient, code, c),
        CodeClass.TransientThenSoft => s.Unsettled(attempt, Doubt.TransientThenSoft, code, c),
        CodeClass.AlreadyDone => s.Unsettled(attempt, Doubt.AlreadyDone, code, c),
        CodeClass.InProgress => s.Unsettled(attempt, Doubt.NoAnswer, code, c),
        _ => s.Unsettled(attempt, Doubt.UnlistedCode, code, c),
    };

    /// <summary>Counted for this card only: another one starts with a clean record. A person's extra tries are not held against it.</summary>
    private static bool IsOneTooMany(Invoice invoice, Attempt refused, Instant now)
    {
        int before = invoice.Closed.Count(a => a is { Extra: false, Code: { } code } && a.PaymentMethodId == refused.PaymentMethodId && ProviderCodes.Classify(code) == CodeClass.SoftThenHard);
        return !IsExtra(refused, now) && before + 1 >= ChargePolicy.MaxHiddenRefusals;
    }

    private static Subscription Declined(this Subscription s, Attempt attempt, string code, bool hard, Circumstances c)
    {
        s = s.TellIssued().CloseAttempt(AttemptEnd.Declined, code, c.Now);
        bool extra = IsExtra(attempt, c.Now);
        Invoice invoice = s.Invoice! with { FailedTries = s.Invoice!.FailedTries + (extra ? 0 : 1), LastCode = code };
        s = s with { Invoice = invoice };
        if (hard)
        {
            s = s with { PaymentMethods = [.. s.PaymentMethods.Select(m => m.Id == attempt.PaymentMethodId && m.State == PaymentMethodState.Usable ? m with { State = PaymentMethodState.Dead } : m)] };
        }

        bool first = s.Status == SubscriptionStatus.Incomplete;
        Instant? retryAt = first || s.UsableMethod is null ? null : extra ? attempt.PlannedRetryAt : s.Terms.Dunning.RetryAfter(invoice.FailedTries, c.Now);
        if (retryAt is { } at)
        {
            s = s.OpenAttempt(at, c);
        }

        s = s.Tell(c.Now, Why.Order(attempt.OrderId), new PaymentDeclined(
            invoice.Number, attempt.OrderId, attempt.PaymentMethodId, invoice.TotalKrw, code, hard, s.Invoice!.Attempt?.NotBefore));
        s = first ? s.AwaitCard(ChargePolicy.FirstPaymentWait, c.Now) : s.GoPastDue(retryAt is null && !hard && s.UsableMethod is not null, c);
        return s.CarryPending(c);
    }

    /// <summary>A renewal failed: dunning begins or goes on, or ends here when its last try was this one.</summary>
    private static Subscription GoPastDue(this Subscription s, bool exhausted, Circumstances c)
    {
        if (s.Status != SubscriptionStatus.PastDue)
        {
            s = (s with { Status = SubscriptionStatus.PastDue }).Tell(c.Now, Why.Schedule, new SubscriptionPastDue(s.Invoice!.Number));
        }

        // A card that is replaced in this very moment is tried before giving up.
        if (exhausted && !s.Pending.Any(p => p.Command is Command.ReplaceCard))
        {
            return s.End(Domain.EndReason.PaymentFailed, null, Why.Schedule, c.Now);
        }

        return s.Invoice!.Attempt is null ? s.AwaitCard(s.Terms.Dunning.Total, c.Now) : s;
    }

    /// <summary>It is due and there is no card to charge.</summary>
    private static Subscription MissCard(this Subscription s, Circumstances c) =>
        s.Status == SubscriptionStatus.Incomplete ? s.AwaitCard(ChargePolicy.FirstPaymentWait, c.Now) : s.GoPastDue(exhausted: false, c);

    /// <summary>Nothing is tried until another card comes; the first deadline that was set stays.</summary>
    private static Subscription AwaitCard(this Subscription s, Duration wait, Instant now) =>
        s.Invoice is { GivesUpAt: null } invoice ? s with { Invoice = invoice with { GivesUpAt = now + wait, GivesUpSince = now } } : s;

    /// <summary>This one request is wrong, and would be wrong tomorrow.</summary>
    private static Subscription Faulted(this Subscription s, Attempt attempt, string code, Circumstances c) =>
        s.TellIssued().CloseAttempt(AttemptEnd.Fault, code, c.Now)
            .Tell(c.Now, Why.Order(attempt.OrderId), new PaymentFault(s.Invoice!.Number, attempt.OrderId, code, Account: false))
            .Park(code, Why.Order(attempt.OrderId), c.Now)
            .CarryPending(c);
}
