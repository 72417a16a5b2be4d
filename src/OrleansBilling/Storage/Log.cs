namespace OrleansBilling.Storage;

/// <summary>Ids 4000–4999.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Schema script {Script} applied to {Engine}.")]
    public static partial void SchemaScriptApplied(ILogger logger, string script, DatabaseEngine engine);

    [LoggerMessage(4001, LogLevel.Information, "Storage is ready: {Engine}{Place}, installation {Installation}.")]
    public static partial void StorageReady(ILogger logger, DatabaseEngine engine, string place, string installation);

    [LoggerMessage(4002, LogLevel.Debug, "Reminders are read {ReadAhead} ahead of the billing clock.")]
    public static partial void RemindersReadAhead(ILogger logger, TimeSpan readAhead);
}
