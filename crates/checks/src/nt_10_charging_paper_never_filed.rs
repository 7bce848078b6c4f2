//! NT-10: charging paper never filed.
//!
//! A person is handed a charging paper with the day of a hearing, travels there, and the court has no such
//! case: the paper was never filed. Some 200,000 cases were dismissed for that reason (TRAC 739), and 370,352
//! proceedings of the release of October 2025 ended for failure to prosecute. The check-ins go on.
//!
//! The rule reads a record that states a charging paper and the day of its hearing. It reports the paper when
//! 30 days after the hearing, on the day that the court's index describes, it holds no case of the person. The index is
//! every table that states when a case began; each must say that it has every row.
//!
//! It stays silent when a case stands in the file, when one that is possibly of the person agrees in who the
//! person is, when the agency itself has matched its row to a court case, while the 30 days run, and where no index of the
//! court was read or one does not say that it is whole. Redress
//! asks nobody to file: what helps is a letter that no case is on file.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::says_anything, agreement::same_person, schedule::next_day, wording::spoken_day,
};

/// What only a case in the court's index states.
const OF_A_CASE: [Attribute; 5] = [
    Attribute::NtaFiledOn,
    Attribute::CaseType,
    Attribute::CourtCity,
    Attribute::HearingOn,
    Attribute::OrderOn,
];

/// The check.
pub(crate) struct ChargingPaperNeverFiled;

static SPEC: Spec = Spec {
    id: "NT-10",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Charging paper never filed",
    family: Family::Notice,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NtaIssuedOn,
        Attribute::NtaHearingOn,
        Attribute::NtaFiledOn,
        Attribute::CaseType,
        Attribute::CourtCity,
        Attribute::HearingOn,
        Attribute::OrderOn,
        Attribute::AssertedProceeding,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["nt_10_index_days"],
    rule: "A charging paper with the day of a hearing was issued, and {nt_10_index_days} days after that day the court's \
           index holds no case of the person.",
    not_when: &[
        "the file holds a court case, filed then or later",
        "a court case that is possibly of the person agrees in number or in name and date of birth",
        "the agency has matched its own row to a court case",
        "{nt_10_index_days} days since the hearing have not passed on the day that the index describes",
        "no index of the court was read, or one does not say that it has every case",
    ],
    harm_in_words: "A wasted journey, no clock for a work permit, and a filing that may come by surprise \
                    years later.",
    evidence_shown: "The paper, the look-up in the court's index and its day.",
    route: Route {
        actor: "the court; the person or counsel",
        instrument: "a letter that no case is on file; the person may ask for the paper to be cancelled; \
                     check-ins tied to it end",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 1003.14(a); TRAC reports 691 and 739",
};

impl Check for ChargingPaperNeverFiled {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_days) = parameters.days("nt_10_index_days", world.today) else { return Vec::new() };
        // Who is absent from an index that is not whole may well have a case.
        let Some(index_on) = world.keeping.covered(Attribute::NtaFiledOn) else { return Vec::new() };
        // A possible record is read in the file that it is accepted in.
        case.identities()
            .filter(|record| record.is_accepted())
            .filter_map(|record| {
                let hearing_on = record.record.day(Attribute::NtaHearingOn)?;
                let issued_on = record.record.day(Attribute::NtaIssuedOn)?;
                let is_due = hearing_on.saturating_add(n_days.days()) < index_on;
                (is_due && !has_case(record, case))
                    .then(|| report(record, issued_on, hearing_on, index_on, case, world))
            })
            .collect()
    }
}

fn has_case(paper: &CaseRecord, case: &CaseFile) -> bool {
    if paper.record.value(Attribute::AssertedProceeding).is_some() {
        return true;
    }
    case.records
        .iter()
        .filter(|record| OF_A_CASE.iter().any(|attribute| says_anything(record, *attribute)))
        .any(|record| {
            let lead = record.lead.and_then(|lead| case.record(lead)).unwrap_or(record);
            record.is_accepted() || same_person(paper, lead)
        })
}

fn report(
    paper: &CaseRecord,
    issued_on: Date,
    hearing_on: Date,
    index_on: Date,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = format!(
        "A charging paper of {} names a hearing on {}; on {} the court's index holds no case.",
        spoken_day(issued_on),
        spoken_day(hearing_on),
        spoken_day(index_on),
    );
    let inputs = [(paper, Attribute::NtaHearingOn), (paper, Attribute::NtaIssuedOn)];
    Discrepancy::new(&SPEC, paper, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check, check_kept};

    const PAPER: &str = "
        status extract S1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          nta_issued_on 2026-02-03
          nta_hearing_on 2026-06-09
          next_check_in_on 2026-12-01\n";

    const FOUND: &str = "status/S1: A charging paper of 3 February 2026 names a hearing on 9 June 2026; on \
                         31 October 2026 the court's index holds no case.";

    fn court(given_name: &str, standing: &str) -> String {
        format!(
            "{PAPER}
        court court_names 4711 {standing}
          family_name Ruiz
          given_name {given_name}
          birth_date 1990-03-04
        court A_TblCase 4711 about 4711
          case_type RMV\n"
        )
    }

    #[test]
    fn fires_where_the_court_has_no_case() {
        check(&ChargingPaperNeverFiled, PAPER, &[FOUND]);
        check(&ChargingPaperNeverFiled, &court("Luis", "possible"), &[FOUND]);
    }

    #[test]
    fn stays_silent_where_the_index_is_not_whole() {
        let kept = KeptFacts { covers_nothing: true, ..KeptFacts::default() };
        check_kept(&ChargingPaperNeverFiled, PAPER, &kept, &[]);
        check_kept(&ChargingPaperNeverFiled, PAPER, &KeptFacts::complete(), &[FOUND]);
    }

    #[test]
    fn stays_silent_where_there_is_a_case() {
        check(&ChargingPaperNeverFiled, &court("Ana", ""), &[]);
        check(&ChargingPaperNeverFiled, &court("Ana", "possible"), &[]);
        check(&ChargingPaperNeverFiled, &format!("{PAPER}          asserted_proceeding 4711"), &[]);
    }

    #[test]
    fn stays_silent_while_the_days_run_or_no_hearing_is_named() {
        let fires_from = PAPER.replace("2026-06-09", "2026-09-30");
        check(&ChargingPaperNeverFiled, &fires_from, &[&FOUND.replace("9 June", "30 September")]);
        for hearing in ["2026-10-01", "2026-10-30", "2027-01-15"] {
            check(&ChargingPaperNeverFiled, &PAPER.replace("2026-06-09", hearing), &[]);
        }
        check(&ChargingPaperNeverFiled, &PAPER.replace("nta_hearing_on 2026-06-09", ""), &[]);
    }
}
