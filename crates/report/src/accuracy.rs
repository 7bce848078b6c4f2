//! What a run found against a truth that is known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Proportion;

/// Pairwise accuracy of the linkage, over the model's clusters, with all true pairs counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkageAccuracy {
    /// Share of the pairs held together that are true.
    pub precision: f64,
    /// Share of the true pairs that are held together.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// What the linkage did to the people whose names have one structure, over the model's clusters. Counted are people and not
/// pairs: a person with many records would weigh more than others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedStructure {
    /// The structure, in words.
    pub structure: String,
    /// Of the people with two records or more, those with a record that was left apart.
    pub apart: Proportion,
    /// Of the people with a record, those with whom a record of somebody else was put together.
    pub mixed: Proportion,
    /// Of the people with two records or more, those whose records are in more than one file: what the linkage is not sure
    /// enough of to join alone waits for clerical review.
    #[serde(default)]
    pub in_files: Proportion,
    /// Of the people with a record, those with a record of somebody else in a file of theirs.
    #[serde(default)]
    pub mixed_files: Proportion,
}

/// Planted errors of one check, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Errors that were planted.
    pub planted: u64,
    /// Of these, found.
    pub found: u64,
    /// Findings at a record without a planted error of that check, even where the error lies on a record beside it.
    pub false_alarms: u64,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAccuracy {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Errors that were planted.
    pub planted: u64,
    /// Of these, found.
    pub found: u64,
    /// False alarms.
    pub false_alarms: u64,
}

impl CheckAccuracy {
    /// The share found, with its interval.
    #[must_use]
    pub fn recall_in_words(&self) -> String {
        Proportion { part: self.found, whole: self.planted }.to_string()
    }

    /// False alarms as a share of the planted errors, 0 without any.
    #[must_use]
    pub fn false_alarm_rate(&self) -> f64 {
        if self.planted == 0 { 0.0 } else { self.false_alarms as f64 / self.planted as f64 }
    }
}

/// One check over the structures of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructureRow {
    /// The check.
    pub id: String,
    /// By structure, in the order of [`Accuracy::structures`]: the tally.
    pub tallies: Vec<Tally>,
    /// The same in words: recall with interval, and false alarms.
    pub cells: Vec<String>,
}

/// What a run found against a truth that is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// The linkage.
    pub linkage: LinkageAccuracy,
    /// The linkage over the structures of names, by structure. Empty for a run that did not count them.
    #[serde(default)]
    pub linked: Vec<LinkedStructure>,
    /// The checks, by identifier.
    pub checks: Vec<CheckAccuracy>,
    /// Structures of names that the population has, in words.
    pub structures: Vec<String>,
    /// The checks over the structures.
    pub by_structure: Vec<StructureRow>,
}

impl Accuracy {
    /// Lays tallies out: by check and structure. Every structure appears for every check; a check of which
    /// nothing was planted and nothing found is left out.
    #[must_use]
    pub fn of(
        linkage: LinkageAccuracy,
        linked: Vec<LinkedStructure>,
        titles: &[(&str, &str)],
        tallies: &BTreeMap<(String, String), Tally>,
    ) -> Self {
        let mut structures: Vec<String> = tallies.keys().map(|(_, structure)| structure.clone()).collect();
        structures.sort();
        structures.dedup();
        let tally = |id: &str, structure: &String| {
            tallies.get(&(id.to_owned(), structure.clone())).copied().unwrap_or_default()
        };
        let mut checks = Vec::new();
        let mut by_structure = Vec::new();
        let has_tally = |id: &str| tallies.keys().any(|(tallied, _)| tallied == id);
        for (id, title) in titles.iter().filter(|(id, _)| has_tally(id)) {
            let row: Vec<Tally> = structures.iter().map(|structure| tally(id, structure)).collect();
            checks.push(CheckAccuracy {
                id: (*id).to_owned(),
                title: (*title).to_owned(),
                planted: row.iter().map(|tally| tally.planted).sum(),
                found: row.iter().map(|tally| tally.found).sum(),
                false_alarms: row.iter().map(|tally| tally.false_alarms).sum(),
            });
            let cells = row.iter().map(in_words).collect();
            by_structure.push(StructureRow { id: (*id).to_owned(), tallies: row, cells });
        }
        let structures = structures.into_iter().map(|structure| structure.replace('_', " ")).collect();
        Self { linkage, linked, checks, structures, by_structure }
    }
}

fn in_words(tally: &Tally) -> String {
    let recall = Proportion { part: tally.found, whole: tally.planted };
    match tally.false_alarms {
        0 => recall.to_string(),
        1 => format!("{recall}, 1 false alarm"),
        n => format!("{recall}, {n} false alarms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_structure_appears_for_every_check() {
        let tally = |planted, found, false_alarms| Tally { planted, found, false_alarms };
        let tallies = BTreeMap::from([
            (("ID-04".to_owned(), "spanish_double_surname".to_owned()), tally(60, 58, 1)),
            (("ID-07".to_owned(), "single_name".to_owned()), tally(3, 3, 0)),
        ]);
        let titles = [("ID-04", "order"), ("ID-07", "dates"), ("ID-10", "countries")];
        let accuracy = Accuracy::of(LinkageAccuracy::default(), Vec::new(), &titles, &tallies);
        assert_eq!(accuracy.checks.len(), 2, "of ID-10 nothing was planted and nothing found");
        assert_eq!(accuracy.structures, ["single name", "spanish double surname"]);
        assert_eq!(accuracy.checks[0].planted, 60);
        assert_eq!(
            accuracy.by_structure[0].cells,
            ["not estimable (n=0)", "0.97 (0.89–0.99), 1 false alarm"]
        );
        assert_eq!(accuracy.by_structure[1].cells, ["not estimable (n=3)", "not estimable (n=0)"]);
    }
}
