using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Security;

/// <summary>
/// HMAC-SHA256 by which a secret can be found without storing it, for example the payment method that a webhook names by its billing key.
/// Stable across rotation of the ring; worthless without the ring.
/// </summary>
public sealed class KeyedHash(KeyRing ring)
{
    private readonly byte[] _billingKeys = ring.DeriveHashKey("billing-key");
    private readonly byte[] _canary = ring.DeriveHashKey("canary");

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string OfBillingKey(string merchant, string billingKey) => Compute(_billingKeys, merchant, billingKey);

    internal string OfCanary(string text) => Compute(_canary, "", text);

    private static string Compute(byte[] key, string merchant, string text) =>
        // A merchant id holds no slash, so the border between the two parts is plain.
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{merchant}/{text}")));
}
