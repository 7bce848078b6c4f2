//! All that the sources say of one person, as the checks and the pages read it.

use jiff::civil::Date;
use redress_statement::{Attribute, PersonId, Record, RecordId, SourceId, Statement, ValueKind};
use serde::{Deserialize, Serialize};

/// A statement's identity: record version, attribute, ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StatementRef {
    /// The record.
    pub record: RecordId,
    /// What the statement is about.
    pub attribute: Attribute,
    /// Its place among the record's statements about that attribute, from 0.
    pub ordinal: u16,
}

/// What a link rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkEvidence {
    /// Calibrated match probability, 0 to 1.
    pub match_probability: f64,
    /// Lower end of its 95 % interval.
    pub reliability_low: f64,
    /// Upper end of its 95 % interval.
    pub reliability_high: f64,
    /// Attributes that agree.
    pub n_agree: u16,
    /// Attributes that disagree.
    pub n_disagree: u16,
    /// Attributes that could not be compared.
    pub n_not_comparable: u16,
}

/// How a record came into a case file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// The record is held to be of this person: by the model within its narrow rule, or by a human.
    Accepted,
    /// The link waits for clerical review. A check may read the record, and its finding says so.
    Possible {
        /// The accepted record that it is compared with.
        with: RecordId,
        /// What the possible link rests on.
        evidence: LinkEvidence,
    },
}

/// A record within a case file.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseRecord {
    /// Its identifier.
    pub id: RecordId,
    /// What it says.
    pub record: Record,
    /// For a row that its source attaches to another: the identity record it belongs to.
    pub lead: Option<RecordId>,
    /// How it came here. A row attached to another has the standing of that one.
    pub standing: Standing,
}

impl CaseRecord {
    /// Whether the record is held to be of this person.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self.standing, Standing::Accepted)
    }

    /// The reference of a statement of this record.
    #[must_use]
    pub const fn refer(&self, statement: &Statement) -> StatementRef {
        StatementRef { record: self.id, attribute: statement.attribute, ordinal: statement.ordinal }
    }

    /// The reference of the first statement about `attribute`. None when the record has none.
    #[must_use]
    pub fn reference(&self, attribute: Attribute) -> Option<StatementRef> {
        self.record.statement(attribute).map(|statement| self.refer(statement))
    }
}

/// All records of one person, accepted and possible, ordered by record identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// The person.
    pub person: PersonId,
    /// The records.
    pub records: Vec<CaseRecord>,
}

/// One dated fact of a case file.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry<'a> {
    /// The day.
    pub on: Date,
    /// The record that says so.
    pub record: &'a CaseRecord,
    /// The statement that says so.
    pub statement: &'a Statement,
}

impl CaseFile {
    /// The record with that identifier. None when it is not in this case file.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<&CaseRecord> {
        self.records.iter().find(|record| record.id == id)
    }

    /// The records held to be of this person.
    pub fn accepted(&self) -> impl Iterator<Item = &CaseRecord> {
        self.records.iter().filter(|record| record.is_accepted())
    }

    /// The records that describe a person (no attached rows), accepted or possible.
    pub fn identities(&self) -> impl Iterator<Item = &CaseRecord> {
        self.records.iter().filter(|record| record.record.is_identity)
    }

    /// The records of one table of one source, accepted or possible.
    pub fn table<'a>(
        &'a self,
        source: &'a SourceId,
        table: &'a str,
    ) -> impl Iterator<Item = &'a CaseRecord> + 'a {
        self.records.iter().filter(move |r| r.record.key.source == *source && &*r.record.table == table)
    }

    /// The records that say something of `attribute`.
    pub fn stating(&self, attribute: Attribute) -> impl Iterator<Item = &CaseRecord> {
        self.records.iter().filter(move |r| r.record.value(attribute).is_some())
    }

    /// The rows that a source attaches to an identity record.
    pub fn attached(&self, lead: RecordId) -> impl Iterator<Item = &CaseRecord> {
        self.records.iter().filter(move |record| record.lead == Some(lead))
    }

    /// Every whole day that an accepted record states, oldest first. Dates of birth are left out: they
    /// are no event of the case.
    #[must_use]
    pub fn timeline(&self) -> Vec<TimelineEntry<'_>> {
        let mut entries: Vec<_> = self
            .accepted()
            .flat_map(|record| record.record.statements.iter().map(move |statement| (record, statement)))
            .filter(|(_, s)| s.attribute.kind() == ValueKind::Date && s.attribute != Attribute::BirthDate)
            .filter_map(|(record, statement)| {
                let on = statement.normalized.as_deref()?.parse::<Date>().ok()?;
                Some(TimelineEntry { on, record, statement })
            })
            .collect();
        entries.sort_by_key(|entry| (entry.on, entry.record.id, entry.statement.attribute));
        entries
    }
}
