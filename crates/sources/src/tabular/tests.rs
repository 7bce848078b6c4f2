use std::fs;

use arrow_array::cast::AsArray;
use arrow_array::{Int64Array, StringArray};

use super::*;

fn read_bytes(name: &str, bytes: &[u8]) -> Result<Tabular, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read_with_report(&path)
}

/// Cells row by row, a null as `-`.
#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &[&str], n_quarantined: u64) {
    let table = read_bytes(name, bytes).unwrap();
    let mut rows = Vec::new();
    for batch in &table.batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| {
                let text = column.as_string::<i32>();
                if column.is_valid(row) { text.value(row) } else { "-" }
            });
            rows.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    assert_eq!(rows, expected, "{name} {:?}", String::from_utf8_lossy(bytes));
    assert_eq!(table.report.n_quarantined, n_quarantined);
    assert_eq!(table.report.n_rows, expected.len() as u64 + n_quarantined);
}

#[test]
fn text_is_split_as_its_name_or_first_line_says() {
    check("a.csv", b"id,name\n1,\"Diaz, A\"\n2,\n", &["1|Diaz, A", "2|-"], 0);
    check("a.tsv", b"id\tname\n1\t\"Diaz, A\"\n", &["1|\"Diaz, A\""], 0);
    check("a.csv", b"id\tname\r\n1\tDiaz, A\r\n", &["1|Diaz, A"], 0);
    check("a.csv", b"id;name;town\n1;\"Diaz; A\";x,y\n", &["1|Diaz; A|x,y"], 0);
    check("a.csv", b"id|\"name, and first\"\n1|Diaz, A\n", &["1|Diaz, A"], 0);
    check("a.csv", b"id,name;first\n1,Diaz;A\n", &["1|Diaz;A"], 0);
    check("a", b"\xef\xbb\xbfid,name\n1,x", &["1|x"], 0);
    check("a.csv", b"id\n1\n\n2\n", &["1", "2"], 0);
    check("a.csv", b"id,name\n", &[], 0);
}

#[test]
fn a_broken_row_is_quarantined_and_a_short_one_padded() {
    check("a.csv", b"id,name\n1\n2,x,y\n3,\xff\n4,z\n5,z\n", &["1|-", "4|z", "5|z"], 2);
    let table = read_bytes("a.csv", b"id,name\n1\n2,x,y\n3,z\n").unwrap();
    assert_eq!(table.report.repaired[0].repair, "1 missing trailing cells padded with empty ones");
    assert_eq!(table.report.quarantined[0].line, 3);
    assert!(matches!(read_bytes("a.csv", b"id,name\n1,2,3\n"), Err(ReadError::Input(_))));
    assert!(matches!(read_bytes("a.csv", b"id,id\n1,2\n"), Err(ReadError::Input(_))));
    assert!(matches!(read_bytes("a.csv", b""), Err(ReadError::Input(_))));
    assert!(matches!(read(Path::new("/nowhere/a.csv")), Err(ReadError::Call(_))));
}

#[test]
fn what_is_no_text_is_to_be_stored_as_utf_8() {
    for (bytes, place) in [
        (&b"\x89PNG\r\n"[..], "line 1: the header is broken: byte 1 of the value is 0x89"),
        (b"a,b\nNU\xd1EZ,2\n", "line 2, column \"a\": byte 3 of the value is 0xd1"),
    ] {
        let error = read_bytes("a.csv", bytes).unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
        assert!(error.contains("store it as UTF-8") && !error.contains("contract"), "{error}");
    }
}

#[test]
fn rows_that_are_padded_are_all_counted() {
    let n_rows = REPORTED_ROWS_MAX + 1;
    let table = read_bytes("a.csv", &[b"id,name\n".to_vec(), b"1\n".repeat(n_rows)].concat()).unwrap();
    assert_eq!((table.report.repaired.len(), table.report.n_repaired), (REPORTED_ROWS_MAX, n_rows as u64));
}

#[test]
fn a_batch_has_no_more_rows_than_its_limit() {
    let bytes = [b"id\n".to_vec(), b"1\n".repeat(BATCH_ROWS_MAX + 1)].concat();
    let table = read_bytes("a.csv", &bytes).unwrap();
    assert_eq!(table.batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [BATCH_ROWS_MAX, 1]);
}

#[test]
fn parquet_is_written_the_same_and_read_back() {
    let ids: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("ñ")]));
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let batch = RecordBatch::try_from_iter([("id", ids), ("n", numbers)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("1.parquet"), folder.path().join("2.parquet"));
    write_parquet(&first, &batch).unwrap();
    write_parquet_with(&second, &batch.schema(), |write| write(&batch)).unwrap();
    let bytes = fs::read(&first).unwrap();
    assert!(bytes == fs::read(&second).unwrap());
    assert!(!String::from_utf8_lossy(&bytes).contains("parquet-rs"));
    let (schema, batches) = read(&first).unwrap();
    assert_eq!((schema.fields().len(), batches), (2, vec![batch]));
}

#[test]
fn a_write_that_fails_leaves_no_file() {
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let batch = RecordBatch::try_from_iter([("id", ids)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.parquet");
    let error = write_parquet_with(&path, &batch.schema(), |write| {
        write(&batch)?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(
        matches!(error, Err(ReadError::System(text)) if text.contains("pairs.parquet: cannot be written"))
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
