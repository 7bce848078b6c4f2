//! One use case a file: load, decide, append, publish.
//!
//! Every rule that a page offers is reachable from here, and so from the command line as well.
//!
//! Never: opens a file or a connection itself (that is behind `redress_ports`), renders a page, lets a
//! threshold stand as a decision, or offers a list of persons.

mod app;
mod assemble_persons;
mod error;
mod explain_link;
mod import_source;
mod link_records;
mod narration;
mod pair_facts;
mod progress;
mod run_checks;
pub mod view;
mod waterfall_book;

pub use app::App;
pub use assemble_persons::{LinkSummary, assemble_persons};
pub use error::ServiceError;
pub use explain_link::LinkExplainer;
pub use import_source::{import_source, register_agreement};
pub use link_records::{LINK_CONFIG, LinkInput, RunModel, link_records};
pub use progress::{Progress, Quiet};
pub use run_checks::{CheckRunSummary, CheckTally, run_checks};
pub use waterfall_book::{MODEL_REPORT, WaterfallBook};
