using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>What is asked. On the wire of the control API in lower case: "charge".</summary>
[JsonConverter(typeof(KebabCaseEnum<WireOperation>))]
internal enum WireOperation
{
    /// <summary>Both ways of issuing a billing key.</summary>
    Issue,
    Charge,
    Cancel,
    Delete,

    /// <summary>By payment key and by order id.</summary>
    Lookup,
    Transactions,
}

/// <summary>One authenticated request.</summary>
/// <param name="Resource">The key or order id in the path, decoded; empty where there is none.</param>
/// <param name="English">Accept-Language asks for en-US.</param>
/// <param name="ReceivedAt">Virtual clock: requestedAt of a payment.</param>
internal sealed record WireCall(
    WireOperation Operation, string Resource, SimulatorKeySet Keys, WireBody Body, IQueryCollection Query, bool English, SimulatorKnobs Knobs,
    DateTimeOffset ReceivedAt)
{
    public WireAnswer Ok(JsonNode body)
    {
        if (Knobs.Drift)
        {
            Drift.Add(body);
        }
        return new(StatusCodes.Status200OK, WireJson.Bytes(body), null);
    }

    public WireAnswer Refusal(string code) => WireAnswer.Error(TossErrors.Get(code), English);

    /// <summary>A refusal that leaves no trace in the books.</summary>
    public Outcome Refuse(string code) => new(Refusal(code), []);
}

/// <param name="Code">Toss' error code; null for a success.</param>
internal sealed record WireAnswer(int Status, byte[] Body, string? Code)
{
    public static WireAnswer Error(TossError error, bool english) =>
        new(error.Status, WireJson.Bytes(WireJson.Error(error.Code, error.Message(english))), error.Code);
}

/// <summary>An answer and the entries that become true with it.</summary>
internal sealed record Outcome(WireAnswer Answer, IReadOnlyList<JournalEntry> Entries);

/// <summary>Decides one request on the books as they are, under their lock. Waits for nothing and changes nothing itself.</summary>
internal delegate Outcome WireHandler(WireCall call, Books books, DateTimeOffset now);
