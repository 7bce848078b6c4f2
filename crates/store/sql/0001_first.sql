-- The tables of Redress, version 1.
--
-- One text for every backend: columns are BIGINT, TEXT, DOUBLE PRECISION or BYTEA, nothing else. A mark is 0 or 1, a time
-- is microseconds since 1970 UTC, a day is ISO 8601 text (which sorts as it should), a structure is JSON text.

-- ---------------------------------------------------------------------------------------------------------------------
-- What was stored by which version of the program.
-- ---------------------------------------------------------------------------------------------------------------------

-- The steps by which the tables came to their present form.
CREATE TABLE migration (
    -- The step, from 1 without a gap.
    version BIGINT NOT NULL PRIMARY KEY,
    -- The name of the step's file.
    name TEXT NOT NULL
);

-- Numbers that were given away, by kind. A number is never given twice.
CREATE TABLE counter (
    -- What is numbered: `record`, `person`, `finding` and so on.
    kind TEXT NOT NULL PRIMARY KEY,
    -- The next number that is free.
    next_number BIGINT NOT NULL
);

-- Settings of this store, such as the offset of a simulated clock.
CREATE TABLE setting (
    -- The setting.
    name TEXT NOT NULL PRIMARY KEY,
    -- Its value.
    setting_value TEXT NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- What the sources said.
-- ---------------------------------------------------------------------------------------------------------------------

-- Sources with the agreement under which each is used.
CREATE TABLE source (
    -- The short name.
    source TEXT NOT NULL PRIMARY KEY,
    -- The agreement, JSON of `ports::Agreement`.
    agreement TEXT NOT NULL
);

-- Files as they were retrieved.
CREATE TABLE snapshot (
    -- Number, in the order of import.
    snapshot BIGINT NOT NULL PRIMARY KEY,
    -- SHA-256 of the bytes as received, 64 hexadecimal digits.
    digest TEXT NOT NULL UNIQUE,
    -- The source.
    source TEXT NOT NULL,
    -- The date that the source says its data describe.
    as_of TEXT NOT NULL,
    -- When it was imported, microseconds since 1970 UTC.
    imported_at_us BIGINT NOT NULL,
    -- What the import did, JSON of `ports::ImportReport`.
    report TEXT NOT NULL
);
CREATE INDEX snapshot_by_source ON snapshot (source, as_of);

-- What one record said over one span of extracts: a new row for each change of what it says.
CREATE TABLE record_version (
    -- The record; the same number over all its versions.
    record BIGINT NOT NULL,
    -- The version, from 1 in the order of arrival.
    version BIGINT NOT NULL,
    -- 1 on the version of the latest extract, 0 on all others.
    is_newest BIGINT NOT NULL,
    -- The source.
    source TEXT NOT NULL,
    -- The table of the source.
    source_table TEXT NOT NULL,
    -- The record's name within the source.
    source_key TEXT NOT NULL,
    -- The key of the record that this row belongs to, by the source's own word. Null for a row that stands alone.
    about TEXT,
    -- 1 when the row describes a person and takes part in linkage.
    is_identity BIGINT NOT NULL,
    -- The snapshot that first showed this version.
    snapshot BIGINT NOT NULL,
    -- Line in that snapshot, from 1.
    line BIGINT NOT NULL,
    -- The snapshot that was the last to show this version.
    last_snapshot BIGINT NOT NULL,
    -- The date described by the first extract that showed this version.
    first_seen TEXT NOT NULL,
    -- The date described by the last extract that showed it.
    last_seen TEXT NOT NULL,
    -- The statements, in the versioned form of `redress_statement::encode_statements`.
    payload BYTEA NOT NULL,
    PRIMARY KEY (record, version)
);
CREATE UNIQUE INDEX record_by_key ON record_version (source, source_key) WHERE is_newest = 1;
CREATE UNIQUE INDEX record_newest ON record_version (record) WHERE is_newest = 1;
CREATE UNIQUE INDEX record_identity ON record_version (record) WHERE is_newest = 1 AND is_identity = 1;
CREATE INDEX record_attached ON record_version (source, about) WHERE is_newest = 1 AND about IS NOT NULL;

-- Links that the last linkage run found and a person must judge.
CREATE TABLE possible_link (
    -- The record with the lower number.
    left_record BIGINT NOT NULL,
    -- The other record.
    right_record BIGINT NOT NULL,
    -- Calibrated match probability, 0 to 1.
    match_probability DOUBLE PRECISION NOT NULL,
    -- What the link rests on, JSON of `casefile::LinkEvidence`.
    evidence TEXT NOT NULL,
    PRIMARY KEY (left_record, right_record)
);
CREATE INDEX possible_link_by_right ON possible_link (right_record);

-- ---------------------------------------------------------------------------------------------------------------------
-- What happened. Nothing here is ever changed, except that words and salts can be erased.
-- ---------------------------------------------------------------------------------------------------------------------

-- Events in one global order.
CREATE TABLE event (
    -- Place in the one order, from 1 without a gap.
    seq BIGINT NOT NULL PRIMARY KEY,
    -- Which machine: `person`, `finding`, `correction`, `hold`, `closing`.
    stream_kind TEXT NOT NULL,
    -- The number of the person, finding, request, hold or closing.
    stream_id BIGINT NOT NULL,
    -- Place in the stream, from 1 without a gap.
    version BIGINT NOT NULL,
    -- The event's name, such as `hold_placed`.
    kind TEXT NOT NULL,
    -- When, microseconds since 1970 UTC.
    at_us BIGINT NOT NULL,
    -- The day, by the system's clock.
    day TEXT NOT NULL,
    -- Who made it, JSON of `casefile::Actor`.
    actor TEXT NOT NULL,
    -- The event, JSON of `casefile::Event`; free texts stand in `payload`, and `{"words_at": ordinal}` in their place.
    body TEXT NOT NULL,
    UNIQUE (stream_kind, stream_id, version)
);

-- Free texts by or about a person, apart from the events so that they can be erased.
CREATE TABLE payload (
    -- The event.
    seq BIGINT NOT NULL,
    -- Place among the event's texts, from 0.
    ordinal BIGINT NOT NULL,
    -- The text. Null once it is erased.
    words TEXT,
    PRIMARY KEY (seq, ordinal)
);

-- What opens the commitments of published events. A row that is gone was erased.
CREATE TABLE salt (
    -- The event.
    seq BIGINT NOT NULL PRIMARY KEY,
    -- Thirty-two bytes.
    salt BYTEA NOT NULL
);

-- Entries of the public log, sequenced in the transaction of their event.
CREATE TABLE log_entry (
    -- Place in the log, from 0 without a gap.
    leaf_index BIGINT NOT NULL PRIMARY KEY,
    -- The event.
    seq BIGINT NOT NULL UNIQUE,
    -- The entry, RFC 8785 JSON of `casefile::PublicEntry`: the bytes that are hashed into the leaf.
    entry TEXT NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Projections: everything below follows from the events and can be thrown away and rebuilt.
-- ---------------------------------------------------------------------------------------------------------------------

-- Which person an identity record is held to be of.
CREATE TABLE person_record (
    -- The record.
    record BIGINT NOT NULL PRIMARY KEY,
    -- The person.
    person BIGINT NOT NULL
);
CREATE INDEX person_record_by_person ON person_record (person, record);

-- Pairs that a human judged.
CREATE TABLE judgement (
    -- The record with the lower number.
    left_record BIGINT NOT NULL,
    -- The other record.
    right_record BIGINT NOT NULL,
    -- `same` or `different`.
    judged TEXT NOT NULL,
    PRIMARY KEY (left_record, right_record)
);
CREATE INDEX judgement_by_right ON judgement (right_record);

-- Findings.
CREATE TABLE finding (
    -- The finding.
    finding BIGINT NOT NULL PRIMARY KEY,
    -- The person whose file it is in.
    person BIGINT NOT NULL,
    -- The check, such as `ID-04`.
    check_id TEXT NOT NULL,
    -- The check's version.
    check_version BIGINT NOT NULL,
    -- The record at fault, as far as the check can tell.
    at_record BIGINT NOT NULL,
    -- What leaving it would do, `H1` to `H5`.
    harm TEXT NOT NULL,
    -- Whom it can serve: `favours_person`, `neutral`, `adverse_possible`.
    direction TEXT NOT NULL,
    -- The next day after which something cannot be undone. Null when there is none.
    next_irreversible_on TEXT,
    -- 1 when it rests on a link that waits for clerical review.
    rests_on_possible_link BIGINT NOT NULL,
    -- The day on which it was opened.
    opened_on TEXT NOT NULL,
    -- `open`, `under_review`, `decided`, `no_longer_seen`.
    state TEXT NOT NULL,
    -- How it was decided, as in `casefile::finding::Outcome`. Null while it is not.
    outcome TEXT
);
CREATE INDEX finding_by_person ON finding (person, finding);
CREATE INDEX finding_queue
    ON finding (harm DESC, COALESCE(next_irreversible_on, '9999-12-31'), opened_on, finding)
    WHERE state IN ('open', 'under_review');
CREATE INDEX finding_queue_by_age ON finding (opened_on, finding) WHERE state IN ('open', 'under_review');
CREATE INDEX finding_queue_by_check ON finding (check_id) WHERE state IN ('open', 'under_review');

-- Correction requests.
CREATE TABLE request (
    -- The request.
    request BIGINT NOT NULL PRIMARY KEY,
    -- Whose record it is.
    person BIGINT NOT NULL,
    -- The record that holds the contested statement.
    record BIGINT NOT NULL,
    -- `filed`, `acknowledged`, `granted`, `refused`, `under_appeal`, `final`, `withdrawn`.
    state TEXT NOT NULL,
    -- The day of filing.
    filed_on TEXT NOT NULL,
    -- The last day for the next step. Null when no day is set for it.
    due_on TEXT
);
CREATE INDEX request_by_person ON request (person, request);
CREATE INDEX request_due
    ON request (COALESCE(due_on, '9999-12-31'), request)
    WHERE state IN ('filed', 'acknowledged', 'under_appeal');

-- Holds.
CREATE TABLE hold (
    -- The hold.
    hold BIGINT NOT NULL PRIMARY KEY,
    -- Whose record it is.
    person BIGINT NOT NULL,
    -- The statements held, JSON of `[casefile::StatementRef]`.
    statements TEXT NOT NULL,
    -- The day on which it was placed.
    placed_on TEXT NOT NULL,
    -- The day on which it was lifted. Null while it stands.
    lifted_on TEXT
);
CREATE INDEX hold_by_person ON hold (person, hold);

-- Closings.
CREATE TABLE closing (
    -- The closing.
    closing BIGINT NOT NULL PRIMARY KEY,
    -- Whose case it is.
    person BIGINT NOT NULL,
    -- `proposed`, `approved`, `noticed`, `objected`, `closed`, `declined`, `undone`.
    state TEXT NOT NULL,
    -- The day of the proposal.
    proposed_on TEXT NOT NULL,
    -- The last day to object. Null before the notice.
    object_until TEXT
);
CREATE INDEX closing_by_person ON closing (person, closing);
CREATE INDEX closing_open ON closing (closing) WHERE state IN ('proposed', 'approved', 'noticed');

-- How many events of each kind there are.
CREATE TABLE event_count (
    -- The event's name.
    kind TEXT NOT NULL PRIMARY KEY,
    -- How many.
    n_events BIGINT NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Accounting and reports.
-- ---------------------------------------------------------------------------------------------------------------------

-- Reads of persons' files, each shown to the person.
CREATE TABLE access (
    -- Number, in the order of arrival.
    access BIGINT NOT NULL PRIMARY KEY,
    -- The person whose file was read.
    person BIGINT NOT NULL,
    -- When, microseconds since 1970 UTC.
    at_us BIGINT NOT NULL,
    -- The day, by the system's clock.
    day TEXT NOT NULL,
    -- Opaque reference of the reader's account, or the name of the run.
    user_code TEXT NOT NULL,
    -- The reader's office, in words.
    receiver TEXT NOT NULL,
    -- Why, as in `ports::AccessPurpose`.
    purpose TEXT NOT NULL
);
CREATE INDEX access_by_person ON access (person, at_us, access);

-- The newest report of each kind of run.
CREATE TABLE run_report (
    -- The report's name, such as `link`.
    name TEXT NOT NULL PRIMARY KEY,
    -- When, microseconds since 1970 UTC.
    at_us BIGINT NOT NULL,
    -- The report, JSON.
    report TEXT NOT NULL
);
