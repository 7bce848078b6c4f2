//! Two people whom nearly everything says to be one: twins, and parent and child of one name.
//!
//! The model has classes for relatives, and with few of them in a file, or few columns, it cannot learn them: then it takes
//! twins for one person and is sure of it. What tells them apart is known without learning: such a pair speaks against one
//! person as loud as a pair can, whatever its probability, so that only other records between the two can outvote it. It stays
//! among the written pairs for a human to look at.
//!
//! * *Twins*: the family names agree, the birth dates are the same to the day, and the given names have nothing in common.
//! * *Parent and child*: family and given names agree, and the birth dates, both known to the day, lie at least
//!   [`GENERATION_YEARS`] years apart and more than a keystroke.
//!
//! Where a number or an e-mail address is the same in both, or a few keystrokes from it and the sex no other, neither is said:
//! twins have their own, and a person may be written under another given name or with a wrong date. (Members of a family are
//! often given numbers one after the other.) Nor is it of twins where one given name is the other with wrong letters: at least half
//! of the letters stand, hardly anybody else is called so, and neither a number nor the sex is another one. Nor is it where the run
//! shows that it holds no families ([`crate::families`]). What this costs is the person of whom one record has another given
//! name altogether and no number: those records are two clusters until a human joins them.

use std::sync::OnceLock;

use crate::birth::Birth;
use crate::birth_level;
use crate::comparison::Comparison;
use crate::families;
use crate::kind::Kind;
use crate::level;
use crate::model::Model;
use crate::rarity;
use crate::similarity::edit_distance;
use crate::table::Table;

/// Years between the births of parent and child, at least.
pub(crate) const GENERATION_YEARS: u32 = 12;

/// A given name that one record alone bears may be another one with wrong letters, or one that so many times as many bear.
const MISSPELT_RARER: u32 = 20;

/// What is one person's own, and no relative's: a number, an address of e-mail.
const OWN: [Kind; 2] = [Kind::Identifier, Kind::Email];

/// What two records look like by their names and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// One family name and one date, and given names with nothing in common.
    Twins,
    /// The same names, and another date altogether.
    Namesakes,
    /// The same names and one date.
    One,
}

/// The levels of a pair of records.
#[derive(Clone, Copy)]
pub(crate) struct Levels<'a> {
    pub(crate) model: &'a Model,
    pub(crate) levels: &'a [u8],
}

impl<'a> Levels<'a> {
    /// What the two records look like; `None` where it is nothing of that.
    pub(crate) fn likeness(self) -> Option<Likeness> {
        let agrees = |kind| self.any(kind, |comparison, level| says_same(comparison, kind, level));
        if !agrees(Kind::FamilyName) {
            return None;
        }
        let is_dated = |is: fn(u8) -> bool| self.any(Kind::DateOfBirth, |_, level| is(level));
        let is_same_date = is_dated(birth_level::is_same_date);
        if agrees(Kind::GivenName) {
            let is_another = is_dated(birth_level::is_another).then_some(Likeness::Namesakes);
            return if is_same_date { Some(Likeness::One) } else { is_another };
        }
        (is_same_date && self.any(Kind::GivenName, |_, level| level == 0)).then_some(Likeness::Twins)
    }

    /// Whether what is one person's own is the same in both, or a few keystrokes from it and the sex no other; `None` where it
    /// cannot be compared.
    pub(crate) fn has_own(self) -> Option<bool> {
        let is_other_sex = self.is_other_sex();
        let of_own = || OWN.into_iter().flat_map(|kind| self.of_kind(kind));
        let is_same =
            |comparison: &Comparison, level| is_exact(comparison, level) || (level > 0 && !is_other_sex);
        of_own().next().map(|_| of_own().any(|(_, comparison, level)| is_same(comparison, level)))
    }

    /// Whether neither the family names nor the dates of birth have anything in common.
    pub(crate) fn are_unlike(self) -> bool {
        self.any(Kind::FamilyName, |_, level| level == 0)
            && self.any(Kind::DateOfBirth, |_, level| birth_level::is_another(level))
    }

    fn is_other_sex(self) -> bool {
        self.any(Kind::Sex, |_, level| level == level::sex_level(false, false))
    }

    fn any(self, kind: Kind, wanted: impl Fn(&Comparison, u8) -> bool) -> bool {
        self.of_kind(kind).any(|(_, comparison, level)| wanted(comparison, level))
    }

    /// The comparisons of a kind with their places and levels, where the values could be compared.
    fn of_kind(self, kind: Kind) -> impl Iterator<Item = (usize, &'a Comparison, u8)> {
        let comparisons = self.model.comparisons.iter().enumerate().zip(self.levels);
        comparisons
            .filter(move |((_, comparison), level)| {
                comparison.kind == kind
                    && comparison.has_own_levels()
                    && !comparison.levels[usize::from(**level)].is_null
            })
            .map(|((slot, comparison), level)| (slot, comparison, *level))
    }
}

