-- A silo reads its reminders every few minutes, and of them only what is due soon, which is the billing clock and the window after it: the refresh costs
-- what is due, not what exists. A row that is not returned counts as deleted in that silo's memory, so single reminders are still read whatever their time.
DROP INDEX IX_RemindersTable_ServiceId_GrainHash_StartTime;
CREATE INDEX IX_RemindersTable_ServiceId_StartTime_GrainHash ON OrleansRemindersTable (ServiceId, StartTime, GrainHash);

UPDATE OrleansQuery SET QueryText = '
  SELECT GrainId, ReminderName, StartTime, Period, Version
  FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash
    AND StartTime <= coalesce(
      (SELECT strftime(''%Y-%m-%d %H:%M:%f'', ''now'', ((c.offset_ms + w.window_ms) / 1000.0) || '' seconds'') FROM test_clock c, reminder_window w),
      ''9999'');
'
WHERE QueryKey = 'ReadRangeRows1Key';

UPDATE OrleansQuery SET QueryText = '
  SELECT GrainId, ReminderName, StartTime, Period, Version
  FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)
    AND StartTime <= coalesce(
      (SELECT strftime(''%Y-%m-%d %H:%M:%f'', ''now'', ((c.offset_ms + w.window_ms) / 1000.0) || '' seconds'') FROM test_clock c, reminder_window w),
      ''9999'');
'
WHERE QueryKey = 'ReadRangeRows2Key';
