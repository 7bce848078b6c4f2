//! OR-12: a death is recorded, and the case is active.
//!
//! The family of somebody who died goes on getting letters and hearing days. The reverse does more harm: a
//! living person who is marked dead by mistake loses everything at once.
//!
//! The rule reads records of a death (closing status 7, a day of death, a death document) and, of the same
//! person, a record that is active or a hearing that is set. It says how many sources record the death: one
//! source alone is a question to ask, never a ground to end anything.
//!
//! It stays silent when the person was present, arrived or left after the recorded day of death (then the
//! record of the death is in doubt, and DP-07 shows it), when nothing is open, and when the record of the
//! death is somebody else's.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_active, status_code},
    agreement::same_person,
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Closing status for a death.
const DIED: &str = "7";

/// Acts that only a living person does.
const ACTS: [Attribute; 3] = [Attribute::PresentOn, Attribute::ArrivedOn, Attribute::DepartedOn];

/// The check.
pub(crate) struct DeathRecordedCaseActive;

static SPEC: Spec = Spec {
    id: "OR-12",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Death recorded, case still active",
    family: Family::Order,
    harm: Harm::H2,
    direction: Direction::Neutral,
    inputs: &[
        Attribute::CaseStatus,
        Attribute::DiedOn,
        Attribute::DeathDocument,
        Attribute::HearingOn,
        Attribute::PresentOn,
        Attribute::ArrivedOn,
        Attribute::DepartedOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A death of the person is recorded, while a record of the person is active or a hearing is set.",
    not_when: &[
        "the person was present, arrived or left after the recorded day of death",
        "nothing is active and no hearing is set",
        "the record of the death is somebody else's",
    ],
    harm_in_words: "Letters and hearing days to a family in mourning; or a living person who is marked dead.",
    evidence_shown: "Every record of the death with its source, the open items, the cases of riders. One \
                     source alone is shown as a question.",
    route: Route {
        actor: "the owner of the record; the family's representative",
        instrument: "with two sources or a document: end the case and the letters, and review the cases of \
                     riders on their own; with one source: ask first",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "Starting rule of this catalogue; ICE case status 7, EOIR termination by death",
};

impl Check for DeathRecordedCaseActive {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|open| {
                let item = open_item(open, case, world)?;
                let deaths: Vec<&CaseRecord> = in_order(case.identities())
                    .filter(|record| records_death(record))
                    .filter(|record| record.id == open.id || same_person(record, open))
                    .collect();
                let first = deaths.first()?;
                let died_on = deaths.iter().find_map(|record| record.record.day(Attribute::DiedOn));
                (!acted_after(first, died_on, case)).then(|| report(item, &deaths, died_on, case, world))
            })
            .collect()
    }
}

fn records_death(record: &CaseRecord) -> bool {
    status_code(record) == Some(DIED)
        || record.record.day(Attribute::DiedOn).is_some()
        || record.record.mark(Attribute::DeathDocument) == Some(true)
}

/// What is still open of a record: its own status, or a hearing that is set in its case.
fn open_item<'a>(
    open: &'a CaseRecord,
    case: &'a CaseFile,
    world: &World<'_>,
) -> Option<(&'a CaseRecord, Attribute)> {
    if is_active(open) {
        return Some((open, Attribute::CaseStatus));
    }
    let ahead = case.attached(open.id).filter_map(|row| {
        let on = row.record.day(Attribute::HearingOn)?;
        (on > described_on(row, world)).then_some((on, row))
    });
    ahead.min_by_key(|(on, row)| (*on, row.id)).map(|(_, row)| (row, Attribute::HearingOn))
}

/// Whether a record of the person tells of something that only a living person does, after the day of death.
fn acted_after(death: &CaseRecord, died_on: Option<Date>, case: &CaseFile) -> bool {
    let Some(died_on) = died_on else { return false };
    case.identities()
        .filter(|record| record.id == death.id || same_person(record, death))
        .flat_map(|record| std::iter::once(record).chain(case.attached(record.id)))
        .any(|row| ACTS.iter().any(|act| row.record.day(*act).is_some_and(|on| on > died_on)))
}

