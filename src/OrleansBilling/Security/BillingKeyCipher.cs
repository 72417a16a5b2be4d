namespace OrleansBilling.Security;

/// <summary>
/// Encrypts billing keys for storage, each bound to its merchant and payment method. A clear billing key exists only between
/// <see cref="Decrypt"/> and the request to the provider.
/// </summary>
public sealed class BillingKeyCipher(SecretCipher cipher)
{
    public EncryptedSecret Encrypt(string merchant, string paymentMethodId, string billingKey) =>
        cipher.Encrypt(SecretContext.BillingKey(merchant, paymentMethodId), billingKey);

    /// <inheritdoc cref="SecretCipher.Decrypt"/>
    public string Decrypt(string merchant, string paymentMethodId, EncryptedSecret billingKey) =>
        cipher.Decrypt(SecretContext.BillingKey(merchant, paymentMethodId), billingKey);
}
