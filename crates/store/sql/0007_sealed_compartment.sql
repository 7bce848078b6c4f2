-- Rows of the classes whose existence the law keeps secret (8 U.S.C. 1367), each under a seal. No column can be joined with
-- another table: a row is found only by who knows its name and holds the key.
CREATE TABLE sealed_row (
    -- Keyed digest of source and name.
    handle BYTEA NOT NULL PRIMARY KEY,
    -- Nonce and sealed row, padded.
    sealed BYTEA NOT NULL
);
-- Reads of these rows, each under a seal: who read them says that they are there.
CREATE TABLE sealed_read (
    -- Number, in the order of arrival.
    sealed_read BIGINT NOT NULL PRIMARY KEY,
    -- Nonce and sealed account, padded.
    sealed BYTEA NOT NULL
);
