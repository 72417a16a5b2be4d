using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Reconciliation;
using OrleansBilling.Storage;

namespace OrleansBilling.Reconciliation;

/// <summary>Our payments and refunds as the read side has them, and the mending of rows that it missed.</summary>
internal sealed class OurBooks(Database database, IOptions<MerchantOptions> merchant)
{
    private const string PaymentColumns = "SELECT order_id AS OrderId, payment_key AS PaymentKey, state AS State, at_ms AS AtMs, amount_krw AS AmountKrw FROM payments";

    private const string RefundColumns =
        """
        SELECT r.transaction_key AS TransactionKey, r.payment_key AS PaymentKey, p.order_id AS OrderId, r.at_ms AS AtMs, r.amount_krw AS AmountKrw
        FROM refunds r LEFT JOIN payments p ON p.merchant = r.merchant AND p.payment_key = r.payment_key
        """;

    private readonly string _merchant = merchant.Value.Id;

    /// <summary>Everything between two instants, and whatever the provider's rows name, wherever it stands in time.</summary>
    public async Task<Books> ReadAsync(Instant from, Instant to, IReadOnlyCollection<ProviderTransaction> named, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        object window = new { _merchant, from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds() };
        // The literal state lets the partial index serve.
        Dictionary<string, PaymentRow> payments = (await QueryAsync<PaymentRow>($"{PaymentColumns} WHERE merchant = @_merchant AND state = 'approved' AND at_ms >= @from AND at_ms < @to", window))
            .ToDictionary(row => row.OrderId);
        Dictionary<string, RefundRow> refunds = (await QueryAsync<RefundRow>($"{RefundColumns} WHERE r.merchant = @_merchant AND r.at_ms >= @from AND r.at_ms < @to", window))
            .DistinctBy(row => row.TransactionKey).ToDictionary(row => row.TransactionKey);
        foreach (string[] some in named.Select(row => row.OrderId).Distinct().Where(order => !payments.ContainsKey(order)).Chunk(Database.MostInList))
        {
            foreach (PaymentRow row in await QueryAsync<PaymentRow>($"{PaymentColumns} WHERE merchant = @_merchant AND order_id {database.In("@some")}", new { _merchant, some }))
            {
                payments[row.OrderId] = row;
            }
        }

        foreach (string[] some in named.Where(row => row.Status != "DONE").Select(row => row.TransactionKey).Distinct().Where(key => !refunds.ContainsKey(key)).Chunk(Database.MostInList))
        {
            foreach (RefundRow row in await QueryAsync<RefundRow>($"{RefundColumns} WHERE r.merchant = @_merchant AND r.transaction_key {database.In("@some")}", new { _merchant, some }))
            {
                refunds[row.TransactionKey] = row;
            }
        }

        return new Books(
            [.. payments.Values.Select(r => new BookedPayment(r.OrderId, r.PaymentKey, r.State == "approved", Instant.FromUnixTimeMilliseconds(r.AtMs), r.AmountKrw))],
            [.. refunds.Values.Select(r => new BookedRefund(r.TransactionKey, r.PaymentKey, r.OrderId, Instant.FromUnixTimeMilliseconds(r.AtMs), r.AmountKrw))]);

        Task<IEnumerable<T>> QueryAsync<T>(string sql, object parameters) => connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation));
    }

    /// <summary>Writes a payment and its cancels that the subscription knows and the read side missed. Again changes nothing.</summary>
    public async Task RepairAsync(string subscriptionId, int invoiceNumber, ProviderPayment payment, Instant seenAt, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(
            """
            INSERT INTO payments (merchant, order_id, subscription_id, invoice_number, state, amount_krw, at_ms, payment_key, receipt_url)
            VALUES (@_merchant, @OrderId, @subscriptionId, @invoiceNumber, 'approved', @TotalKrw, @at, @PaymentKey, @ReceiptUrl)
            ON CONFLICT (merchant, order_id) DO UPDATE SET
              state = excluded.state, amount_krw = excluded.amount_krw, at_ms = excluded.at_ms, payment_key = excluded.payment_key, code = NULL, receipt_url = excluded.receipt_url
            WHERE payments.state <> 'approved'
            """,
            new { _merchant, payment.OrderId, subscriptionId, invoiceNumber, payment.TotalKrw, at = (payment.ApprovedAt ?? seenAt).ToUnixTimeMilliseconds(), payment.PaymentKey, payment.ReceiptUrl });
        foreach (ProviderCancel cancel in payment.Cancels)
        {
            await ExecuteAsync(
                """
                INSERT INTO refunds (merchant, transaction_key, subscription_id, invoice_number, payment_key, amount_krw, at_ms)
                VALUES (@_merchant, @TransactionKey, @subscriptionId, @invoiceNumber, @PaymentKey, @AmountKrw, @at)
                ON CONFLICT (merchant, transaction_key) DO NOTHING
                """,
                new { _merchant, cancel.TransactionKey, subscriptionId, invoiceNumber, payment.PaymentKey, cancel.AmountKrw, at = cancel.CanceledAt.ToUnixTimeMilliseconds() });
        }

        await transaction.CommitAsync(cancellation);

        Task<int> ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
    }

    private sealed class PaymentRow
    {
        public string OrderId { get; set; } = "";
        public string? PaymentKey { get; set; }
        public string State { get; set; } = "";
        public long AtMs { get; set; }
        public long AmountKrw { get; set; }
    }

    private sealed class RefundRow
    {
        public string TransactionKey { get; set; } = "";
        public string PaymentKey { get; set; } = "";
        public string? OrderId { get; set; }
        public long AtMs { get; set; }
        public long AmountKrw { get; set; }
    }
}
