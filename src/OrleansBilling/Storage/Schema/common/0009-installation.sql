-- What this installation is. One row, written at the first start and never changed: every grain's state and every reminder is stored under
-- service_id, so a changed one would be an empty installation.
CREATE TABLE installation
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  installation_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
