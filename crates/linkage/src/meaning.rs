//! What each class of pairs stands for, as bounds on its probabilities.
//!
//! Nearly all pairs are of strangers, and whatever makes strangers alike (a common name, a large town, a culture) is there
//! a thousand times more often than two records of one person. An estimate without labels would let any class drift to
//! such pairs. So each class keeps to its meaning: two records of one person have something in common in whatever tells
//! people apart, but for the one exception of their class; two relatives of this model share family name and household,
//! and seldom what tells people apart, but for the one exception of theirs.

use crate::birth_level;
use crate::comparison::Comparison;
use crate::expectation_maximization::Parameters;
use crate::full_name;
use crate::kind::{Kind, Role};
use crate::level;
use crate::mixture::{Mixture, Owner, PairClass, Relation, is_of_household, is_parent, is_personal};

/// In pairs of one person no more than this share has nothing in common in an attribute that tells people apart, the
/// exception of the class left out ...
const OTHER_PERSONAL_MAX: f64 = 0.02;
/// (where the birth date is that exception, no more than this share is another date in all its parts) ...
const OTHER_DATE_MAX: f64 = 0.35;
/// (or, where only years are known, another year than any within five of it) ...
const OTHER_YEAR_MAX: f64 = 0.1;
/// ... in sex ...
const OTHER_SEX_MAX: f64 = 0.02;
/// ... in the family name or a parent's ...
const OTHER_FAMILY_MAX: f64 = 0.3;
/// ... and no more than this share has identifiers that are not equal.
const IDENTIFIER_ERROR_MAX: f64 = 0.15;
/// In pairs of relatives, no more than this share does not share a family name ...
const RELATIVES_OTHER_FAMILY_MAX: f64 = 0.1;
/// ... or does not share a place of which the wider place agrees or is not known ...
const RELATIVES_OTHER_PLACE_MAX: f64 = 0.3;
/// ... and no more than this share has the same value of what tells people apart by chance ...
const RELATIVES_SAME_PERSONAL_MAX: f64 = 0.03;
/// ... or a given name that is nearly the same, or another form of it: of registers with families 2 in 100 and fewer do ...
const RELATIVES_LIKE_GIVEN_NAME_MAX: f64 = 0.05;
/// ... or one that is a part of the other, or its initial ...
const RELATIVES_PART_OF_GIVEN_NAME_MAX: f64 = 0.1;
/// ... or, of birth dates without a day, the same year ...
const RELATIVES_SAME_YEAR_MAX: f64 = 0.15;
/// ... or, by a mistake, the same identifier.
const RELATIVES_SAME_IDENTIFIER_MAX: f64 = 0.005;
/// The same for people of one culture.
const COMPATRIOTS_SAME_PERSONAL_MAX: f64 = 0.15;

/// Of all pairs of one person no more than this share bears given names that have nothing in common. Brothers and sisters do: where
/// nothing else tells them apart, they would be taken for one person who bears another name.
pub(crate) const OTHER_GIVEN_NAME_MAX: f64 = 0.2;
/// Where there are families, no more than this share of one person's pairs of whole birth dates has another date in all its parts: brothers
/// and sisters do. (Where there are none, dates may be as bad as they are: of an invented set a third differs.)
pub(crate) const OTHER_DATE_AMONG_FAMILIES_MAX: f64 = 0.06;
/// Pairs of relatives for each pair of one person from which there are families: sets without any have under 0.003, with them 1.6 and more.
pub(crate) const FAMILIES_FROM: f64 = 0.5;

/// Share of a bound below which a table counts as held by it: what rounding leaves.
const HELD_FROM: f64 = 1.0 - 1e-6;

/// A bound: what some levels of a table have together at most; what they have over it goes to the others.
#[derive(Debug)]
struct Limit {
    few: Vec<usize>,
    rest: Vec<usize>,
    most: f64,
}

/// Keeps a table of probabilities within the meaning of its classes.
pub(crate) fn keep(owner: Owner, comparison: &Comparison, table: &mut [f64]) {
    for limit in limits(owner, comparison) {
        at_most(table, &limit);
    }
}

