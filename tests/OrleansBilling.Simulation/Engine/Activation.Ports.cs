using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Simulation.Chance;

namespace OrleansBilling.Simulation.Engine;

/// <summary>The pump's surroundings. Each call may fail before or after it had its effect, last long, or be the last thing that the process does.</summary>
internal sealed partial class Activation : IPumpPorts
{
    private static readonly Duration LongestStorageCall = Duration.FromSeconds(30);

    // A reminder further away is not accepted; a tick on the way finds nothing due.
    private static readonly Duration LongestReminder = Duration.FromDays(40);

    private long _version;

    private Chaos Chaos => _cluster.Chaos;

    public Task<Subscription?> ReadAsync()
    {
        if (Dies(Fault.CrashBefore, "reading"))
        {
            return Never<Subscription?>();
        }

        if (Chaos.Strikes(Fault.ReadFails))
        {
            return Task.FromException<Subscription?>(new InjectedException("The read failed."));
        }

        return Storage(() =>
        {
            Row? row = _subject.Row;
            _version = row?.Version ?? 0;
            _cluster.Trace?.Add(Silo.Name, $"reads version {_version} of {_subject.Id}");
            return row?.State;
        });
    }

    public Task WriteAsync(Subscription next, Freshness decided)
    {
        if (Dies(Fault.CrashBefore, "writing"))
        {
            return Never<bool>();
        }

        if (Chaos.Strikes(Fault.WriteFails))
        {
            return Failed("The write failed.");
        }

        if (Chaos.Strikes(Fault.FreezeBefore, out Dice freeze))
        {
            _cluster.Freeze(Silo, freeze, _subject);
        }
        else if (_subject.WriteHeldUpUntil is { } until)
        {
            _subject.WriteHeldUpUntil = null;
            _cluster.Freeze(Silo, freeze, null, until - _cluster.Time.Now);
        }

        return OnceRunning(() => WriteNow(next, decided));
    }

    private Task<bool> WriteNow(Subscription next, Freshness decided)
    {
        if (!decided.Lasts)
        {
            _cluster.Trace?.Add(Silo.Name, "does not write: what it decided is too old");
            return Task.FromException<bool>(new InjectedException("Too late to write."));
        }

        long replaced = _version;
        if (Chaos.Strikes(Fault.WriteLate, out Dice late))
        {
            _cluster.Time.After(late.Between(Duration.Zero, LongestStorageCall), () => _cluster.Store.TryWrite(_subject, replaced, next, Silo.Name));
            return Task.FromException<bool>(new InjectedException("The write timed out."));
        }

        return Storage(() =>
        {
            if (!_cluster.Store.TryWrite(_subject, replaced, next, Silo.Name))
            {
                throw new InjectedException("Somebody else wrote.");
            }

            _version = replaced + 1;
            return Chaos.Strikes(Fault.WriteAcknowledgementLost) ? throw new InjectedException("The acknowledgement of the write was lost.") : true;
        }, mayFreezeBefore: false);
    }

    public Task SetReminderAsync(Instant at)
    {
        if (Dies(Fault.CrashBefore, "setting the reminder"))
        {
            return Never<bool>();
        }

        if (Chaos.Strikes(Fault.ReminderSetFails))
        {
            return Failed("The reminder could not be set.");
        }

        Instant now = Circumstances.Now;
        return Storage(() =>
        {
            _cluster.Reminders.Set(_subject, Instant.Max(now, Instant.Min(at, now + LongestReminder)), Silo.Name);
            return Chaos.Strikes(Fault.ReminderSetAcknowledgementLost) ? throw new InjectedException("The acknowledgement of the reminder was lost.") : true;
        });
    }

    public Task RemoveReminderAsync()
    {
        if (Dies(Fault.CrashBefore, "removing the reminder"))
        {
            return Never<bool>();
        }

        return Storage(() =>
        {
            _cluster.Reminders.Remove(_subject, Silo.Name);
            return true;
        });
    }

    public Task PublishAsync(Subscription stored, long publishedThrough)
    {
        if (stored.Outbox.Length == 0 || stored.Outbox[^1].Sequence <= publishedThrough)
        {
            return Task.CompletedTask;
        }

        if (Dies(Fault.CrashBefore, "publishing"))
        {
            return Never<bool>();
        }

        if (Chaos.Strikes(Fault.PublishFails))
        {
            return Failed("Publishing failed.");
        }

        return Storage(() =>
        {
            _cluster.ReadSide.Publish(_subject, stored, publishedThrough);
            return Chaos.Strikes(Fault.PublishAcknowledgementLost) ? throw new InjectedException("The acknowledgement of the publishing was lost.") : true;
        });
    }

