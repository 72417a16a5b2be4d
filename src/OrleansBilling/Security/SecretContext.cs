using System.Buffers.Binary;
using System.Text;

namespace OrleansBilling.Security;

/// <summary>
/// The row that a secret belongs to. It is bound into the ciphertext: copied into another row, a ciphertext cannot be read, so whoever can write
/// to the database cannot make one customer pay with another's card.
/// </summary>
/// <param name="Purpose">What kind of secret; a constant of the program.</param>
/// <param name="Merchant">Empty for what belongs to the installation.</param>
/// <param name="Id">The row's immutable id.</param>
public readonly record struct SecretContext(string Purpose, string Merchant, string Id)
{
    public static SecretContext BillingKey(string merchant, string paymentMethodId) => new("billing-key", merchant, paymentMethodId);

    /// <summary>The provider's one-time <c>authKey</c>, kept until it is exchanged.</summary>
    public static SecretContext AuthKey(string merchant, string registrationId) => new("auth-key", merchant, registrationId);

    /// <summary>Each part with its length before it, so that no two contexts give the same bytes.</summary>
    internal byte[] AssociatedData(string keyId)
    {
        using MemoryStream data = new();
        Span<byte> length = stackalloc byte[4];
        foreach (string part in (ReadOnlySpan<string>)["OrleansBilling secret v1", Purpose, Merchant, Id, keyId])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            data.Write(length);
            data.Write(bytes);
        }

        return data.ToArray();
    }
}
