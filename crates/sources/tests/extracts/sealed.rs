//! Sealed rows: what becomes of them, and what is kept of a file that has some.

use std::{fs, io::Read as _};

use redress_ports::{IntakeReader as _, RecordBatchEnd, RecordReader};
use redress_sources::{Contract, IntakeContracts, open_source};
use redress_statement::Digest;

use crate::extract::{SOURCE, kept};

/// Tables with rows of a form that is sealed, of which the last line names the form's column.
const COMMAS: &str = r#"
format = "delimited"
delimiter = "comma"
quoting = true
encoding = "utf-8"
key = "id"

[table.columns]
id = { attribute = "receipt_number", pattern = '^[0-9]+$' }
name = { attribute = "family_name" }
form = { attribute = "application_form", pattern = '(?i)^i-[0-9]{3}\s*$' }
filed = { attribute = "application_filed_on", format = "%Y-%m-%d" }

[table.sealed]
form"#;
const JSON_LINES: &str = r#"
format = "json_lines"
key = "id"

[table.columns]
name = { attribute = "family_name" }
form = { attribute = "application_form" }

[table.sealed]
form"#;
const STATEMENTS: &str = r#"
format = "ftm"
schema = "Person"

[table.columns]
"Person:lastName" = { attribute = "family_name" }
"Person:position" = { attribute = "application_form" }

[table.sealed]
"Person:position""#;

fn contract(table: &str) -> Contract {
    let head = "[[table]]\nname = \"applications\"\nfile = \"applications\"\nlead = true";
    let text = format!("{SOURCE}{head}{table} = [\"I-914\", \"I-918\"]\n");
    Contract::from_toml(&text, "court.toml").unwrap()
}

/// The keys of the records, and the number of sealed rows.
fn read(reader: &mut dyn RecordReader) -> (Vec<String>, usize) {
    let (mut records, mut n_sealed) = (Vec::new(), 0);
    loop {
        let end = reader.read(&mut records, 100).unwrap();
        n_sealed += reader.take_sealed().len();
        if end == RecordBatchEnd::Done {
            return (records.iter().map(|record| record.key.key.to_string()).collect(), n_sealed);
        }
    }
}

/// The kept copy, each commitment shortened to its first sign and `…`. None where the file is not kept.
fn kept_copy(folder: &std::path::Path, bytes: &str) -> Option<String> {
    let mut copy = String::new();
    kept(folder).open(Digest::of(bytes.as_bytes())).ok()?.read_to_string(&mut copy).unwrap();
    let is_cut = |line: &&str| line.starts_with("redress:cut ");
    for commitment in copy.clone().lines().filter(is_cut).filter_map(|line| line.split(' ').next_back()) {
        assert_eq!(commitment.len(), 64);
        copy = copy.replacen(commitment, "…", 1);
    }
    Some(copy)
}

#[track_caller]
fn check(table: &str, file: &str, keys: &[&str], n_sealed: usize, copy: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"").unwrap();
    fs::write(folder.path().join("applications"), file).unwrap();
    let mut readers = open_source(&contract(table), folder.path(), &kept(folder.path())).unwrap();
    let (found, n_found) = read(&mut *readers[0]);
    assert_eq!(
        (found.iter().map(String::as_str).collect::<Vec<_>>(), n_found),
        (keys.to_vec(), n_sealed),
        "{file}"
    );
    assert_eq!(kept_copy(folder.path(), file).as_deref(), copy, "{file}");
}

#[test]
fn a_sealed_row_is_cut_out_of_the_kept_file_with_all_its_lines() {
    let head = "id,name,form,filed\n";
    let whole = format!("{head}1,Okoro,I-130,2026-01-02\n");
    check(COMMAS, &whole, &["1"], 0, Some(&whole));
    let rows = "1,Okoro,i-918 ,2026-01-02\n2,\"Ha\nddad\",I-914,\n3,Tran,I-130,2026-01-04";
    let cut = "redress:cut …\nredress:cut …\nredress:cut\n3,Tran,I-130,2026-01-04";
    check(COMMAS, &format!("{head}{rows}"), &["3"], 2, Some(&format!("{head}{cut}")));
    // A row whose last cell is missing, and one that a comma in a name has shifted.
    let rows = "1,Okoro,I-918\n2,Diaz, Ana,I-918,2026-01-02\n3,Tran,I-130,2026-01-04\n";
    let cut = "redress:cut …\nredress:cut …\n3,Tran,I-130,2026-01-04\n";
    check(COMMAS, &format!("{head}{rows}"), &["3"], 2, Some(&format!("{head}{cut}")));
}

#[test]
fn a_row_that_cannot_be_read_is_cut_out_as_nobody_can_tell() {
    let file = "id,name,form,filed\n1,Okoro,I-130,2026-01-02\n2,I-918,2026-01-02,31 May\n";
    let cut = "id,name,form,filed\n1,Okoro,I-130,2026-01-02\nredress:cut …\n";
    check(COMMAS, file, &["1"], 0, Some(cut));
}

#[test]
fn a_line_of_json_is_cut_out() {
    let open = "{\"id\":\"1\",\"name\":\"Okoro\",\"form\":\"I-130\",\"filed\":\"2026-01-02\"}\n";
    let sealed = "{\"id\":\"2\",\"form\":\"I-918\",\"name\":\"Tran\",\"filed\":\"2026-01-02\"}\n";
    let file = format!("{open}{sealed}\n{open}").replacen("\"1\"", "\"3\"", 1);
    let cut = file.replace(sealed, "redress:cut …\n");
    check(JSON_LINES, &file, &["3", "1"], 1, Some(&cut));
}

#[test]
fn a_file_whose_rows_are_no_lines_is_not_kept() {
    let head = "canonical_id,entity_id,prop,prop_type,schema,value,dataset,id\n";
    let says = |entity: &str, form: &str| {
        format!(
            "{entity},{entity},lastName,string,Person,Okoro,court,\n{entity},{entity},position,string,Person,{form},court,\n"
        )
    };
    let open = format!("{head}{}", says("p1", "I-130"));
    check(STATEMENTS, &open, &["p1"], 0, Some(&open));
    check(STATEMENTS, &format!("{open}{}", says("p2", "I-918")), &["p1"], 1, None);
}

#[test]
fn a_row_that_a_source_sends_by_itself_is_cut_out_of_its_body() {
    let folder = tempfile::tempdir().unwrap();
    let intake = IntakeContracts::try_new(vec![contract(COMMAS)], kept(folder.path())).unwrap();
    let body = "{\"id\":\"1\",\"form\":\"I-130\"}\n{\"id\":\"2\",\"form\":\"I-918\"}\n";
    let on = jiff::civil::date(2026, 11, 2);
    let mut reader = intake.open(&"court".parse().unwrap(), None, body.as_bytes(), on).unwrap();
    assert_eq!(read(&mut *reader), (vec!["1".to_owned()], 1));
    intake.keep(reader.snapshot(), body.as_bytes()).unwrap();
    let copy = kept_copy(folder.path(), body);
    assert_eq!(copy.as_deref(), Some("{\"id\":\"1\",\"form\":\"I-130\"}\nredress:cut …\n"));
}
