//! FollowTheMoney statements: in, and out again.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use redress_ports::{ColumnReport, Disclosed, ReadError, RecordBatchEnd, ValueMark, Written};
use redress_sources::{Contract, FtmForm, FtmWriter, open_source};
use redress_statement::{Attribute, Record};

use crate::extract::kept;

const CONTRACT: &str = include_str!("../../../../contracts/ftm_statements.toml");

/// The columns of FollowTheMoney, as its own writer orders them.
const HEADER: &str = "canonical_id,entity_id,prop,prop_type,schema,value,dataset,origin,lang,original_value,external,first_seen,last_seen,id";

/// Two invented people, a passport, and entities that nobody asked for. Identifiers of statements are left out where they
/// follow from the statement.
const FIXTURE: &str = "\
NK-1,p1,lastName,string,Person,Núñez Ortega,archive,book 3.csv,spa,\"NUÑEZ  ORTEGA, \"\"la\"\"\",f,2024-01-02T03:04:05,2026-10-31T06:00:00,
NK-1,p1,lastName,string,Person,Nunez,archive,book 3.csv,,,f,2024-01-02T03:04:05,2025-01-01T00:00:00,
NK-1,p1,firstName,string,Person,Åsa María,archive,book 3.csv,spa,,t,2024-01-02T03:04:05,2026-10-31T06:00:00,
NK-1,p1,birthDate,date,Person,1984-03,archive,,,1984,f,2024-01-02T03:04:05,2026-10-31T06:00:00,
NK-1,p1,nationality,country,Person,ve,sister,,,VEN,f,2024-01-02T03:04:05,2026-10-31T06:00:00,0000000000000000000000000000000000000000
NK-1,p1,height,number,Person,170,archive,,,,f,2024-01-02T03:04:05,2026-10-31T06:00:00,
NK-1,p1,position,string,Person,baker,archive,,,,f,2024-01-02T03:04:05,2026-10-31T06:00:00,
p2,p2,lastName,string,Person,Okafor; a=b\\c,archive,,,,f,2026-10-31T06:00:00,2026-10-31T06:00:00,
p2,p2,idNumber,identifier,Person,A012345678,archive,,,,f,2026-10-31T06:00:00,2026-10-31T06:00:00,
pp1,pp1,holder,entity,Passport,p1,archive,scan,,,f,2024-02-02T00:00:00,2026-10-31T06:00:00,
pp1,pp1,holder,entity,Passport,p2,archive,scan,,,f,2024-02-02T00:00:00,2026-10-31T06:00:00,
pp1,pp1,number,identifier,Passport,X 0001234,archive,,,,f,2024-01-02T03:04:05,2026-10-31T06:00:00,
v1,v1,name,name,Company,Tugboat Ltd,archive,,,,f,2024-01-02T03:04:05,2026-10-31T06:00:00,
";

/// Property to value of a statement that the fixture cannot keep: a passport belongs to one person.
const SECOND_OWNER: [&str; 4] = ["holder", "entity", "Passport", "p2"];

/// What one reading yielded.
struct Taken {
    records: Vec<Record>,
    report: ColumnReport,
}

fn take(text: &str) -> Result<Taken, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"\nsections = [\"people\"]\n")
        .unwrap();
    fs::write(folder.path().join("statements.csv"), text).unwrap();
    let contract = Contract::from_toml(CONTRACT, "ftm_statements.toml").unwrap();
    let mut readers = open_source(&contract, folder.path(), &kept(folder.path()))?;
    let (reader, mut records) = (&mut readers[0], Vec::new());
    while reader.read(&mut records, 3)? == RecordBatchEnd::More {}
    Ok(Taken { records, report: reader.report().clone() })
}

