//! ID-10: country code mapped wrongly.
//!
//! Every office has its own list of countries, made in its own year. A list of 2001 maps `PALES` to Jordan and
//! has no South Sudan and no Kosovo; "Congo" and "Korea" are two countries each; a clerk who has one column
//! writes the country of birth as the citizenship. The wrong country is then the country of removal, or ends
//! a protection that only some countries have.
//!
//! The rule compares the countries that the records of one person state. It reports two codes that published
//! lists are known to confuse, a citizenship of a state that had ended before the record came to be, and a
//! citizenship that is the country of birth in a record that states both and keeps them apart.
//!
//! It stays silent when more than one nationality is recorded on purpose, and where two countries merely
//! differ: that is for a human. A finding may name a worse country, so it stays inside until charter 4 is
//! met.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::any_accepted,
    majority::odd_ones,
    reference::country::{confused, ended},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// The two countries that a record states.
const COUNTRIES: [Attribute; 2] = [Attribute::CitizenshipCountry, Attribute::BirthCountry];

/// The check.
pub(crate) struct CountryCodeMappedWrongly;

static SPEC: Spec = Spec {
    id: "ID-10",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Country code mapped wrongly",
    family: Family::Identity,
    harm: Harm::H4,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::CitizenshipCountry,
        Attribute::BirthCountry,
        Attribute::DualNationality,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "Two records of one person state countries that published lists confuse, or one states the \
           citizenship of a state that had ended, or states as citizenship the country of birth that another \
           record keeps apart from the citizenship.",
    not_when: &[
        "more than one nationality is recorded on purpose",
        "two countries differ and no published list confuses them: that is for a human",
        "a state that has ended is the country of birth",
    ],
    harm_in_words: "The wrong country of removal, or a protection that hangs on the country is lost.",
    evidence_shown: "The code as written, and the label that each list has for it, with the list's day.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "a dated table of codes; nationality kept as claimed or as documented",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "ISO 3166-1 and 3166-3; Deportation Data Project, codebook of the USCIS releases",
};

impl Check for CountryCodeMappedWrongly {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let records: Vec<&CaseRecord> = in_order(case.identities()).collect();
        if records.iter().any(|record| has_two_nationalities(record)) {
            return Vec::new();
        }
        let mut found: Vec<Discrepancy> = Vec::new();
        for report in between_records(&records, case, world) {
            found.push(report);
        }
        for record in records.iter().filter(|record| record.is_accepted()) {
            let known = found.iter().any(|discrepancy| discrepancy.at == record.id);
            found.extend(ended_state(record, case, world).filter(|_| !known));
        }
        found
    }
}

fn has_two_nationalities(record: &CaseRecord) -> bool {
    let stated = record.record.statements.iter().filter(|s| s.attribute == Attribute::CitizenshipCountry);
    stated.count() > 1 || record.record.mark(Attribute::DualNationality) == Some(true)
}

/// What two records say of one country, and why the two may be one.
struct Clash {
    of: [Attribute; 2],
    why: String,
}

fn between_records(records: &[&CaseRecord], case: &CaseFile, world: &World<'_>) -> Vec<Discrepancy> {
    let pairs = (0..records.len()).flat_map(|a| (a + 1..records.len()).map(move |b| (a, b)));
    let conflicts: Vec<_> = pairs.filter(|&(a, b)| clash(records[a], records[b]).is_some()).collect();
    odd_ones(&conflicts, |place| {
        let is_copied = records.iter().any(|other| copied_from_birth(records[place], other));
        (is_copied, records[place].id)
    })
    .into_iter()
    .filter_map(|(odd, against)| {
        let (odd, other) = (records[odd], records[*against.first()?]);
        let Clash { of: [mine, theirs], why } = clash(odd, other)?;
        let others = against.iter().map(|place| records[*place]);
        if !any_accepted(odd, others) {
            return None;
        }
        let value = |record: &CaseRecord, of| record.record.value(of).unwrap_or_default().to_owned();
        let sentence = format!(
            "The {} here is {}, in another record the {} is {}: {why}.",
            mine.plain_name(),
            value(odd, mine),
            theirs.plain_name(),
            value(other, theirs),
        );
        let inputs = [(odd, mine), (other, theirs), (other, Attribute::CitizenshipCountry)];
        Some(Discrepancy::new(&SPEC, odd, &inputs, sentence, next_day(case, world.today)))
    })
    .collect()
}

