//! PR-02: a correction did not reach everybody who holds the wrong value.
//!
//! A value is corrected, and whoever had received it must be told (5 U.S.C. 552a(c)(4)). A recipient that
//! never acknowledged, or a source whose next extract still has the old value, goes on with what is wrong.
//!
//! The rule reads the corrections of a record that were granted. It reports the record when a recipient was
//! told and has not acknowledged for more than 30 days (60 minutes for a stay of an order), and when an
//! extract of a later day still shows the value that was found wrong.
//!
//! It stays silent when every recipient acknowledged, while the time runs, when the source's value has
//! changed, and when the newest extract is older than the correction.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    keeping::{ANY, Correction},
    schedule::next_day,
    wording::spoken_day,
};

/// Minutes of a day.
const DAY_MINUTES: u64 = 24 * 60;

/// The check.
pub(crate) struct CorrectionNotReceived;

static SPEC: Spec = Spec {
    id: "PR-02",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Correction that did not reach a recipient",
    family: Family::Process,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &["pr_02_days", "pr_02_stay_minutes"],
    rule: "A recipient told of a correction has not acknowledged it for more than {pr_02_days} days, or {pr_02_stay_minutes} minutes for \
           a stay; or an extract of a later day than the correction still shows the value found wrong.",
    not_when: &[
        "every recipient has acknowledged",
        "the time to acknowledge still runs",
        "the source shows another value than the one that was found wrong",
        "the newest extract that shows the record is not later than the correction",
    ],
    harm_in_words: "Somebody acts on a value that was found wrong.",
    evidence_shown: "The correction, each recipient with the day it was told, the value in the newest extract.",
    route: Route {
        actor: "the office that granted the correction; the head of the recipient's office",
        instrument: "send it again, turn to the head of the office, count it on the public page by recipient",
        deadline: "minutes for a stay",
    },
    data: &[DataClass::Agency],
    citation: "5 U.S.C. 552a(c)(4); GDPR Art. 19",
};

impl Check for CorrectionNotReceived {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let number = |name| parameters.days(name, world.today).ok().and_then(|n| u64::try_from(n).ok());
        let (Some(days), Some(stay_minutes)) = (number("pr_02_days"), number("pr_02_stay_minutes")) else {
            return Vec::new();
        };
        let limits = Limits { minutes: days * DAY_MINUTES, stay_minutes };
        case.records
            .iter()
            .filter_map(|record| {
                let (correction, sentence) =
                    world.keeping.corrections(record.id).into_iter().find_map(|c| {
                        Some((c.clone(), unanswered(&c, &limits).or_else(|| still(record, &c))?))
                    })?;
                let inputs = [(record, correction.attribute)];
                record.reference(correction.attribute)?;
                Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
            })
            .collect()
    }
}

/// How long a recipient may take.
struct Limits {
    minutes: u64,
    stay_minutes: u64,
}

/// A recipient that was told and does not answer.
fn unanswered(correction: &Correction, limits: &Limits) -> Option<String> {
    let limit = if correction.is_stay { limits.stay_minutes } else { limits.minutes };
    let late = |minutes: u64| minutes > limit;
    let recipient = correction.recipients.iter().find(|r| r.waiting_minutes.is_some_and(late))?;
    Some(format!(
        "This value was corrected on {}, and {} was told and has not acknowledged it in time.",
        spoken_day(correction.granted_on),
        recipient.name,
    ))
}

/// A later extract that still shows what was found wrong.
fn still(record: &CaseRecord, correction: &Correction) -> Option<String> {
    let wrong = correction.wrong.as_deref()?;
    let is_shown = record.record.value(correction.attribute) == Some(wrong);
    (is_shown && record.record.last_seen > correction.granted_on).then(|| {
        format!(
            "This value was corrected on {}, but the extract of {} still shows what was found wrong.",
            spoken_day(correction.granted_on),
            spoken_day(record.record.last_seen),
        )
    })
}

#[cfg(test)]
mod tests {
    use redress_statement::Attribute;

    use super::*;
    use crate::{
        fixture::{KeptFacts, check_kept},
        keeping::ToldRecipient,
    };

    const FILE: &str = "status extract S1 seen 2025-06-30 2026-10-31\n  final_order yes\n";

    fn corrected(waiting_minutes: Option<u64>, is_stay: bool, wrong: &str) -> KeptFacts {
        let recipients = vec![ToldRecipient { name: "Supervision Office".to_owned(), waiting_minutes }];
        let correction = Correction {
            attribute: Attribute::FinalOrder,
            wrong: Some(wrong.to_owned()),
            granted_on: date(2026, 8, 3),
            is_stay,
            recipients,
        };
        KeptFacts { corrections: vec![correction], ..KeptFacts::default() }
    }

    const LATE: &str = "status/S1: This value was corrected on 3 August 2026, and Supervision Office was told \
                        and has not acknowledged it in time.";

    const STILL: &str = "status/S1: This value was corrected on 3 August 2026, but the extract of 31 October \
                         2026 still shows what was found wrong.";

    #[test]
    fn a_recipient_has_days_and_minutes_for_a_stay() {
        for (waiting, is_stay, expected) in [
            (Some(30 * DAY_MINUTES), false, None),
            (Some(30 * DAY_MINUTES + 1), false, Some(LATE)),
            (Some(60), true, None),
            (Some(61), true, Some(LATE)),
            (None, true, None),
        ] {
            let expected: Vec<&str> = expected.into_iter().collect();
            check_kept(&CorrectionNotReceived, FILE, &corrected(waiting, is_stay, "no"), &expected);
        }
    }

    #[test]
    fn a_later_extract_must_not_show_the_wrong_value() {
        check_kept(&CorrectionNotReceived, FILE, &corrected(None, false, "yes"), &[STILL]);
        check_kept(&CorrectionNotReceived, &FILE.replace("yes", "no"), &corrected(None, false, "yes"), &[]);
        let older = FILE.replace("2026-10-31", "2026-08-03");
        check_kept(&CorrectionNotReceived, &older, &corrected(None, false, "yes"), &[]);
        check_kept(&CorrectionNotReceived, FILE, &KeptFacts::default(), &[]);
    }
}
