-- The rows that a source attaches to the accepted records of the persons $1 to $2.
SELECT p.person, v.record, v.source, v.source_table, v.source_key, v.about, v.is_identity, s.digest, v.line,
       v.first_seen, v.last_seen, v.payload, p.record AS lead
FROM person_record p
JOIN record_version l ON l.record = p.record AND l.is_newest = 1
JOIN record_version v ON v.source = l.source AND v.about = l.source_key AND v.is_newest = 1 AND v.is_identity = 0
JOIN snapshot s ON s.snapshot = v.snapshot
WHERE p.person BETWEEN $1 AND $2
