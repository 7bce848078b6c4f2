//! Sealed rows: what becomes of them, and what is kept of a file that has some.

use std::{fs, io::Read as _};

use redress_ports::{ColumnReport, IntakeReader as _, RecordBatchEnd, RecordReader};
use redress_sources::{Contract, IntakeContracts, open_source};
use redress_statement::{Digest, Record};

use crate::extract::{SOURCE, kept, read as read_extract};

/// A table with rows of a form that is sealed.
struct Shape {
    /// Its layout and its key.
    layout: &'static str,
    /// Its columns, a line each.
    columns: &'static str,
    /// The form's column.
    form: &'static str,
}

const COMMAS: &Shape = &Shape {
    layout: "format = \"delimited\"\ndelimiter = \"comma\"\nquoting = true\nencoding = \"utf-8\"\nkey = \"id\"",
    columns: r#"
id = { attribute = "receipt_number", pattern = '^[0-9]+$' }
name = { attribute = "family_name" }
form = { attribute = "application_form", pattern = '(?i)^i-[0-9]{3}\s*$' }
filed = { attribute = "application_filed_on", format = "%Y-%m-%d" }"#,
    form: "form",
};
const JSON_LINES: &Shape = &Shape {
    layout: "format = \"json_lines\"\nkey = \"id\"",
    columns: r#"
name = { attribute = "family_name" }
form = { attribute = "application_form" }"#,
    form: "form",
};
const STATEMENTS: &Shape = &Shape {
    layout: "format = \"ftm\"\nschema = \"Person\"\nattached = { Passport = \"holder\" }",
    columns: r#"
"Person:lastName" = { attribute = "family_name" }
"Person:position" = { attribute = "application_form" }
"Passport:number" = { attribute = "passport_number" }"#,
    form: "\"Person:position\"",
};
const NIEM: &Shape = &Shape {
    layout: "format = \"niem-json\"\nkey = \"nc:Document/nc:IdentificationID\"",
    columns: r#"
"nc:Person/nc:PersonSurName" = { attribute = "family_name" }
"nc:Document/nc:DocumentCategoryText" = { attribute = "application_form" }"#,
    form: "\"nc:Document/nc:DocumentCategoryText\"",
};

/// A table of notices about applications, which names none of the sealed values.
const NOTICES: &str = r#"
[[table]]
name = "notices"
file = "notices"
format = "json_lines"
key = "no"
about = "application"

[table.columns]
status = { attribute = "application_status" }
"#;

/// The tables of a contract.
fn tables(Shape { layout, columns, form }: &Shape) -> String {
    format!(
        "[[table]]\nname = \"applications\"\nfile = \"applications\"\nlead = true\n{layout}\n\n[table.columns]{columns}\n\n\
         [table.sealed]\n{form} = [\"I-914\", \"I-918\"]\n"
    )
}

fn contract(table: &Shape) -> Contract {
    Contract::from_toml(&format!("{SOURCE}{}", tables(table)), "court.toml").unwrap()
}

/// Everything that the files of an extract became, line numbers and digests aside.
fn told(tables: &str, files: &[(&str, &[u8])]) -> Vec<(Vec<Record>, ColumnReport)> {
    let outcomes = read_extract(tables, files).unwrap().into_iter().map(|mut outcome| {
        let said = outcome.report.quarantined.iter_mut().map(|row| &mut row.line);
        let repaired = outcome.report.repaired.iter_mut().map(|row| &mut row.line);
        said.chain(repaired).for_each(|line| *line = 0);
        for record in &mut outcome.records {
            (record.locator.line, record.locator.snapshot) = (0, Digest::of(b""));
        }
        (outcome.records, outcome.report)
    });
    outcomes.collect()
}

