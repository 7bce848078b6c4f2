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
//! often given numbers one after the other.) Nor is it where the
//! run shows that it holds no families ([`crate::families`]). What this costs is the person of whom one record has another given
//! name altogether and no number: those records are two clusters until a human joins them.

use crate::birth::Birth;
use crate::birth_level;
use crate::comparison::Comparison;
use crate::families;
use crate::kind::Kind;
use crate::level;
use crate::model::Model;
use crate::table::Table;

/// Years between the births of parent and child, at least.
pub(crate) const GENERATION_YEARS: u32 = 12;

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
}

impl<'a> Relatives<'a> {
    pub(crate) fn new(table: &'a Table, model: &'a Model) -> Self {
        Self { table, model, are_none: families::are_none(model) }
    }

    /// Whether two records with these levels are of two relatives.
    pub(crate) fn are(&self, l: u32, r: u32, levels: &[u8]) -> bool {
        let levels = Levels { model: self.model, levels };
        if self.are_none || levels.has_own() == Some(true) {
            return false;
        }
        match levels.likeness() {
            Some(Likeness::Twins) => true,
            Some(Likeness::Namesakes) => self.is_generation_apart(l, r, levels),
            Some(Likeness::One) | None => false,
        }
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

fn is_exact(comparison: &Comparison, level: u8) -> bool {
    comparison.levels[usize::from(level)].is_exact
}

/// Whether two names are the same or nearly.
fn says_same(comparison: &Comparison, kind: Kind, level: u8) -> bool {
    is_exact(comparison, level) || (level >= level::agrees_from(kind) && !level::is_crossed(kind, level))
}
