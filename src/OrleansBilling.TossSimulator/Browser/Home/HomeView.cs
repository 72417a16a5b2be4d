using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>What the simulator's page shows, read in one go so that its parts agree with each other. Newest first, and bounded.</summary>
internal sealed record HomeView(
    IReadOnlyList<LedgerRow> Ledger, int LedgerCount, long ApprovedKrw, long CanceledKrw,
    IReadOnlyList<BillingKeyRecord> BillingKeys, int BillingKeyCount,
    IReadOnlyList<WebhookRecord> Webhooks, int WebhookCount,
    IReadOnlyList<RequestRow> Requests, int RequestCount)
{
    /// <summary>Rows of each table. The rest is in the JSON of the control API.</summary>
    public const int Rows = 100;

    public static HomeView Of(SimulatorState state, RequestLog requests)
    {
        IReadOnlyList<RequestRow> rows = requests.Read();
        return state.Read(books => Of(books, rows));
    }

    private static HomeView Of(Books books, IReadOnlyList<RequestRow> requests) => new(
        [.. books.Ledger.Reverse().Take(Rows)],
        books.Ledger.Count,
        Sum(books, LedgerKind.Approval),
        Sum(books, LedgerKind.Cancel),
        [.. books.BillingKeys.OrderByDescending(key => key.IssuedAt).Take(Rows)],
        books.BillingKeys.Count,
        [.. books.Webhooks.OrderByDescending(webhook => webhook.CreatedAt).Take(Rows)],
        books.Webhooks.Count(),
        [.. requests.Reverse().Take(Rows)],
        requests.Count);

    private static long Sum(Books books, LedgerKind kind) => books.Ledger.Where(row => row.Kind == kind).Sum(row => row.AmountKrw);
}
