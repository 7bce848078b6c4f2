//! OR-05: a protection is in force, and a removal mark says otherwise.
//!
//! Withholding of removal forbids the return to one country; asylum, refugee status, temporary protected
//! status and deferred action forbid removal as long as they last. A mark that ignores them has led to at
//! least four removals against an order in 2025.
//!
//! The rule reads a record by which an order may be carried out, and the protections of the same person. A
//! protection against any removal contradicts the mark. A protection against return to one country
//! contradicts it when the order, or the planned departure, names that country. A category "relief granted"
//! beside a case that is active contradicts itself. An application for asylum that an office approved after the last
//! order to leave is such a protection too: the order is not carried out against somebody who was granted asylum.
//!
//! It stays silent when a dated decision ended the protection, when withholding stands beside an order that
//! names another country or none (an order is what is withheld), when countries are written in lists that
//! cannot be compared, and when an order to leave was made after the grant, or nothing says that it was made before. The sentence never says which
//! protection it is: its existence may be secret (8 U.S.C. 1367; 8 CFR 208.6), and records of the sealed
//! classes are not read at all.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{category, described_on, is_active, is_of_form, is_one_of, removable_by, says_anything},
    agreement::same_person,
    docket::{APPROVED, dated, orders_to_leave, proceedings},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// Protections against any removal.
const FROM_ANY_REMOVAL: [&str; 5] = ["ASYLUM", "REFUGEE", "TPS", "DED", "DEFERRED_ACTION"];

/// Protections against the return to one country.
const FROM_ONE_COUNTRY: [&str; 2] = ["WITHHOLDING", "CAT"];

/// Asylum among the applications before the court (`tblLookUp_Appln`).
const ASYLUM_APPLICATION: &str = "ASYL";

/// The application for asylum at an office.
const ASYLUM_FORMS: [&str; 2] = ["I-589", "I589"];

/// Grants among the court's decisions on an application (`tblLookupCourtAppDecisions`).
const GRANTS: [&str; 3] = ["G", "F", "L"];

/// The agency's category for relief granted.
const RELIEF_GRANTED: &str = "5C";

/// The check.
pub(crate) struct ProtectionAgainstRemoval;

static SPEC: Spec = Spec {
    id: "OR-05",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Protection in force, removal marked",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FinalOrder,
        Attribute::FinalOrderOn,
        Attribute::CaseCategory,
        Attribute::CaseStatus,
        Attribute::ProtectionKind,
        Attribute::ProtectionFrom,
        Attribute::ProtectionEndedOn,
        Attribute::ProtectedFromCountry,
        Attribute::OrderedCountry,
        Attribute::DepartureCountry,
        Attribute::ReliefKind,
        Attribute::ReliefDecision,
        Attribute::ApplicationForm,
        Attribute::ApplicationStatus,
        Attribute::ApplicationFiledOn,
        Attribute::ApplicationDecidedOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
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
    rule: "A record says that an order may be carried out, while a protection against removal is in force, or \
           was granted on an application after the last order to leave, or \
           while the order or the planned departure names the country to which no return is allowed; or it \
           says that relief was granted and that the case is active.",
    not_when: &[
        "a dated decision ended the protection",
        "the protection is against the return to one country, and the order names another country or none",
        "the two countries are written in lists that cannot be compared",
        "an order to leave was made after the protection was granted, or nothing says which came first",
        "the protection is somebody else's",
    ],
    harm_in_words: "The person is returned to the country from which the law protects them.",
    evidence_shown: "The protection with its day, the country of protection beside the ordered and the \
                     planned one. What kind of protection it is stays on the need-to-know page.",
    route: Route {
        actor: "the agency that carries the mark; counsel",
        instrument: "the same day: suspend the mark, tell counsel and the civil rights office, keep the \
                     existence of the protection to those who must know it",
        deadline: "the same day",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 U.S.C. 1158(c), 1231(b)(3), 1254a(a); 8 CFR 1208.16 to 1208.18, 208.6; 8 U.S.C. 1367",
};

impl Check for ProtectionAgainstRemoval {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|mark| {
                relief_but_active(mark, case, world).or_else(|| {
                    let by = removable_by(mark)?;
                    let conflict = stated(mark, case, world)
                        .or_else(|| granted_by_court(mark, case))
                        .or_else(|| granted_by_office(mark, case, world))?;
                    Some(report(mark, by, &conflict, case, world))
                })
            })
            .collect()
    }
}

/// A protection that the mark contradicts, with the country of the order where that is what contradicts.
struct Conflict<'a> {
    row: &'a CaseRecord,
    grant: Grant,
    country: Option<(&'a CaseRecord, Attribute)>,
}

/// How a protection came to be.
enum Grant {
    /// It is in force from a day.
    From(Date),
    /// The court granted it.
    ByCourt,
    /// An office granted it on an application, after the last order to leave.
    ByOffice,
}

