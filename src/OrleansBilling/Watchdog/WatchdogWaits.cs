using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Watchdog;

/// <summary>
/// When the watchdog looks and what it calls late, all by the billing clock. Multiples of the time in which reminders repeat, because what a reminder can still mend by itself
/// is not neglected; in a sandbox whose waits are divided they are divided with it.
/// </summary>
internal sealed class WatchdogWaits(ChargePolicy policy)
{
    // The shortest lease: a slow commit must not cost it.
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(15);

    /// <summary>A charge that is due for longer than this is neglected: two ticks of its reminder went by. 10 minutes.</summary>
    public Duration Late { get; } = policy.CatchUpPeriod * 2;

    /// <summary>Between two sweeps over what is due. 3 minutes.</summary>
    public TimeSpan SweepPeriod { get; } = policy.CatchUpPeriod.ToTimeSpan() * 0.6;

    /// <summary>Between two comparisons of all subscriptions with their reminders. 1 hour.</summary>
    public TimeSpan ComparisonPeriod { get; } = policy.CatchUpPeriod.ToTimeSpan() * 12;

    /// <summary>Real time after which another silo takes over from one that says nothing.</summary>
    public TimeSpan Lease => TimeSpan.FromTicks(Math.Max(ShortestLease.Ticks, (SweepPeriod * 3).Ticks));
}
