//! What the checks may know beyond one case file: the sources' habits, who else holds a number, how names use a word.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use redress_checks::{
    AddressKey, AddressUsage, CityUsage, ContactUsage, Holder, Holders, NameUsage, SourceFacts,
};
use redress_ports::StoredRecord;
use redress_statement::{
    Attribute, PersonId, SourceId,
    fold::{fold, tokens},
    name::is_placeholder,
};

use crate::{App, ServiceError, record_keeping::RecordKeeping, usage_counts::UsageCounts};

/// Records asked of the store at a time.
const RECORDS_AT_A_TIME: u32 = 10_000;

/// Birth dates below which a source's share of 1 January says nothing.
const DATES_MIN: u64 = 100;

/// Holders kept for one number.
const HOLDERS_MAX: usize = 8;

/// Distinct words of names that are counted; further ones are rare by then, and nothing is said of them.
const WORDS_MAX: usize = 2_000_000;

/// What the checks may know beyond one case file.
pub(crate) struct Surroundings {
    pub(crate) sources: BTreeMap<SourceId, SourceFacts>,
    pub(crate) holders: RecordsAtHand,
    pub(crate) keeping: RecordKeeping,
}

impl Surroundings {
    /// Reads every identity record once.
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut gathered = Gathered::default();
        let mut after = None;
        loop {
            let page = app.store.identity_records(after, RECORDS_AT_A_TIME).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            gathered.add(&page);
        }
        gathered.end(app).await
    }
}

/// What was gathered of the identity records so far.
#[derive(Default)]
pub(crate) struct Gathered {
    holders: RecordsAtHand,
    /// For each source, complete birth dates, and those of them that are 1 January.
    dates: BTreeMap<SourceId, (u64, u64)>,
}

impl Gathered {
    pub(crate) fn add(&mut self, records: &[StoredRecord]) {
        for stored in records {
            self.holders.add(stored);
            if let Some(date) = stored.record.date(Attribute::BirthDate) {
                let (n, first) = self.dates.entry(stored.record.key.source.clone()).or_default();
                *n += 1;
                *first += u64::from(date.is_first_of_january());
            }
        }
    }

    /// The surroundings, once every identity record was added.
    pub(crate) async fn end(self, app: &App) -> Result<Surroundings, ServiceError> {
        let mut sources = source_facts(app).await?;
        for (source, (n, first)) in self.dates {
            if n >= DATES_MIN {
                sources.entry(source).or_default().first_of_january_share = Some(first as f64 / n as f64);
            }
        }
        Ok(Surroundings { sources, holders: self.holders, keeping: RecordKeeping::load(app).await? })
    }
}

/// What the agreements say of the sources.
pub(crate) async fn source_facts(app: &App) -> Result<BTreeMap<SourceId, SourceFacts>, ServiceError> {
    let mut owners: Vec<String> = Vec::new();
    let mut sources = BTreeMap::new();
    for row in app.store.sources().await? {
        let owner = fold(&row.agreement.owner);
        let number = owners.iter().position(|known| *known == owner).unwrap_or_else(|| {
            owners.push(owner);
            owners.len() - 1
        });
        let facts = SourceFacts {
            as_of: row.as_of,
            birth_date_default: row.agreement.birth_date_default,
            first_of_january_share: None,
            owner: u32::try_from(number).ok(),
        };
        sources.insert(row.agreement.source, facts);
    }
    Ok(sources)
}

/// Who holds which A-number and which number of a travel document, and how often words, addresses and contacts
/// are used: asked one at a time, never listed.
#[derive(Default)]
pub(crate) struct RecordsAtHand {
    by_number: BTreeMap<String, Vec<Holder>>,
    by_passport: BTreeMap<String, Vec<Holder>>,
    words: HashMap<String, NameUsage>,
    usage: UsageCounts,
}

impl RecordsAtHand {
    pub(crate) fn add(&mut self, stored: &StoredRecord) {
        self.add_holders(stored);
        self.usage.add(&stored.record);
        let words = |attributes: &[Attribute]| -> BTreeSet<String> {
            let parts = attributes.iter().filter_map(|attribute| stored.record.value(*attribute));
            parts.filter(|part| !is_placeholder(part)).flat_map(tokens).collect()
        };
        for word in words(&[Attribute::FamilyName]) {
            self.count(word, |usage| usage.n_family += 1);
        }
        // A habit of the form says which given name is called the middle one.
        for word in words(&[Attribute::GivenName, Attribute::MiddleName]) {
            self.count(word, |usage| usage.n_given += 1);
        }
    }

