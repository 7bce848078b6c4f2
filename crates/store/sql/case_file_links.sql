-- The links that wait for clerical review, from the accepted records of the persons $1 to $2 to records outside of them.
SELECT p.person, l.left_record AS own, l.right_record AS other, l.evidence
FROM person_record p
JOIN possible_link l ON l.left_record = p.record
LEFT JOIN person_record q ON q.record = l.right_record
WHERE p.person BETWEEN $1 AND $2
  AND (q.person IS NULL OR q.person <> p.person)
  AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.left_record = l.left_record AND j.right_record = l.right_record)
UNION ALL
SELECT p.person, l.right_record AS own, l.left_record AS other, l.evidence
FROM person_record p
JOIN possible_link l ON l.right_record = p.record
LEFT JOIN person_record q ON q.record = l.left_record
WHERE p.person BETWEEN $1 AND $2
  AND (q.person IS NULL OR q.person <> p.person)
  AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.left_record = l.left_record AND j.right_record = l.right_record)