fn report(
    (item, attribute): (&CaseRecord, Attribute),
    deaths: &[&CaseRecord],
    died_on: Option<Date>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let what =
        if attribute == Attribute::CaseStatus { "This record is active" } else { "This hearing is set" };
    let sources: BTreeSet<_> = deaths.iter().map(|record| &record.record.key.source).collect();
    let has_document = deaths.iter().any(|record| record.record.mark(Attribute::DeathDocument) == Some(true));
    let when = died_on.map_or_else(String::new, |on| format!(" on {}", spoken_day(on)));
    let who = match (sources.len(), has_document) {
        (_, true) => format!("a document of the person's death{when} is on file"),
        (1, false) => {
            format!("one source records that the person died{when}: ask before anything is ended")
        }
        (_, false) => format!("more than one source records that the person died{when}"),
    };
    let mut inputs = vec![(item, attribute)];
    for record in deaths {
        inputs.extend([
            (*record, Attribute::DiedOn),
            (*record, Attribute::DeathDocument),
            (*record, Attribute::CaseStatus),
        ]);
    }
    Discrepancy::new(&SPEC, item, &inputs, format!("{what}, but {who}."), next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const WHO: &str = "family_name Ruiz\n          given_name Ana\n          birth_date 1990-03-04";

    fn file(open: &str, death: &str) -> String {
        format!(
            "        status extract S1\n          {WHO}\n          {open}\n        benefits applications B1\n          {WHO}\n          {death}\n"
        )
    }

    const ONE: &str = "status/S1: This record is active, but one source records that the person died on 2 \
                       March 2026: ask before anything is ended.";

    #[test]
    fn fires_with_a_question_or_with_a_document() {
        let text = file("case_status ACTIVE", "died_on 2026-03-02");
        check(&DeathRecordedCaseActive, &text, &[ONE]);
        check(
            &DeathRecordedCaseActive,
            &text.replace("died_on 2026-03-02", "case_status 7-DIED"),
            &[&ONE.replace(" on 2 March 2026", "")],
        );
        check(
            &DeathRecordedCaseActive,
            &text.replace("died_on", "death_document yes\n          died_on"),
            &[
                "status/S1: This record is active, but a document of the person's death on 2 March 2026 is on file.",
            ],
        );
        let second =
            format!("{text}        border i94_records I1\n          {WHO}\n          case_status 7-DIED\n");
        check(
            &DeathRecordedCaseActive,
            &second,
            &[
                "status/S1: This record is active, but more than one source records that the person died on 2 March 2026.",
            ],
        );
    }

    #[test]
    fn fires_on_a_hearing_that_is_set() {
        let text = file("case_status CLOSED", "died_on 2026-03-02")
            + &format!(
                "        court court_names 4711\n          {WHO}\n        court tbl_schedule 5 about 4711\n          hearing_on 2026-12-01\n"
            );
        let found = "court/tbl_schedule:5: This hearing is set, but one source records that the person died \
                     on 2 March 2026: ask before anything is ended.";
        check(&DeathRecordedCaseActive, &text, &[found]);
        check(&DeathRecordedCaseActive, &text.replace("2026-12-01", "2026-09-01"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, open, death) in [
            ("nobody died", "case_status ACTIVE", "case_status CLOSED"),
            ("nothing open", "case_status CLOSED", "died_on 2026-03-02"),
            ("present later", "case_status ACTIVE\n          present_on 2026-04-05", "died_on 2026-03-02"),
            ("arrived later", "case_status ACTIVE\n          arrived_on 2026-04-05", "died_on 2026-03-02"),
        ] {
            check(&DeathRecordedCaseActive, &file(open, death), &[]);
            assert!(!why.is_empty());
        }
        let brother = file("case_status ACTIVE", "died_on 2026-03-02").replacen("Ana", "Luis", 1);
        check(&DeathRecordedCaseActive, &brother, &[]);
    }
}
