//! Events, statements and projections on an embedded database, and log tiles on disk.