/// Keeps the given names of one person within [`OTHER_GIVEN_NAME_MAX`], and where there are families the whole birth dates within
/// [`OTHER_DATE_AMONG_FAMILIES_MAX`], over all classes together, whatever share of one person's pairs the classes have of which these are an
/// exception.
pub(crate) fn keep_exceptions(mixture: &Mixture, comparisons: &[Comparison], parameters: &mut Parameters) {
    let share = |wanted: &dyn Fn(&PairClass) -> bool| -> f64 {
        let classes = mixture.classes.iter().zip(&parameters.shares);
        classes.filter(|(class, _)| wanted(class)).map(|(_, share)| share).sum()
    };
    let same = |wanted: &dyn Fn(&PairClass) -> bool| {
        share(&|class| class.relation.is_same_person() && wanted(class))
    };
    let all = same(&|_| true);
    let has_families = share(&|class| class.relation == Relation::Relatives) >= FAMILIES_FROM * all;
    for (number, (owner, slot)) in mixture.owners.iter().enumerate() {
        let comparison = &comparisons[*slot];
        let most = match comparison.kind {
            Kind::GivenName => OTHER_GIVEN_NAME_MAX,
            Kind::DateOfBirth if has_families && comparison.has_own_levels() => OTHER_DATE_AMONG_FAMILIES_MAX,
            _ => continue,
        };
        if *owner != Owner::Differs {
            continue;
        }
        let except = same(&|class| class.except == Some(*slot) || class.except_too == Some(*slot));
        let members: Vec<usize> = (0..comparison.levels.len())
            .filter(|idx| comparison.levels[*idx].context == 0 && !comparison.levels[*idx].is_null)
            .collect();
        let (few, rest) = parted(&members, 1);
        let most = most * all / except.max(f64::MIN_POSITIVE);
        at_most(&mut parameters.tables[number], &Limit { few, rest, most });
    }
}

/// The bounds that hold a table: the levels concerned, what they have together, and what they may have. Without its bound, such a
/// table would be another one: its figures are the bound's, not the data's.
pub(crate) fn held(owner: Owner, comparison: &Comparison, table: &[f64]) -> Vec<(Vec<usize>, f64, f64)> {
    let held = |limit: Limit| {
        let have: f64 = limit.few.iter().map(|idx| table[*idx]).sum();
        (have >= limit.most * HELD_FROM).then_some((limit.few, have, limit.most))
    };
    limits(owner, comparison).into_iter().filter_map(held).collect()
}

/// The bounds on a table, in the order in which they are applied.
fn limits(owner: Owner, comparison: &Comparison) -> Vec<Limit> {
    let mut limits = Vec::new();
    for context in 0..=comparison.levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let of_context =
            |idx: &usize| comparison.levels[*idx].context == context && !comparison.levels[*idx].is_null;
        let members: Vec<usize> = (0..comparison.levels.len()).filter(of_context).collect();
        if members.len() < 2 {
            continue;
        }
        let mut add = |(few, rest): (Vec<usize>, Vec<usize>), most| limits.push(Limit { few, rest, most });
        match owner {
            Owner::Same | Owner::Agrees => limits_of_same(comparison, context, &members, add),
            Owner::Relatives => limits_of_relatives(comparison, context, &members, add),
            Owner::Compatriots(_) if is_personal(comparison) => {
                let (other, same) = exact(comparison, &members);
                add((same, other), COMPATRIOTS_SAME_PERSONAL_MAX);
            }
            Owner::Differs if comparison.role == Role::Birth => {
                let most = if birth_level::is_of_years(context) { OTHER_YEAR_MAX } else { OTHER_DATE_MAX };
                add(parted(&members, birth_level::n_of_another(context)), most);
            }
            Owner::Compatriots(_) | Owner::Strangers | Owner::Differs | Owner::Moved => {}
        }
    }
    limits
}

/// The first levels and the others.
fn parted(members: &[usize], n_first: usize) -> (Vec<usize>, Vec<usize>) {
    let (first, others) = members.split_at(n_first.min(members.len()));
    (first.to_vec(), others.to_vec())
}

fn limits_of_same(
    comparison: &Comparison,
    context: u8,
    members: &[usize],
    mut add: impl FnMut((Vec<usize>, Vec<usize>), f64),
) {
    let n_weak = match comparison.kind {
        Kind::FullName => usize::from(full_name::FIRST_AND_LATER_SHARED),
        Kind::DateOfBirth if comparison.has_own_levels() => birth_level::n_of_another(context),
        _ => 1,
    };
    let weak = || parted(members, n_weak.min(members.len() - 1));
    if is_personal(comparison) {
        add(weak(), OTHER_PERSONAL_MAX);
    } else if comparison.kind == Kind::Sex {
        add(weak(), OTHER_SEX_MAX);
    } else if comparison.kind == Kind::FamilyName || is_parent(comparison) {
        add(weak(), OTHER_FAMILY_MAX);
    }
    if comparison.kind == Kind::Identifier {
        add(exact(comparison, members), IDENTIFIER_ERROR_MAX);
    }
}