/// Tells relatives from one person.
pub(crate) struct Relatives<'a> {
    table: &'a Table,
    model: &'a Model,
    /// Whether the run shows that it holds none.
    are_none: bool,
    given_names: OnceLock<Vec<GivenNames>>,
}

/// The given names of one column.
struct GivenNames {
    slot: usize,
    dictionary: usize,
    /// For each name how many records bear it.
    n_records: Vec<u32>,
}

impl<'a> Relatives<'a> {
    pub(crate) fn new(table: &'a Table, model: &'a Model) -> Self {
        Self { table, model, are_none: families::are_none(model), given_names: OnceLock::new() }
    }

    /// Whether two records with these levels are of two relatives.
    pub(crate) fn are(&self, l: u32, r: u32, levels: &[u8]) -> bool {
        let levels = Levels { model: self.model, levels };
        let has_own = levels.has_own();
        if self.are_none || has_own == Some(true) {
            return false;
        }
        match levels.likeness() {
            Some(Likeness::Twins) => {
                has_own == Some(false) || levels.is_other_sex() || !self.is_misspelt(l, r)
            }
            Some(Likeness::Namesakes) => self.is_generation_apart(l, r, levels),
            Some(Likeness::One) | None => false,
        }
    }

    /// Whether one of the given names of two records is the other with wrong letters.
    fn is_misspelt(&self, l: u32, r: u32) -> bool {
        let columns = self.given_names.get_or_init(|| given_names(self.table, self.model));
        columns.iter().any(|column| {
            let codes = [l, r].map(|record| self.table.code(column.slot, record));
            let names = codes.map(|code| self.table.dictionaries()[column.dictionary].value(code));
            is_misspelt(names, codes.map(|code| column.n_records[code as usize]))
        })
    }

    fn is_generation_apart(&self, l: u32, r: u32, levels: Levels<'_>) -> bool {
        levels.of_kind(Kind::DateOfBirth).any(|(slot, _, level)| {
            let (l, r) = (Birth(self.table.code(slot, l)), Birth(self.table.code(slot, r)));
            birth_level::is_another(level)
                && l.is_complete()
                && r.is_complete()
                && l.year().abs_diff(r.year()) >= GENERATION_YEARS
        })
    }
}

fn given_names(table: &Table, model: &Model) -> Vec<GivenNames> {
    let counted = |(slot, comparison): (usize, &Comparison)| {
        let dictionary = table.attributes()[slot].dictionary?;
        let is_given = comparison.kind == Kind::GivenName && comparison.has_own_levels();
        let n_records = || rarity::counts(table.codes_of(slot), table.dictionaries()[dictionary].len());
        is_given.then(|| GivenNames { slot, dictionary, n_records: n_records() })
    };
    model.comparisons.iter().enumerate().filter_map(counted).collect()
}

/// Whether one of two names, each with the number of records that bear it, is the other with wrong letters.
fn is_misspelt([a, b]: [&str; 2], n_records: [u32; 2]) -> bool {
    let [few, many] = [n_records[0].min(n_records[1]), n_records[0].max(n_records[1])];
    let n_letters = a.chars().count().max(b.chars().count());
    let is_rare = few == 1 || few <= many / MISSPELT_RARER;
    is_rare && 2 * edit_distance(a, b) as usize <= n_letters
}

fn is_exact(comparison: &Comparison, level: u8) -> bool {
    comparison.levels[usize::from(level)].is_exact
}

/// Whether two names are the same or nearly.
fn says_same(comparison: &Comparison, kind: Kind, level: u8) -> bool {
    is_exact(comparison, level) || (level >= level::agrees_from(kind) && !level::is_crossed(kind, level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: [&str; 2], n_records: [u32; 2], expected: bool) {
        assert_eq!(is_misspelt(names, n_records), expected, "{names:?}");
        let turned = |[a, b]: [u32; 2]| [b, a];
        assert_eq!(is_misspelt([names[1], names[0]], turned(n_records)), expected, "{names:?} turned");
    }

    #[test]
    fn a_rare_name_of_nearly_the_same_letters_is_a_misspelling() {
        check(["hannah", "huuah"], [80, 1], true);
        check(["maria", "arya"], [2, 1], true);
        check(["mia", "lia"], [80, 4], true);
        check(["mia", "lia"], [79, 4], false);
        check(["eva", "ava"], [30, 20], false);
        check(["werner", "wmr"], [50, 1], false);
        check(["hannah", "esther"], [80, 1], false);
        check(["paul", "saul"], [2, 2], false);
    }
}
