using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

/// <summary>Event ids 9000–9099. A shipped id keeps its meaning for ever: alerts are built on it. Critical ones are told once for each stop, over the whole cluster.</summary>
internal static partial class Log
{
    [LoggerMessage(9000, LogLevel.Critical, "{Merchant}: CHARGING IS STOPPED. The provider refused {OrderId} with {Code}, which is the merchant's own fault (key, contract or access policy). Mend it; charging resumes by itself within minutes, or at once on the operator's page")]
    public static partial void AccountStopped(ILogger logger, string merchant, string code, string orderId);

    [LoggerMessage(9001, LogLevel.Critical, "{Merchant}: CHARGING IS STOPPED. The provider does not know {KeyGone} billing keys of {Answers} that were charged: are these the keys of another MID? Charging resumes by itself once a probe succeeds, or on the operator's page")]
    public static partial void KeysGone(ILogger logger, string merchant, int keyGone, int answers);

    [LoggerMessage(9002, LogLevel.Critical, "{Merchant}: {OrderId} was refused with {Code}, an account fault, while others are charged. Look at this one subscription")]
    public static partial void OneSubscriptionFaults(ILogger logger, string merchant, string orderId, string code);

    [LoggerMessage(9003, LogLevel.Warning, "{Merchant}: charging resumes; it was stopped since {StoppedAt}")]
    public static partial void AccountResumed(ILogger logger, string merchant, Instant stoppedAt);

    [LoggerMessage(9004, LogLevel.Error, "{Merchant}: the provider counts as out of order, {Failed} of {Sent} requests failed. Charging pauses; it is tried again from {ProbesFrom}")]
    public static partial void BreakerOpened(ILogger logger, string merchant, int failed, int sent, Instant probesFrom);

    [LoggerMessage(9005, LogLevel.Warning, "{Merchant}: the provider answers again, charging goes on; it was paused since {OpenedAt}")]
    public static partial void BreakerClosed(ILogger logger, string merchant, Instant openedAt);

    [LoggerMessage(9006, LogLevel.Information, "{Merchant}: the probe ended with {Result}; the next from {NextAt}")]
    public static partial void ProbeFailed(ILogger logger, string merchant, ChargeAnswer result, Instant nextAt);

    [LoggerMessage(9007, LogLevel.Warning, "{Merchant}: charging was stopped by {Actor} ({Reason})")]
    public static partial void StoppedByOperator(ILogger logger, string merchant, string actor, string? reason);

    [LoggerMessage(9008, LogLevel.Warning, "{Merchant}: charging was resumed by {Actor} ({Reason})")]
    public static partial void ResumedByOperator(ILogger logger, string merchant, string actor, string? reason);

    [LoggerMessage(9009, LogLevel.Warning, "{Merchant}: the provider throttles; from now on {PerSecond:0.0} requests a second")]
    public static partial void RateLowered(ILogger logger, string merchant, double perSecond);

    [LoggerMessage(9010, LogLevel.Information, "{Merchant}: {Happened}")]
    public static partial void Happened(ILogger logger, string merchant, ChargingEvent happened);

    [LoggerMessage(9011, LogLevel.Warning, "Merchant {Merchant}'s charging cannot be reported to nor asked; this silo goes on with what it knows for {Lasts}")]
    public static partial void NoNews(ILogger logger, Exception error, string merchant, TimeSpan lasts);

    [LoggerMessage(9012, LogLevel.Warning, "A waiting subscription ({Id}) could not be called; its reminder calls it again")]
    public static partial void CallFailed(ILogger logger, Exception error, GrainId id);

    [LoggerMessage(9013, LogLevel.Error, "The queue of waiting subscriptions stumbled and goes on")]
    public static partial void Stumbled(ILogger logger, Exception error);
}
