//! Input that cannot be read: each is answered with one error that says file, line, column, value and what to do.

use std::fs;

use crate::extract::{SOURCE, kept, read};
use jiff::civil::date;
use redress_ports::ReadError;
use redress_sources::Contract;

const NAMES: &str = r#"
[[table]]
name = "names"
file = "names.csv"
format = "delimited"
lead = true
key = "id"
identity = true

[table.columns]
name = { attribute = "family_name" }
born = { attribute = "birth_date", format = "%d/%m/%Y" }
"#;

fn error(tables: &str, files: &[(&str, &[u8])]) -> ReadError {
    read(tables, files).err().expect("the input was taken")
}

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    assert_eq!(error(NAMES, &[("names.csv", bytes)]), ReadError::Input(expected.to_owned()));
}

#[test]
fn a_missing_file() {
    assert_eq!(
        error(NAMES, &[]),
        ReadError::Call("names.csv: there is no such file: check the path and the folder".to_owned())
    );
    let contract = Contract::from_toml(&format!("{SOURCE}{NAMES}"), "court.toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &std::path::Path| {
        redress_sources::open_source(&contract, path, &kept(folder.path())).err().unwrap().to_string()
    };
    let says = ["manifest.toml: there is no manifest: write one with `as_of`", "`sections`"];
    assert!(says.iter().all(|text| refused(folder.path()).contains(text)), "{}", refused(folder.path()));
    let error = refused(&folder.path().join("october"));
    assert!(
        error.ends_with("there is no such folder or file: name the folder of an extract, or its ZIP"),
        "{error}"
    );
    for (manifest, says) in [
        (
            "as_of = \"31.10.2026\"",
            &["line 1", "`as_of = \"31.10.2026\"`", "a day is written as 2026-10-31"][..],
        ),
        (
            "as_of = \"2026-10-31\"\nsectoins = [\"names\"]",
            &["line 2", "unknown field `sectoins`", "`sections`"][..],
        ),
    ] {
        std::fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
        let error = refused(folder.path());
        assert!(says.iter().all(|text| error.contains(text)), "{error}");
    }
}

#[test]
fn a_wrong_header() {
    check(
        b"id,nmae,born\n1,Okoro,01/02/1980\n",
        "names.csv, line 1: column \"name\" is not there; the header found is: id, nmae, born, in which the contract knows nothing of \"nmae\". Correct the file, or \
         give the column's new name as an alias in the contract",
    );
    check(
        b"id\tname\tborn\n",
        "names.csv, line 1: columns \"born\", \"id\", \"name\" are not there; the header found is: id\tname\tborn, in which the contract knows nothing of \"id\\tname\\tborn\". Correct the file, or \
         give the column's new name as an alias in the contract",
    );
    check(
        b"id,name,born,name\n",
        "names.csv, line 1: column \"name\" stands twice, as column 2 and column 4: each name may stand once",
    );
    check(b"", "names.csv, line 1: the file is empty, a header is expected");
}

#[test]
fn a_missing_or_repeated_key() {
    check(
        b"id,name,born\n1,Okoro,\n ,Okoro,\n",
        "names.csv, line 3: column \"id\" is empty, and it is the key of the row: each row needs its key",
    );
    check(
        b"id,name,born\n1,Okoro,\n2,Diaz,\n1 ,Okoro,\n",
        "names.csv, line 4: column \"id\": the key \"1\" stands on line 2 as well: each key may stand once in a file",
    );
}

#[test]
fn an_endless_line() {
    let long = [b"id,name,born\n1,".to_vec(), vec![b'x'; 17 << 20]].concat();
    check(
        &long,
        "names.csv, line 2: longer than 16777216 bytes (16 MiB), the limit for a line: check that the file is text and \
         has line ends",
    );
}

