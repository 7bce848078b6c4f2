//! OR-06: a status was granted, and the removal case stays open.
//!
//! Somebody in proceedings is granted residence or becomes a citizen, and nobody tells the court. The
//! hearings go on, and whoever misses one may be ordered removed as a citizen.
//!
//! The rule reads a court case with a proceeding that nothing says to be over, and a status that was granted
//! after its charging paper: the agency's closing status for relief or residence (B, L, Z), or an approved
//! application for residence (I-485) or naturalization (N-400).
//!
//! It stays silent when the grant is conditional, when an appeal waits for its decision, when nothing says
//! that the grant came after the charging paper, and when status and case are not of one person.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{is_of_form, is_one_of, status_code},
    agreement::{concerns, same_person},
    docket::{APPROVED, is_undecided_appeal, open_proceeding},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Closing statuses for relief and residence.
const GRANTED_STATUSES: [&str; 3] = ["B", "L", "Z"];

/// Applications whose approval ends the ground of the case: residence, naturalization.
const STATUS_FORMS: [&str; 4] = ["I-485", "I485", "N-400", "N400"];

/// Decisions of the Board for a conditional grant.
const CONDITIONAL_ON_APPEAL: [&str; 2] = ["CGR", "CPC"];

/// The court's decision for a conditional grant.
const CONDITIONAL: &str = "C";

/// The check.
pub(crate) struct StatusGrantedCaseOpen;

static SPEC: Spec = Spec {
    id: "OR-06",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Status granted, removal case still open",
    family: Family::Order,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NtaFiledOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::OtherCompletion,
        Attribute::CaseStatus,
        Attribute::ApplicationForm,
        Attribute::ApplicationStatus,
        Attribute::ApplicationFiledOn,
        Attribute::ApplicationDecidedOn,
        Attribute::ReliefDecision,
        Attribute::AppealKind,
        Attribute::AppealFiledOn,
        Attribute::AppealDecidedOn,
        Attribute::AppealDecision,
        Attribute::AssertedProceeding,
        Attribute::AssertedBy,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A court case has a proceeding without an end, while relief, residence or naturalization was granted \
           after its charging paper.",
    not_when: &[
        "the grant is conditional",
        "an appeal in the case waits for its decision",
        "nothing says that the grant came after the charging paper",
        "the status is somebody else's",
    ],
    harm_in_words: "Hearings without a purpose, and an order in absence against somebody with a status.",
    evidence_shown: "The grant with its day, the charging paper, the hearings that are still set.",
    route: Route {
        actor: "the person or counsel, and the government, together",
        instrument: "a joint motion to terminate, with a packet of the grant",
        deadline: "before the next hearing",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "8 CFR 1003.18(d), 1239.2(c)",
};

impl Check for StatusGrantedCaseOpen {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter(|lead| !is_unsettled(lead, case))
            .filter_map(|lead| {
                let (proceeding, charged_on) = open_proceeding(lead, case)?;
                let grant = in_order(case.identities()).find_map(|record| {
                    by_agency(record, lead).or_else(|| by_application(record, lead, charged_on))
                })?;
                Some(report(proceeding, charged_on, &grant, case, world))
            })
            .collect()
    }
}

/// A status that was granted: the record, its attribute, what it is in words.
struct Grant<'a> {
    record: &'a CaseRecord,
    attribute: Attribute,
    in_words: String,
}

fn by_agency<'a>(record: &'a CaseRecord, lead: &CaseRecord) -> Option<Grant<'a>> {
    let is_granted = status_code(record).is_some_and(|code| GRANTED_STATUSES.contains(&code));
    let in_words = "the agency closed its own case because relief or residence was granted".to_owned();
    (is_granted && concerns(record, lead)).then_some(Grant {
        record,
        attribute: Attribute::CaseStatus,
        in_words,
    })
}

