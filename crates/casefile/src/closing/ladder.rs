//! The ladder of evidence for a departure: how well the records bear out that somebody left, and what that allows.
//!
//! ```text
//! A  an official record of an exit that happened, and one of another owner that rests   ┐ a closing may be
//!    on something else, and says on what                                                │
//! B  an official record of an exit that happened, and the person's own word              ┘ proposed
//! C  one official record, unconfirmed, or more of which none says what else it rests on    check-ins may pause
//! D  a booking, a seat that stayed empty, a word alone, or one that no rule knows          the person is asked
//! ```
//!
//! Whatever the rung, a sign that the person was here afterwards takes it back to a question. No rung closes anything
//! by itself, and no number of days makes one rung into another.

use jiff::civil::Date;
use redress_statement::{Attribute, SourceId};

use super::Rung;
use crate::CaseRecord;

/// What a record of a departure rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A booking, a reservation, a seat that stayed empty: a plan, no departure.
    Planned,
    /// An office says so in a word that no rule knows, such as a misspelt `BOOKED`: nothing is concluded from it.
    NotUnderstood,
    /// The person's own word, or that of counsel.
    OwnWord,
    /// An office says so, and does not say how it knows: it may have copied another's record.
    NotStated,
    /// A stamp of another country's entry, or a consulate's confirmation: the person was seen elsewhere.
    SeenElsewhere,
    /// A flown manifest or an exit record: an exit that happened.
    Happened,
}

impl Basis {
    /// The basis of a record that states a departure, by its own code.
    #[must_use]
    pub fn of(record: &CaseRecord) -> Self {
        match record.record.value(Attribute::DepartureBasis) {
            Some("FLOWN_MANIFEST" | "EXIT_RECORD") => Self::Happened,
            Some("SELF_REPORTED" | "COUNSEL_REPORTED") => Self::OwnWord,
            Some("FOREIGN_ENTRY_STAMP" | "CONSULAR_CONFIRMATION") => Self::SeenElsewhere,
            Some("BOOKED" | "RESERVED" | "NOT_BOARDED") => Self::Planned,
            Some(_) => Self::NotUnderstood,
            None => Self::NotStated,
        }
    }

    /// Whether an office says so, rather than the person or a plan.
    #[must_use]
    pub const fn is_official(self) -> bool {
        matches!(self, Self::NotStated | Self::SeenElsewhere | Self::Happened)
    }

    /// Whether it says that the exit took place, rather than that one was planned or noted.
    #[must_use]
    pub const fn has_happened(self) -> bool {
        matches!(self, Self::SeenElsewhere | Self::Happened)
    }

    /// In plain words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Planned => "a plan to leave, which may not have happened",
            Self::NotUnderstood => "an office says so in a word that no rule knows",
            Self::OwnWord => "the word of the person or of counsel",
            Self::NotStated => "an office says so, and does not say how it knows",
            Self::SeenElsewhere => "seen elsewhere: a foreign entry stamp, or a consulate’s confirmation",
            Self::Happened => "an exit that happened",
        }
    }
}

/// What the evidence allows an office to do. Nothing of it happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowed {
    /// Ask the person, and change nothing.
    Ask,
    /// Let check-ins pause while the person or counsel is asked.
    PauseCheckIns,
    /// Propose a closing to another human.
    ProposeClosing,
}

impl Rung {
    /// Its letter, as pages write it.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// What a rung allows.
    #[must_use]
    pub const fn allows(self) -> Allowed {
        match self {
            Self::A | Self::B => Allowed::ProposeClosing,
            Self::C => Allowed::PauseCheckIns,
            Self::D => Allowed::Ask,
        }
    }
}

/// A record that states the departure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepartureItem<'a> {
    /// The record.
    pub record: &'a CaseRecord,
    /// The day that it gives.
    pub on: Date,
    /// What it rests on.
    pub basis: Basis,
}

/// A sign that the person was here after the departure: an arrival, or a day of presence. Never a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PresenceItem<'a> {
    /// The record.
    pub record: &'a CaseRecord,
    /// Whether it is an arrival or a day of presence.
    pub attribute: Attribute,
    /// The day.
    pub on: Date,
}

/// A departure with all that bears it out, and all that speaks against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder<'a> {
    /// How good the evidence is.
    pub rung: Rung,
    /// The record that carries the departure: on rungs A and B the one of an exit that happened.
    pub departure: DepartureItem<'a>,
    /// The record that lifts it to rung A or B. None below.
    pub support: Option<DepartureItem<'a>>,
    /// Every record that states a departure within the days, by record, those two included.
    pub items: Vec<DepartureItem<'a>>,
    /// Every sign of presence afterwards, the first one first.
    pub presences: Vec<PresenceItem<'a>>,
}