fn limits_of_relatives(
    comparison: &Comparison,
    context: u8,
    members: &[usize],
    mut add: impl FnMut((Vec<usize>, Vec<usize>), f64),
) {
    let from = |level: u8| parted(members, usize::from(level));
    match (comparison.kind, comparison.role) {
        (Kind::FamilyName, _) => add(from(level::SHARED_FROM), RELATIVES_OTHER_FAMILY_MAX),
        (Kind::FullName, Role::Family) => {
            add(from(full_name::FIRST_AND_LATER_SHARED), RELATIVES_OTHER_PLACE_MAX);
        }
        (Kind::FullName, _) => {
            let (other, same_first) = from(full_name::FIRST_SHARED);
            add((same_first, other.clone()), RELATIVES_SAME_PERSONAL_MAX);
            add(parted(&other, usize::from(full_name::LATER_SHARED)), RELATIVES_OTHER_FAMILY_MAX);
        }
        (Kind::Identifier, _) => {
            let (other, same) = exact(comparison, members);
            add((same, other), RELATIVES_SAME_IDENTIFIER_MAX);
        }
        (kind, _) if is_of_household(kind) && context != DIFFERS => {
            add(from(level::agrees_from(kind)), RELATIVES_OTHER_PLACE_MAX);
        }
        (Kind::DateOfBirth, _) if comparison.has_own_levels() && birth_level::is_of_years(context) => {
            let is_same_year = |idx: &usize| birth_level::is_within_a_keystroke(*idx as u8);
            add(members.iter().partition(|idx| is_same_year(idx)), RELATIVES_SAME_YEAR_MAX);
        }
        _ if is_personal(comparison) => {
            let (other, same) = exact(comparison, members);
            add((same, other), RELATIVES_SAME_PERSONAL_MAX);
            if comparison.kind == Kind::GivenName && comparison.has_own_levels() {
                for (levels, most) in [
                    (level::LIKE_GIVEN_NAMES, RELATIVES_LIKE_GIVEN_NAME_MAX),
                    (level::PART_OF_GIVEN_NAMES, RELATIVES_PART_OF_GIVEN_NAME_MAX),
                ] {
                    add(members.iter().partition(|idx| levels.contains(&(**idx as u8))), most);
                }
            }
        }
        _ => {}
    }
}

/// The context of a place in a wider place that differs.
const DIFFERS: u8 = 1;

/// Levels that are not and that are equality.
fn exact(comparison: &Comparison, members: &[usize]) -> (Vec<usize>, Vec<usize>) {
    members.iter().partition(|idx| !comparison.levels[**idx].is_exact)
}

