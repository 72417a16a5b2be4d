namespace OrleansBilling.Reports;

/// <summary>Event ids 8000–8099. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Error, "Events of {Count} subscriptions could not be written to the read side; their grains hand them over again")]
    public static partial void BatchFailed(ILogger logger, Exception error, int count);

    [LoggerMessage(8001, LogLevel.Warning, "The read side refused the events of {Count} subscriptions together; they are written one by one")]
    public static partial void BatchSplit(ILogger logger, Exception error, int count);

    [LoggerMessage(8010, LogLevel.Information, "{Actor} asked to rebuild the read side")]
    public static partial void RebuildAsked(ILogger logger, string actor);

    [LoggerMessage(8011, LogLevel.Information, "The read side was rebuilt from {Read} states; {Failed} could not be read")]
    public static partial void RebuildFinished(ILogger logger, long read, long failed);

    [LoggerMessage(8012, LogLevel.Error, "Rebuilding the read side was interrupted; it goes on from the last page")]
    public static partial void RebuildInterrupted(ILogger logger, Exception error);

    [LoggerMessage(8013, LogLevel.Error, "The state of {GrainKey} cannot be read")]
    public static partial void StateUnreadable(ILogger logger, Exception error, string grainKey);
}
