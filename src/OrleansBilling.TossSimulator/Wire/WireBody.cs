using System.Text.Json;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>The JSON object of a request. Members that Toss does not know are ignored, as it ignores them.</summary>
internal sealed class WireBody
{
    public static readonly WireBody None = new(null, true);

    private readonly JsonElement? _json;

    private WireBody(JsonElement? json, bool isReadable)
    {
        _json = json;
        IsReadable = isReadable;
    }

    /// <summary>False when bytes came that are no JSON object.</summary>
    public bool IsReadable { get; }

    public static async Task<WireBody> ReadAsync(HttpRequest request)
    {
        using MemoryStream bytes = new();
        await request.Body.CopyToAsync(bytes);
        if (bytes.Length == 0)
        {
            return None;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
            return document.RootElement.ValueKind == JsonValueKind.Object ? new(document.RootElement.Clone(), true) : new(null, false);
        }
        catch (JsonException)
        {
            return new(null, false);
        }
    }

    /// <summary>Null when the member is missing, null or no string.</summary>
    public string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public bool Has(string name) => Member(name) is not null;

    /// <summary>Null when the member is missing, no number, or no whole one. 5000.0 is whole.</summary>
    public long? Krw(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out decimal number)
        && decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : null;

    private JsonElement? Member(string name) =>
        _json is { } json && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
