//! NT-13: child or rider not served as the rules say.
//!
//! A paper for a child under 14 is served on the person with whom the child lives (8 CFR 103.8(c)(2)(ii)). A
//! relative whose case is heard together with another's and is then parted from it has hearings of his or her
//! own, and must be told of them. And nobody is ordered removed whom the order does not name.
//!
//! The rule reports a charging paper served on a child under 14 alone, a parted proceeding with a hearing or an
//! order afterwards of which no own notice is on file, and an order that does not name the person.
//!
//! It stays silent when the paper was served on a guardian, when the source does not say on whom, and when a
//! notice was sent after the parting.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::birth_date_of,
    court_rows::{cases, notices},
    schedule::next_day,
    sequence::{in_order, once_each},
    wording::{counted, spoken_day},
};

/// The check.
pub(crate) struct ChildOrRiderNotServed;

static SPEC: Spec = Spec {
    id: "NT-13",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Child or rider not served as the rules say",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeServed,
        Attribute::ServedOnGuardian,
        Attribute::BirthDate,
        Attribute::LeadProceeding,
        Attribute::SeveredOn,
        Attribute::NamedInOrder,
        Attribute::OrderOn,
        Attribute::HearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["nt_13_age"],
    rule: "A charging paper was served on a child under {nt_13_age} alone, a proceeding parted from a relative's has a \
           hearing or an order without a notice of its own, or an order does not name the person.",
    not_when: &[
        "the paper was served on a parent, a guardian or the office in charge of the child",
        "the source does not say on whom the paper was served",
        "a notice was sent to the person after the proceedings were parted",
        "nothing was set or decided after the parting",
    ],
    harm_in_words: "A child is ordered removed at a hearing that nobody responsible was told of.",
    evidence_shown: "The age on the day of service, and the day of the parting with every notice after it.",
    route: Route {
        actor: "the guardian or counsel; the office in charge of children",
        instrument: "a motion to reopen for lack of service; legal aid for children",
        deadline: "any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 103.8(c)(2)(ii); EOIR table of lead and rider cases",
};

impl Check for ChildOrRiderNotServed {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(age) = parameters.days("nt_13_age", world.today) else { return Vec::new() };
        let mut found = Vec::new();
        for lead in cases(case) {
            found.extend(children(case, lead, age, world));
            found.extend(parted(case, lead, world));
            found.extend(unnamed(case, lead, world));
        }
        once_each(found)
    }
}

fn children(case: &CaseFile, lead: &CaseRecord, age: i32, world: &World<'_>) -> Vec<Discrepancy> {
    let Some(born_on) = birth_date_of(lead).and_then(|born| born.to_civil()) else { return Vec::new() };
    let alone = |record: &CaseRecord| record.record.mark(Attribute::ServedOnGuardian) == Some(false);
    notices(case, lead)
        .iter()
        .filter(|notice| notice.is_charging_paper && alone(notice.record))
        .filter(|notice| (born_on..born_on.saturating_add(age.years())).contains(&notice.sent_on))
        .map(|notice| {
            let years = (notice.sent_on.year() - born_on.year())
                - i16::from(
                    (notice.sent_on.month(), notice.sent_on.day()) < (born_on.month(), born_on.day()),
                );
            let sentence = format!(
                "The charging paper of {} was served on a child of {} alone; under {age} it goes to whom the \
                 child lives with.",
                spoken_day(notice.sent_on),
                counted(years.unsigned_abs().into(), "year", "years"),
            );
            let inputs = [
                (notice.record, Attribute::NoticeMailedOn),
                (notice.record, Attribute::ServedOnGuardian),
                (lead, Attribute::BirthDate),
            ];
            Discrepancy::new(&SPEC, notice.record, &inputs, sentence, next_day(case, world.today))
        })
        .collect()
}

fn parted(case: &CaseFile, lead: &CaseRecord, world: &World<'_>) -> Option<Discrepancy> {
    let (row, severed_on) = in_order(case.attached(lead.id)).find_map(|row| {
        row.record.value(Attribute::LeadProceeding)?;
        Some((row, row.record.day(Attribute::SeveredOn)?))
    })?;
    let (event, of, on) = first_after(case, lead, severed_on)?;
    let has_own_notice = notices(case, lead).iter().any(|notice| notice.sent_on >= severed_on);
    if has_own_notice {
        return None;
    }
    let sentence = format!(
        "The proceeding was parted from a relative's on {}; what followed on {} ({}) had no notice of its own on \
         file.",
        spoken_day(severed_on),
        spoken_day(on),
        of.plain_name(),
    );
    let inputs = [(row, Attribute::SeveredOn), (row, Attribute::LeadProceeding), (event, of)];
    Some(Discrepancy::new(&SPEC, row, &inputs, sentence, next_day(case, world.today)))
}

