//! When relatives are born.
//!
//! Brothers and sisters are born near each other: in an invented parish register 80 of 100 pairs of them lie within five years, of strangers 13
//! of 100. With the years of strangers, a brother of nearly the same age would look like the same person under another given name, and in a
//! register of families there are more brothers than such people. So relatives have years of their own. Their whole dates are those
//! of strangers: what little they have in common, the day of twins, is a class of its own, and a date that differs by a slip is a sign of one person.
//! Who is named after a relative has the years of strangers too: fathers and sons lie further apart than brothers.

use crate::birth_level;
use crate::comparison::Comparison;
use crate::kind::Kind;
use crate::mixture::{Mixture, Owner};

/// Gives relatives the whole dates of strangers; their years are learned.
pub(crate) fn take_whole_dates(mixture: &Mixture, comparisons: &[Comparison], tables: &mut [Vec<f64>]) {
    for (number, (owner, slot)) in mixture.owners.iter().enumerate() {
        let comparison = &comparisons[*slot];
        if *owner != Owner::Relatives || comparison.kind != Kind::DateOfBirth {
            continue;
        }
        let Some(strangers) = mixture.table(Owner::Strangers, *slot) else { continue };
        let is_whole = |idx: &usize| !birth_level::is_of_years(comparison.levels[*idx].context);
        for idx in (0..comparison.levels.len()).filter(is_whole) {
            tables[number][idx] = tables[strangers][idx];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;
    use crate::mixture::Relation;

    #[test]
    fn relatives_have_years_of_their_own_and_the_dates_of_strangers() {
        let mut comparisons =
            [Kind::GivenName, Kind::FamilyName, Kind::AddressLine, Kind::DateOfBirth].map(|kind| {
                let mut comparison = text(kind.as_str());
                (comparison.kind, comparison.role) = (kind, kind.role());
                comparison
            });
        comparisons[3].levels = birth_level::levels();
        let mixture = Mixture::new(&comparisons, 100.0);
        let table = |relation, except| {
            let is_it =
                |class: &crate::mixture::PairClass| class.relation == relation && class.except == except;
            mixture.tables[mixture.classes.iter().position(is_it).unwrap()][3]
        };
        let (relatives, strangers) = (table(Relation::Relatives, None), table(Relation::Strangers, None));
        assert_eq!(table(Relation::Relatives, Some(0)), strangers, "who is named after a relative");
        let mut tables: Vec<Vec<f64>> =
            mixture.owners.iter().map(|(_, slot)| vec![0.0; comparisons[*slot].levels.len()]).collect();
        tables[relatives].fill(0.25);
        tables[strangers].fill(0.5);
        take_whole_dates(&mixture, &comparisons, &mut tables);
        for (idx, level) in comparisons[3].levels.iter().enumerate() {
            let expected = if birth_level::is_of_years(level.context) { 0.25 } else { 0.5 };
            assert_eq!(tables[relatives][idx], expected, "{}", level.label);
        }
    }
}
