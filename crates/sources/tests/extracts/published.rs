//! The layouts in which agencies publish, each under the contract that the program brings for it. All rows are invented.

use crate::extract::{Outcome, read_under};
use crate::workbook::workbook;

const ICE_RELEASE: &str = include_str!("../../../../contracts/ice_release.toml");
const ICE_CUSTODY: &str = include_str!("../../../../contracts/ice_custody.toml");
const CBP: &str = include_str!("../../../../contracts/cbp_encounters.toml");
const USCIS: &str = include_str!("../../../../contracts/uscis_status.toml");

/// Six rows of a title block, a header, and rows.
fn sheet(header: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    sheet_below(6, header, rows)
}

/// The same below the first rows of that title block.
fn sheet_below(n_title: usize, header: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let title: [&[&str]; 6] =
        [&["FOIA release"], &["Fiscal year 2025"], &[" "], &["Notes"], &["b(6), b(7)c: withheld"], &[" "]];
    let all: Vec<&[&str]> =
        title.into_iter().take(n_title).chain([header]).chain(rows.iter().copied()).collect();
    workbook(&[("FY25", &all)], &[])
}

#[track_caller]
fn check(outcome: &Outcome, records: &[&str], refused: &[&str]) {
    assert_eq!(outcome.records(), records);
    let found: Vec<&str> = outcome.report.refused.iter().map(|column| column.column.as_str()).collect();
    for column in refused {
        assert!(found.contains(column), "{column} is not among {found:?}");
    }
}

#[test]
fn encounters_and_arrests_of_the_latest_layout() {
    let encounters = sheet(
        &[
            "Event Date",
            "Responsible AOR",
            "Encounter Criminality",
            "Case Status",
            "Case Category",
            "Departed Date",
            "Departure Country",
            "Final Order Yes No",
            "Final Order Date",
            "Birth Date",
            "Alien File Number",
        ],
        &[&[
            "45000",
            "Area",
            "x",
            "ACTIVE",
            "[8C] Excludable / Inadmissible - Administrative Final Order Issued",
            "45100",
            "MEXICO",
            "YES",
            "45050",
            "b(6), b(7)c",
            "(b)(6)",
        ]],
    );
    let arrests = sheet(
        &[
            "Departed Date",
            "Case Status",
            "Case Category",
            "Case Threat Level",
            "Departure Country",
            "Final Order Yes No",
            "Final Order Date",
        ],
        &[&["", "(b)(6)", "[3] Deportable", "1", "", "NO", ""]],
    );
    let outcomes =
        read_under(ICE_RELEASE, &[("encounters.xlsx", &encounters), ("arrests.xlsx", &arrests)]).unwrap();
    check(
        &outcomes[0],
        &[
            "8 FY25!8 Case Status=ACTIVE>ACTIVE, Case Category=[8C] Excludable / Inadmissible - Administrative Final Order \
           Issued>[8C] EXCLUDABLE / INADMISSIBLE - ADMINISTRATIVE FINAL ORDER ISSUED, Departed Date=2023-06-23>2023-06-23, \
           Departure Country=MEXICO>MEXICO, Final Order Yes No=YES>yes, Final Order Date=2023-05-04>2023-05-04",
        ],
        &["Event Date", "Encounter Criminality", "Birth Date", "Alien File Number"],
    );
    check(
        &outcomes[1],
        &["8 arrests:FY25!8 Case Category=[3] Deportable>[3] DEPORTABLE, Final Order Yes No=NO>no"],
        &["Case Threat Level"],
    );
    assert_eq!(
        outcomes[1].report.remarks,
        ["column \"Case Status\": 1 values withheld by the publisher, such as b(6)"]
    );
}

#[test]
fn removals_stays_and_detainers() {
    check_custody(6, ["Stay Book In Date Time", "Stay Book Out Date Time"]);
    // The layout of 2012 to 2023.
    check_custody(5, ["Stay Book In Date", "Stay Book Out Date"]);
}

