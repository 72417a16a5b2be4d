namespace OrleansBilling.Security;

/// <summary>Where the key ring comes from: a file, or the configuration itself. Never the database.</summary>
public sealed class KeyRingOptions
{
    public const string Section = "KeyRing";

    /// <summary>
    /// The ring's JSON file. Null: with SQLite <c>keys/keyring.json</c> in the data directory, made at the first start; with PostgreSQL there is no
    /// default, because every silo must read the same ring.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>Makes the file named by <see cref="Path"/> when it is missing. Default: false, so that a mount that failed is noticed.</summary>
    public bool CreateIfMissing { get; set; }

    /// <summary>Instead of a file: key id (lower-case letters, digits and dashes, at most 32) → 32 random bytes in base64.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    /// <summary>The id of the key that encrypts from now on. Every key of the ring decrypts.</summary>
    public string? Current { get; set; }

    /// <summary>32 random bytes in base64 from which look-up hashes derive. Not rotated: stored hashes would no longer be found.</summary>
    public string? HashSecret { get; set; }
}
