//! The sample as a workbook: the least of parts that a program for spreadsheets opens, every cell a text.

use std::io::{self, Cursor, Write as _};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The bytes of a workbook with one sheet of these rows, the header first.
///
/// # Errors
/// None but those of a ZIP that memory cannot hold.
pub(super) fn workbook(sheet: &str, rows: &[Vec<&str>]) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{SPREADSHEET}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{SPREADSHEET}.worksheet+xml\"/></Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>\
         <sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        escape(sheet)
    );
    for (part, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", cells(rows)),
    ] {
        writer.start_file(part, SimpleFileOptions::default()).map_err(io::Error::other)?;
        writer.write_all(format!("{HEAD}{text}").as_bytes())?;
    }
    writer.finish().map(Cursor::into_inner).map_err(io::Error::other)
}

fn relation(kind: &str, to: &str) -> String {
    format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/{kind}\" Target=\"{to}\"/></Relationships>"
    )
}

fn cells(rows: &[Vec<&str>]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escape(*text));
    let row = |cells: &Vec<&str>| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    format!(
        "<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData></worksheet>",
        rows.iter().map(row).collect::<String>()
    )
}
