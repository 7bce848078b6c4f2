//! What an extract says it has whole: table by table, and never by a word that no table knows.

use std::fs;

use redress_ports::{ReadError, RecordReader};
use redress_sources::{Contract, open_source};

use crate::extract::{SOURCE, kept};

/// Two tables of one source: the second holds two sections, and the third is named as its section is.
const TABLES: &str = r#"
[[table]]
name = "names"
sections = ["people"]
file = "names.csv"
format = "delimited"
lead = true
key = "id"

[table.columns]
name = { attribute = "family_name" }

[[table]]
name = "moves"
sections = ["arrivals", "departures"]
file = "moves.csv"
format = "delimited"
key = "id"

[table.columns]
day = { attribute = "departed_on", format = "%Y-%m-%d" }

[[table]]
name = "notices"
file = "notices.csv"
format = "delimited"
key = "id"

[table.columns]
day = { attribute = "notice_mailed_on", format = "%Y-%m-%d" }
"#;

/// The tables that an extract whose manifest says this has whole; those of which the source confirmed it bear a `!`, those whose
/// people had a notice of each change an `n`, those whose changes somebody looked at an `r`.
fn covered(sections: &str) -> Result<Vec<String>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("manifest.toml", format!("as_of = \"2026-10-31\"\n{sections}\n")),
        ("names.csv", "id,name\n1,Okoro\n".to_owned()),
        ("moves.csv", "id,day\n1,2026-01-02\n".to_owned()),
        ("notices.csv", "id,day\n1,2026-01-02\n".to_owned()),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let contract = Contract::from_toml(&format!("{SOURCE}{TABLES}"), "court.toml").unwrap();
    let readers = open_source(&contract, folder.path(), &kept(folder.path()))?;
    let whole = readers.iter().filter(|reader| reader.snapshot().states_coverage);
    let mark = |is_so, mark| if is_so { mark } else { "" };
    let told = |reader: &dyn RecordReader| {
        let (snapshot, report) = (reader.snapshot(), reader.report());
        let (noticed, reviewed) = (mark(report.is_noticed, "n"), mark(report.is_reviewed, "r"));
        format!("{}{}{noticed}{reviewed}", snapshot.table, mark(snapshot.is_confirmed, "!"))
    };
    Ok(whole.map(|reader| told(reader.as_ref())).collect())
}

#[track_caller]
fn check(sections: &str, expected: Result<&[&str], &[&str]>) {
    match (covered(sections), expected) {
        (Ok(tables), Ok(expected)) => assert_eq!(tables, expected, "{sections}"),
        (Err(ReadError::Call(error)), Err(says)) => {
            for text in says {
                assert!(error.contains(text), "`{text}` is not said in: {error}");
            }
        }
        (answered, _) => panic!("{sections}: {answered:?}"),
    }
}

#[test]
fn a_table_is_covered_when_all_its_sections_are() {
    check("", Ok(&[]));
    check("sections = []", Ok(&[]));
    check("sections = [\"people\"]", Ok(&["names"]));
    check("sections = [\"arrivals\"]", Ok(&[]));
    check("sections = [\"departures\", \"arrivals\"]", Ok(&["moves"]));
    check("sections = [\"notices\", \"people\"]", Ok(&["names", "notices"]));
}

#[test]
fn a_table_is_confirmed_when_all_its_sections_are() {
    let all = "sections = [\"people\", \"arrivals\", \"departures\"]\nconfirmed = ";
    check(&format!("{all}[\"people\"]"), Ok(&["names!", "moves"]));
    check(&format!("{all}[\"arrivals\"]"), Ok(&["names", "moves"]));
    check(&format!("{all}[\"arrivals\", \"departures\"]"), Ok(&["names", "moves!"]));
    let unknown = "`confirmed` has the section `notices`, and `sections` does not";
    check(&format!("{all}[\"notices\"]"), Err(&[unknown, "manifest.toml"]));
}

#[test]
fn what_a_source_says_of_its_changes_is_of_tables_all_of_whose_sections_it_names() {
    let all = "sections = [\"people\", \"arrivals\", \"departures\"]\n";
    check(&format!("{all}noticed = [\"people\"]\nreviewed = [\"people\"]"), Ok(&["namesnr", "moves"]));
    check(&format!("{all}noticed = [\"arrivals\"]"), Ok(&["names", "moves"]));
    check(&format!("{all}reviewed = [\"departures\", \"arrivals\"]"), Ok(&["names", "movesr"]));
    check(&format!("{all}reviewed = [\"cases\"]"), Err(&["section `cases`", "court.toml"]));
}

#[test]
fn a_section_that_no_table_has_is_refused_with_those_that_there_are() {
    let known = "`arrivals`, `departures`, `notices`, `people`";
    check("sections = [\"people\", \"moves\"]", Err(&["section `moves`", known, "court.toml"]));
    check("sections = [\"People\"]", Err(&["section `People`", known]));
}
