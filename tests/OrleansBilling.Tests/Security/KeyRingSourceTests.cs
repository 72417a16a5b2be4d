using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Security;

namespace OrleansBilling.Tests.Security;

public sealed class KeyRingSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ob-ring-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_first_start_with_SQLite_makes_a_ring_that_only_its_owner_reads()
    {
        KeyRing first = Load(new KeyRingOptions(), _directory);
        KeyRing second = Load(new KeyRingOptions(), _directory);

        string stored = new SecretCipher(first).Encrypt(SecretContext.BillingKey("main", "pm_1"), "bk").ToStored();
        Assert.Equal("bk", new SecretCipher(second).Decrypt(SecretContext.BillingKey("main", "pm_1"), EncryptedSecret.FromStored(stored).Value));
        if (!OperatingSystem.IsWindows())
        {
            string file = Path.Combine(_directory, KeyRingSource.DefaultFile);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }
    }

    [Fact]
    public async Task Silos_that_start_at_once_on_one_volume_agree_on_one_ring()
    {
        KeyRing[] rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Load(new KeyRingOptions(), _directory))));

        Assert.Single(rings.Select(ring => new KeyedHash(ring).OfCanary("same")).Distinct());
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_directory, "keys")));
    }

    [Fact]
    public void PostgreSQL_without_a_shared_ring_is_refused_with_what_to_set()
    {
        KeyRingException refusal = Assert.Throws<KeyRingException>(() => Load(new KeyRingOptions(), dataDirectory: null));

        Assert.Contains("KeyRing:Path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("KeyRing:Keys:k1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_not_made_anew()
    {
        KeyRingOptions options = new() { Path = Path.Combine(_directory, "mounted", "ring.json") };

        Assert.Contains("backup", Assert.Throws<KeyRingException>(() => Load(options, dataDirectory: null)).Message, StringComparison.Ordinal);
        options.CreateIfMissing = true;
        Assert.NotNull(Load(options, dataDirectory: null));
    }

    [Fact]
    public void The_configuration_may_hold_the_ring()
    {
        KeyRingOptions options = new() { Current = "k2", HashSecret = Rings.Base64(9), Keys = { ["k1"] = Rings.Base64(1), ["k2"] = Rings.Base64(2) } };

        Assert.Equal("k2", Load(options, dataDirectory: null).CurrentKeyId);
    }

    [Theory]
    [InlineData("k2", "AQEB", "not 32 bytes")]
    [InlineData("k2", "not base64 at all", "not 32 bytes")]
    [InlineData("K2", null, "lower-case")]
    [InlineData("k9", null, "Current")]
    public void A_malformed_ring_is_refused_without_repeating_a_value(string id, string? value, string sentence)
    {
        KeyRingOptions options = new() { Current = "k2", HashSecret = Rings.Base64(9), Keys = { [id] = value ?? Rings.Base64(3) } };

        KeyRingException refusal = Assert.Throws<KeyRingException>(() => Load(options, dataDirectory: null));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(options.Keys[id], refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_refused_without_quoting_it()
    {
        string path = Path.Combine(_directory, "ring.json");
        File.WriteAllText(path, $$"""{ "version": 1, "keys": { "k1": "{{Rings.Base64(5)}}" """);

        KeyRingException refusal = Assert.Throws<KeyRingException>(() => Load(new KeyRingOptions { Path = path }, dataDirectory: null));

        Assert.DoesNotContain(Rings.Base64(5)[..8], refusal.ToString(), StringComparison.Ordinal);
    }

    private KeyRing Load(KeyRingOptions options, string? dataDirectory) =>
        KeyRingSource.Load(options, dataDirectory, _directory, TimeProvider.System, NullLogger.Instance);
}
