//! DP-05: an overstay is counted without an extension, a change of status, or an admission without an end.
//!
//! The last day of an admission is not the last word. An application to extend or to change, filed in time,
//! lets the person stay while it is pending; an admission for the duration of status has no last day; a
//! period may be extended, revalidated or tolled. A mark that counts days from the first date alone is wrong.
//!
//! The rule reads a record that marks an overstay, and the admission that the mark rests on. It reports the
//! mark when the admission was for duration of status, when an application I-539, I-129 or I-485 of the same
//! person was filed on or before its last day, or when the record states a later last day.
//!
//! It stays silent when the application was denied, when it was filed late, and when it is somebody else's.
//! The rule reads no clock: it starts nothing by the passing of time, however old a mark is.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{described_on, is_of_form},
    agreement::{any_accepted, same_person},
    sequence::in_order,
    wording::spoken_day,
};

/// Admitted for the duration of status.
const DURATION_OF_STATUS: &str = "D/S";

/// Applications that let somebody stay while they are pending: to extend, to change, to adjust.
const FORMS: [&str; 6] = ["I-539", "I-129", "I-485", "I539", "I129", "I485"];

/// What the statuses of a refused or dropped application have in common.
const REFUSED: [&str; 4] = ["DENIED", "REJECTED", "WITHDRAWN", "ABANDON"];

/// The check.
pub(crate) struct OverstayMiscounted;

static SPEC: Spec = Spec {
    id: "DP-05",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Overstay counted without an extension or change of status",
    family: Family::Departure,
    harm: Harm::H4,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::Overstay,
        Attribute::AdmittedUntil,
        Attribute::AdmissionExtendedUntil,
        Attribute::ArrivedOn,
        Attribute::ApplicationForm,
        Attribute::ApplicationStatus,
        Attribute::ApplicationFiledOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
    ],
    parameters: &[],
    rule: "A record marks an overstay, though the admission was for duration of status, though an application \
           I-539, I-129 or I-485 was filed on or before its last day, or though a later last day is stated.",
    not_when: &[
        "the application was denied, rejected, withdrawn or abandoned: the period then ended",
        "the application was filed after the last day",
        "the extended last day, too, lies before the day that the record describes",
        "the admission or the application is somebody else's",
    ],
    harm_in_words: "A visa is refused and a status is lost by a wrong count of days.",
    evidence_shown: "The last day under each rule: as admitted, as extended, while an application is pending.",
    route: Route {
        actor: "the owner of the mark",
        instrument: "compute the last day anew; the hold suspends the mark and everything derived from it",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 214.1(c), 214.2(f)(5), 248.1(b); 22 CFR 41.112(d); GAO-13-683",
};

impl Check for OverstayMiscounted {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter(|record| record.record.mark(Attribute::Overstay) == Some(true))
            .filter_map(|mark| {
                let admission = admission_of(mark, case)?;
                let ground = extended(mark, admission, world)
                    .or_else(|| duration_of_status(admission))
                    .or_else(|| application_in_time(mark, admission, case))?;
                Some(report(mark, admission, &ground))
            })
            .collect()
    }
}

/// Why the first date is not the last word.
enum Ground<'a> {
    Extended { record: &'a CaseRecord, until: Date },
    DurationOfStatus,
    Application { record: &'a CaseRecord, filed_on: Date, until: Date },
}

/// The admission that a mark rests on: its own, or the last one of the person.
fn admission_of<'a>(mark: &'a CaseRecord, case: &'a CaseFile) -> Option<&'a CaseRecord> {
    let states = |record: &CaseRecord| record.record.value(Attribute::AdmittedUntil).is_some();
    if states(mark) {
        return Some(mark);
    }
    in_order(case.identities())
        .filter(|record| states(record) && same_person(record, mark))
        .filter(|record| any_accepted(mark, std::iter::once(*record)))
        .max_by_key(|record| (record.record.day(Attribute::ArrivedOn), record.id))
}

/// A later last day that mark or admission states, not past on the day that the mark describes.
fn extended<'a>(mark: &'a CaseRecord, admission: &'a CaseRecord, world: &World<'_>) -> Option<Ground<'a>> {
    let on = described_on(mark, world);
    [mark, admission].into_iter().find_map(|record| {
        let until = record.record.day(Attribute::AdmissionExtendedUntil)?;
        (until >= on).then_some(Ground::Extended { record, until })
    })
}

fn duration_of_status(admission: &CaseRecord) -> Option<Ground<'_>> {
    let is_unlimited = admission.record.value(Attribute::AdmittedUntil) == Some(DURATION_OF_STATUS);
    is_unlimited.then_some(Ground::DurationOfStatus)
}

