//! Metamorphic probes: the same slip of the pen in names of every stratum, and what it does to the match probability.
//! They need no labels. A comparison that forgives a slip in one kind of name and not in another shows here.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use serde::{Deserialize, Serialize};

use crate::audit::original::for_each_record;
use crate::audit::strata::Dimension;
use crate::config::Config;
use crate::hashing::{Stream, mix_two};
use crate::kind::Kind;
use crate::model::Model;
use crate::pattern::Comparer;
use crate::resample::{Z_95, deviation};
use crate::table::{Input, Table};

/// Most pairs that are sought for each stratum; a pair is in a stratum of every dimension, so that some have more.
pub(super) const PAIRS_PER_STRATUM_MAX: usize = 300;
/// Fewest pairs from which a stratum is judged.
pub const PROBED_PAIRS_MIN: usize = 30;
/// Names of fewer letters are not edited.
const LETTERS_MIN: usize = 2;
/// Stream of random numbers of the edits.
const STREAM: u64 = 5_000;

/// What is done to a family name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// One letter left out.
    LetterLost,
    /// Two neighbouring letters exchanged.
    LettersExchanged,
    /// One letter replaced by the one beside it in the name.
    LetterReplaced,
    /// Cut after two thirds.
    CutOff,
    /// Everything after the first word or hyphen lost.
    SecondPartLost,
}

impl Edit {
    /// Every edit.
    pub const ALL: [Self; 5] =
        [Self::LetterLost, Self::LettersExchanged, Self::LetterReplaced, Self::CutOff, Self::SecondPartLost];

    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LetterLost => "one letter lost",
            Self::LettersExchanged => "two letters exchanged",
            Self::LetterReplaced => "one letter replaced",
            Self::CutOff => "cut off after two thirds",
            Self::SecondPartLost => "second part lost",
        }
    }

    /// What the edit does to a name, as an example; `None` when it does nothing to it.
    pub(super) fn example(self, name: &str) -> Option<String> {
        self.apply(name, &mut Stream::new(1, STREAM))
    }

    /// The edited name; `None` when the edit does not apply or changes nothing.
    fn apply(self, name: &str, stream: &mut Stream) -> Option<String> {
        let letters: Vec<char> = name.chars().collect();
        if letters.len() < LETTERS_MIN {
            return None;
        }
        let place = stream.below(letters.len() as u64 - 1) as usize;
        let mut edited = letters.clone();
        match self {
            Self::LetterLost => {
                edited.remove(place + 1);
            }
            Self::LettersExchanged => edited.swap(place, place + 1),
            Self::LetterReplaced => edited[place + 1] = edited[place],
            Self::CutOff => edited.truncate((letters.len() * 2).div_ceil(3)),
            Self::SecondPartLost => {
                let end = letters.iter().skip(1).position(|c| c.is_whitespace() || *c == '-')?;
                edited.truncate(end + 1);
            }
        }
        let edited: String = edited.into_iter().collect();
        (edited != name && !edited.trim().is_empty()).then_some(edited)
    }
}

/// What one edit does in one stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// How the records are parted.
    pub dimension: String,
    /// The stratum.
    pub stratum: String,
    /// What was done.
    pub edit: Edit,
    /// Accepted pairs to which it was done.
    pub n_pairs: usize,
    /// Mean change of the match weight, in bits; `None` below [`PROBED_PAIRS_MIN`] pairs, as what follows.
    pub change_bits: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// Mean change of the match probability.
    pub change_probability: Option<f64>,
    /// Share of the pairs that fall below the threshold.
    pub fallen: Option<f64>,
}

/// One edited name of one pair.
struct Task {
    pair: usize,
    edit: Edit,
    name: String,
    edited: String,
}

/// What an edit did to a pair.
struct Change {
    pair: usize,
    edit: Edit,
    bits: f64,
    probability: f64,
    is_fallen: bool,
}

/// A run whose comparisons are probed.
#[derive(Clone, Copy)]
pub struct ProbedRun<'a> {
    /// Its model.
    pub model: &'a Model,
    /// Its configuration.
    pub config: &'a Config,
    /// The rows as written.
    pub inputs: &'a [Input],
    /// The same rows as compared.
    pub table: &'a Table,
}

