//! DP-06: two travelers on one document number.
//!
//! A passport number that is read wrongly, or typed into the wrong record, puts one person's journeys under
//! another's name. Departures then close the case of somebody who stayed.
//!
//! The rule reads records that state the number of a passport or travel document. It reports a record when
//! somebody else holds the same number, and both name and date of birth disagree; and when two admissions on
//! one number overlap: the later traveler arrived before the earlier one had left.
//!
//! It stays silent when name or date of birth agree, or cannot be compared (a passport may be reissued under
//! the same number, and names are misspelled), and when two admissions touch on one day. Nobody else's data
//! is shown.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, name::PersonName};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Holder, Parameters, Route, Spec, World,
    agreement::{Agreement, any_accepted, birth_date_of, birth_dates, name_of, names},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// The check.
pub(crate) struct TwoTravelersOnOneDocument;

static SPEC: Spec = Spec {
    id: "DP-06",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Two travelers on one document number",
    family: Family::Departure,
    harm: Harm::H4,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::PassportNumber,
        Attribute::ArrivedOn,
        Attribute::DepartedOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "The number of a travel document stands in records whose names and dates of birth both disagree, or \
           in two admissions that overlap.",
    not_when: &[
        "name or date of birth agree, a misspelling included: some states reissue a passport under its number",
        "name or date of birth cannot be compared",
        "the later arrival falls on the day of the departure",
        "an admission states no departure",
    ],
    harm_in_words: "One traveler's departures and arrivals stand in another's record.",
    evidence_shown: "The number, the person's own records; of the other holder only that there is one.",
    route: Route {
        actor: "the border records office",
        instrument: "part the records (as ID-01), retype the number, tell both persons",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "Starting rule of this catalogue; DHS OIG-12-111: one print set, different people on paper",
};

impl Check for TwoTravelersOnOneDocument {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.identities()
            .filter_map(|record| {
                let number = record.record.value(Attribute::PassportNumber)?;
                of_somebody_else(record, number, case, world)
                    .or_else(|| beside_another(record, number, case, world))
                    .or_else(|| overlapping(record, number, case, world))
            })
            .collect()
    }
}

/// Whether two descriptions cannot be of one person: name and date of birth both disagree.
fn incompatible(
    record: &CaseRecord,
    name: &PersonName,
    birth: Option<redress_statement::PartialDate>,
) -> bool {
    names(&name_of(record), name) == Agreement::Disagree
        && birth_dates(birth_date_of(record), birth) == Agreement::Disagree
}

/// Somebody outside the case file holds the number.
fn of_somebody_else(
    record: &CaseRecord,
    number: &str,
    case: &CaseFile,
    world: &World<'_>,
) -> Option<Discrepancy> {
    let is_another = |holder: &Holder| {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = PersonName::new(part(&holder.family_name), part(&holder.given_name), "");
        holder.person != case.person && incompatible(record, &name, holder.birth_date)
    };
    // A record that is only possibly of this person is read in the file that it is accepted in.
    if !record.is_accepted() || !world.holders.passport_holders(number).iter().any(is_another) {
        return None;
    }
    let sentence =
        "This record bears the number of a travel document that somebody else holds too; name and \
                    date of birth both disagree."
            .to_owned();
    Some(report(record, &[], sentence, case, world))
}

/// Another record of this case file has the number. Of the two, the later one is reported.
fn beside_another(
    record: &CaseRecord,
    number: &str,
    case: &CaseFile,
    world: &World<'_>,
) -> Option<Discrepancy> {
    let other = in_order(case.identities()).find(|other| {
        other.id < record.id
            && other.record.value(Attribute::PassportNumber) == Some(number)
            && any_accepted(record, std::iter::once(*other))
            && incompatible(record, &name_of(other), birth_date_of(other))
    })?;
    let sentence = "This record bears the number of a travel document that another record of the file bears \
                    too; name and date of birth both disagree."
        .to_owned();
    Some(report(record, &[other], sentence, case, world))
}