/// A file is told of in the same way with a sealed row in the place of `#`, and without it.
#[track_caller]
fn check_untold(table: &Shape, file: &str, sealed: &str) {
    let files = [file.replace('#', ""), file.replace('#', sealed)];
    let [without, with] = files.map(|file| told(&tables(table), &[("applications", file.as_bytes())]));
    assert_eq!(with, without, "{sealed}");
    assert!(!without[0].0.is_empty(), "{file}: no open row came out");
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
fn check(table: &Shape, file: &str, keys: &[&str], n_sealed: usize, copy: Option<&str>) {
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
    let rows = "1,Okoro,i918 ,2026-01-02\n2,\"Ha\nddad\",I-914,\n3,Tran,I-130,2026-01-04";
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
    // Nor is a value of it repeated.
    let open: String = (3..9).map(|n| format!("{n},Okoro,I-130,2026-01-02\n")).collect();
    let file = format!("id,name,form,filed\n{open}2,Tran,I-130,2026-02-31\ntwo,Tran,I-130,\n");
    let told = told(&tables(COMMAS), &[("applications", file.as_bytes())]);
    let reasons: Vec<&str> = told[0].1.quarantined.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "date (withheld) does not fit the format \"%Y-%m-%d\": correct the date, or the format in the contract",
            "value (withheld) does not fit the pattern ^[0-9]+$"
        ]
    );
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
fn nothing_is_told_of_a_sealed_row_whatever_it_holds() {
    let file = "id,name,form,filed\n1,Okoro,I-130,2026-01-02\n#3,Tran,I-130,2026-01-04\n";
    for row in [
        "2,\0Diaz\0,I-918,2026-01-02\n",
        // Rows that cannot be read: shifted beyond repair, with a byte of no encoding, with a quote that stays open.
        "2,I-918,2026-01-02,31 May\n",
        "2,Diaz,I-918,2026-02-31\n",
        "two,Diaz,I-914,2026-01-02\n",
        "2,\"Diaz,I-918,2026-01-02\n",
    ] {
        check_untold(COMMAS, file, row);
    }
    let line = |id: &str, more: &str| format!("{{\"id\":\"{id}\",\"name\":\"Okoro\",\"form\":{more}}}\n");
    let few = format!("#{}", line("1", "\"I-130\""));
    let many: String = (1..=70).map(|n| line(&n.to_string(), "\"I-130\"")).collect();
    for file in [few, format!("{many}#")] {
        for more in
            ["\"i-918\",\"t_visa_note\":\"x\"", "[\"I-918\"],\"t_visa_note\":\"x\"", "\"I-918\",\"name\":1"]
        {
            check_untold(JSON_LINES, &file, &line("900", more));
        }
        check_untold(JSON_LINES, &file, "{\"id\":\"900\",\"form\":\"I-918\",\n");
        // In a member whose name is misspelt.
        check_untold(JSON_LINES, &file, "{\"id\":\"900\",\"name\":\"Tran\",\"frm\":\"I-918\"}\n");
    }
}

#[test]
fn nothing_is_told_of_a_sealed_entity_and_of_what_belongs_to_it() {
    let head = "entity_id,prop,schema,value,dataset,last_seen\n";
    let open = "p1,lastName,Person,Okoro,court,2026-01-02\np1,position,Person,I-130,court,2026-01-02\n";
    let form = "p2,position,Person,I-918,court,2026-01-02\n";
    for more in [
        "",
        "p2,weakness,Person,told,court,2026-01-02\n",
        "p2,lastName,Person,Tran,court,2026-05-06\n",
        "p2,,Person,Tran,court,2026-01-02\n",
        "d1,holder,Passport,p2,court,2026-01-02\nd1,number,Passport,X1,court,2026-01-02\n",
        "d1,number,Passport,X1,court,2026-05-06\nd1,holder,Passport,p2,court,2026-05-06\nd1,holder,Passport,p1,court,\n",
    ] {
        check_untold(STATEMENTS, &format!("{head}{open}#"), &format!("{form}{more}"));
        check_untold(STATEMENTS, &format!("{head}#{open}"), &format!("{form}{more}"));
    }
    // A column or member in which only a sealed entity has something.
    let head = "entity_id,prop,schema,value,dataset,t_note\n";
    let open = "p1,lastName,Person,Okoro,court,\n";
    check_untold(
        STATEMENTS,
        &format!("{head}{open}#"),
        "p2,position,Person,I-918,court,\np2,lastName,Person,Tran,court,x\n",
    );
    let line = |id: &str, prop: &str, value: &str| {
        format!("{{\"entity_id\":\"{id}\",\"prop\":\"{prop}\",\"schema\":\"Person\",\"value\":{value}}}\n")
    };
    let sealed = format!(
        "{}{}",
        line("p2", "position", "\"I-918\""),
        line("p2", "lastName", "\"Tran\",\"t_note\":\"x\"")
    );
    check_untold(STATEMENTS, &format!("{}#", line("p1", "lastName", "\"Okoro\"")), &sealed);
}

