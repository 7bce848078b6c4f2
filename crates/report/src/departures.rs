//! Departures by month: confirmed, probable, unknown, with intervals that carry the error of the linkage, earlier
//! editions beside the new one, and small numbers protected.

mod edition;
mod period;
mod protect;
mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use edition::{EDITIONS_MAX, Edition, Editions, Row};
pub use protect::ShownRow;
pub use text::DEPARTURES_METHOD;

/// How well a departure is borne out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Two owners say so, or an exit that happened and the person's own word (rungs A and B).
    Confirmed,
    /// An official record says so, and nothing confirms it (rung C).
    Probable,
    /// A booking or a word alone, or the person was here afterwards (rung D, or contradicted).
    Unknown,
}

impl Standing {
    /// Every standing, in the order of the table.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Probable, Self::Unknown];

    /// Its place in the table.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::Confirmed => 0,
            Self::Probable => 1,
            Self::Unknown => 2,
        }
    }

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Probable => "probable",
            Self::Unknown => "unknown",
        }
    }
}

/// How sure a link is: the calibrated probability with its 95 % interval, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkReliability {
    /// Lower end.
    pub low: f64,
    /// The probability.
    pub probability: f64,
    /// Upper end.
    pub high: f64,
}

/// One departure, without saying whose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepartureFact {
    /// Year and month of the departure.
    pub month: (i16, i8),
    /// How well it is borne out, with the links as they stand.
    pub standing: Standing,
    /// What would be left of it without the weakest link that it rests on, and how sure that link is. None where it
    /// rests on one record.
    pub without_link: Option<(Standing, LinkReliability)>,
    /// What a link that waits for review would make of it. None where none waits.
    pub with_possible: Option<(Standing, LinkReliability)>,
}

/// A count with the interval that the error of the linkage leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Departures with the links as they stand.
    pub n: u64,
    /// Lower end of the interval.
    pub low: u64,
    /// Upper end of the interval.
    pub high: u64,
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Sums over the departures of one month and one standing.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n: u64,
    low: f64,
    high: f64,
    variance: f64,
}

/// The counts of each month, oldest first.
///
/// A departure that rests on a link keeps its standing with the probability of the link, and falls to what is left of it
/// otherwise. The interval adds the lower and the upper ends of those probabilities over all departures, and 1.96
/// standard errors of as many independent draws. A link that waits for review moves the upper end of what it would
/// make, and the lower end of what is there now. The count itself always lies inside, and the counts of a month add
/// up to its departures.
#[must_use]
pub fn tabulate(facts: &[DepartureFact]) -> Vec<Row> {
    let mut months: BTreeMap<(i16, i8), [Sums; 3]> = BTreeMap::new();
    for fact in facts {
        let sums = months.entry(fact.month).or_default();
        add(sums, fact);
    }
    months
        .into_iter()
        .map(|(month, sums)| {
            let n_all: u64 = sums.iter().map(|sums| sums.n).sum();
            let counts = sums.map(|sums| {
                let spread = Z * sums.variance.sqrt();
                let low = (sums.low - spread).floor().max(0.0) as u64;
                let high = (sums.high + spread).ceil().max(0.0) as u64;
                Count { n: sums.n, low: low.min(sums.n), high: high.max(sums.n).min(n_all) }
            });
            Row { month: format!("{:04}-{:02}", month.0, month.1), counts, is_hidden: [false; 3] }
        })
        .collect()
}

