using NodaTime;
using OrleansBilling.Domain.Charging;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>How an attempt whose outcome is unknown is settled: by repeating the identical request, or by look-ups, never by a guess.</summary>
public static partial class SubscriptionLifecycle
{
    private static Subscription Unsettled(this Subscription s, Attempt attempt, Doubt doubt, string reason, Circumstances c)
    {
        bool firstDoubt = attempt.Doubt is null;
        bool firstFault = doubt == Doubt.AccountFault && attempt.Doubt != Doubt.AccountFault;
        if (RulesOutSending(attempt) && doubt is not (Doubt.AlreadyDone or Doubt.Contradiction))
        {
            return s; // Old news: since that answer nothing is sent, and neither silence nor a stumble outweighs it.
        }

        bool transient = doubt is Doubt.Transient or Doubt.TransientThenSoft;
        Attempt next = attempt with
        {
            Doubt = doubt,
            LastReason = reason,
            AnsweredAt = c.Now,
            UnsettledSends = attempt.UnsettledSends + 1,
            TransientAnswers = attempt.TransientAnswers + (transient ? 1 : 0),
        };
        next = next with { NextAt = Instant.Max(attempt.LookUp is null ? Instant.MinValue : attempt.NextAt, c.Now + c.Policy.RepeatWait(next.UnsettledSends)) };
        s = s.TellIssued().Again(next);
        s = firstFault ? s.Tell(c.Now, Why.Order(attempt.OrderId), new PaymentFault(s.Invoice!.Number, attempt.OrderId, reason, Account: true))
            : firstDoubt ? s.Tell(c.Now, Why.Order(attempt.OrderId), new PaymentUnknown(s.Invoice!.Number, attempt.OrderId, reason))
            : s;
        bool repeat = doubt == Doubt.NoAnswer || (transient && next.TransientAnswers <= ChargePolicy.MaxTransientRepeats);
        return repeat || attempt.LookUp is not null ? s : s.LookUpOnly(LookUpCause.Answer, c);
    }

    /// <summary>True after an answer that ended sending. A command that ended it leaves the answer of what is on its way to be heard.</summary>
    private static bool RulesOutSending(Attempt attempt) => attempt.LookUp is { Why: LookUpCause.Answer or LookUpCause.Decision }
        || attempt.Doubt is Doubt.AlreadyDone or Doubt.Contradiction or Doubt.UnlistedCode or Doubt.AccountFault or Doubt.KeyGone;

    /// <summary>
    /// From now on the open attempt is only looked up. When we know our own last send, a look-up proves something 5 minutes after it. Otherwise another activation may hold
    /// a state that allows sending, read just before this one was written; it must have run out (10 minutes) first.
    /// </summary>
    private static Subscription LookUpOnly(this Subscription s, LookUpCause why, Circumstances c)
    {
        Instant now = c.Now;
        Attempt attempt = s.Invoice!.Attempt!;
        Instant strangersGone = now + c.Policy.StateFreshness;
        (Instant first, Instant second, Instant next) = why switch
        {
            LookUpCause.TooOld => (now, now + c.Policy.BetweenLateLookUps, now),
            LookUpCause.Answer => (now + c.Policy.LookUpAfterSend, strangersGone + c.Policy.ProcessingLimit,
                attempt.Doubt is Doubt.AlreadyDone or Doubt.Contradiction ? now : now + c.Policy.LookUpAfterSend), // "Done already": most likely it is there to be seen.
            _ => (strangersGone + c.Policy.LookUpAfterSend, strangersGone + c.Policy.LookUpAfterSend + c.Policy.BetweenLookUps, now + c.Policy.ProcessingLimit),
        };
        return s.Again(attempt with { LookUp = new LookUpPhase(why, first, second, null), NextAt = next });
    }

    private static Subscription Found(this Subscription s, string orderId, ProviderPayment payment, Circumstances c)
    {
        if (payment.WasApproved && payment.OrderId == orderId)
        {
            return s.Invoice?.Attempt is not { } open || open.OrderId != orderId ? s.Approved(orderId, payment, c)
                : open.LookUp is { Why: LookUpCause.Decision } && payment.BalanceKrw == 0 ? s.NotCharged(open, c).Approved(orderId, payment, c) // Given back, as the person said; its won are told all the same.
                : Matches(payment, open.AmountKrw) || (open.AdoptsKrw is { } adopted && Matches(payment, adopted)) ? s.Approved(orderId, payment, c)
                : s.Mismatched(open, c);
        }

        return s.WithOpen(orderId, attempt => payment.Status switch
        {
            "ABORTED" or "EXPIRED" => s.Failed(attempt, payment.FailureCode ?? payment.Status, c),
            _ => s.Again(attempt with { NextAt = c.Now + c.Policy.BetweenLookUps }), // Not over yet, or a status that nobody knows.
        });
    }

    /// <summary>The provider shows another amount under our order id. Whatever a person decided before is spent, and no request for this order leaves any more.</summary>
    private static Subscription Mismatched(this Subscription s, Attempt attempt, Circumstances c)
    {
        LookUpPhase? phase = attempt.LookUp is { Why: LookUpCause.Decision } decided ? decided with { Why = LookUpCause.Answer } : attempt.LookUp;
        s = s.Again(attempt with { AdoptsKrw = null, Doubt = Doubt.Contradiction, AnsweredAt = attempt.AnsweredAt ?? c.Now, LookUp = phase });
        return (phase is null ? s.LookUpOnly(LookUpCause.Answer, c) : s).Park(PaymentMismatch, Why.Order(attempt.OrderId), c.Now);
    }

    private static bool Matches(ProviderPayment payment, long amountKrw) => payment is { Currency: "KRW" } && payment.TotalKrw == amountKrw;

