using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator;

/// <summary>Event ids 7000–7099. Never a key, never a card; a billing key's path is not logged at all.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Debug, "{Operation} of order {OrderId} answered {Status} {Code}")]
    public static partial void Answered(ILogger logger, WireOperation operation, string? orderId, int status, string? code);

    [LoggerMessage(7002, LogLevel.Debug, "Webhook {WebhookId} ({EventType}), try {Try}: {Status}")]
    public static partial void WebhookTried(ILogger logger, string webhookId, string eventType, int @try, int status);

    [LoggerMessage(7003, LogLevel.Warning, "Webhook {WebhookId} ({EventType}) was given up after {Tries} tries")]
    public static partial void WebhookGivenUp(ILogger logger, string webhookId, string eventType, int tries);

    [LoggerMessage(7004, LogLevel.Error, "Sending webhooks stopped; it begins again with the next event or clock move")]
    public static partial void WebhooksStopped(ILogger logger, Exception exception);

    [LoggerMessage(7005, LogLevel.Debug, "The clock's offset is {OffsetSeconds} s")]
    public static partial void ClockMoved(ILogger logger, double offsetSeconds);
}
