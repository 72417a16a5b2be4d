using static OrleansBilling.Reports.ReadSideRows;

namespace OrleansBilling.Reports;

/// <summary>How rows get into the tables of the read side. Idempotent, each of them: the same rows again change nothing, older ones never overwrite newer ones.</summary>
internal static class ReadSideTables
{
    public static readonly RowStatement<SubscriptionRecord> Subscriptions = new(
        """
        INSERT INTO subscriptions ({columns}) SELECT {columns} FROM {rows} WHERE true
        ON CONFLICT (merchant, subscription_id) DO UPDATE SET
          sequence = excluded.sequence, plan_id = excluded.plan_id, plan_version = excluded.plan_version, status = excluded.status, price_krw = excluded.price_krw,
          next_charge_at_ms = excluded.next_charge_at_ms, ended_at_ms = excluded.ended_at_ms, parked_reason = excluded.parked_reason,
          unknown_since_ms = excluded.unknown_since_ms, rests = excluded.rests, needs_at_ms = excluded.needs_at_ms
        WHERE subscriptions.sequence < excluded.sequence
        """,
        new("merchant", r => r.Merchant),
        new("subscription_id", r => r.Id),
        new("sequence", r => r.Sequence),
        new("customer_id", r => r.CustomerId),
        new("product_id", r => r.ProductId),
        new("plan_id", r => r.PlanId),
        new("plan_version", r => r.PlanVersion),
        new("status", r => r.Status),
        new("price_krw", r => r.PriceKrw),
        new("started_at_ms", r => r.StartedAtMs),
        new("next_charge_at_ms", r => r.NextChargeAtMs),
        new("ended_at_ms", r => r.EndedAtMs),
        new("parked_reason", r => r.ParkedReason),
        new("unknown_since_ms", r => r.UnknownSinceMs),
        new("rests", r => r.Rests),
        new("needs_at_ms", r => r.NeedsAtMs));

    public static readonly RowStatement<EventRecord> Events = new(
        "INSERT INTO events ({columns}) SELECT {columns} FROM {rows} WHERE true ON CONFLICT (merchant, subscription_id, sequence) DO NOTHING",
        new("merchant", r => r.Merchant),
        new("subscription_id", r => r.Subscription),
        new("sequence", r => r.Sequence),
        new("event_id", r => r.Id),
        new("type", r => r.Type),
        new("occurred_at_ms", r => r.OccurredAtMs),
        new("actor", r => r.Actor),
        new("body", r => r.Body));

    // Issued and closed may come together or apart; an invoice is closed once, and whatever closed it first stands.
    public static readonly RowStatement<InvoiceRecord> Invoices = new(
        """
        INSERT INTO invoices ({columns}) SELECT {columns} FROM {rows} WHERE true
        ON CONFLICT (merchant, subscription_id, number) DO UPDATE SET state = excluded.state, closed_at_ms = excluded.closed_at_ms
        WHERE invoices.state = 'issued' AND excluded.state <> 'issued'
        """,
        new("merchant", r => r.Merchant),
        new("subscription_id", r => r.Subscription),
        new("number", r => r.Number),
        new("state", r => r.State),
        new("total_krw", r => r.TotalKrw),
        new("vat_krw", r => r.VatKrw),
        new("tax_free_krw", r => r.TaxFreeKrw),
        new("period_start_ms", r => r.PeriodStartMs),
        new("period_end_ms", r => r.PeriodEndMs),
        new("due_at_ms", r => r.DueAtMs),
        new("closed_at_ms", r => r.ClosedAtMs));

    public static readonly RowStatement<InvoiceClosing> Closings = new(
        """
        UPDATE invoices SET state = r.state, closed_at_ms = r.closed_at_ms FROM {rows}
        WHERE invoices.merchant = r.merchant AND invoices.subscription_id = r.subscription_id AND invoices.number = r.number AND invoices.state = 'issued'
        """,
        new("merchant", r => r.Merchant),
        new("subscription_id", r => r.Subscription),
        new("number", r => r.Number),
        new("state", r => r.State),
        new("closed_at_ms", r => r.ClosedAtMs));

    // An approval is final and overwrites a decline of the same order (it came late); nothing overwrites an approval.
    public static readonly RowStatement<PaymentRecord> Payments = new(
        """
        INSERT INTO payments ({columns}) SELECT {columns} FROM {rows} WHERE true
        ON CONFLICT (merchant, order_id) DO UPDATE SET
          state = excluded.state, amount_krw = excluded.amount_krw, at_ms = excluded.at_ms, payment_key = excluded.payment_key, code = excluded.code, receipt_url = excluded.receipt_url
        WHERE payments.state <> 'approved'
        """,
        new("merchant", r => r.Merchant),
        new("order_id", r => r.OrderId),
        new("subscription_id", r => r.Subscription),
        new("invoice_number", r => r.InvoiceNumber),
        new("state", r => r.State),
        new("amount_krw", r => r.AmountKrw),
        new("at_ms", r => r.AtMs),
        new("payment_key", r => r.PaymentKey),
        new("code", r => r.Code),
        new("receipt_url", r => r.ReceiptUrl));

    public static readonly RowStatement<RefundRecord> Refunds = new(
        "INSERT INTO refunds ({columns}) SELECT {columns} FROM {rows} WHERE true ON CONFLICT (merchant, transaction_key) DO NOTHING",
        new("merchant", r => r.Merchant),
        new("transaction_key", r => r.TransactionKey),
        new("subscription_id", r => r.Subscription),
        new("invoice_number", r => r.InvoiceNumber),
        new("payment_key", r => r.PaymentKey),
        new("amount_krw", r => r.AmountKrw),
        new("at_ms", r => r.AtMs));

    /// <summary>Of these subscriptions, those that are known here, and how far.</summary>
    public static readonly RowStatement<(string Merchant, string Id)> KnownSequences = new(
        "SELECT s.merchant, s.subscription_id, s.sequence FROM {rows} JOIN subscriptions s ON s.merchant = r.merchant AND s.subscription_id = r.subscription_id",
        new("merchant", r => r.Merchant),
        new("subscription_id", r => r.Id));
}
