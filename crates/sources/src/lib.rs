//! Files to snapshots, records and statements.
