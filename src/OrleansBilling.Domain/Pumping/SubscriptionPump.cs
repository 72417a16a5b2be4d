using NodaTime;

namespace OrleansBilling.Domain.Pumping;

/// <summary>
/// The pump around the rules: it asks <see cref="NextStep"/> what is needed, carries it out, stores what came of it, and sets the reminder for the next time. It decides
/// nothing about money itself, and it knows nothing of what it runs in: a grain, or a simulation that kills it between any two steps.
/// </summary>
/// <remarks>
/// Not thread-safe, and one call at a time, as a grain's turns are. A call to the provider runs outside these turns, so that the subscription can be read and commanded
/// during the minute that it may last; the outcome is applied to the state as it is then. If the process dies in between, the reminder, which is never later than the
/// state needs, wakes the next activation, and that repeats the same request.
/// </remarks>
public sealed class SubscriptionPump(IPumpPorts ports, TimeProvider realTime)
{
    // More than any sequence of transitions without an outside effect can need; beyond it a rule is wrong and must not spin.
    private const int MaxTransitions = 20;

    /// <summary>What breaks by the subscription itself breaks again at every look. After so many in a row it is parked instead; a few, since a clock or a silo in the middle of an upgrade may mend it.</summary>
    public const int MostBreaks = 3;

    private long _freshSince;
    private bool _flying;
    private int _breaks;
    private Lane _lane;
    private Instant? _reminderAt;
    private long _publishedThrough;

    /// <summary>As stored; null until the subscription is started.</summary>
    public Subscription? Current { get; private set; }

    /// <summary>Reads what is stored. First of all, and whenever the state in memory may be too old to act on.</summary>
    public async Task ReadAsync()
    {
        Current = await ports.ReadAsync();
        _freshSince = realTime.GetTimestamp();
    }

    /// <summary>Stores a subscription that was never started, and looks what it needs.</summary>
    public async Task StartAsync(Subscription first)
    {
        await MoveToAsync(first);
        await LookAsync(Lane.Person);
    }

    /// <summary>Stores what the command makes of the subscription, and looks what it needs. Null when it was never started.</summary>
    public async Task<Decision?> HandleAsync(Command command)
    {
        if (Current is not { } current)
        {
            return null;
        }

        Decision decision = SubscriptionLifecycle.Handle(current, command, ports.Circumstances);
        if (!ReferenceEquals(decision.Next, current))
        {
            await MoveToAsync(decision.Next);
        }

        // The command is stored and will be carried out, so its caller is told so even when looking further fails now.
        await LookAsync(Lane.Person);
        return decision;
    }

    /// <summary>A tick, or somebody who fears that the reminder is lost: whatever reminder was set counts no more, and is set again.</summary>
    public async Task TickAsync()
    {
        _reminderAt = null;
        if (Current is null)
        {
            await ReadAsync();
        }

        if (Current is null)
        {
            await ports.RemoveReminderAsync(); // A start that broke off between reminder and state. Whoever asked for it asks again, which sets another one.
            return;
        }

        await LookAsync(Lane.Wave);
    }

    /// <summary>
    /// Somebody saw that the reminder is missing or too late, or that something due was not done. Nothing that this activation believes counts: the state is read, and the
    /// reminder is set for what it needs before anything is carried out, so that a crash here leaves it right.
    /// </summary>
    public async Task CheckAsync()
    {
        _reminderAt = null;
        if (!_flying)
        {
            await ReadAsync(); // In a flight nobody else writes: it holds this activation.
        }

        if (Current is { } s && WakeOf(s, ports.Circumstances) is { } wake)
        {
            await SetReminderAsync(wake);
        }

        await LookAsync(Lane.Wave);
    }

    /// <summary>Does what is due. Harmless at any time; never throws, since its reminder looks again.</summary>
    public async Task LookAsync(Lane lane)
    {
        try
        {
            await PumpAsync(lane);
        }
        catch (RulesBrokenException broken)
        {
            await BreakAsync(ParkingReasons.RulesFailed, broken.InnerException!);
        }
        catch (Exception error)
        {
            ports.Failed(PumpFailure.Look, error);
            ports.Drop();
        }
    }

    /// <summary>
    /// Something broke that lies in the subscription and would break again: a rule threw, or its billing key cannot be read. The state in memory is the stored one, so nothing
    /// is given up. A database or a provider that is away never comes here.
    /// </summary>
    /// <param name="reason">One of <see cref="ParkingReasons"/>.</param>
    public async Task BreakAsync(string reason, Exception error)
    {
        _flying = false;
        ports.Failed(PumpFailure.Broken, error);
        if (++_breaks < MostBreaks || Current is not { Parked: null } s)
        {
            return; // The reminder has fired and goes on firing.
        }

        try
        {
            await MoveToAsync(SubscriptionLifecycle.ParkBroken(s, reason, error.GetType().Name, ports.Circumstances));
            await PumpAsync(Lane.Wave);
        }
        catch (Exception unstored)
        {
            ports.Failed(PumpFailure.Look, unstored);
            ports.Drop();
        }
    }

