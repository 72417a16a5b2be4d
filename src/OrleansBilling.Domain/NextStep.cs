using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>What a subscription needs next.</summary>
public abstract record NextStep
{
    private NextStep() { }

    /// <summary>Send this attempt's request, for the first time or again: it is the same request, under the same key.</summary>
    public sealed record Charge(Attempt Attempt) : NextStep;

    /// <summary>Ask the provider about this attempt's order id.</summary>
    public sealed record LookUp(Attempt Attempt) : NextStep;

    /// <summary>Send this refund.</summary>
    public sealed record SendRefund(Refund Refund) : NextStep;

    /// <summary>Read the payment to see what became of this refund.</summary>
    public sealed record ReadRefund(Refund Refund) : NextStep;

    public sealed record DeleteBillingKey(PaymentMethod Method) : NextStep;

    /// <summary>The calendar changes the state (<see cref="SubscriptionLifecycle.Advance"/>); nothing outside happens.</summary>
    public sealed record Advance : NextStep;

    /// <summary>Nothing until this instant.</summary>
    public sealed record Wait(Instant Until) : NextStep;

    /// <summary>Nothing until a person does something; no reminder is needed.</summary>
    public sealed record Rest : NextStep;

    /// <summary>Pure: equal inputs give equal results. Where several things are due, money that goes back comes first, then money that comes in, then tidying.</summary>
    public static NextStep For(Subscription s, Circumstances c)
    {
        if (s.Parked is not null)
        {
            return new Rest();
        }

        (Instant At, NextStep Step)[] needs = [.. Needs(s, c)];
        foreach ((Instant at, NextStep step) in needs)
        {
            if (at <= c.Now)
            {
                return step;
            }
        }

        return needs.Length == 0 ? new Rest() : new Wait(needs.Min(n => n.At));
    }

    private static IEnumerable<(Instant At, NextStep Step)> Needs(Subscription s, Circumstances c)
    {
        foreach (Refund refund in s.Refunds)
        {
            yield return (refund.NextAt, refund.ReadBack ? new ReadRefund(refund) : new SendRefund(refund));
        }

        if (s.Invoice is { Attempt: { } attempt })
        {
            yield return (attempt.LookUp is null ? Instant.Max(attempt.NextAt, attempt.NotBefore) : attempt.NextAt, ForAttempt(s, attempt, c));
        }
        else
        {
            if (s is { IsLive: true, Cancellation: { } cancellation })
            {
                yield return (cancellation.At, new Advance());
            }

            if (s.Invoice is { GivesUpAt: not null } waiting)
            {
                yield return (waiting.GivenUpAt(c.Interruptions) ?? c.Now + c.Policy.InInterruption, new Advance());
            }

            // Nothing is planned for it, for want of a card: it is not forgotten when it falls due.
            if (s is { Cancellation: null, Invoice: { GivesUpAt: null } unplanned })
            {
                yield return (unplanned.DueAt, new Advance());
            }
        }

        foreach (PaymentMethod method in s.PaymentMethods)
        {
            // A key whose attempt is open is still needed to repeat the request.
            if (method.State == PaymentMethodState.Retired && method.FailedDeletions < ChargePolicy.MaxKeyDeletions && s.Invoice?.Attempt?.PaymentMethodId != method.Id)
            {
                yield return (method.DeleteAt ?? Instant.MinValue, new DeleteBillingKey(method));
            }
        }
    }

    private static NextStep ForAttempt(Subscription s, Attempt attempt, Circumstances c)
    {
        if (attempt.LookUp is not null)
        {
            return new LookUp(attempt);
        }

        return SubscriptionLifecycle.ReasonNotToSend(s, attempt, c) is null ? new Charge(attempt) : new Advance();
    }
}
