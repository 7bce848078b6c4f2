-- From a line of a file to what was read there, for whoever holds the file in hand.
CREATE INDEX record_by_line ON record_version (snapshot, line);
