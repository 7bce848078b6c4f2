//! The reading rules of the EOIR case data, each as bytes in and records, repairs or quarantine out.

use crate::extract::{Outcome, read};
use redress_ports::ReadError;

/// A table like `A_TblCase`, narrow enough for a test.
const CASES: &str = r#"
[[table]]
name = "A_TblCase"
file = "A_TblCase.csv"
format = "delimited"
delimiter = "tab"
quoting = false
encoding = "windows-1252"
counts = "Count.txt"
lead = true
key = "IDNCASE"

[table.columns]
IDNCASE = { required = true, pattern = '^[0-9]+$' }
ALIEN_CITY = { attribute = "address_city", only_when = { column = "CUSTODY", in = ["N", "R"] } }
ALIEN_STATE = { attribute = "address_state", pattern = '^[A-Z]{2}$' }
ALIEN_ZIPCODE = { attribute = "address_postal_code", pattern = '^`?[0-9]{5}$' }
CUSTODY = { pattern = '^[DNR]$' }
C_BIRTHDATE = { attribute = "birth_date", format = "%m/%Y" }
ADDRESS_CHANGEDON = { attribute = "address_changed_on", format = "%Y-%m-%d %H:%M:%S.%f" }
LANG = { attribute = "language", null = ["XX"] }
Sex = { attribute = "sex", aliases = ["GENDER"] }

[table.refused]
DCO_LOCATION = "place of custody (charter 1)"
"#;

const HEADER: &str = "IDNCASE\tALIEN_CITY\tALIEN_STATE\tALIEN_ZIPCODE\tCUSTODY\tC_BIRTHDATE\tADDRESS_CHANGEDON\tLANG\tSex\tCASEPRIORITY_CODE\tATTY_NBR";

fn outcome(rows: &[u8], count: &str) -> Outcome {
    let bytes = [HEADER.as_bytes(), b"\r\n", rows].concat();
    let files: &[(&str, &[u8])] = &[("A_TblCase.csv", &bytes), ("Count.txt", count.as_bytes())];
    read(CASES, files).unwrap().pop().unwrap()
}

/// Rows without their header; CR LF is added to each.
fn check(rows: &[&[u8]], records: &[&str], quarantined: &[&str]) -> Outcome {
    let rows: Vec<u8> = rows.iter().flat_map(|row| [row, &b"\r\n"[..]].concat()).collect();
    let outcome = outcome(&rows, &format!("A_TblCase {}", records.len() + quarantined.len()));
    assert_eq!(outcome.records(), records, "{}", String::from_utf8_lossy(&rows));
    assert_eq!(outcome.quarantined(), quarantined, "{}", String::from_utf8_lossy(&rows));
    assert_eq!(outcome.report.n_rows as usize, records.len() + quarantined.len());
    outcome
}

#[test]
fn rule_1_tabs_and_quotes_that_are_data() {
    check(
        &[b"1\t\"ST. JOHN\"S\tFL\t32080\tN\t\t\tSP\t\t\t"],
        &[
            "2 1 ALIEN_CITY=\"ST. JOHN\"S>\"ST. JOHN\"S, ALIEN_STATE=FL>FL, ALIEN_ZIPCODE=32080>32080, LANG=SP>SP",
        ],
        &[],
    );
}

#[test]
fn rule_2_nul_bytes_are_taken_out_and_counted() {
    let outcome = check(
        &[b"1\0\tMI\0AMI\tFL\0\t\tN\t\t\t\t\t\t"],
        &["2 1 ALIEN_CITY=MIAMI>MIAMI, ALIEN_STATE=FL>FL"],
        &[],
    );
    assert_eq!(outcome.report.n_nul_bytes, 3);
}

#[test]
fn rule_3_windows_1252() {
    check(
        &[b"1\tMAYAG\xdcEZ\t\t\tN\t\t\t\t\t\t", b"2\tMAYAG\x81EZ\t\t\tN\t\t\t\t\t\t"],
        &["2 1 ALIEN_CITY=MAYAGÜEZ>MAYAGÜEZ"],
        &[
            "3 ALIEN_CITY: byte 6 of the value is 0x81, which is not windows-1252: correct the encoding in the contract \
           or the value at its source",
        ],
    );
}

#[test]
fn rule_4_a_shift_that_only_one_reading_explains_is_repaired() {
    let outcome = check(
        &[b"1\tNEW\tYORK\tNY\t10001\tN\t3/1980\t2026-04-13 00:00:00.000\tSP\tF\tUC\t2"],
        &[
            "2 1 ALIEN_CITY=NEW YORK>NEW YORK, ALIEN_STATE=NY>NY, ALIEN_ZIPCODE=10001>10001, C_BIRTHDATE=3/1980>1980-03, \
           ADDRESS_CHANGEDON=2026-04-13 00:00:00.000>2026-04-13, LANG=SP>SP, Sex=F>F",
        ],
        &[],
    );
    let [repaired] = &outcome.report.repaired[..] else { panic!("{:?}", outcome.report.repaired) };
    assert_eq!(repaired.line, 2);
    assert!(repaired.repair.starts_with("1 cell joined to column \"ALIEN_CITY\""), "{}", repaired.repair);
    let (before, after) = (&repaired.before, &repaired.after);
    assert_eq!(before, "1 | NEW | YORK | NY | 10001 | N | 3/1980 | 2026-04-13 00:00:00.000 | SP | F | … | …");
    assert_eq!(after, "1 | NEW YORK | NY | 10001 | N | 3/1980 | 2026-04-13 00:00:00.000 | SP | F | … | …");
}

