//! What a check may know beyond one case file.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use redress_statement::{PartialDate, PersonId, RecordId, SourceId};

use crate::{AddressKey, Keeping};

/// Facts of one source that a rule needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SourceFacts {
    /// The date that the newest extract describes.
    pub as_of: Option<Date>,
    /// Month and day that the source declares to write when it knows only the year.
    pub birth_date_default: Option<(u8, u8)>,
    /// Share of the source's birth dates that fall on 1 January, 0 to 1. None under 100 dates.
    pub first_of_january_share: Option<f64>,
    /// Number of the office that owns it: sources of one owner share the number. None where it is not known.
    pub owner: Option<u32>,
}

impl SourceFacts {
    /// Whether a date of birth has the month and day that the source declares to write when it knows only the
    /// year.
    #[must_use]
    pub fn writes_by_default(&self, birth_date: PartialDate) -> bool {
        self.birth_date_default
            .is_some_and(|(month, day)| (birth_date.month(), birth_date.day()) == (Some(month), Some(day)))
    }
}

/// Somebody who holds an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// A record that states the identifier.
    pub record: RecordId,
    /// Family name as stated.
    pub family_name: Option<String>,
    /// Given name as stated.
    pub given_name: Option<String>,
    /// Date of birth as stated.
    pub birth_date: Option<PartialDate>,
}

/// Looks up who else holds an identifier, and how a word is used. Answers one at a time: there is no way to
/// list.
pub trait Holders: Sync {
    /// The persons whose accepted records state this A-number, at most eight. Nothing is known unless it is overridden.
    fn holders(&self, _a_number: &str) -> Cow<'_, [Holder]> {
        Cow::Borrowed(&[])
    }

    /// The persons whose accepted records state this number of a travel document, at most eight. Nothing is
    /// known unless it is overridden.
    fn passport_holders(&self, _number: &str) -> Cow<'_, [Holder]> {
        Cow::Borrowed(&[])
    }

    /// How often the records at hand use a folded word as part of a name. Nothing is known unless it is
    /// overridden.
    fn name_usage(&self, _word: &str) -> NameUsage {
        NameUsage::default()
    }

    /// How the records at hand spell the city of a postal code of five digits, at most eight spellings, folded,
    /// the most frequent first. Nothing is known unless it is overridden.
    fn cities(&self, _postal_code: &str) -> Vec<CityUsage> {
        Vec::new()
    }

    /// How often a source uses an address for notices in a year. Counts only: there is no way to ask by whom.
    /// Nothing is known unless it is overridden.
    fn address_usage(&self, _source: &SourceId, _year: i16, _address: &AddressKey) -> AddressUsage {
        AddressUsage::default()
    }

    /// How widely a contact is used. A count and a mark only: there is no way to ask by whom. Nothing is known
    /// unless it is overridden.
    fn contact_usage(&self, _contact: &str) -> ContactUsage {
        ContactUsage::default()
    }
}

/// How many records spell the city of a postal code in one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CityUsage {
    /// The spelling, folded.
    pub city: String,
    /// Records that have it.
    pub n_records: u64,
}

/// How often an address for notices is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressUsage {
    /// Records of the source that give the address in the year, unit included.
    pub n_in_year: u64,
    /// Records of any source that give the house with a unit.
    pub n_with_unit: u64,
}

/// How widely a contact is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactUsage {
    /// Different family names of the people whose records have the contact; counting may stop at eight.
    pub n_family_names: u64,
    /// Whether it stands on a list of representatives, sponsors or organizations.
    pub is_of_helper: bool,
}

/// How many records use a word in which part of a name. Says which of two exchanged parts is the family name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameUsage {
    /// Records that use it in a given name.
    pub n_given: u64,
    /// Records that use it in a family name.
    pub n_family: u64,
}

/// Nobody holds anything: for a public release, and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHolders;

impl Holders for NoHolders {}

/// Everything beyond the case file that a rule may read.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The day on which the check runs.
    pub today: Date,
    /// What is known of each source.
    pub sources: &'a BTreeMap<SourceId, SourceFacts>,
    /// Who else holds an identifier.
    pub holders: &'a dyn Holders,
    /// What was done with a record.
    pub keeping: &'a dyn Keeping,
}

impl World<'_> {
    /// The facts of a source; nothing known where it was never imported.
    #[must_use]
    pub fn source(&self, id: &SourceId) -> SourceFacts {
        self.sources.get(id).copied().unwrap_or_default()
    }
}
