namespace OrleansBilling.Sandbox;

/// <summary>Event ids 6100–6199. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(6100, LogLevel.Warning, "All waits are divided by {Divisor}, as only the simulator allows: {Waits}")]
    public static partial void WaitsDivided(ILogger logger, int divisor, string waits);
}
