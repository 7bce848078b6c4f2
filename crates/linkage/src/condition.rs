//! What the levels of a comparison depend on beside its own values.
//!
//! Some attributes follow from others, for whoever: a postal code lies in a town, an address in a postal code, a telephone
//! stands at an address, people live where they were born, a country goes with its family names, a full name repeats the
//! parts that stand in columns of their own (it is compared only where such a part is missing). Where the one agrees, the
//! agreement of the other says little more, and a model that takes both as
//! independent counts the same evidence twice. So such a comparison has its levels once for each state of what it
//! follows from (a *context*), with probabilities of their own.

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::kind::{Kind, Role};
use crate::level::{self, Level};

/// An earlier comparison that a comparison follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parent {
    /// Its place among the comparisons.
    slot: usize,
    /// How many levels one of its contexts has.
    n_levels: u8,
    /// Its null level.
    null: u8,
    /// The first level of a context that counts as agreement.
    agrees_from: u8,
}

/// The context of what follows from something that agrees.
pub(crate) const AGREES: u8 = State::Agrees as u8;

/// The state of what a comparison follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    Differs,
    Agrees,
}

/// What a comparison follows from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    /// Nothing: one context.
    #[default]
    None,
    /// The last comparable one of these.
    Nearest(Vec<Parent>),
    /// The given names and the family names that stand in columns of their own.
    Names { given: Vec<Parent>, family: Vec<Parent> },
}

impl Parent {
    fn of(slot: usize, comparison: &Comparison) -> Self {
        let null = comparison.null();
        // Of levels that a configuration names only equality is known to be agreement.
        let exact =
            comparison.levels.iter().position(|level| level.is_exact).map_or(null, |place| place as u8);
        Self {
            slot,
            n_levels: (null as usize / comparison.condition.n_contexts()) as u8,
            null,
            agrees_from: if comparison.is_default() { level::agrees_from(comparison.kind) } else { exact },
        }
    }

    fn state(&self, levels: &[u8]) -> State {
        let level = levels[self.slot];
        if level == self.null {
            State::Unknown
        } else if level % self.n_levels >= self.agrees_from {
            State::Agrees
        } else {
            State::Differs
        }
    }
}

/// Whether a level of a comparison of texts is agreement to what follows from it.
pub(crate) fn is_agreement(comparison: &Comparison, level: u8) -> bool {
    Parent::of(0, comparison).state(&[level]) == State::Agrees
}

fn nearest(parents: &[Parent], levels: &[u8]) -> State {
    let states = parents.iter().rev().map(|parent| parent.state(levels));
    states.into_iter().find(|state| *state != State::Unknown).unwrap_or(State::Unknown)
}

impl Condition {
    /// What a comparison of a kind follows from among the comparisons before it.
    pub(crate) fn of(kind: Kind, role: Role, before: &[Comparison]) -> Self {
        let of_kinds = |kinds: &[Kind]| -> Vec<Parent> {
            let is_parent = |c: &Comparison| c.kind == Kind::FullName && c.role == Role::Family;
            let is_it = |c: &Comparison| kinds.contains(&c.kind) && c.is_default() && !is_parent(c);
            let listed = before.iter().enumerate().filter(|(_, c)| is_it(c));
            listed.map(|(slot, c)| Parent::of(slot, c)).collect()
        };
        let parents = match kind {
            Kind::FullName if role == Role::Whole => {
                let (given, family) = (of_kinds(&[Kind::GivenName]), of_kinds(&[Kind::FamilyName]));
                let is_alone = given.is_empty() && family.is_empty();
                return if is_alone { Self::None } else { Self::Names { given, family } };
            }
            Kind::Sex => of_kinds(&[Kind::GivenName, Kind::FullName]),
            Kind::Country => of_kinds(&[Kind::FamilyName]),
            Kind::City => of_kinds(&[Kind::City]),
            Kind::PostalCode => of_kinds(&[Kind::City]),
            Kind::AddressLine => of_kinds(&[Kind::City, Kind::PostalCode, Kind::AddressLine]),
            Kind::Phone => of_kinds(&[Kind::City, Kind::PostalCode, Kind::AddressLine]),
            Kind::Text => of_kinds(&[Kind::AddressLine]),
            _ => Vec::new(),
        };
        if parents.is_empty() { Self::None } else { Self::Nearest(parents) }
    }

    /// That of a comparison that follows from earlier ones, by their names, the closest first, as pairs showed; `None` where none of them is there.
    pub(crate) fn shown(from: &[String], before: &[Comparison]) -> Option<Self> {
        let place = |name: &String| before.iter().position(|known| known.name == *name);
        let farthest_first = from.iter().rev().filter_map(place);
        let parents: Vec<Parent> = farthest_first.map(|slot| Parent::of(slot, &before[slot])).collect();
        (!parents.is_empty()).then_some(Self::Nearest(parents))
    }

    /// Whether it is of a full name whose parts all stand in columns of their own.
    pub(crate) fn repeats_all(&self) -> bool {
        matches!(self, Self::Names { given, family } if !given.is_empty() && !family.is_empty())
    }

    pub(crate) const fn is_names(&self) -> bool {
        matches!(self, Self::Names { .. })
    }

    /// The comparison that decides the context of a pair, by its place, and whether it agrees; `None` where none does, and where
    /// the levels say it themselves.
    pub(crate) fn decided_by(&self, levels: &[u8]) -> Option<(usize, bool)> {
        let Self::Nearest(parents) = self else { return None };
        let known = |parent: &&Parent| parent.state(levels) != State::Unknown;
        let parent = parents.iter().rev().find(known)?;
        Some((parent.slot, parent.state(levels) == State::Agrees))
    }

    /// How many contexts there are.
    pub(crate) const fn n_contexts(&self) -> usize {
        match self {
            Self::None => 1,
            Self::Nearest(_) => 3,
            Self::Names { .. } => 5,
        }
    }

    /// The context of a pair, from the levels of the comparisons before; `None` when those say all that there is to say.
    pub(crate) fn context(&self, levels: &[u8]) -> Option<u8> {
        match self {
            Self::None => Some(0),
            Self::Nearest(parents) => Some(nearest(parents, levels) as u8),
            Self::Names { given, family } => match (nearest(given, levels), nearest(family, levels)) {
                (State::Unknown, family) => Some(family as u8),
                (State::Differs, State::Unknown) => Some(3),
                (State::Agrees, State::Unknown) => Some(4),
                _ => None,
            },
        }
    }

    /// The levels of one context repeated for all; null stays the last.
    pub(crate) fn repeated(&self, levels: Vec<Level>) -> Vec<Level> {
        let words: &[&str] = match self {
            Self::None => return levels,
            Self::Nearest(_) => &["", " (what it follows from differs)", " (what it follows from agrees)"],
            Self::Names { .. } => &[
                "",
                " (the family name differs, a given name is missing)",
                " (the family name agrees, a given name is missing)",
                " (the given name differs, a family name is missing)",
                " (the given name agrees, a family name is missing)",
            ],
        };
        let (null, base): (Vec<Level>, Vec<Level>) = levels.into_iter().partition(|level| level.is_null);
        let in_context = |(context, words): (usize, &&str)| -> Vec<Level> {
            let level = |level: &Level| Level {
                label: format!("{}{words}", level.label),
                context: context as u8,
                ..level.clone()
            };
            base.iter().map(level).collect()
        };
        words.iter().enumerate().flat_map(in_context).chain(null).collect()
    }
}
