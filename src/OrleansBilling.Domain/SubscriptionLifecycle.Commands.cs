using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>What people may do. A command that would change a payment in progress waits for it.</summary>
public static partial class SubscriptionLifecycle
{
    public static Decision Handle(Subscription s, Command command, Circumstances c)
    {
        if (s.Answered.FirstOrDefault(a => a.CommandId == command.Id) is { } before)
        {
            return new(s, before.Refusal, Deferred: false);
        }

        if (s.Pending.Any(p => p.Command.Id == command.Id))
        {
            return new(s, null, Deferred: true);
        }

        // A refund may still be stuck after the end; taking that up again is all that is left to do.
        if (!s.IsLive && !(s.Parked is not null && command is Command.RetryNow))
        {
            return new(s, Refusal.AlreadyEnded, Deferred: false);
        }

        if (MustWait(s, command, c))
        {
            return new(s.Defer(command, c), null, Deferred: true);
        }

        (Subscription next, Refusal? refusal) = Carry(s, command, asked: c.Now, c);
        return new(next.Remember(command.Id, refusal), refusal, Deferred: false);
    }

    /// <summary>Amount, card and existence of a payment that may be on its way do not change under it.</summary>
    private static bool MustWait(Subscription s, Command command, Circumstances c) =>
        MayHaveLeft(s, c) && command is (Command.CancelNow or Command.CancelAtPeriodEnd or Command.ReplaceCard);

    private static Subscription Defer(this Subscription s, Command command, Circumstances c)
    {
        PendingCommand pending = new(command, c.Now);
        Subscription next = (s with { Pending = s.Pending.Add(pending) }).Tell(c.Now, Why.Of(command), new CommandDeferred(NameOf(command)));
        return s.Invoice is { Attempt.LookUp: null } invoice && RemovesDebt(pending, invoice) ? next.LookUpOnly(LookUpCause.DebtIsGoing, c) : next;
    }

    /// <summary>True when the invoice is not to be collected any more once the command is carried out.</summary>
    private static bool RemovesDebt(PendingCommand pending, Invoice invoice) =>
        pending.Command is Command.CancelNow || (pending.Command is Command.CancelAtPeriodEnd && pending.At < invoice.DueAt);

    /// <summary>After a payment is settled: the commands that waited for it, in their order.</summary>
    private static Subscription CarryPending(this Subscription s, Circumstances c)
    {
        foreach (PendingCommand pending in s.Pending)
        {
            Command command = pending.Command;
            (Subscription next, Refusal? refusal) = s.IsLive ? Carry(s, command, pending.At, c) : (s, Refusal.AlreadyEnded);
            s = refusal is { } why ? s.Drop(command, why, c.Now) : next.Remember(command.Id, refusal: null);
        }

        return s with { Pending = [] };
    }

    /// <summary>Says that a command which waited came to nothing. The key of a card that came too late is deleted at the provider, as any that is not needed.</summary>
    private static Subscription Drop(this Subscription s, Command command, Refusal refusal, Instant now)
    {
        s = command is Command.ReplaceCard { Method: var method } && s.PaymentMethods.All(m => m.Id != method.Id)
            ? s with { PaymentMethods = s.PaymentMethods.Add(method with { State = PaymentMethodState.Retired }) }
            : s;
        return s.Remember(command.Id, refusal).Tell(now, Why.Of(command), new CommandDropped(NameOf(command), refusal));
    }

