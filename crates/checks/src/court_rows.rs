//! What the rows of a court case say: its notices, and the orders made in absence.

use jiff::{ToSpan, civil::Date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::sequence::in_order;

/// A charging paper.
pub(crate) const CHARGING_PAPER: &str = "NTA";

/// How a notice was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// By mail.
    Mail,
    /// Handed over.
    InPerson,
    /// On the representative.
    OnCounsel,
    /// The source does not say, or says something else.
    Unknown,
}

/// A notice of a court case.
#[derive(Clone, Copy)]
pub(crate) struct Notice<'a> {
    pub(crate) record: &'a CaseRecord,
    pub(crate) sent_on: Date,
    /// None when the notice names no day, or none that can be read.
    pub(crate) hearing_on: Option<Date>,
    pub(crate) served: Served,
    pub(crate) is_charging_paper: bool,
}

impl<'a> Notice<'a> {
    /// The notice that a row states. None when the row is none or has no day of sending.
    pub(crate) fn of(record: &'a CaseRecord) -> Option<Self> {
        let value = |attribute| record.record.value(attribute);
        let served = match value(Attribute::NoticeServed) {
            Some("M") => Served::Mail,
            Some("P") => Served::InPerson,
            Some("C") => Served::OnCounsel,
            _ => Served::Unknown,
        };
        Some(Self {
            record,
            sent_on: record.record.day(Attribute::NoticeMailedOn)?,
            hearing_on: record.record.day(Attribute::NoticeHearingOn),
            served,
            is_charging_paper: value(Attribute::NoticeKind) == Some(CHARGING_PAPER),
        })
    }

    /// Whether the notice came at least so many days before a hearing.
    pub(crate) fn is_before(&self, hearing_on: Date, n_days: i32) -> bool {
        self.sent_on.saturating_add(n_days.days()) <= hearing_on
    }
}

/// The court cases held to be of this person: records to which a court attaches rows.
pub(crate) fn cases(case: &CaseFile) -> impl Iterator<Item = &CaseRecord> {
    in_order(case.identities()).filter(|lead| lead.is_accepted() && case.attached(lead.id).next().is_some())
}

/// The notices of a court case, by record.
pub(crate) fn notices<'a>(case: &'a CaseFile, lead: &CaseRecord) -> Vec<Notice<'a>> {
    in_order(case.attached(lead.id)).filter_map(Notice::of).collect()
}

/// The orders of a court case that were made in the person's absence, with their days.
pub(crate) fn orders_in_absence<'a>(case: &'a CaseFile, lead: &CaseRecord) -> Vec<(&'a CaseRecord, Date)> {
    in_order(case.attached(lead.id))
        .filter(|row| row.record.mark(Attribute::InAbsentia) == Some(true))
        .filter_map(|row| Some((row, row.record.day(Attribute::OrderOn)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use redress_testkit::parse_case_file;

    use super::*;

    #[test]
    fn rows_are_read_by_what_they_state() {
        let case = parse_case_file(
            "
            court names 11
              family_name Ruiz
            court notices N1 about 11
              notice_kind NTA
              notice_mailed_on 2026-05-03
              notice_served M
            court notices N2 about 11
              notice_served P
            court proceedings 1 about 11
              order_on 2026-06-03
              in_absentia yes
            court proceedings 2 about 11
              order_on 2026-07-03
              in_absentia no",
        );
        let lead = cases(&case).next().unwrap();
        let notices = notices(&case, lead);
        assert_eq!(notices.len(), 1);
        assert!(notices[0].is_charging_paper && notices[0].served == Served::Mail);
        let hearing_on = notices[0].sent_on.saturating_add(10.days());
        assert!(notices[0].is_before(hearing_on, 10) && !notices[0].is_before(hearing_on, 11));
        assert_eq!(orders_in_absence(&case, lead).len(), 1);
    }
}
