-- The provider's transaction list against our books, one row a day of Korea that was compared. Instants are unix milliseconds UTC of the billing clock, money is KRW, amounts are positive.
CREATE TABLE reconciliation_day
(
  merchant TEXT NOT NULL,
  -- yyyy-MM-dd in Asia/Seoul.
  day TEXT NOT NULL,
  -- compared, failed. How many differences are open stands in the other table.
  state TEXT NOT NULL,
  -- When it was last compared, or tried.
  tried_at_ms BIGINT NOT NULL,
  -- Compared up to here: the end of the day, or less for a day that was not over. NULL while it never was compared.
  until_ms BIGINT,
  -- Why the last try failed; NULL when it did not.
  failure TEXT,
  their_payments BIGINT NOT NULL,
  their_paid_krw BIGINT NOT NULL,
  their_refunds BIGINT NOT NULL,
  their_refunded_krw BIGINT NOT NULL,
  our_payments BIGINT NOT NULL,
  our_paid_krw BIGINT NOT NULL,
  our_refunds BIGINT NOT NULL,
  our_refunded_krw BIGINT NOT NULL,
  -- Of other order ids under the same merchant id at the provider; in no total.
  foreign_rows BIGINT NOT NULL,
  -- Too fresh to be judged when it was compared.
  awaited BIGINT NOT NULL,
  PRIMARY KEY (merchant, day)
);

CREATE TABLE reconciliation_difference
(
  merchant TEXT NOT NULL,
  day TEXT NOT NULL,
  -- Names it within the day, the same at every comparison.
  difference_key TEXT NOT NULL,
  -- payment, refund
  movement TEXT NOT NULL,
  -- theirs_only, ours_only, amount_differs, state_differs, foreign
  kind TEXT NOT NULL,
  -- What is known of its cause, as a code that the operator's page explains.
  cause TEXT NOT NULL,
  -- open, mended (by the program), accepted (by an operator), gone (not found again), foreign
  state TEXT NOT NULL,
  order_id TEXT,
  payment_key TEXT NOT NULL,
  transaction_key TEXT,
  subscription_id TEXT,
  at_ms BIGINT NOT NULL,
  their_krw BIGINT,
  our_krw BIGINT,
  their_state TEXT,
  our_state TEXT,
  first_seen_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  resolved_at_ms BIGINT,
  -- Who resolved it, and why in their own words; NULL while it is open or when it went away by itself.
  actor TEXT,
  reason TEXT,
  PRIMARY KEY (merchant, day, difference_key)
);
CREATE INDEX reconciliation_difference_open ON reconciliation_difference (merchant, day) WHERE state = 'open';

-- A day's money is asked for by its time.
CREATE INDEX payments_by_time ON payments (merchant, at_ms) WHERE state = 'approved';
CREATE INDEX refunds_by_time ON refunds (merchant, at_ms);
