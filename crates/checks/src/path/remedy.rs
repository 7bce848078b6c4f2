//! What a person can do at a step, with the period that holds on its day.

use jiff::{ToSpan, civil::Date};

use super::{Reading, Remedy, Term};

impl Reading<'_> {
    /// Something that can be done within a number of days, counted from a day and in force on it. None for a day so long ago
    /// that no period of it is known.
    pub(super) fn within(&self, what: &str, name: &'static str, from: Date) -> Option<Remedy> {
        let parameter = self.parameters.in_force(name, from).ok()?;
        let last = from.saturating_add((parameter.value.round() as i32).days());
        Some(Remedy { what: what.to_owned(), term: Term::Until(last), citation: parameter.citation.clone() })
    }

    /// The duty to tell the court of a move, which keeps notices coming.
    pub(super) fn tell_the_court(&self) -> Option<Remedy> {
        let parameter = self.parameters.in_force("path_address_days", self.today).ok()?;
        Some(Remedy {
            what: format!(
                "After a move, tell the court the new address on form EOIR-33 within {} working days",
                parameter.value
            ),
            term: Term::AnyTime,
            citation: parameter.citation.clone(),
        })
    }
}

/// Something that no period ends.
pub(super) fn at_any_time(what: &str, citation: &str) -> Remedy {
    Remedy { what: what.to_owned(), term: Term::AnyTime, citation: citation.to_owned() }
}
