namespace OrleansBilling.Security;

/// <summary>Decides where the ring comes from: configuration, a named file, or the file that belongs to the SQLite data directory.</summary>
internal static class KeyRingSource
{
    public const string DefaultFile = "keys/keyring.json";

    /// <param name="dataDirectory">Of SQLite, absolute; null with PostgreSQL.</param>
    /// <exception cref="KeyRingException">No usable ring; the message says what to set.</exception>
    public static KeyRing Load(KeyRingOptions options, string? dataDirectory, string contentRoot, TimeProvider time, ILogger logger)
    {
        if (options.Keys.Count > 0)
        {
            return options.Path is null
                ? KeyRing.Parse(options.Keys, options.Current, options.HashSecret, KeyRingOptions.Section)
                : throw new KeyRingException("KeyRing:Path and KeyRing:Keys are both set. Keep one of them, so that it is plain which keys are in use.");
        }

        (string path, bool create) = (options.Path, dataDirectory) switch
        {
            ({ } named, _) => (Path.GetFullPath(named, contentRoot), options.CreateIfMissing),
            (null, { } data) => (Path.Combine(data, DefaultFile), true),
            (null, null) => throw new KeyRingException(
                "With PostgreSQL all silos share one key ring, and none is configured. Set KeyRing:Path to a file that every silo mounts, or set "
                + "KeyRing:Keys:k1 and KeyRing:HashSecret (each the output of: openssl rand -base64 32) and KeyRing:Current=k1, the same on every silo."),
        };
        if (create)
        {
            KeyRingFile.CreateUnlessThere(path, time);
        }

        KeyRing ring = KeyRingFile.Read(path);
        if (KeyRingFile.IsOpenToOthers(path))
        {
            Log.KeyRingOpenToOthers(logger, path);
        }

        Log.KeyRingLoaded(logger, ring.CurrentKeyId, path);
        return ring;
    }
}
