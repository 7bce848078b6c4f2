//! Every trait through which the system touches the world, and the frozen wire forms.
//!
//! The outer crates implement these traits; the service and the faces see nothing else of them.
//!
//! Never: opens a file, a connection or a database; holds a rule.

mod clock;
mod disclosure;
mod intake_reader;
mod label_row;
mod record_reader;
mod relation;
mod sample_files;
mod sealed;
mod store;
pub mod wire;

pub use clock::{Clock, Entropy};
pub use disclosure::{Disclosed, ValueMark, Written, came_in_contested};
pub use intake_reader::IntakeReader;
pub use label_row::{LabelRow, LabelRowError, RecordName};
pub use record_reader::{
    ColumnReport, KeyPlace, Quarantined, ReadError, RecordBatchEnd, RecordReader, RefusedColumn, Repaired,
};
pub use relation::{RelationAsked, RelationRead};
pub use sample_files::SampleFiles;
pub use sealed::{Compartment, SealedRead, SealedRow};
pub use store::{
    Access, AccessPurpose, Agreement, Append, BulkAccess, ChangedRecord, ClosingRow, FindingRow, HoldRow,
    ImportReport, LogReader, LogState, NewEvent, PAGE_ROWS_MAX, Page, PersonRow, PossibleLink,
    PublishedEntry, QueueOrder, Receipt, Recorded, RequestRow, RunReport, SnapshotRow, SourceRow, Store,
    StoreError, StoredRecord, StreamVersion, TakenIn,
};
