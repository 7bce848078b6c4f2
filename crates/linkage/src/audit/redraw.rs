//! People drawn anew: the interval of a difference, and its p value by inverting that interval.
//!
//! Each person gets a random weight, exponential with mean 1 (the Bayesian bootstrap of Rubin 1981: redraws of whole people that
//! leave nobody out altogether), and each redraw gives both rates anew. Of rare cases a side can by chance have none, and then no
//! redraw of its people shows any. So each end of the interval counts one person more on either side, such that they speak
//! against what that end claims: for the lower end one more without a case here and one more with a case there, for the upper end
//! the reverse. Of one share alone that gives the interval of Clopper and Pearson (1934). Nobody has a case on either side, and 0
//! lies inside.
//!
//! p is the level at which the interval just reaches 0. So the interval of 95 % leaves out 0 exactly where p is at most 0.05: both
//! are read off the same redraws.

use std::collections::BTreeMap;

use super::gap::FAMILY_LEVEL;
use crate::hashing::Stream;
use crate::resample::{Gammas, exponential};

/// Most times the redraws that were asked for are made, where few of them lie beyond 0: until [`TAIL_MIN`] do, or p is below all
/// doubt, it is not known well enough to be adjusted for many tests.
pub(super) const REDRAWN_TIMES_MAX: usize = 16;
/// Redraws beyond 0 from which p is known well enough (Besag and Clifford 1991).
const TAIL_MIN: usize = 10;
/// Where p times the tests of its family is this or less, more redraws would tell nothing: any order of the family shows it.
const CLEAR_LEVEL: f64 = FAMILY_LEVEL / 5.0;

/// People who count alike: (cases, of so many) → people. A redraw of people is a redraw of these numbers.
pub(super) type Cells = BTreeMap<(u32, u32), u32>;

/// Cases, of so many, and people.
pub(super) fn sums(cells: &Cells) -> (u64, u64, usize) {
    cells.iter().fold((0, 0, 0), |(part, whole, people), (cell, n)| {
        (
            part + u64::from(cell.0) * u64::from(*n),
            whole + u64::from(cell.1) * u64::from(*n),
            people + *n as usize,
        )
    })
}

/// Rates with people drawn anew. Weights of people who count alike add up to a gamma number.
pub(super) fn redrawn(cells: &Cells, replicates: usize, stream: &mut Stream) -> Vec<f64> {
    (0..replicates).map(|_| weighed(cells, stream)).map(|(part, whole)| rate(part, whole)).collect()
}

/// Cases and of so many, each person with a random weight.
fn weighed(cells: &Cells, stream: &mut Stream) -> (f64, f64) {
    let mut gammas = Gammas::default();
    cells.iter().fold((0.0, 0.0), |(part, whole), (cell, n)| {
        let weight = gammas.draw(f64::from(*n), stream);
        (part + weight * f64::from(cell.0), whole + weight * f64::from(cell.1))
    })
}

fn rate(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The person that is counted besides those of a side: as much of as a person there has, and where it is a case the share of it
/// that people with a case have, and no less than the side's own rate: a person who speaks for a higher rate does not lower it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OneMore {
    whole: f64,
    share: f64,
}

impl OneMore {
    /// `known` are all people from whom it can be seen what share of them people with a case have; all of it where nobody has one.
    pub(super) fn new(own: &Cells, known: [&Cells; 2]) -> Self {
        let (part, whole, n_people) = sums(own);
        let own_rate = rate(part as f64, whole as f64);
        let cases = known.into_iter().flatten().filter(|(cell, _)| cell.0 > 0);
        let (shares, n) = cases.fold((0.0, 0.0), |(shares, all), ((part, whole), n)| {
            (shares + f64::from(*n) * f64::from(*part) / f64::from(*whole), all + f64::from(*n))
        });
        let share = if n > 0.0 { shares / n } else { 1.0 };
        Self { whole: whole as f64 / (n_people as f64).max(1.0), share: share.max(own_rate) }
    }
}

/// The rates of one side in every redraw: with one person more who has no case, and with one more who has.
pub(super) struct SideRedraws<'a> {
    cells: &'a Cells,
    one_more: OneMore,
    stream: Stream,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl<'a> SideRedraws<'a> {
    /// Draws nothing yet.
    pub(super) fn new(cells: &'a Cells, one_more: OneMore, stream: Stream) -> Self {
        Self { cells, one_more, stream, low: Vec::new(), high: Vec::new() }
    }

    /// Draws until there are `replicates`.
    pub(super) fn draw_to(&mut self, replicates: usize) {
        while self.low.len() < replicates {
            let (part, whole) = weighed(self.cells, &mut self.stream);
            let more = exponential(&mut self.stream) * self.one_more.whole;
            self.low.push(rate(part, whole + more));
            self.high.push(rate(part + more * self.one_more.share, whole + more));
        }
    }

    /// The interval of the rate by itself.
    pub(super) fn ends(&self, level: f64) -> (f64, f64) {
        ends(self.low.clone(), self.high.clone(), level)
    }
}

