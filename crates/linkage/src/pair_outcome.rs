//! What a run made of two records, and why, in a sentence.

use std::collections::VecDeque;

use crate::apart::Apart;
use crate::waterfall_words::percent;

/// What a run made of two records.
#[derive(Debug, Clone, PartialEq)]
pub enum PairOutcome {
    /// They are in one cluster, as their own pair says, or a judgement.
    Together,
    /// They are in one cluster although their own pair is below the threshold: other records join them.
    Joined {
        /// Probability of their own pair.
        probability: f64,
        /// Probability from which clusters are made.
        threshold: f64,
        /// The pairs that lead from the one to the other; empty where none was written.
        through: Vec<NamedPair>,
    },
    /// A judgement keeps them apart.
    Judged,
    /// They are kept apart, whatever they weigh.
    KeptApart {
        /// Why.
        reason: Apart,
        /// Whether the dates of birth agree.
        is_same_date: bool,
    },
    /// Their pair is below the threshold.
    Below {
        /// Probability of their pair.
        probability: f64,
        /// Probability from which clusters are made.
        threshold: f64,
    },
    /// No blocking rule brought them together, so that the run does not know of them.
    NotCompared,
    /// Other records of their clusters speak against it: the pair that does so most, and what keeps it apart, if anything does
    /// whatever it weighs.
    Others(Option<(NamedPair, Option<Apart>)>),
}

/// A pair of records with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPair {
    /// Names of the two.
    pub names: [String; 2],
    /// Probability that they are of one person.
    pub probability: f64,
}

impl PairOutcome {
    /// What was made of them, in one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        const APART: &str = "This run keeps the two records in different clusters";
        match self {
            Self::Together => "This run holds both records in one cluster.".to_owned(),
            Self::Joined { probability, threshold, through } => format!(
                "This run holds both records in one cluster, although {}: {}.",
                below(*probability, *threshold),
                path(through)
            ),
            Self::Judged => format!("{APART}."),
            Self::KeptApart { reason, is_same_date } => {
                format!(
                    "This run keeps the two records apart, whatever they weigh, {}.",
                    reason.why(*is_same_date)
                )
            }
            Self::Below { probability, threshold } => {
                format!("{APART}, because {}.", below(*probability, *threshold))
            }
            Self::NotCompared => {
                format!("{APART}, because no blocking rule brought them together: it never compared them.")
            }
            Self::Others(None) => {
                format!("{APART}, because the other records of their clusters speak against it.")
            }
            Self::Others(Some((pair, reason))) => {
                let [l, r] = &pair.names;
                let why = reason.map_or_else(
                    || format!("whose probability is {}", percent(pair.probability)),
                    |reason| format!("which it keeps apart, because {}", reason.in_words()),
                );
                format!(
                    "{APART}, because other records of their clusters speak against it, most of all {l} and {r}, {why}."
                )
            }
        }
    }
}

fn below(probability: f64, threshold: f64) -> String {
    let share = percent(threshold).replace(".0 %", " %");
    let own = percent(probability);
    // What would be rounded up to the threshold is told to a thousandth.
    let own = if own.replace(".0 %", " %") == share { format!("{:.3} %", probability * 100.0) } else { own };
    format!("their own probability, {own}, is below the run's threshold of {share}")
}

fn path(through: &[NamedPair]) -> String {
    let Some((_, between)) = through.split_last() else {
        return "they are joined through other records of the cluster".to_owned();
    };
    let names: Vec<&str> = between.iter().map(|pair| pair.names[1].as_str()).collect();
    let pairs: Vec<String> = through
        .iter()
        .map(|pair| format!("{} and {}: {}", pair.names[0], pair.names[1], percent(pair.probability)))
        .collect();
    format!("they are joined through {} ({})", names.join(" and "), pairs.join("; "))
}

/// The records on the way from one to another over the strongest pairs, both ends among them: of all ways the one whose
/// weakest pair is strongest, and of such ways a shortest. `None` where the pairs do not join them.
#[must_use]
pub fn strongest_way(pairs: &[(u32, u32, f64)], from: u32, to: u32) -> Option<Vec<u32>> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    // The fewest of the strongest pairs that join both: found by halving, as more pairs never part what fewer join.
    let (mut too_few, mut enough) = (0, sorted.len());
    shortest_way(&sorted, from, to)?;
    while enough - too_few > 1 {
        let middle = too_few.midpoint(enough);
        match shortest_way(&sorted[..middle], from, to) {
            Some(_) => enough = middle,
            None => too_few = middle,
        }
    }
    shortest_way(&sorted[..enough], from, to)
}

