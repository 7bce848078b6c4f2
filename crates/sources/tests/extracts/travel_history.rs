//! The travel history that a person copies from the I-94 site.

use std::fs;
use std::path::Path;

use redress_ports::ReadError;

use crate::extract::{Outcome, SOURCE, read};

const MANIFEST: &str = "as_of = \"2026-10-31\"\n[traveler]\nfamily_name = \"Ruiz Soto\"\ngiven_name = \"Ana\"\nbirth_date = \
                        \"1990-03-04\"\npassport_number = \"X123\"\n";

/// What the shipped contract makes of a history.
fn outcome(manifest: &str, history: &str) -> Result<Outcome, ReadError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/travel_history.toml");
    let contract = fs::read_to_string(path).unwrap();
    let tables = contract.find("[[table]]").map(|at| &contract[at..]).unwrap();
    assert!(SOURCE.contains("[source]"));
    let files = [("manifest.toml", manifest.as_bytes()), ("travel_history.txt", history.as_bytes())];
    read(tables, &files).map(|mut outcomes| outcomes.pop().unwrap())
}

/// Entries as `line key day`, an arrival before `>` and a departure after it.
#[track_caller]
fn check(history: &str, expected: &[&str], quarantined: &[&str]) {
    let outcome = outcome(MANIFEST, history).unwrap();
    let said = |record: &redress_statement::Record, column: &str| {
        let found = record.statements.iter().find(|statement| &*statement.column == column);
        found.and_then(|statement| statement.normalized.clone()).unwrap_or_default()
    };
    let entries = outcome.records.iter().map(|record| {
        assert_eq!(record.about.as_deref(), Some("X123"), "all entries are of one traveler");
        assert_eq!(
            [said(record, "family_name"), said(record, "birth_date")],
            ["Ruiz Soto".into(), "1990-03-04".into()]
        );
        let (arrived, departed) = (said(record, "arrived_on"), said(record, "departed_on"));
        format!("{} {} {arrived}>{departed}", record.locator.line, record.key.key)
    });
    assert_eq!(entries.collect::<Vec<_>>(), expected);
    assert_eq!(outcome.quarantined(), quarantined);
    assert!(!format!("{:?} {:?}", outcome.records, outcome.report).contains("JFK"), "a place was taken in");
}

#[test]
fn a_pasted_table_and_comma_separated_text_are_one_history() {
    let expected = [
        "2 X123.2025-06-30.departure >2025-06-30",
        "3 X123.2025-01-02.arrival 2025-01-02>",
        "4 X123.2025-01-02.arrival.2 2025-01-02>",
    ];
    check(
        "\tDate\tType\tLocation\n1\t2025-06-30\tDeparture\tJFK\n2\t2025-01-02\tArrival\tJFK\n3\t2025-01-02\tARRIVAL\t\n",
        &expected,
        &[],
    );
    check(
        "Row,Date,Type,Location\r\n1,2025-06-30,Departure,\"JFK\"\r\n2,2025-01-02,Arrival,JFK\r\n3,\"2025-01-02\",Arrival,JFK\r\n",
        &expected,
        &[],
    );
    check("2025-06-30\tDeparture\tJFK\n\n", &["1 X123.2025-06-30.departure >2025-06-30"], &[]);
}

#[test]
fn what_is_no_entry_is_set_aside() {
    check(
        "1\t2025-06-30\tDeparture\tJFK\nView Travel History\n2\t31/02/2025\tArrival\tJFK\nArrival\tJFK\n3\t2024-01-02\tArrival\tJFK\n\
         4\t2023-06-30\tDeparture\tJFK\n",
        &[
            "1 X123.2025-06-30.departure >2025-06-30",
            "5 X123.2024-01-02.arrival 2024-01-02>",
            "6 X123.2023-06-30.departure >2023-06-30",
        ],
        &[
            "2 -: neither Arrival nor Departure stands in the line: a line has row number, date, type and location",
            "3 arrived_on: date \"31/02/2025\" does not fit the format \"%Y-%m-%d\" at character 1: correct the date, or the \
             format in the contract",
            "4 -: no date stands before the type: a line has row number, date, type and location",
        ],
    );
}

#[test]
fn a_history_of_nobody_is_refused() {
    let error = outcome("as_of = \"2026-10-31\"\n", "1\t2025-06-30\tDeparture\tJFK\n").err().unwrap();
    assert!(matches!(&error, ReadError::Call(text) if text.contains("[traveler]")), "{error:?}");
}
