using OrleansBilling.Security;

namespace OrleansBilling.Tests.Security;

/// <summary>Rings with keys that a test can name: key "k1" is 32 bytes of 1.</summary>
internal static class Rings
{
    public static string Base64(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);

    public static KeyRing Of(string current, params (string Id, byte Value)[] keys) =>
        KeyRing.Parse(keys.ToDictionary(key => key.Id, key => Base64(key.Value)), current, Base64(99), "KeyRing");

    public static KeyRing One { get; } = Of("k1", ("k1", 1));
}
