using NodaTime;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Engine;

/// <summary>One process of the engine.</summary>
internal sealed class Silo
{
    private readonly Scheduler _time;

    public Silo(int index, string credential, Scheduler time)
    {
        (Index, Credential, _time) = (index, credential, time);
        Name = $"silo-{index}";
        Clock = new SiloClock(this, time);
    }

    public int Index { get; }

    public string Name { get; }

    /// <summary>What the process measures real time with.</summary>
    public TimeProvider Clock { get; }

    /// <summary>By how much its clock is ahead of the true time. A silo that is off by more than two minutes does not charge, so none here is.</summary>
    public Duration Ahead { get; set; }

    /// <summary>For how long its monotonic clock stood still, as that of a virtual machine may while it is suspended.</summary>
    public Duration Suspended { get; set; }

    public string Credential { get; set; }

    public Instant DownUntil { get; set; } = Instant.MinValue;

    public Instant FrozenUntil { get; set; } = Instant.MinValue;

    /// <summary>The others count it as dead. It does not know yet.</summary>
    public bool IsGivenUp { get; set; }

    public bool IsFrozen => _time.Now < FrozenUntil;

    /// <summary>Neither down nor frozen.</summary>
    public bool IsThere => _time.Now >= DownUntil && !IsFrozen;

    /// <summary>Now, or when the process goes on.</summary>
    public void WhenRunning(Action action)
    {
        if (IsFrozen)
        {
            _time.At(FrozenUntil, () => WhenRunning(action));
        }
        else
        {
            action();
        }
    }

    private sealed class SiloClock(Silo silo, Scheduler time) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (time.Now - silo.Suspended).ToUnixTimeTicks();

        public override DateTimeOffset GetUtcNow() => (time.Now + silo.Ahead).ToDateTimeOffset();
    }
}
