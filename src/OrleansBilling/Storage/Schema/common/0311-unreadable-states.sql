-- Subscriptions whose stored state cannot be read, which can therefore not say so in it. Instants are unix milliseconds UTC of the billing clock.
CREATE TABLE unreadable_state
(
  merchant TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  -- The type of the exception; nothing of its text.
  failure TEXT NOT NULL,
  failures BIGINT NOT NULL,
  since_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant, subscription_id)
);
