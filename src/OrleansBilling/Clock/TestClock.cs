namespace OrleansBilling.Clock;

/// <summary>
/// Real UTC plus an offset that only grows. Its timers follow the shifted clock: when the offset jumps over a due time the
/// timer fires at once, and a periodic timer fires once for all the periods that were jumped over.
/// </summary>
/// <remarks>
/// Timestamps (<see cref="TimeProvider.GetTimestamp"/>) stay real: they measure how long something took, and a jump is not work.
/// </remarks>
internal sealed class TestClock(TimeProvider real) : TimeProvider
{
    /// <summary>Timers of the runtime end at 49.7 days; a longer wait is made of several. A day also bounds a drift.</summary>
    private static readonly TimeSpan LongestRealWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly HashSet<ShiftedTimer> _armed = [];
    private long _offsetTicks;

    /// <summary>How far this clock is ahead of the real one. Never negative.</summary>
    public TimeSpan Offset => new(Volatile.Read(ref _offsetTicks));

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ShiftedTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward. False, and nothing happens, when it already stands there or further.</summary>
    public bool TryMoveTo(TimeSpan offset)
    {
        lock (_gate)
        {
            if (offset <= Offset)
            {
                return false;
            }

            Volatile.Write(ref _offsetTicks, offset.Ticks);
            foreach (ShiftedTimer timer in _armed.ToArray())
            {
                timer.Arm();
            }

            return true;
        }
    }

    /// <summary>Another silo's clock stands here already; this one is brought up to it without waiting for its next look at the database.</summary>
    public void CatchUpWith(DateTimeOffset seenElsewhere) => TryMoveTo(seenElsewhere - real.GetUtcNow());

    private sealed class ShiftedTimer : ITimer
    {
        private readonly TestClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _real;
        private DateTimeOffset? _due;
        private TimeSpan _period;
        private bool _disposed;

        public ShiftedTimer(TestClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _real = clock.RealTimer(static timer => ((ShiftedTimer)timer!).Fire(), this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ThrowIfNotAWait(dueTime, nameof(dueTime));
            ThrowIfNotAWait(period, nameof(period));
            lock (_clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                _period = period;
                SetDue(dueTime == Timeout.InfiniteTimeSpan ? null : After(_clock.GetUtcNow(), dueTime));
                return true;
            }
        }

        /// <summary>Sets the real timer by what the shifted clock says now. The caller holds the gate.</summary>
        public void Arm()
        {
            if (_due is not { } due)
            {
                _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            TimeSpan wait = due - _clock.GetUtcNow();
            // Rounded up: the runtime cuts to milliseconds, and a wait cut to zero would spin until the clock gets there.
            double milliseconds = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, LongestRealWait.TotalMilliseconds);
            _real.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            Forget();
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return _real.DisposeAsync();
        }

        private void Fire()
        {
            lock (_clock._gate)
            {
                if (_due is not { } due)
                {
                    return;
                }

                DateTimeOffset now = _clock.GetUtcNow();
                if (now < due)
                {
                    Arm();
                    return;
                }

                SetDue(NextPeriod(due, now));
            }

            _callback(_state);
        }

        private DateTimeOffset? NextPeriod(DateTimeOffset due, DateTimeOffset now) => _period <= TimeSpan.Zero
            ? null
            : After(due, _period * ((now - due).Ticks / _period.Ticks + 1));

        private void SetDue(DateTimeOffset? due)
        {
            _due = due;
            _ = due is null ? _clock._armed.Remove(this) : _clock._armed.Add(this);
            Arm();
        }

        private void Forget()
        {
            lock (_clock._gate)
            {
                _disposed = true;
                _due = null;
                _clock._armed.Remove(this);
            }
        }

        private static DateTimeOffset After(DateTimeOffset start, TimeSpan wait) =>
            wait < DateTimeOffset.MaxValue - start ? start + wait : DateTimeOffset.MaxValue;

        private static void ThrowIfNotAWait(TimeSpan wait, string name)
        {
            if (wait != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, name);
            }
        }
    }

    private ITimer RealTimer(TimerCallback callback, object state) =>
        real.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
