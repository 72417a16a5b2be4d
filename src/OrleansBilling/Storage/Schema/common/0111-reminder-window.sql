-- How far ahead of the billing clock a silo reads reminders. One row, written by each silo at its start if its own need is larger, so that the
-- largest need of all silos holds. Without the row everything is read. To lower it: stop all silos, delete the row, start them again.
CREATE TABLE reminder_window
(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  window_ms BIGINT NOT NULL CHECK (window_ms > 0)
);