/// The first hearing or order of a case after a day.
fn first_after<'a>(
    case: &'a CaseFile,
    lead: &CaseRecord,
    after: Date,
) -> Option<(&'a CaseRecord, Attribute, Date)> {
    let days = |row: &'a CaseRecord| {
        [Attribute::OrderOn, Attribute::HearingOn]
            .into_iter()
            .filter_map(move |of| Some((row, of, row.record.day(of)?)))
    };
    case.attached(lead.id)
        .flat_map(days)
        .filter(|(_, _, on)| *on > after)
        .min_by_key(|(row, of, on)| (*on, *of, row.id))
}

fn unnamed(case: &CaseFile, lead: &CaseRecord, world: &World<'_>) -> Vec<Discrepancy> {
    in_order(case.attached(lead.id))
        .filter(|row| row.record.mark(Attribute::NamedInOrder) == Some(false))
        .filter_map(|row| {
            let on = spoken_day(row.record.day(Attribute::OrderOn)?);
            let sentence =
                format!("The order of {on} stands in this person's case but does not name the person.");
            let inputs = [(row, Attribute::OrderOn), (row, Attribute::NamedInOrder)];
            Some(Discrepancy::new(&SPEC, row, &inputs, sentence, next_day(case, world.today)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const CHILD: &str = "
        court names 11
          birth_date 2012-03-04
        court notices N1 about 11
          notice_kind NTA
          notice_mailed_on 2025-06-03
          served_on_guardian no\n";

    const RIDER: &str = "
        court names 11
          family_name Ruiz
        court riders 1 about 11
          lead_proceeding 10
          severed_on 2025-03-04
        court proceedings 1 about 11
          order_on 2025-06-03
        court notices N1 about 11
          notice_mailed_on 2025-03-03\n";

    const UNSERVED: &str = "court/riders:1: The proceeding was parted from a relative's on 4 March 2025; what followed \
                            on 3 June 2025 (day of the order) had no notice of its own on file.";

    #[test]
    fn fires_on_a_child_served_alone() {
        let expected = "court/notices:N1: The charging paper of 3 June 2025 was served on a child of 13 years alone; \
                        under 14 it goes to whom the child lives with.";
        check(&ChildOrRiderNotServed, CHILD, &[expected]);
        check(&ChildOrRiderNotServed, &CHILD.replace("2012-03-04", "2011-06-04"), &[expected]);
    }

    #[test]
    fn fires_on_a_rider_without_a_notice() {
        check(&ChildOrRiderNotServed, RIDER, &[UNSERVED]);
        let hearing = UNSERVED.replace("day of the order", "day of the hearing");
        check(&ChildOrRiderNotServed, &RIDER.replace("order_on", "hearing_on"), &[&hearing]);
    }

    #[test]
    fn fires_on_an_order_that_does_not_name_the_person() {
        let text = "court names 11\n  family_name Ruiz\ncourt proceedings 1 about 11\n  order_on 2025-06-03\n  named_in_order no\n";
        let expected = "court/proceedings:1: The order of 3 June 2025 stands in this person's case but does not name \
                        the person.";
        check(&ChildOrRiderNotServed, text, &[expected]);
        check(&ChildOrRiderNotServed, &text.replace("order no", "order yes"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (from, to) in [
            ("served_on_guardian no", "served_on_guardian yes"),
            ("served_on_guardian no", ""),
            ("2012-03-04", "2011-06-03"),
            ("2012-03-04", "2012"),
            ("NTA", "HEARING"),
        ] {
            check(&ChildOrRiderNotServed, &CHILD.replace(from, to), &[]);
        }
        for (from, to) in [
            ("2025-03-03", "2025-03-04"),
            ("order_on 2025-06-03", "order_on 2025-03-04"),
            ("severed_on 2025-03-04", ""),
            ("lead_proceeding 10", ""),
        ] {
            check(&ChildOrRiderNotServed, &RIDER.replace(from, to), &[]);
        }
    }
}
