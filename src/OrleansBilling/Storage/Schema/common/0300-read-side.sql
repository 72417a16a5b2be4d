-- What lists, searches, exports and histories read. Written from the events that the grains publish, idempotently, so it can be written again from them.
-- Instants are unix milliseconds UTC, money is KRW including VAT.
CREATE TABLE subscriptions
(
  merchant TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  -- Sequence of the newest event behind this row: an older one never overwrites it.
  sequence BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  plan_version INTEGER NOT NULL,
  status TEXT NOT NULL,
  price_krw BIGINT NOT NULL,
  started_at_ms BIGINT NOT NULL,
  -- NULL when nothing is going to be charged.
  next_charge_at_ms BIGINT,
  ended_at_ms BIGINT,
  parked_reason TEXT,
  PRIMARY KEY (merchant, subscription_id)
);
CREATE INDEX subscriptions_by_customer ON subscriptions (merchant, customer_id);
CREATE INDEX subscriptions_by_next_charge ON subscriptions (merchant, next_charge_at_ms);

CREATE TABLE invoices
(
  merchant TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  -- issued, paid, written_off
  state TEXT NOT NULL,
  total_krw BIGINT NOT NULL,
  vat_krw BIGINT NOT NULL,
  tax_free_krw BIGINT NOT NULL,
  period_start_ms BIGINT NOT NULL,
  period_end_ms BIGINT NOT NULL,
  due_at_ms BIGINT NOT NULL,
  closed_at_ms BIGINT,
  PRIMARY KEY (merchant, subscription_id, number)
);

CREATE TABLE payments
(
  merchant TEXT NOT NULL,
  -- The attempt: one order id, one charge at most.
  order_id TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  invoice_number INTEGER NOT NULL,
  -- approved, declined
  state TEXT NOT NULL,
  amount_krw BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  payment_key TEXT,
  code TEXT,
  receipt_url TEXT,
  PRIMARY KEY (merchant, order_id)
);
CREATE INDEX payments_by_subscription ON payments (merchant, subscription_id);
CREATE INDEX payments_by_payment_key ON payments (merchant, payment_key);

CREATE TABLE refunds
(
  merchant TEXT NOT NULL,
  transaction_key TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  invoice_number INTEGER NOT NULL,
  payment_key TEXT NOT NULL,
  amount_krw BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant, transaction_key)
);
CREATE INDEX refunds_by_subscription ON refunds (merchant, subscription_id);

CREATE TABLE events
(
  merchant TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  occurred_at_ms BIGINT NOT NULL,
  actor TEXT NOT NULL,
  -- The envelope as JSON, as consumers get it.
  body TEXT NOT NULL,
  PRIMARY KEY (merchant, subscription_id, sequence)
);