#[test]
fn nothing_is_told_of_a_sealed_record_of_a_message() {
    let record = |id: &str, form: &str, more: &str| {
        format!(
            "{{\"nc:Document\":{{\"nc:IdentificationID\":\"{id}\",\"nc:DocumentCategoryText\":\"{form}\"}},\
             \"nc:Person\":{{\"nc:PersonSurName\":\"Okoro\"{more}}}}}"
        )
    };
    let file =
        format!("{{\"redress:RecordExchange\":{{\"redress:Record\":[{}#]}}}}", record("1", "I-130", ""));
    let sealed = record("2", "I-918", ",\"nc:PersonHairColorText\":\"brown\"");
    check_untold(NIEM, &file, &format!(",{sealed}"));
}

#[test]
fn a_row_about_a_sealed_row_is_sealed_with_it() {
    let applications = "{\"id\":\"1\",\"name\":\"Okoro\",\"form\":\"I-130\"}\n{\"id\":\"2\",\"name\":\"Tran\",\"form\":\"I-918\"}\n";
    let notices = "{\"no\":\"7\",\"application\":\"1\",\"status\":\"2026-01-02\"}\n{\"no\":\"8\",\"application\":\"2\",\"status\":\"2026-01-02\"}\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"").unwrap();
    fs::write(folder.path().join("applications"), applications).unwrap();
    fs::write(folder.path().join("notices"), notices).unwrap();
    let contract = format!("{SOURCE}{}{NOTICES}", tables(JSON_LINES));
    let contract = Contract::from_toml(&contract, "court.toml").unwrap();
    let mut readers = open_source(&contract, folder.path(), &kept(folder.path())).unwrap();
    assert_eq!(read(&mut *readers[0]), (vec!["1".to_owned()], 1));
    assert_eq!(read(&mut *readers[1]), (vec!["notices:7".to_owned()], 1));
    let (first, _) = notices.split_once('\n').unwrap();
    assert_eq!(kept_copy(folder.path(), notices), Some(format!("{first}\nredress:cut …\n")));
    // Whether one is there does not change what is told of the others.
    let nul = "{\"no\":\"7\",\"application\":\"1\",\"status\":\"\0\"}\n";
    let open = applications.lines().next().unwrap();
    let told = [open, applications].map(|applications| {
        told(
            &format!("{}{NOTICES}", tables(JSON_LINES)),
            &[("applications", applications.as_bytes()), ("notices", nul.as_bytes())],
        )
    });
    assert_eq!(told[0], told[1]);
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
    let open = "{\"id\":\"1\",\"name\":null,\"form\":\"I-130\",\"filed\":null}\n";
    // Whole, short of members, and with the member that seals it misspelt.
    let sealed = [
        "{\"id\":\"2\",\"form\":\"I-918\"}",
        "{\"id\":\"3\",\"name\":null,\"frm\":\"I-918\",\"filed\":null}",
    ];
    let body = &format!("{open}{}\n{}\n", sealed[0], sealed[1]);
    let on = jiff::civil::date(2026, 11, 2);
    let mut reader = intake.open(&"court".parse().unwrap(), None, body.as_bytes(), on).unwrap();
    assert_eq!(read(&mut *reader), (vec!["1".to_owned()], 1));
    intake.keep(reader.snapshot(), body.as_bytes()).unwrap();
    let copy = kept_copy(folder.path(), body);
    assert_eq!(copy, Some(format!("{open}redress:cut …\nredress:cut …\n")));
    assert_eq!(reader.report().n_quarantined, 0, "what may be sealed is told of nowhere");
}
