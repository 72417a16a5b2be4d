using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Subscriptions;

/// <summary>The pump itself: look, carry out, store, set the reminder.</summary>
internal sealed partial class SubscriptionGrain
{
    private async Task PumpAsync()
    {
        for (int i = 0; i < MaxTransitions && Current is { } s && _flight is null; i++)
        {
            switch (NextStep.For(s, Circumstances))
            {
                case NextStep.Advance:
                    await MoveToAsync(SubscriptionLifecycle.Advance(s, Circumstances));
                    break;
                case NextStep.Wait wait:
                    await PublishAsync(s);
                    await SetReminderAsync(wait.Until);
                    return;
                case NextStep.Rest:
                    await PublishAsync(s);
                    await RemoveReminderAsync();
                    return;
                case NextStep.Charge when IsStale:
                    await stored.ReadStateAsync();
                    HaveRead();
                    break;
                case var effect when gate.MaySend() is { Allowed: false } held:
                    Log.Held(logger, s.Id, held.Reason!);
                    await PublishMeanwhileAsync(s);
                    return; // The reminder has fired and goes on firing.
                case var effect:
                    _flight = FlyAsync(s, effect);
                    await PublishMeanwhileAsync(s);
                    return;
            }
        }

        if (_flight is null && Current is not null)
        {
            throw new InvalidOperationException($"{this.GetPrimaryKeyString()} made {MaxTransitions} transitions without coming to rest.");
        }
    }

    /// <exception cref="InvalidOperationException">The row is of a newer program; it stays as it is.</exception>
    private void HaveRead()
    {
        StoredForm.Check(this.GetPrimaryKeyString(), stored.State.MinReader, StoredSubscription.CurrentVersion);
        _freshSince = realTime.GetTimestamp();
    }

    private async Task PublishAsync(Subscription s)
    {
        await outbox.PublishAsync(s, _publishedThrough);
        _publishedThrough = s.LastSequence;
    }

    /// <summary>
    /// An activation cannot know which of the events that it finds are out: those of the last renewal are still in the state. Told once more while the provider thinks (or while nothing may be sent),
    /// they leave with the next write; otherwise a subscription that sleeps between its renewals would gather them for ever.
    /// </summary>
    private async Task PublishMeanwhileAsync(Subscription s)
    {
        try
        {
            await PublishAsync(s);
        }
        catch (Exception error)
        {
            Log.PublishedLater(logger, error, s.Id); // They stay in the state, and money goes before reports.
        }
    }

    /// <summary>Another activation may have moved on while this one lay idle.</summary>
    private bool IsStale => realTime.GetElapsedTime(_freshSince) > ChargePolicy.StateFreshness.ToTimeSpan();

    /// <summary>Started in a turn and not awaited by it; holds its activation, which alone knows that it flies. Null when nothing was sent.</summary>
    private async Task<Outcome?> FlyAsync(Subscription s, NextStep step)
    {
        DelayDeactivation(toss.Value.ChargeTimeout + TimeSpan.FromMinutes(1));
        try
        {
            Outcome outcome = await Task.Run(() => effects.PerformAsync(s, step));
            // A timer's callback is a turn of its own: it does not interleave with a command that is being stored.
            _landing = this.RegisterGrainTimer(
                (landed, _) => LandAsync(landed),
                outcome,
                new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
            return outcome;
        }
        catch (Exception error)
        {
            // The flight stays set, so that this activation does not try again in a hurry; the next one does, with the reminder.
            Log.EffectFailed(logger, error, s.Id, step.GetType().Name);
            DeactivateOnIdle();
            return null;
        }
    }

    private async Task LandAsync(Outcome? outcome)
    {
        if (_flight is null || outcome is null)
        {
            return; // Landed already (a silo that stops does not wait for the timer), or nothing was sent.
        }

        _flight = null;
        _landing?.Dispose();
        try
        {
            Subscription before = Current!;
            Subscription after = SubscriptionLifecycle.After(before, outcome, Circumstances);
            if (!ReferenceEquals(after, before))
            {
                await MoveToAsync(after);
            }
        }
        catch (Exception error)
        {
            // Orleans deactivates by itself only for exceptions that leave a request; this is none.
            Log.OutcomeLost(logger, error, this.GetPrimaryKeyString(), outcome.GetType().Name);
            DeactivateOnIdle();
            return;
        }

        await PumpSafelyAsync();
    }

    /// <summary>
    /// Stores the next state. The reminder must never be later than the stored state needs: brought forward, it is set before the state is written;
    /// pushed back, only after the state is written and its events are out (<see cref="PumpAsync"/>). A crash anywhere leaves it early, and early is harmless.
    /// Events that are not out yet need it within minutes, even where money is not due for a month.
    /// </summary>
    private async Task MoveToAsync(Subscription next)
    {
        Subscription? before = Current;
        Circumstances now = Circumstances;
        Instant? wake = WakeOf(next, now);
        if (next.LastSequence > (before?.LastSequence ?? 0))
        {
            Instant retold = now.Now + Duration.FromTimeSpan(CatchUpPeriod);
            wake = wake < retold ? wake : retold;
        }

        if (wake is { } at && (before is null || WakeOf(before, now) is not { } old || at < old))
        {
            await SetReminderAsync(at);
        }

        Subscription toStore = next with { Outbox = next.Outbox.RemoveAll(e => e.Sequence <= _publishedThrough) };
        await stored.WriteOrDropAsync(new StoredSubscription { Subscription = toStore, UnknownMembers = stored.State.UnknownMembers }, this);
        _freshSince = realTime.GetTimestamp();
        Report(before, toStore);
    }

    private static Instant? WakeOf(Subscription s, Circumstances now) => NextStep.For(s, now) switch
    {
        NextStep.Rest => null,
        NextStep.Wait wait => wait.Until,
        _ => now.Now,
    };

    private async Task SetReminderAsync(Instant at)
    {
        Instant now = Circumstances.Now;
        Instant due = Instant.Max(now, Instant.Min(at, now + LongestReminder));
        if (_reminderAt == due || (due < at && _reminderAt > now))
        {
            return; // Set already; or so far away that a tick on the way will set it again.
        }

        await this.RegisterOrUpdateReminder(ReminderName, (due - now).ToTimeSpan(), CatchUpPeriod);
        _reminderAt = due;
        if (Circumstances.Now - now > LongestRegistration)
        {
            // Orleans adds the wait to its own now. The test clock jumped in between, so the reminder would be late by as much.
            _reminderAt = null;
            await SetReminderAsync(at);
        }
    }

    private async Task RemoveReminderAsync()
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        _reminderAt = null;
    }

    private void Report(Subscription? before, Subscription after)
    {
        foreach (BillingEvent e in after.Outbox.Where(e => e.Sequence > (before?.LastSequence ?? 0)))
        {
            Log.Happened(logger, after.Id, e.Type, e.Sequence, e.Cause);
            switch (e.Data)
            {
                case EventData.SubscriptionParked parked:
                    Log.Parked(logger, after.Id, parked.Reason);
                    break;
                case EventData.PaymentFault { Account: true } fault:
                    Log.AccountFault(logger, after.Id, fault.OrderId, fault.Code);
                    break;
            }
        }
    }
}
