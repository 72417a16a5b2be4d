using NodaTime;

namespace OrleansBilling.Domain.Pumping;

/// <summary>What lies in the subscription itself and would break again at every look.</summary>
public sealed partial class SubscriptionPump
{
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
            await MoveToAsync(SubscriptionLifecycle.ParkBroken(s, reason, error.GetType().Name, ports.Circumstances), Decided());
            await PumpAsync(Lane.Wave);
        }
        catch (Exception unstored)
        {
            ports.Failed(PumpFailure.Look, unstored);
            ports.Drop();
        }
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
}
