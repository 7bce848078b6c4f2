//! What a value says that was done: a notice that was sent, a hearing that was held.
//!
//! Such a value is right when it says what happened, also where what happened was wrong. That a notice went to an old address
//! is often the person's very ground for asking that an order be undone: a correction that put the right address in its place
//! would take the evidence away. So it is never rewritten; what was wrong, and what is right, stands beside it.

use redress_statement::{Attribute, Record};

/// Something that was done, and that no correction rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PastAct {
    /// A notice was sent, to this address.
    NoticeSentTo,
    /// A notice was sent: on this day, in this way, for this hearing.
    NoticeSent,
    /// A hearing was held.
    HearingHeld,
}

/// The parts of an address, which are right or wrong together: line, city, state, postal code.
pub const ADDRESS_PARTS: [Attribute; 4] =
    [Attribute::AddressLine, Attribute::AddressCity, Attribute::AddressState, Attribute::AddressPostalCode];

/// What a notice says of its own sending.
const OF_A_NOTICE: [Attribute; 9] = [
    Attribute::NoticeKind,
    Attribute::NoticeMailedOn,
    Attribute::NoticeHearingOn,
    Attribute::NoticeHearingTime,
    Attribute::NoticeCourt,
    Attribute::NoticeServed,
    Attribute::NoticeReturnedOn,
    Attribute::NoticeRepresentative,
    Attribute::ServedOnGuardian,
];

impl PastAct {
    /// The act that a value of `record` tells of. None where it says how something is, and not what was done.
    ///
    /// A hearing counts as held once the record was seen on its day or later.
    #[must_use]
    pub fn of(record: &Record, attribute: Attribute) -> Option<Self> {
        let is_notice = record.statement(Attribute::NoticeMailedOn).is_some();
        if is_notice && ADDRESS_PARTS.contains(&attribute) {
            return Some(Self::NoticeSentTo);
        }
        if is_notice && OF_A_NOTICE.contains(&attribute) {
            return Some(Self::NoticeSent);
        }
        let is_of_hearing = matches!(attribute, Attribute::HearingOn | Attribute::AdjournmentReason);
        let is_over = record.day(Attribute::HearingOn).is_some_and(|on| on <= record.last_seen);
        (is_of_hearing && is_over).then_some(Self::HearingHeld)
    }

    /// What a reader is told beside the value once it was found wrong, given what is right.
    ///
    /// ```
    /// use redress_casefile::PastAct;
    ///
    /// assert_eq!(
    ///     PastAct::NoticeSentTo.found_wrong("1142 Silverleaf Rd, Mesa, AZ, 85201"),
    ///     "was sent to the wrong address; the right one is 1142 Silverleaf Rd, Mesa, AZ, 85201"
    /// );
    /// ```
    #[must_use]
    pub fn found_wrong(self, right: &str) -> String {
        match self {
            Self::NoticeSentTo => format!("was sent to the wrong address; the right one is {right}"),
            Self::NoticeSent => {
                format!("this notice was found wrong here; right is {right}. What was sent stays on record")
            }
            Self::HearingHeld => {
                format!("found wrong; right is {right}. What was recorded of the hearing stays on record")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_statement::{
        Attribute::{
            AddressLine, AddressPostalCode, BirthDate, FamilyName, HearingOn, NoticeHearingOn, NoticeMailedOn,
        },
        Digest, Locator, RecordKey, Statement,
    };

    use super::*;

    #[track_caller]
    fn check(says: &[(Attribute, &str)], about: Attribute, expected: Option<PastAct>) {
        let statements = says.iter().map(|(attribute, value)| Statement {
            attribute: *attribute,
            ordinal: 0,
            column: attribute.wire_name().into(),
            original: (*value).into(),
            normalized: Some((*value).into()),
        });
        let record = Record {
            key: RecordKey { source: "court".parse().unwrap(), key: "1".into() },
            table: "rows".into(),
            about: None,
            is_identity: false,
            locator: Locator { snapshot: Digest::of(b"rows"), line: 2 },
            first_seen: date(2026, 10, 31),
            last_seen: date(2026, 10, 31),
            statements: statements.collect(),
        };
        assert_eq!(PastAct::of(&record, about), expected, "{says:?} {about}");
    }

    #[test]
    fn what_was_done_is_told_from_how_it_is() {
        let notice: &[_] =
            &[(NoticeMailedOn, "2026-10-29"), (AddressLine, "9 Old Road"), (NoticeHearingOn, "2027-01-12")];
        check(notice, AddressLine, Some(PastAct::NoticeSentTo));
        check(notice, AddressPostalCode, Some(PastAct::NoticeSentTo));
        check(notice, NoticeMailedOn, Some(PastAct::NoticeSent));
        check(notice, NoticeHearingOn, Some(PastAct::NoticeSent));
        check(notice, FamilyName, None);
        check(&[(AddressLine, "9 Old Road")], AddressLine, None);
        check(&[(HearingOn, "2026-10-30")], HearingOn, Some(PastAct::HearingHeld));
        check(&[(HearingOn, "2026-10-31")], HearingOn, Some(PastAct::HearingHeld));
        check(&[(HearingOn, "2026-11-01")], HearingOn, None);
        check(&[(BirthDate, "1990-01-01")], BirthDate, None);
    }
}
