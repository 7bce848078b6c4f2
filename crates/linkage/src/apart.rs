//! Why two records are not in one cluster although their pair is strong.

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::identifier_conflict::IdentifierConflicts;
use crate::model::Model;
use crate::pattern::Comparer;
use crate::relatives::{GENERATION_YEARS, Relatives};
use crate::table::Table;

/// What keeps two records apart, whatever the probability of their pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Apart {
    /// Both are of one source, of which the configuration says that it holds a person once.
    OneSource,
    /// They bear two valid numbers of a kind of which a person has one.
    Identifiers,
    /// They look like twins, or like parent and child.
    Relatives,
}

/// What keeps the records of a strong pair in different clusters: all that `kept_apart` of `pairs.parquet` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptBy {
    /// People judged them, or others that were judged with them, to be different.
    Judgement,
    /// What keeps two records apart whatever they weigh.
    Rule(Apart),
    /// The other records of their clusters speak against it, or must be kept apart, or are too many.
    Others,
}

impl KeptBy {
    /// The word of the file: `judgement`, `one_source`, `identifiers`, `relatives` or `others`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Judgement => "judgement",
            Self::Rule(Apart::OneSource) => "one_source",
            Self::Rule(Apart::Identifiers) => "identifiers",
            Self::Rule(Apart::Relatives) => "relatives",
            Self::Others => "others",
        }
    }
}

/// A strong pair whose records are in different clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairApart {
    /// The record that comes first.
    pub l: u32,
    /// The other record.
    pub r: u32,
    /// What keeps them apart.
    pub by: KeptBy,
}

/// What keeps the records of a pair in different clusters, in the word of the file; `None` where they are in one, or their pair
/// is not strong. The pairs apart are ordered by l and r.
#[must_use]
pub fn kept_apart_word(apart: &[PairApart], l: u32, r: u32) -> Option<&'static str> {
    let place = apart.binary_search_by_key(&(l, r), |known| (known.l, known.r)).ok()?;
    Some(apart[place].by.as_str())
}

impl Apart {
    /// The reason as part of a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::OneSource => "both are of one source, which holds a person once",
            Self::Identifiers => "they bear two valid numbers, and a person has one",
            Self::Relatives => "they look like two members of a family: twins, or parent and child",
        }
    }
}

impl Apart {
    /// Why two records are kept apart, as the end of a sentence that says so; with members of a family, whether their dates of
    /// birth agree tells twins from parent and child.
    #[must_use]
    pub fn why(self, is_same_date: bool) -> String {
        match self {
            Self::OneSource | Self::Identifiers => format!("because {}", self.in_words()),
            Self::Relatives if is_same_date => {
                "as two members of a family: the family name and the date of birth agree and the \
                                                given names do not, as with twins"
                    .to_owned()
            }
            Self::Relatives => format!(
                "as two members of a family: both names agree and the dates of birth lie {GENERATION_YEARS} years or more apart, as \
                 with parent and child"
            ),
        }
    }
}

/// What keeps records of a table apart.
pub(crate) struct Reasons<'a> {
    table: &'a Table,
    one_per_source: bool,
    pub(crate) identifiers: IdentifierConflicts<'a>,
    pub(crate) relatives: Relatives<'a>,
}

impl<'a> Reasons<'a> {
    pub(crate) fn new(table: &'a Table, config: &Config, model: &'a Model) -> Self {
        let (identifiers, relatives) = (IdentifierConflicts::new(table, model), Relatives::new(table, model));
        Self { table, one_per_source: config.one_per_source, identifiers, relatives }
    }

    /// What keeps two records apart, each given with its valid numbers.
    pub(crate) fn of(&self, l: (u32, &[u32]), r: (u32, &[u32]), levels: &[u8]) -> Option<Apart> {
        if self.one_per_source && self.table.source_index(l.0) == self.table.source_index(r.0) {
            Some(Apart::OneSource)
        } else if self.identifiers.differ(l.1, r.1) {
            Some(Apart::Identifiers)
        } else {
            self.relatives.are(l.0, r.0, levels).then_some(Apart::Relatives)
        }
    }

    /// The same for two records alone.
    pub(crate) fn of_pair(&self, l: u32, r: u32, levels: &[u8]) -> Option<Apart> {
        self.of((l, &self.identifiers.numbers(l)), (r, &self.identifiers.numbers(r)), levels)
    }
}

/// What keeps two records of a run apart, whatever the probability of their pair; `None` where nothing does. The
/// configuration must be that of the model.
#[must_use]
pub fn kept_apart(model: &Model, table: &Table, config: &Config, l: u32, r: u32) -> Option<Apart> {
    first_kept_apart(model, table, config, &[(l, r)]).map(|(_, reason)| reason)
}

/// The first of several pairs of records that something keeps apart, whatever their probability, and what; `None` where nothing
/// does. The configuration must be that of the model.
#[must_use]
pub fn first_kept_apart(
    model: &Model,
    table: &Table,
    config: &Config,
    pairs: &[(u32, u32)],
) -> Option<((u32, u32), Apart)> {
    let comparer = Comparer::new(&model.comparisons, table);
    let (mut bench, reasons) = (comparer.bench(), Reasons::new(table, config, model));
    pairs.iter().find_map(|(l, r)| {
        let levels = comparer.levels_of(comparer.pattern(&mut bench, *l, *r));
        Some(((*l, *r), reasons.of_pair(*l, *r, &levels)?))
    })
}

/// Strong pairs whose records are in different clusters, by what keeps them apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptApart {
    /// Pairs at or above the probability from which clusters are made, and pairs judged to be of one person.
    pub n_strong: u64,
    /// Of these, pairs that people judged, or that contradict what they judged.
    pub by_judgement: u64,
    /// Of one source.
    pub by_source: u64,
    /// With two valid numbers.
    pub by_identifiers: u64,
    /// That look like relatives.
    pub by_relatives: u64,
    /// Of which the other records of their clusters speak against.
    pub by_others: u64,
}

impl KeptApart {
    /// Strong pairs whose records are in different clusters.
    #[must_use]
    pub const fn n_apart(&self) -> u64 {
        self.by_judgement + self.by_source + self.by_identifiers + self.by_relatives + self.by_others
    }

    /// Counts the pairs that are apart, of so many strong ones.
    pub(crate) fn of(n_strong: u64, apart: &[PairApart]) -> Self {
        let n = |by| apart.iter().filter(|pair| pair.by == by).count() as u64;
        Self {
            n_strong,
            by_judgement: n(KeptBy::Judgement),
            by_source: n(KeptBy::Rule(Apart::OneSource)),
            by_identifiers: n(KeptBy::Rule(Apart::Identifiers)),
            by_relatives: n(KeptBy::Rule(Apart::Relatives)),
            by_others: n(KeptBy::Others),
        }
    }
}
