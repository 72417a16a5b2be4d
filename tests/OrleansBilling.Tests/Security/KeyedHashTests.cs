using OrleansBilling.Security;

namespace OrleansBilling.Tests.Security;

public class KeyedHashTests
{
    [Fact]
    public void A_hash_survives_rotation()
    {
        KeyedHash before = new(Rings.One);
        KeyedHash after = new(Rings.Of("k2", ("k1", 1), ("k2", 2)));

        Assert.Equal(before.OfBillingKey("main", "bk"), after.OfBillingKey("main", "bk"));
    }

    // Made with Python: HKDF-SHA256 (RFC 5869) by hmac, then hmac.
    [Fact]
    public void A_hash_stored_by_an_earlier_release_is_found() =>
        Assert.Equal("643932c4bb1bf7f90634fbb931ca3c321a4527a954a798a9e5552ee123f2c91c", new KeyedHash(Rings.One).OfBillingKey("main", "bk-golden"));

    [Fact]
    public void Merchant_key_purpose_and_ring_each_change_the_hash()
    {
        KeyedHash hash = new(Rings.One);
        KeyRing otherSecret = KeyRing.Parse(new Dictionary<string, string> { ["k1"] = Rings.Base64(1) }, "k1", Rings.Base64(98), "KeyRing");
        string[] hashes =
        [
            hash.OfBillingKey("main", "bk"), hash.OfBillingKey("other", "bk"), hash.OfBillingKey("main", "bk2"), hash.OfCanary("main/bk"),
            new KeyedHash(otherSecret).OfBillingKey("main", "bk"),
        ];

        Assert.Distinct(hashes);
    }
}
