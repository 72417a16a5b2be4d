using System.Collections.Immutable;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Simulation.Provider;

/// <summary>A payment that was approved. The truth that everything else is judged by.</summary>
internal sealed class LedgerPayment(string paymentKey, string orderId, long totalKrw, Instant approvedAt)
{
    public string PaymentKey => paymentKey;
    public string OrderId => orderId;
    public long TotalKrw => totalKrw;
    public Instant ApprovedAt => approvedAt;
    public ImmutableArray<ProviderCancel> Cancels { get; private set; } = [];
    public long BalanceKrw => totalKrw - Cancels.Sum(c => c.AmountKrw);

    public void Cancel(long amountKrw, string reason, Instant at) => Cancels = Cancels.Add(new ProviderCancel
    {
        TransactionKey = $"{paymentKey}-c{Cancels.Length + 1}",
        AmountKrw = amountKrw,
        RefundableKrw = BalanceKrw - amountKrw,
        Reason = reason,
        CanceledAt = at,
    });

    public ProviderPayment Seen() => new()
    {
        PaymentKey = paymentKey,
        OrderId = orderId,
        Status = Cancels.Length == 0 ? "DONE" : Cancels.Length == 1 && BalanceKrw == 0 ? "CANCELED" : "PARTIAL_CANCELED",
        Currency = "KRW",
        TotalKrw = totalKrw,
        BalanceKrw = BalanceKrw,
        ApprovedAt = approvedAt,
        Cancels = Cancels,
    };
}

/// <summary>A registered card at the provider and its issuer.</summary>
internal sealed class Card(string billingKey, string customerKey)
{
    public string BillingKey => billingKey;
    public string CustomerKey => customerKey;
    public bool Removed { get; set; }

    /// <summary>The issuer's refusal for ever; null while it works.</summary>
    public string? DeadCode { get; set; }

    /// <summary>Without money until then.</summary>
    public Instant EmptyUntil { get; set; } = Instant.MinValue;
}

/// <summary>An answer that is bound to an idempotency key, API key and URL.</summary>
internal sealed class Binding(Instant since)
{
    public Instant Since => since;

    /// <summary>Null while the first request is being processed.</summary>
    public Reply? Answer { get; set; }
}

/// <summary>Where the provider's behaviour is not documented, it is drawn for each run.</summary>
/// <param name="RefusesUsedOrderIds">An order id that was approved is refused for ever. Documented; where false, idempotency alone protects.</param>
/// <param name="BindsTransientAnswers">Probability that an answer with a transient code is bound to its key.</param>
/// <param name="ShowsFailedOrders">A look-up of a declined order finds it as ABORTED.</param>
/// <param name="ShowsRunningOrders">A look-up during processing finds it as IN_PROGRESS.</param>
internal sealed record Temper(bool RefusesUsedOrderIds, double BindsTransientAnswers, bool ShowsFailedOrders, bool ShowsRunningOrders);
