-- What every silo must be able to read before it charges: one row for the hash secret ("hash") and one for each key that was ever current ("key:…").
CREATE TABLE key_ring_canary
(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