/// Probes accepted pairs of records. Without a family name, or a full name in its place, there is nothing to
/// edit and nothing is given.
#[must_use]
pub fn probes(
    run: &ProbedRun<'_>,
    accepted: &[(u32, u32)],
    dimensions: &[Dimension],
    threshold: f64,
    seed: u64,
) -> Vec<Probe> {
    let ProbedRun { model, config, inputs, table } = *run;
    let column = config.of_kind(Kind::FamilyName).next().or_else(|| config.of_kind(Kind::FullName).next());
    let Some(column) = column else { return Vec::new() };
    let picked = picked(accepted, dimensions, seed);
    let mut names: Vec<Option<String>> = vec![None; table.n_records()];
    for_each_record(config, inputs, table, &[column], |record, texts| {
        names[record as usize] = texts[0].as_deref().map(str::to_owned);
    });
    let tasks = tasks(&picked, accepted, &names, seed);
    let Some(edited_levels) = edited_levels(model, config, column, &tasks) else { return Vec::new() };
    let slots: Vec<usize> =
        (0..model.comparisons.len()).filter(|slot| model.comparisons[*slot].kind.is_name()).collect();
    let own_slot = table.attribute_of(column).filter(|slot| slots.contains(slot));
    let Some(own_slot) = own_slot else { return Vec::new() };
    let comparer = Comparer::new(&model.comparisons, table);
    let mut bench = comparer.bench();
    let mut changes: Vec<Change> = Vec::new();
    for (task, edited) in tasks.iter().zip(edited_levels) {
        let (l, r) = accepted[task.pair];
        let mut levels = comparer.levels_of(comparer.pattern(&mut bench, l, r));
        let before = model.pattern_bits(&levels);
        levels[own_slot] = edited[own_slot];
        let after = model.pattern_bits(&levels);
        let (p_before, p_after) = (model.probability_of(before), model.probability_of(after));
        changes.push(Change {
            pair: task.pair,
            edit: task.edit,
            bits: after - before,
            probability: p_after - p_before,
            is_fallen: p_before >= threshold && p_after < threshold,
        });
    }
    by_stratum(&changes, accepted, dimensions)
}

/// What the model of a run says of pairs of records, as if nobody had judged them.
#[must_use]
pub fn model_probabilities(run: &ProbedRun<'_>, pairs: &[(u32, u32)]) -> Vec<f64> {
    let comparer = Comparer::new(&run.model.comparisons, run.table);
    let mut bench = comparer.bench();
    let probability = |(l, r): &(u32, u32)| {
        let levels = comparer.levels_of(comparer.pattern(&mut bench, *l, *r));
        run.model.probability_of(run.model.pattern_bits(&levels))
    };
    pairs.iter().map(probability).collect()
}

fn by_stratum(changes: &[Change], accepted: &[(u32, u32)], dimensions: &[Dimension]) -> Vec<Probe> {
    let mut found = Vec::new();
    for dimension in dimensions {
        for (stratum, name) in dimension.strata.iter().enumerate() {
            for edit in Edit::ALL {
                let is_in =
                    |pair: usize| usize::from(dimension.of_record[accepted[pair].1 as usize]) == stratum;
                let own: Vec<&Change> =
                    changes.iter().filter(|change| change.edit == edit && is_in(change.pair)).collect();
                found.push(probe(&dimension.name, name, edit, &own));
            }
        }
    }
    found
}

fn tasks(picked: &[usize], accepted: &[(u32, u32)], names: &[Option<String>], seed: u64) -> Vec<Task> {
    let mut tasks = Vec::new();
    for pair in picked {
        let (l, r) = accepted[*pair];
        let (Some(name), Some(other)) = (&names[l as usize], &names[r as usize]) else { continue };
        for (idx, edit) in Edit::ALL.into_iter().enumerate() {
            let mut stream = Stream::new(seed, STREAM + mix_two(*pair as u64, idx as u64) % (1 << 40));
            if let Some(edited) = edit.apply(other, &mut stream) {
                tasks.push(Task { pair: *pair, edit, name: name.clone(), edited });
            }
        }
    }
    tasks
}