#[test]
fn rule_4_a_state_in_the_postal_code_of_a_row_cut_to_length() {
    let outcome = check(
        &[b"1\tNEW\tYORK\tNY\t10001\tN\t3/1980\t2026-04-13 00:00:00.000\tSP\tF\tUC"],
        &[
            "2 1 ALIEN_CITY=NEW YORK>NEW YORK, ALIEN_STATE=NY>NY, ALIEN_ZIPCODE=10001>10001, C_BIRTHDATE=3/1980>1980-03, \
           ADDRESS_CHANGEDON=2026-04-13 00:00:00.000>2026-04-13, LANG=SP>SP, Sex=F>F",
        ],
        &[],
    );
    assert_eq!(outcome.report.repaired.len(), 1);
}

#[test]
fn rule_4_what_two_readings_explain_or_none_is_quarantined() {
    let outcome = check(
        &[
            // The tab may stand in the language or in the sex: neither is typed.
            b"1\tMIAMI\tFL\t33101\tN\t\t\tS\tP\tF\t\t",
            // No reading makes the state a state.
            b"2\tMIAMI\tFLORIDA\t33101\tN\t\t\t\t\t\t\t",
            // A broken date is no shift: it is right in no column to its left.
            b"3\tMIAMI\tFL\t33101\tN\t\t2026-02-31 00:00:00.000\tSP\tF\t\t",
            // Five cells too many are more than a shift.
            b"4\tA\tB\tC\tD\tE\tF\tFL\t33101\tN\t\t\t\t\t\t",
            b"5\t\t\t\t\t\t\t\t\t\t",
            b"6\t\t\t\t\t\t\t\t\t\t",
            b"7\t\t\t\t\t\t\t\t\t\t",
            b"8\t\t\t\t\t\t\t\t\t\t",
        ],
        &["6 5", "7 6", "8 7", "9 8"],
        &[
            "2 -: 12 cells, 11 are expected, and no single shift makes every typed column valid: take the delimiter out \
             of the value that holds it",
            "3 -: 12 cells, 11 are expected, and no single shift makes every typed column valid: take the delimiter out \
             of the value that holds it",
            "4 ADDRESS_CHANGEDON: day 31 does not exist in month 2 of year 2026; the month has 28 days: correct the \
             date, or the format in the contract",
            "5 -: 16 cells, 11 are expected, and no single shift makes every typed column valid: take the delimiter out \
             of the value that holds it",
        ],
    );
    assert_eq!(outcome.report.repaired, []);
}

#[test]
fn rule_5_missing_trailing_cells_are_padded_and_logged() {
    let outcome = check(
        &[b"1\tMIAMI\tFL\t33101\tN"],
        &["2 1 ALIEN_CITY=MIAMI>MIAMI, ALIEN_STATE=FL>FL, ALIEN_ZIPCODE=33101>33101"],
        &[],
    );
    let [repaired] = &outcome.report.repaired[..] else { panic!("{:?}", outcome.report.repaired) };
    assert_eq!(repaired.repair, "6 missing trailing cells padded with empty ones");
    assert_eq!(repaired.before, "1 | MIAMI | FL | 33101 | N");
    assert_eq!(repaired.after, "1 | MIAMI | FL | 33101 | N |  |  |  |  |  | ");
}

#[test]
fn rule_6_the_announced_count_is_compared() {
    for (n_rows, count, n_announced, remarks) in [
        (1, "A_TblCase\t1\r\n", Some(1), &[][..]),
        (1, "A_TblCase\t5\r\n", Some(5), &[]),
        (
            990,
            "A_TblCase\t1000\r\n",
            Some(1000),
            &[
                "A_TblCase.csv: the source announces 1000 rows, the file has 990: ask the source whether the extract is whole",
            ],
        ),
        (1, "tblAppeal\t6\r\n", None, &["Count.txt names no number of rows for A_TblCase.csv"]),
    ] {
        let outcome = outcome(&n_cases(n_rows), count);
        assert_eq!(outcome.report.n_announced, n_announced, "{count}");
        assert_eq!(outcome.report.remarks, remarks, "{count}");
    }
}

fn n_cases(n_rows: usize) -> Vec<u8> {
    (1..=n_rows).flat_map(|key| format!("{key}\tMIAMI\tFL\t33101\tN\t\t\t\t\t\t\r\n").into_bytes()).collect()
}

