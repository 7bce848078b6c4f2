-- 1 for rows that a source sent by themselves: what such a snapshot does not show says nothing. 0 for an extract.
ALTER TABLE snapshot ADD COLUMN is_increment BIGINT NOT NULL DEFAULT 0;