    /// <param name="asked">When it was asked for, which counts for what it means; it may be carried out later.</param>
    private static (Subscription Next, Refusal? Refusal) Carry(Subscription s, Command command, Instant asked, Circumstances c) => command switch
    {
        Command.CancelNow => (s.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).End(EndReason.Canceled, command.Reason, Why.Of(command), c.Now), null),
        Command.CancelAtPeriodEnd => ScheduleCancellation(s, command, asked, c),
        Command.UndoCancellation => UndoCancellation(s, command, c),
        Command.ReplaceCard replace => (ReplaceCard(s, replace, c), null),
        Command.RetryNow => Retry(s, command, c),
        Command.TreatAsNotCharged => TreatAsNotCharged(s, command, c),
        Command.AdoptPayment adopt => AdoptPayment(s, adopt, c),
        _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
    };

    private static (Subscription, Refusal?) ScheduleCancellation(Subscription s, Command command, Instant asked, Circumstances c)
    {
        if (s.Cancellation is not null)
        {
            return (s, Refusal.AlreadyCanceling);
        }

        if (s.Status == SubscriptionStatus.Incomplete || s.Invoice is not { } invoice)
        {
            return (s, Refusal.NotPaidYet);
        }

        // Asked before the next invoice is due, the running period (or trial) ends when that one would begin, even if the answer of a payment in progress came only
        // after that. A past-due period is itself the running one.
        Instant at = asked < invoice.DueAt ? s.PaidPeriod?.End ?? invoice.Period.Start : Instant.Max(c.Now, invoice.Period.End);
        Subscription next = s with { Cancellation = new Cancellation(at, command.Actor, command.Reason) };
        if (invoice.Attempt is { } attempt && IsTooLate(next, attempt.NotBefore, c))
        {
            next = next.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now);
        }

        return (next.Tell(c.Now, Why.Of(command), new CancellationScheduled(at, command.Reason)), null);
    }

    private static (Subscription, Refusal?) UndoCancellation(Subscription s, Command command, Circumstances c)
    {
        PendingCommand[] waiting = [.. s.Pending.Where(p => p.Command is Command.CancelNow or Command.CancelAtPeriodEnd)];
        if (s.Cancellation is null && waiting.Length == 0)
        {
            return (s, Refusal.NotCanceling);
        }

        Subscription next = s with { Cancellation = null, Pending = s.Pending.RemoveRange(waiting) };
        foreach (PendingCommand taken in waiting)
        {
            next = next.Remember(taken.Command.Id, refusal: null); // So that a late repeat of it does not cancel again.
        }

        next = next.Tell(c.Now, Why.Of(command), new CancellationUndone());
        return (next.Invoice is { } invoice ? next.OpenAttempt(Instant.Max(invoice.DueAt, c.Now), c) : next, null);
    }

    private static Subscription ReplaceCard(Subscription s, Command.ReplaceCard command, Circumstances c)
    {
        PaymentMethod method = command.Method;
        if (s.PaymentMethods.Any(m => m.Id == method.Id))
        {
            return s;
        }

        string? old = s.PaymentMethods.FirstOrDefault(m => m.State is PaymentMethodState.Usable or PaymentMethodState.Dead)?.Id;
        Subscription next = s.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now) with
        {
            PaymentMethods =
            [
                method,
                .. s.PaymentMethods.Select(m => m.State is PaymentMethodState.Usable or PaymentMethodState.Dead ? m with { State = PaymentMethodState.Replaced } : m),
            ],
        };
        next = next.Tell(c.Now, Why.Of(command), new CardReplaced(method.Id, method.IssuerCode, method.MaskedNumber, old));
        return next.Invoice is { } invoice ? next.OpenAttempt(Instant.Max(invoice.DueAt, c.Now), c) : next;
    }

    /// <summary>The command's name as stored and shown: <c>cancel_now</c>, <c>replace_card</c> …</summary>
    public static string NameOf(Command command) => command switch
    {
        Command.CancelNow => "cancel_now",
        Command.CancelAtPeriodEnd => "cancel_at_period_end",
        Command.UndoCancellation => "undo_cancellation",
        Command.ReplaceCard => "replace_card",
        Command.RetryNow => "retry_now",
        Command.TreatAsNotCharged => "treat_as_not_charged",
        Command.AdoptPayment => "adopt_payment",
        _ => throw new InvalidOperationException($"No name for {command.GetType().Name}."),
    };
}
