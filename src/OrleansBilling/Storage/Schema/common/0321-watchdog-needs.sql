-- When something is to be done for it next, be it a charge, a look-up, a refund, an end or a key to delete: unix milliseconds UTC, as of the row's state; NULL when nothing is, and in rows of
-- an older program. Its reminder is never later, and the watchdog compares the two.
ALTER TABLE subscriptions ADD COLUMN needs_at_ms BIGINT;
