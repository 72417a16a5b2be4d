using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Random keys in the shapes that were observed at Toss.</summary>
internal static class KeyShapes
{
    private const string Alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Base64Url = Alphanumerics + "-_";
    private const string UlidLetters = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string AuthKey() => "bln_" + Random(Alphanumerics, 11);

    /// <summary>43 base64url characters and "=".</summary>
    public static string BillingKey() => Random(Base64Url, 43) + "=";

    /// <summary>Five characters of the MID, Korean time, five random characters.</summary>
    public static string PaymentKey(string merchantId, DateTimeOffset at) =>
        merchantId[..Math.Min(5, merchantId.Length)] + KoreanTime.Compact(at) + Random(Alphanumerics, 5);

    /// <summary>"txrd_a" and 26 characters of a ULID.</summary>
    public static string TransactionKey() => "txrd_a01" + Random(UlidLetters, 24);

    public static string PaymentSecret() => "ps_" + Random(Alphanumerics, 28);

    public static string WebhookId() => "whtrans_a01" + Random(UlidLetters, 24);

    public static string TraceId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Stands for a secret or billing key wherever the key itself has no business: 16 hex digits of its SHA-256.</summary>
    public static string Fingerprint(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)), 0, 8);

    private static string Random(string letters, int length) => RandomNumberGenerator.GetString(letters, length);
}
