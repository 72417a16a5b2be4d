namespace OrleansBilling.Reconciliation;

/// <summary>Event ids 8150–8199. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(8150, LogLevel.Information, "{Day} agrees with the provider to the won: {Payments} payments, {Refunds} refunds, {Explained} explained differences")]
    public static partial void NothingOpen(ILogger logger, string day, int payments, int refunds, int explained);

    [LoggerMessage(8151, LogLevel.Error, "{Day} has {Open} differences from the provider's transaction list that need an operator")]
    public static partial void Differs(ILogger logger, string day, int open);

    [LoggerMessage(8152, LogLevel.Warning, "{Day} could not be compared with the provider's transaction list ({Reason}); trying again")]
    public static partial void NotCompared(ILogger logger, string day, string reason);

    [LoggerMessage(8153, LogLevel.Warning, "{Day}: {Movement} {TransactionKey} of order {OrderId} was mended ({Cause})")]
    public static partial void Mended(ILogger logger, string day, string movement, string? transactionKey, string? orderId, string cause);

    [LoggerMessage(8154, LogLevel.Warning, "{Day}: {Difference} was accepted by {Actor}")]
    public static partial void Accepted(ILogger logger, string day, string difference, string actor);

    [LoggerMessage(8155, LogLevel.Error, "The comparison with the provider broke off; its reminder tries again")]
    public static partial void BrokeOff(ILogger logger, Exception error);

    [LoggerMessage(8156, LogLevel.Warning, "The comparison with the provider could not be scheduled now; trying again")]
    public static partial void NotScheduled(ILogger logger, Exception error);

    [LoggerMessage(8157, LogLevel.Critical, "Order {OrderId} was paid twice; the second payment {PaymentKey} goes back")]
    public static partial void PaidTwice(ILogger logger, string orderId, string paymentKey);
}
