using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <summary>One payment attempt's end, or a refund, as shown to the customer. Instants UTC, money KRW including VAT.</summary>
/// <param name="State"><c>approved</c>, <c>declined</c> or <c>refunded</c>.</param>
/// <param name="Code">The provider's decline code; null unless declined.</param>
/// <param name="ReceiptUrl">The provider's sales slip; null when there is none.</param>
public sealed record PaymentRow(int InvoiceNumber, string State, long AmountKrw, DateTimeOffset At, string? Code, string? ReceiptUrl);

/// <summary>One event of a subscription's life. <see cref="Type"/> e.g. <c>subscription.renewed</c>.</summary>
public sealed record EventRow(long Sequence, string Type, DateTimeOffset OccurredAt, string Actor);

/// <summary>What happened to one subscription, newest first. Follows the grain by moments.</summary>
public sealed class SubscriptionHistory(Database database)
{
    private const int MaxRows = 200;

    public async Task<IReadOnlyList<PaymentRow>> PaymentsAsync(string merchant, string subscriptionId, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        IEnumerable<PaymentData> rows = await connection.QueryAsync<PaymentData>(new CommandDefinition(
            """
            SELECT invoice_number AS InvoiceNumber, state AS State, amount_krw AS AmountKrw, at_ms AS AtMs, code AS Code, receipt_url AS ReceiptUrl
            FROM payments WHERE merchant = @merchant AND subscription_id = @subscriptionId
            UNION ALL
            SELECT invoice_number, 'refunded', amount_krw, at_ms, NULL, NULL
            FROM refunds WHERE merchant = @merchant AND subscription_id = @subscriptionId
            ORDER BY 4 DESC LIMIT @MaxRows
            """,
            new { merchant, subscriptionId, MaxRows },
            cancellationToken: cancellation));
        return [.. rows.Select(r => new PaymentRow((int)r.InvoiceNumber, r.State, r.AmountKrw, DateTimeOffset.FromUnixTimeMilliseconds(r.AtMs), r.Code, r.ReceiptUrl))];
    }

    public async Task<IReadOnlyList<EventRow>> EventsAsync(string merchant, string subscriptionId, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        IEnumerable<EventDataRow> rows = await connection.QueryAsync<EventDataRow>(new CommandDefinition(
            """
            SELECT sequence AS Sequence, type AS Type, occurred_at_ms AS AtMs, actor AS Actor
            FROM events WHERE merchant = @merchant AND subscription_id = @subscriptionId
            ORDER BY sequence DESC LIMIT @MaxRows
            """,
            new { merchant, subscriptionId, MaxRows },
            cancellationToken: cancellation));
        return [.. rows.Select(r => new EventRow(r.Sequence, r.Type, DateTimeOffset.FromUnixTimeMilliseconds(r.AtMs), r.Actor))];
    }

    // Settable properties: the two engines report integers in different widths, which Dapper converts for properties only.
    private sealed class PaymentData
    {
        public long InvoiceNumber { get; set; }
        public string State { get; set; } = "";
        public long AmountKrw { get; set; }
        public long AtMs { get; set; }
        public string? Code { get; set; }
        public string? ReceiptUrl { get; set; }
    }

    private sealed class EventDataRow
    {
        public long Sequence { get; set; }
        public string Type { get; set; } = "";
        public long AtMs { get; set; }
        public string Actor { get; set; } = "";
    }
}