    /// <summary>What a call to the provider brought. A second landing of the same flight is ignored.</summary>
    public async Task LandAsync(Outcome outcome)
    {
        if (!_flying)
        {
            return;
        }

        _flying = false;
        try
        {
            // Applied to the subscription as it is now: commands may have come meanwhile.
            Subscription before = Current!;
            Subscription after = Rule(() => SubscriptionLifecycle.After(before, outcome, ports.Circumstances));
            if (!ReferenceEquals(after, before))
            {
                await MoveToAsync(after);
            }

            _breaks = 0;
        }
        catch (RulesBrokenException broken)
        {
            await BreakAsync(ParkingReasons.RulesFailed, broken.InnerException!); // The attempt is still open, so nothing is forgotten: the same request brings the same answer.
            return;
        }
        catch (Exception error)
        {
            ports.Failed(PumpFailure.Outcome, error);
            ports.Drop();
            return;
        }

        await LookAsync(_lane);
    }

    /// <summary>Something about the provider that no call of this subscription asked for, such as what the comparison of the books found.</summary>
    /// <returns>False when it was never started or had nothing to learn from it.</returns>
    public async Task<bool> LearnAsync(Outcome outcome)
    {
        if (Current is not { } before)
        {
            return false;
        }

        Subscription after = SubscriptionLifecycle.After(before, outcome, ports.Circumstances);
        if (ReferenceEquals(after, before))
        {
            return false;
        }

        await MoveToAsync(after);
        await LookAsync(Lane.Wave);
        return true;
    }

    private async Task PumpAsync(Lane lane)
    {
        for (int i = 0; i < MaxTransitions; i++)
        {
            if (Current is not { } s || _flying)
            {
                return;
            }

            switch (Rule(() => NextStep.For(s, ports.Circumstances)))
            {
                case NextStep.Advance:
                    await MoveToAsync(Rule(() => SubscriptionLifecycle.Advance(s, ports.Circumstances)));
                    break;
                case NextStep.Wait wait:
                    await PublishAsync(s);
                    await SetReminderAsync(wait.Until);
                    _breaks = 0;
                    return;
                case NextStep.Rest:
                    await PublishAsync(s);
                    await ports.RemoveReminderAsync();
                    _reminderAt = null;
                    _breaks = 0;
                    return;
                case NextStep.Charge when IsStale:
                    await ReadAsync();
                    break;
                case var effect:
                    _flying = ports.TryFly(s, effect, lane); // When it may not, the reminder has fired and goes on firing.
                    _lane = lane;
                    await PublishMeanwhileAsync(s);
                    return;
            }
        }

        throw new RulesBrokenException(new InvalidOperationException($"{Current?.Id} made {MaxTransitions} transitions without coming to rest."));
    }

    /// <summary>Another activation may have moved on while this one lay idle.</summary>
    private bool IsStale => realTime.GetElapsedTime(_freshSince) > ports.Circumstances.Policy.StateFreshness.ToTimeSpan();

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

    /// <summary>
    /// Stores the next state. The reminder must never be later than the stored state needs: brought forward, it is set before the state is written;
    /// pushed back, only after the state is written and its events are out (<see cref="PumpAsync"/>). A crash anywhere leaves it early, and early is harmless.
    /// Events that are not out yet need it within minutes, even where money is not due for a month.
    /// </summary>
    private async Task MoveToAsync(Subscription next)
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

        Subscription toStore = next with { Outbox = next.Outbox.RemoveAll(e => e.Sequence <= _publishedThrough) };
        try
        {
            await ports.WriteAsync(toStore);
        }
        catch
        {
            ports.Drop(); // Stored or not, nobody here can know.
            throw;
        }

        Current = toStore;
        _freshSince = realTime.GetTimestamp();
        ports.Moved(before, toStore);
    }

    private static Instant? WakeOf(Subscription s, Circumstances c) => Rule(() => NextStep.For(s, c)) switch
    {
        NextStep.Rest => null,
        NextStep.Wait wait => wait.Until,
        _ => c.Now,
    };

    /// <summary>Null also for a state that the rules cannot read: when its reminder fires is then not known.</summary>
    private static Instant? TryWakeOf(Subscription s, Circumstances c)
    {
        try
        {
            return WakeOf(s, c);
        }
        catch (RulesBrokenException)
        {
            return null;
        }
    }

    /// <summary>The rules are pure: what they throw, they throw again for the same subscription.</summary>
    private static T Rule<T>(Func<T> rule)
    {
        try
        {
            return rule();
        }
        catch (Exception error)
        {
            throw new RulesBrokenException(error);
        }
    }

    private sealed class RulesBrokenException(Exception inner) : Exception(inner.Message, inner);

    private async Task SetReminderAsync(Instant at)
    {
        if (_reminderAt != at)
        {
            await ports.SetReminderAsync(at);
            _reminderAt = at;
        }
    }
}