/// What the redraws say of a difference: for its lower and for its upper end the values of all redraws.
pub(super) struct Redraws {
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Redraws {
    /// Redraws of both sides, as many as asked for, and up to [`REDRAWN_TIMES_MAX`] times as many where p is small for a family of
    /// so many tests.
    pub(super) fn new(
        own: &mut SideRedraws<'_>,
        others: &mut SideRedraws<'_>,
        replicates: usize,
        n_tests: usize,
    ) -> Self {
        let mut n = replicates;
        loop {
            own.draw_to(n);
            others.draw_to(n);
            let found = Self::of(own, others, |own, others| own - others);
            let (below, above) = found.beyond_zero();
            let is_clear = found.p() * n_tests as f64 <= CLEAR_LEVEL;
            if is_clear || below.min(above) >= TAIL_MIN || n >= replicates * REDRAWN_TIMES_MAX {
                return found;
            }
            n *= 2;
        }
    }

    /// What `of` makes of the two rates, in every redraw that was made of both; `of` grows with the first and falls with the second.
    pub(super) fn of(own: &SideRedraws<'_>, others: &SideRedraws<'_>, of: impl Fn(f64, f64) -> f64) -> Self {
        let both = |own: &[f64], others: &[f64]| own.iter().zip(others).map(|(a, b)| of(*a, *b)).collect();
        Self { low: both(&own.low, &others.high), high: both(&own.high, &others.low) }
    }

    /// The interval that leaves out half of `level` on either side.
    pub(super) fn ends(&self, level: f64) -> (f64, f64) {
        ends(self.low.clone(), self.high.clone(), level)
    }

    /// The least level at which the interval leaves out 0.
    pub(super) fn p(&self) -> f64 {
        let (below, above) = self.beyond_zero();
        (2.0 * (below.min(above) + 1) as f64 / (self.low.len() + 1) as f64).min(1.0)
    }

    /// Redraws of the lower end at 0 or below, and of the upper end at 0 or above.
    fn beyond_zero(&self) -> (usize, usize) {
        let below = self.low.iter().filter(|value| **value <= 0.0).count();
        (below, self.high.iter().filter(|value| **value >= 0.0).count())
    }
}

/// The values that half of `level` of the redraws lie below, and above: the k-th from either end, k the whole part of
/// `level` / 2 × (redraws + 1), so that [`Redraws::p`] is at most `level` exactly where 0 lies outside.
fn ends(mut low: Vec<f64>, mut high: Vec<f64>, level: f64) -> (f64, f64) {
    let n = low.len();
    let place = (level / 2.0 * (n + 1) as f64) as usize;
    let Some(place) = place.checked_sub(1).filter(|place| *place < n) else {
        return (f64::NEG_INFINITY, f64::INFINITY);
    };
    low.sort_by(f64::total_cmp);
    high.sort_by(f64::total_cmp);
    (low[place], high[n - 1 - place])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REPLICATES: usize = 1_000;
    /// So many that chance moves an end by a hundredth of the interval.
    const TWIN_REPLICATES: usize = 8_000;

    fn redraws(own: &Cells, others: &Cells, seed: u64, n_tests: usize) -> Redraws {
        redraws_of(REPLICATES, own, others, seed, n_tests)
    }

    fn redraws_of(replicates: usize, own: &Cells, others: &Cells, seed: u64, n_tests: usize) -> Redraws {
        let side = |cells, stream| {
            let more = OneMore::new(cells, [own, others]);
            SideRedraws::new(cells, more, Stream::new(seed, stream))
        };
        Redraws::new(&mut side(own, 1), &mut side(others, 2), replicates, n_tests)
    }

    /// The same by the book: every person has a weight of their own, and nothing is put together before it is counted.
    fn slow_twin(own: &Cells, others: &Cells) -> (f64, f64) {
        let mut stream = Stream::new(5, 6);
        let mut rates = |cells: &Cells, has_case: bool| {
            let OneMore { whole, share } = OneMore::new(cells, [own, others]);
            let people = cells.iter().flat_map(|(cell, n)| std::iter::repeat_n(*cell, *n as usize));
            let more = (if has_case { share * whole } else { 0.0 }, whole);
            let people: Vec<(f64, f64)> =
                people.map(|(part, whole)| (f64::from(part), f64::from(whole))).chain([more]).collect();
            let mut draw = || {
                let weighed = people.iter().map(|(part, whole)| (exponential(&mut stream), *part, *whole));
                let (part, whole) = weighed.fold((0.0, 0.0), |(a, b), (w, x, y)| (a + w * x, b + w * y));
                part / whole
            };
            (0..TWIN_REPLICATES).map(|_| draw()).collect::<Vec<f64>>()
        };
        let mut end = |own_has_case: bool, share: f64| {
            let (of_own, of_others) = (rates(own, own_has_case), rates(others, !own_has_case));
            let mut differences: Vec<f64> = of_own.iter().zip(&of_others).map(|(a, b)| a - b).collect();
            crate::resample::quantile(&mut differences, share).unwrap()
        };
        (end(false, 0.025), end(true, 0.975))
    }

    fn cells() -> impl Strategy<Value = Cells> {
        let cell = (0..4u32, 1..4u32).prop_map(|(part, whole)| (part.min(whole), whole));
        proptest::collection::btree_map(cell, 1..60u32, 1..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn redraws_are_those_of_single_people(own in cells(), others in cells(), seed in 0..9u64) {
            let (low, high) = redraws_of(TWIN_REPLICATES, &own, &others, seed, 20).ends(0.05);
            let (expected_low, expected_high) = slow_twin(&own, &others);
            let width = expected_high - expected_low;
            prop_assert!((low - expected_low).abs() <= 0.15 * width, "{low}, not {expected_low}");
            prop_assert!((high - expected_high).abs() <= 0.15 * width, "{high}, not {expected_high}");
        }
    }

    proptest! {
        #[test]
        fn interval_and_p_value_never_contradict(own in cells(), others in cells(), seed in 0..9u64) {
            let redraws = redraws(&own, &others, seed, 20);
            for level in [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003] {
                let (low, high) = redraws.ends(level);
                let leaves_zero = low > 0.0 || high < 0.0;
                prop_assert_eq!(leaves_zero, redraws.p() <= level, "{}: {} to {}, p {}", level, low, high, redraws.p());
            }
        }

        #[test]
        fn an_interval_holds_the_difference_that_was_seen(own in cells(), others in cells(), seed in 0..9u64) {
            let rate = |cells: &Cells| sums(cells).0 as f64 / sums(cells).1 as f64;
            let (low, high) = redraws(&own, &others, seed, 20).ends(0.05);
            let seen = rate(&own) - rate(&others);
            prop_assert!(holds(low, seen, high), "{seen} outside {low} to {high}");
        }
    }

    /// Where all people of a side count alike its rate is the same in every redraw, but for the rounding of its sums.
    fn holds(low: f64, seen: f64, high: f64) -> bool {
        low <= seen + 1e-12 && seen <= high + 1e-12
    }

    #[test]
    fn people_of_half_a_case_beside_one_of_a_whole() {
        let (half, whole) = (Cells::from([((1, 2), 34)]), Cells::from([((1, 1), 1)]));
        for (own, others, seen) in [(&half, &whole, -0.5), (&whole, &half, 0.5)] {
            for seed in 0..50 {
                let (low, high) = redraws(own, others, seed, 20).ends(0.05);
                assert!(holds(low, seen, high), "{seen} outside {low} to {high}, seed {seed}");
            }
        }
    }

    #[test]
    fn of_one_share_it_is_the_interval_of_clopper_and_pearson() {
        // Newcombe (1998), table I, method 5; the last by hand: 1 - 0.025 to the power of 1 / 20.
        for (part, whole, low, high) in
            [(81, 263, 0.2527, 0.3676), (1, 29, 0.0009, 0.1776), (0, 20, 0.0, 0.1684)]
        {
            let cells = Cells::from([((1, 1), part), ((0, 1), whole - part)]);
            let cells: Cells = cells.into_iter().filter(|(_, n)| *n > 0).collect();
            let mut side = SideRedraws::new(&cells, OneMore::new(&cells, [&cells; 2]), Stream::new(7, 8));
            side.draw_to(8_000);
            let (found_low, found_high) = side.ends(0.05);
            assert!(
                (found_low - low).abs() < 0.003 && (found_high - high).abs() < 0.006,
                "{found_low}, {found_high}"
            );
        }
    }

    #[test]
    fn more_is_drawn_where_few_redraws_lie_beyond_zero() {
        let n_drawn = |cases: u32, n_tests: usize| {
            let side = |cases| Cells::from([((1, 1), cases), ((0, 1), 400 - cases)]);
            redraws(&side(cases), &side(40), 1, n_tests).low.len()
        };
        for (cases, n_tests, times) in
            [(42, 40, 1), (200, 5, 1), (200, 40, 8), (200, 4_000, REDRAWN_TIMES_MAX)]
        {
            assert_eq!(n_drawn(cases, n_tests), times * REPLICATES, "{cases} cases, {n_tests} tests");
        }
    }
}