#[test]
fn rule_6_a_file_that_its_count_contradicts_is_refused() {
    for (n_rows, n_announced) in [(1, 6), (989, 1000), (0, 5), (1011, 1000)] {
        let bytes = [HEADER.as_bytes(), b"\r\n", &n_cases(n_rows)[..]].concat();
        let count = format!("A_TblCase\t{n_announced}\r\n");
        let files: &[(&str, &[u8])] = &[("A_TblCase.csv", &bytes), ("Count.txt", count.as_bytes())];
        let Some(ReadError::Input(error)) = read(CASES, files).err() else {
            panic!("{n_rows} of {n_announced}")
        };
        let says = format!("A_TblCase.csv: the source announces {n_announced} rows, the file has {n_rows}: ");
        assert!(error.starts_with(&says) && error.contains("1 %, the limit"), "{error}");
    }
}

#[test]
fn rule_7_values_that_say_nothing_are_no_statements() {
    let outcome = check(
        &[b"1\t???\t \t`02139\tN\t\t\t000\tN/A\t\t", b"2\tb6\t\t\tN\t\t\tXX\tA.2.a\t\t"],
        &["2 1 ALIEN_ZIPCODE=`02139>02139", "3 2"],
        &[],
    );
    assert_eq!(
        outcome.report.remarks,
        [
            "column \"ALIEN_CITY\": 2 values read as not recorded (such as ?, 0, N/A, b6, A.2.a)",
            "column \"LANG\": 2 values read as not recorded (such as ?, 0, N/A, b6, A.2.a)",
            "column \"Sex\": 2 values read as not recorded (such as ?, 0, N/A, b6, A.2.a)",
        ]
    );
}

#[test]
fn rule_8_names_drift_and_unknown_columns_are_named() {
    let header = HEADER.replace("Sex", "GENDER").replace("ATTY_NBR", "ATTY_NBR_Remove");
    let bytes = format!("{header}\r\n1\tMIAMI\tFL\t33101\tN\t\t\t\tF\tUC\t2\r\n").into_bytes();
    let outcome =
        read(CASES, &[("A_TblCase.csv", &bytes), ("Count.txt", b"A_TblCase 1")]).unwrap().pop().unwrap();
    assert_eq!(
        outcome.records(),
        ["2 1 ALIEN_CITY=MIAMI>MIAMI, ALIEN_STATE=FL>FL, ALIEN_ZIPCODE=33101>33101, GENDER=F>F"]
    );
    let refused = |by_charter| {
        let columns = outcome.report.refused.iter().filter(move |refused| refused.by_charter == by_charter);
        columns.map(|refused| format!("{}: {}", refused.column, refused.ground)).collect::<Vec<_>>()
    };
    assert_eq!(refused(true), ["CASEPRIORITY_CODE: threat, gang, criminal or priority field (charter 3)"]);
    assert_eq!(
        refused(false),
        ["CUSTODY: no check, link or notice reads it", "ATTY_NBR_Remove: no check, link or notice reads it"]
    );
}

#[test]
fn rule_12_the_address_of_somebody_in_custody_is_dropped_and_counted() {
    let outcome = check(
        &[
            b"1\tMIAMI\t\t\tN\t\t\t\t\t\t",
            b"2\tKROME\t\t\tD\t\t\t\t\t\t",
            b"3\tKROME\t\t\t\t\t\t\t\t\t",
            b"4\tMIAMI\t\t\tR\t\t\t\t\t\t",
        ],
        &["2 1 ALIEN_CITY=MIAMI>MIAMI", "3 2", "4 3", "5 4 ALIEN_CITY=MIAMI>MIAMI"],
        &[],
    );
    assert_eq!(outcome.report.remarks, ["column \"ALIEN_CITY\": 2 values dropped, as CUSTODY is not N or R"]);
}

#[test]
fn rule_12_the_log_of_repairs_does_not_show_it_either() {
    let outcome = check(&[b"1\tKROME\t\t\tD"], &["2 1"], &[]);
    assert_eq!(outcome.report.repaired[0].before, "1 | … |  |  | D");
}

#[test]
fn rule_16_refused_columns_leave_no_trace() {
    let columns = [
        "CASEPRIORITY_CODE",
        "CRIM_IND",
        "AGGRAVATE_FELON",
        "DETENTION_DATE",
        "INMATE_HOUSING",
        "CORRECTIONAL_FAC",
        "DCO_LOCATION",
    ];
    let header = HEADER.replace("CASEPRIORITY_CODE", &columns.join("\t"));
    let secrets = "secret\t".repeat(columns.len());
    let bytes = format!(
        "{header}\r\n1\tMIAMI\tFL\t33101\tN\t\t\t\tF\t{secrets}\r\n2\tMIAMI\tFL\t33101\tN\t\t\t\tF\t{secrets}"
    );
    let bytes = bytes.trim_end().as_bytes();
    let outcome =
        read(CASES, &[("A_TblCase.csv", bytes), ("Count.txt", b"A_TblCase 1")]).unwrap().pop().unwrap();
    let refused: Vec<_> =
        outcome.report.refused.iter().filter(|c| c.by_charter).map(|c| c.column.as_str()).collect();
    assert_eq!(refused, columns);
    assert_eq!(outcome.report.repaired.len(), 1);
    assert!(!format!("{:?} {:?}", outcome.records, outcome.report).contains("secret"));
}
