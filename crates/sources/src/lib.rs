//! Files to snapshots, records and statements.
//!
//! A source is declared in a [`Contract`]: who owns it, what it may be used for and until when, and which of its
//! columns say what. [`open_source`] opens the files of one extract under its contract as
//! [`RecordReader`](redress_ports::RecordReader)s. Each file's digest is taken over all its bytes before any is parsed,
//! and [`snapshot::keep`] keeps the bytes as received; of a table with sealed rows, [`KeptFiles`] keeps them without those.
//!
//! What a reader does with a row, in this order:
//!
//! 1. NUL bytes are taken out and counted; a line over [`LINE_BYTES_MAX`] is an error of the input.
//! 2. Bytes that are not of the declared encoding, and quotes that are never closed, quarantine the row.
//! 3. A shifted or short row is repaired where that takes no guess (see `repair`), and logged before and after.
//! 4. A typed column (a date, a pattern, a required value) that is broken quarantines the row. A date that is
//!    well-formed but cannot be true, such as a birth in 2049, is data: a check finds it. It is counted and told (see
//!    `doubt`), as is a word of ours that no rule knows.
//! 5. A missing or repeated key is an error of the input, whatever else the file holds.
//! 6. Columns that the charter refuses and columns that nothing reads are dropped and named in the report.
//!
//! Never: guesses a value; drops anything without counting it; writes to a store; opens a connection.

mod by_case;
pub mod charter;
mod columnar;
mod connector;
mod contract;
mod contract_text;
mod delimited;
mod doubt;
pub mod durable_file;
mod encoding;
mod extract;
mod ftm;
mod header;
mod held_against;
mod intake;
mod invented;
mod json_error;
mod json_lines;
mod kept_files;
mod kept_rows;
mod key_check;
mod line;
mod manifest;
mod mask;
mod niem;
mod normalize;
mod not_recorded;
mod open_file;
mod place;
mod relation;
mod release;
mod repair;
mod row;
mod row_count;
mod sealing;
mod shared_file;
mod slip;
pub mod snapshot;
mod source;
mod table_reader;
pub mod tabular;
mod travel_history;
mod unread;
mod utf16;
mod whole_row;
mod workbook;
mod zip_archive;

pub use by_case::{
    CASE_ROWS_MAX, CaseRows, CaseSorter, CaseTables, Cases, SORT_BUFFER_BYTES, SORT_FILES_MAX, SortedCase,
};
pub use connector::{Conformance, ConnectorFormat, Step, check_connector, write_connector, write_given};
pub use contract::{Contract, Table};
pub use ftm::{FtmForm, FtmWriter};
pub use header::VALUE_CHARS_MAX;
pub use held_against::{Fate, OfRelease, hold_against};
pub use intake::IntakeContracts;
pub use invented::INVENTED_FILE;
pub use kept_files::{Cut, CutRow, Found, KeptFiles};
pub use kept_rows::{KeptRows, RowKeeper};
pub use key_check::KEYS_MAX;
pub use line::LINE_BYTES_MAX;
pub use manifest::{MANIFEST_FILE, Manifest, Traveler};
pub use niem::{NiemForm, NiemWriter};
pub use normalize::normalized;
pub use release::{EOIR_RELEASE_CONTRACT, Release, ReleaseTable, open_release};
pub use source::{check_files, manifest, open_source};
pub use table_reader::REPORTED_ROWS_MAX;
pub use unread::unread_files;
pub use zip_archive::{ARCHIVE_BYTES_MAX, MEMBER_BYTES_MAX, MEMBERS_MAX, RATIO_MAX};
