using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace OrleansBilling.Security;

/// <summary>
/// A secret as it rests: <c>v1.{key id}.{base64url of nonce, tag and ciphertext}</c>. It has no public property, so neither a log, a debugger nor a
/// JSON view shows the ciphertext; <see cref="ToStored"/> is the one way to it, for the column or state that keeps it.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct EncryptedSecret : IEquatable<EncryptedSecret>
{
    internal const string Version = "v1";
    private readonly string? _stored;

    internal EncryptedSecret(string stored) => _stored = stored;

    /// <summary>What <see cref="ToStored"/> gave. Checked only when it is decrypted.</summary>
    [return: NotNullIfNotNull(nameof(stored))]
    public static EncryptedSecret? FromStored(string? stored) => stored is null ? null : new EncryptedSecret(stored);

    /// <summary>The text to store. It is ciphertext: keep it out of logs, views and messages to people.</summary>
    public string ToStored() => _stored ?? throw new InvalidOperationException("An empty EncryptedSecret cannot be stored.");

    public bool Equals(EncryptedSecret other) => string.Equals(_stored, other._stored, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is EncryptedSecret other && Equals(other);

    public override int GetHashCode() => _stored?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public static bool operator ==(EncryptedSecret left, EncryptedSecret right) => left.Equals(right);

    public static bool operator !=(EncryptedSecret left, EncryptedSecret right) => !left.Equals(right);

    public override string ToString() => "EncryptedSecret";
}
