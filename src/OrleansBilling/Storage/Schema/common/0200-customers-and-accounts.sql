-- People. Names and addresses are here and nowhere else: states, events, logs and reports carry customer ids.
CREATE TABLE customers
(
  customer_id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL,
  -- The merchant's own id of the person; NULL when the person signed up here.
  external_id TEXT,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  CONSTRAINT uq_customers_external_id UNIQUE (merchant, external_id)
);

-- Logins. A customer may have none: those that a merchant's own program made.
CREATE TABLE accounts
(
  account_id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customers (customer_id),
  email TEXT NOT NULL,
  -- Upper case: one person's address is one account, however it is written.
  normalized_email TEXT NOT NULL CONSTRAINT uq_accounts_email UNIQUE,
  password_hash TEXT NOT NULL,
  -- Changes with the password; cookies that name another one are refused.
  security_stamp TEXT NOT NULL,
  -- Changes with every write, so that of two writers one is told.
  concurrency_stamp TEXT NOT NULL,
  -- "operator", or NULL for a customer.
  role TEXT,
  failed_sign_ins INTEGER NOT NULL,
  locked_until_ms BIGINT,
  created_at_ms BIGINT NOT NULL
);

CREATE INDEX ix_accounts_customer ON accounts (customer_id);
