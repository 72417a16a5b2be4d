using NodaTime;

namespace OrleansBilling.Domain.Pumping;

/// <summary>
/// For how long this process may act on what it read or decided. Whoever was stopped, suspended or kept waiting meanwhile does not act on what it knew: others may have moved on.
/// By two clocks, because a monotonic one stands still with a suspended machine and a wall clock may be set; the larger of the two counts.
/// </summary>
public sealed class Freshness
{
    private readonly TimeProvider _realTime;
    private readonly TimeSpan _limit;
    private readonly long _timestamp;
    private readonly DateTimeOffset _wall;

    /// <summary>Begins now. To be made before the state is asked for, not when it has come: what was read is as old as the question.</summary>
    public Freshness(TimeProvider realTime, Duration limit)
    {
        (_realTime, _limit) = (realTime, limit.ToTimeSpan());
        (_timestamp, _wall) = (realTime.GetTimestamp(), realTime.GetUtcNow());
    }

    /// <summary>Asked again immediately before a charge or a write leaves, however that was delayed since it was decided.</summary>
    public bool Lasts => Age <= _limit;

    private TimeSpan Age
    {
        get
        {
            TimeSpan elapsed = _realTime.GetElapsedTime(_timestamp);
            TimeSpan byWall = (_realTime.GetUtcNow() - _wall).Duration(); // Backwards says as little as forwards.
            return elapsed > byWall ? elapsed : byWall;
        }
    }
}