impl<'a> Ladder<'a> {
    /// Climbs as high as the evidence carries. None where nothing states a departure.
    ///
    /// `evidence` are the records held to be of one person that may bear a departure out, `all` those and whatever
    /// else may show that the person was here: the careful side is to read more of the second. Two records speak of
    /// one departure when they lie at most `days_apart` days apart. `has_same_owner` says of two sources whether one
    /// office owns both; then they are one voice. Of several departures the last one on rung A or B counts, else the
    /// last one on the highest rung; records of equal days count in the order of their numbers.
    #[must_use]
    pub fn climb(
        evidence: &[&'a CaseRecord],
        all: &[&'a CaseRecord],
        days_apart: i32,
        has_same_owner: &dyn Fn(&SourceId, &SourceId) -> bool,
    ) -> Option<Self> {
        let departures: Vec<DepartureItem<'a>> = evidence
            .iter()
            .filter_map(|record| {
                let on = record.record.day(Attribute::DepartedOn)?;
                Some(DepartureItem { record, on, basis: Basis::of(record) })
            })
            .collect();
        let near = |to: DepartureItem<'a>| {
            departures.iter().copied().filter(move |item| (item.on - to.on).get_days().abs() <= days_apart)
        };
        let (rung, departure, support) = departures
            .iter()
            .map(|departure| {
                let (rung, support) = rung_of(*departure, near(*departure), has_same_owner);
                (rung, *departure, support)
            })
            .max_by_key(|(rung, departure, _)| {
                let is_confirmed = rung.allows() == Allowed::ProposeClosing;
                let below = if is_confirmed { Rung::D } else { *rung };
                (is_confirmed, below, departure.on, *rung, departure.record.id)
            })?;
        let mut items: Vec<DepartureItem<'a>> = near(departure).collect();
        items.sort_by_key(|item| item.record.id);
        Some(Self { rung, departure, support, items, presences: presences(all, departure.on) })
    }

    /// Every departure that the evidence states, each on its own ladder, by its day.
    ///
    /// The arguments are those of [`Ladder::climb`]. No record stands on two ladders.
    #[must_use]
    pub fn every(
        evidence: &[&'a CaseRecord],
        all: &[&'a CaseRecord],
        days_apart: i32,
        has_same_owner: &dyn Fn(&SourceId, &SourceId) -> bool,
    ) -> Vec<Self> {
        let mut left = evidence.to_vec();
        let mut ladders = Vec::new();
        while let Some(ladder) = Self::climb(&left, all, days_apart, has_same_owner) {
            left.retain(|record| ladder.items.iter().all(|item| item.record.id != record.id));
            ladders.push(ladder);
        }
        ladders.sort_by_key(|ladder| (ladder.departure.on, ladder.departure.record.id));
        ladders
    }

    /// Whether the person was present afterwards and no arrival came before that: then the departure did not happen, or
    /// the return is missing.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        let first = self.presences.iter().find(|item| item.attribute == Attribute::PresentOn);
        first.is_some_and(|present| {
            self.presences.iter().all(|item| item.attribute == Attribute::PresentOn || item.on > present.on)
        })
    }

    /// What the evidence allows: what its rung does, and a question only where the person was here afterwards.
    #[must_use]
    pub fn allows(&self) -> Allowed {
        if self.presences.is_empty() { self.rung.allows() } else { Allowed::Ask }
    }
}

/// The rung of one departure, and what lifts it there.
fn rung_of<'a>(
    departure: DepartureItem<'a>,
    near: impl Iterator<Item = DepartureItem<'a>>,
    has_same_owner: &dyn Fn(&SourceId, &SourceId) -> bool,
) -> (Rung, Option<DepartureItem<'a>>) {
    if !departure.basis.is_official() {
        return (Rung::D, None);
    }
    if departure.basis != Basis::Happened {
        return (Rung::C, None);
    }
    let mut others: Vec<DepartureItem<'a>> =
        near.filter(|item| item.record.id != departure.record.id).collect();
    others.sort_by_key(|item| item.record.id);
    let own = &departure.record.record.key.source;
    let said_by = |item: &DepartureItem<'a>| item.record.record.value(Attribute::DepartureBasis);
    // Another office is another voice only where it says what it rests on, and that is not the same manifest again: a record
    // without an origin may be a copy of this one.
    let is_independent = |item: &&DepartureItem<'a>| {
        let source = &item.record.record.key.source;
        item.basis.has_happened()
            && said_by(item) != said_by(&departure)
            && source != own
            && !has_same_owner(source, own)
    };
    if let Some(second) = others.iter().find(is_independent) {
        return (Rung::A, Some(*second));
    }
    match others.iter().find(|item| item.basis == Basis::OwnWord) {
        Some(word) => (Rung::B, Some(*word)),
        None => (Rung::C, None),
    }
}

/// Arrivals on the day of the departure or later, and presence on a later day.
fn presences<'a>(all: &[&'a CaseRecord], departed_on: Date) -> Vec<PresenceItem<'a>> {
    let mut presences: Vec<PresenceItem<'a>> = all
        .iter()
        .flat_map(|record| {
            let item = |attribute| {
                let on = record.record.day(attribute)?;
                Some(PresenceItem { record, attribute, on })
            };
            [Attribute::ArrivedOn, Attribute::PresentOn].into_iter().filter_map(item).collect::<Vec<_>>()
        })
        .filter(|item| match item.attribute {
            Attribute::ArrivedOn => item.on >= departed_on,
            _ => item.on > departed_on,
        })
        .collect();
    presences.sort_by_key(|item| (item.on, item.record.id, item.attribute));
    presences
}
