using System.Security.Cryptography;

namespace OrleansBilling;

/// <summary>
/// Ids such as <c>sub_01kd3v9m…</c>: a prefix that says what it is, then 48 bits of time (so that they sort) and 80 random bits (so that they cannot be guessed),
/// in Crockford's base 32, 26 characters.
/// </summary>
public static class PrefixedId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New(string prefix, TimeProvider clock) => $"{prefix}_{NewBody(clock)}";

    /// <summary>The same body under another prefix: <c>reg_X</c> → <c>sub_X</c>. So what derives from an id is known before it exists.</summary>
    public static string Derive(string prefix, string id) => $"{prefix}_{id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..]}";

    private static string NewBody(TimeProvider clock)
    {
        UInt128 value = ((UInt128)(ulong)clock.GetUtcNow().ToUnixTimeMilliseconds() << 80) | Random80();
        return string.Create(26, value, static (body, v) =>
        {
            for (int i = body.Length - 1; i >= 0; i--, v >>= 5)
            {
                body[i] = Alphabet[(int)(v & 31)];
            }
        });
    }

    private static UInt128 Random80()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
