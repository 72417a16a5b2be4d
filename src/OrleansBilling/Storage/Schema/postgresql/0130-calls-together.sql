-- Names the three statements that every charge needs, so that the program may send those of many grains together (Storage/Together). The statements themselves stay as they are:
-- a silo of an older release carries them out one by one, and so does this one where a call comes alone in its kind.
UPDATE OrleansQuery SET QueryText = '/* together: read-state */' || QueryText WHERE QueryKey = 'ReadFromStorageKey';
UPDATE OrleansQuery SET QueryText = '/* together: write-state */' || QueryText WHERE QueryKey = 'WriteToStorageKey';
UPDATE OrleansQuery SET QueryText = '/* together: set-reminder */' || QueryText WHERE QueryKey = 'UpsertReminderRowKey';