/// Pairs to probe: of every stratum of every dimension some, chosen by hash.
fn picked(accepted: &[(u32, u32)], dimensions: &[Dimension], seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..accepted.len()).collect();
    order.sort_unstable_by_key(|pair| mix_two(seed, *pair as u64));
    let mut counts: Vec<Vec<usize>> = dimensions.iter().map(|d| vec![0; d.strata.len()]).collect();
    let mut picked = Vec::new();
    for pair in order {
        let record = accepted[pair].1 as usize;
        let mut is_needed = false;
        for (dimension, counts) in dimensions.iter().zip(&mut counts) {
            let count = &mut counts[usize::from(dimension.of_record[record])];
            is_needed |= *count < PAIRS_PER_STRATUM_MAX;
        }
        if is_needed {
            for (dimension, counts) in dimensions.iter().zip(&mut counts) {
                counts[usize::from(dimension.of_record[record])] += 1;
            }
            picked.push(pair);
        }
    }
    picked
}

/// The levels between each name and its edited partner: a small table of those names alone, compared as the model
/// compares. The values differ, so that how common they are plays no part.
fn edited_levels(model: &Model, config: &Config, column: &str, tasks: &[Task]) -> Option<Vec<Vec<u8>>> {
    let n = tasks.len() * 2;
    let ids: StringArray = (0..n).map(|k| Some(format!("{k:012}"))).collect();
    let texts = tasks.iter().flat_map(|task| [Some(task.name.as_str()), Some(task.edited.as_str())]);
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        (config.unique_id.as_str(), Arc::new(ids) as ArrayRef),
        (column, Arc::new(texts.collect::<StringArray>())),
    ];
    let empty: ArrayRef = Arc::new((0..n).map(|_| None::<&str>).collect::<StringArray>());
    let others = config.columns.keys().map(String::as_str).filter(|name| *name != column);
    columns.extend(others.map(|name| (name, empty.clone())));
    if let Some(source) = &config.source {
        columns.push((source.as_str(), Arc::new((0..n).map(|_| Some("probe")).collect::<StringArray>())));
    }
    let batch = RecordBatch::try_from_iter(columns).ok()?;
    let table = Table::try_new(
        config,
        vec![Input { name: "probes".to_owned(), batches: vec![batch], n_set_aside: 0 }],
    )
    .ok()?;
    let comparer = Comparer::new(&model.comparisons, &table);
    let mut bench = comparer.bench();
    let pair =
        |task: usize| comparer.levels_of(comparer.pattern(&mut bench, task as u32 * 2, task as u32 * 2 + 1));
    Some((0..tasks.len()).map(pair).collect())
}

fn probe(dimension: &str, stratum: &str, edit: Edit, changes: &[&Change]) -> Probe {
    let n = changes.len() as f64;
    let is_enough = changes.len() >= PROBED_PAIRS_MIN;
    let mean =
        |of: fn(&Change) -> f64| is_enough.then(|| changes.iter().map(|change| of(change)).sum::<f64>() / n);
    let change_bits = mean(|change| change.bits);
    let error = deviation(&changes.iter().map(|change| change.bits).collect::<Vec<_>>()) / n.sqrt();
    Probe {
        dimension: dimension.to_owned(),
        stratum: stratum.to_owned(),
        edit,
        n_pairs: changes.len(),
        change_bits,
        interval: change_bits.map(|bits| (bits - Z_95 * error, bits + Z_95 * error)),
        change_probability: mean(|change| change.probability),
        fallen: mean(|change| f64::from(u8::from(change.is_fallen))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_what_they_say() {
        let mut stream = Stream::new(1, 1);
        for (edit, name, lengths) in [
            (Edit::LetterLost, "Okafor", 5..6),
            (Edit::LettersExchanged, "Okafor", 6..7),
            (Edit::CutOff, "Okafor", 4..5),
            (Edit::SecondPartLost, "García-López", 6..7),
            (Edit::SecondPartLost, "de la Cruz", 2..3),
        ] {
            let edited = edit.apply(name, &mut stream).unwrap();
            assert!(edited != name && lengths.contains(&edited.chars().count()), "{edit:?}: {edited}");
        }
        assert_eq!(Edit::SecondPartLost.apply("Okafor", &mut stream), None);
        assert_eq!(Edit::LetterLost.apply("O", &mut stream), None);
        assert_eq!(Edit::LettersExchanged.apply("oo", &mut stream), None);
    }
}
