-- A silo reads its hash range, and of it what is due soon.
CREATE INDEX IX_RemindersTable_ServiceId_GrainHash_StartTime ON OrleansRemindersTable (ServiceId, GrainHash, StartTime);
