using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>How an attempt whose outcome is unknown is settled: by repeating the identical request, or by look-ups, never by a guess.</summary>
public static partial class SubscriptionLifecycle
{
    private static Subscription Unsettled(this Subscription s, Attempt attempt, Doubt doubt, string reason, Circumstances c)
    {
        bool firstDoubt = attempt.Doubt is null;
        bool transient = doubt is Doubt.Transient or Doubt.TransientThenSoft;
        Attempt next = attempt with
        {
            Doubt = doubt,
            LastReason = reason,
            UnsettledSends = attempt.UnsettledSends + 1,
            TransientAnswers = attempt.TransientAnswers + (transient ? 1 : 0),
        };
        next = next with { NextAt = Instant.Max(attempt.LookUp is null ? Instant.MinValue : attempt.NextAt, c.Now + ChargePolicy.RepeatWait(next.UnsettledSends)) };
        s = s.TellIssued().Again(next);
        s = firstDoubt ? s.Tell(c.Now, Why.Order(attempt.OrderId), new PaymentUnknown(s.Invoice!.Number, attempt.OrderId, reason)) : s;
        bool repeat = doubt == Doubt.NoAnswer || (transient && next.TransientAnswers <= ChargePolicy.MaxTransientRepeats);
        return repeat || attempt.LookUp is not null ? s : s.LookUpOnly(LookUpCause.Answer, c.Now);
    }

    /// <summary>
    /// From now on the open attempt is only looked up. When we know our own last send, a look-up proves something 5 minutes after it. Otherwise another activation may hold
    /// a state that allows sending, read just before this one was written; it must have run out (10 minutes) first.
    /// </summary>
    private static Subscription LookUpOnly(this Subscription s, LookUpCause why, Instant now)
    {
        Attempt attempt = s.Invoice!.Attempt!;
        Instant strangersGone = now + ChargePolicy.StateFreshness;
        (Instant first, Instant second, Instant next) = why switch
        {
            LookUpCause.TooOld => (now, now + ChargePolicy.BetweenLateLookUps, now),
            LookUpCause.Answer when attempt.Doubt is Doubt.AlreadyDone or Doubt.Contradiction => (now, now + ChargePolicy.BetweenLookUps, now),
            LookUpCause.Answer => (now + ChargePolicy.LookUpAfterSend, strangersGone + ChargePolicy.ProcessingLimit, now + ChargePolicy.LookUpAfterSend),
            _ => (strangersGone + ChargePolicy.LookUpAfterSend, strangersGone + ChargePolicy.LookUpAfterSend + ChargePolicy.BetweenLookUps, now + ChargePolicy.ProcessingLimit),
        };
        return s.Again(attempt with { LookUp = new LookUpPhase(why, first, second, null), NextAt = next });
    }

    private static Subscription Found(this Subscription s, string orderId, ProviderPayment payment, Circumstances c)
    {
        if (payment.WasApproved && payment.OrderId == orderId)
        {
            bool mismatch = s.Invoice?.Attempt is { } open && open.OrderId == orderId && !Matches(payment, open.AmountKrw);
            return mismatch ? s.Park("payment_mismatch", Why.Order(orderId), c.Now) : s.Approved(orderId, payment, c);
        }

        return s.WithOpen(orderId, attempt => payment.Status switch
        {
            "ABORTED" or "EXPIRED" => s.Failed(attempt, payment.FailureCode ?? payment.Status, c),
            _ => s.Again(attempt with { NextAt = c.Now + ChargePolicy.BetweenLookUps }), // Not over yet, or a status that nobody knows.
        });
    }

    private static bool Matches(ProviderPayment payment, long amountKrw) => payment is { Currency: "KRW" } && payment.TotalKrw == amountKrw;

    /// <summary>The provider shows the attempt as failed: a definite refusal, whatever its code would otherwise leave open.</summary>
    private static Subscription Failed(this Subscription s, Attempt attempt, string code, Circumstances c) => ProviderCodes.Classify(code) switch
    {
        CodeClass.AccountFault or CodeClass.RowFault or CodeClass.Hard or CodeClass.Soft or CodeClass.SoftThenHard => s.Refused(attempt, code, c),
        CodeClass.Transient or CodeClass.InProgress => s.NotCharged(attempt, c),
        _ => s.Declined(attempt, code, hard: false, c),
    };

    private static Subscription NotFound(this Subscription s, Attempt attempt, Circumstances c)
    {
        if (attempt.LookUp is not { } phase)
        {
            return s; // A look-up that was not asked for to settle anything.
        }

        if (c.Now < phase.FirstProofFrom)
        {
            return s.Again(attempt with { NextAt = phase.FirstProofFrom });
        }

        if (phase.FirstNotFoundAt is null)
        {
            Instant second = Instant.Max(phase.SecondProofFrom, c.Now + (phase.Why == LookUpCause.TooOld ? ChargePolicy.BetweenLateLookUps : ChargePolicy.BetweenLookUps));
            return s.Again(attempt with { NextAt = second, LookUp = phase with { FirstNotFoundAt = c.Now, SecondProofFrom = second } });
        }

        return c.Now < phase.SecondProofFrom ? s.Again(attempt with { NextAt = phase.SecondProofFrom }) : s.ProvenNotCharged(attempt, phase, c);
    }

    private static Subscription ProvenNotCharged(this Subscription s, Attempt attempt, LookUpPhase phase, Circumstances c) => (phase.Why, attempt.Doubt) switch
    {
        (LookUpCause.Answer, Doubt.UnlistedCode or Doubt.TransientThenSoft) => s.Declined(attempt, attempt.LastReason!, hard: false, c),
        // The provider says "done already" or shows a strange payment, and then nothing at all. No rule can know; a person looks.
        (LookUpCause.Answer, Doubt.AlreadyDone or Doubt.Contradiction) => s.Park("payment_contradiction", Why.Order(attempt.OrderId), c.Now),
        _ => s.NotCharged(attempt, c),
    };

    private static Subscription NotCharged(this Subscription s, Attempt attempt, Circumstances c)
    {
        LookUpCause? why = attempt.LookUp?.Why;
        s = s.TellIssued().CloseAttempt(AttemptEnd.NotCharged, attempt.LastReason, c.Now)
            .Tell(c.Now, Why.Order(attempt.OrderId), new PaymentNotCharged(s.Invoice!.Number, attempt.OrderId));
        Invoice invoice = s.Invoice!;
        if (why == LookUpCause.PeriodMissed)
        {
            Period running = s.Calendar.PeriodAt(c.Now);
            s = s.Tell(c.Now, Why.Schedule, new InvoiceWrittenOff(invoice.Number, invoice.TotalKrw, "period_waived"))
                .Waive(invoice.Period, running, c.Now)
                .SettleInvoice(paidBy: null)
                .PlanInvoice(running, c.Now, c);
        }
        else
        {
            s = s.OpenAttempt(why == LookUpCause.Answer ? c.Now + ChargePolicy.AfterNotCharged : c.Now, c);
        }

        return s.CarryPending(c);
    }
}
