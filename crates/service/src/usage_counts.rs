//! How often the records at hand use an address, a city or a contact: counts that the checks ask one at a time.
//!
//! What is counted is kept as digests, so that there is nothing to list: a count answers only whoever already has
//! the address or the contact.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use redress_checks::{AddressKey, AddressUsage, CityUsage, ContactUsage, five_digits, is_helper};
use redress_statement::{Attribute, Record, SourceId, fold::fold};

/// Spellings of the city of one postal code that are kept.
const SPELLINGS_MAX: usize = 64;

/// Spellings that are answered.
const SPELLINGS_ANSWERED: usize = 8;

/// Different family names counted for one contact.
const FAMILY_NAMES_MAX: usize = 8;

/// Days that say in which year an address was given, the first that the record states counting.
const DATED_BY: [Attribute; 2] = [Attribute::AddressReceivedOn, Attribute::ApplicationFiledOn];

/// Counts over all records that describe a person.
#[derive(Default)]
pub(crate) struct UsageCounts {
    /// By digest of source, year and address.
    addresses: BTreeMap<u64, u32>,
    /// By digest of the house.
    with_unit: BTreeMap<u64, u32>,
    /// By postal code, spelling.
    cities: BTreeMap<u32, BTreeMap<Box<str>, u32>>,
    /// By digest of the contact.
    contacts: BTreeMap<u64, Contact>,
}

#[derive(Default)]
struct Contact {
    family_names: Vec<u64>,
    is_of_helper: bool,
}

impl UsageCounts {
    /// Counts one record.
    pub(crate) fn add(&mut self, record: &Record) {
        self.add_address(record);
        self.add_city(record);
        self.add_contacts(record);
    }

    fn add_address(&mut self, record: &Record) {
        let Some(key) = address(record) else { return };
        let year = DATED_BY.iter().find_map(|day| record.day(*day)).unwrap_or(record.first_seen).year();
        *self.addresses.entry(digest(&(&record.key.source, year, &key.whole))).or_default() += 1;
        if key.has_unit {
            *self.with_unit.entry(digest(&key.house)).or_default() += 1;
        }
    }

    fn add_city(&mut self, record: &Record) {
        let postal_code = record.value(Attribute::AddressPostalCode).and_then(five_digits);
        let (Some(city), Some(postal_code)) = (record.value(Attribute::AddressCity), postal_code) else {
            return;
        };
        let Ok(postal_code) = postal_code.parse::<u32>() else { return };
        let spellings = self.cities.entry(postal_code).or_default();
        let city = fold(city);
        if spellings.len() < SPELLINGS_MAX || spellings.contains_key(city.as_str()) {
            *spellings.entry(city.into()).or_default() += 1;
        }
    }

    fn add_contacts(&mut self, record: &Record) {
        let role = record.value(Attribute::ContactRole);
        let contacts =
            [Attribute::NoticeEmail, Attribute::NoticePhone].map(|contact| record.value(contact).map(fold));
        // An address is counted as a contact only where the source says whose it is: it is most people's own.
        let address = role.and_then(|_| address(record)).map(|key| key.whole);
        for contact in contacts.into_iter().flatten().chain(address) {
            let known = self.contacts.entry(digest(&contact)).or_default();
            known.is_of_helper |= role.is_some_and(is_helper);
            let family_name = digest(&record.value(Attribute::FamilyName).map(fold));
            if known.family_names.len() < FAMILY_NAMES_MAX && !known.family_names.contains(&family_name) {
                known.family_names.push(family_name);
            }
        }
    }

    /// The usual spellings of the city of a postal code.
    pub(crate) fn cities(&self, postal_code: &str) -> Vec<CityUsage> {
        let Some(spellings) = postal_code.parse().ok().and_then(|code: u32| self.cities.get(&code)) else {
            return Vec::new();
        };
        let mut usage: Vec<CityUsage> = spellings
            .iter()
            .map(|(city, n)| CityUsage { city: city.to_string(), n_records: u64::from(*n) })
            .collect();
        usage.sort_by_key(|usage| std::cmp::Reverse(usage.n_records));
        usage.truncate(SPELLINGS_ANSWERED);
        usage
    }

    /// How often a source used an address in a year.
    pub(crate) fn address(&self, source: &SourceId, year: i16, key: &AddressKey) -> AddressUsage {
        let count = |counts: &BTreeMap<u64, u32>, of: u64| counts.get(&of).copied().map_or(0, u64::from);
        AddressUsage {
            n_in_year: count(&self.addresses, digest(&(source, year, &key.whole))),
            n_with_unit: count(&self.with_unit, digest(&key.house)),
        }
    }

    /// How widely a contact is used.
    pub(crate) fn contact(&self, contact: &str) -> ContactUsage {
        self.contacts.get(&digest(&contact.to_owned())).map_or_else(ContactUsage::default, |known| {
            ContactUsage { n_family_names: known.family_names.len() as u64, is_of_helper: known.is_of_helper }
        })
    }
}

fn address(record: &Record) -> Option<AddressKey> {
    AddressKey::of(record.value(Attribute::AddressLine)?, record.value(Attribute::AddressPostalCode)?)
}

/// Two texts of one digest are counted together, which happens once in some billion addresses.
fn digest(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use redress_testkit::record;

    use super::*;

    fn counted(records: &[[(Attribute, &str); 4]]) -> UsageCounts {
        let mut counts = UsageCounts::default();
        for statements in records {
            let mut built = record("benefits", "applications", "IOE1");
            for (attribute, value) in statements {
                built = built.says(*attribute, value);
            }
            counts.add(&built.build());
        }
        counts
    }

    #[test]
    fn addresses_are_counted_by_source_and_year_and_houses_by_their_units() {
        use Attribute as A;
        let at = |line, filed_on| {
            [
                (A::AddressLine, line),
                (A::AddressPostalCode, "60614-1234"),
                (A::AddressCity, "CHICAGO"),
                (A::ApplicationFiledOn, filed_on),
            ]
        };
        let counts = counted(&[
            at("12 Oak Street Apt 4", "2025-01-01"),
            at("12 OAK STREET, APT 4", "2025-06-01"),
            at("12 Oak Street Apt 5", "2024-01-01"),
        ]);
        let benefits = "benefits".parse().unwrap();
        let key = AddressKey::of("12 Oak Street Apt 4", "60614").unwrap();
        assert_eq!(counts.address(&benefits, 2025, &key), AddressUsage { n_in_year: 2, n_with_unit: 3 });
        assert_eq!(counts.address(&benefits, 2024, &key).n_in_year, 0);
        assert_eq!(counts.address(&"status".parse().unwrap(), 2025, &key).n_in_year, 0);
        assert_eq!(counts.cities("60614"), [CityUsage { city: "chicago".to_owned(), n_records: 3 }]);
        assert!(counts.cities("60615").is_empty() && counts.cities("x").is_empty());
    }

    #[test]
    fn a_contact_is_counted_by_family_names_and_marked_by_any_helper() {
        use Attribute as A;
        let with = |family, role| {
            [
                (A::FamilyName, family),
                (A::NoticeEmail, "OFFICE@EXAMPLE.ORG"),
                (A::ContactRole, role),
                (A::GivenName, "Ana"),
            ]
        };
        let counts = counted(&[with("Ruiz", "SELF"), with("RUIZ", "SELF"), with("Vogel", "ATTORNEY")]);
        let usage = ContactUsage { n_family_names: 2, is_of_helper: true };
        assert_eq!(counts.contact("office example org"), usage);
        assert_eq!(counts.contact("other example org"), ContactUsage::default());
    }
}
