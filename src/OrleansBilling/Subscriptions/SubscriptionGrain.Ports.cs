using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Security;
using OrleansBilling.Storage;

namespace OrleansBilling.Subscriptions;

/// <summary>What the pump runs on here: Orleans' storage and reminders, the outbox, and flights that end in a turn of their own.</summary>
internal sealed partial class SubscriptionGrain
{
    // Orleans refuses a due time of more than 49 days. A tick that comes too early finds nothing due and sets the reminder again.
    private static readonly Duration LongestReminder = Duration.FromDays(40);

    private static readonly Duration LongestRegistration = Duration.FromMinutes(1);

    // It may wait for a slot as long as another one flies.
    private const int LongestFlights = 2;

    private Task<Outcome?>? _flight;
    private ChargeFlight? _place;
    private Lane _lane;
    private IGrainTimer? _landing;
    private bool _read;

    // Orleans has read the state before it activates the grain; only later reads are needed.
    async Task<Subscription?> IPumpPorts.ReadAsync()
    {
        if (_read)
        {
            await stored.ReadStateAsync();
        }

        _read = true;
        if (stored.State is IMayBeUnreadable { Unreadable: { } failure })
        {
            throw new StateUnreadableException(this.GetPrimaryKeyString(), failure);
        }

        StoredForm.Check(this.GetPrimaryKeyString(), stored.State.MinReader, StoredSubscription.CurrentVersion);
        return stored.State.Subscription;
    }

    Task IPumpPorts.WriteAsync(Subscription next, Freshness decided)
    {
        if (!decided.Lasts)
        {
            throw new TimeoutException("This process stood still between its decision and its write.");
        }

        stored.State = new StoredSubscription { Subscription = next, UnknownMembers = stored.State.UnknownMembers };
        return stored.WriteStateAsync();
    }

    async Task IPumpPorts.SetReminderAsync(Instant at)
    {
        Instant now;
        do
        {
            // Orleans adds the wait to its own now. When the test clock jumps in between, the reminder is late by as much: then once more.
            now = Circumstances.Now;
            Instant due = Instant.Max(now, Instant.Min(at, now + LongestReminder));
            await this.RegisterOrUpdateReminder(ReminderName, (due - now).ToTimeSpan(), Circumstances.Policy.CatchUpPeriod.ToTimeSpan());
        }
        while (Circumstances.Now - now > LongestRegistration);
    }

    async Task IPumpPorts.RemoveReminderAsync()
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    Task IPumpPorts.PublishAsync(Subscription s, long publishedThrough) => outbox.PublishAsync(s, publishedThrough);

    bool IPumpPorts.TryFly(Subscription s, NextStep step, Lane lane, Freshness freshness)
    {
        _place?.Dispose(); // Of the request whose outcome has just been stored.
        if (lanes.TryFly(this.GetGrainId().Key, s, step, lane, out HeldBack? held) is not { } flight)
        {
            lanes.Metrics.Held(held!.Word);
            if (held.Sentence is { } sentence)
            {
                Log.Held(logger, s.Id, sentence);
            }

            MakeRoom(lane); // It waits as an id.
            return false;
        }

        (_place, _lane) = (flight, lane);
        _flight = FlyAsync(s, step, flight, freshness);
        return true;
    }

    /// <summary>Started in a turn and not awaited by it; holds its activation, which alone knows that it flies. Null when nothing was sent.</summary>
    private async Task<Outcome?> FlyAsync(Subscription s, NextStep step, ChargeFlight flight, Freshness freshness)
    {
        DelayDeactivation(LongestFlights * toss.Value.ChargeTimeout + TimeSpan.FromMinutes(1));
        try
        {
            Outcome? outcome = await Task.Run(() => flight.SendAsync(() => effects.PerformAsync(s, step), freshness));
            if (outcome is null)
            {
                GiveUp(flight); // The silo stops, charging was stopped, or the state is too old by now: it is looked at again.
                return null;
            }

            // A timer's callback is a turn of its own: it does not interleave with a command that is being stored.
            _landing = this.RegisterGrainTimer(
                (landed, _) => LandAsync(landed),
                outcome,
                new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
            return outcome;
        }
        catch (SecretUnreadableException error)
        {
            // Nothing was sent, and nothing will be until the ring or the row is mended.
            _landing = this.RegisterGrainTimer(
                (unreadable, _) => BreakAsync(unreadable), error, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
            return null;
        }
        catch (Exception error)
        {
            Log.EffectFailed(logger, error, s.Id, step.GetType().Name);
            GiveUp(flight);
            return null;
        }
    }

    /// <summary>It never lands, so that this activation does not try again in a hurry; the next one does.</summary>
    private void GiveUp(ChargeFlight flight)
    {
        flight.Dispose();
        DeactivateOnIdle();
    }

    /// <summary>By the timer, or by a silo that stops and does not wait for it. Null when nothing was sent.</summary>
    private async Task LandAsync(Outcome? outcome)
    {
        _landing?.Dispose();
        _flight = null;
        ChargeFlight? place = _place;
        try
        {
            if (outcome is not null)
            {
                await Pump.LandAsync(outcome);
            }
        }
        finally
        {
            place?.Dispose();
        }

        if (_flight is null)
        {
            MakeRoom(_lane);
        }
    }

    /// <summary>In a wave the next ones need the memory, and nobody is going to ask for this one soon.</summary>
    private void MakeRoom(Lane lane)
    {
        if (lane == Lane.Wave && lanes.IsCrowded)
        {
            DeactivateOnIdle();
        }
    }

    private Task BreakAsync(SecretUnreadableException error)
    {
        _landing?.Dispose();
        _flight = null;
        _place?.Dispose();
        return Pump.BreakAsync(ParkingReasons.KeyUnreadable, error);
    }

    void IPumpPorts.Moved(Subscription? before, Subscription after)
    {
        BillingEvent[] told = [.. after.Outbox.Where(e => e.Sequence > (before?.LastSequence ?? 0))];
        if (told.Length > 0 && logger.IsEnabled(LogLevel.Information))
        {
            Log.Happened(logger, after.Id, string.Join(", ", told.Select(e => e.Type)), told[^1].Sequence, told[^1].Cause);
        }

        foreach (BillingEvent e in told)
        {
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

    void IPumpPorts.Failed(PumpFailure failure, Exception error)
    {
        string id = this.GetPrimaryKeyString();
        switch (failure)
        {
            case PumpFailure.Outcome:
                Log.OutcomeLost(logger, error, id);
                break;
            case PumpFailure.Broken:
                Log.Broken(logger, error, id, SubscriptionPump.MostBreaks);
                break;
            case PumpFailure.Publishing:
                Log.PublishedLater(logger, error, id);
                break;
            default:
                Log.PumpFailed(logger, error, id);
                break;
        }
    }

    // Orleans deactivates by itself only for exceptions that leave a request, and only for some.
    void IPumpPorts.Drop() => DeactivateOnIdle();
}