/// The agency's own record says that relief was granted, and that the case is active.
fn relief_but_active(mark: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    if category(mark) != Some(RELIEF_GRANTED) || !is_active(mark) {
        return None;
    }
    let sentence = "This record puts the case under relief granted and marks it active: one of the two is \
                    wrong or needs a word of explanation."
        .to_owned();
    let inputs = [(mark, Attribute::CaseCategory), (mark, Attribute::CaseStatus)];
    Some(Discrepancy::new(&SPEC, mark, &inputs, sentence, next_day(case, world.today)))
}

/// A protection that a record of the person states.
fn stated<'a>(mark: &'a CaseRecord, case: &'a CaseFile, world: &World<'_>) -> Option<Conflict<'a>> {
    let on = described_on(mark, world);
    let of_person = in_order(case.identities())
        .filter(|record| record.id == mark.id || same_person(record, mark))
        .flat_map(|record| std::iter::once(record).chain(in_order(case.attached(record.id))));
    of_person.filter(|row| is_in_force(row, on)).find_map(|row| {
        let from = row.record.day(Attribute::ProtectionFrom)?;
        if has_order_after(mark, from, case) {
            return None;
        }
        if is_one_of(row, Attribute::ProtectionKind, &FROM_ANY_REMOVAL) {
            return Some(Conflict { row, grant: Grant::From(from), country: None });
        }
        let is_of_country = is_one_of(row, Attribute::ProtectionKind, &FROM_ONE_COUNTRY);
        let country = named_country(mark, row, case).filter(|_| is_of_country)?;
        Some(Conflict { row, grant: Grant::From(from), country: Some(country) })
    })
}

/// Whether a protection had begun by a day and nothing says that it ended by then.
fn is_in_force(row: &CaseRecord, on: Date) -> bool {
    let has_begun = row.record.day(Attribute::ProtectionFrom).is_some_and(|from| from <= on);
    let has_ended = match row.record.day(Attribute::ProtectionEndedOn) {
        Some(ended_on) => ended_on <= on,
        None => says_anything(row, Attribute::ProtectionEndedOn),
    };
    has_begun && !has_ended
}

fn has_order_after(mark: &CaseRecord, day: Date, case: &CaseFile) -> bool {
    proceedings(mark, case).any(|lead| {
        dated(lead, Attribute::OrderOn, case).iter().any(|(row, on)| *on > day && orders_to_leave(row))
    })
}

/// The country of the order or of the planned departure, where it is the protected one. Codes of different
/// lists never compare equal, so that nothing is concluded from them.
fn named_country<'a>(
    mark: &'a CaseRecord,
    protection: &CaseRecord,
    case: &'a CaseFile,
) -> Option<(&'a CaseRecord, Attribute)> {
    let country = protection.record.value(Attribute::ProtectedFromCountry)?;
    let names = |row: &CaseRecord, attribute| row.record.value(attribute) == Some(country);
    let planned = Some((mark, Attribute::DepartureCountry)).filter(|(row, attribute)| names(row, *attribute));
    planned.or_else(|| {
        proceedings(mark, case)
            .flat_map(|lead| in_order(case.attached(lead.id)))
            .find(|row| names(row, Attribute::OrderedCountry) && orders_to_leave(row))
            .map(|row| (row, Attribute::OrderedCountry))
    })
}

/// Asylum that the court granted, in a case without any order to leave.
fn granted_by_court<'a>(mark: &CaseRecord, case: &'a CaseFile) -> Option<Conflict<'a>> {
    proceedings(mark, case).find_map(|lead| {
        if case.attached(lead.id).any(orders_to_leave) {
            return None;
        }
        in_order(case.attached(lead.id))
            .find(|row| {
                row.record.value(Attribute::ReliefKind) == Some(ASYLUM_APPLICATION)
                    && is_one_of(row, Attribute::ReliefDecision, &GRANTS)
            })
            .map(|row| Conflict { row, grant: Grant::ByCourt, country: None })
    })
}

/// Asylum that an office granted after every order to leave that is on file, and that nothing says to have ended.
fn granted_by_office<'a>(
    mark: &'a CaseRecord,
    case: &'a CaseFile,
    world: &World<'_>,
) -> Option<Conflict<'a>> {
    let on = described_on(mark, world);
    let of_person =
        || in_order(case.identities()).filter(|record| record.id == mark.id || same_person(record, mark));
    // A dated decision that ended an asylum, wherever it stands.
    let has_ended = of_person().any(|row| {
        is_one_of(row, Attribute::ProtectionKind, &[FROM_ANY_REMOVAL[0]]) && !is_in_force(row, on)
    });
    let is_granted = |row: &&CaseRecord| {
        is_of_form(row, &ASYLUM_FORMS) && is_one_of(row, Attribute::ApplicationStatus, &APPROVED)
    };
    let granted = of_person().filter(is_granted).find(|row| {
        // Filed after an order, an application was also decided after it.
        let days = [Attribute::ApplicationDecidedOn, Attribute::ApplicationFiledOn];
        let from = days.iter().find_map(|day| row.record.day(*day));
        from.is_some_and(|from| from <= on && came_after_every_order(mark, from, case))
    });
    granted.filter(|_| !has_ended).map(|row| Conflict { row, grant: Grant::ByOffice, country: None })
}

