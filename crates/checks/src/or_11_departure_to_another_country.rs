//! OR-11: the country of departure is neither ordered nor the person's own.
//!
//! A removal goes to the country that the order names, or to one that the law allows in its stead. A country
//! of departure that is neither ordered nor the country of citizenship or birth is a wrong code, or a removal
//! that the order does not carry; a country to which no return is allowed is the worst of both.
//!
//! The rule reads a record of a removal (closing status 6 or 8, or a departure beside a final-order mark)
//! that states the country of departure and the person's citizenship. It reports the record when the country
//! is none of the known ones, or when it is the one from which the person is protected.
//!
//! It stays silent when a third country's acceptance is on file and notice was served, when a known country
//! is written in another list of codes (nothing is concluded from codes that cannot be compared), when the
//! person left without having been removed, and when protection or order are somebody else's. What it finds
//! goes to counsel and oversight.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{says_anything, status_code},
    agreement::same_person,
    docket::proceedings,
    schedule::next_day,
    sequence::in_order,
};

/// Closing statuses for a removal.
const REMOVED: [&str; 2] = ["6", "8"];

/// Letters of the longest country code; what is longer is a name.
const COUNTRY_CODE_LETTERS_MAX: usize = 3;

/// The check.
pub(crate) struct DepartureToAnotherCountry;

static SPEC: Spec = Spec {
    id: "OR-11",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Removal to a country that is neither ordered nor the person's own",
    family: Family::Order,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::DepartureCountry,
        Attribute::CaseStatus,
        Attribute::FinalOrder,
        Attribute::DepartedOn,
        Attribute::CitizenshipCountry,
        Attribute::BirthCountry,
        Attribute::OrderedCountry,
        Attribute::ProtectedFromCountry,
        Attribute::ProtectionFrom,
        Attribute::ProtectionEndedOn,
        Attribute::ThirdCountryAccepted,
        Attribute::ThirdCountryNoticeOn,
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
    rule: "The country of departure of a removal is neither the country of citizenship or birth nor one that \
           an order on file names; or it is the country from which the person is protected.",
    not_when: &[
        "acceptance by the third country is on file and notice was served",
        "a known country is written in a list of codes that cannot be compared",
        "the record does not state the person's citizenship",
        "the person left without a removal",
        "the order or the protection is somebody else's",
    ],
    harm_in_words: "Removal to a country that no order names, or to the one from which the law protects.",
    evidence_shown: "The country of departure beside the ordered, the own and the protected one, as each \
                     source writes it.",
    route: Route {
        actor: "counsel; oversight",
        instrument: "tell counsel and the oversight office; never an enforcement office",
        deadline: "the same day",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 U.S.C. 1231(b); 8 CFR 1240.10(f)",
};

impl Check for DepartureToAnotherCountry {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter(|record| is_removal(record) && !third_country_is_settled(record, case))
            .filter_map(|record| {
                let left_to = record.record.value(Attribute::DepartureCountry)?;
                protected_from(record, left_to, case)
                    .map(|protection| protected(record, protection, case, world))
                    .or_else(|| unknown(record, left_to, case, world))
            })
            .collect()
    }
}

fn is_removal(record: &CaseRecord) -> bool {
    let is_removed = status_code(record).is_some_and(|code| REMOVED.contains(&code));
    let left_under_order = record.record.mark(Attribute::FinalOrder) == Some(true)
        && record.record.day(Attribute::DepartedOn).is_some();
    is_removed || left_under_order
}

/// Whether a third country's acceptance and the notice of it are on file.
fn third_country_is_settled(record: &CaseRecord, case: &CaseFile) -> bool {
    let of_person = || case.identities().filter(|other| other.id == record.id || same_person(other, record));
    of_person().any(|other| other.record.mark(Attribute::ThirdCountryAccepted) == Some(true))
        && of_person().any(|other| says_anything(other, Attribute::ThirdCountryNoticeOn))
}

/// A protection of the person against the return to a country, in force on the day of departure as far as
/// that day is known.
fn protected_from<'a>(record: &CaseRecord, country: &str, case: &'a CaseFile) -> Option<&'a CaseRecord> {
    let left_on = record.record.day(Attribute::DepartedOn);
    let is_over = |row: &CaseRecord| match row.record.day(Attribute::ProtectionEndedOn) {
        Some(ended_on) => left_on.is_none_or(|left| ended_on <= left),
        None => says_anything(row, Attribute::ProtectionEndedOn),
    };
    let had_begun = |row: &CaseRecord| {
        let from = row.record.day(Attribute::ProtectionFrom);
        from.is_none_or(|from| left_on.is_none_or(|left: Date| from <= left))
    };
    in_order(case.identities())
        .filter(|other| other.id == record.id || same_person(other, record))
        .flat_map(|other| std::iter::once(other).chain(in_order(case.attached(other.id))))
        .find(|row| {
            row.record.value(Attribute::ProtectedFromCountry) == Some(country)
                && had_begun(row)
                && !is_over(row)
        })
}