#[track_caller]
fn check_custody(n_title: usize, [book_in, book_out]: [&str; 2]) {
    let sheet = |header: &[&str], rows: &[&[&str]]| sheet_below(n_title, header, rows);
    let common =
        ["Case Status", "Case Category", "Departure Country", "Final Order Yes No", "Final Order Date"];
    let removals = sheet(
        &[&["Departure Date", "Port of Departure"], &common[..]].concat(),
        &[&[
            "45100",
            "PORT",
            "8-Excluded/Deported/Removed",
            "[16] Reinstated Final Order",
            "HONDURAS",
            "YES",
            "45050",
        ]],
    );
    let detentions = sheet(
        &[&[book_in, "Detention Facility", book_out, "Departed Date"], &common[..]].concat(),
        &[&["45000.5", "SITE", "45010", "", "ACTIVE", "[8A]", "", "NO", ""]],
    );
    let detainers = sheet(
        &[&["Order to Show Cause Served Date", "Detainer Threat Level", "Departed Date"], &common[..]]
            .concat(),
        &[&["44000", "2", "", "ACTIVE", "[2A]", "", "NO", ""]],
    );
    let files: [(&str, &[u8]); 3] =
        [("removals.xlsx", &removals), ("detentions.xlsx", &detentions), ("detainers.xlsx", &detainers)];
    let outcomes = read_under(ICE_CUSTODY, &files).unwrap();
    let days = |outcome: &Outcome| {
        let said = outcome.records[0].statements.iter();
        let days = said.filter(|said| said.original.starts_with("20"));
        days.map(|said| format!("{} {}", said.attribute, said.original)).collect::<Vec<_>>()
    };
    assert_eq!(days(&outcomes[0]), ["departed_on 2023-06-23", "final_order_on 2023-05-04"]);
    assert_eq!(days(&outcomes[1]), ["detained_on 2023-03-15", "released_on 2023-03-25"]);
    assert_eq!(days(&outcomes[2]), ["nta_issued_on 2020-06-18"]);
    for (outcome, column) in
        outcomes.iter().zip(["Port of Departure", "Detention Facility", "Detainer Threat Level"])
    {
        assert!(
            outcome.report.refused.iter().any(|refused| refused.column == column && refused.by_charter),
            "{column}"
        );
    }
}

#[test]
fn encounters_at_the_border_under_any_of_their_headers() {
    let rows = |time: &str, born: &str| {
        let header = [
            time,
            born,
            "citizenship",
            "COUNTRY OF BIRTH",
            "LPR",
            "DISPOSITION",
            "latitude",
            "uac_indicator_derived",
        ];
        let sheet: [&[&str]; 2] =
            [&header, &["45000", "33000", "VENEZUELA", "Missing", "Y", "NTA", "32.5", "N"]];
        workbook(&[("2024", &sheet)], &[])
    };
    for (time, born) in
        [("APP_DT_TIME", "BIRTH_DATE"), ("APPR DT TIME", "birth_date"), ("APPR_DT_TIME", "Birth Date")]
    {
        let outcome = read_under(CBP, &[("encounters.xlsx", &rows(time, born))]).unwrap().remove(0);
        check(
            &outcome,
            &[&format!(
                "2 2024!2 {time}=2023-03-15>2023-03-15, {born}=1990-05-07>1990-05-07, citizenship=VENEZUELA>VENEZUELA, LPR=Y>yes, \
                 DISPOSITION=NTA>NTA"
            )],
            &["latitude", "uac_indicator_derived"],
        );
    }
    let error =
        read_under(CBP, &[("encounters.xlsx", &rows("WHEN", "birth_date"))]).err().unwrap().to_string();
    assert!(
        error
            .contains("column \"apprehension_datetime\" is not there; the header found is: WHEN, birth_date"),
        "{error}"
    );
    let macros = workbook(&[("2024", &[&["birth_date"]])], &["xl/vbaProject.bin"]);
    let error = read_under(CBP, &[("encounters.xlsx", &macros)]).err().unwrap().to_string();
    assert!(error.contains("has macros"), "{error}");
}

#[test]
fn answers_of_the_status_service() {
    let answer = |receipt: &str, text: &str| {
        format!(
            "{{\"message\":\"ok\",\"case_status\":{{\"receiptNumber\":\"{receipt}\",\"formType\":\"I-485\",\"submittedDate\":\
             \"03-09-2024 10:11:12\",\"modifiedDate\":\"01-02-2025 00:00:00\",\"current_case_status_text_en\":\"{text}\",\
             \"current_case_status_desc_en\":\"On March 9\",\"hist_case_status\":null}}}}\n"
        )
    };
    let text = [
        answer("IOE0000000001", "Case Was Approved And My Decision Was Emailed"),
        answer("IOE0000000002", "Notice Was Returned To USCIS Because The Post Office Could Not Deliver It"),
        answer("IOE0000000003", "Case Was Transferred"),
        answer("IOE3", "Case Was Received"),
    ]
    .concat();
    let outcome = read_under(USCIS, &[("case_status.jsonl", text.as_bytes())]).unwrap().remove(0);
    let statuses: Vec<String> = outcome
        .records
        .iter()
        .map(|record| {
            let said = record.statements.last().unwrap();
            format!("{} {}", record.key.key, said.normalized.as_deref().unwrap())
        })
        .collect();
    assert_eq!(
        statuses,
        [
            "IOE0000000001 CASE WAS APPROVED",
            "IOE0000000002 COULD NOT DELIVER",
            "IOE0000000003 CASE WAS TRANSFERRED"
        ]
    );
    let filed = &outcome.records[0].statements[2];
    assert_eq!((&*filed.original, filed.normalized.as_deref()), ("03-09-2024 10:11:12", Some("2024-03-09")));
    assert_eq!(outcome.quarantined().len(), 1);
    assert!(
        outcome.quarantined()[0].contains("value (withheld) does not fit the pattern"),
        "{:?}",
        outcome.quarantined()
    );
}