fn by_application<'a>(record: &'a CaseRecord, lead: &CaseRecord, charged_on: Date) -> Option<Grant<'a>> {
    let days = [Attribute::ApplicationDecidedOn, Attribute::ApplicationFiledOn];
    // Filed after the charging paper, an application was also decided after it.
    let is_later = days.iter().any(|day| record.record.day(*day).is_some_and(|on| on > charged_on));
    let is_granted =
        is_of_form(record, &STATUS_FORMS) && is_one_of(record, Attribute::ApplicationStatus, &APPROVED);
    let form = record.record.value(Attribute::ApplicationForm)?;
    (is_granted && is_later && same_person(record, lead)).then(|| Grant {
        record,
        attribute: Attribute::ApplicationStatus,
        in_words: format!("an application {form} made or decided after it was approved"),
    })
}

fn is_unsettled(lead: &CaseRecord, case: &CaseFile) -> bool {
    case.attached(lead.id).any(|row| {
        is_undecided_appeal(row)
            || row.record.value(Attribute::ReliefDecision) == Some(CONDITIONAL)
            || is_one_of(row, Attribute::AppealDecision, &CONDITIONAL_ON_APPEAL)
    })
}

fn report(
    proceeding: &CaseRecord,
    charged_on: Date,
    grant: &Grant<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = format!(
        "This proceeding on the charging paper of {} has no end on file, but {}.",
        spoken_day(charged_on),
        grant.in_words,
    );
    let inputs = [
        (proceeding, Attribute::NtaFiledOn),
        (grant.record, grant.attribute),
        (grant.record, Attribute::ApplicationForm),
        (grant.record, Attribute::ApplicationDecidedOn),
        (grant.record, Attribute::ApplicationFiledOn),
    ];
    Discrepancy::new(&SPEC, proceeding, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        benefits applications IOE1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          application_form I-485
          application_status APPROVED
          application_filed_on 2024-01-05
          application_decided_on 2026-02-03
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          nta_filed_on 2025-02-03\n";

    const FOUND: &str = "court/B_TblProceeding:1: This proceeding on the charging paper of 3 February 2025 \
                         has no end on file, but an application I-485 made or decided after it was approved.";

    #[test]
    fn fires_on_an_approval_or_a_closing_status_after_the_charging_paper() {
        check(&StatusGrantedCaseOpen, FILE, &[FOUND]);
        let filed_later =
            FILE.replace("2024-01-05", "2025-03-05").replace("application_decided_on 2026-02-03", "");
        check(&StatusGrantedCaseOpen, &filed_later, &[FOUND]);
        check(&StatusGrantedCaseOpen, &FILE.replace("I-485", "N-400"), &[&FOUND.replace("I-485", "N-400")]);
        let agency = FILE
            .replace("IOE1", "IOE1\n          case_status B-RELIEF GRANTED")
            .replace("APPROVED", "PENDING");
        check(
            &StatusGrantedCaseOpen,
            &agency,
            &[
                "court/B_TblProceeding:1: This proceeding on the charging paper of 3 February 2025 has no end \
               on file, but the agency closed its own case because relief or residence was granted.",
            ],
        );
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("denied", "APPROVED", "DENIED"),
            ("another form", "I-485", "I-765"),
            ("before the charging paper", "2026-02-03", "2024-12-03"),
            ("no day of the grant", "application_decided_on 2026-02-03", ""),
            ("decided", "nta_filed_on", "order_on 2026-01-09\n          nta_filed_on"),
            ("ended otherwise", "nta_filed_on", "other_completion K\n          nta_filed_on"),
            ("a conditional grant", "nta_filed_on", "relief_decision C\n          nta_filed_on"),
            ("an appeal", "nta_filed_on", "appeal_filed_on 2026-03-04\n          nta_filed_on"),
            (
                "a brother's",
                "IOE1\n          family_name Ruiz\n          given_name Ana",
                "IOE1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&StatusGrantedCaseOpen, &text, &[]);
        }
    }
}