    /// Counts a word, unless it is a new one and there are enough.
    fn count(&mut self, word: String, add: impl FnOnce(&mut NameUsage)) {
        if self.words.len() < WORDS_MAX {
            add(self.words.entry(word).or_default());
        } else if let Some(usage) = self.words.get_mut(&word) {
            add(usage);
        }
    }

    fn add_holders(&mut self, stored: &StoredRecord) {
        let Some(person) = stored.person else { return };
        if let Some(number) = stored.record.value(Attribute::ANumber) {
            let holders = self.by_number.entry(number.trim_start_matches('0').to_owned()).or_default();
            hold(holders, person, stored);
        }
        if let Some(number) = stored.record.value(Attribute::PassportNumber) {
            hold(self.by_passport.entry(number.to_owned()).or_default(), person, stored);
        }
    }
}

/// Keeps one record of each person who holds a number, up to the bound.
fn hold(holders: &mut Vec<Holder>, person: PersonId, stored: &StoredRecord) {
    let is_known = holders.iter().any(|holder| holder.person == person);
    if is_known || holders.len() == HOLDERS_MAX {
        return;
    }
    let text = |attribute| stored.record.value(attribute).map(str::to_owned);
    holders.push(Holder {
        person,
        record: stored.id,
        family_name: text(Attribute::FamilyName),
        given_name: text(Attribute::GivenName),
        birth_date: stored.record.date(Attribute::BirthDate),
    });
}

/// The holders of a number; nobody where it is not known.
fn held(holders: Option<&Vec<Holder>>) -> Cow<'_, [Holder]> {
    Cow::Borrowed(holders.map_or(&[], Vec::as_slice))
}

impl Holders for RecordsAtHand {
    fn holders(&self, a_number: &str) -> Cow<'_, [Holder]> {
        held(self.by_number.get(a_number.trim_start_matches('0')))
    }

    fn passport_holders(&self, number: &str) -> Cow<'_, [Holder]> {
        held(self.by_passport.get(number))
    }

    fn name_usage(&self, word: &str) -> NameUsage {
        self.words.get(word).copied().unwrap_or_default()
    }

    fn cities(&self, postal_code: &str) -> Vec<CityUsage> {
        self.usage.cities(postal_code)
    }

    fn address_usage(&self, source: &SourceId, year: i16, address: &AddressKey) -> AddressUsage {
        self.usage.address(source, year, address)
    }

    fn contact_usage(&self, contact: &str) -> ContactUsage {
        self.usage.contact(contact)
    }
}

#[cfg(test)]
mod tests {
    use redress_statement::RecordId;
    use redress_testkit::record;

    use super::*;

    fn stored(id: i64, names: [(Attribute, &str); 3], number: &str) -> StoredRecord {
        let builder = names
            .into_iter()
            .fold(record("benefits", "applications", &format!("K{id}")), |b, n| b.says(n.0, n.1));
        let record = builder.says(Attribute::ANumber, number).build();
        StoredRecord { id: RecordId(id), record, person: Some(PersonId(id)) }
    }

    #[test]
    fn words_are_counted_once_a_record_by_the_part_they_stand_in() {
        let mut at_hand = RecordsAtHand::default();
        for (id, family, given, middle) in [
            (1, "García López", "Ana", "Ana María"),
            (2, "García", "María", "LNU"),
            (3, "Ana", "García", "FNU"),
        ] {
            let names = [
                (Attribute::FamilyName, family),
                (Attribute::GivenName, given),
                (Attribute::MiddleName, middle),
            ];
            at_hand.add(&stored(id, names, &format!("00{id}")));
        }
        for (word, n_given, n_family) in
            [("garcia", 1, 2), ("ana", 1, 1), ("maria", 2, 0), ("lopez", 0, 1), ("lnu", 0, 0), ("x", 0, 0)]
        {
            assert_eq!(at_hand.name_usage(word), NameUsage { n_given, n_family }, "{word}");
        }
        assert_eq!(at_hand.holders("2")[0].person, PersonId(2));
        assert!(at_hand.holders("9").is_empty());
    }
}