    public bool TryFly(Subscription s, NextStep step, Lane lane, Freshness freshness)
    {
        if (Chaos.Strikes(Fault.Held))
        {
            return false;
        }

        Flying = true;
        if (Chaos.Strikes(Fault.CrashInFlight, out Dice dice))
        {
            _cluster.Time.After(dice.Magnitude(Duration.FromMilliseconds(1), Duration.FromSeconds(70)), () => _cluster.CrashIfAlive(this, "with a request on its way"));
        }

        // A place in the lane is had; a slot may not be free yet, and the process may stand still before the request leaves it.
        Duration slot = Chaos.Strikes(Fault.SlotLate, out Dice queue) ? queue.Magnitude(Duration.FromMilliseconds(10), Duration.FromMinutes(6)) : Duration.Zero;
        if (Chaos.Strikes(Fault.FreezeBeforeSending, out Dice freeze))
        {
            _cluster.Freeze(Silo, freeze, _subject);
        }

        if (slot == Duration.Zero && !Silo.IsFrozen)
        {
            new Flight(_cluster, this).Start(s, step, freshness);
        }
        else
        {
            _cluster.Time.After(slot, () => Silo.WhenRunning(() =>
            {
                if (Alive)
                {
                    new Flight(_cluster, this).Start(s, step, freshness);
                }
            }));
        }

        return true;
    }

    public void Moved(Subscription? before, Subscription after) { }

    public void Failed(PumpFailure failure, Exception error)
    {
        _cluster.Trace?.Add(Silo.Name, $"failed ({failure}): {error.Message}");
        if (error is not InjectedException)
        {
            _cluster.Auditor.Threw(_subject, failure.ToString(), error);
        }
    }

    public void Drop() => _dropped = true;

    /// <summary>A call to a database. What was sent takes effect there even if the sender dies meanwhile.</summary>
    private Task<T> Storage<T>(Func<T> effect, bool mayFreezeBefore = true)
    {
        if (mayFreezeBefore && Chaos.Strikes(Fault.FreezeBefore, out Dice before))
        {
            _cluster.Freeze(Silo, before, _subject);
            return OnceRunning(() => Storage(effect, mayFreezeBefore: false));
        }

        if (Chaos.Strikes(Fault.StorageSlow, out Dice dice))
        {
            return Slowly(effect, dice);
        }

        try
        {
            T result = effect();
            if (Chaos.Strikes(Fault.FreezeAfter, out Dice after))
            {
                _cluster.Freeze(Silo, after, _subject);
                return OnceRunning(() => Task.FromResult(result));
            }

            return Dies(Fault.CrashAfter, "after that") ? Never<T>() : Task.FromResult(result);
        }
        catch (InjectedException error)
        {
            return Task.FromException<T>(error);
        }
    }

    private Task<T> OnceRunning<T>(Func<Task<T>> call)
    {
        if (!Silo.IsFrozen)
        {
            return call();
        }

        TaskCompletionSource<Task<T>> goesOn = new();
        Silo.WhenRunning(() =>
        {
            if (Alive)
            {
                goesOn.SetResult(call());
            }
        });
        return goesOn.Task.Unwrap();
    }

    private Task<T> Slowly<T>(Func<T> effect, Dice dice)
    {
        TaskCompletionSource<T> done = new();
        Duration there = dice.Magnitude(Duration.FromMilliseconds(10), LongestStorageCall / 2);
        Duration back = dice.Magnitude(Duration.FromMilliseconds(10), LongestStorageCall / 2);
        _cluster.Time.After(there, () =>
        {
            Action complete;
            try
            {
                T result = effect();
                complete = () => done.SetResult(result);
            }
            catch (InjectedException error)
            {
                complete = () => done.SetException(error);
            }

            _cluster.Time.After(back, () => Silo.WhenRunning(() =>
            {
                if (Alive)
                {
                    complete();
                }
            }));
        });
        return done.Task;
    }

    private bool Dies(Fault fault, string doing)
    {
        if (!Chaos.Strikes(fault))
        {
            return false;
        }

        _cluster.Crash(Silo, doing);
        return true;
    }

    private static Task Failed(string message) => Task.FromException(new InjectedException(message));

    // Nobody will ever complete it: the process that waits for it is dead.
    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}