fn application_in_time<'a>(
    mark: &CaseRecord,
    admission: &CaseRecord,
    case: &'a CaseFile,
) -> Option<Ground<'a>> {
    let until = admission.record.day(Attribute::AdmittedUntil)?;
    let arrived_on = admission.record.day(Attribute::ArrivedOn);
    let is_refused = |record: &CaseRecord| {
        let status = record.record.value(Attribute::ApplicationStatus).unwrap_or_default();
        REFUSED.iter().any(|word| status.contains(word))
    };
    in_order(case.identities())
        .filter(|record| is_of_form(record, &FORMS) && !is_refused(record))
        .filter(|record| same_person(record, mark) && any_accepted(mark, std::iter::once(*record)))
        .filter_map(|record| Some((record, record.record.day(Attribute::ApplicationFiledOn)?)))
        .filter(|(_, filed_on)| *filed_on <= until && arrived_on.is_none_or(|arrived| arrived <= *filed_on))
        .max_by_key(|(record, filed_on)| (*filed_on, record.id))
        .map(|(record, filed_on)| Ground::Application { record, filed_on, until })
}

fn report(mark: &CaseRecord, admission: &CaseRecord, ground: &Ground<'_>) -> Discrepancy {
    let mut inputs = vec![(mark, Attribute::Overstay), (admission, Attribute::AdmittedUntil)];
    let why = match ground {
        Ground::Extended { record, until } => {
            inputs.push((record, Attribute::AdmissionExtendedUntil));
            format!("the admission was extended until {}", spoken_day(*until))
        }
        Ground::DurationOfStatus => {
            "the admission was for the duration of status, without a last day".to_owned()
        }
        Ground::Application { record, filed_on, until } => {
            inputs.extend([
                (*record, Attribute::ApplicationFiledOn),
                (*record, Attribute::ApplicationForm),
                (*record, Attribute::ApplicationStatus),
            ]);
            format!(
                "an application was filed on {}, before the admission ended on {}, and nothing says that it \
                 was refused",
                spoken_day(*filed_on),
                spoken_day(*until)
            )
        }
    };
    // No day is set: an overstay is never a reason to hurry.
    Discrepancy::new(&SPEC, mark, &inputs, format!("This record marks an overstay, but {why}."), None)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use redress_testkit::parse_case_file;

    use super::*;
    use crate::{NoHolders, NothingKept, fixture::check};

    const FILE: &str = "
        border i94_records I1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          overstay yes
          arrived_on 2024-03-06
          admitted_until 2024-09-05
        benefits applications IOE1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          application_form I-539
          application_status PENDING
          application_filed_on 2024-09-05\n";

    const FOUND: &str = "border/I1: This record marks an overstay, but an application was filed on 5 \
                         September 2024, before the admission ended on 5 September 2024, and nothing says \
                         that it was refused.";

    #[test]
    fn fires_on_each_ground() {
        check(&OverstayMiscounted, FILE, &[FOUND]);
        check(&OverstayMiscounted, &FILE.replace("I-539", "I-485"), &[FOUND]);
        check(
            &OverstayMiscounted,
            &FILE.replace("admitted_until 2024-09-05", "admitted_until D/S"),
            &[
                "border/I1: This record marks an overstay, but the admission was for the duration of status, without a last day.",
            ],
        );
        check(
            &OverstayMiscounted,
            &FILE.replace("overstay yes", "admission_extended_until 2027-01-02\n          overstay yes"),
            &[
                "border/I1: This record marks an overstay, but the admission was extended until 2 January 2027.",
            ],
        );
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("no mark", "overstay yes", "overstay no"),
            ("denied", "PENDING", "DENIED"),
            ("abandoned", "PENDING", "ABANDONED"),
            ("late", "application_filed_on 2024-09-05", "application_filed_on 2024-09-06"),
            ("of an earlier stay", "application_filed_on 2024-09-05", "application_filed_on 2024-01-06"),
            ("another form", "I-539", "I-765"),
            (
                "a brother's",
                "IOE1\n          family_name Ruiz\n          given_name Ana",
                "IOE1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&OverstayMiscounted, &text, &[]);
        }
        let past = FILE
            .replace("overstay yes", "admission_extended_until 2026-10-30\n          overstay yes")
            .replace("I-539", "I-765");
        check(&OverstayMiscounted, &past, &[]);
    }

    #[test]
    fn the_passing_of_time_starts_nothing() {
        let silent = parse_case_file(&FILE.replace("overstay yes", "overstay no"));
        let found = parse_case_file(FILE);
        let (sources, parameters) = (BTreeMap::new(), Parameters::built_in().unwrap());
        let run = |case: &CaseFile, year| {
            let world = World {
                today: date(year, 11, 2),
                sources: &sources,
                holders: &NoHolders,
                keeping: &NothingKept,
            };
            OverstayMiscounted.run(case, &world, &parameters)
        };
        for year in 2026..2036 {
            assert_eq!(run(&silent, year), [], "{year}");
            assert_eq!(run(&found, year), run(&found, 2026), "{year}");
        }
    }
}
