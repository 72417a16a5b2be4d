namespace OrleansBilling.Registrations;

/// <summary>Event ids 1100–1199. A shipped id keeps its meaning for ever: alerts are built on it.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning, "{RegistrationId}: a return that does not belong to it was refused (another person, nonce or customerKey)")]
    public static partial void ForeignReturn(ILogger logger, string registrationId);

    [LoggerMessage(1101, LogLevel.Warning, "{RegistrationId}: the exchange of the authKey has no answer ({Reason}); it is repeated under the same key")]
    public static partial void ExchangeUnanswered(ILogger logger, string registrationId, string reason);

    [LoggerMessage(1102, LogLevel.Error, "{RegistrationId}: carrying it through failed; its reminder takes it up again")]
    public static partial void WorkFailed(ILogger logger, Exception error, string registrationId);

    [LoggerMessage(1103, LogLevel.Warning, "{RegistrationId}: the unused billing key of {PaymentMethodId} could not be deleted at the provider ({Reason})")]
    public static partial void KeyLeftBehind(ILogger logger, string registrationId, string paymentMethodId, string reason);
}
