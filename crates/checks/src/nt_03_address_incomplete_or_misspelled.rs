//! NT-03: address incomplete, misspelled, undeliverable or blank.
//!
//! "Patchogue" was written "Patcbogue", the order in absence stood because the person never corrected it
//! (*Nivelo Cardenas*). Of 981,671 records 177,000 had an address that was missing or of no use, more than 90,000
//! apartments had no number (DHS OIG-23-47).
//!
//! The rule reports an address whose postal code lies in another state, a city one keystroke from the one that
//! other records have for that postal code, a house whose other addresses have a unit where this one has none, a
//! case marked as of unknown address, and a notice that was mailed without an address though the court's table
//! of notices has one.
//!
//! It stays silent when the person confirms that mail arrives, and where a source has no addresses at all: what a
//! release withholds is not missing. Whether an address was never given, or given and not recorded, is said as
//! far as the file can tell.

use jiff::civil::date;
use redress_casefile::{ADDRESS_PARTS, CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::fold};

use crate::{
    AddressKey, Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    address::{five_digits, same_address},
    agreement::one_keystroke,
    reference::postal_code::state_of,
    schedule::next_day,
    sequence::in_order,
};

/// The court does not know the address (`tblLookUpCaseIdentifier`).
const ADDRESS_UNKNOWN: &str = "AU";

/// Served by mail.
const MAILED: &str = "M";

/// The court, as the register of addresses names it.
const COURT: &str = "COURT";

/// How many times as many records as have this spelling must have the other.
const SPELLINGS_TIMES: u64 = 2;

/// The check.
pub(crate) struct AddressIncompleteOrMisspelled;

static SPEC: Spec = Spec {
    id: "NT-03",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Address incomplete, misspelled or blank",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::AddressLine,
        Attribute::AddressCity,
        Attribute::AddressState,
        Attribute::AddressPostalCode,
        Attribute::AddressConfirmed,
        Attribute::AddressOffice,
        Attribute::AddressReceivedOn,
        Attribute::CaseIdentifier,
        Attribute::NoticeServed,
        Attribute::NoticeMailedOn,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["nt_03_records", "nt_03_units"],
    rule: "The postal code lies in another state, the city is one keystroke from the one of that postal code, the \
           unit of a house with units is missing, the case is marked as of unknown address, or a notice was \
           mailed without one.",
    not_when: &[
        "the person confirms that mail arrives at the address in this form",
        "the source has no addresses: what a release withholds is not missing",
        "too few records have another spelling of the city to tell which one is right",
    ],
    harm_in_words: "Mail does not arrive, and an order is made in the person's absence.",
    evidence_shown: "The line as entered, the line suggested, and its source.",
    route: Route {
        actor: "the court or the office that keeps the address",
        instrument: "the court's own correction of a typing error, and form EOIR-33; the person is told at \
                     once",
        deadline: "before the next notice",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-23-47; Matter of Nivelo Cardenas, 28 I&N Dec. 68 (BIA 2020); 8 U.S.C. 1229a(b)(5)(B)",
};

impl Check for AddressIncompleteOrMisspelled {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let number = |name| parameters.days(name, world.today).map(|n| u64::from(n.unsigned_abs()));
        let (Ok(n_records), Ok(n_units)) = (number("nt_03_records"), number("nt_03_units")) else {
            return Vec::new();
        };
        let rule = Rule { case, world, n_records, n_units };
        // A possible record is read in the file that it is accepted in.
        case.accepted()
            .filter(|record| !rule.is_confirmed(record))
            .filter_map(|record| {
                let fault = rule.fault(record)?;
                let mut inputs = vec![(record, fault.attribute)];
                inputs.extend(ADDRESS_PARTS.map(|part| (record, part)));
                inputs.extend(fault.beside.map(|other| (other, fault.attribute)));
                let next = next_day(case, world.today);
                Some(Discrepancy::new(&SPEC, record, &inputs, fault.sentence, next))
            })
            .collect()
    }
}

struct Rule<'a> {
    case: &'a CaseFile,
    world: &'a World<'a>,
    /// Records that must have the other spelling of a city.
    n_records: u64,
    /// Records that must give the house with a unit.
    n_units: u64,
}

/// What is wrong with an address.
struct Fault<'a> {
    attribute: Attribute,
    sentence: String,
    beside: Option<&'a CaseRecord>,
}

impl Fault<'_> {
    fn of(attribute: Attribute, sentence: String) -> Self {
        Self { attribute, sentence, beside: None }
    }
}

