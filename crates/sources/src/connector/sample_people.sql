-- The sample as a relation of a PostgreSQL database, and a role that reads the declared columns alone.
--   psql --dbname registry --file people.sql
-- Read into a store:     redress import --contract contract.toml --store STORE --database postgresql:///registry --covers people
-- Written for the test:  psql --dbname registry --tuples-only --no-align --output returned/people.jsonl --command \
--                        "SELECT row_to_json(people) FROM registry.people AS people ORDER BY id"
CREATE SCHEMA IF NOT EXISTS registry;
CREATE TABLE registry.people (
    id text PRIMARY KEY,
    surname text,
    given text,
    born text,
    citizen text,
    height_cm integer
);
INSERT INTO registry.people (id, surname, given, born, citizen, height_cm) VALUES
    ('p-1', 'Sesay Kamara', 'Isatu', '1988-11', 'SLE', 171),
    ('p-2', 'Quispe Mamani', 'Wara', '1991-05-14', 'BOL', NULL),
    ('p-3', 'Đặng', 'Thị Hồng', NULL, 'VNM', NULL);