fn clash(a: &CaseRecord, b: &CaseRecord) -> Option<Clash> {
    let lists = COUNTRIES.iter().find_map(|of| {
        let why = confused(a.record.value(*of)?, b.record.value(*of)?)?;
        Some(Clash { of: [*of, *of], why: format!("lists confuse the two, {why}") })
    });
    let why = || "a country of birth is not a citizenship".to_owned();
    lists.or_else(|| {
        if copied_from_birth(a, b) {
            Some(Clash { of: COUNTRIES, why: why() })
        } else if copied_from_birth(b, a) {
            Some(Clash { of: [Attribute::BirthCountry, Attribute::CitizenshipCountry], why: why() })
        } else {
            None
        }
    })
}

/// Whether a record states as citizenship what another states as country of birth beside another citizenship.
fn copied_from_birth(record: &CaseRecord, other: &CaseRecord) -> bool {
    let here = record.record.value(Attribute::CitizenshipCountry);
    let born = other.record.value(Attribute::BirthCountry);
    let there = other.record.value(Attribute::CitizenshipCountry);
    here.is_some() && here == born && there.is_some() && there != here
}

fn ended_state(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let code = record.record.value(Attribute::CitizenshipCountry)?;
    let (ended_on, name) = ended(code)?;
    let sentence = format!(
        "The citizenship here is {code}, {name}, which ended on {}, before this record came to be.",
        spoken_day(ended_on),
    );
    let inputs = [(record, Attribute::CitizenshipCountry)];
    (record.record.first_seen > ended_on)
        .then(|| Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    fn file(court: &str, status: &str) -> String {
        format!(
            "court names C1\n  {}\nstatus extract S1\n  {}\n",
            court.replace(", ", "\n  "),
            status.replace(", ", "\n  ")
        )
    }

    #[test]
    fn fires() {
        for (court, status, expected) in [
            (
                "citizenship_country COD",
                "citizenship_country COG",
                "status/S1: The country of citizenship here is COG, in another record the country of \
                 citizenship is COD: lists confuse the two, both are called Congo.",
            ),
            (
                "birth_country SSD",
                "birth_country SDN",
                "status/S1: The country of birth here is SDN, in another record the country of birth is SSD: \
                 lists confuse the two, older lists lack South Sudan.",
            ),
            (
                "citizenship_country VEN, birth_country COL",
                "citizenship_country COL",
                "status/S1: The country of citizenship here is COL, in another record the country of birth is \
                 COL: a country of birth is not a citizenship.",
            ),
            (
                "citizenship_country UKR",
                "citizenship_country SUN",
                "status/S1: The citizenship here is SUN, the Soviet Union, which ended on 26 December 1991, \
                 before this record came to be.",
            ),
        ] {
            check(&CountryCodeMappedWrongly, &file(court, status), &[expected]);
        }
        let first = file("citizenship_country COL", "citizenship_country VEN, birth_country COL");
        check(
            &CountryCodeMappedWrongly,
            &first,
            &["court/C1: The country of citizenship here is COL, in another record the country of birth is \
               COL: a country of birth is not a citizenship."],
        );
    }

    #[test]
    fn stays_silent() {
        for (court, status) in [
            ("citizenship_country MEX", "citizenship_country GTM"),
            ("citizenship_country COD, dual_nationality yes", "citizenship_country COG"),
            ("citizenship_country COD, citizenship_country COG", "citizenship_country COG"),
            ("citizenship_country UKR", "birth_country SUN"),
            ("citizenship_country VEN, birth_country COL", "citizenship_country VEN, birth_country COL"),
            ("birth_country COL", "citizenship_country COL"),
            ("citizenship_country COD", ""),
        ] {
            check(&CountryCodeMappedWrongly, &file(court, status), &[]);
        }
    }
}
