-- The records held to be of the persons $1 to $2.
SELECT p.person, v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line,
       v.first_seen, v.last_seen, v.payload
FROM person_record p
JOIN record_version v ON v.record = p.record AND v.is_newest = 1
JOIN snapshot s ON s.snapshot = v.snapshot
WHERE p.person BETWEEN $1 AND $2
