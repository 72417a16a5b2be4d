namespace OrleansBilling.Toss;

/// <summary>Event ids 2000–2099. A shipped id keeps its meaning for ever. Never a key, an address, or anything about a customer.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Toss answered {Operation} of {Subject}: HTTP {Status} after {DurationMs} ms, trace {TraceId}")]
    public static partial void Answered(ILogger logger, string operation, string subject, int? status, long durationMs, string traceId);

    [LoggerMessage(2001, LogLevel.Information, "Toss refused {Operation} of {Subject}: HTTP {Status} {Code} after {DurationMs} ms, trace {TraceId}")]
    public static partial void Refused(ILogger logger, string operation, string subject, int? status, string code, long durationMs, string traceId);

    [LoggerMessage(2002, LogLevel.Warning, "Toss gave no usable answer to {Operation} of {Subject} ({Reason}) after {DurationMs} ms, trace {TraceId}")]
    public static partial void Unanswered(ILogger logger, string operation, string subject, string reason, long durationMs, string traceId);

    [LoggerMessage(2003, LogLevel.Error, "Toss answered 200 to {Operation} of {Subject}, but it contradicts what was asked: {Reason}")]
    public static partial void Contradicted(ILogger logger, string operation, string subject, string reason);
}
