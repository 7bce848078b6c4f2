//! Monotone regression: the non-decreasing step function nearest to weighted observations (Ayer and others 1955, pool
//! adjacent violators), and the interval of Venn and Abers that it gives for a new observation (Vovk, Petej and Fedorova
//! 2015).

/// One observation: a share between 0 and 1 at a place, with a weight above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Observation {
    pub(crate) at: f64,
    pub(crate) share: f64,
    pub(crate) weight: f64,
}

/// A step of the function: from the place of its first observation to that of its last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) share: f64,
    pub(crate) weight: f64,
}

/// The steps over observations that are sorted by place. Observations at one place are one.
pub(crate) fn fit(sorted: impl Iterator<Item = Observation>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for seen in sorted {
        let new = Block { from: seen.at, to: seen.at, share: seen.share, weight: seen.weight };
        match blocks.last_mut() {
            Some(last) if last.from == seen.at => *last = pooled(last, &new),
            _ => {
                settle(&mut blocks);
                blocks.push(new);
            }
        }
    }
    settle(&mut blocks);
    blocks
}

/// Pools the last blocks until none is above the one that follows it.
fn settle(blocks: &mut Vec<Block>) {
    while let [.., before, last] = blocks.as_slice()
        && before.share >= last.share
    {
        let pooled = pooled(before, last);
        blocks.pop();
        blocks.pop();
        blocks.push(pooled);
    }
}

fn pooled(a: &Block, b: &Block) -> Block {
    let weight = a.weight + b.weight;
    Block { from: a.from, to: b.to, share: (a.share * a.weight + b.share * b.weight) / weight, weight }
}

/// The value of the step function at a place; between two steps it runs straight from the one to the other, and outside
/// it is the nearest. 0.5 without steps.
pub(crate) fn value(blocks: &[Block], at: f64) -> f64 {
    let next = blocks.partition_point(|block| block.to < at);
    let (Some(last), Some(after)) = (blocks.last(), blocks.get(next)) else {
        return blocks.last().map_or(0.5, |last| last.share);
    };
    debug_assert!(last.to >= at);
    if next == 0 || at >= after.from {
        return after.share;
    }
    let before = &blocks[next - 1];
    let way = (at - before.to) / (after.from - before.to);
    before.share + way * (after.share - before.share)
}

/// What the fit says at a place when an observation of this weight is added there, once as 0 and once as 1.
pub(crate) fn venn_abers(sorted: &[Observation], at: f64, weight: f64) -> (f64, f64) {
    let place = sorted.partition_point(|seen| seen.at < at);
    let with = |share: f64| {
        let added = std::iter::once(Observation { at, share, weight });
        let all = sorted[..place].iter().copied().chain(added).chain(sorted[place..].iter().copied());
        value(&fit(all), at)
    };
    (with(0.0), with(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The fit at each observation from its formula: the greatest over starts of the least over ends of the mean between.
    fn slow(sorted: &[Observation]) -> Vec<f64> {
        let mean = |from: usize, to: usize| {
            let part = &sorted[from..=to];
            part.iter().map(|o| o.share * o.weight).sum::<f64>() / part.iter().map(|o| o.weight).sum::<f64>()
        };
        let least = |from: usize, at: usize| {
            (at..sorted.len()).map(|to| mean(from, to)).fold(f64::INFINITY, f64::min)
        };
        let greatest = |at: usize| (0..=at).map(|from| least(from, at)).fold(f64::NEG_INFINITY, f64::max);
        (0..sorted.len()).map(greatest).collect()
    }

    proptest! {
        #[test]
        fn the_fit_is_its_formula(seen in proptest::collection::vec((0u8..2, 1u8..5), 1..12)) {
            let sorted: Vec<Observation> = seen
                .iter()
                .enumerate()
                .map(|(at, (y, w))| Observation { at: at as f64, share: f64::from(*y), weight: f64::from(*w) })
                .collect();
            let blocks = fit(sorted.iter().copied());
            for (seen, expected) in sorted.iter().zip(slow(&sorted)) {
                prop_assert!((value(&blocks, seen.at) - expected).abs() < 1e-9);
            }
        }

        #[test]
        fn the_interval_holds_both_answers(seen in proptest::collection::vec((0u8..9, 0u8..2), 1..20), at in 0u8..9) {
            let mut sorted: Vec<Observation> = seen
                .iter()
                .map(|(at, y)| Observation { at: f64::from(*at), share: f64::from(*y), weight: 1.0 })
                .collect();
            sorted.sort_by(|a, b| a.at.total_cmp(&b.at));
            let (low, high) = venn_abers(&sorted, f64::from(at), 1.0);
            prop_assert!(low < high);
        }
    }

    #[test]
    fn by_hand() {
        let seen = |at, share| Observation { at, share, weight: 1.0 };
        let blocks = fit([seen(1.0, 0.0), seen(2.0, 1.0), seen(3.0, 0.0), seen(5.0, 1.0)].into_iter());
        assert_eq!(blocks.iter().map(|block| block.share).collect::<Vec<_>>(), [0.0, 0.5, 1.0]);
        assert_eq!([0.0, 1.5, 2.5, 4.0, 9.0].map(|at| value(&blocks, at)), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(value(&[], 1.0), 0.5);
    }
}
