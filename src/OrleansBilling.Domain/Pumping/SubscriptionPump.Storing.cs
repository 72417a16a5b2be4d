using NodaTime;

namespace OrleansBilling.Domain.Pumping;

/// <summary>State, events and reminder, in the order in which a crash does no harm.</summary>
public sealed partial class SubscriptionPump
{
    // A call to the database takes milliseconds; a process that is given up by the others was silent for longer than this.
    private static readonly Duration LongestSilence = Duration.FromSeconds(10);

    /// <summary>
    /// Stores the next state. The reminder must never be later than the stored state needs: brought forward, it is set before the state is written;
    /// pushed back, only after the state is written and its events are out (<see cref="PumpAsync"/>). A crash anywhere leaves it early, and early is harmless.
    /// Events that are not out yet need it within minutes, even where money is not due for a month.
    /// </summary>
    /// <param name="decided">When the rules made it of the state before.</param>
    private async Task MoveToAsync(Subscription next, Freshness decided)
    {
        Subscription? before = Current;
        Circumstances c = ports.Circumstances;
        Instant? wake = WakeOf(next, c);
        if (next.LastSequence > (before?.LastSequence ?? 0))
        {
            Instant retold = c.Now + c.Policy.CatchUpPeriod;
            wake = wake < retold ? wake : retold;
        }

        if (wake is { } at && (before is null || TryWakeOf(before, c) is not { } old || at < old))
        {
            await SetReminderAsync(at);
        }

        (Freshness asked, Freshness written) = (Known(), JustNow());
        Subscription toStore = next with { Outbox = next.Outbox.RemoveAll(e => e.Sequence <= _publishedThrough) };
        try
        {
            await ports.WriteAsync(toStore, decided);
        }
        catch
        {
            ports.Drop(); // Stored or not, nobody here can know.
            throw;
        }

        (Current, _freshness, _written) = (toStore, asked, written);
        ports.Moved(before, toStore);
    }

    /// <summary>
    /// Nothing is to be done before this instant, or ever where it is null. Only who has just stored the state knows so. Who read it does not: another process may be between reminder
    /// and state, and has just set an earlier one for what it is about to store. So the state is stored once more as it is: then the other one's write fails.
    /// </summary>
    private async Task PushBackAsync(Instant? until)
    {
        if (_written is null && !_woken)
        {
            return; // Nothing says that the reminder is not right.
        }

        if (_written is not { Lasts: true })
        {
            await MoveToAsync(Current!, Decided());
            if (_written is not { Lasts: true })
            {
                return; // That took so long that all this may have happened meanwhile. The reminder is early and goes on firing.
            }
        }

        _woken = false;
        Freshness began = JustNow();
        if (until is { } at)
        {
            await SetReminderAsync(at);
        }
        else
        {
            await ports.RemoveReminderAsync();
            _reminderAt = null;
        }

        if (!began.Lasts)
        {
            Circumstances c = ports.Circumstances; // It stood still in between, and may have pushed back what somebody else set meanwhile.
            await SetReminderAsync(c.Now + c.Policy.CatchUpPeriod);
        }
    }

    private Freshness JustNow() => new(realTime, LongestSilence);

    /// <summary>
    /// There is a reminder and no state: a start broke off in between, and whoever asked for it asks again, which sets another one. Or it is still under way, so the first tick only
    /// puts the reminder off. The next one comes when that write is there or was given up; a doubled one comes too soon to count.
    /// </summary>
    private async Task TickInVainAsync()
    {
        Circumstances c = ports.Circumstances;
        _emptySince ??= c.Now;
        if (c.Now - _emptySince >= c.Policy.CatchUpPeriod / 2)
        {
            await ports.RemoveReminderAsync();
        }
        else
        {
            await SetReminderAsync(c.Now + c.Policy.CatchUpPeriod); // What stays due holds up a walk of the test clock, which cannot get to the next tick.
        }
    }

    private async Task SetReminderAsync(Instant at)
    {
        if (_reminderAt != at)
        {
            await ports.SetReminderAsync(at);
            _reminderAt = at;
        }
    }

    private async Task PublishAsync(Subscription s)
    {
        await ports.PublishAsync(s, _publishedThrough);
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
            ports.Failed(PumpFailure.Publishing, error); // They stay in the state, and money goes before reports.
        }
    }
}