fn give(taken: &Taken, form: FtmForm, marks: &BTreeMap<(Attribute, u16), ValueMark>) -> (String, Written) {
    let observed = taken.report.observed_at.iter();
    let observed = observed.map(|seen| (taken.records[0].last_seen, seen.clone())).collect();
    let mut bytes = Vec::new();
    let mut writer = FtmWriter::try_new(&mut bytes, form, observed).unwrap();
    for record in &taken.records {
        writer.write(&Disclosed { record: record.clone(), marks: marks.clone() }).unwrap();
    }
    let written = writer.finish().unwrap();
    (String::from_utf8(bytes).unwrap(), written)
}

/// The statements of a file, by the columns of FollowTheMoney, in order; those of `without` are left out. The identifier
/// stands only where it does not follow from the statement.
fn statements(text: &str, without: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv_core(text);
    let header = reader.remove(0);
    let columns: Vec<usize> =
        HEADER.split(',').map(|name| header.iter().position(|column| column == name).unwrap()).collect();
    let mut rows: Vec<Vec<String>> = reader
        .into_iter()
        .map(|row| columns.iter().map(|idx| row[*idx].clone()).collect::<Vec<_>>())
        .filter(|row| !without.contains(&row[2].as_str()) && row[4] != "Company" && row[2..6] != SECOND_OWNER)
        .collect();
    for row in &mut rows {
        if row[13] != "0".repeat(40) {
            row[13].clear();
        }
    }
    rows.sort();
    rows
}

/// Rows of comma-separated text with quotes.
fn csv_core(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => cell.extend(signs.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            sign => cell.push(sign),
        }
    }
    rows
}

#[test]
fn statements_become_records_with_what_is_said_of_each_value() {
    let taken = take(&format!("{HEADER}\n{FIXTURE}")).unwrap();
    let lines: Vec<String> = taken
        .records
        .iter()
        .map(|record| {
            let about = record.about.as_deref().unwrap_or("-");
            let said = record.statements.iter().map(|said| {
                let normalized = said.normalized.as_deref().unwrap_or("!");
                format!("{} {}>{normalized}", said.attribute, said.original)
            });
            let said = said.collect::<Vec<_>>().join(", ");
            format!("{} {} {about} {} {said}", record.locator.line, record.key.key, record.is_identity)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "2 p1 - true family_name Núñez Ortega>Núñez Ortega, family_name Nunez>Nunez, given_name Åsa María>Åsa María, \
             birth_date 1984-03>1984-03, citizenship_country ve>VE",
            "9 p2 - true family_name Okafor; a=b\\c>Okafor; a=b\\c, a_number A012345678>012345678",
            "11 pp1 p1 false passport_number X 0001234>X0001234",
        ]
    );
    let columns: Vec<&str> = taken.records[0].statements.iter().map(|said| &*said.column).collect();
    assert_eq!(
        columns[..2],
        [
            "Person:lastName; canonical_id=NK-1; origin=book 3.csv; lang=spa; original_value=NUÑEZ  ORTEGA, \"la\"; \
             first_seen=2024-01-02T03:04:05",
            "Person:lastName; canonical_id=NK-1; origin=book 3.csv; first_seen=2024-01-02T03:04:05; \
             last_seen=2025-01-01T00:00:00",
        ]
    );
    let refused: Vec<String> =
        taken.report.refused.iter().map(|column| format!("{}: {}", column.column, column.ground)).collect();
    assert_eq!(
        refused,
        [
            "Company:name: no check, link or notice reads it",
            "Person:height: physical descriptor (charter 2)",
            "Person:position: work is not read by any check, link or notice",
        ]
    );
    assert_eq!(taken.report.n_rows, 13);
    assert_eq!(
        taken.report.quarantined[0].reason,
        "the entity belongs to a further one by `holder`: one is read"
    );
    assert_eq!(taken.report.observed_at.as_deref(), Some("2026-10-31T06:00:00"));
    assert_eq!(
        taken.report.remarks,
        ["1 rows describe what the contract does not name, and were passed over"]
    );
}