impl<'a> Rule<'a> {
    fn is_confirmed(&self, record: &CaseRecord) -> bool {
        let confirms = |other: &&CaseRecord| other.record.mark(Attribute::AddressConfirmed) == Some(true);
        self.case.accepted().filter(confirms).any(|other| {
            let has_line = other.record.value(Attribute::AddressLine).is_some();
            other.id == record.id || (has_line && same_address(other, record))
        })
    }

    fn fault(&self, record: &CaseRecord) -> Option<Fault<'a>> {
        if record.record.value(Attribute::CaseIdentifier) == Some(ADDRESS_UNKNOWN) {
            let sentence = "The court marks this case as one of an unknown address (AU).".to_owned();
            return Some(Fault::of(Attribute::CaseIdentifier, sentence));
        }
        self.other_state(record)
            .or_else(|| self.other_city(record))
            .or_else(|| self.missing_unit(record))
            .or_else(|| self.blank(record))
    }

    fn other_state(&self, record: &CaseRecord) -> Option<Fault<'a>> {
        let state = record.record.value(Attribute::AddressState)?;
        let postal_code = record.record.value(Attribute::AddressPostalCode)?;
        let lies_in = state_of(postal_code).filter(|lies_in| *lies_in != state)?;
        let sentence =
            format!("The postal code {postal_code} lies in {lies_in}, but the address is in {state}.");
        Some(Fault::of(Attribute::AddressPostalCode, sentence))
    }

    fn other_city(&self, record: &CaseRecord) -> Option<Fault<'a>> {
        let stated = record.record.value(Attribute::AddressCity)?;
        let postal_code = five_digits(record.record.value(Attribute::AddressPostalCode)?)?;
        let city = fold(stated);
        let spellings = self.world.holders.cities(postal_code);
        let n_here = spellings.iter().find(|usage| usage.city == city).map_or(0, |usage| usage.n_records);
        let is_usual = |n: u64| n >= self.n_records && n > SPELLINGS_TIMES * n_here;
        let usual =
            spellings.iter().find(|usage| is_usual(usage.n_records) && one_keystroke(&usage.city, &city))?;
        let sentence = format!(
            "The city {stated} is one keystroke from {}, which other records have for the postal code \
             {postal_code}.",
            usual.city
        );
        Some(Fault::of(Attribute::AddressCity, sentence))
    }

    fn missing_unit(&self, record: &CaseRecord) -> Option<Fault<'a>> {
        let key = AddressKey::of_record(record).filter(|key| !key.has_unit)?;
        let line = record.record.value(Attribute::AddressLine)?;
        let has_unit = |other: &&CaseRecord| {
            AddressKey::of_record(other).is_some_and(|other| other.has_unit && other.house == key.house)
        };
        if let Some(other) = in_order(self.case.accepted()).find(has_unit) {
            let whole = other.record.value(Attribute::AddressLine).unwrap_or_default();
            let sentence =
                format!("The address {line} lacks the unit that another record of the person has: {whole}.");
            return Some(Fault { attribute: Attribute::AddressLine, sentence, beside: Some(other) });
        }
        let year = record.record.first_seen.year();
        let usage = self.world.holders.address_usage(&record.record.key.source, year, &key);
        let sentence = format!("The address {line} has no unit, but other addresses at this house have one.");
        (usage.n_with_unit >= self.n_units).then(|| Fault::of(Attribute::AddressLine, sentence))
    }

    /// A notice mailed without an address, in a table that has addresses.
    fn blank(&self, record: &CaseRecord) -> Option<Fault<'a>> {
        let has_address =
            |row: &CaseRecord| ADDRESS_PARTS.iter().any(|part| row.record.value(*part).is_some());
        let sent_on = record.record.day(Attribute::NoticeMailedOn)?;
        let is_mailed = record.record.value(Attribute::NoticeServed) == Some(MAILED);
        let is_of_table = |row: &&CaseRecord| {
            row.record.table == record.record.table
                && row.record.key.source == record.record.key.source
                && row.record.value(Attribute::NoticeServed).is_some()
        };
        let table_has_addresses = self.case.records.iter().filter(is_of_table).any(has_address);
        if !is_mailed || has_address(record) || !table_has_addresses {
            return None;
        }
        let was_given = in_order(self.case.accepted()).find(|other| {
            other.record.value(Attribute::AddressOffice) == Some(COURT)
                && other.record.day(Attribute::AddressReceivedOn).is_some_and(|on| on < sent_on)
        });
        let known = match was_given {
            Some(_) => "the court had received one, which was not recorded on it",
            None => "the file cannot tell whether one was given",
        };
        let sentence = format!("The notice was mailed without an address: {known}.");
        Some(Fault::of(Attribute::NoticeServed, sentence))
    }
}

