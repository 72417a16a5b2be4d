using OrleansBilling.TossSimulator.Faults;

namespace OrleansBilling.TossSimulator.Cards;

/// <summary>
/// What a card does, charge by charge, counted per billing key: approves the first <see cref="ApprovesFirst"/>, then does <see cref="Code"/> or
/// <see cref="Fault"/> for the next <see cref="Times"/>, then approves for ever. Charges answered from an idempotency key do not reach the card.
/// </summary>
internal sealed record CardScript
{
    public static readonly CardScript Approves = new() { Times = 0 };

    public int ApprovesFirst { get; init; }

    /// <summary>Code of the refusal. Null: the charge is approved, with <see cref="Fault"/> on its way.</summary>
    public string? Code { get; init; }

    public Fault? Fault { get; init; }

    public int Times { get; init; } = int.MaxValue;

    /// <summary>Refuses with INVALID_CARD_EXPIRATION after its own expiry month on the virtual clock.</summary>
    public bool Expires { get; init; }

    /// <summary>Code with which the card is refused at registration. Null: it can be registered.</summary>
    public string? IssueCode { get; init; }

    /// <param name="earlier">Charges that reached this card through the same billing key before.</param>
    public bool IsActing(int earlier) => earlier >= ApprovesFirst && earlier - ApprovesFirst < Times;

    public string? CodeAt(int earlier) => IsActing(earlier) ? Code : null;

    public Fault? FaultAt(int earlier) => IsActing(earlier) ? Fault : null;
}