#[test]
fn statements_go_out_as_they_came() {
    let text = format!("{HEADER}\n{FIXTURE}");
    let taken = take(&text).unwrap();
    let expected = statements(&text, &["height", "position"]);
    let (csv, written) = give(&taken, FtmForm::Csv, &BTreeMap::new());
    assert_eq!(statements(&csv, &[]), expected);
    assert_eq!((written.n_values, written.n_contested, written.left_out.len()), (8, 0, 0));
    // Once more, from what was written, in either form.
    let again = take(&csv).unwrap();
    assert_eq!(statements(&give(&again, FtmForm::Csv, &BTreeMap::new()).0, &[]), expected);
    let (json, _) = give(&taken, FtmForm::JsonLines, &BTreeMap::new());
    let from_json = take(&json).unwrap();
    assert_eq!(statements(&give(&from_json, FtmForm::Csv, &BTreeMap::new()).0, &[]), expected);
}

/// Columns that Redress adds, all of which a statement may have.
const ADDED: &str = "valid_from,valid_to,recorded_at,source_record_pointer,dispute_state,dispute_statement,corrected_value,supersedes,retain_until,legal_effect";

/// Statements of which every column but the identifier is compared, those of Redress among them.
const WHOLE: [&str; 7] = [
    "p1,p1,lastName,string,Person,Lee,archive,,,,f,,,2020-01-01,2021-01-01,2026-01-02T00:00:00,,,,,,,t",
    "p1,p1,firstName,string,Person,Ann,archive,,,,f,2024-01-02,,,,,,,,,,2030-01-01,f",
    "p1,p1,birthDate,date,Person,1984,archive,,,,f,,2026-10-31,,,,page 3,contested,Not mine,1985,old,,",
    "pp1,pp1,holder,entity,Passport,p1,sister,scan,,,t,,2025-01-01,2020-01-01,,,,,,,,2031-01-01,t",
    "pp1,pp1,number,identifier,Passport,X0001234,archive,,,,f,2024-01-02,2026-10-31,,,,,,,,,,",
    "pp2,pp2,holder,entity,Passport,p1,archive,,,,f,2024-01-02,2026-10-31,,,,,,,,,,",
    "pp2,pp2,number,identifier,Passport,X0001235,archive,scan,,,f,,,,,,,,,,,,t",
];

