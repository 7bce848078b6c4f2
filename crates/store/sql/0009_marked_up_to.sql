-- Of a disclosure, the place in the one order of events up to which what left bears the marks of contested values. Null for every
-- other read, and for what was accounted for before this was kept.
ALTER TABLE access ADD COLUMN marked_up_to BIGINT;
