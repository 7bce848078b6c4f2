//! Invented populations as source files in the published layouts, with planted errors and their truth.
//!
//! Nobody in these files lives or lived. [`generate`] invents households, lets their lives run, writes what five
//! offices would hold about them, and plants errors at the rates of [`RATES`]. `truth.parquet` names the person of
//! each record, `planted.parquet` every error, so that a system which finds errors can be measured.
//!
//! The same plan gives the same bytes at any thread count: each household and each block draws from a stream of
//! its own.
//!
//! Never: describes a real person, or reads anything.

mod calendar;
mod case;
mod chance;
mod contracts;
mod dossier;
mod eoir_release;
mod household;
mod key;
mod life;
mod made;
mod names;
mod place;
mod plan;
mod planting;
mod population;
mod rates;
mod records;
mod row;
mod spelling;
mod table;
mod writing;

pub use calendar::AS_OF;
pub use contracts::CONTRACTS;
pub use eoir_release::{CASES_MAX, ReleasePlan, ReleaseSummary, generate_release};
pub use names::Structure;
pub use plan::{PEOPLE_MAX, PEOPLE_MIN, Plan, Progress, Summary, SynthError};
pub use rates::{RATES, Rate};

use std::collections::BTreeMap;

use rayon::prelude::*;

use made::Made;
use population::{PEOPLE_PER_BLOCK, block};
use table::Table;
use writing::Extracts;

/// Blocks in memory at a time, some ten megabytes each.
const BLOCKS_IN_MEMORY: u64 = 16;

/// Generates a population and writes it below `plan.out`; `progress` is told after every batch of blocks.
///
/// The files are those of `docs/synth.md`. The manifest of a source is written last, so that a generation which
/// was broken off cannot pass for a whole one.
///
/// # Errors
///
/// [`SynthError::People`] if the number of people is out of range; then nothing is written.
/// [`SynthError::Write`] or [`SynthError::Parquet`] if a file cannot be written.
///
/// # Example
///
/// ```
/// let out = tempfile::tempdir()?;
/// let plan = redress_synth::Plan { people: 3, seed: 1, out: out.path().into() };
/// let summary = redress_synth::generate(&plan, &|_| {})?;
/// assert_eq!(summary.n_people, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn generate(plan: &Plan, progress: &(dyn Fn(Progress) + Sync)) -> Result<Summary, SynthError> {
    if !(PEOPLE_MIN..=PEOPLE_MAX).contains(&plan.people) {
        return Err(SynthError::People { people: plan.people });
    }
    let mut extracts = Extracts::create(&plan.out)?;
    let mut totals = Totals::default();
    let n_blocks = plan.people.div_ceil(PEOPLE_PER_BLOCK);
    for first in (0..n_blocks).step_by(BLOCKS_IN_MEMORY as usize) {
        let numbers = first..n_blocks.min(first + BLOCKS_IN_MEMORY);
        let batch: Vec<Made> = numbers
            .into_par_iter()
            .map(|number| Made::from_block(&block(plan.seed, number, plan.people)))
            .collect();
        for made in &batch {
            extracts.append(made)?;
            totals.add(made);
        }
        progress(Progress {
            n_people_done: totals.summary.n_people,
            n_people: plan.people,
            n_records: totals.n_rows.values().sum(),
        });
    }
    extracts.finish(|table| totals.n_rows.get(&table).copied().unwrap_or_default())?;
    Ok(totals.into_summary())
}

/// Counts over the blocks written so far.
#[derive(Debug, Default)]
struct Totals {
    n_rows: BTreeMap<Table, u64>,
    summary: Summary,
}

impl Totals {
    fn add(&mut self, made: &Made) {
        self.summary.n_people += made.n_people;
        self.summary.n_households += made.n_households;
        self.summary.n_identity_records += made.truth.len() as u64;
        for (table, n_rows) in &made.n_rows {
            *self.n_rows.entry(*table).or_default() += n_rows;
        }
        for (check_id, n_planted) in &made.n_planted {
            *self.summary.planted.entry((*check_id).to_owned()).or_default() += n_planted;
        }
        for (structure, n_people) in &made.n_structures {
            *self.summary.structures.entry((*structure).to_owned()).or_default() += n_people;
        }
    }

    fn into_summary(mut self) -> Summary {
        for (table, n_rows) in self.n_rows {
            let layout = table.layout();
            self.summary.records.insert(format!("{}/{}", layout.source, layout.name), n_rows);
        }
        self.summary
    }
}
