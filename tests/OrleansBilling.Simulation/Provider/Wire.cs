using OrleansBilling.Domain;

namespace OrleansBilling.Simulation.Provider;

/// <summary>One POST of a charge, as it leaves. Everything that the provider could see of it.</summary>
/// <param name="Silo">From whose address it comes.</param>
internal sealed record ChargeCall(int Silo, string Credential, string BillingKey, string CustomerKey, string OrderId, string OrderName, long AmountKrw, long TaxFreeKrw);

/// <summary>One POST of a cancel.</summary>
/// <param name="RefundableKrw">The balance that the sender believes in; null where it does not say.</param>
internal sealed record CancelCall(int Silo, string Credential, string PaymentKey, long AmountKrw, long? RefundableKrw, string Reason, string IdempotencyKey);

/// <summary>What comes back over the wire.</summary>
internal abstract record Reply
{
    private Reply() { }

    public sealed record Payment(ProviderPayment Body) : Reply;

    public sealed record Done : Reply;

    public sealed record Refused(string Code) : Reply;

    /// <summary>Time-out, reset, or a status without a code.</summary>
    public sealed record Nothing(string Reason) : Reply;

    public override string ToString() => this switch
    {
        Payment p => $"200 {p.Body.Status} {p.Body.OrderId} {p.Body.TotalKrw} (balance {p.Body.BalanceKrw})",
        Refused r => r.Code,
        Nothing n => $"no answer: {n.Reason}",
        _ => "200",
    };
}
