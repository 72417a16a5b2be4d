using NodaTime;

namespace OrleansBilling.Domain.Pumping;

/// <summary>
/// The pump around the rules: it asks <see cref="NextStep"/> what is needed, carries it out, stores what came of it, and sets the reminder for the next time. It decides
/// nothing about money itself, and it knows nothing of what it runs in: a grain, or a simulation that kills it between any two steps.
/// </summary>
/// <remarks>
/// Another activation of the same subscription may be alive, in a cluster that is split or in a process that stood still. The store lets one of two writes pass, and whoever stood
/// still does not act on what it knew before (<see cref="Freshness"/>).
///
/// Not thread-safe, and one call at a time, as a grain's turns are. A call to the provider runs outside these turns, so that the subscription can be read and commanded
/// during the minute that it may last; the outcome is applied to the state as it is then. If the process dies in between, the reminder, which is never later than the
/// state needs, wakes the next activation, and that repeats the same request.
/// </remarks>
public sealed partial class SubscriptionPump(IPumpPorts ports, TimeProvider realTime)
{
    // More than any sequence of transitions without an outside effect can need; beyond it a rule is wrong and must not spin.
    private const int MaxTransitions = 20;

    /// <summary>What breaks by the subscription itself breaks again at every look. After so many in a row it is parked instead; a few, since a clock or a silo in the middle of an upgrade may mend it.</summary>
    public const int MostBreaks = 3;

    private Freshness _freshness = new(realTime, ports.Circumstances.Policy.ChargeFreshness);
    private bool _flying;
    private Freshness? _written;
    private bool _woken;
    private Instant? _emptySince;
    private int _breaks;
    private Lane _lane;
    private Instant? _reminderAt;
    private long _publishedThrough;

    /// <summary>As stored; null until the subscription is started.</summary>
    public Subscription? Current { get; private set; }

    /// <summary>Reads what is stored. First of all, and whenever the state in memory may be too old to act on.</summary>
    public async Task ReadAsync()
    {
        Freshness asked = Known();
        Current = await ports.ReadAsync();
        (_freshness, _written) = (asked, null);
    }

    /// <summary>Stores a subscription that was never started, and looks what it needs.</summary>
    public async Task StartAsync(Subscription first)
    {
        await MoveToAsync(first, Decided());
        await LookAsync(Lane.Person);
    }

    /// <summary>Stores what the command makes of the subscription, and looks what it needs. Null when it was never started.</summary>
    public async Task<Decision?> HandleAsync(Command command)
    {
        if (Current is not { } current)
        {
            return null;
        }

        Freshness decided = Decided();
        Decision decision = SubscriptionLifecycle.Handle(current, command, ports.Circumstances);
        if (!ReferenceEquals(decision.Next, current))
        {
            await MoveToAsync(decision.Next, decided);
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
            await TickInVainAsync();
            return;
        }

        _woken = true;
        await LookAsync(Lane.Wave);
    }

    /// <summary>
    /// Somebody saw that the reminder is missing or too late, or that something due was not done. Nothing that this activation believes counts: the state is read, and an early
    /// reminder is set before anything is carried out, so that a crash here leaves one.
    /// </summary>
    public async Task CheckAsync()
    {
        _reminderAt = null;
        if (!_flying)
        {
            await ReadAsync(); // In a flight nobody else writes: it holds this activation.
        }

        Circumstances c = ports.Circumstances;
        Instant soon = c.Now + c.Policy.CatchUpPeriod;
        if (Current is { } s && (WakeOf(s, c) ?? (s.Outbox.IsEmpty ? null : soon)) is { } wake)
        {
            await SetReminderAsync(Instant.Min(wake, soon));
        }

        _woken = true;
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
            Freshness decided = Decided();
            Subscription before = Current!;
            Subscription after = Rule(() => SubscriptionLifecycle.After(before, outcome, ports.Circumstances));
            if (!ReferenceEquals(after, before))
            {
                await MoveToAsync(after, decided);
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

        Freshness decided = Decided();
        Subscription after = SubscriptionLifecycle.After(before, outcome, ports.Circumstances);
        if (ReferenceEquals(after, before))
        {
            return false;
        }

        await MoveToAsync(after, decided);
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

            Freshness decided = Decided();
            switch (Rule(() => NextStep.For(s, ports.Circumstances)))
            {
                case NextStep.Advance:
                    await MoveToAsync(Rule(() => SubscriptionLifecycle.Advance(s, ports.Circumstances)), decided);
                    break;
                case NextStep.Charge or NextStep.Wait or NextStep.Rest when !_freshness.Lasts:
                    await ReadAsync();
                    break;
                case NextStep.Wait wait:
                    await PublishAsync(s);
                    await PushBackAsync(wait.Until);
                    _breaks = 0;
                    return;
                case NextStep.Rest:
                    await PublishAsync(s);
                    await PushBackAsync(null);
                    _breaks = 0;
                    return;
                case var effect:
                    _flying = ports.TryFly(s, effect, lane, _freshness); // When it may not, the reminder has fired and goes on firing.
                    _lane = lane;
                    await PublishMeanwhileAsync(s);
                    return;
            }
        }

        throw new RulesBrokenException(new InvalidOperationException($"{Current?.Id} made {MaxTransitions} transitions without coming to rest."));
    }

    /// <summary>For what is about to be read or written.</summary>
    private Freshness Known() => new(realTime, ports.Circumstances.Policy.ChargeFreshness);

    /// <summary>For what is about to be decided.</summary>
    private Freshness Decided() => new(realTime, ports.Circumstances.Policy.DecisionFreshness);
}