#[test]
fn an_endless_line_of_json() {
    let tables = NAMES.replace("names.csv", "names.jsonl").replace("\"delimited\"", "\"json_lines\"");
    // Within the lines that settle the columns, and after them.
    for n_before in [0, 1, 100] {
        let rows: String =
            (0..n_before).map(|n| format!("{{\"id\":{n},\"name\":\"Okoro\",\"born\":null}}\n")).collect();
        let long = [rows.as_bytes(), b"{\"id\":\"L\",\"name\":\"", &vec![b'x'; 17 << 20]].concat();
        let line = n_before + 1;
        assert_eq!(
            error(&tables, &[("names.jsonl", &long)]),
            ReadError::Input(format!(
                "names.jsonl, line {line}: longer than 16777216 bytes (16 MiB), the limit for a line: check that the file \
                 is text and has line ends"
            ))
        );
    }
}

#[test]
fn too_many_broken_rows() {
    let rows = |n_broken: usize, n_sound: usize| {
        let broken = (0..n_broken).map(|n| format!("b{n},Okoro,31/09/2004\n"));
        let sound = (0..n_sound).map(|n| format!("s{n},Okoro,30/09/2004\n"));
        std::iter::once("id,name,born\n".to_owned()).chain(broken).chain(sound).collect::<String>()
    };
    for (n_broken, n_sound, is_read) in
        [(1, 1, true), (2, 1, false), (10, 10, true), (11, 1088, false), (11, 1089, true), (11, 5000, true)]
    {
        let outcome = read(NAMES, &[("names.csv", rows(n_broken, n_sound).as_bytes())]);
        assert_eq!(outcome.is_ok(), is_read, "{n_broken} of {}", n_broken + n_sound);
    }
    let reason = "column \"born\": day 31 does not exist in month 9 of year 2004; the month has 30 days: correct the \
                  date, or the format in the contract";
    check(
        rows(11, 9).as_bytes(),
        &format!(
            "names.csv: 11 of 20 rows are broken; what is sent is refused whole where more than half of the rows are, or more than \
             10 that are more than 1 %. First: line 2, {reason}; line 3, {reason}; \
             line 4, {reason}"
        ),
    );
}

#[test]
fn a_broken_row_is_set_aside_and_the_rest_is_read() {
    let long = "x".repeat(2_001);
    let bytes = [
        b"id,name,born,hair_color\n1,Ok\0oro,30/09/2004,brown\n2,Diaz,31/09/2004,\n3,a,b,c,d\n4,\xff,,\n5,\"Diaz,,\n\
          6,Diaz,05/05/2049,\n7,Diaz,01/01/1899,\n8,Diaz,today,\n9,"
            .to_vec(),
        long.into_bytes(),
        b",,\n10,,,\n11,,,\n12,,,\n".to_vec(),
    ]
    .concat();
    let outcome = read(NAMES, &[("names.csv", &bytes)]).unwrap().pop().unwrap();
    assert_eq!(
        outcome.records(),
        [
            "2 1 name=Okoro>Okoro, born=30/09/2004>2004-09-30",
            "7 6 name=Diaz>Diaz, born=05/05/2049>2049-05-05",
            "8 7 name=Diaz>Diaz, born=01/01/1899>1899-01-01",
            "11 10",
            "12 11",
            "13 12",
        ]
    );
    assert_eq!(
        outcome.quarantined(),
        [
            "3 born: day 31 does not exist in month 9 of year 2004; the month has 30 days: correct the date, or the \
             format in the contract",
            "4 -: 5 cells, 4 are expected, and no single shift makes every typed column valid: take the delimiter out of \
             the value that holds it",
            "5 name: byte 1 of the value is 0xff, which is not utf-8: correct the encoding in the contract or the value \
             at its source",
            "6 -: a quote is opened in cell 2 and not closed within 32 lines in a row of the header's length: \
             close or double it",
            "9 born: date \"today\" does not fit the format \"%d/%m/%Y\" at character 1: correct the date, or the format \
             in the contract",
            "10 name: the value is longer than 2000 characters, the limit",
        ]
    );
    assert_eq!((outcome.report.n_nul_bytes, outcome.report.n_rows), (1, 12));
    // They are not gone: all but the one whose cells stand in no order.
    assert_eq!(outcome.set_aside, ["2", "3", "4", "8", "9"]);
    assert_eq!(outcome.report.remarks.last().unwrap(), "3 rows say nothing beside the key");
}

