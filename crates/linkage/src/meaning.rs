//! What each class of pairs stands for, as bounds on its probabilities.
//!
//! Nearly all pairs are of strangers, and whatever makes strangers alike (a common name, a large town, a culture) is there
//! a thousand times more often than two records of one person. An estimate without labels would let any class drift to
//! such pairs. So each class keeps to its meaning: two records of one person have something in common in whatever tells
//! people apart, but for the one exception of their class; two relatives of this model share family name and household,
//! and seldom what tells people apart, but for the one exception of theirs.

use crate::birth_level;
use crate::comparison::Comparison;
use crate::full_name;
use crate::kind::{Kind, Role};
use crate::level;
use crate::mixture::{Owner, is_of_household, is_parent, is_personal};

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
/// ... or, by a mistake, the same identifier.
const RELATIVES_SAME_IDENTIFIER_MAX: f64 = 0.005;
/// The same for people of one culture.
const COMPATRIOTS_SAME_PERSONAL_MAX: f64 = 0.15;

/// Keeps a table of probabilities within the meaning of its classes.
pub(crate) fn keep(owner: Owner, comparison: &Comparison, table: &mut [f64]) {
    for context in 0..=comparison.levels.iter().map(|level| level.context).max().unwrap_or(0) {
        let of_context =
            |idx: &usize| comparison.levels[*idx].context == context && !comparison.levels[*idx].is_null;
        let members: Vec<usize> = (0..table.len()).filter(of_context).collect();
        if members.len() < 2 {
            continue;
        }
        match owner {
            Owner::Same | Owner::Agrees => keep_same(comparison, &members, table),
            Owner::Relatives => keep_relatives(comparison, context, &members, table),
            Owner::Compatriots(_) if is_personal(comparison) => {
                let (other, same) = exact(comparison, &members);
                at_most(table, &same, &other, COMPATRIOTS_SAME_PERSONAL_MAX);
            }
            Owner::Differs if comparison.role == Role::Birth => {
                let (other, alike) = members.split_at(1);
                let most = if birth_level::is_of_years(context) { OTHER_YEAR_MAX } else { OTHER_DATE_MAX };
                at_most(table, other, alike, most);
            }
            Owner::Compatriots(_) | Owner::Strangers | Owner::Differs => {}
        }
    }
}

fn keep_same(comparison: &Comparison, members: &[usize], table: &mut [f64]) {
    let n_weak =
        if comparison.kind == Kind::FullName { usize::from(full_name::FIRST_AND_LATER_SHARED) } else { 1 };
    let (weak, better) = members.split_at(n_weak.min(members.len() - 1));
    if is_personal(comparison) {
        at_most(table, weak, better, OTHER_PERSONAL_MAX);
    } else if comparison.kind == Kind::Sex {
        at_most(table, weak, better, OTHER_SEX_MAX);
    } else if comparison.kind == Kind::FamilyName || is_parent(comparison) {
        at_most(table, weak, better, OTHER_FAMILY_MAX);
    }
    if comparison.kind == Kind::Identifier {
        let (near, same) = exact(comparison, members);
        at_most(table, &near, &same, IDENTIFIER_ERROR_MAX);
    }
}

fn keep_relatives(comparison: &Comparison, context: u8, members: &[usize], table: &mut [f64]) {
    let from = |level: u8| members.split_at(usize::from(level).min(members.len()));
    match (comparison.kind, comparison.role) {
        (Kind::FamilyName, _) => {
            let (other, shared) = from(level::SHARED_FROM);
            at_most(table, other, shared, RELATIVES_OTHER_FAMILY_MAX);
        }
        (Kind::FullName, Role::Family) => {
            let (other, shared) = from(full_name::FIRST_AND_LATER_SHARED);
            at_most(table, other, shared, RELATIVES_OTHER_PLACE_MAX);
        }
        (Kind::FullName, _) => {
            let (other, same_first) = from(full_name::FIRST_SHARED);
            at_most(table, same_first, other, RELATIVES_SAME_PERSONAL_MAX);
            let (unlike, family) = other.split_at(usize::from(full_name::LATER_SHARED));
            at_most(table, unlike, family, RELATIVES_OTHER_FAMILY_MAX);
        }
        (Kind::Identifier, _) => {
            let (other, same) = exact(comparison, members);
            at_most(table, &same, &other, RELATIVES_SAME_IDENTIFIER_MAX);
        }
        (kind, _) if is_of_household(kind) && context != DIFFERS => {
            let (other, agrees) = from(level::agrees_from(kind));
            at_most(table, other, agrees, RELATIVES_OTHER_PLACE_MAX);
        }
        _ if is_personal(comparison) => {
            let (other, same) = exact(comparison, members);
            at_most(table, &same, &other, RELATIVES_SAME_PERSONAL_MAX);
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
fn at_most(table: &mut [f64], few: &[usize], rest: &[usize], most: f64) {
    let sum = |table: &[f64], of: &[usize]| of.iter().map(|idx| table[*idx]).sum::<f64>();
    let (have, others) = (sum(table, few), sum(table, rest));
    if have <= most || others <= 0.0 {
        return;
    }
    few.iter().for_each(|idx| table[*idx] *= most / have);
    rest.iter().for_each(|idx| table[*idx] *= (others + have - most) / others);
}
