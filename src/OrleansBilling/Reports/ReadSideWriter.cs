using System.Data.Common;
using System.Text.Json;
using Dapper;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <summary>Turns events into the rows of the read side. Idempotent: the same events again change nothing, older ones never overwrite newer ones.</summary>
internal sealed class ReadSideWriter(Database database)
{
    private const string UpsertSubscription =
        """
        INSERT INTO subscriptions (merchant, subscription_id, sequence, customer_id, product_id, plan_id, plan_version, status, price_krw, started_at_ms, next_charge_at_ms, ended_at_ms, parked_reason)
        VALUES (@Merchant, @Id, @Sequence, @CustomerId, @ProductId, @PlanId, @PlanVersion, @Status, @PriceKrw, @StartedAtMs, @NextChargeAtMs, @EndedAtMs, @ParkedReason)
        ON CONFLICT (merchant, subscription_id) DO UPDATE SET
          sequence = excluded.sequence, plan_id = excluded.plan_id, plan_version = excluded.plan_version, status = excluded.status, price_krw = excluded.price_krw,
          next_charge_at_ms = excluded.next_charge_at_ms, ended_at_ms = excluded.ended_at_ms, parked_reason = excluded.parked_reason
        WHERE subscriptions.sequence < excluded.sequence
        """;

    private const string InsertEvent =
        """
        INSERT INTO events (merchant, subscription_id, sequence, event_id, type, occurred_at_ms, actor, body)
        VALUES (@Merchant, @Subscription, @Sequence, @Id, @Type, @OccurredAtMs, @Actor, @Body)
        ON CONFLICT (merchant, subscription_id, sequence) DO NOTHING
        """;

    private const string InsertInvoice =
        """
        INSERT INTO invoices (merchant, subscription_id, number, state, total_krw, vat_krw, tax_free_krw, period_start_ms, period_end_ms, due_at_ms)
        VALUES (@Merchant, @Subscription, @Number, 'issued', @TotalKrw, @VatKrw, @TaxFreeKrw, @PeriodStartMs, @PeriodEndMs, @DueAtMs)
        ON CONFLICT (merchant, subscription_id, number) DO NOTHING
        """;

    // An invoice is closed once; whatever closed it first stands.
    private const string CloseInvoice =
        """
        UPDATE invoices SET state = @State, closed_at_ms = @AtMs
        WHERE merchant = @Merchant AND subscription_id = @Subscription AND number = @Number AND state = 'issued'
        """;

    // An approval is final and overwrites a decline of the same order (it came late); nothing overwrites an approval.
    private const string UpsertPayment =
        """
        INSERT INTO payments (merchant, order_id, subscription_id, invoice_number, state, amount_krw, at_ms, payment_key, code, receipt_url)
        VALUES (@Merchant, @OrderId, @Subscription, @InvoiceNumber, @State, @AmountKrw, @AtMs, @PaymentKey, @Code, @ReceiptUrl)
        ON CONFLICT (merchant, order_id) DO UPDATE SET
          state = excluded.state, at_ms = excluded.at_ms, payment_key = excluded.payment_key, code = excluded.code, receipt_url = excluded.receipt_url
        WHERE payments.state <> 'approved'
        """;

    private const string InsertRefund =
        """
        INSERT INTO refunds (merchant, transaction_key, subscription_id, invoice_number, payment_key, amount_krw, at_ms)
        VALUES (@Merchant, @TransactionKey, @Subscription, @InvoiceNumber, @PaymentKey, @AmountKrw, @AtMs)
        ON CONFLICT (merchant, transaction_key) DO NOTHING
        """;

    public async Task WriteAsync(IEnumerable<(Subscription Subscription, long PublishedThrough)> handovers)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        foreach ((Subscription s, long publishedThrough) in handovers)
        {
            await connection.ExecuteAsync(UpsertSubscription, RowOf(s), transaction);
            foreach (BillingEvent e in s.Outbox.Where(e => e.Sequence > publishedThrough))
            {
                await connection.ExecuteAsync(InsertEvent, RowOf(e), transaction);
                if (Effect(e) is var (sql, row))
                {
                    await connection.ExecuteAsync(sql, row, transaction);
                }
            }
        }

        await transaction.CommitAsync();
    }

    private static object RowOf(Subscription s) => new
    {
        s.Merchant,
        s.Id,
        Sequence = s.LastSequence,
        s.CustomerId,
        s.Terms.ProductId,
        s.Terms.PlanId,
        s.Terms.PlanVersion,
        Status = s.Status.ToString(),
        s.Terms.PriceKrw,
        StartedAtMs = Ms(s.StartedAt),
        NextChargeAtMs = s is { Parked: null, Invoice.Attempt: { } attempt } ? Ms(attempt.NotBefore) : (long?)null,
        EndedAtMs = s.EndedAt is { } ended ? Ms(ended) : (long?)null,
        ParkedReason = s.Parked?.Reason,
    };

    private static object RowOf(BillingEvent e) => new
    {
        e.Merchant,
        e.Subscription,
        e.Sequence,
        e.Id,
        e.Type,
        OccurredAtMs = Ms(e.OccurredAt),
        e.Actor,
        Body = JsonSerializer.Serialize(e, StoredJson.Options),
    };

    private static (string Sql, object Row)? Effect(BillingEvent e) => e.Data switch
    {
        EventData.InvoiceIssued i => (InsertInvoice, new
        {
            e.Merchant,
            e.Subscription,
            i.Number,
            i.TotalKrw,
            i.VatKrw,
            i.TaxFreeKrw,
            PeriodStartMs = Ms(i.PeriodStart),
            PeriodEndMs = Ms(i.PeriodEnd),
            DueAtMs = Ms(i.DueAt),
        }),
        EventData.InvoicePaid i => (CloseInvoice, new { e.Merchant, e.Subscription, i.Number, State = "paid", AtMs = Ms(e.OccurredAt) }),
        EventData.InvoiceWrittenOff i => (CloseInvoice, new { e.Merchant, e.Subscription, i.Number, State = "written_off", AtMs = Ms(e.OccurredAt) }),
        EventData.PaymentApproved p => (UpsertPayment, new
        {
            e.Merchant,
            p.OrderId,
            e.Subscription,
            p.InvoiceNumber,
            State = "approved",
            p.AmountKrw,
            AtMs = Ms(p.ApprovedAt),
            PaymentKey = (string?)p.PaymentKey,
            Code = (string?)null,
            p.ReceiptUrl,
        }),
        EventData.PaymentDeclined p => (UpsertPayment, new
        {
            e.Merchant,
            p.OrderId,
            e.Subscription,
            p.InvoiceNumber,
            State = "declined",
            p.AmountKrw,
            AtMs = Ms(e.OccurredAt),
            PaymentKey = (string?)null,
            Code = (string?)p.Code,
            ReceiptUrl = (string?)null,
        }),
        EventData.RefundSucceeded r => (InsertRefund, new { e.Merchant, r.TransactionKey, e.Subscription, r.InvoiceNumber, r.PaymentKey, r.AmountKrw, AtMs = Ms(r.RefundedAt) }),
        _ => null,
    };

    private static long Ms(Instant instant) => instant.ToUnixTimeMilliseconds();
}
