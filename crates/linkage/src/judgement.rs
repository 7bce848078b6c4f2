//! What people have judged about pairs of records: it binds in every run, whatever the model says.
//!
//! `same` puts two records into one cluster, and through them everybody who is judged the same as either; `different` keeps
//! their whole clusters apart. Where judgements contradict each other, `different` holds: a wrong merge does more harm than a
//! missed one. A judgement about a record that is not there waits for it.

use std::collections::HashMap;

use crate::calibration::Reliability;
use crate::hashing::FixedState;
use crate::index::UNSEEN_PATTERN;
use crate::label::LabelWord;
use crate::link::{Linked, Pair};
use crate::model::Model;
use crate::restricted_join::RestrictedJoin;
use crate::table::Table;

/// What a person has judged about two records, each given as (source, unique id); the source is empty when the
/// configuration names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// One record.
    pub left: (String, String),
    /// The other.
    pub right: (String, String),
    /// Whether they are of one person.
    pub same: bool,
}

/// A judged pair with what the model says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgedPair {
    /// The pair by the model alone; its pattern is [`UNSEEN_PATTERN`](crate::UNSEEN_PATTERN) where no written pair shows it.
    pub pair: Pair,
    /// Whether it was judged to be of one person.
    pub same: bool,
}

/// The judgements that a run held to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JudgementsHeld {
    /// The judged pairs whose records are in the table, by l then r.
    pub pairs: Vec<JudgedPair>,
    /// Judgements that name a record which is not in the table.
    pub n_absent: u64,
    /// Judgements `same` that do not hold, because others say `different`.
    pub n_contradicted: u64,
}

impl JudgementsHeld {
    /// Whether people judged a pair of the run.
    pub(crate) fn hold(&self, pair: &Pair) -> bool {
        self.pairs.binary_search_by_key(&(pair.l, pair.r), |known| (known.pair.l, known.pair.r)).is_ok()
    }
}

/// Judgements by record.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    /// l before r, ordered; of a pair judged both ways only `different`.
    pairs: Vec<(u32, u32, bool)>,
    /// The records named, ascending.
    named: Vec<u32>,
    /// For each of them the place of the first record that it is judged the same as, directly or through others.
    group_of: Vec<usize>,
    n_absent: u64,
    n_contradicted: u64,
}

impl Judgements {
    pub(crate) fn new(table: &Table, judgements: &[Judgement]) -> Self {
        let find = |(source, id): &(String, String)| table.find(source, id);
        let found = judgements.iter().filter_map(|judgement| {
            let (a, b) = (find(&judgement.left)?, find(&judgement.right)?);
            Some((a.min(b), a.max(b), judgement.same))
        });
        let mut pairs: Vec<(u32, u32, bool)> = found.collect();
        let n_absent = (judgements.len() - pairs.len()) as u64;
        pairs.retain(|(l, r, _)| l != r);
        pairs.sort_unstable();
        pairs.dedup();
        let n_all = pairs.len();
        pairs.dedup_by_key(|(l, r, _)| (*l, *r));
        let mut named: Vec<u32> = pairs.iter().flat_map(|(l, r, _)| [*l, *r]).collect();
        named.sort_unstable();
        named.dedup();
        let mut joined = RestrictedJoin::new(named.len(), None);
        let place = |record: &u32| named.partition_point(|known| known < record);
        let of = |same: bool| pairs.iter().filter(move |(_, _, is_same)| *is_same == same);
        of(false).for_each(|(l, r, _)| joined.keep_apart(place(l), place(r)));
        of(true).for_each(|(l, r, _)| joined.join_judged(place(l), place(r)));
        let group_of: Vec<usize> = (0..named.len()).map(|at| joined.root(at)).collect();
        let broken = of(true).filter(|(l, r, _)| group_of[place(l)] != group_of[place(r)]).count();
        let n_contradicted = (broken + n_all - pairs.len()) as u64;
        Self { pairs, named, group_of, n_absent, n_contradicted }
    }

