using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>What a person decides where no rule can, and the retry that a person asks for.</summary>
public static partial class SubscriptionLifecycle
{
    /// <summary>Parked: the provider shows an approved payment of the order whose amount is not ours.</summary>
    public const string PaymentMismatch = "payment_mismatch";

    /// <summary>Parked: the provider said that the order is done, or answered with a strange payment, and then finds nothing.</summary>
    public const string PaymentContradiction = "payment_contradiction";

    private static (Subscription, Refusal?) Retry(Subscription s, Command command, Circumstances c)
    {
        bool parked = s.Parked is not null;
        Subscription next = parked ? s.Unpark(command, c) : s;
        if (next.Invoice is not { } invoice || c.Now < invoice.DueAt)
        {
            return parked ? (next, null) : (s, Refusal.NothingToRetry);
        }

        if (MayHaveLeft(next, c))
        {
            // Within the guard before its time it may have left elsewhere already, so it keeps its order id; and its time, before which it is not sent.
            Attempt attempt = invoice.Attempt!;
            return (next.Again(attempt with { NextAt = Instant.Max(c.Now, attempt.NotBefore) }).TellRetry(command, c), null);
        }

        if (next.UsableMethod is null)
        {
            return parked ? (next, null) : (s, Refusal.NeedsNewCard);
        }

        // Put before the planned try of the dunning schedule, it does not stand for it.
        Instant? planned = next.Status == SubscriptionStatus.PastDue ? invoice.Attempt?.PlannedRetryAt ?? invoice.Attempt?.NotBefore : null;
        next = next.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).OpenAttempt(c.Now, c, planned);
        return (next.Invoice!.Attempt is null ? next : next.TellRetry(command, c), null);
    }

    private static Subscription Unpark(this Subscription s, Command command, Circumstances c)
    {
        // The time in which nothing was tried for want of a person was not the customer's.
        Duration held = s.Invoice is { Attempt: null } invoice && c.Now >= invoice.DueAt ? c.Now - s.Parked!.At : Duration.Zero;
        return (s.Hold(held) with { Parked = null, Refunds = [.. s.Refunds.Select(r => r with { NextAt = c.Now })] })
            .Tell(c.Now, Why.Of(command), new SubscriptionUnparked(command.Reason));
    }

    private static Subscription TellRetry(this Subscription s, Command command, Circumstances c)
    {
        s = s.TellIssued();
        return s.Tell(c.Now, Why.Of(command), new PaymentRetryRequested(s.Invoice!.Number, s.Invoice.Attempt!.OrderId, command.Reason));
    }

    private static (Subscription, Refusal?) TreatAsNotCharged(Subscription s, Command command, Circumstances c)
    {
        if (Disputed(s) is not { } attempt)
        {
            return (s, Refusal.NothingToResolve);
        }

        // What a person saw may be outdated: another activation may still send from a state of before. So the word is believed when two look-ups agree, the second not before the last request is over.
        Subscription next = s.Unpark(command, c).TellIssued()
            .Tell(c.Now, Why.Of(command), new PaymentResolved(s.Invoice!.Number, attempt.OrderId, "not_charged", null, command.Reason));
        LookUpPhase phase = attempt.LookUp!;
        return (next.Again(attempt with
        {
            AdoptsKrw = null,
            NextAt = c.Now,
            LookUp = new LookUpPhase(LookUpCause.Decision, phase.FirstProofFrom, Instant.Max(phase.SecondProofFrom, c.Now + c.Policy.BetweenLookUps), null),
        }), null);
    }

    private static (Subscription, Refusal?) AdoptPayment(Subscription s, Command.AdoptPayment command, Circumstances c)
    {
        if (Disputed(s) is not { } attempt)
        {
            return (s, Refusal.NothingToResolve);
        }

        return (s.Unpark(command, c).TellIssued()
            .Tell(c.Now, Why.Of(command), new PaymentResolved(s.Invoice!.Number, attempt.OrderId, "adopted", command.AmountKrw, command.Reason))
            .Again(attempt with { AdoptsKrw = command.AmountKrw, NextAt = c.Now }), null);
    }

    /// <summary>The attempt about which a person may decide, and which is only looked up; null when there is none.</summary>
    private static Attempt? Disputed(Subscription s) => s.Parked is { Reason: PaymentMismatch or PaymentContradiction } ? s.Invoice?.Attempt : null;
}
