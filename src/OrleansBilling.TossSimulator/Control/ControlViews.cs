using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Control;

internal sealed record ClockView(double OffsetSeconds, DateTimeOffset NowUtc)
{
    public static ClockView Of(SimulatorClock clock) => new(clock.Offset.TotalSeconds, clock.GetUtcNow());
}

/// <param name="ApprovalsPerOrder">By order id. A number above 1 is a customer charged twice.</param>
internal sealed record LedgerView(IReadOnlyList<LedgerRow> Rows, IReadOnlyDictionary<string, int> ApprovalsPerOrder)
{
    public static LedgerView Of(IReadOnlyList<LedgerRow> rows) => new(rows,
        rows.Where(row => row.Kind == LedgerKind.Approval).GroupBy(row => row.OrderId).ToDictionary(order => order.Key, order => order.Count()));
}

/// <param name="Held">Requests that wait for a release.</param>
internal sealed record FaultsView(int Held, IReadOnlyList<FaultRule> Rules)
{
    public static FaultsView Of(FaultPlan faults) => new(faults.Held, faults.Rules);
}

/// <param name="Attempts">HTTP status of each try; 0: no answer in time.</param>
/// <param name="State">pending, delivered or failed.</param>
internal sealed record WebhookView(
    string Id, string Url, string EventType, string State, IReadOnlyList<int> Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAt)
{
    public static WebhookView Of(WebhookRecord webhook) =>
        new(webhook.Id, webhook.Url, webhook.EventType, webhook.State, webhook.Attempts, webhook.CreatedAt, webhook.NextAt);
}
