//! What to generate, how far it is, what came of it, and what can go wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use thiserror::Error;

/// People in a population, at least.
pub const PEOPLE_MIN: u64 = 1;

/// People in a population, at most: beyond it keys of nine digits would no longer be unique per person with room
/// to spare, and no use is known.
pub const PEOPLE_MAX: u64 = 20_000_000;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Number of people, from [`PEOPLE_MIN`] to [`PEOPLE_MAX`].
    pub people: u64,
    /// The seed: the same seed and number of people give the same files, byte for byte.
    pub seed: u64,
    /// The folder to write to; made if it is not there. Files of an earlier run are replaced.
    pub out: PathBuf,
}

/// How far a generation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// People whose records are written.
    pub n_people_done: u64,
    /// People in all.
    pub n_people: u64,
    /// Records written so far, in all files of the sources.
    pub n_records: u64,
}

/// What was generated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Number of people.
    pub n_people: u64,
    /// Number of households.
    pub n_households: u64,
    /// Records by `source/table`.
    pub records: BTreeMap<String, u64>,
    /// Records that linkage links; each has its line in `truth.parquet`.
    pub n_identity_records: u64,
    /// Planted errors by check.
    pub planted: BTreeMap<String, u64>,
    /// People by name structure.
    pub structures: BTreeMap<String, u64>,
}

/// Why nothing, or not all, was generated.
#[derive(Debug, Error)]
pub enum SynthError {
    /// The number of people is out of range.
    #[error(
        "people: {people} is out of range; give a number from {PEOPLE_MIN} to {PEOPLE_MAX}",
        PEOPLE_MIN = PEOPLE_MIN,
        PEOPLE_MAX = PEOPLE_MAX
    )]
    People {
        /// The number that was given.
        people: u64,
    },
    /// The number of cases is out of range.
    #[error("cases: {cases} is out of range; give a number from 1 to {max}", max = crate::CASES_MAX)]
    Cases {
        /// The number that was given.
        cases: u64,
    },
    /// A file could not be written.
    #[error("{path}: could not be written; free space or choose another folder and run again")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A Parquet file could not be written.
    #[error("{path}: could not be written as Parquet; free space or choose another folder and run again")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the library says.
        source: parquet::errors::ParquetError,
    },
}