/// Another admission on the number that had not ended when this one began.
fn overlapping(record: &CaseRecord, number: &str, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let arrived_on = record.record.day(Attribute::ArrivedOn)?;
    let stay = |other: &CaseRecord| -> Option<(Date, Date)> {
        Some((other.record.day(Attribute::ArrivedOn)?, other.record.day(Attribute::DepartedOn)?))
    };
    let (other, left_on) = in_order(case.identities()).find_map(|other| {
        let (began_on, left_on) = stay(other)?;
        let is_on_number = other.record.value(Attribute::PassportNumber) == Some(number);
        let overlaps = began_on < arrived_on && arrived_on < left_on;
        let may_read = other.id != record.id && any_accepted(record, std::iter::once(other));
        (is_on_number && overlaps && may_read).then_some((other, left_on))
    })?;
    let sentence = format!(
        "This admission of {} began while another one on the same travel document had not ended: its \
         departure is on {}.",
        spoken_day(arrived_on),
        spoken_day(left_on),
    );
    Some(report(record, &[other], sentence, case, world))
}

fn report(
    record: &CaseRecord,
    others: &[&CaseRecord],
    sentence: String,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    const SHOWN: [Attribute; 6] = [
        Attribute::PassportNumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::BirthDate,
        Attribute::ArrivedOn,
        Attribute::DepartedOn,
    ];
    let rows = std::iter::once(record).chain(others.iter().copied());
    let inputs: Vec<_> = rows.flat_map(|row| SHOWN.map(|attribute| (row, attribute))).collect();
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outsider, check, check_among};

    fn admission(key: &str, name: &str, born: &str, days: &str) -> String {
        format!(
            "border i94_records {key}\n  passport_number X1234567\n  family_name {name}\n  given_name Ana\n  birth_date {born}\n  {days}\n"
        )
    }

    const OUTSIDER: Outsider = Outsider {
        a_number: "X1234567",
        family_name: "Okafor",
        given_name: "Luis",
        birth_date: "1962-11-23",
    };

    #[test]
    fn fires_on_somebody_elses_number() {
        let text = admission("I1", "Ruiz", "1990-03-04", "arrived_on 2024-03-06");
        let found = "border/I1: This record bears the number of a travel document that somebody else holds \
                     too; name and date of birth both disagree.";
        check_among(&TwoTravelersOnOneDocument, &text, &[OUTSIDER], &[found]);
        for outsider in [
            Outsider { family_name: "Ruiz", given_name: "Ana", ..OUTSIDER },
            Outsider { birth_date: "1990-03-04", ..OUTSIDER },
            Outsider { birth_date: "", ..OUTSIDER },
            Outsider { family_name: "", given_name: "", ..OUTSIDER },
            Outsider { a_number: "X1234568", ..OUTSIDER },
        ] {
            check_among(&TwoTravelersOnOneDocument, &text, &[outsider], &[]);
        }
    }

    #[test]
    fn fires_within_one_file() {
        let first = admission("I1", "Ruiz", "1990-03-04", "");
        let found = "border/I2: This record bears the number of a travel document that another record of the \
                     file bears too; name and date of birth both disagree.";
        let other = admission("I2", "Okafor", "1962-11-23", "").replace("Ana", "Luis");
        check(&TwoTravelersOnOneDocument, &(first.clone() + &other), &[found]);
        check(&TwoTravelersOnOneDocument, &(first.clone() + &other.replace("1962-11-23", "1990-03-04")), &[]);
        check(&TwoTravelersOnOneDocument, &(first + &other.replace("X1234567", "Y7654321")), &[]);
    }

    #[test]
    fn fires_on_admissions_that_overlap() {
        let stay = admission("I1", "Ruiz", "1990-03-04", "arrived_on 2024-03-06\n  departed_on 2024-05-06");
        let found = "border/I2: This admission of 1 April 2024 began while another one on the same travel \
                     document had not ended: its departure is on 6 May 2024.";
        let next =
            |on: &str| stay.clone() + &admission("I2", "Ruiz", "1990-03-04", &format!("arrived_on {on}"));
        check(&TwoTravelersOnOneDocument, &next("2024-04-01"), &[found]);
        check(&TwoTravelersOnOneDocument, &next("2024-05-06"), &[]);
        check(&TwoTravelersOnOneDocument, &next("2024-03-06"), &[]);
        check(&TwoTravelersOnOneDocument, &next("2024-04-01").replace("  departed_on 2024-05-06\n", ""), &[]);
    }
}
