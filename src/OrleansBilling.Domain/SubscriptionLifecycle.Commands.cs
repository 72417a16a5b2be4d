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

        if (!s.IsLive)
        {
            return new(s, Refusal.AlreadyEnded, Deferred: false);
        }

        if (MustWait(s, command, c.Now))
        {
            return new(s.Defer(command, c), null, Deferred: true);
        }

        (Subscription next, Refusal? refusal) = Carry(s, command, c);
        return new(next.Remember(command.Id, refusal), refusal, Deferred: false);
    }

    /// <summary>Amount, card and existence of a payment that may be on its way do not change under it.</summary>
    private static bool MustWait(Subscription s, Command command, Instant now) =>
        MayHaveLeft(s, now) && command is (Command.CancelNow or Command.CancelAtPeriodEnd or Command.ReplaceCard);

    private static Subscription Defer(this Subscription s, Command command, Circumstances c)
    {
        PendingCommand pending = new(command, c.Now);
        Subscription next = (s with { Pending = s.Pending.Add(pending) }).Tell(c.Now, Why.Of(command), new CommandDeferred(NameOf(command)));
        return s.Invoice is { Attempt.LookUp: null } invoice && RemovesDebt(pending, invoice) ? next.LookUpOnly(LookUpCause.DebtIsGoing, c.Now) : next;
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
            (Subscription next, Refusal? refusal) = s.IsLive ? Carry(s, command, c) : (s, Refusal.AlreadyEnded);
            s = next.Remember(command.Id, refusal);
            if (refusal is { } why)
            {
                s = s.Tell(c.Now, Why.Of(command), new CommandDropped(NameOf(command), why));
            }
        }

        return s with { Pending = [] };
    }

    private static (Subscription Next, Refusal? Refusal) Carry(Subscription s, Command command, Circumstances c) => command switch
    {
        Command.CancelNow => (s.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).End(EndReason.Canceled, command.Reason, Why.Of(command), c.Now), null),
        Command.CancelAtPeriodEnd => ScheduleCancellation(s, command, c.Now),
        Command.UndoCancellation => UndoCancellation(s, command, c),
        Command.ReplaceCard replace => (ReplaceCard(s, replace, c), null),
        Command.RetryNow => Retry(s, command, c),
        _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
    };

    private static (Subscription, Refusal?) ScheduleCancellation(Subscription s, Command command, Instant now)
    {
        if (s.Cancellation is not null)
        {
            return (s, Refusal.AlreadyCanceling);
        }

        if (s.Status == SubscriptionStatus.Incomplete || s.Invoice is not { } invoice)
        {
            return (s, Refusal.NotPaidYet);
        }

        // Before the next invoice is due, the running period (or trial) ends when that one would begin. A past-due period is itself the running one.
        Instant at = now < invoice.DueAt ? s.PaidPeriod?.End ?? invoice.DueAt : Instant.Max(now, invoice.Period.End);
        Subscription next = s with { Cancellation = new Cancellation(at, command.Actor, command.Reason) };
        if (invoice.Attempt is { } attempt && IsTooLate(next, attempt.NotBefore))
        {
            next = next.CloseAttempt(AttemptEnd.Withdrawn, null, now);
        }

        return (next.Tell(now, Why.Of(command), new CancellationScheduled(at, command.Reason)), null);
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

    private static (Subscription, Refusal?) Retry(Subscription s, Command command, Circumstances c)
    {
        bool parked = s.Parked is not null;
        Subscription next = parked ? (s with { Parked = null }).Tell(c.Now, Why.Of(command), new SubscriptionUnparked()) : s;
        if (next.Invoice is not { } invoice || c.Now < invoice.DueAt)
        {
            return parked ? (next, null) : (s, Refusal.NothingToRetry);
        }

        if (MayHaveLeft(next, c.Now))
        {
            return (next with { Invoice = invoice with { Attempt = invoice.Attempt! with { NextAt = c.Now } } }, null);
        }

        if (next.UsableMethod is null)
        {
            return parked ? (next, null) : (s, Refusal.NeedsNewCard);
        }

        return (next.CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).OpenAttempt(c.Now, c), null);
    }

    /// <summary>The command's name as stored and shown: <c>cancel_now</c>, <c>replace_card</c> …</summary>
    public static string NameOf(Command command) => command switch
    {
        Command.CancelNow => "cancel_now",
        Command.CancelAtPeriodEnd => "cancel_at_period_end",
        Command.UndoCancellation => "undo_cancellation",
        Command.ReplaceCard => "replace_card",
        Command.RetryNow => "retry_now",
        _ => throw new InvalidOperationException($"No name for {command.GetType().Name}."),
    };
}
