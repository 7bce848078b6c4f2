-- Whose file a finding, a request, a hold or a closing is in follows from the record that it is about: a record that a human
-- moves to another file takes them along.
ALTER TABLE hold ADD COLUMN record BIGINT;
ALTER TABLE closing ADD COLUMN record BIGINT;
-- What the inputs of a finding said when it was opened or last revised. Null for one that was opened before this was kept.
ALTER TABLE finding ADD COLUMN basis TEXT;
CREATE INDEX finding_by_record ON finding (at_record, finding);
CREATE INDEX request_by_record ON request (record, request);
CREATE INDEX hold_by_record ON hold (record, hold);
CREATE INDEX closing_by_record ON closing (record, closing);
