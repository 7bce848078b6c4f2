//! The engine on whole data sets: accuracy, determinism, recovery of what was planted, and everything that goes wrong.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read their data from files and stop at what is broken"
)]

mod accuracy;
mod apart;
mod copies;
mod determinism;
mod documentation;
mod families;
mod going_together;
mod namesakes;
mod real_time;
mod recovery;
mod report;
mod set;
mod unhappy;
