//! Whatever the bytes, a reader answers: each row becomes a record or is quarantined, and the counts add up.

use crate::extract::read;
use proptest::prelude::*;
use redress_ports::ReadError;

/// One table in the format named, of columns `k`, `d` and `t`.
fn tables(format: &str, file: &str) -> String {
    format!(
        r#"
[[table]]
name = "any"
file = "{file}"
{format}
lead = true
key = "k"

[table.columns]
d = {{ attribute = "birth_date", format = "%Y" }}
t = {{ attribute = "address_line", pattern = '^[A-Z]*$' }}
"#
    )
}

/// Lines that are nearly rows, so that most get past the header.
fn rows() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b",".to_vec()),
        4 => Just(b"\t".to_vec()),
        3 => Just(b"\r\n".to_vec()),
        2 => "[0-9]{4}".prop_map(String::into_bytes),
        2 => "[A-Z]{0,3}".prop_map(String::into_bytes),
        2 => Just(b"\"".to_vec()),
        1 => Just(b"\0".to_vec()),
        1 => Just(b"{\"k\":1,\"d\":\"1980\",\"t\":null}".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn check(format: &str, file: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    match read(&tables(format, file), &[(file, bytes)]) {
        Ok(outcomes) => {
            let (records, report) = (&outcomes[0].records, &outcomes[0].report);
            prop_assert_eq!(records.len() as u64 + report.n_quarantined, report.n_rows);
            prop_assert_eq!(report.quarantined.len() as u64, report.n_quarantined);
            for repaired in &report.repaired {
                prop_assert!(records.iter().any(|record| record.locator.line == repaired.line));
            }
        }
        Err(error) => prop_assert!(matches!(error, ReadError::Input(_)), "{}", error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn comma(rows in rows()) {
        check("format = \"delimited\"", "any.csv", &[b"k,d,t\n", &rows[..]].concat())?;
    }

    #[test]
    fn tab(rows in rows()) {
        let format = "format = \"delimited\"\ndelimiter = \"tab\"\nencoding = \"windows-1252\"";
        check(format, "any.csv", &[b"k\td\tt\n", &rows[..]].concat())?;
    }

    #[test]
    fn json_lines(rows in rows()) {
        let head = b"{\"k\":0,\"d\":\"1980\",\"t\":\"A\"}\n";
        check("format = \"json_lines\"", "any.jsonl", &[head, &rows[..]].concat())?;
    }

    #[test]
    fn no_header(bytes in rows()) {
        check("format = \"delimited\"", "any.csv", &bytes)?;
        check("format = \"json_lines\"", "any.jsonl", &bytes)?;
        check("format = \"parquet\"", "any.parquet", &bytes)?;
    }
}
