using System.Text.Json.Serialization;

namespace OrleansBilling.TossSimulator.State;

[JsonConverter(typeof(JsonStringEnumConverter<LedgerKind>))]
public enum LedgerKind
{
    Approval,
    Cancel,
}

/// <summary>Money that moved. The ledger is the judge of tests, since it knows nothing of whoever charged.</summary>
/// <param name="AmountKrw">Positive for approvals and cancels alike.</param>
/// <param name="At">Virtual clock, UTC.</param>
public sealed record LedgerRow(
    LedgerKind Kind, string MerchantId, string OrderId, string PaymentKey, string TransactionKey, long AmountKrw, string CustomerKey, DateTimeOffset At);
