using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Toss;

/// <summary>
/// Reads one JSON object of Toss: unknown members and values are passed over, and a member that is missing or of the wrong kind is remembered as
/// <see cref="Problem"/> instead of thrown, since it is an answer like any other.
/// </summary>
internal sealed class WireObject(JsonElement json)
{
    private static readonly Offset Korea = Offset.FromHours(9);

    /// <summary>The first thing that was wrong, naming the member and never its value; null while all is well.</summary>
    public string? Problem { get; private set; } = json.ValueKind == JsonValueKind.Object ? null : "no JSON object";

    public string Text(string name) => TextOrNull(name) ?? Wrong(name, "");

    public string? TextOrNull(string name)
    {
        if (Member(name) is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException) // Half a surrogate pair, or bytes that are not UTF-8.
        {
            return null;
        }
    }

    /// <summary>Whole won. "5000.0" is 5,000 won; "5000.5", text, and a negative amount are problems.</summary>
    public long Krw(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out decimal amount)
            && decimal.IsInteger(amount) && amount is >= 0 and <= long.MaxValue
            ? (long)amount
            : Wrong(name, 0L);

    public Instant Time(string name) => TimeOrNull(name) ?? Wrong(name, Instant.MinValue);

    /// <summary>ISO 8601 with an offset; without one (older parts of the API) it is Korean time. Null when absent or unreadable.</summary>
    public Instant? TimeOrNull(string name)
    {
        if (TextOrNull(name) is not { } text)
        {
            return null;
        }
        ParseResult<OffsetDateTime> zoned = OffsetDateTimePattern.ExtendedIso.Parse(text);
        if (zoned.Success)
        {
            return zoned.Value.ToInstant();
        }
        ParseResult<LocalDateTime> local = LocalDateTimePattern.ExtendedIso.Parse(text);
        return local.Success ? local.Value.WithOffset(Korea).ToInstant() : null;
    }

    public WireObject? ObjectOrNull(string name) => Member(name) is { ValueKind: JsonValueKind.Object } inner ? new(inner) : null;

    /// <summary>The elements of an array; none when it is absent, null, or no array.</summary>
    public IEnumerable<WireObject> Objects(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(element => new WireObject(element)) : [];

    public void Adopt(string name, WireObject inner) => Problem ??= inner.Problem is null ? null : $"{name}: {inner.Problem}";

    private JsonElement? Member(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement member) ? member : null;

    private T Wrong<T>(string name, T standIn)
    {
        Problem ??= $"no usable {name}";
        return standIn;
    }
}
