-- What this database bills for, and whether it may. One row, written at the first start.
CREATE TABLE installation_stamp
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- simulator, test or live.
  environment TEXT NOT NULL,
  -- The merchant id at the provider; NULL until its first answer names it.
  mid TEXT,
  -- Which database, on which host, was armed; NULL when the environment is not live.
  armed_identity TEXT,
  armed INTEGER NOT NULL,
  changed_at_ms BIGINT NOT NULL
);

-- Every arming and disarming, with who and why. Never deleted.
CREATE TABLE installation_arming
(
  id TEXT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  armed INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
);
