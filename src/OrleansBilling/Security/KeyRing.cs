using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace OrleansBilling.Security;

/// <summary>
/// The 256-bit keys that encrypt billing keys and other secrets at rest. One key encrypts, all of them decrypt: rotation adds a key to every silo,
/// then makes it current. Billing keys cannot be fetched again from the provider, so a ring that is lost is every card lost: it is backed up,
/// apart from the database.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class KeyRing
{
    internal const int KeyBytes = 32;
    private readonly FrozenDictionary<string, byte[]> _keys;
    private readonly byte[] _hashSecret;

    private KeyRing(FrozenDictionary<string, byte[]> keys, string currentKeyId, byte[] hashSecret) =>
        (_keys, CurrentKeyId, _hashSecret) = (keys, currentKeyId, hashSecret);

    public string CurrentKeyId { get; }

    /// <param name="source">Where the values come from, for the sentences of refusal: <c>KeyRing</c> or a file's path.</param>
    /// <exception cref="KeyRingException">Something is missing or malformed; the message says what and where, never a value.</exception>
    internal static KeyRing Parse(IReadOnlyDictionary<string, string> keys, string? current, string? hashSecret, string source)
    {
        if (keys.Count == 0)
        {
            throw new KeyRingException($"{source} has no keys. Set at least one, for example KeyRing:Keys:k1 to the output of: openssl rand -base64 32");
        }

        foreach (string id in keys.Keys)
        {
            if (!KeyIdPattern().IsMatch(id))
            {
                throw new KeyRingException($"{source}: a key id is lower-case letters, digits and dashes, at most 32 characters.");
            }
        }

        if (current is null || !keys.ContainsKey(current))
        {
            throw new KeyRingException($"{source}: Current must name one of the keys ({string.Join(", ", keys.Keys.Order(StringComparer.Ordinal))}).");
        }

        return new KeyRing(
            keys.ToFrozenDictionary(pair => pair.Key, pair => Secret(pair.Value, $"{source}: key {pair.Key}"), StringComparer.Ordinal),
            current,
            Secret(hashSecret, $"{source}: HashSecret"));
    }

    /// <summary>A new ring with one key, and the values of which its file is made.</summary>
    internal static KeyRingFile.Content NewContent(string keyId) => new(1, keyId, NewSecret(), new Dictionary<string, string> { [keyId] = NewSecret() });

    internal bool TryGetKey(string keyId, [NotNullWhen(true)] out byte[]? key) => _keys.TryGetValue(keyId, out key);

    internal byte[] CurrentKey => _keys[CurrentKeyId];

    /// <summary>A key for one kind of hash; stable across rotation, and independent of every other purpose.</summary>
    internal byte[] DeriveHashKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _hashSecret, KeyBytes, salt: [], info: System.Text.Encoding.UTF8.GetBytes($"OrleansBilling keyed hash v1/{purpose}"));

    public override string ToString() => $"KeyRing {{ current {CurrentKeyId}, {_keys.Count} keys }}";

    private static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    private static byte[] Secret(string? base64, string name)
    {
        byte[] bytes = new byte[KeyBytes + 1];
        return base64 is not null && Convert.TryFromBase64String(base64.Trim(), bytes, out int length) && length == KeyBytes
            ? bytes[..KeyBytes]
            : throw new KeyRingException($"{name} is not 32 bytes in base64. Make one with: openssl rand -base64 32");
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyIdPattern();
}
