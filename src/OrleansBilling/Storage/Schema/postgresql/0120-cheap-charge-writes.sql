-- What every charge writes, as cheaply as PostgreSQL can: docs/performance.md says what each part gave.

-- Orleans' script sets a reminder through a PL/pgSQL function: another executor, and a subtransaction's worth of bookkeeping, for one statement.
-- The function stays, since a silo of an older release may have loaded the query that calls it.
UPDATE OrleansQuery SET QueryText = '
  INSERT INTO OrleansRemindersTable AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
  VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
  ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
    SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
  RETURNING Version;
'
WHERE QueryKey = 'UpsertReminderRowKey';

-- A subscription's state is some kilobytes of JSON, two when compressed. Left to the default that is a little too long for its row: each write would
-- then add rows to a second table and its index, and delete the old ones. With this target it stays in its row.
ALTER TABLE OrleansStorage SET (toast_tuple_target = 4080);

-- Room on the page for a state's next version, so that the index need not be touched (a "heap-only" update).
ALTER TABLE OrleansStorage SET (fillfactor = 75);

-- lz4 takes a fraction of pglz's time. A server that was built without it keeps its default.
DO $$
BEGIN
  ALTER TABLE OrleansStorage ALTER COLUMN PayloadBinary SET COMPRESSION lz4;
EXCEPTION
  WHEN feature_not_supported OR syntax_error THEN NULL;
END
$$;
