using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Engine;

/// <summary>Real time as the processes measure it: no clock of theirs can be set, only wait.</summary>
internal sealed class VirtualTime(Scheduler time) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => time.Now.ToUnixTimeTicks();

    public override DateTimeOffset GetUtcNow() => time.Now.ToDateTimeOffset();
}
