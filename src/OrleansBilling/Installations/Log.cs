namespace OrleansBilling.Installations;

/// <summary>Event ids 5100–5199. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(5100, LogLevel.Warning, "Armed by {Actor}: this installation may charge. {Reason}")]
    public static partial void Armed(ILogger logger, string actor, string reason);

    [LoggerMessage(5101, LogLevel.Error, "Disarmed by {Actor}: nothing is charged until an operator arms it again, because {Reason}")]
    public static partial void Disarmed(ILogger logger, string actor, string reason);

    [LoggerMessage(5102, LogLevel.Error, "The provider answered for merchant {Mid}; this database bills for {StampedMid}")]
    public static partial void OtherMid(ILogger logger, string mid, string stampedMid);

    [LoggerMessage(5103, LogLevel.Error, "This silo charges nothing: {Reasons}")]
    public static partial void GateClosed(ILogger logger, string reasons);

    [LoggerMessage(5104, LogLevel.Information, "This silo may charge")]
    public static partial void GateOpen(ILogger logger);

    [LoggerMessage(5105, LogLevel.Warning, "Whether this silo may charge could not be checked; trying again")]
    public static partial void GateCheckFailed(ILogger logger, Exception error);

    [LoggerMessage(5106, LogLevel.Error, "The provider's transactions could not be compared with this database; nothing is charged until they are. Trying again")]
    public static partial void ComparisonFailed(ILogger logger, Exception? error);
}
