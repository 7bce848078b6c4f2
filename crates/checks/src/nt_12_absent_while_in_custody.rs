//! NT-12: "did not appear" while in the government's custody.
//!
//! A person in custody comes to a hearing only if the government brings them. When it does not, the court's
//! record says that the person did not appear, and an order in absence may follow. The law lets it be undone at
//! any time (8 U.S.C. 1229a(b)(5)(C)(ii)).
//!
//! The rule lays the periods of custody over the order made in absence. It reports an order on a day in custody,
//! one whose hearing was put off because the person was not presented (reason 09), and one on a day of which
//! the person or counsel says that they could not attend. Dates only; no place and no reason is kept.
//!
//! It stays silent when the custody row was entered later than it claims and is contradicted, and when the
//! release came before the hearing.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{cases, orders_in_absence},
    schedule::next_day,
    sequence::{in_order, once_each},
    wording::spoken_day,
};

/// In custody and not presented for the hearing (`tblAdjournmentCodes`).
const NOT_PRESENTED: &str = "09";

/// Released from custody, or moved to the docket of people who are not in custody.
const RELEASED: [&str; 2] = ["16", "1B"];

/// The check.
pub(crate) struct AbsentWhileInCustody;

static SPEC: Spec = Spec {
    id: "NT-12",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Absent while in government custody",
    family: Family::Notice,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::InAbsentia,
        Attribute::OrderOn,
        Attribute::DetainedOn,
        Attribute::ReleasedOn,
        Attribute::CouldNotAttendOn,
        Attribute::AdjournmentReason,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "An order was made in absence on a day on which the person was in the government's custody, was not \
           presented, or says that they could not attend.",
    not_when: &[
        "the person had been released before the day",
        "the custody row was entered after the order and another row contradicts it",
        "the order was not made in absence",
    ],
    harm_in_words: "The person is ordered removed for an absence that the government caused.",
    evidence_shown: "Both lines of time laid over each other: custody, and the hearing with its order.",
    route: Route {
        actor: "the person or counsel",
        instrument: "a motion to take the order back: in custody and absent through no fault of the person; removal is \
                     stayed while it is pending",
        deadline: "any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 U.S.C. 1229a(b)(5)(C)(ii); 8 CFR 1003.23(b)(4)(ii)",
};

impl Check for AbsentWhileInCustody {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        for lead in cases(case) {
            for (order, ordered_on) in orders_in_absence(case, lead) {
                let reason = in_custody(case, lead, order, ordered_on)
                    .or_else(|| not_presented(case, lead, ordered_on))
                    .or_else(|| could_not_attend(case, ordered_on));
                found.extend(reason.map(|reason| report(order, ordered_on, &reason, case, world)));
            }
        }
        once_each(found)
    }
}

/// Why the absence was none of the person's making.
struct Reason<'a> {
    record: &'a CaseRecord,
    attributes: [Attribute; 2],
    what: String,
}

fn in_custody<'a>(case: &'a CaseFile, lead: &CaseRecord, order: &CaseRecord, on: Date) -> Option<Reason<'a>> {
    let is_of_case = |row: &&CaseRecord| row.lead == Some(lead.id) || row.record.is_identity;
    in_order(case.accepted()).filter(is_of_case).find_map(|row| {
        let from = row.record.day(Attribute::DetainedOn)?;
        let until = row.record.day(Attribute::ReleasedOn);
        let covers = from <= on && until.is_none_or(|until| on < until);
        // A release that the source wrote and nobody can read is no open end.
        let released = row.record.statement(Attribute::ReleasedOn);
        let has_unread_release =
            until.is_none() && released.is_some_and(|day| !day.original.trim().is_empty());
        if !covers || has_unread_release || is_contradicted(case, lead, row, order, on) {
            return None;
        }
        let until = until
            .map_or("no day of release is recorded".to_owned(), |day| format!("until {}", spoken_day(day)));
        Some(Reason {
            record: row,
            attributes: [Attribute::DetainedOn, Attribute::ReleasedOn],
            what: format!("the person was in custody since {} ({until})", spoken_day(from)),
        })
    })
}

