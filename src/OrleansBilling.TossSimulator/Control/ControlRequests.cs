using System.Text.Json.Nodes;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Control;

/// <param name="OffsetSeconds">Whole offset from the underlying clock, not a step; sending it again changes nothing.</param>
internal sealed record ClockRequest(double OffsetSeconds);

/// <summary>A registration without a browser. What is left out is the public test set and the card that always approves.</summary>
internal sealed record AuthKeyRequest(
    string CustomerKey, string ClientKey = SimulatorKeys.ClientKey, string CardNumber = ScriptedCards.AlwaysApproves,
    string ExpiryYear = "30", string ExpiryMonth = "12", string IdentityNumber = "900101", string Password2 = "12")
{
    public CardInput Card => new(CardNumber, ExpiryYear, ExpiryMonth, IdentityNumber, Password2);
}

/// <summary>An approved payment that nobody charged: what a reconciliation has to find.</summary>
/// <param name="At">UTC; null: now on the virtual clock.</param>
internal sealed record PlantRequest(
    string OrderId, long AmountKrw, string CustomerKey, string OrderName = "심어 둔 결제", string MerchantId = SimulatorKeys.MerchantId, DateTimeOffset? At = null)
{
    public PaymentRecord ToPayment(DateTimeOffset now)
    {
        DateTimeOffset at = At ?? now;
        CardOnFile card = new(ScriptedCards.AlwaysApproves, "94100012****789*", "3012", "21", "31", "신용", "개인");
        return new(KeyShapes.PaymentKey(MerchantId, at), MerchantId, OrderId, OrderName, CustomerKey, card, AmountKrw, 0, 0, at, at,
            KeyShapes.TransactionKey(), KeyShapes.PaymentSecret());
    }
}

/// <param name="Times">Requests to hit.</param>
/// <param name="Chance">Of each fitting request, from 0 to 1: an error rate instead of a count, together with a great <paramref name="Times"/>.</param>
internal sealed record FaultRequest(
    FaultKind Kind, WireOperation? Operation = null, int Times = 1, string? OrderIdPrefix = null, string? CustomerKey = null,
    string? Code = null, double Seconds = 0, bool? Commit = null, int? Status = null, string? Body = null, double Chance = 1)
{
    public FaultRule ToRule() => new(
        new Fault(Kind) { Code = Code, Seconds = Seconds, Commit = Commit, Status = Status, Body = Body }, Operation, OrderIdPrefix, CustomerKey, Times, Chance);
}

/// <param name="Data">Sent as it is, to every address of the knobs.</param>
internal sealed record ForgeRequest(string EventType, JsonObject Data);
