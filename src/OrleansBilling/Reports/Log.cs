namespace OrleansBilling.Reports;

/// <summary>Event ids 8000–8099. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Error, "Events of {Count} subscriptions could not be written to the read side; their grains hand them over again")]
    public static partial void BatchFailed(ILogger logger, Exception error, int count);

    [LoggerMessage(8001, LogLevel.Warning, "The read side refused the events of {Count} subscriptions together; they are written one by one")]
    public static partial void BatchSplit(ILogger logger, Exception error, int count);
}