/// Whether a custody row came into the file after the order and another row says that the person was released
/// before.
fn is_contradicted(
    case: &CaseFile,
    lead: &CaseRecord,
    row: &CaseRecord,
    order: &CaseRecord,
    on: Date,
) -> bool {
    let from = row.record.day(Attribute::DetainedOn);
    let is_late = row.record.first_seen > order.record.first_seen && row.record.first_seen > on;
    let says_released = |other: &CaseRecord| {
        let reason = other.record.value(Attribute::AdjournmentReason);
        let day = other.record.day(Attribute::HearingOn);
        let adjourned =
            reason.is_some_and(|reason| RELEASED.contains(&reason)) && day.is_some_and(|day| day <= on);
        let released = other.record.day(Attribute::ReleasedOn).filter(|day| *day <= on && Some(*day) >= from);
        other.id != row.id && (adjourned || released.is_some())
    };
    is_late && case.attached(lead.id).any(says_released)
}

fn not_presented<'a>(case: &'a CaseFile, lead: &CaseRecord, on: Date) -> Option<Reason<'a>> {
    let row = in_order(case.attached(lead.id)).find(|row| {
        row.record.value(Attribute::AdjournmentReason) == Some(NOT_PRESENTED)
            && row.record.day(Attribute::HearingOn) == Some(on)
    })?;
    Some(Reason {
        record: row,
        attributes: [Attribute::AdjournmentReason, Attribute::HearingOn],
        what: "the docket says that the person was in custody and not presented".to_owned(),
    })
}

fn could_not_attend(case: &CaseFile, on: Date) -> Option<Reason<'_>> {
    let row =
        in_order(case.accepted()).find(|row| row.record.day(Attribute::CouldNotAttendOn) == Some(on))?;
    Some(Reason {
        record: row,
        attributes: [Attribute::CouldNotAttendOn; 2],
        what: "the person or counsel says that they could not attend".to_owned(),
    })
}

fn report(
    order: &CaseRecord,
    on: Date,
    reason: &Reason<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence =
        format!("The person was ordered removed in absence on {}, but {}.", spoken_day(on), reason.what);
    let [first, second] = reason.attributes;
    let inputs = [
        (order, Attribute::OrderOn),
        (order, Attribute::InAbsentia),
        (reason.record, first),
        (reason.record, second),
    ];
    Discrepancy::new(&SPEC, order, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court proceedings 1 about 11 seen 2025-02-28 2026-10-31
          order_on 2025-02-03
          in_absentia yes
        court custody 1 about 11 seen 2025-01-31 2026-10-31
          detained_on 2025-01-06
          released_on 2025-02-20\n";

    const FOUND: &str = "court/proceedings:1: The person was ordered removed in absence on 3 February 2025, but the \
                         person was in custody since 6 January 2025 (until 20 February 2025).";

    #[test]
    fn fires() {
        check(&AbsentWhileInCustody, FILE, &[FOUND]);
        let open = FOUND.replace("until 20 February 2025", "no day of release is recorded");
        check(&AbsentWhileInCustody, &FILE.replace("released_on 2025-02-20", ""), &[&open]);
        let late = FILE.replace("seen 2025-01-31", "seen 2025-06-30");
        check(&AbsentWhileInCustody, &late, &[FOUND]);
    }

    #[test]
    fn fires_where_the_person_was_not_presented_or_could_not_attend() {
        for (rows, said) in [
            (
                "hearing_on 2025-02-03\n          adjournment_reason 09",
                "the docket says that the person was in custody and not presented",
            ),
            ("could_not_attend_on 2025-02-03", "the person or counsel says that they could not attend"),
        ] {
            let text = FILE.replace("detained_on 2025-01-06\n          released_on 2025-02-20", rows);
            let expected = format!("{} but {said}.", FOUND.split_once(" but ").unwrap().0);
            check(&AbsentWhileInCustody, &text, &[&expected]);
        }
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("released on the day", "released_on 2025-02-20", "released_on 2025-02-03"),
            ("detained later", "detained_on 2025-01-06", "detained_on 2025-02-04"),
            ("release cannot be read", "released_on 2025-02-20", "released_on 31/31/2025 =>"),
            ("not in absence", "in_absentia yes", "in_absentia no"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&AbsentWhileInCustody, &text, &[]);
        }
        let contradicted = FILE.replace("seen 2025-01-31", "seen 2025-06-30")
            + "        court schedule 5 about 11\n          hearing_on 2025-01-20\n          adjournment_reason 16\n";
        check(&AbsentWhileInCustody, &contradicted, &[]);
    }
}
