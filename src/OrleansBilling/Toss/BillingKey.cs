using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBilling.Toss;

/// <summary>
/// A billing key in clear: whoever has it and the secret key can take money. It has no property, so no logger, serializer or record prints it;
/// <see cref="Reveal"/> is the only way out, and its callers are few enough to be read one by one.
/// </summary>
[DebuggerDisplay(Redacted)]
[JsonConverter(typeof(RedactedJson))]
internal readonly record struct BillingKey
{
    private const string Redacted = "[billing key]";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _clear;

    public BillingKey(string clear)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clear);
        _clear = clear;
    }

    /// <summary>The key itself: to encrypt it, or to put it into the provider's URL. Never into anything that a person or a log reads.</summary>
    public string Reveal() => _clear ?? throw new InvalidOperationException("This billing key was never set.");

    public override string ToString() => Redacted;

    private sealed class RedactedJson : JsonConverter<BillingKey>
    {
        public override BillingKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A billing key is never read from JSON: it is stored encrypted.");

        public override void Write(Utf8JsonWriter writer, BillingKey value, JsonSerializerOptions options) => writer.WriteStringValue(Redacted);
    }
}
