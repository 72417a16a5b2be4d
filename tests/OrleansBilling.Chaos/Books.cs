using System.Globalization;
using Dapper;
using NodaTime;
using Npgsql;
using OrleansBilling.TossSimulator.State;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Chaos;

// Rows of the read side. Instants are unix milliseconds UTC.
internal sealed record SubscriptionRow(string Id, string PlanId, string Status, long StartedAtMs, long? NextChargeAtMs, long? EndedAtMs, string? ParkedReason);

internal sealed record InvoiceRow(string Subscription, int Number, string State, long TotalKrw, long PeriodStartMs);

internal sealed record PaymentRow(string OrderId, string Subscription, int InvoiceNumber, string State, long AmountKrw, string? PaymentKey);

internal sealed record RefundRow(string TransactionKey, string Subscription, long AmountKrw);

internal sealed record WaiverRow(string Subscription, int FirstIndex, int LastIndex);

/// <param name="Count">Of its events; without gaps it is the same as <paramref name="Last"/>.</param>
internal sealed record EventCount(string Subscription, long Count, long Last);

/// <param name="Overdue">Subscriptions whose charge should have been made some seconds ago, or whose invoice is open although its card is not to blame.</param>
/// <param name="Unknown">Subscriptions with an attempt whose outcome nobody knows yet.</param>
internal sealed record Backlog(IReadOnlyList<string> Overdue, IReadOnlyList<string> Unknown)
{
    private const int FewEnoughToName = 3;

    public bool IsEmpty => Overdue.Count == 0 && Unknown.Count == 0;

    public override string ToString()
    {
        string[] all = [.. Overdue.Union(Unknown)];
        return $"due {Overdue.Count}, unknown {Unknown.Count}{(all.Length <= FewEnoughToName ? $": {string.Join(' ', all)}" : "")}";
    }
}

/// <summary>Both books: what the provider says it did, and what the read side says.</summary>
internal sealed record Books(
    IReadOnlyList<LedgerRow> Ledger, IReadOnlyList<SubscriptionRow> Subscriptions, IReadOnlyList<InvoiceRow> Invoices, IReadOnlyList<PaymentRow> Payments,
    IReadOnlyList<RefundRow> Refunds, IReadOnlyList<WaiverRow> Waivers, IReadOnlyList<EventCount> Events, IReadOnlySet<string> Unknown)
{
    private const string UnknownOnes =
        """
        SELECT subscription_id FROM (
          SELECT DISTINCT ON (subscription_id) subscription_id, type FROM events WHERE type LIKE 'payment.%' ORDER BY subscription_id, sequence DESC) AS last
        WHERE type = 'payment.unknown'
        """;

    private const string OverdueOnes =
        """
        SELECT subscription_id FROM subscriptions WHERE status <> 'Ended' AND next_charge_at_ms < @before
        UNION SELECT i.subscription_id FROM invoices i JOIN subscriptions s ON s.merchant = i.merchant AND s.subscription_id = i.subscription_id
          WHERE i.state = 'issued' AND i.due_at_ms < @before AND s.status = 'Active'
        """;

    /// <param name="before">What was due earlier than this should be through.</param>
    public static async Task<Backlog> BacklogAsync(NpgsqlDataSource database, Instant before)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return new Backlog(
            [.. await connection.QueryAsync<string>(OverdueOnes, new { before = before.ToUnixTimeMilliseconds() })], [.. await connection.QueryAsync<string>(UnknownOnes)]);
    }

    public static async Task<Books> ReadAsync(NpgsqlDataSource database, Provider provider)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        return new Books(
            await provider.LedgerAsync(),
            await ListAsync<SubscriptionRow>("SELECT subscription_id AS Id, plan_id AS PlanId, status AS Status, started_at_ms AS StartedAtMs, next_charge_at_ms AS NextChargeAtMs, ended_at_ms AS EndedAtMs, parked_reason AS ParkedReason FROM subscriptions"),
            await ListAsync<InvoiceRow>("SELECT subscription_id AS Subscription, number AS Number, state AS State, total_krw AS TotalKrw, period_start_ms AS PeriodStartMs FROM invoices"),
            await ListAsync<PaymentRow>("SELECT order_id AS OrderId, subscription_id AS Subscription, invoice_number AS InvoiceNumber, state AS State, amount_krw AS AmountKrw, payment_key AS PaymentKey FROM payments"),
            await ListAsync<RefundRow>("SELECT transaction_key AS TransactionKey, subscription_id AS Subscription, amount_krw AS AmountKrw FROM refunds"),
            await ListAsync<WaiverRow>("SELECT subscription_id AS Subscription, (body::jsonb->'data'->>'firstIndex')::int AS FirstIndex, (body::jsonb->'data'->>'lastIndex')::int AS LastIndex FROM events WHERE type = 'period.waived'"),
            await ListAsync<EventCount>("SELECT subscription_id AS Subscription, count(*) AS Count, max(sequence) AS Last FROM events GROUP BY subscription_id"),
            (await connection.QueryAsync<string>(UnknownOnes)).ToHashSet());

        async Task<IReadOnlyList<T>> ListAsync<T>(string sql) => [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>For a person who looks into a failed run: the books as text, one file each.</summary>
    public async Task WriteAsync(string directory)
    {
        await File.WriteAllLinesAsync(Path.Combine(directory, "book-ledger.txt"), Ledger.Select(row => row.ToString()));
        await File.WriteAllLinesAsync(Path.Combine(directory, "book-subscriptions.txt"), Subscriptions.Select(row => row.ToString()));
        await File.WriteAllLinesAsync(Path.Combine(directory, "book-invoices.txt"), Invoices.Select(row => row.ToString()));
        await File.WriteAllLinesAsync(Path.Combine(directory, "book-payments.txt"), Payments.Select(row => row.ToString()));
    }

    public static string At(long ms) => Instant.FromUnixTimeMilliseconds(ms).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    public static string At(Period period) => At(period.Start.ToUnixTimeMilliseconds());
}
