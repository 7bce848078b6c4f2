//! A clock that stands still, bytes that count, invented people, and builders for tests.
//!
//! Only a `[dev-dependencies]` section may name this crate: what is wrong in a fixture panics here, and
//! that is a failed test.
//!
//! ```
//! let file = redress_testkit::parse_case_file(
//!     "
//!     benefits applications IOE1
//!       family_name García López
//!       birth_date 1990-03-04
//!     border travel T1 possible
//!       family_name Garcia",
//! );
//! assert_eq!(file.records.len(), 2);
//! assert_eq!(file.accepted().count(), 1);
//! ```
//!
//! Never: ships, or is a dependency of anything but tests.

mod case_file_text;
mod contract_text;
mod entropy;
mod held_sample;
mod record_builder;
mod record_file;
mod reviewers;
mod still_clock;

pub use case_file_text::{FixtureError, parse_case_file, try_parse_case_file};
pub use contract_text::contract_text;
pub use entropy::CountingEntropy;
pub use held_sample::{AppendFault, HeldSample};
pub use record_builder::{RecordBuilder, SEEN_ON, case_file, possible_evidence, record};
pub use record_file::RecordFile;
pub use reviewers::{
    another_reviewer, appeal_officer, new_reviewer, oversight, reviewer, second_appeal_officer,
};
pub use still_clock::StillClock;
