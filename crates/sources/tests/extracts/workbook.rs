//! Workbooks as agencies release them: a title block above each header, several sheets, withheld values.

use std::io::{Cursor, Write as _};

use redress_ports::ReadError;
use redress_sources::Contract;
use zip::write::SimpleFileOptions;

use crate::extract::{Outcome, SOURCE, read};

const ARRESTS: &str = r#"
[[table]]
name = "arrests"
file = "arrests.xlsx"
format = "xlsx"
skip_rows = 2
lead = true
key = "row_original"

[table.columns]
"Case Status" = { attribute = "case_status" }
"Departed Date" = { attribute = "departed_on", format = "%Y-%m-%d" }
"Final Order Yes No" = { attribute = "final_order" }
"#;

/// A sheet by its rows; a cell that is a number is written as a day, in the style of one. Blank cells are left out.
pub(crate) type Sheet<'a> = (&'a str, &'a [&'a [&'a str]]);

/// A workbook of these sheets; `more` are further parts of it.
pub(crate) fn workbook(sheets: &[Sheet<'_>], more: &[&str]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    };
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    part("[Content_Types].xml", &format!("{head}<Types xmlns=\"{package}/content-types\"/>"));
    part(
        "_rels/.rels",
        &format!(
            "{head}<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    let (mut names, mut targets) = (String::new(), String::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let id = at + 1;
        names.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>"));
        targets.push_str(&format!(
            "<Relationship Id=\"rId{id}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
        ));
        part(&format!("xl/worksheets/sheet{id}.xml"), &sheet(head, main, rows));
    }
    targets
        .push_str(&format!("<Relationship Id=\"rId99\" Type=\"{relations}/styles\" Target=\"styles.xml\"/>"));
    part(
        "xl/workbook.xml",
        &format!(
            "{head}<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{names}</sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("{head}<Relationships xmlns=\"{package}/relationships\">{targets}</Relationships>"),
    );
    part(
        "xl/styles.xml",
        &format!(
            "{head}<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
    );
    more.iter().for_each(|name| part(name, "x"));
    writer.finish().unwrap().into_inner()
}

fn sheet(head: &str, main: &str, rows: &[&[&str]]) -> String {
    let mut text = format!("{head}<worksheet xmlns=\"{main}\"><sheetData>");
    for (at, cells) in rows.iter().enumerate() {
        text.push_str(&format!("<row r=\"{}\">", at + 1));
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{}{}", char::from(b'A' + column as u8), at + 1);
            text.push_str(&match cell.parse::<f64>() {
                Ok(number) => format!("<c r=\"{place}\" s=\"1\"><v>{number}</v></c>"),
                Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            });
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

const HEADER: &[&str] =
    &["Departed Date", "Case Threat Level", "Case Status", "Final Order Yes No", "County"];

fn check(sheets: &[Sheet<'_>], expected: &[&str]) -> Outcome {
    let outcome = read(ARRESTS, &[("arrests.xlsx", &workbook(sheets, &[]))]).unwrap().pop().unwrap();
    assert_eq!(outcome.records(), expected);
    outcome
}

#[track_caller]
fn refused(sheets: &[Sheet<'_>], more: &[&str], says: &str) {
    let error =
        read(ARRESTS, &[("arrests.xlsx", &workbook(sheets, more))]).err().expect("the workbook was taken");
    assert!(
        matches!(&error, ReadError::Input(text) if text.contains(says)),
        "`{says}` is not said: {error:?}"
    );
}

#[test]
fn sheets_are_stacked_below_their_titles_and_columns_found_by_name() {
    let outcome = check(
        &[
            (
                "FY25",
                &[
                    &["For official use"],
                    &[],
                    HEADER,
                    &["45415", "1", "ACTIVE", "NO", "Kings"],
                    &[],
                    &["45415.75", "", "8-Removed", "YES"],
                ],
            ),
            (
                "FY26",
                &[
                    &[],
                    &[],
                    &["Case Status", "Other", "Final Order Yes No", "Departed Date"],
                    &["ACTIVE", "x"],
                ],
            ),
        ],
        &[
            "4 FY25!4 Departed Date=2024-05-03>2024-05-03, Case Status=ACTIVE>ACTIVE, Final Order Yes No=NO>no",
            "6 FY25!6 Departed Date=2024-05-03>2024-05-03, Case Status=8-Removed>8-REMOVED, Final Order Yes No=YES>yes",
            "10000004 FY26!4 Case Status=ACTIVE>ACTIVE",
        ],
    );
    let refused: Vec<_> = outcome.report.refused.iter().map(|c| (c.column.as_str(), c.by_charter)).collect();
    assert_eq!(refused, [("Case Threat Level", true), ("County", false)]);
}

#[test]
fn a_value_that_the_publisher_withheld_is_told_from_one_that_is_not_there() {
    let outcome = check(
        &[(
            "A",
            &[
                &[],
                &[],
                HEADER,
                &["b(6), b(7)c", "", "ACTIVE"],
                &["(b)(6)", "", "(b) (7)(C)"],
                &["", "", "B (1)"],
            ],
        )],
        &["4 A!4 Case Status=ACTIVE>ACTIVE", "5 A!5", "6 A!6"],
    );
    assert_eq!(
        outcome.report.remarks,
        [
            "column \"Departed Date\": 2 values withheld by the publisher, such as b(6)",
            "column \"Case Status\": 2 values withheld by the publisher, such as b(6)"
        ]
    );
}

#[test]
fn what_is_no_workbook_to_read_is_refused() {
    let rows: &[&[&str]] = &[&[], &[], HEADER, &["45415", "", "ACTIVE"]];
    refused(
        &[("A", rows)],
        &["xl/vbaProject.bin"],
        "arrests.xlsx: the workbook has macros, which no record needs",
    );
    for part in ["xl/macrosheets/sheet1.xml", "XL/VBAproject.BIN"] {
        refused(&[("A", rows)], &[part], "the workbook has macros");
    }
    refused(&[("A", &[&[], &[]])], &[], "row 3 of the first sheet is empty, a header is expected there");
    refused(
        &[("A", rows), ("B", &[&[], &[], &["Case Status"]])],
        &[],
        "sheet \"B\": row 3: column \"Departed Date\" is not there",
    );
    refused(
        &[("A", &[&[], &[], &["Status", "County"]])],
        &[],
        "columns \"Case Status\", \"Departed Date\", \"Final Order Yes No\" are not there; the header found is: Status, County",
    );
    let error = read(ARRESTS, &[("arrests.xlsx", b"Case Status\nACTIVE\n")]).err().unwrap();
    assert!(error.to_string().contains("is not a whole ZIP"), "{error:?}");
}

#[test]
fn a_heading_is_found_by_its_names_or_it_is_told_where_it_stands() {
    let row: &[&str] = &["45415", "", "ACTIVE", "NO"];
    let five: &[&[&str]] = &[&["FOIA release"], HEADER, row];
    refused(
        &[("A", five)],
        &[],
        "arrests.xlsx: sheet \"A\": row 3 has 3 cells and is no heading, where the contract (skip_rows = 2) has it; its \
         columns stand in row 2: write skip_rows = 1 in the contract, or skip_rows = \"find\" where the files differ",
    );
    refused(
        &[("A", &[HEADER])],
        &[],
        "nothing stands from row 3 on, where the contract (skip_rows = 2) has it",
    );
    let find = ARRESTS.replace("skip_rows = 2", "skip_rows = \"find\"");
    let found = |sheets: &[Sheet<'_>]| read(&find, &[("arrests.xlsx", &workbook(sheets, &[]))]);
    // A title that is one of the names is no heading where another row has more of them.
    let deep: Vec<&[&str]> =
        [&["Case Status"][..]].into_iter().chain([&[][..]; 18]).chain([HEADER, row]).collect();
    let outcomes = found(&[("A", five), ("B", &deep), ("C", &[])]).unwrap();
    let said = "Departed Date=2024-05-03>2024-05-03, Case Status=ACTIVE>ACTIVE, Final Order Yes No=NO>no";
    assert_eq!(outcomes[0].records(), [format!("3 A!3 {said}"), format!("10000021 B!21 {said}")]);
    for (rows, says) in [
        (
            &[&["FOIA release", "2023"][..], &["x"], row][..],
            "sheet \"A\": none of its first 20 rows has a column of the contract, such as \"Case Status\", \"Departed Date\", \"Final Order \
             Yes No\"; row 1 has 2 cells: correct the names in the contract, or give those of the file as aliases",
        ),
        (
            &[&["FOIA release"][..], &["Case Status", "Status"], row][..],
            "row 2 of the first sheet: columns \"Departed Date\", \"Final Order Yes No\" are not there; the header found is: Case Status, Status",
        ),
        (&[][..], "row 1 of the first sheet is empty"),
    ] {
        let error = found(&[("A", rows)]).err().unwrap();
        assert!(matches!(&error, ReadError::Input(text) if text.contains(says)), "{says}\n{error:?}");
    }
}

#[test]
fn rows_above_the_header_are_skipped_in_workbooks_alone() {
    let text = format!("{SOURCE}{ARRESTS}").replace("\"xlsx\"", "\"json_lines\"");
    let error = Contract::from_toml(&text, "ice.toml").unwrap_err();
    assert!(error.to_string().contains("skip_rows belongs to `format = \"xlsx\"`"), "{error:?}");
    for (skipped, says) in [
        ("1001", "skip_rows is 1001, and must be from 0 to 1000, the limit"),
        ("-1", "skip_rows is -1, and must be from 0 to 1000, the limit"),
        ("\"five\"", "skip_rows is \"five\": write the number of rows above the heading, or \"find\""),
        ("true", "skip_rows is true: write the number of rows above the heading, or \"find\""),
    ] {
        let text = format!("{SOURCE}{ARRESTS}").replace("skip_rows = 2", &format!("skip_rows = {skipped}"));
        let error = Contract::from_toml(&text, "ice.toml").unwrap_err();
        assert!(error.to_string().contains(says), "{says}\n{error:?}");
    }
}
