//! Records and case files in a few words.

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord, LinkEvidence, Standing};
use redress_statement::{
    Attribute, Digest, Locator, PersonId, Record, RecordId, RecordKey, SourceId, Statement,
};

/// The day on which the extract of a built record was made, unless [`RecordBuilder::seen`] says otherwise.
pub const SEEN_ON: Date = Date::constant(2025, 6, 30);

/// How the builder's record came into the case file.
#[derive(Clone, Debug)]
enum Place {
    Accepted,
    /// Possible: with the record of that key, or with the first accepted record.
    Possible(Option<String>),
    /// Attached to the record of that key, of the same source.
    About(String),
}

/// A record that is being put together. Made by [`record`].
#[derive(Clone, Debug)]
pub struct RecordBuilder {
    record: Record,
    place: Place,
}

/// Begins a record of `table` of `source`: an accepted one that describes a person.
///
/// # Panics
/// When `source` is no name of a source.
#[must_use]
#[expect(clippy::expect_used, reason = "a wrong fixture is a failed test")]
pub fn record(source: &str, table: &str, key: &str) -> RecordBuilder {
    let source: SourceId = source.parse().expect("the name of a source");
    let snapshot = Digest::of(format!("{source}/{table}").as_bytes());
    RecordBuilder {
        record: Record {
            key: RecordKey { source, key: key.into() },
            table: table.into(),
            about: None,
            is_identity: true,
            locator: Locator { snapshot, line: 2 },
            first_seen: SEEN_ON,
            last_seen: SEEN_ON,
            statements: Vec::new(),
        },
        place: Place::Accepted,
    }
}

impl RecordBuilder {
    /// Adds a statement whose normalized value is what the source wrote.
    #[must_use]
    pub fn says(self, attribute: Attribute, value: &str) -> Self {
        self.says_as(attribute, value, Some(value))
    }

    /// Adds a statement with its own normalized value; None where the original cannot be read.
    #[must_use]
    pub fn says_as(mut self, attribute: Attribute, original: &str, normalized: Option<&str>) -> Self {
        let earlier = self.record.statements.iter().filter(|s| s.attribute == attribute).count();
        self.record.statements.push(Statement {
            attribute,
            ordinal: u16::try_from(earlier).unwrap_or(u16::MAX),
            column: attribute.wire_name().to_uppercase().into(),
            original: original.into(),
            normalized: normalized.map(Into::into),
        });
        self
    }

    /// The link waits for clerical review: with the first accepted record.
    #[must_use]
    pub fn possible(mut self) -> Self {
        self.place = Place::Possible(None);
        self
    }

    /// The link waits for clerical review: with the record of that key.
    #[must_use]
    pub fn possible_with(mut self, key: &str) -> Self {
        self.place = Place::Possible(Some(key.to_owned()));
        self
    }

    /// The source attaches the row to its record `key`: the row then describes no person of its own, and
    /// its own key becomes `TABLE:KEY`.
    #[must_use]
    pub fn about(mut self, key: &str) -> Self {
        self.record.about = Some(key.into());
        self.record.is_identity = false;
        self.record.key.key = format!("{}:{}", self.record.table, self.record.key.key).into();
        self.place = Place::About(key.to_owned());
        self
    }

    /// The first and the last extract that showed the row.
    #[must_use]
    pub fn seen(mut self, first: Date, last: Date) -> Self {
        self.record.first_seen = first;
        self.record.last_seen = last;
        self
    }

    /// The line of the file, from 1.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.record.locator.line = line;
        self
    }

    /// The record alone, without a place in a case file.
    #[must_use]
    pub fn build(self) -> Record {
        self.record
    }
}

/// What a possible link in a fixture rests on: four attributes agree, one disagrees, two are not comparable.
#[must_use]
pub const fn possible_evidence() -> LinkEvidence {
    LinkEvidence {
        match_probability: 0.9,
        reliability_low: 0.8,
        reliability_high: 0.95,
        n_agree: 4,
        n_disagree: 1,
        n_not_comparable: 2,
    }
}

/// The case file of person 1 from records in order: the first has the identifier `R-1`.
///
/// # Panics
/// When a record names another that does not stand before it.
#[must_use]
#[expect(clippy::panic, reason = "a wrong fixture is a failed test")]
pub fn case_file<const N: usize>(records: [RecordBuilder; N]) -> CaseFile {
    try_case_file(records.into()).unwrap_or_else(|missing| panic!("no record `{missing}` stands before"))
}

/// The case file, or the key of a record that is named and not there.
pub(crate) fn try_case_file(builders: Vec<RecordBuilder>) -> Result<CaseFile, String> {
    let mut records: Vec<CaseRecord> = Vec::new();
    for (id, builder) in (1..).map(RecordId).zip(builders) {
        let (lead, standing) = place(&records, &builder)?;
        records.push(CaseRecord { id, record: builder.record, lead, standing });
    }
    Ok(CaseFile { person: PersonId(1), records })
}

fn place(records: &[CaseRecord], builder: &RecordBuilder) -> Result<(Option<RecordId>, Standing), String> {
    let possible = |with| Standing::Possible { with, evidence: possible_evidence() };
    match &builder.place {
        Place::Accepted => Ok((None, Standing::Accepted)),
        Place::Possible(None) => records
            .iter()
            .find(|r| r.is_accepted() && r.record.is_identity)
            .map(|r| (None, possible(r.id)))
            .ok_or_else(|| "any accepted record".to_owned()),
        Place::Possible(Some(key)) => records
            .iter()
            .find(|r| &*r.record.key.key == key.as_str())
            .map(|r| (None, possible(r.id)))
            .ok_or_else(|| key.clone()),
        Place::About(key) => records
            .iter()
            .find(|r| r.record.key.source == builder.record.key.source && &*r.record.key.key == key.as_str())
            .map(|r| (Some(r.id), r.standing))
            .ok_or_else(|| key.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_attached_to_another_has_its_standing() {
        let file = case_file([
            record("benefits", "applications", "IOE1").says(Attribute::FamilyName, "Núñez"),
            record("court", "proceedings", "77").possible(),
            record("court", "motions", "M1").about("77").says(Attribute::MotionKind, "MA"),
        ]);
        assert_eq!(file.accepted().count(), 1);
        assert_eq!(file.records[2].lead, Some(RecordId(2)));
        assert_eq!(file.records[2].standing, file.records[1].standing);
        assert_eq!(file.records[2].record.key.to_string(), "court/motions:M1");
    }

    #[test]
    fn a_second_statement_of_an_attribute_has_the_next_ordinal() {
        let built = record("border", "travel", "T1")
            .says(Attribute::DepartedOn, "2024-01-02")
            .says_as(Attribute::DepartedOn, "31/31/2024", None)
            .build();
        assert_eq!(built.statements[1].ordinal, 1);
        assert_eq!(built.statements[1].normalized, None);
    }
}
