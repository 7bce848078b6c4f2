//! NT-05: mail came back and the hearing went on.
//!
//! The post returns the notice, the envelope is put into the file, and on the day of the hearing the person is
//! ordered removed in absence.
//!
//! The rule reads a notice that came back, or an application whose status says that the post could not deliver,
//! and an order made in absence afterwards. It reports the notice when no other service for that hearing is on
//! file.
//!
//! It stays silent when the hearing was also notified in person, on counsel, or by mail that did not come back.
//! That the duty to report a move had been explained is shown beside the finding and hides nothing: courts
//! weigh it.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{Notice, cases, notices, orders_in_absence},
    keeping::absence_speaks,
    schedule::next_day,
    sequence::{in_order, once_each},
    wording::spoken_day,
};

/// What the status of an application says when the post could not deliver.
const NOT_DELIVERED: &str = "COULD NOT DELIVER";

/// The check.
pub(crate) struct MailCameBack;

static SPEC: Spec = Spec {
    id: "NT-05",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Mail came back and the hearing went on",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeServed,
        Attribute::NoticeReturnedOn,
        Attribute::ApplicationStatus,
        Attribute::AddressDutyExplainedOn,
        Attribute::InAbsentia,
        Attribute::OrderOn,
        Attribute::HearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A notice came back from the post, or an office's mail could not be delivered, before an order made \
           in absence, and no other service for that hearing is on file.",
    not_when: &[
        "the hearing was also notified in person, on counsel, or by mail that did not come back",
        "the notice that came back was for another hearing than the one of the order",
        "the order was not made in absence",
        "the newest extract of the notices does not say that it has every one, or is held to be \
         cut off (PR-03) and has the record for the first time",
    ],
    harm_in_words: "The person is ordered removed at a hearing that no letter told of.",
    evidence_shown: "The day of the envelope, the hearing and the order; whether the duty to report a move had \
                     been explained.",
    route: Route {
        actor: "the person or counsel",
        instrument: "after an order: a motion to reopen the case, or to take the order back, because no \
                     notice came; courts weigh whether a move was reported",
        deadline: "before the hearing; after an order in absence any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229a(b)(5)(C)(ii); Matter of Nivelo Cardenas, 28 I&N Dec. 68 (BIA 2020)",
};

impl Check for MailCameBack {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        once_each(cases(case).flat_map(|lead| returned(case, lead, world)).collect())
    }
}

fn returned(case: &CaseFile, lead: &CaseRecord, world: &World<'_>) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let notices = notices(case, lead);
    for (order, ordered_on) in orders_in_absence(case, lead) {
        let of_hearing =
            notices.iter().filter(|notice| notice.hearing_on.is_none_or(|day| day == ordered_on));
        let (back, others): (Vec<&Notice<'_>>, Vec<&Notice<'_>>) =
            of_hearing.partition(|notice| notice.record.record.day(Attribute::NoticeReturnedOn).is_some());
        let reached = others.iter().any(|notice| notice.sent_on <= ordered_on);
        if reached {
            continue;
        }
        let known = back.iter().filter(|notice| absence_speaks(notice.record, world));
        let came_back = known.filter_map(|notice| {
            let on = notice.record.record.day(Attribute::NoticeReturnedOn)?;
            (on <= ordered_on).then_some(Returned {
                record: notice.record,
                attribute: Attribute::NoticeReturnedOn,
                on,
            })
        });
        let first =
            came_back.max_by_key(|back| (back.on, back.record.id)).or_else(|| undelivered(case, ordered_on));
        found.extend(first.map(|back| report(&back, order, ordered_on, case, world)));
    }
    found
}

/// Mail that did not arrive.
struct Returned<'a> {
    record: &'a CaseRecord,
    attribute: Attribute,
    on: Date,
}

/// Mail of another office that the post could not deliver, first seen before a day.
fn undelivered(case: &CaseFile, before: Date) -> Option<Returned<'_>> {
    let says = |record: &&CaseRecord| {
        let status = record.record.value(Attribute::ApplicationStatus);
        status.is_some_and(|status| status.contains(NOT_DELIVERED)) && record.record.first_seen <= before
    };
    let record = in_order(case.accepted()).find(says)?;
    Some(Returned { record, attribute: Attribute::ApplicationStatus, on: record.record.first_seen })
}

