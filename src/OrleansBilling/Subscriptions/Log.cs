namespace OrleansBilling.Subscriptions;

/// <summary>Event ids 1000–1099. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    /// <summary>Once for each state that is stored: a line for each of its events would be the dearest part of a charge that people see.</summary>
    [LoggerMessage(1000, LogLevel.Information, "{SubscriptionId}: {EventTypes} (up to sequence {Sequence}, cause {Cause})")]
    public static partial void Happened(ILogger logger, string subscriptionId, string eventTypes, long sequence, string cause);

    [LoggerMessage(1001, LogLevel.Error, "{SubscriptionId}: looking for what is due failed; its reminder looks again")]
    public static partial void PumpFailed(ILogger logger, Exception error, string subscriptionId);

    [LoggerMessage(1002, LogLevel.Error, "{SubscriptionId}: the outcome of its call to the provider could not be stored; the next activation repeats the same request under the same key")]
    public static partial void OutcomeLost(ILogger logger, Exception error, string subscriptionId);

    [LoggerMessage(1003, LogLevel.Warning, "{SubscriptionId}: nothing may be sent to the provider now ({Reason}); waiting")]
    public static partial void Held(ILogger logger, string subscriptionId, string reason);

    [LoggerMessage(1004, LogLevel.Error, "{SubscriptionId}: {Reason} needs an operator")]
    public static partial void Parked(ILogger logger, string subscriptionId, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "{SubscriptionId}: the provider refused {OrderId} with {Code}, which is the merchant's own fault (key, contract or access policy)")]
    public static partial void AccountFault(ILogger logger, string subscriptionId, string orderId, string code);

    [LoggerMessage(1006, LogLevel.Error, "{SubscriptionId}: its {Step} failed before it reached the provider; it is tried again with its reminder")]
    public static partial void EffectFailed(ILogger logger, Exception error, string subscriptionId, string step);

    [LoggerMessage(1007, LogLevel.Warning, "{SubscriptionId}: its events could not be published now; they stay with it until they are")]
    public static partial void PublishedLater(ILogger logger, Exception error, string subscriptionId);

    [LoggerMessage(1020, LogLevel.Error, "{SubscriptionId}: its own state or its billing key keeps it from going on; after {Most} times in a row it is parked")]
    public static partial void Broken(ILogger logger, Exception error, string subscriptionId, int most);
}
