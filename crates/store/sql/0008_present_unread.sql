-- The day described by the last extract that has the row of this record and could not read it: then the record is not gone, and
-- what it says was seen on `last_seen`. Null where there is none.
ALTER TABLE record_version ADD COLUMN present_on TEXT;