#[test]
fn what_is_blank_stays_blank_and_every_column_goes_out_again() {
    let header = format!("{},{ADDED}", HEADER.strip_suffix(",id").unwrap());
    let text = format!("{header}\n{}\n", WHOLE.join("\n"));
    let taken = take(&text).unwrap();
    assert_eq!((taken.report.n_quarantined, taken.report.refused.len()), (0, 0));
    let whole = |text: &str| {
        let mut rows = csv_core(text);
        let found = rows.remove(0);
        let place = |name: &str| found.iter().position(|column| column == name);
        // What is filled in for a value that has no pointer is where it stood in the file.
        let cell = |row: &Vec<String>, name: &str| place(name).map_or("", |idx| &row[idx]).to_owned();
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| header.split(',').map(|name| cell(row, name)).collect::<Vec<_>>().join(","))
            .collect();
        rows.sort();
        rows
    };
    let snapshot = taken.records[0].locator.snapshot.to_string();
    let without_pointer = |text: &str| {
        let rows = whole(text).into_iter();
        rows.map(|row| {
            row.split(',')
                .map(|cell| if cell.starts_with(&snapshot) { "" } else { cell })
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect::<Vec<_>>()
    };
    let (csv, _) = give(&taken, FtmForm::Csv, &BTreeMap::new());
    assert_eq!(without_pointer(&csv), without_pointer(&text));
    let (json, _) = give(&taken, FtmForm::JsonLines, &BTreeMap::new());
    let from_json = take(&json).unwrap();
    assert_eq!(from_json.report.refused.len(), 0);
    assert_eq!(without_pointer(&give(&from_json, FtmForm::Csv, &BTreeMap::new()).0), without_pointer(&text));
}

#[test]
fn columns_that_no_statement_has_are_named() {
    let header = format!("{HEADER},lat,rank");
    let line = "p1,p1,lastName,string,Person,Lee,archive,,,,f,,2026-10-31,,1.5,7\n";
    let json = r#"{"entity_id":"p1","schema":"Person","prop":"lastName","value":"Lee","lat":1.5,"rank":7}"#;
    for text in [format!("{header}\n{line}"), format!("{json}\n")] {
        let refused = take(&text).unwrap().report.refused;
        let refused: Vec<String> =
            refused.iter().map(|column| format!("{}: {}", column.column, column.ground)).collect();
        assert_eq!(
            refused,
            [
                "lat: place or movement inside a country (charter 1)",
                "rank: no check, link or notice reads it"
            ]
        );
    }
}

#[test]
fn a_later_release_that_only_saw_it_all_again_says_the_same() {
    let text = format!("{HEADER}\n{FIXTURE}");
    let said = |text: &str| {
        take(text).unwrap().records.into_iter().map(|record| record.statements).collect::<Vec<_>>()
    };
    let later = text.lines().map(|line| match line.rsplit_once("2026-10-31T06") {
        Some((before, after)) => format!("{before}2026-11-30T07{after}\n"),
        None => format!("{line}\n"),
    });
    assert_eq!(said(&text), said(&later.collect::<String>()).as_slice());
}

#[test]
fn marks_go_out_and_come_back() {
    let taken = take(&format!("{HEADER}\n{FIXTURE}")).unwrap();
    let mark = ValueMark {
        is_contested: true,
        disagreement: Some("I was born in May; ask my mother".to_owned()),
        corrected: None,
    };
    let refused = ValueMark { is_contested: false, ..mark.clone() };
    let granted = ValueMark { corrected: Some("Ortega".to_owned()), ..ValueMark::default() };
    let marks = [
        ((Attribute::BirthDate, 0), mark),
        ((Attribute::GivenName, 0), refused),
        ((Attribute::FamilyName, 1), granted),
    ];
    let (csv, written) = give(&taken, FtmForm::Csv, &marks.into());
    assert_eq!(written.n_contested, 1);
    let mut again = take(&csv).unwrap();
    let said = |taken: &Taken, attribute, ordinal: usize| {
        let mut said = taken.records[0].statements.iter().filter(|said| said.attribute == attribute);
        let column = said.nth(ordinal).unwrap().column.to_string();
        column.split_once("dispute_state").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    };
    for _ in 0..2 {
        let is = "=contested; dispute_statement=I was born in May\\; ask my mother";
        assert_eq!(said(&again, Attribute::BirthDate, 0), is);
        assert_eq!(said(&again, Attribute::GivenName, 0), is.replace("contested", "upheld"));
        assert_eq!(
            said(&again, Attribute::FamilyName, 1),
            "=corrected; corrected_value=Ortega; last_seen=2025-01-01T00:00:00"
        );
        assert_eq!(said(&again, Attribute::FamilyName, 0), "");
        // A mark that a record came in with goes out with it, though nobody contests the value here.
        let (csv, written) = give(&again, FtmForm::Csv, &BTreeMap::new());
        assert_eq!(written.n_contested, 1);
        again = take(&csv).unwrap();
    }
}

#[test]
fn a_broken_statement_costs_no_other() {
    let good = (0..300)
        .map(|n| format!("e{n},e{n},lastName,string,Person,Name {n},archive,,,,f,2026-01-01,2026-10-31,\n"));
    let text = format!(
        "{HEADER}\n{}e,e,lastName,string,Person,Lee,archive,,,,f,2026-01-01,2026-10-31,\n\
         e,e,birthDate,date,Person,31/12/1999,archive,,,,f,2026-01-01,2026-10-31,\n\
         e,e,firstName,string\n\
         e,,firstName,string,Person,Ann,archive,,,,f,2026-01-01,2026-10-31,\n\
         e,e,firstName,string,Person,Ann,archive,,,,f,2026-01-01,2026-10-31,\n",
        good.collect::<String>()
    );
    let taken = take(&text).unwrap();
    let last = taken.records.last().unwrap();
    assert_eq!((&*last.key.key, last.statements.len(), taken.report.n_rows), ("e", 2, 305));
    let quarantined: Vec<String> = taken
        .report
        .quarantined
        .iter()
        .map(|row| format!("{} {}: {}", row.line, row.column.as_deref().unwrap_or("-"), row.reason))
        .collect();
    assert_eq!(
        quarantined,
        [
            "303 Person:birthDate: date \"31/12/1999\" is not a year, month or day such as 2001, 2001-03 or 2001-03-09: correct \
             the date, or the format in the contract",
            "304 -: 4 cells, 14 are expected",
            "305 -: nothing stands in column entity_id, and a statement needs it",
        ]
    );
}

#[test]
fn what_is_no_file_of_statements_is_refused() {
    let line =
        |id: &str| format!("{id},{id},lastName,string,Person,Lee,archive,,,,f,2026-01-01,2026-10-31,\n");
    let apart = format!("{HEADER}\n{}{}{}", line("a"), line("b"), line("a"));
    let endless = format!("{HEADER}\n{}", line("a").repeat(1_100));
    for (text, expected) in [
        (
            apart.as_str(),
            "line 4: column \"entity_id\": the key \"a\" stands on line 2 as well: the statements of one entity stand \
             together: sort the file by entity_id",
        ),
        (endless.as_str(), "line 1027: entity a has over 1024 statements, the limit"),
        ("id,name\n1,x\n", "line 1: column \"entity_id\" is not there; the header found is: id, name"),
        ("", "line 1: "),
    ] {
        let error = take(text).err().unwrap();
        assert!(matches!(error, ReadError::Input(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error}\n{expected}");
    }
}

/// A value that is taken in as it stands.
fn value() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ'\",;=\\\\ -]{1,12}".prop_filter("says something", |text| {
        let text = text.trim();
        !text.is_empty() && !["b6", "n/a", "a.2.a"].contains(&text.to_lowercase().as_str())
    })
}

