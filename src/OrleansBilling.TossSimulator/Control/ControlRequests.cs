using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.TossSimulator.Control;

/// <param name="OffsetSeconds">Whole offset from the underlying clock, not a step; sending it again changes nothing.</param>
internal sealed record ClockRequest(double OffsetSeconds);

internal sealed record ClockView(double OffsetSeconds, DateTimeOffset NowUtc)
{
    public static ClockView Of(SimulatorClock clock) => new(clock.Offset.TotalSeconds, clock.GetUtcNow());
}

/// <summary>A registration without a browser. What is left out is the public test set and the card that always approves.</summary>
internal sealed record AuthKeyRequest(
    string CustomerKey, string ClientKey = SimulatorKeys.ClientKey, string CardNumber = ScriptedCards.AlwaysApproves,
    string ExpiryYear = "30", string ExpiryMonth = "12", string IdentityNumber = "900101", string Password2 = "12")
{
    public CardInput Card => new(CardNumber, ExpiryYear, ExpiryMonth, IdentityNumber, Password2);
}
