-- How far the billing clock of a sandbox is ahead of the real one. One row, always there; in a live installation its offset stays 0.
-- Read by every silo and by any query that compares with "now": now = the real clock + offset_ms.
CREATE TABLE test_clock
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- Only ever grows.
  offset_ms BIGINT NOT NULL CHECK (offset_ms >= 0),
  -- Counts the moves.
  version BIGINT NOT NULL
);

INSERT INTO test_clock (one, offset_ms, version) VALUES (1, 0, 0);

-- The walk that moves the clock, or the last one that did; no row before the first. The lease says that the silo which walks is alive.
CREATE TABLE test_clock_walk
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  walk_id TEXT NOT NULL,
  target_at_ms BIGINT NOT NULL,
  lease_until_ms BIGINT NOT NULL,
  -- Silos say in test_clock_silo when their reminder service has loaded what is due until then.
  wanted_until_ms BIGINT NOT NULL,
  stops INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  note TEXT NOT NULL,
  finished INTEGER NOT NULL
);

CREATE TABLE test_clock_silo
(
  silo TEXT PRIMARY KEY,
  -- The version of test_clock that the silo follows, with everything loaded that was wanted then.
  version BIGINT NOT NULL
);
