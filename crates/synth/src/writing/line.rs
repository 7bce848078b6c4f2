//! One record as the bytes of its file.

use crate::row::Row;
use crate::table::FileForm;

/// Appends a record to the bytes of its file. Records of Parquet files have no line.
pub(crate) fn append(bytes: &mut Vec<u8>, row: &Row) {
    match row.layout().file_form {
        FileForm::Comma => append_commas(bytes, row.cells().iter().map(String::as_str)),
        FileForm::CourtRelease => append_tabs(bytes, row.cells()[..row.n_written].iter().map(String::as_str)),
        FileForm::JsonLines => append_json(bytes, row),
        FileForm::Parquet => {}
    }
}

/// The header line of a file, if it has one.
pub(crate) fn header(file_form: FileForm, columns: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    match file_form {
        FileForm::Comma => append_commas(&mut bytes, columns.iter().copied()),
        FileForm::CourtRelease => append_tabs(&mut bytes, columns.iter().copied()),
        FileForm::JsonLines | FileForm::Parquet => {}
    }
    bytes
}

fn append_commas<'a>(bytes: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            bytes.push(b',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            bytes.push(b'"');
            bytes.extend(cell.replace('"', "\"\"").as_bytes());
            bytes.push(b'"');
        } else {
            bytes.extend(cell.as_bytes());
        }
    }
    bytes.push(b'\n');
}

/// The invented texts have letters of Latin-1 only, whose bytes in Windows-1252 are their numbers.
fn append_tabs<'a>(bytes: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            bytes.push(b'\t');
        }
        bytes.extend(cell.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
    }
    bytes.extend(b"\r\n");
}

fn append_json(bytes: &mut Vec<u8>, row: &Row) {
    for (at, (column, cell)) in row.layout().columns.iter().zip(row.cells()).enumerate() {
        bytes.extend(if at == 0 { b"{\"" } else { b",\"" });
        bytes.extend(column.as_bytes());
        bytes.extend(b"\":");
        if cell.is_empty() {
            bytes.extend(b"null");
        } else {
            bytes.extend(serde_json::Value::String(cell.clone()).to_string().as_bytes());
        }
    }
    bytes.extend(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn each_form_writes_what_its_readers_expect() {
        let mut application = Row::new(Table::Applications);
        application.set("receipt_number", "IOE1");
        application.set("address_line", "1 Yarrow St, Apt 2");
        let mut admission = Row::new(Table::I94Records);
        admission.set("i94_number", "A\"1");
        let mut case = Row::new(Table::Case);
        case.set("IDNCASE", "7");
        case.set("ALIEN_CITY", "ESPAÑOLA");
        case.n_written = 3;
        for (row, expected) in [
            (&application, &b"IOE1,,,,,,,,,,,,,,,\"1 Yarrow St, Apt 2\",,,,,,,,,,,,\n"[..]),
            (&case, &b"7\tESPA\xD1OLA\t\r\n"[..]),
        ] {
            let mut bytes = Vec::new();
            append(&mut bytes, row);
            assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(expected));
        }
        let mut bytes = Vec::new();
        append(&mut bytes, &admission);
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["i94_number"], "A\"1");
        assert!(read["departed_on"].is_null());
    }
}
