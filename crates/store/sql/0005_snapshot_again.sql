-- A file may come again: under a later day, or after one that was found to be broken. So a digest no longer stands once.
ALTER TABLE snapshot RENAME TO snapshot_before;
DROP INDEX snapshot_by_source;
-- Files as they were retrieved.
CREATE TABLE snapshot (
    -- Number, in the order of import.
    snapshot BIGINT NOT NULL PRIMARY KEY,
    -- SHA-256 of the bytes as received, 64 hexadecimal digits.
    digest TEXT NOT NULL,
    -- The source.
    source TEXT NOT NULL,
    -- The date that the source says its data describe.
    as_of TEXT NOT NULL,
    -- When it was imported, microseconds since 1970 UTC.
    imported_at_us BIGINT NOT NULL,
    -- What the import did, JSON of `ports::ImportReport`.
    report TEXT NOT NULL,
    -- 1 for rows that a source sent by themselves: what such a snapshot does not show says nothing. 0 for an extract.
    is_increment BIGINT NOT NULL DEFAULT 0
);
INSERT INTO snapshot (snapshot, digest, source, as_of, imported_at_us, report, is_increment)
    SELECT snapshot, digest, source, as_of, imported_at_us, report, is_increment FROM snapshot_before;
DROP TABLE snapshot_before;
CREATE INDEX snapshot_by_source ON snapshot (source, as_of);
CREATE INDEX snapshot_by_digest ON snapshot (digest);
