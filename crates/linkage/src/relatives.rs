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
//! often given numbers one after the other.) What this costs is the person of whom one record has another given
//! name altogether and no number: those records are two clusters until a human joins them.

use crate::birth::Birth;
use crate::birth_level;
use crate::comparison::Comparison;
use crate::kind::Kind;
use crate::level;
use crate::model::Model;
use crate::table::Table;

/// Years between the births of parent and child, at least.
pub(crate) const GENERATION_YEARS: u32 = 12;

/// What is one person's own, and no relative's: a number, an address of e-mail.
const OWN: [Kind; 2] = [Kind::Identifier, Kind::Email];

/// Tells relatives from one person.
#[derive(Clone, Copy)]
pub(crate) struct Relatives<'a> {
    table: &'a Table,
    model: &'a Model,
}

impl<'a> Relatives<'a> {
    pub(crate) const fn new(table: &'a Table, model: &'a Model) -> Self {
        Self { table, model }
    }

    /// Whether two records with these levels are of two relatives.
    pub(crate) fn are(&self, l: u32, r: u32, levels: &[u8]) -> bool {
        let agrees = |kind| self.any(kind, levels, |comparison, level| says_same(comparison, kind, level));
        let is_other_sex = self.any(Kind::Sex, levels, |_, level| level == level::sex_level(false, false));
        let has_own = |kind| {
            self.any(kind, levels, |comparison, level| {
                is_exact(comparison, level) || (level > 0 && !is_other_sex)
            })
        };
        if !agrees(Kind::FamilyName) || OWN.into_iter().any(has_own) {
            return false;
        }
        let is_other_given = self.any(Kind::GivenName, levels, |_, level| level == 0);
        let is_same_date = |_: &Comparison, level| birth_level::is_same_date(level);
        if is_other_given && !agrees(Kind::GivenName) {
            return self.any(Kind::DateOfBirth, levels, is_same_date);
        }
        agrees(Kind::GivenName) && self.is_generation_apart(l, r, levels)
    }

    fn is_generation_apart(&self, l: u32, r: u32, levels: &[u8]) -> bool {
        self.of_kind(Kind::DateOfBirth, levels).any(|(slot, _, level)| {
            let (l, r) = (Birth(self.table.code(slot, l)), Birth(self.table.code(slot, r)));
            birth_level::is_another(level)
                && l.is_complete()
                && r.is_complete()
                && l.year().abs_diff(r.year()) >= GENERATION_YEARS
        })
    }

    fn any(&self, kind: Kind, levels: &[u8], wanted: impl Fn(&Comparison, u8) -> bool) -> bool {
        self.of_kind(kind, levels).any(|(_, comparison, level)| wanted(comparison, level))
    }

    /// The comparisons of a kind with their places and levels, where the values could be compared.
    fn of_kind(&self, kind: Kind, levels: &[u8]) -> impl Iterator<Item = (usize, &'a Comparison, u8)> {
        let comparisons = self.model.comparisons.iter().enumerate().zip(levels);
        comparisons
            .filter(move |((_, comparison), level)| {
                comparison.kind == kind
                    && comparison.has_own_levels()
                    && !comparison.levels[usize::from(**level)].is_null
            })
            .map(|((slot, comparison), level)| (slot, comparison, *level))
    }
}

fn is_exact(comparison: &Comparison, level: u8) -> bool {
    comparison.levels[usize::from(level)].is_exact
}

/// Whether two names are the same or nearly.
fn says_same(comparison: &Comparison, kind: Kind, level: u8) -> bool {
    is_exact(comparison, level) || (level >= level::agrees_from(kind) && !level::is_crossed(kind, level))
}
