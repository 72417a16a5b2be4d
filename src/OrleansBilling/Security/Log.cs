namespace OrleansBilling.Security;

/// <summary>Event ids 5000–5099. A shipped id keeps its meaning for ever: alerts are built on it. Never a key, a ciphertext or a hash.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "Key ring {Path} loaded; new secrets are encrypted with key {KeyId}")]
    public static partial void KeyRingLoaded(ILogger logger, string keyId, string path);

    [LoggerMessage(5001, LogLevel.Warning, "The key ring {Path} can be read or written by others than its owner: chmod 600")]
    public static partial void KeyRingOpenToOthers(ILogger logger, string path);
}
