namespace OrleansBilling.TossSimulator;

/// <summary>
/// The simulator's time: the underlying clock plus an offset that only grows. Everything that Toss decides by time (authKeys, idempotency
/// keys, webhook retries, expiry of cards, approvedAt) reads this clock. Timers stay on the underlying one: a slow card is slow for real.
/// </summary>
public sealed class SimulatorClock(TimeProvider underlying) : TimeProvider
{
    private long _offsetTicks;

    /// <summary>Raised after the offset grew, outside any lock.</summary>
    internal event Action? Moved;

    public TimeProvider Underlying => underlying;

    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    public override TimeZoneInfo LocalTimeZone => underlying.LocalTimeZone;

    public override long TimestampFrequency => underlying.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => underlying.GetUtcNow() + Offset;

    public override long GetTimestamp() => underlying.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        underlying.CreateTimer(callback, state, dueTime, period);

    // Only the state sets it, after the journal has it.
    internal void Set(TimeSpan offset) => Volatile.Write(ref _offsetTicks, offset.Ticks);

    internal void TellMoved() => Moved?.Invoke();
}
