using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBilling.Domain;

namespace OrleansBilling.Toss;

/// <summary>What came back over the wire, before anybody asks what it means for a charge, a refund or a look-up.</summary>
internal abstract record TossReply
{
    private TossReply() { }

    /// <summary>HTTP 200 and JSON; <see cref="JsonValueKind.Undefined"/> for an empty body.</summary>
    public sealed record Ok(JsonElement Body) : TossReply;

    /// <summary>An error body with Toss's own code.</summary>
    /// <param name="Message">For people, in Korean; null when absent. May name the card: shown to its owner, never logged.</param>
    public sealed record Refused(HttpStatusCode Status, string Code, string? Message) : TossReply;

    /// <summary>Nothing that can be relied on. The request may have been carried out.</summary>
    public sealed record Unanswered(string Reason) : TossReply;

    private const string InProgress = "IDEMPOTENT_REQUEST_PROCESSING";

    // Codes go into stored state and logs. Upper case only, so that nothing key-like echoed by a confused server passes for a code.
    private static readonly Regex CodeShape = new(@"\A[A-Z][A-Z0-9_]{1,79}\z", RegexOptions.CultureInvariant);

    public static TossReply Read(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        if (status == HttpStatusCode.TooManyRequests)
        {
            return new Unanswered(Outcome.ChargeUnanswered.Throttled); // Whatever the body says: it was not looked at closely enough to be a decline.
        }
        JsonElement json = default;
        if (!body.IsEmpty && !TryParse(body, out json))
        {
            return new Unanswered($"HTTP {(int)status} with an unreadable body of {body.Length} bytes");
        }
        if (status == HttpStatusCode.OK)
        {
            return new Ok(json);
        }
        return new WireObject(json).TextOrNull("code") switch
        {
            InProgress => new Unanswered($"HTTP {(int)status} {InProgress}"),
            { } code when CodeShape.IsMatch(code) => new Refused(status, code, new WireObject(json).TextOrNull("message")),
            _ => new Unanswered($"HTTP {(int)status} without an error code"),
        };
    }

    private static bool TryParse(ReadOnlySpan<byte> body, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }
}