#[test]
fn refused_text_is_masked_wherever_it_would_be_kept() {
    let tables = NAMES.replace("family_name", "address_line");
    let bytes =
        b"id,name,born\n1,\"12 Elm St, plate XYZ 123\",\n2,\"40.7128, -74.0060\"\n3,ok,40.71284 -74.00601\n";
    let outcome = read(&tables, &[("names.csv", bytes)]).unwrap().pop().unwrap();
    assert_eq!(
        outcome.records(),
        ["2 1 name=12 Elm St, plate [masked]>12 ELM ST, PLATE [MASKED]", "3 2 name=[masked]>[MASKED]"]
    );
    assert_eq!(outcome.report.repaired[0].before, "2 | [masked]");
    assert_eq!(outcome.report.n_quarantined, 1);
    assert!(!format!("{:?}", outcome.report).contains("40.7"), "{:?}", outcome.report);
    assert_eq!(
        outcome.report.remarks[0],
        "column \"name\": 2 values masked in part (coordinates, plates or device numbers; charter 1)"
    );
}

#[test]
fn an_agreement_that_is_missing_or_out_of_force() {
    let contract = |text: &str| Contract::from_toml(text, "court.toml").unwrap();
    let whole = format!("{SOURCE}{NAMES}");
    let agreed = contract(&whole);
    for day in [date(2026, 1, 15), date(2027, 12, 31)] {
        assert_eq!(agreed.check_in_force(day), Ok(()));
    }
    for (day, reason) in [
        (
            date(2028, 1, 1),
            "contract court.toml: the agreement on source `court` expired on 2027-12-31, and today is 2028-01-01: agree \
             anew with Court Records Office (invented) and write the new last day as agreement.expires",
        ),
        (
            date(2026, 1, 14),
            "contract court.toml: the agreement on source `court` is in force from 2026-01-15, and today is 2026-01-14: \
             wait for that day, or correct agreement.signed",
        ),
    ] {
        assert_eq!(agreed.check_in_force(day), Err(ReadError::Refused(reason.to_owned())));
    }
    let (head, _) = SOURCE.split_once("[agreement]").unwrap();
    let missing = contract(&format!("{head}{NAMES}"));
    let reason = "contract court.toml: source `court` has no agreement: agree with Court Records Office (invented) on \
                  purpose, authority, elements, accuracy and last day, and write them as [agreement]";
    let refused = ReadError::Refused(reason.to_owned());
    assert_eq!(missing.check_in_force(date(2026, 11, 2)), Err(refused.clone()));
    assert_eq!(missing.agreement(&[]), Err(refused.clone()));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"").unwrap();
    assert_eq!(
        redress_sources::open_source(&missing, folder.path(), &kept(folder.path())).err(),
        Some(refused)
    );
}

#[test]
fn a_file_that_changes_while_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.csv");
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"").unwrap();
    fs::write(&path, "id,name,born\n1,Okoro,\n").unwrap();
    let contract = Contract::from_toml(&format!("{SOURCE}{NAMES}"), "court.toml").unwrap();
    let mut readers = redress_sources::open_source(&contract, folder.path(), &kept(folder.path())).unwrap();
    fs::write(&path, "id,name,born\n1,Okoro,\n2,Diaz,\n").unwrap();
    let error = readers[0].read(&mut Vec::new(), 100).unwrap_err();
    assert!(
        matches!(&error, ReadError::Input(text) if text.contains("the file changed while it was read")),
        "{error}"
    );
}
