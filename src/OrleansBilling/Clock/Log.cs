namespace OrleansBilling.Clock;

/// <summary>Event ids 6000–6099. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "The billing clock now says {Now:u}")]
    public static partial void ClockMoved(ILogger logger, DateTimeOffset now);

    [LoggerMessage(6001, LogLevel.Warning, "The billing clock could not be followed; trying again until it can")]
    public static partial void ClockFollowFailed(ILogger logger, Exception error);

    [LoggerMessage(6002, LogLevel.Information, "Goes on with the walk of the clock to {Target:u}: the silo that walked is gone")]
    public static partial void WalkAdopted(ILogger logger, DateTimeOffset target);

    [LoggerMessage(6003, LogLevel.Information, "The walk of the clock to {Target:u} is done, {Stops} stops")]
    public static partial void WalkFinished(ILogger logger, DateTimeOffset target, int stops);

    [LoggerMessage(6004, LogLevel.Information, "The walk of the clock was stopped, or another silo has it")]
    public static partial void WalkLost(ILogger logger);

    [LoggerMessage(6005, LogLevel.Warning, "The walk of the clock failed; a silo goes on with it in some seconds")]
    public static partial void WalkFailed(ILogger logger, Exception error);

    [LoggerMessage(6006, LogLevel.Warning, "The walk of the clock leaves {At:u} although {Count} reminders there are still busy")]
    public static partial void StopLeftBusy(ILogger logger, DateTimeOffset at, int count);
}
