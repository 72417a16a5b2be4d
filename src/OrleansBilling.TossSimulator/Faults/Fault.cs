using System.Text.Json.Serialization;

namespace OrleansBilling.TossSimulator.Faults;

/// <summary>How one answer goes wrong. Names on the wire are in kebab case: "late-after-commit".</summary>
[JsonConverter(typeof(KebabCaseEnum<FaultKind>))]
internal enum FaultKind
{
    /// <summary>Answers <see cref="Fault.Code"/>; nothing is done. Bound to the idempotency key like any answer of its status.</summary>
    Error,

    /// <summary>Waits <see cref="Fault.Seconds"/>, then works as usual.</summary>
    Latency,

    /// <summary>Does the work, then waits <see cref="Fault.Seconds"/> before it answers.</summary>
    LateAfterCommit,

    /// <summary>Closes the connection; nothing is done.</summary>
    DropBeforeCommit,

    /// <summary>Does the work, then closes the connection.</summary>
    DropAfterCommit,

    /// <summary>Does the work, then answers <see cref="Fault.Code"/> (default: FAILED_INTERNAL_SYSTEM_PROCESSING, status 500).</summary>
    [JsonStringEnumMemberName("committed-500")]
    Committed500,

    /// <summary>A gateway's page instead of JSON: <see cref="Fault.Status"/> (default 502). Works first, if <see cref="Fault.Commit"/> (default).</summary>
    HtmlBody,

    /// <summary>Does the work and sends half of the answer, then closes the connection.</summary>
    Truncated,

    /// <summary>Status 429 with an empty body, as Toss publishes none. Nothing is done.</summary>
    [JsonStringEnumMemberName("http-429")]
    Http429,

    /// <summary>Stays open until <c>POST /simulator/faults/release</c>. Works before the wait, if <see cref="Fault.Commit"/>; after it otherwise (default).</summary>
    Hold,

    /// <summary>Answers <see cref="Fault.Status"/> and <see cref="Fault.Body"/> as JSON. Works first, if <see cref="Fault.Commit"/> (default: no).</summary>
    Answer,
}

/// <summary>One fault and its numbers. Which of them count depends on the kind.</summary>
internal sealed record Fault(FaultKind Kind)
{
    public string? Code { get; init; }
    public double Seconds { get; init; }
    public bool? Commit { get; init; }
    public int? Status { get; init; }
    public string? Body { get; init; }

    /// <summary>Whether the operation is done at all.</summary>
    public bool Works => Kind switch
    {
        FaultKind.Error or FaultKind.DropBeforeCommit or FaultKind.Http429 => false,
        FaultKind.HtmlBody => Commit ?? true,
        FaultKind.Answer => Commit ?? false,
        _ => true,
    };

    /// <summary>Happens on the way of an answer, so that a replay meets it too. The others are answers themselves, and a bound answer wins.</summary>
    public bool IsTransport => Kind is not (FaultKind.Error or FaultKind.Committed500);
}
