using System.Text.Json;
using OrleansBilling.Security;

namespace OrleansBilling.Tests.Security;

public class SecretCipherTests
{
    private const string BillingKey = "Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=";
    private readonly BillingKeyCipher _cipher = CipherOf(Rings.One);

    [Fact]
    public void What_was_encrypted_is_read_again()
    {
        EncryptedSecret secret = _cipher.Encrypt("main", "pm_1", BillingKey);

        Assert.StartsWith("v1.k1.", secret.ToStored(), StringComparison.Ordinal);
        Assert.Equal(BillingKey, _cipher.Decrypt("main", "pm_1", EncryptedSecret.FromStored(secret.ToStored()).Value));
    }

    // Not made by this code: AES-256-GCM written out in Python over OpenSSL's block cipher, key 32 bytes of 1, nonce 00…0b.
    [Fact]
    public void A_secret_stored_by_an_earlier_release_is_read()
    {
        EncryptedSecret stored = EncryptedSecret.FromStored(GoldenSecret).Value;

        Assert.Equal("bk-golden", _cipher.Decrypt("main", "pm_1", stored));
    }

    [Fact]
    public void The_same_secret_twice_gives_different_text() =>
        Assert.NotEqual(_cipher.Encrypt("main", "pm_1", BillingKey), _cipher.Encrypt("main", "pm_1", BillingKey));

    [Theory]
    [InlineData("main", "pm_2")]
    [InlineData("other", "pm_1")]
    [InlineData("mainpm", "_1")]
    public void A_ciphertext_copied_into_another_row_is_refused(string merchant, string paymentMethodId)
    {
        EncryptedSecret secret = _cipher.Encrypt("main", "pm_1", BillingKey);

        Assert.Throws<SecretUnreadableException>(() => _cipher.Decrypt(merchant, paymentMethodId, secret));
    }

    [Fact]
    public void A_billing_key_cannot_be_read_as_another_kind_of_secret()
    {
        EncryptedSecret secret = _cipher.Encrypt("main", "pm_1", BillingKey);

        Assert.Throws<SecretUnreadableException>(() => new SecretCipher(Rings.One).Decrypt(SecretContext.AuthKey("main", "pm_1"), secret));
    }

    [Fact]
    public void Every_changed_bit_is_noticed()
    {
        string stored = _cipher.Encrypt("main", "pm_1", "bk").ToStored();
        byte[] body = System.Buffers.Text.Base64Url.DecodeFromChars(stored.AsSpan("v1.k1.".Length));
        for (int bit = 0; bit < body.Length * 8; bit++)
        {
            byte[] changed = [.. body];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            EncryptedSecret secret = EncryptedSecret.FromStored($"v1.k1.{System.Buffers.Text.Base64Url.EncodeToString(changed)}").Value;

            Assert.Throws<SecretUnreadableException>(() => _cipher.Decrypt("main", "pm_1", secret));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("bk-in-clear")]
    [InlineData("v1.k1")]
    [InlineData("v1.k1.")]
    [InlineData("v1.k1.AAAA")]
    [InlineData("v1.k1.!!")]
    [InlineData("v2.k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_text_of_another_form_is_refused_and_not_repeated(string stored)
    {
        SecretUnreadableException refusal =
            Assert.Throws<SecretUnreadableException>(() => _cipher.Decrypt("main", "pm_1", EncryptedSecret.FromStored(stored).Value));

        Assert.Contains("main/pm_1", refusal.Message, StringComparison.Ordinal);
        Assert.True(stored.Length == 0 || !refusal.ToString().Contains(stored, StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_rotation_the_new_key_encrypts_and_the_old_one_still_decrypts()
    {
        EncryptedSecret old = _cipher.Encrypt("main", "pm_1", BillingKey);
        BillingKeyCipher rotated = CipherOf(Rings.Of("k2", ("k1", 1), ("k2", 2)));

        Assert.Equal(BillingKey, rotated.Decrypt("main", "pm_1", old));
        Assert.StartsWith("v1.k2.", rotated.Encrypt("main", "pm_1", BillingKey).ToStored(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ciphertext_cannot_be_passed_off_as_made_by_another_key()
    {
        BillingKeyCipher twins = CipherOf(Rings.Of("k1", ("k1", 1), ("k2", 1)));
        string stored = twins.Encrypt("main", "pm_1", BillingKey).ToStored();

        Assert.Throws<SecretUnreadableException>(() =>
            twins.Decrypt("main", "pm_1", EncryptedSecret.FromStored(stored.Replace("v1.k1.", "v1.k2.", StringComparison.Ordinal)).Value));
    }

    [Fact]
    public void Another_ring_is_refused_with_what_to_do()
    {
        EncryptedSecret secret = _cipher.Encrypt("main", "pm_1", BillingKey);

        Assert.Throws<SecretUnreadableException>(() => CipherOf(Rings.Of("k1", ("k1", 7))).Decrypt("main", "pm_1", secret));
        Assert.Contains(
            "restore the ring",
            Assert.Throws<SecretUnreadableException>(() => CipherOf(Rings.Of("k7", ("k7", 7))).Decrypt("main", "pm_1", secret)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_or_JSON_of_a_secret_or_a_ring_shows_key_material()
    {
        EncryptedSecret secret = _cipher.Encrypt("main", "pm_1", BillingKey);
        string body = secret.ToStored().Split('.')[2];
        object[] shown = [secret, Rings.One, _cipher, new KeyedHash(Rings.One), KeyRing.NewContent("k1")];
        foreach (string text in shown.SelectMany<object, string>(thing => [thing.ToString()!, $"{thing}"]))
        {
            Assert.DoesNotContain(body, text, StringComparison.Ordinal);
            Assert.DoesNotMatch("[A-Za-z0-9+/]{40,}", text);
        }

        foreach (object thing in (object[])[secret, Rings.One, _cipher, new KeyedHash(Rings.One)])
        {
            Assert.DoesNotMatch("[A-Za-z0-9+/_-]{32,}", JsonSerializer.Serialize(thing, thing.GetType()));
        }
    }

    private const string GoldenSecret = "v1.k1.AAECAwQFBgcICQoL9loenOAzyf8n-XIxfONqv9nNuEFPkmIckA";

    private static BillingKeyCipher CipherOf(KeyRing ring) => new(new SecretCipher(ring));
}