    /// Judged pairs of which both records lie in a sorted list of records, by their places in it.
    pub(crate) fn within<'a>(
        &'a self,
        records: &'a [u32],
    ) -> impl Iterator<Item = (usize, usize, bool)> + 'a {
        let places = records.iter().enumerate();
        places.flat_map(move |(place_l, l)| {
            let from = self.pairs.partition_point(|pair| pair.0 < *l);
            let of_l = self.pairs[from..].iter().take_while(move |pair| pair.0 == *l);
            of_l.filter_map(move |(_, r, same)| Some((place_l, records.binary_search(r).ok()?, *same)))
        })
    }

    /// The pairs judged the same.
    pub(crate) fn same(&self) -> impl Iterator<Item = (u32, u32)> {
        self.pairs.iter().filter(|(_, _, same)| *same).map(|(l, r, _)| (*l, *r))
    }

    /// What was judged of a pair, l before r.
    pub(crate) fn of(&self, l: u32, r: u32) -> Option<bool> {
        let from = self.pairs.partition_point(|(a, b, _)| (*a, *b) < (l, r));
        self.pairs.get(from).filter(|(a, b, _)| (*a, *b) == (l, r)).map(|(_, _, same)| *same)
    }

    /// Whether two records are judged the same, directly or through others.
    pub(crate) fn are_joined(&self, l: u32, r: u32) -> bool {
        let group = |record: u32| self.named.binary_search(&record).ok().map(|at| self.group_of[at]);
        group(l).is_some_and(|of_l| group(r) == Some(of_l))
    }

    /// What a run held to; `weigh` gives match weight and levels of a pair.
    pub(crate) fn held(
        &self,
        model: &Model,
        mut weigh: impl FnMut(u32, u32) -> (f64, Vec<u8>),
    ) -> JudgementsHeld {
        let (n_absent, n_contradicted) = (self.n_absent, self.n_contradicted);
        if self.pairs.is_empty() {
            return JudgementsHeld { pairs: Vec::new(), n_absent, n_contradicted };
        }
        let patterns: HashMap<&[u8], u32, FixedState> =
            model.patterns.iter().map(|pattern| pattern.levels.as_slice()).zip(0..).collect();
        let reliability = Reliability::of(model);
        let judged = |(l, r, same): &(u32, u32, bool)| {
            let (bits, levels) = weigh(*l, *r);
            let (n_agree, n_disagree, n_not_comparable) = model.counts(&levels);
            let pattern = patterns.get(levels.as_slice()).copied();
            let (low, high) = reliability.interval(model, &levels, bits);
            let pair = Pair {
                l: *l,
                r: *r,
                match_weight_bits: bits,
                match_probability: model.probability_of(bits),
                reliability_low: low,
                reliability_high: high,
                n_agree,
                n_disagree,
                n_not_comparable,
                pattern: pattern.unwrap_or(UNSEEN_PATTERN),
            };
            JudgedPair { pair, same: *same }
        };
        JudgementsHeld { pairs: self.pairs.iter().map(judged).collect(), n_absent, n_contradicted }
    }
}

impl Linked {
    /// Writes the judgements into the pairs, as [`hold_judgements`] does.
    pub fn hold_judgements(&mut self, min_probability: f64) {
        hold_judgements(&mut self.pairs, &self.judgements.pairs, min_probability);
        self.pairs.sort_unstable_by_key(|pair| (pair.l, pair.r));
    }
}

/// Writes judgements, ordered by l and r, into pairs: a pair judged `same` has probability 1 and stands among the pairs even
/// where no rule proposed it; one judged `different` has probability 0, and is left out where pairs below `min_probability`
/// are. The match weight stays the model's, so that what the model says beside the judgement can be seen. Pairs that were
/// not there come last.
pub fn hold_judgements(pairs: &mut Vec<Pair>, judged: &[JudgedPair], min_probability: f64) {
    let place = |pair: &Pair| judged.binary_search_by_key(&(pair.l, pair.r), |j| (j.pair.l, j.pair.r));
    pairs.retain(|pair| place(pair).is_err());
    let held = judged.iter().map(JudgedPair::held);
    pairs.extend(held.filter(|pair| pair.match_probability >= min_probability));
}

impl JudgedPair {
    /// The pair with the probability that the judgement gives it.
    #[must_use]
    pub fn held(&self) -> Pair {
        let p = f64::from(u8::from(self.same));
        Pair { match_probability: p, reliability_low: p, reliability_high: p, ..self.pair }
    }
}

/// What was judged of a pair, in the word of the files; `None` where nobody did. The judgements are ordered by l and r.
#[must_use]
pub fn judged_word(judged: &[JudgedPair], pair: &Pair) -> Option<&'static str> {
    let place = judged.binary_search_by_key(&(pair.l, pair.r), |known| (known.pair.l, known.pair.r)).ok()?;
    Some(if judged[place].same { LabelWord::Same } else { LabelWord::Different }.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judged_pairs_within_some_records() {
        let pairs = vec![(1, 4, true), (2, 3, false), (2, 9, true), (4, 9, false)];
        let judgements = Judgements { pairs, ..Judgements::default() };
        let within = |records: &[u32]| judgements.within(records).collect::<Vec<_>>();
        assert_eq!(within(&[1, 2, 3, 4]), [(0, 3, true), (1, 2, false)]);
        assert_eq!(within(&[2, 4, 9]), [(0, 2, true), (1, 2, false)]);
        assert_eq!(within(&[1, 3, 9]), []);
        assert_eq!((judgements.of(2, 3), judgements.of(2, 4)), (Some(false), None));
    }
}
