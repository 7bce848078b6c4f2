//! NT-04: address of an organization, or one used very often.
//!
//! One office of a charity got more than 300 summonses for people whom it did not know. Of the addresses of one
//! intake 780 had been used more than 20 times and 7 more than 500 times (DHS OIG-23-47). Mail to such an address
//! may not reach the person.
//!
//! The rule reports an address whose line names a shelter, a charity, a bus station or an office of the government,
//! and one that the same source used more than 20 times in a year.
//!
//! It stays silent when the person confirms that mail reaches them there. The finding says one thing about one
//! person's mail: who else is written to at that address is neither listed nor joined nor kept.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::tokens};

use crate::{
    AddressKey, Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    address::same_address, reference::place_of_business::named_in, schedule::next_day, sequence::in_order,
};

/// Days that say in which year an address was given, the first that the record states counting.
const DATED_BY: [Attribute; 2] = [Attribute::AddressReceivedOn, Attribute::ApplicationFiledOn];

/// The check.
pub(crate) struct AddressOfAnOrganization;

static SPEC: Spec = Spec {
    id: "NT-04",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Address of an organization or used very often",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::AddressLine,
        Attribute::AddressPostalCode,
        Attribute::AddressConfirmed,
        Attribute::AddressReceivedOn,
        Attribute::ApplicationFiledOn,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["nt_04_uses"],
    rule: "The address names a shelter, a charity, a bus station or an office of the government, or the same source \
           used it more than {nt_04_uses} times in a year.",
    not_when: &[
        "the person confirms that mail reaches them there",
        "the address is used often by different sources, but by none of them more than {nt_04_uses} times in a year",
    ],
    harm_in_words: "Mail to this address may not reach the person.",
    evidence_shown: "The address as entered and why mail there may not arrive. Never who else is written to there.",
    route: Route {
        actor: "the office that sends notices",
        instrument: "another way of reaching the person, a question for the current address, a note on the proof of \
                     service",
        deadline: "before the next notice",
    },
    data: &[DataClass::Agency],
    citation: "DHS OIG-23-47: 780 addresses used more than 20 times",
};

impl Check for AddressOfAnOrganization {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_uses) = parameters.days("nt_04_uses", world.today) else { return Vec::new() };
        let records: Vec<&CaseRecord> = in_order(case.identities())
            .filter(|record| record.is_accepted() && record.record.value(Attribute::AddressLine).is_some())
            .collect();
        let confirmed = |record: &CaseRecord| record.record.mark(Attribute::AddressConfirmed) == Some(true);
        let mut told: Vec<&CaseRecord> = records.iter().copied().filter(|record| confirmed(record)).collect();
        let mut found = Vec::new();
        for record in records {
            let Some(why) = why(record, world, u64::from(n_uses.unsigned_abs())) else { continue };
            // One finding for one address, not one for each record that has it.
            if told.iter().any(|other| same_address(other, record)) {
                continue;
            }
            told.push(record);
            found.push(report(record, &why, case, world));
        }
        found
    }
}

fn why(record: &CaseRecord, world: &World<'_>, n_uses: u64) -> Option<String> {
    let line = record.record.value(Attribute::AddressLine)?;
    if let Some(what) = named_in(&tokens(line)) {
        return Some(format!("it names {what}"));
    }
    let key = AddressKey::of_record(record)?;
    let year =
        DATED_BY.iter().find_map(|day| record.record.day(*day)).unwrap_or(record.record.first_seen).year();
    let usage = world.holders.address_usage(&record.record.key.source, year, &key);
    (usage.n_in_year > n_uses)
        .then(|| format!("the same source used it more than {n_uses} times in one year"))
}

fn report(record: &CaseRecord, why: &str, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let line = record.record.value(Attribute::AddressLine).unwrap_or_default();
    let sentence = format!("Mail to {line} may not reach the person: {why}.");
    let inputs = [(record, Attribute::AddressLine), (record, Attribute::AddressPostalCode)];
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use redress_statement::SourceId;

    use super::*;
    use crate::{
        AddressUsage, Holders,
        fixture::{check, check_with},
    };

    /// Uses of any address in 2025.
    struct Uses(u64);

    impl Holders for Uses {
        fn address_usage(&self, _: &SourceId, year: i16, _: &AddressKey) -> AddressUsage {
            AddressUsage { n_in_year: if year == 2025 { self.0 } else { 0 }, n_with_unit: 0 }
        }
    }

    const FILE: &str = "
        addresses register E1
          address_line 12 Oak Street
          address_postal_code 60614
          address_received_on 2025-03-01\n";

    #[test]
    fn fires_once_for_one_address() {
        let shelter = FILE.replace("12 Oak", "Hope Shelter, 12 Oak");
        let said =
            "addresses/E1: Mail to Hope Shelter, 12 Oak Street may not reach the person: it names a shelter.";
        check(&AddressOfAnOrganization, &shelter, &[said]);
        let twice = format!("{shelter}{}", shelter.replace("E1", "E2"));
        let found =
            crate::fixture::run(&AddressOfAnOrganization, &redress_testkit::parse_case_file(&twice), &[]);
        assert_eq!(found.len(), 1);
        let said = "addresses/E1: Mail to 12 Oak Street may not reach the person: the same source used it more than 20 \
                    times in one year.";
        check_with(&AddressOfAnOrganization, FILE, &Uses(21), &[said]);
    }

    #[test]
    fn stays_silent() {
        check_with(&AddressOfAnOrganization, FILE, &Uses(20), &[]);
        check_with(&AddressOfAnOrganization, &FILE.replace("2025", "2024"), &Uses(21), &[]);
        check_with(&AddressOfAnOrganization, &FILE.replace("60614", "6"), &Uses(21), &[]);
        let confirmed = format!("{FILE}          address_confirmed yes\n");
        check_with(&AddressOfAnOrganization, &confirmed, &Uses(21), &[]);
        let possible = format!(
            "court names 11\n  family_name Ruiz\n{}",
            FILE.replace("        ", "").replace("E1", "E1 possible")
        );
        check_with(&AddressOfAnOrganization, &possible, &Uses(21), &[]);
    }
}
