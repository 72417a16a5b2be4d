namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>
/// What somebody would write who needs nothing but a loop: one row for a subscription, claimed by moving its <c>next_at</c> to the end of a lease, and the same tables of invoices, payments
/// and events that the program's read side has (<c>0300-read-side.sql</c>).
/// </summary>
internal static class LoopSchema
{
    public const string Tables =
        """
        CREATE TABLE subscriptions
        (
          id TEXT PRIMARY KEY,
          merchant TEXT NOT NULL,
          customer_id TEXT NOT NULL,
          customer_key TEXT NOT NULL,
          payment_method_id TEXT NOT NULL,
          -- Ciphertext.
          billing_key TEXT NOT NULL,
          product_id TEXT NOT NULL,
          plan_id TEXT NOT NULL,
          plan_version INTEGER NOT NULL,
          order_name TEXT NOT NULL,
          price_krw BIGINT NOT NULL,
          status TEXT NOT NULL,
          started_at_ms BIGINT NOT NULL,
          interval_days INTEGER NOT NULL,
          invoice_number INTEGER NOT NULL,
          period_end_ms BIGINT NOT NULL,
          -- When it is to be looked at: the due instant, or the end of a lease.
          next_at_ms BIGINT NOT NULL,
          sequence BIGINT NOT NULL
        );
        CREATE INDEX subscriptions_by_next_at ON subscriptions (next_at_ms);
        CREATE INDEX subscriptions_by_customer ON subscriptions (merchant, customer_id);

        CREATE TABLE invoices
        (
          merchant TEXT NOT NULL, subscription_id TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, total_krw BIGINT NOT NULL, vat_krw BIGINT NOT NULL,
          tax_free_krw BIGINT NOT NULL, period_start_ms BIGINT NOT NULL, period_end_ms BIGINT NOT NULL, due_at_ms BIGINT NOT NULL, closed_at_ms BIGINT,
          PRIMARY KEY (merchant, subscription_id, number)
        );

        CREATE TABLE payments
        (
          merchant TEXT NOT NULL, order_id TEXT NOT NULL, subscription_id TEXT NOT NULL, invoice_number INTEGER NOT NULL, state TEXT NOT NULL, amount_krw BIGINT NOT NULL,
          at_ms BIGINT NOT NULL, payment_key TEXT, code TEXT, receipt_url TEXT,
          PRIMARY KEY (merchant, order_id)
        );
        CREATE INDEX payments_by_subscription ON payments (merchant, subscription_id);
        CREATE INDEX payments_by_payment_key ON payments (merchant, payment_key);

        CREATE TABLE events
        (
          merchant TEXT NOT NULL, subscription_id TEXT NOT NULL, sequence BIGINT NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL, occurred_at_ms BIGINT NOT NULL, actor TEXT NOT NULL,
          body TEXT NOT NULL,
          PRIMARY KEY (merchant, subscription_id, sequence)
        );
        """;

    /// <summary>The last period, which was paid.</summary>
    public const string LastPayments =
        """
        INSERT INTO invoices SELECT merchant, id, invoice_number, 'paid', price_krw, price_krw / 11, 0, period_end_ms - interval_days * 86400000::bigint, period_end_ms,
          period_end_ms - interval_days * 86400000::bigint, period_end_ms - interval_days * 86400000::bigint FROM subscriptions;
        INSERT INTO payments SELECT merchant, merchant || '-' || substr(id, 5) || '-' || invoice_number || '-1', id, invoice_number, 'approved', price_krw,
          period_end_ms - interval_days * 86400000::bigint, 'simbi' || period_end_ms || right(id, 8), NULL, NULL FROM subscriptions;
        INSERT INTO events SELECT merchant, id, sequence, 'evt_' || substr(id, 5) || '_' || sequence, 'subscription.renewed', period_end_ms - interval_days * 86400000::bigint, 'schedule', '{}'
          FROM subscriptions;
        """;

    /// <summary>$1 now, $2 end of the lease, $3 how many. A crashed worker's rows come back when their lease ends, and are sent again under the same order id.</summary>
    public const string Claim =
        """
        WITH due AS (SELECT id FROM subscriptions WHERE next_at_ms <= $1 ORDER BY next_at_ms LIMIT $3 FOR UPDATE SKIP LOCKED)
        UPDATE subscriptions s SET next_at_ms = $2 FROM due WHERE s.id = due.id
        RETURNING s.id, s.customer_key, s.payment_method_id, s.billing_key, s.order_name, s.price_krw, s.interval_days, s.invoice_number, s.period_end_ms, s.sequence
        """;

    /// <summary>One outcome, whole or not at all, and only if nobody else has stored it: in one statement, one round trip, one commit.</summary>
    public const string Complete =
        """
        WITH renewed AS
        (
          UPDATE subscriptions SET status = 'active', invoice_number = invoice_number + 1, period_end_ms = $3, next_at_ms = $3, sequence = sequence + 1
          WHERE id = $1 AND invoice_number = $2
          RETURNING merchant, id, invoice_number, price_krw, sequence
        ), invoiced AS
        (
          INSERT INTO invoices SELECT merchant, id, invoice_number, 'paid', price_krw, price_krw / 11, 0, $4, $3, $4, $5 FROM renewed
        ), paid AS
        (
          INSERT INTO payments SELECT merchant, $6, id, invoice_number, 'approved', price_krw, $5, $7, NULL, $8 FROM renewed
        )
        INSERT INTO events SELECT merchant, id, sequence, $9, 'subscription.renewed', $5, 'schedule', $10 FROM renewed
        """;

    /// <summary>The same for many: every parameter is an array.</summary>
    public const string CompleteMany =
        """
        WITH outcome AS MATERIALIZED
        (
          SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
            AS o (id, number, period_end, due, at, order_id, payment_key, receipt_url, event_id, body)
        ), renewed AS
        (
          UPDATE subscriptions s SET status = 'active', invoice_number = s.invoice_number + 1, period_end_ms = o.period_end, next_at_ms = o.period_end, sequence = s.sequence + 1
          FROM outcome o WHERE s.id = o.id AND s.invoice_number = o.number
          RETURNING s.merchant, s.id, s.invoice_number, s.price_krw, s.sequence, o.period_end, o.due, o.at, o.order_id, o.payment_key, o.receipt_url, o.event_id, o.body
        ), invoiced AS
        (
          INSERT INTO invoices SELECT merchant, id, invoice_number, 'paid', price_krw, price_krw / 11, 0, due, period_end, due, at FROM renewed
        ), paid AS
        (
          INSERT INTO payments SELECT merchant, order_id, id, invoice_number, 'approved', price_krw, at, payment_key, NULL, receipt_url FROM renewed
        )
        INSERT INTO events SELECT merchant, id, sequence, event_id, 'subscription.renewed', at, 'schedule', body FROM renewed
        """;
}