/// Whether every order to leave that is on file was made before a day; one of which the day is not known may be later.
fn came_after_every_order(mark: &CaseRecord, day: Date, case: &CaseFile) -> bool {
    let is_before = |row: &CaseRecord, made_on| row.record.day(made_on).is_some_and(|on| on < day);
    is_before(mark, Attribute::FinalOrderOn)
        && proceedings(mark, case).all(|lead| {
            case.attached(lead.id)
                .filter(|row| orders_to_leave(row))
                .all(|row| is_before(row, Attribute::OrderOn))
        })
}

fn report(
    mark: &CaseRecord,
    by: Attribute,
    conflict: &Conflict<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let since = match conflict.grant {
        Grant::From(from) => format!("a protection has been in force since {}", spoken_day(from)),
        Grant::ByCourt => "the court granted a protection in this case and made no order to leave".to_owned(),
        Grant::ByOffice => "an office granted a protection after the last order to leave".to_owned(),
    };
    let what = match conflict.country {
        Some(_) => {
            ", and the order or the planned departure names the very country to which no return is allowed"
        }
        None => ", and no decision that ended it is on file",
    };
    let sentence = format!("This record says that an order may be carried out, but {since}{what}.");
    let mut inputs = vec![
        (mark, by),
        (mark, Attribute::FinalOrderOn),
        (conflict.row, Attribute::ProtectionKind),
        (conflict.row, Attribute::ProtectionFrom),
        (conflict.row, Attribute::ProtectedFromCountry),
        (conflict.row, Attribute::ReliefKind),
        (conflict.row, Attribute::ReliefDecision),
        (conflict.row, Attribute::ApplicationForm),
        (conflict.row, Attribute::ApplicationStatus),
        (conflict.row, Attribute::ApplicationDecidedOn),
        (conflict.row, Attribute::ApplicationFiledOn),
    ];
    inputs.extend(conflict.country);
    Discrepancy::new(&SPEC, mark, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        status extract S1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          final_order yes
          final_order_on 2024-02-03
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          order_on 2024-02-03
          order_code X
          ordered_country XAA
        benefits protections P1
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
          protection_kind TPS
          protection_from 2025-05-06\n";

    const ANY: &str = "status/S1: This record says that an order may be carried out, but a protection has \
                       been in force since 6 May 2025, and no decision that ended it is on file.";

    const COUNTRY: &str = "status/S1: This record says that an order may be carried out, but a protection \
                           has been in force since 6 May 2025, and the order or the planned departure names \
                           the very country to which no return is allowed.";

    fn of_country(country: &str) -> String {
        FILE.replace("TPS", &format!("WITHHOLDING\n          protected_from_country {country}"))
    }

    #[test]
    fn fires_on_a_protection_against_any_removal() {
        check(&ProtectionAgainstRemoval, FILE, &[ANY]);
        for kind in FROM_ANY_REMOVAL {
            check(&ProtectionAgainstRemoval, &FILE.replace("TPS", kind), &[ANY]);
        }
        check(
            &ProtectionAgainstRemoval,
            &FILE.replace("final_order yes", "case_category [8E] FUGITIVE"),
            &[ANY],
        );
    }

    #[test]
    fn fires_on_the_protected_country_and_on_no_other() {
        check(&ProtectionAgainstRemoval, &of_country("XAA"), &[COUNTRY]);
        let planned =
            of_country("XBB").replace("final_order yes", "final_order yes\n          departure_country XBB");
        check(&ProtectionAgainstRemoval, &planned, &[COUNTRY]);
        check(&ProtectionAgainstRemoval, &of_country("XBB"), &[]);
        check(&ProtectionAgainstRemoval, &of_country("XA"), &[]);
        check(&ProtectionAgainstRemoval, &FILE.replace("TPS", "WITHHOLDING"), &[]);
        check(&ProtectionAgainstRemoval, &of_country("XAA").replace("order_code X", "order_code R"), &[]);
    }

    #[test]
    fn fires_on_relief_granted_beside_an_active_case() {
        let text = "status extract S1\n  case_status ACTIVE\n  case_category [5C] RELIEF GRANTED";
        check(
            &ProtectionAgainstRemoval,
            text,
            &[
                "status/S1: This record puts the case under relief granted and marks it active: one of the two \
               is wrong or needs a word of explanation.",
            ],
        );
        check(&ProtectionAgainstRemoval, &text.replace("ACTIVE", "B-RELIEF GRANTED"), &[]);
        check(&ProtectionAgainstRemoval, &text.replace("5C", "2A"), &[]);
    }

    #[test]
    fn fires_on_asylum_that_the_court_granted() {
        let text = FILE.split("        benefits").next().unwrap().replace("order_code X", "order_code R")
            + "        court tbl_Court_Appln 8 about 4711\n          relief_kind ASYL\n          relief_decision G\n";
        check(
            &ProtectionAgainstRemoval,
            &text,
            &["status/S1: This record says that an order may be carried out, but the court granted a \
               protection in this case and made no order to leave, and no decision that ended it is on file."],
        );
        for (from, to) in
            [("ASYL", "42B"), ("relief_decision G", "relief_decision D"), ("order_code R", "order_code X")]
        {
            check(&ProtectionAgainstRemoval, &text.replace(from, to), &[]);
        }
    }

    const OFFICE: &str = "status/S1: This record says that an order may be carried out, but an office granted a \
                          protection after the last order to leave, and no decision that ended it is on file.";

    /// Asylum that an office approved, on an application filed before the order and decided after it.
    fn of_office() -> String {
        FILE.replace("protections P1", "applications IOE1").replace(
            "protection_kind TPS\n          protection_from 2025-05-06",
            "application_form I-589\n          application_status APPROVED\n          application_filed_on \
             2023-01-09\n          application_decided_on 2025-05-06",
        )
    }

    #[test]
    fn fires_on_asylum_that_an_office_granted_after_the_order() {
        check(&ProtectionAgainstRemoval, &of_office(), &[OFFICE]);
        let filed_later = of_office()
            .replace("application_filed_on 2023-01-09", "application_filed_on 2024-03-04")
            .replace("application_decided_on 2025-05-06", "");
        check(&ProtectionAgainstRemoval, &filed_later, &[OFFICE]);
        for (why, from, to) in [
            ("denied", "APPROVED", "DENIED"),
            ("another form", "I-589", "I-765"),
            ("granted before the order", "2025-05-06", "2023-05-06"),
            ("granted on the day of the order", "2025-05-06", "2024-02-03"),
            ("no day of the grant", "application_decided_on 2025-05-06", ""),
            ("no day of the order", "order_on 2024-02-03\n", "order_on 31/31/2024 =>\n"),
            ("the agency has no day of its order", "final_order_on 2024-02-03", ""),
            ("a newer order", "order_on 2024-02-03", "order_on 2026-01-09"),
            ("no mark", "final_order yes", "final_order no"),
            (
                "a decision ended it",
                "application_form",
                "protection_kind ASYLUM\n          protection_from 2025-05-06\n          protection_ended_on \
                 2026-01-05\n          application_form",
            ),
            (
                "somebody else's",
                "IOE1\n          family_name Ruiz\n          given_name Ana",
                "IOE1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = of_office().replace(from, to);
            assert!(text != of_office(), "{why}");
            check(&ProtectionAgainstRemoval, &text, &[]);
        }
    }

    #[test]
    fn each_kind_is_known_where_rows_are_taken_in() {
        for kind in FROM_ANY_REMOVAL.iter().chain(&FROM_ONE_COUNTRY) {
            assert!(redress_statement::vocabulary::is_known(Attribute::ProtectionKind, kind), "{kind}");
        }
    }

    #[test]
    fn the_sentence_keeps_the_kind_to_itself() {
        for sentence in [ANY, COUNTRY, OFFICE] {
            for kind in FROM_ANY_REMOVAL.iter().chain(&FROM_ONE_COUNTRY) {
                let words = sentence.to_uppercase();
                assert!(!words.split(|c: char| !c.is_alphabetic()).any(|word| word == *kind), "{kind}");
            }
        }
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("no mark", "final_order yes", "final_order no"),
            ("ended", "protection_kind TPS", "protection_kind TPS\n          protection_ended_on 2026-05-06"),
            (
                "ended, unreadable",
                "protection_kind TPS",
                "protection_kind TPS\n          protection_ended_on 31/31 =>",
            ),
            ("not yet", "2025-05-06", "2026-11-01"),
            ("a newer order", "order_on 2024-02-03", "order_on 2025-06-03"),
            ("another kind", "TPS", "EMPLOYMENT"),
            (
                "a brother's",
                "P1\n          family_name Ruiz\n          given_name Ana",
                "P1\n          family_name Ruiz\n          given_name Luis",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&ProtectionAgainstRemoval, &text, &[]);
        }
    }
}