fn note() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[A-Za-z;=\\\\,\" ]{1,8}"]
}

proptest! {
    /// Whatever invented statements come in go out again, one by one, with all that is said of them.
    #[test]
    fn invented_statements_lose_nothing(
        entities in prop::collection::vec(
            prop::collection::vec(
                (prop::sample::select(vec!["lastName", "firstName", "middleName", "address"]), value(), note(), note(), note(), any::<bool>(), 0_u8..4),
                1..5,
            ),
            1..5,
        ),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = format!("{HEADER}\n");
        for (n, entity) in entities.iter().enumerate() {
            for (prop, value, origin, lang, original, external, year) in entity {
                let cells = [format!("c{}", n % 2), format!("e{n}"), (*prop).to_owned(), "string".to_owned(), "Person".to_owned(),
                    value.clone(), if *external { "other".to_owned() } else { "archive".to_owned() }, origin.clone(), lang.clone(),
                    original.clone(), if *external { "t" } else { "f" }.to_owned(), format!("201{year}-01-01"), format!("202{year}-01-01T01:02:03"), String::new()];
                text.push_str(&cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
                text.push('\n');
            }
        }
        let text = text.replace("\"address\",\"string\"", "\"address\",\"address\"");
        let taken = take(&text).unwrap();
        prop_assert_eq!(taken.report.n_quarantined, 0);
        let (csv, _) = give(&taken, FtmForm::Csv, &BTreeMap::new());
        prop_assert_eq!(statements(&csv, &[]), statements(&text, &[]));
        let (json, _) = give(&taken, FtmForm::JsonLines, &BTreeMap::new());
        prop_assert_eq!(statements(&give(&take(&json).unwrap(), FtmForm::Csv, &BTreeMap::new()).0, &[]), statements(&text, &[]));
    }
}