fn shortest_way(pairs: &[(u32, u32, f64)], from: u32, to: u32) -> Option<Vec<u32>> {
    let mut edges: Vec<(u32, u32)> = pairs.iter().flat_map(|(l, r, _)| [(*l, *r), (*r, *l)]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut came_from: Vec<(u32, u32)> = vec![(from, from)];
    let mut waiting = VecDeque::from([from]);
    while let Some(record) = waiting.pop_front() {
        let first = edges.partition_point(|edge| edge.0 < record);
        for (_, next) in edges[first..].iter().take_while(|edge| edge.0 == record) {
            if let Err(place) = came_from.binary_search_by_key(next, |(known, _)| *known) {
                came_from.insert(place, (*next, record));
                waiting.push_back(*next);
            }
        }
    }
    let before = |record: u32| {
        came_from.binary_search_by_key(&record, |(known, _)| *known).ok().map(|place| came_from[place].1)
    };
    before(to)?;
    let mut way = vec![to];
    while let Some(last) = way.last().filter(|last| **last != from) {
        way.push(before(*last)?);
    }
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(l: &str, r: &str, probability: f64) -> NamedPair {
        NamedPair { names: [l.to_owned(), r.to_owned()], probability }
    }

    #[test]
    fn says_what_was_made_of_them_and_why() {
        let below = |probability| PairOutcome::Below { probability, threshold: 0.95 };
        let apart = |reason, is_same_date| PairOutcome::KeptApart { reason, is_same_date };
        let joined = |through| PairOutcome::Joined { probability: 0.066, threshold: 0.95, through };
        for (outcome, expected) in [
            (PairOutcome::Together, "This run holds both records in one cluster."),
            (
                joined(vec![named("a1", "b2", 0.991), named("b2", "c3", 0.987)]),
                "This run holds both records in one cluster, although their own probability, 6.6 %, is below the run's threshold of \
                 95 %: they are joined through b2 (a1 and b2: 99.1 %; b2 and c3: 98.7 %).",
            ),
            (
                joined(Vec::new()),
                "This run holds both records in one cluster, although their own probability, 6.6 %, is below the run's threshold of \
                 95 %: they are joined through other records of the cluster.",
            ),
            (PairOutcome::Judged, "This run keeps the two records in different clusters."),
            (
                below(0.928),
                "This run keeps the two records in different clusters, because their own probability, 92.8 %, is below the run's \
                 threshold of 95 %.",
            ),
            (
                below(0.949_96),
                "This run keeps the two records in different clusters, because their own probability, 94.996 %, is below the run's \
                 threshold of 95 %.",
            ),
            (
                apart(Apart::Relatives, true),
                "This run keeps the two records apart, whatever they weigh, as two members of a family: the family name and the date of \
                 birth agree and the given names do not, as with twins.",
            ),
            (
                apart(Apart::Relatives, false),
                "This run keeps the two records apart, whatever they weigh, as two members of a family: both names agree and the dates of \
                 birth lie 12 years or more apart, as with parent and child.",
            ),
            (
                apart(Apart::OneSource, true),
                "This run keeps the two records apart, whatever they weigh, because both are of one source, which holds a person once.",
            ),
            (
                PairOutcome::NotCompared,
                "This run keeps the two records in different clusters, because no blocking rule brought them together: it never compared \
                 them.",
            ),
            (
                PairOutcome::Others(Some((named("a1", "b2", 0.001), None))),
                "This run keeps the two records in different clusters, because other records of their clusters speak against it, most of \
                 all a1 and b2, whose probability is 0.1 %.",
            ),
            (
                PairOutcome::Others(Some((named("a1", "b2", 0.99), Some(Apart::Identifiers)))),
                "This run keeps the two records in different clusters, because other records of their clusters speak against it, most of \
                 all a1 and b2, which it keeps apart, because they bear two valid numbers, and a person has one.",
            ),
        ] {
            assert_eq!(outcome.in_words(), expected);
        }
    }

    #[test]
    fn finds_the_way_whose_weakest_pair_is_strongest() {
        let pairs =
            [(1, 5, 0.2), (1, 2, 0.9), (2, 5, 0.8), (1, 3, 0.99), (3, 4, 0.98), (4, 5, 0.97), (7, 8, 0.5)];
        for (n_pairs, from, to, expected) in [
            (7, 1, 5, Some(vec![1, 3, 4, 5])),
            (3, 1, 5, Some(vec![1, 2, 5])),
            (3, 5, 1, Some(vec![5, 2, 1])),
            (1, 1, 5, Some(vec![1, 5])),
            (7, 1, 8, None),
            (0, 1, 5, None),
        ] {
            assert_eq!(strongest_way(&pairs[..n_pairs], from, to), expected, "{n_pairs} {from} {to}");
        }
    }
}
