//! Whether a run shows that it holds no families, so that nobody in it is taken for a relative.
//!
//! Twins, and parent and child of one name, are where families are. A run holds none, as far as it can tell, where both is true:
//!
//! * the model finds hardly any relatives: at most [`RELATIVES_SHARE_MAX`] for each pair of one person; and
//! * numbers say that what looks like relatives is one person with mistakes. Of the pairs of the same names and date whose numbers
//!   could be compared some share differs, because numbers are mistyped. Where given name or date is another one, and that were a
//!   mistake too, the same share of numbers would differ; twins have numbers of their own, so that with them more do.
//!
//! The first alone says little where a file holds only a few relatives, all of them twins; the second alone says nothing of
//! families whose numbers differ so that the pairs are not written.

use crate::mixture::Relation;
use crate::model::{Class, Model};
use crate::relatives::{Levels, Likeness};

/// Relatives for each pair of one person, at most.
const RELATIVES_SHARE_MAX: f64 = 0.01;
/// Fewest pairs that look like relatives and have one number.
const EVIDENCE_PAIRS_MIN: f64 = 20.0;

/// Whether the run shows that it holds no relatives.
pub(crate) fn are_none(model: &Model) -> bool {
    let of_relatives = |class: &&Class| class.relation == Relation::Relatives && class.except.is_empty();
    let relatives = model.classes.iter().find(of_relatives).map(|class| class.share);
    let are_few = relatives.is_some_and(|share| share <= RELATIVES_SHARE_MAX * model.prior);
    are_few && !model.is_one_pattern && are_mistakes(counted(model))
}

/// Pairs by whether the numbers are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Numbers {
    same: f64,
    other: f64,
}

/// Written pairs that look like relatives, and those of the same names and date.
fn counted(model: &Model) -> [Numbers; 2] {
    let mut counted = [Numbers::default(); 2];
    for pattern in &model.patterns {
        let levels = Levels { model, levels: &pattern.levels };
        let (Some(likeness), Some(has_own)) = (levels.likeness(), levels.has_own()) else { continue };
        let numbers = &mut counted[usize::from(likeness == Likeness::One)];
        *if has_own { &mut numbers.same } else { &mut numbers.other } += pattern.n_pairs as f64;
    }
    counted
}

/// Whether other numbers are as frequent in pairs that look like relatives as in those of the same names and date, but for chance:
/// one standard deviation.
fn are_mistakes([alike, one]: [Numbers; 2]) -> bool {
    let expected = alike.same * one.other / one.same.max(1.0);
    alike.same >= EVIDENCE_PAIRS_MIN && alike.other <= expected + expected.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(alike: (f64, f64), one: (f64, f64), expected: bool) {
        let numbers = |(same, other)| Numbers { same, other };
        assert_eq!(are_mistakes([numbers(alike), numbers(one)]), expected, "{alike:?} {one:?}");
    }

    /// Where one number in ten is another by mistake, ten of a hundred are expected, and three more can be chance.
    #[test]
    fn more_other_numbers_than_mistakes_make_are_of_relatives() {
        check((90.0, 10.0), (900.0, 100.0), true);
        check((90.0, 13.0), (900.0, 100.0), true);
        check((90.0, 14.0), (900.0, 100.0), false);
        check((90.0, 0.0), (900.0, 0.0), true);
        check((90.0, 1.0), (900.0, 0.0), false);
        check((19.0, 0.0), (900.0, 100.0), false);
        check((0.0, 0.0), (0.0, 0.0), false);
    }
}
