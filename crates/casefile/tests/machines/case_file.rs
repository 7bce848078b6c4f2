//! A case file as the checks and the pages read it.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord, LinkEvidence, Standing};
use redress_statement::{
    Attribute, Digest, Locator, PersonId, Record, RecordId, RecordKey, SourceId, Statement,
};

fn record(
    id: i64,
    source: &str,
    table: &str,
    lead: Option<i64>,
    standing: Standing,
    says: &[(Attribute, &str)],
) -> CaseRecord {
    let statements = says
        .iter()
        .map(|(attribute, value)| Statement {
            attribute: *attribute,
            ordinal: 0,
            column: attribute.wire_name().into(),
            original: (*value).into(),
            normalized: (*value != "illegible").then(|| (*value).into()),
        })
        .collect();
    CaseRecord {
        id: RecordId(id),
        record: Record {
            key: RecordKey { source: source.parse().unwrap(), key: id.to_string().into() },
            table: table.into(),
            about: lead.map(|lead| lead.to_string().into()),
            is_identity: lead.is_none(),
            locator: Locator { snapshot: Digest::of(b""), line: 2 },
            first_seen: date(2025, 1, 1),
            last_seen: date(2025, 1, 1),
            statements,
        },
        lead: lead.map(RecordId),
        standing,
    }
}

fn sample() -> CaseFile {
    let evidence = LinkEvidence {
        match_probability: 0.9,
        reliability_low: 0.8,
        reliability_high: 0.95,
        n_agree: 3,
        n_disagree: 1,
        n_not_comparable: 2,
    };
    let possible = Standing::Possible { with: RecordId(1), evidence };
    let accepted = Standing::Accepted;
    CaseFile {
        person: PersonId(1),
        records: vec![
            record(
                1,
                "benefits",
                "applications",
                None,
                accepted,
                &[(Attribute::BirthDate, "1990-03-04"), (Attribute::ApplicationFiledOn, "2021-05-06")],
            ),
            record(
                2,
                "court",
                "proceedings",
                None,
                accepted,
                &[
                    (Attribute::HearingOn, "2020-02-03"),
                    (Attribute::OrderOn, "illegible"),
                    (Attribute::CourtCity, "NYC"),
                ],
            ),
            record(3, "court", "motions", Some(2), accepted, &[(Attribute::MotionReceivedOn, "2020-02")]),
            record(4, "border", "travel", None, possible, &[(Attribute::DepartedOn, "2019-01-01")]),
        ],
    }
}

#[test]
fn the_timeline_has_whole_days_of_accepted_records_oldest_first() {
    let file = sample();
    let days: Vec<(String, i64)> =
        file.timeline().iter().map(|entry| (entry.on.to_string(), entry.record.id.0)).collect();
    assert_eq!(days, [("2020-02-03".to_owned(), 2), ("2021-05-06".to_owned(), 1)]);
}

#[test]
fn records_are_found_by_place_and_by_what_they_say() {
    let file = sample();
    let court: SourceId = "court".parse().unwrap();
    let ids = |records: Vec<&CaseRecord>| records.iter().map(|r| r.id.0).collect::<Vec<_>>();
    assert_eq!(ids(file.accepted().collect()), [1, 2, 3]);
    assert_eq!(ids(file.identities().collect()), [1, 2, 4]);
    assert_eq!(ids(file.table(&court, "motions").collect()), [3]);
    assert_eq!(ids(file.attached(RecordId(2)).collect()), [3]);
    assert_eq!(ids(file.stating(Attribute::DepartedOn).collect()), [4]);
    assert_eq!(ids(file.stating(Attribute::OrderOn).collect()), [0; 0], "it cannot be read");
    assert!(file.record(RecordId(5)).is_none());
}

#[test]
fn a_reference_names_record_attribute_and_ordinal() {
    let file = sample();
    let referred = file.records[1].reference(Attribute::CourtCity).unwrap();
    assert_eq!(
        (referred.record, referred.attribute, referred.ordinal),
        (RecordId(2), Attribute::CourtCity, 0)
    );
    assert!(file.records[0].reference(Attribute::CourtCity).is_none());
}
