using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Security;

/// <summary>AES-256-GCM with the ring's current key, a random nonce, and the row as associated data. Decrypts with every key of the ring.</summary>
public sealed class SecretCipher(KeyRing ring)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public EncryptedSecret Encrypt(SecretContext context, string secret)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        Span<byte> nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(ring.CurrentKey, TagBytes);
        aes.Encrypt(
            nonce,
            plain,
            sealedBytes.AsSpan(NonceBytes + TagBytes),
            sealedBytes.AsSpan(NonceBytes, TagBytes),
            context.AssociatedData(ring.CurrentKeyId));
        CryptographicOperations.ZeroMemory(plain);
        return new EncryptedSecret($"{EncryptedSecret.Version}.{ring.CurrentKeyId}.{Base64Url.EncodeToString(sealedBytes)}");
    }

    /// <exception cref="SecretUnreadableException">The ring lacks the key, or the text was changed or belongs to another row.</exception>
    public string Decrypt(SecretContext context, EncryptedSecret secret)
    {
        string[] parts = secret.ToStored().Split('.');
        if (parts is not [EncryptedSecret.Version, { } keyId, { } body] || !Base64Url.IsValid(body, out int length) || length < NonceBytes + TagBytes)
        {
            throw new SecretUnreadableException(context, "it does not have the form of an encrypted secret");
        }

        if (!ring.TryGetKey(keyId, out byte[]? key))
        {
            throw new SecretUnreadableException(context, "its key is not in the key ring; restore the ring that encrypted it");
        }

        ReadOnlySpan<byte> sealedBytes = Base64Url.DecodeFromChars(body);
        byte[] plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        try
        {
            using AesGcm aes = new(key, TagBytes);
            aes.Decrypt(
                sealedBytes[..NonceBytes],
                sealedBytes[(NonceBytes + TagBytes)..],
                sealedBytes.Slice(NonceBytes, TagBytes),
                plain,
                context.AssociatedData(keyId));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SecretUnreadableException(context, "it was changed, belongs to another row, or was encrypted by another ring");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
