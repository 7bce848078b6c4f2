//! Events, statements and projections on an embedded database, and log tiles on disk.
//!
//! ```text
//! DIR/redress.db            sources, records, events, projections
//! DIR/keys/log.key …        the log's and its local witness's secret seeds, readable by the owner alone
//! DIR/keys/compartment.key  the seed of the seal on rows of secret classes
//! DIR/log/tile/…            the public log in C2SP tlog-tiles form
//! DIR/log/checkpoint        what is published, written last
//! ```
//!
//! [`SqlStore`] implements the ports. The SQL is one text in the subset that SQLite and PostgreSQL share (see
//! `sql/0001_first.sql`), on one writer with group commit and a pool of readers. What differs between
//! backends lies in one module (`database`).
//!
//! [`read_relations`] reads relations of somebody else's PostgreSQL database, on this computer, into the files of an extract.
//!
//! Never: decides anything; opens a connection to another computer; holds a rule of a state machine; trusts a row.

mod accounting;
mod agreement;
mod backup;
mod backup_file;
mod case_file;
mod cell;
mod change;
mod commit_queue;
mod compartment;
mod counter;
mod database;
mod erase;
mod event;
mod import;
mod key_file;
mod link;
mod log;
mod log_folder;
mod postgresql;
mod projected;
mod projection;
mod rebuild;
mod receipt;
mod record;
mod restore;
mod schema;
mod seal;
mod session;
mod sql_store;
mod value;
mod verify;
mod words;

pub use backup::{Backup, BackupError, backup_store};
pub use backup_file::BackupFile;
pub use postgresql::{DatabaseAddress, read_relations};
pub use restore::restore_store;
pub use seal::line_key;
pub use sql_store::SqlStore;
pub use verify::{Problem, verify_replay, verify_store};

#[cfg(test)]
mod faults;
