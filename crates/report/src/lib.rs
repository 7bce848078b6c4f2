//! Public tables and figures, with their uncertainty; what cannot be estimated says so.
//!
//! Never: reads a record, names a person, or leaves a declared group out of a table.

mod accuracy;
mod departures;
mod ledger;
mod proportion;
mod release_report;

pub use accuracy::{Accuracy, CheckAccuracy, LinkageAccuracy, LinkedStructure, StructureRow, Tally};
pub use departures::{
    Count, DEPARTURES_METHOD, DepartureFact, EDITIONS_MAX, Edition, Editions, LinkReliability, Row, ShownRow,
    Standing, tabulate,
};
pub use ledger::{LEDGER_METHOD, Ledger};
pub use proportion::{ESTIMABLE_MIN, Proportion};
pub use release_report::{
    Change, Changes, INVENTED, NotChecked, Published, ReleaseFigure, ReleaseReport, SMALL_MAX, Shown,
    ShownChange, ShownFigure,
};