#[cfg(test)]
mod tests {
    use redress_statement::SourceId;

    use super::*;
    use crate::{
        AddressUsage, CityUsage, Holders,
        fixture::{check, check_with},
    };

    struct Usage {
        n_right: u64,
        n_with_unit: u64,
    }

    impl Holders for Usage {
        fn cities(&self, postal_code: &str) -> Vec<CityUsage> {
            let usage = |city: &str, n_records| CityUsage { city: city.to_owned(), n_records };
            let known = vec![usage("patchogue", self.n_right), usage("patcbogue", 1)];
            if postal_code == "11772" { known } else { Vec::new() }
        }

        fn address_usage(&self, _: &SourceId, _: i16, key: &AddressKey) -> AddressUsage {
            let is_house = key.house == "12 oak street 11772";
            AddressUsage { n_in_year: 0, n_with_unit: if is_house { self.n_with_unit } else { 0 } }
        }
    }

    const FILE: &str = "
        benefits applications IOE1
          address_line 12 Oak Street
          address_city PATCHOGUE
          address_state NY
          address_postal_code 11772-1234\n";

    #[test]
    fn fires() {
        for (from, to, said) in [
            ("NY", "NJ", "The postal code 11772-1234 lies in NY, but the address is in NJ."),
            (
                "PATCHOGUE",
                "Patcbogue",
                "The city Patcbogue is one keystroke from patchogue, which other records have for the postal code 11772.",
            ),
        ] {
            let text = FILE.replace(from, to);
            let usage = Usage { n_right: 3, n_with_unit: 2 };
            check_with(&AddressIncompleteOrMisspelled, &text, &usage, &[&format!("benefits/IOE1: {said}")]);
        }
        let said = "benefits/IOE1: The address 12 Oak Street has no unit, but other addresses at this house have one.";
        check_with(&AddressIncompleteOrMisspelled, FILE, &Usage { n_right: 3, n_with_unit: 3 }, &[said]);
    }

    #[test]
    fn fires_on_what_another_record_of_the_person_has() {
        let text =
            format!("{FILE}{}", FILE.replace("IOE1", "IOE2").replace("Oak Street", "Oak Street Apt 4"));
        let said = "benefits/IOE1: The address 12 Oak Street lacks the unit that another record of the person has: 12 \
                    Oak Street Apt 4.";
        check(&AddressIncompleteOrMisspelled, &text, &[said]);
        check(&AddressIncompleteOrMisspelled, &text.replace("IOE2", "IOE2 possible"), &[]);
    }

    #[test]
    fn fires_on_an_unknown_address_and_a_notice_without_one() {
        let text = "
        court names 11
          family_name Ruiz
        court identifiers 1 about 11
          case_identifier AU
        court notices N1 about 11
          notice_served M
          notice_mailed_on 2026-05-03
        court notices N2 about 11
          notice_served M
          notice_mailed_on 2026-05-04
          address_line 12 Oak Street\n";
        let unknown = "court/identifiers:1: The court marks this case as one of an unknown address (AU).";
        let blank = "court/notices:N1: The notice was mailed without an address: the file cannot tell whether one was \
                     given.";
        check(&AddressIncompleteOrMisspelled, text, &[unknown, blank]);
        let given = format!(
            "{text}        addresses register E1\n          address_office COURT\n          address_line 12 Oak Street\n          address_received_on 2026-01-02\n"
        );
        let not_recorded = blank.replace(
            "the file cannot tell whether one was given",
            "the court had received one, which was not recorded on it",
        );
        check(&AddressIncompleteOrMisspelled, &given, &[unknown, &not_recorded]);
        let withheld = text.replace("address_line 12 Oak Street", "").replace("AU", "NC");
        check(&AddressIncompleteOrMisspelled, &withheld, &[]);
        check(
            &AddressIncompleteOrMisspelled,
            &text.replacen("served M", "served P", 1).replace("AU", "NC"),
            &[],
        );
    }

    #[test]
    fn stays_silent() {
        check(&AddressIncompleteOrMisspelled, FILE, &[]);
        let few = Usage { n_right: 2, n_with_unit: 2 };
        check_with(&AddressIncompleteOrMisspelled, &FILE.replace("PATCHOGUE", "Patcbogue"), &few, &[]);
        let elsewhere = FILE.replace("PATCHOGUE", "Medford");
        check_with(&AddressIncompleteOrMisspelled, &elsewhere, &Usage { n_right: 9, n_with_unit: 0 }, &[]);
        let confirmed = FILE.replace("NY", "NJ") + "          address_confirmed yes\n";
        check(&AddressIncompleteOrMisspelled, &confirmed, &[]);
    }
}