/// Whether two countries are written in the same kind of list: both two letters, both three, or both in words.
fn comparable(a: &str, b: &str) -> bool {
    let form = |country: &str| country.chars().count().min(COUNTRY_CODE_LETTERS_MAX + 1);
    form(a) == form(b)
}

/// The finding for a country that is none of the known ones. None when one of them cannot be compared.
fn unknown(record: &CaseRecord, left_to: &str, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    record.record.value(Attribute::CitizenshipCountry)?;
    let own = [Attribute::CitizenshipCountry, Attribute::BirthCountry].map(|attribute| (record, attribute));
    let ordered = proceedings(record, case)
        .flat_map(|lead| in_order(case.attached(lead.id)))
        .chain(std::iter::once(record))
        .map(|row| (row, Attribute::OrderedCountry));
    let known: Vec<_> = own
        .into_iter()
        .chain(ordered)
        .filter(|(row, attribute)| row.record.value(*attribute).is_some())
        .collect();
    let is_another = known.iter().all(|(row, attribute)| {
        row.record.value(*attribute).is_some_and(|country| comparable(country, left_to) && country != left_to)
    });
    if !is_another {
        return None;
    }
    let sentence = "This record of a removal names a country of departure that is neither the country of \
                    citizenship or birth nor one of an order on file."
        .to_owned();
    let mut inputs = vec![(record, Attribute::DepartureCountry)];
    inputs.extend(known);
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

fn protected(
    record: &CaseRecord,
    protection: &CaseRecord,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = "This record of a removal names as country of departure the very country to which no \
                    return is allowed."
        .to_owned();
    let inputs = [
        (record, Attribute::DepartureCountry),
        (protection, Attribute::ProtectedFromCountry),
        (protection, Attribute::ProtectionFrom),
    ];
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
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
          case_status 8-EXCLUDED/DEPORTED/REMOVED
          departed_on 2026-02-03
          departure_country XAA
          citizenship_country XBB
          birth_country XBB
        court court_names 4711
          family_name Ruiz
          given_name Ana
          birth_date 1990-03-04
        court B_TblProceeding 1 about 4711
          order_code X
          ordered_country XCC\n";

    const FOUND: &str = "status/S1: This record of a removal names a country of departure that is neither \
                         the country of citizenship or birth nor one of an order on file.";

    const PROTECTED: &str = "status/S1: This record of a removal names as country of departure the very \
                             country to which no return is allowed.";

    #[test]
    fn fires_on_a_country_that_is_none_of_the_known_ones() {
        check(&DepartureToAnotherCountry, FILE, &[FOUND]);
        check(&DepartureToAnotherCountry, &FILE.replace("          ordered_country XCC\n", ""), &[FOUND]);
        check(
            &DepartureToAnotherCountry,
            &FILE.replace("8-EXCLUDED/DEPORTED/REMOVED", "CLOSED\n          final_order yes"),
            &[FOUND],
        );
    }

    #[test]
    fn fires_on_the_protected_country_even_where_it_was_ordered() {
        let text = FILE
            .replace("XCC", "XAA")
            .replace("case_status", "protected_from_country XAA\n          case_status");
        check(&DepartureToAnotherCountry, &text, &[PROTECTED]);
        let ended = text.replace("case_status", "protection_ended_on 2025-09-08\n          case_status");
        check(&DepartureToAnotherCountry, &ended, &[]);
        check(&DepartureToAnotherCountry, &ended.replace("2025-09-08", "2026-09-08"), &[PROTECTED]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("the ordered country", "XCC", "XAA"),
            ("the country of citizenship", "citizenship_country XBB", "citizenship_country XAA"),
            ("the country of birth", "birth_country XBB", "birth_country XAA"),
            ("another list of codes", "XCC", "XC"),
            ("a country in words", "departure_country XAA", "departure_country LANDIA"),
            ("no citizenship", "citizenship_country XBB", ""),
            ("no country", "departure_country XAA", ""),
            ("no removal", "8-EXCLUDED/DEPORTED/REMOVED", "3-VOLUNTARY DEPARTURE CONFIRMED"),
            (
                "accepted, with notice",
                "case_status",
                "third_country_accepted yes\n          third_country_notice_on 2026-01-05\n          case_status",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&DepartureToAnotherCountry, &text, &[]);
        }
        let accepted = FILE.replace("case_status", "third_country_accepted yes\n          case_status");
        check(&DepartureToAnotherCountry, &accepted, &[FOUND]);
    }
}
