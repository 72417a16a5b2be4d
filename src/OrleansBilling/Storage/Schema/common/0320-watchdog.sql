-- What the watchdog asks the read side, and what it remembers itself.

-- Since when the outcome of the open charge is not known: the instant of the attempt, unix milliseconds UTC; NULL when there is no doubt.
ALTER TABLE subscriptions ADD COLUMN unknown_since_ms BIGINT;

-- 1: nothing is to be done until a person does something, so it rightly has no reminder. 0 also for rows of an older program, which are looked at.
ALTER TABLE subscriptions ADD COLUMN rests INTEGER NOT NULL DEFAULT 0;

CREATE INDEX subscriptions_unknown ON subscriptions (merchant, unknown_since_ms) WHERE unknown_since_ms IS NOT NULL;
CREATE INDEX subscriptions_parked ON subscriptions (merchant, parked_reason) WHERE parked_reason IS NOT NULL;

-- Grain rows in the order of their ids, page by page. The columns never change, so no write of a state touches it after the first.
CREATE INDEX ix_orleansstorage_by_id ON OrleansStorage (ServiceId, GrainTypeString, GrainIdExtensionString);

-- Which silo watches, and how far it has come. One row per merchant.
CREATE TABLE watchdog
(
  merchant TEXT PRIMARY KEY,
  silo TEXT NOT NULL,
  -- By the database's clock, unix milliseconds; another silo takes over afterwards.
  lease_until_ms BIGINT NOT NULL,
  -- By the billing clock, unix milliseconds.
  swept_at_ms BIGINT NOT NULL,
  compared_at_ms BIGINT NOT NULL,
  -- The grain id after which the comparison goes on; empty when it is not under way.
  compared_after TEXT NOT NULL
);

-- The rebuild of the read side that is under way, or the last one; no row before the first.
CREATE TABLE read_side_rebuild
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  rebuild_id TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  begun_at_ms BIGINT NOT NULL,
  finished_at_ms BIGINT,
  lease_until_ms BIGINT NOT NULL,
  -- The grain id after which it goes on.
  done_after TEXT NOT NULL,
  read_rows BIGINT NOT NULL,
  -- States that could not be read.
  failed_rows BIGINT NOT NULL
);
