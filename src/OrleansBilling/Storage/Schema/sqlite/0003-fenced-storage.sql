-- The table is that of Orleans' Sqlite-Persistence.sql (Copyright (c) .NET Foundation and Contributors, MIT License); index and statements are ours.
--
-- Orleans' script finds a grain's row by two hashes that are not unique, and lets two activations insert a first row each; every later read
-- then fails. Here the full identity is unique, and exactly one of two first writers wins: the other gets no row back, which Orleans turns into
-- an InconsistentStateException. Parameters and result columns are those that Orleans 10 expects.
--
-- The write is one statement, so that it needs neither a temporary table nor a transaction of its own: one lock and one sync of the disk.

CREATE TABLE OrleansStorage
(
  GrainIdHash INT NOT NULL,
  GrainIdN0 BIGINT NOT NULL,
  GrainIdN1 BIGINT NOT NULL,
  GrainTypeHash INT NOT NULL,
  GrainTypeString NVARCHAR(512) NOT NULL,
  GrainIdExtensionString NVARCHAR(512) NULL,
  ServiceId NVARCHAR(150) NOT NULL,
  PayloadBinary BLOB NULL,
  -- For people who look: UTC.
  ModifiedOn DATETIME NOT NULL,
  Version INT NOT NULL
);

CREATE UNIQUE INDEX UX_OrleansStorage_Identity ON OrleansStorage
  (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('WriteToStorageKey', '
  INSERT INTO OrleansStorage
    (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version)
  SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary,
    strftime(''%Y-%m-%d %H:%M:%f'', ''now''), 1
  -- A later write must find its row: a deleted one is not made again under an old version.
  WHERE @GrainStateVersion IS NULL OR EXISTS
  (
    SELECT 1 FROM OrleansStorage
    WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
      AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
      AND GrainTypeString = @GrainTypeString
      AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
      AND ServiceId = @ServiceId
  )
  ON CONFLICT (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''''), ServiceId)
    DO UPDATE SET PayloadBinary = excluded.PayloadBinary, ModifiedOn = excluded.ModifiedOn, Version = OrleansStorage.Version + 1
    WHERE OrleansStorage.Version = @GrainStateVersion
  RETURNING Version AS NewGrainStateVersion;
'),
('ReadFromStorageKey', '
  SELECT PayloadBinary, Version
  FROM OrleansStorage
  WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
    AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString
    AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    AND ServiceId = @ServiceId;
'),
('ClearStorageKey', '
  UPDATE OrleansStorage
  SET PayloadBinary = NULL, ModifiedOn = strftime(''%Y-%m-%d %H:%M:%f'', ''now''), Version = Version + 1
  WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
    AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString
    AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    AND ServiceId = @ServiceId
    AND Version = @GrainStateVersion
  RETURNING Version AS NewGrainStateVersion;
'),
('DeleteStorageKey', '
  DELETE FROM OrleansStorage
  WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
    AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString
    AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString, '''')
    AND ServiceId = @ServiceId
    AND Version = @GrainStateVersion
  RETURNING Version + 1 AS NewGrainStateVersion;
');
