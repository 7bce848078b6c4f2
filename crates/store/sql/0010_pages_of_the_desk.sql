-- A page of the desk is read from an index, however many requests, findings and links there are. The condition of each is that of
-- the statement that reads it, word for word.
DROP INDEX request_due;
CREATE INDEX request_waiting
    ON request (COALESCE(due_on, '9999-12-31'), request)
    WHERE state IN ('filed', 'acknowledged', 'under_appeal') OR (state IN ('granted', 'final') AND due_on IS NOT NULL);
CREATE INDEX finding_gated
    ON finding (finding)
    WHERE state = 'decided' AND outcome = 'corrected' AND direction = 'adverse_possible';
CREATE INDEX possible_link_by_doubt ON possible_link (ABS(match_probability - 0.5), left_record, right_record);