fn report(
    back: &Returned<'_>,
    order: &CaseRecord,
    ordered_on: Date,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let told = in_order(case.accepted()).find_map(|record| {
        let on = record.record.day(Attribute::AddressDutyExplainedOn)?;
        (on <= ordered_on).then_some((record, on))
    });
    let known = told.map_or(String::new(), |(_, on)| {
        format!(" The duty to report a move had been explained on {}.", spoken_day(on))
    });
    let what = match back.attribute {
        Attribute::NoticeReturnedOn => "The notice came back from the post on",
        _ => "The post could not deliver this office's mail, as was known on",
    };
    let sentence = format!(
        "{what} {}; the person was ordered removed in absence on {}, and no other service is on file.{known}",
        spoken_day(back.on),
        spoken_day(ordered_on),
    );
    let mut inputs = vec![
        (back.record, back.attribute),
        (back.record, Attribute::NoticeMailedOn),
        (order, Attribute::OrderOn),
        (order, Attribute::InAbsentia),
    ];
    inputs.extend(told.map(|(record, _)| (record, Attribute::AddressDutyExplainedOn)));
    Discrepancy::new(&SPEC, back.record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check, check_kept};

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court notices N1 about 11
          notice_mailed_on 2025-01-03
          notice_hearing_on 2025-02-03
          notice_served M
          notice_returned_on 2025-01-20
        court proceedings 1 about 11
          order_on 2025-02-03
          in_absentia yes\n";

    const FOUND: &str = "court/notices:N1: The notice came back from the post on 20 January 2025; the person was \
                         ordered removed in absence on 3 February 2025, and no other service is on file.";

    #[test]
    fn fires() {
        check(&MailCameBack, FILE, &[FOUND]);
        let told = FILE
            .replace("family_name Ruiz", "family_name Ruiz\n          address_duty_explained_on 2024-05-06");
        let said = format!("{FOUND} The duty to report a move had been explained on 6 May 2024.");
        check(&MailCameBack, &told, &[&said]);
    }

    #[test]
    fn fires_on_mail_of_the_benefits_office() {
        let text = "benefits applications IOE1 seen 2024-12-31 2025-06-30
  application_status NOTICE WAS RETURNED TO USCIS BECAUSE THE POST OFFICE COULD NOT DELIVER IT
court names 11
  family_name Ruiz
court proceedings 1 about 11
  order_on 2025-02-03
  in_absentia yes\n";
        let expected = "benefits/IOE1: The post could not deliver this office's mail, as was known on 31 December \
                        2024; the person was ordered removed in absence on 3 February 2025, and no other service \
                        is on file.";
        check(&MailCameBack, text, &[expected]);
        check(&MailCameBack, &text.replace("2024-12-31", "2025-03-31"), &[]);
    }

    #[test]
    fn stays_silent() {
        let again = |served: &str, on: &str| {
            format!(
                "{FILE}        court notices N2 about 11\n          notice_mailed_on {on}\n          notice_hearing_on 2025-02-03\n          notice_served {served}\n"
            )
        };
        check(&MailCameBack, &again("P", "2025-01-25"), &[]);
        check(&MailCameBack, &again("M", "2025-01-25"), &[]);
        check(&MailCameBack, &again("M", "2025-02-25"), &[FOUND]);
        for (from, to) in [
            ("in_absentia yes", "in_absentia no"),
            ("notice_returned_on 2025-01-20", ""),
            ("notice_returned_on 2025-01-20", "notice_returned_on 2025-03-20"),
            ("notice_hearing_on 2025-02-03", "notice_hearing_on 2024-02-03"),
        ] {
            check(&MailCameBack, &FILE.replace(from, to), &[]);
        }
    }

    #[test]
    fn stays_silent_where_the_extract_is_not_whole() {
        check_kept(&MailCameBack, FILE, &KeptFacts::complete(), &[FOUND]);
        check_kept(&MailCameBack, FILE, &KeptFacts::partial(), &[]);
        check_kept(&MailCameBack, FILE, &KeptFacts::cut_off_of_a_part(), &[]);
        check_kept(&MailCameBack, FILE, &KeptFacts::cut_off(None), &[FOUND]);
    }
}
