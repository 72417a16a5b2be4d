namespace OrleansBilling.Watchdog;

/// <summary>Event ids 8100–8149. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(8100, LogLevel.Warning, "The watchdog found {GrainKey}: {Cause}")]
    public static partial void Found(ILogger logger, Exception? error, string grainKey, string cause);

    [LoggerMessage(8101, LogLevel.Error, "The watchdog could not finish its look; it looks again")]
    public static partial void SweepFailed(ILogger logger, Exception error);

    [LoggerMessage(8102, LogLevel.Information, "This silo watches from now on")]
    public static partial void Watches(ILogger logger);
}
