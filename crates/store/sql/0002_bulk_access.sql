-- Runs that read every file, such as the linkage and the checks: one row a run, shown on each person's page who was in it.
CREATE TABLE bulk_access (
    -- Number, in the order of arrival.
    bulk_access BIGINT NOT NULL PRIMARY KEY,
    -- When, microseconds since 1970 UTC.
    at_us BIGINT NOT NULL,
    -- The day, by the system's clock.
    day TEXT NOT NULL,
    -- The name of the run.
    user_code TEXT NOT NULL,
    -- The office that ran it, in words.
    receiver TEXT NOT NULL,
    -- Why, as in `ports::AccessPurpose`.
    purpose TEXT NOT NULL,
    -- The last record that was stored by then: whoever has a record up to it was in the run.
    last_record BIGINT NOT NULL
);