fn add(sums: &mut [Sums; 3], fact: &DepartureFact) {
    let at = fact.standing.place();
    sums[at].n += 1;
    let link = fact.without_link.filter(|(below, _)| *below != fact.standing);
    match link {
        None => {
            sums[at].low += 1.0;
            sums[at].high += 1.0;
        }
        Some((below, link)) => {
            let below = below.place();
            let variance = link.probability * (1.0 - link.probability);
            sums[at].low += link.low;
            sums[at].high += link.high;
            sums[below].low += 1.0 - link.high;
            sums[below].high += 1.0 - link.low;
            sums[at].variance += variance;
            sums[below].variance += variance;
        }
    }
    if let Some((above, link)) = fact.with_possible.filter(|(above, _)| *above != fact.standing) {
        sums[above.place()].high += link.high;
        sums[at].low -= link.high;
        let variance = link.probability * (1.0 - link.probability);
        sums[above.place()].variance += variance;
        sums[at].variance += variance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(low: f64, probability: f64, high: f64) -> LinkReliability {
        LinkReliability { low, probability, high }
    }

    fn fact(standing: Standing, without_link: Option<(Standing, LinkReliability)>) -> DepartureFact {
        DepartureFact { month: (2026, 6), standing, without_link, with_possible: None }
    }

    fn counts(facts: &[DepartureFact]) -> [Count; 3] {
        tabulate(facts)[0].counts
    }

    #[test]
    fn what_rests_on_one_record_has_no_error_of_linkage() {
        let facts =
            [vec![fact(Standing::Probable, None); 40], vec![fact(Standing::Unknown, None); 12]].concat();
        let [confirmed, probable, unknown] = counts(&facts);
        assert_eq!(confirmed, Count::default());
        assert_eq!(probable, Count { n: 40, low: 40, high: 40 });
        assert_eq!(unknown, Count { n: 12, low: 12, high: 12 });
    }

    #[test]
    fn months_are_in_order_and_their_counts_add_up() {
        let mut facts = Vec::new();
        for (nth, standing) in Standing::ALL.into_iter().cycle().take(50).enumerate() {
            facts.push(DepartureFact { month: (2026, 12 - (nth % 12) as i8), ..fact(standing, None) });
        }
        let rows = tabulate(&facts);
        assert!(rows.is_sorted_by_key(|row| row.month.clone()) && rows.len() == 12);
        assert_eq!(rows.iter().map(Row::n_all).sum::<u64>(), 50);
    }

    /// A slow twin: draws each link as right or wrong, many times, and counts.
    fn simulated(facts: &[DepartureFact], n_draws: u64) -> [(u64, u64); 3] {
        let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut drawn: [Vec<u64>; 3] = Default::default();
        for _ in 0..n_draws {
            let mut n = [0; 3];
            for fact in facts {
                let standing = match fact.without_link {
                    Some((below, link)) if uniform() >= link.probability => below,
                    _ => fact.standing,
                };
                n[standing.place()] += 1;
            }
            (0..3).for_each(|at| drawn[at].push(n[at]));
        }
        drawn.map(|mut n| {
            n.sort_unstable();
            (n[n.len() / 40], n[n.len() - 1 - n.len() / 40])
        })
    }

    #[test]
    fn the_interval_holds_what_the_links_may_be() {
        for probability in [0.5, 0.8, 0.95, 0.99] {
            let exact = link(probability, probability, probability);
            let mut facts = vec![fact(Standing::Confirmed, Some((Standing::Probable, exact))); 400];
            facts.extend(vec![fact(Standing::Probable, None); 100]);
            let counts = counts(&facts);
            for (at, (low, high)) in simulated(&facts, 2_000).into_iter().enumerate() {
                // The count as it stands is always inside; the other end is that of the draws, within two.
                assert!(counts[at].low <= low && counts[at].high >= high, "{probability} {at}: {counts:?}");
                assert!(counts[at].low.abs_diff(low) <= 2 || counts[at].low == counts[at].n, "{counts:?}");
                assert!(counts[at].high.abs_diff(high) <= 2 || counts[at].high == counts[at].n, "{counts:?}");
            }
        }
    }

    #[test]
    fn a_less_sure_link_and_one_that_waits_widen_the_interval() {
        let sure = vec![fact(Standing::Confirmed, Some((Standing::Probable, link(0.99, 0.99, 0.99)))); 200];
        let unsure = vec![fact(Standing::Confirmed, Some((Standing::Probable, link(0.9, 0.99, 1.0)))); 200];
        assert!(counts(&unsure)[0].low < counts(&sure)[0].low);
        let possible = Some((Standing::Confirmed, link(0.3, 0.5, 0.7)));
        let waiting = vec![DepartureFact { with_possible: possible, ..fact(Standing::Probable, None) }; 50];
        let [confirmed, probable, _] = counts(&waiting);
        assert!(confirmed.n == 0 && confirmed.high >= 35, "{confirmed:?}");
        assert!(probable.n == 50 && probable.low <= 15 && probable.high == 50, "{probable:?}");
    }
}