    /// <summary>The provider shows the attempt as failed: a definite refusal, whatever its code would otherwise leave open.</summary>
    private static Subscription Failed(this Subscription s, Attempt attempt, string code, Circumstances c) => ProviderCodes.Classify(code) switch
    {
        CodeClass.RowFault or CodeClass.Hard or CodeClass.Soft or CodeClass.SoftThenHard => s.Refused(attempt, code, c),
        CodeClass.AccountFault => s.RefusedByFault(attempt, code, c),
        CodeClass.KeyGone => s.KeyGone(attempt, code, c),
        CodeClass.Transient or CodeClass.InProgress => s.NotCharged(attempt, c),
        _ => s.Declined(attempt, code, hard: false, c),
    };

    /// <param name="asked">When the look-up was sent, which is the moment that its answer is about; a process that was stopped in between may hear it much later.</param>
    private static Subscription NotFound(this Subscription s, Attempt attempt, Instant asked, Circumstances c)
    {
        if (attempt.LookUp is not { } phase)
        {
            return s; // A look-up that was not asked for to settle anything.
        }

        if (asked < phase.FirstProofFrom)
        {
            return s.Again(attempt with { NextAt = phase.FirstProofFrom });
        }

        if (phase.FirstNotFoundAt is null)
        {
            Instant second = Instant.Max(phase.SecondProofFrom, asked + (phase.Why == LookUpCause.TooOld ? c.Policy.BetweenLateLookUps : c.Policy.BetweenLookUps));
            return s.Again(attempt with { NextAt = second, LookUp = phase with { FirstNotFoundAt = asked, SecondProofFrom = second } });
        }

        return asked < phase.SecondProofFrom ? s.Again(attempt with { NextAt = phase.SecondProofFrom }) : s.ProvenNotCharged(attempt, phase, c);
    }

    private static Subscription ProvenNotCharged(this Subscription s, Attempt attempt, LookUpPhase phase, Circumstances c) => (phase.Why, attempt.Doubt) switch
    {
        (LookUpCause.Answer, Doubt.UnlistedCode or Doubt.TransientThenSoft) => s.Declined(attempt, attempt.LastReason!, hard: false, c),
        // The provider says "done already" or shows a strange payment, and then nothing at all. No rule can know; a person looks.
        (LookUpCause.Answer, Doubt.AlreadyDone or Doubt.Contradiction) => s.Park(PaymentContradiction, Why.Order(attempt.OrderId), c.Now),
        (LookUpCause.Answer, Doubt.AccountFault) => s.RefusedByFault(attempt, attempt.LastReason!, c),
        (LookUpCause.Answer, Doubt.KeyGone) => s.KeyGone(attempt, attempt.LastReason!, c),
        _ => s.NotCharged(attempt, c),
    };

    /// <summary>Refused through the account's fault, and proven not charged. Nobody is dunned.</summary>
    private static Subscription RefusedByFault(this Subscription s, Attempt attempt, string code, Circumstances c)
    {
        s = s.TellIssued();
        s = attempt.Doubt == Doubt.AccountFault ? s : s.Tell(c.Now, Why.Order(attempt.OrderId), new PaymentFault(s.Invoice!.Number, attempt.OrderId, code, Account: true));
        return s.NotCharged(attempt, AttemptEnd.Fault, code, WasAccountAtFault(attempt, c) ? Duration.Zero : c.Policy.AfterFault, c);
    }

    /// <summary>Refused since the provider does not know the billing key, and proven not charged: the card is dead, unless it was the account that was wrong.</summary>
    private static Subscription KeyGone(this Subscription s, Attempt attempt, string code, Circumstances c) => WasAccountAtFault(attempt, c)
        ? s.NotCharged(attempt, AttemptEnd.Fault, code, Duration.Zero, c)
        : s.Declined(attempt, code, hard: true, c);

    private static bool WasAccountAtFault(Attempt attempt, Circumstances c) => c.Interruptions.Covers(attempt.AnsweredAt ?? c.Now, InterruptionCause.Account);

    private static Subscription NotCharged(this Subscription s, Attempt attempt, Circumstances c) => s.NotCharged(
        attempt, AttemptEnd.NotCharged, attempt.LastReason, attempt.LookUp?.Why == LookUpCause.Answer ? c.Policy.AfterNotCharged : Duration.Zero, c);

    /// <param name="wait">Until the next attempt.</param>
    private static Subscription NotCharged(this Subscription s, Attempt attempt, AttemptEnd end, string? code, Duration wait, Circumstances c)
    {
        s = s.TellIssued().CloseAttempt(end, code, c.Now)
            .Tell(c.Now, Why.Order(attempt.OrderId), new PaymentNotCharged(s.Invoice!.Number, attempt.OrderId));
        s = attempt.LookUp?.Why == LookUpCause.PeriodMissed ? s.WaiveMissed(s.Invoice!, c) : s.Hold(wait).OpenAttempt(c.Now + wait, c, attempt.PlannedRetryAt);
        return s.CarryPending(c);
    }

    /// <summary>As many periods as began since the invoice fell due, its own among them, are not collected; the one after them is due now.</summary>
    private static Subscription WaiveMissed(this Subscription s, Invoice missed, Circumstances c)
    {
        BillingCalendar calendar = s.Calendar;
        Period next = PeriodFrom(calendar, missed.Period.Index + calendar.PeriodAt(c.Now).Index - calendar.PeriodAt(missed.DueAt).Index);
        return s.Tell(c.Now, Why.Schedule, new InvoiceWrittenOff(missed.Number, missed.TotalKrw, "period_waived"))
            .Waive(missed.Period, next, c.Now)
            .SettleInvoice(paidBy: null)
            .PlanInvoice(next, c.Now, c);
    }
}
