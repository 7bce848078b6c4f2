//! A value that no rule knows, and a day that cannot have come yet, are told alike of a file and of what a source sends.

use jiff::civil::date;
use redress_ports::{IntakeReader as _, RecordBatchEnd};
use redress_sources::{Contract, IntakeContracts};

use crate::extract::{SOURCE, kept, read};

const TRAVEL: &str = r#"
[[table]]
name = "travel"
file = "travel.jsonl"
format = "json_lines"
lead = true
key = "id"
identity = true
[table.columns]
citizen = { attribute = "citizenship_country" }
left = { attribute = "departed_on" }
rests_on = { attribute = "departure_basis" }
check_in = { attribute = "next_check_in_on" }
"#;

/// The remarks on rows of a file that describes 31 October 2026, which are those on the same rows sent on that day.
#[track_caller]
fn check(rows: &str, expected: &[&str]) {
    let file = read(TRAVEL, &[("travel.jsonl", rows.as_bytes())]).unwrap().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let contract = Contract::from_toml(&format!("{SOURCE}{TRAVEL}"), "court.toml").unwrap();
    let intake = IntakeContracts::try_new(vec![contract], kept(folder.path())).unwrap();
    let mut sent = intake.open(&"court".parse().unwrap(), None, rows.as_bytes(), date(2026, 10, 31)).unwrap();
    let mut records = Vec::new();
    while sent.read(&mut records, 10).unwrap() == RecordBatchEnd::More {}
    assert_eq!(sent.report().remarks, file.report.remarks, "{rows}");
    assert_eq!(records.len(), file.records.len(), "nothing is set aside: {rows}");
    assert_eq!(file.report.remarks, expected, "{rows}");
}

#[test]
fn a_file_and_a_body_are_told_of_the_same_doubts() {
    check(
        r#"{"id":"1","citizen":"GTM","left":"2026-10-31","rests_on":"exit_record","check_in":"2027-01-04"}"#,
        &[],
    );
    check(
        "{\"id\":\"1\",\"citizen\":\"4\",\"left\":\"2026-11-01\",\"rests_on\":\"telepathy\",\"check_in\":null}\n\
         {\"id\":\"2\",\"citizen\":null,\"left\":\"2031-01-01\",\"rests_on\":\"flown_manifest\",\"check_in\":null}",
        &[
            "column \"citizen\": 1 value that no rule knows (line 1): kept as written, and nothing is concluded from it; known are codes \
             and names without a digit",
            "column \"left\": 2 days after 2026-10-31, the day that is described: kept as written; ask the source, as what it \
             states has not happened yet",
            "column \"rests_on\": 1 value that no rule knows (\"telepathy\", line 1): kept as written, and nothing is concluded from it; known are \
             FLOWN_MANIFEST, EXIT_RECORD, SELF_REPORTED, COUNSEL_REPORTED, BOOKED, RESERVED, NOT_BOARDED, FOREIGN_ENTRY_STAMP, CONSULAR_CONFIRMATION",
        ],
    );
}
