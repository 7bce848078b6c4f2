//! NT-11: hearing or notice in a language that the person does not read.
//!
//! Speakers of Mam, K'iche' or Q'anjob'al are entered as speakers of Spanish, the national language of their
//! country; interpreters come for the wrong language and hearings are put off.
//!
//! The rule compares the language of the court case with the one that the person declares. It also reports a
//! hearing that was put off for want of an interpreter or for an interpreter of the wrong language (reasons 18,
//! 32, 33, 4C, 4D).
//!
//! It stays silent when the person confirms the language of the hearing, when a code is not known, and when the
//! newest language of the case is the right one.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::cases,
    reference::language::{is_taken_for, name},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// No interpreter, or one of the wrong language (`tblAdjournmentCodes`).
const NO_INTERPRETER: [&str; 5] = ["18", "32", "33", "4C", "4D"];

/// The check.
pub(crate) struct NoticeInAnotherLanguage;

static SPEC: Spec = Spec {
    id: "NT-11",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Notice in a language the person does not read",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::Language,
        Attribute::PreferredLanguage,
        Attribute::LanguageConfirmed,
        Attribute::AdjournmentReason,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "The language of the court case is another than the one that the person declares, or a hearing was put \
           off for want of an interpreter of the right language.",
    not_when: &[
        "the person confirms the language of the hearing",
        "the newest hearing of the case is in the language declared",
        "a code stands for no language that the table knows",
    ],
    harm_in_words: "The person does not understand the notice or the hearing.",
    evidence_shown: "The language of each office with its day, and the hearings put off.",
    route: Route {
        actor: "the court",
        instrument: "a motion to correct the language; an explanation in the right language, spoken too",
        deadline: "before the next hearing",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "EOIR language and adjournment codes; motion type LI; 8 CFR 1003.22",
};

impl Check for NoticeInAnotherLanguage {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let confirmed = |record: &CaseRecord| record.record.mark(Attribute::LanguageConfirmed) == Some(true);
        if case.accepted().any(confirmed) {
            return Vec::new();
        }
        let declared = in_order(case.accepted()).find_map(|record| {
            let language = name(record.record.value(Attribute::PreferredLanguage)?)?;
            Some((record, language))
        });
        cases(case)
            .filter_map(|lead| {
                let other = declared.and_then(|declared| other_language(case, lead, declared));
                let (row, what, inputs) = other.or_else(|| put_off(case, lead))?;
                Some(Discrepancy::new(&SPEC, row, &inputs, what, next_day(case, world.today)))
            })
            .collect()
    }
}

/// The row at fault, the sentence, and the statements side by side.
type Reported<'a> = (&'a CaseRecord, String, Vec<(&'a CaseRecord, Attribute)>);

fn other_language<'a>(
    case: &'a CaseFile,
    lead: &'a CaseRecord,
    (person, declared): (&'a CaseRecord, &'static str),
) -> Option<Reported<'a>> {
    let stating =
        in_order(case.attached(lead.id)).filter(|row| row.record.value(Attribute::Language).is_some());
    let newest =
        stating.max_by_key(|row| (row.record.day(Attribute::HearingOn), std::cmp::Reverse(row.id)))?;
    let of_court = name(newest.record.value(Attribute::Language)?)?;
    if of_court == declared {
        return None;
    }
    let known = if is_taken_for(declared, of_court) {
        format!(", which courts are known to take for {declared}")
    } else {
        String::new()
    };
    let sentence =
        format!("The court's language for this case is {of_court}{known}; the person declares {declared}.");
    let inputs = vec![(newest, Attribute::Language), (person, Attribute::PreferredLanguage)];
    Some((newest, sentence, inputs))
}

fn put_off<'a>(case: &'a CaseFile, lead: &'a CaseRecord) -> Option<Reported<'a>> {
    let reason = |row: &CaseRecord| {
        row.record.value(Attribute::AdjournmentReason).is_some_and(|reason| NO_INTERPRETER.contains(&reason))
    };
    let rows: Vec<&CaseRecord> = in_order(case.attached(lead.id)).filter(|row| reason(row)).collect();
    let last = rows.iter().max_by_key(|row| (row.record.day(Attribute::HearingOn), row.id))?;
    let day = last.record.day(Attribute::HearingOn)?;
    let sentence = format!(
        "The hearing on {} was put off for want of an interpreter of the right language; the language on record \
         may be wrong.",
        spoken_day(day)
    );
    let inputs =
        std::iter::once(*last).chain(rows.iter().copied().filter(|row| row.id != last.id)).flat_map(|row| {
            [Attribute::AdjournmentReason, Attribute::HearingOn, Attribute::Language].map(|of| (row, of))
        });
    Some((last, sentence, inputs.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court names 11
          preferred_language MAM
        court schedule 1 about 11
          hearing_on 2026-05-06
          language SP
        court schedule 2 about 11
          hearing_on 2026-12-03
          language SP\n";

    const FOUND: &str = "court/schedule:2: The court's language for this case is Spanish, which courts are known to \
                         take for Mam; the person declares Mam.";

    #[test]
    fn fires() {
        check(&NoticeInAnotherLanguage, FILE, &[FOUND]);
        let plain = FOUND.replace(", which courts are known to take for Mam", "").replace("Mam", "Pashto");
        check(&NoticeInAnotherLanguage, &FILE.replace("MAM", "PS"), &[&plain]);
        let put_off = FILE.replace("preferred_language MAM", "family_name Ruiz").replacen(
            "language SP",
            "adjournment_reason 4C",
            1,
        );
        let expected = "court/schedule:1: The hearing on 6 May 2026 was put off for want of an interpreter of the \
                        right language; the language on record may be wrong.";
        check(&NoticeInAnotherLanguage, &put_off, &[expected]);
    }

    #[test]
    fn stays_silent() {
        for (from, to) in [
            ("preferred_language MAM", "preferred_language MAM\n          language_confirmed yes"),
            ("2026-12-03\n          language SP", "2026-12-03\n          language MAM"),
            ("preferred_language MAM", "preferred_language ES"),
            ("preferred_language MAM", "preferred_language ZZZ"),
            ("preferred_language MAM", "family_name Ruiz"),
            (
                "preferred_language MAM\n        court schedule 1 about 11\n          hearing_on",
                "family_name Ruiz\n        court schedule 1 about 11\n          adjournment_reason 05\n          hearing_on",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE);
            check(&NoticeInAnotherLanguage, &text, &[]);
        }
    }
}