/// Takes what `few` have over `most` and gives it to `rest`, each in proportion.
fn at_most(table: &mut [f64], Limit { few, rest, most }: &Limit) {
    let sum = |table: &[f64], of: &[usize]| of.iter().map(|idx| table[*idx]).sum::<f64>();
    let (have, others) = (sum(table, few), sum(table, rest));
    if have <= *most || others <= 0.0 {
        return;
    }
    few.iter().for_each(|idx| table[*idx] *= most / have);
    rest.iter().for_each(|idx| table[*idx] *= (others + have - most) / others);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::tests::text;

    /// What becomes of the weakest level's probability, and whether its bound holds it.
    fn check(owner: Owner, kind: Kind, weakest: f64, kept: f64, is_held: bool) {
        let mut comparison = text("column");
        (comparison.kind, comparison.role) = (kind, kind.role());
        comparison.levels.retain(|level| !level.is_null && level.context == 0);
        let n_others = comparison.levels.len() - 1;
        let mut table = vec![(1.0 - weakest) / n_others as f64; n_others + 1];
        table[0] = weakest;
        keep(owner, &comparison, &mut table);
        assert!((table[0] - kept).abs() < 1e-12, "{kind:?}: {table:?}");
        let found: Vec<(Vec<usize>, f64)> =
            held(owner, &comparison, &table).into_iter().map(|(few, _, most)| (few, most)).collect();
        assert_eq!(found, if is_held { vec![(vec![0], kept)] } else { Vec::new() }, "{kind:?}");
    }

    #[test]
    fn few_pairs_of_one_person_bear_given_names_with_nothing_in_common() {
        let of_kind = |kind: Kind| {
            let mut comparison = text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        let comparisons = [Kind::GivenName, Kind::FamilyName, Kind::DateOfBirth].map(of_kind);
        let mixture = Mixture::new(&comparisons, 100.0);
        let table = |(_, slot): &(Owner, usize)| {
            let n = comparisons[*slot].levels.len();
            vec![1.0 / (n - 1) as f64; n]
        };
        let tables: Vec<Vec<f64>> = mixture.owners.iter().map(table).collect();
        let number = mixture.owners.iter().position(|owner| *owner == (Owner::Differs, 0)).unwrap();
        for (weakest, share_of_exception, expected) in
            [(0.9, 0.5, 0.4), (0.9, 1.0, 0.2), (0.3, 0.5, 0.3), (0.9, 0.1, 0.9)]
        {
            let is_exception = |class: &PairClass| class.except == Some(0) && class.except_too.is_none();
            let shares = mixture.classes.iter().map(|class| match class.relation {
                Relation::Same if is_exception(class) => share_of_exception * 1e-3,
                Relation::Same if class.except.is_none() => (1.0 - share_of_exception) * 1e-3,
                relation if relation.is_same_person() => 0.0,
                _ => 0.1,
            });
            let mut parameters = Parameters { shares: shares.collect(), tables: tables.clone() };
            let others = parameters.tables[number].len() - 2;
            parameters.tables[number][..=others].fill((1.0 - weakest) / others as f64);
            parameters.tables[number][0] = weakest;
            keep_exceptions(&mixture, &comparisons, &mut parameters);
            let kept = &parameters.tables[number];
            assert!((kept[0] - expected).abs() < 1e-9, "{weakest} {share_of_exception}: {kept:?}");
            assert!((kept[..=others].iter().sum::<f64>() - 1.0).abs() < 1e-9, "{kept:?}");
        }
    }

    /// What becomes of the share of whole dates with nothing in common, where half of one person's pairs may differ in it.
    fn check_dates(relatives_for_each: f64, expected: f64) {
        let kinds = [Kind::GivenName, Kind::FamilyName, Kind::AddressLine, Kind::DateOfBirth];
        let mut comparisons = kinds.map(|kind| {
            let mut comparison = text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        });
        comparisons[3].levels = birth_level::levels();
        let mixture = Mixture::new(&comparisons, 100.0);
        let share = |class: &PairClass| match (class.relation, class.except, class.except_too) {
            (Relation::Same, None, None) | (Relation::Same, Some(3), None) => 0.5,
            (Relation::Relatives, None, None) => relatives_for_each,
            _ => 0.0,
        };
        let shares = mixture.classes.iter().map(share).collect();
        let table = |(_, slot): &(Owner, usize)| vec![0.25; comparisons[*slot].levels.len()];
        let mut parameters = Parameters { shares, tables: mixture.owners.iter().map(table).collect() };
        let number = mixture.owners.iter().position(|owner| *owner == (Owner::Differs, 3)).unwrap();
        keep_exceptions(&mixture, &comparisons, &mut parameters);
        let found = &parameters.tables[number];
        assert!((found[0] - expected).abs() < 1e-9, "{relatives_for_each}: {found:?}");
        let of_years = comparisons[3].levels.iter().zip(found).filter(|(level, _)| level.context == 1);
        assert!(of_years.map(|(_, p)| *p).all(|p| p == 0.25), "years have a bound of their own: {found:?}");
    }

    #[test]
    fn among_families_few_dates_of_one_person_have_nothing_in_common() {
        check_dates(0.0, 0.25);
        check_dates(FAMILIES_FROM * 0.9, 0.25);
        check_dates(FAMILIES_FROM, OTHER_DATE_AMONG_FAMILIES_MAX / 0.5);
        check_dates(3.0, OTHER_DATE_AMONG_FAMILIES_MAX / 0.5);
    }

    #[test]
    fn few_relatives_bear_two_forms_of_one_given_name() {
        let mut given = text("given");
        (given.kind, given.role) = (Kind::GivenName, Kind::GivenName.role());
        given.levels = level::text_levels(Kind::GivenName);
        let sums = |table: &[f64]| {
            [level::PART_OF_GIVEN_NAMES, level::LIKE_GIVEN_NAMES]
                .map(|levels| levels.map(|level| table[usize::from(level)]).sum::<f64>())
        };
        for (part, like, kept) in
            [(0.02, 0.01, [0.02, 0.02]), (0.5, 0.01, [0.1, 0.036]), (0.02, 0.15, [0.027, 0.05])]
        {
            let mut table = vec![0.0; given.levels.len()];
            (table[2], table[3], table[4]) = (part, like, like);
            table[0] = 1.0 - part - 2.0 * like;
            keep(Owner::Relatives, &given, &mut table);
            let near = sums(&table).iter().zip(kept).all(|(found, kept)| (found - kept).abs() < 0.005);
            assert!(near && (table.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{part} {like}: {table:?}");
        }
    }

    #[test]
    fn a_value_at_its_bound_is_told_from_one_below_it() {
        check(Owner::Same, Kind::Sex, 0.1, OTHER_SEX_MAX, true);
        check(Owner::Same, Kind::Sex, 0.019, 0.019, false);
        check(Owner::Differs, Kind::DateOfBirth, 0.6, OTHER_DATE_MAX, true);
        check(Owner::Differs, Kind::DateOfBirth, 0.3, 0.3, false);
        check(Owner::Strangers, Kind::Sex, 0.9, 0.9, false);
    }
}
