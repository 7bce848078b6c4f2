//! Papers are written and read back by Poppler's programs. Only the program's own fonts are used, so that each computer finds the same.

use std::{io::Write as _, process::Command};

use super::{plain::printed, *};
use crate::{Block, Cell, Table, packet};

/// Text that a typesetter would take for markup, if it were read as such.
const MARKUP: &str = r#"#eval("1+1") *b* $x$ [y] @z \ // <a> --- "q" `c` /* d */ = e"#;

/// 64 letters without a place to break.
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn what_is_read_aloud_is_what_the_paper_says() {
    for words in [
        "No date is set in the future.",
        MARKUP,
        "Núñez-O’Brien, Łukasz; Ağca; Đặng Thị Hoa; Søren ﬁ",
        "Иванов Пётр and Σωκράτης",
        "\u{202e}txt.exe\u{202c} \u{2068}a\u{2069} a\u{200b}b \u{200f}c e\u{301} x\0y",
        &format!("digest {DIGEST} Featherstonehaugh-Cholmondeley"),
    ] {
        check_aloud(&paper_of(words, words, 3));
    }
    check_aloud(&packet::document(&packet::tests::packet()));
    check_aloud(&paper_of("P-12", &format!("{} {DIGEST}", "a word and another ".repeat(150)), 2));
}

/// Asserts that a paper is read aloud as it says.
fn check_aloud(paper: &Document) {
    let words = paper.words().collect::<Vec<_>>().join(" ");
    assert_eq!(read_aloud(&write_own(paper).unwrap()), printed(&words));
}

#[test]
fn a_script_that_runs_from_right_to_left_is_found_in_its_own_order() {
    let words = ["محمد الحسيني", "דוד בן־גוריון"];
    for words in words {
        let read = poppler("pdftotext", &[], &write_own(&paper_of(words, words, 2)).unwrap());
        // Title, lead, four kinds of paragraph and heading, three entries, caption, two cells with smaller words, an end, the foot.
        assert_eq!(printed(&read).matches(words).count(), 16, "{read}");
    }
}

#[test]
fn a_paper_that_cannot_be_written_says_why() {
    let empty = || Document::new("Record packet", "");
    let with = |block| {
        let mut paper = empty();
        paper.push(block);
        paper
    };
    let mut long = empty();
    long.blocks = vec![Block::paragraph("x"); BLOCKS_MAX + 1];
    for (paper, expected) in [
        (
            with(Block::paragraph("Wong 王 (張)")),
            "no font on this computer has 張 (U+5F35), 王 (U+738B): install a font",
        ),
        (with(Block::paragraph("一二三四五六七八九十百千")), "千 (U+5343) and 2 more: install"),
        (with(Block::heading("", "a")), "could not be typeset: PDF/UA-1 error: heading title is empty"),
        (long, "the paper has 5001 parts, and a PDF holds at most 5000"),
        (with(Block::Table(table_of("x", CELLS_MAX / 3 + 1))), "has 50001 cells in tables"),
        (with(Block::paragraph("x".repeat(WORDS_BYTES_MAX))), "has 4194317 bytes of text"),
        (Document { foot: "a word ".repeat(600), ..empty() }, "on page 1 words would be cut off"),
    ] {
        let error = write_own(&paper).map(|pdf| pdf.len()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_file_says_what_it_is() {
    let pdf = write_own(&paper_of("Packet of Ana Ruiz", "x", 1)).unwrap();
    let about = poppler("pdfinfo", &[], &pdf);
    let meta = poppler("pdfinfo", &["-meta"], &pdf);
    for (said, expected) in [
        (&about, "Title:           Packet of Ana Ruiz"),
        (&about, "Tagged:          yes"),
        (&about, "(letter)"),
        (&meta, "<pdfuaid:part>1</pdfuaid:part>"),
        (&meta, "<dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>"),
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!meta.contains("Date"), "{meta}");
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let ana = write_own(&paper_of("Packet", "Ana", 1)).unwrap();
    assert!(ana == write_own(&paper_of("Packet", "Ana", 1)).unwrap());
    assert!(ana != write_own(&paper_of("Packet", "Eva", 1)).unwrap());
}

#[test]
fn each_page_bears_its_number_and_no_row_is_torn() {
    const N_ROWS: usize = 100;
    let mut table = table_of("a value", 0);
    let row = |n| {
        vec![
            Cell::says(format!("begin{n}")),
            Cell::says("x"),
            Cell::says("y").with(["z".to_owned(), format!("end{n}")]),
        ]
    };
    table.rows = (0..N_ROWS).map(row).collect();
    let mut paper = Document::new("Record packet", "");
    paper.foot = "of Ana Ruiz".to_owned();
    paper.push(Block::Table(table));
    let read = poppler("pdftotext", &["-layout"], &write_own(&paper).unwrap());
    let pages: Vec<&str> = read.split_terminator('\u{c}').collect();
    assert!(pages.len() > 2);
    for (page, number) in pages.iter().zip(1..) {
        let foot = format!("page {number} of {}", pages.len());
        assert!(
            page.contains(&foot) && page.contains("of Ana Ruiz") && page.contains("Where it stands"),
            "{page}"
        );
        let n_begun = page.matches("begin").count();
        assert!(n_begun > 0 && n_begun == page.matches("end").count(), "{page}");
    }
    assert_eq!(read.matches("begin").count(), N_ROWS);
}

/// A paper with each kind of block: short words at its head, its foot and in headings, and the others in what may run over pages.
fn paper_of(short: &str, words: &str, n_rows: usize) -> Document {
    let mut paper = Document::new(short, words);
    short.clone_into(&mut paper.foot);
    paper.push(Block::heading(short, "a"));
    paper.push(Block::paragraph(words));
    paper.push(Block::subheading(short));
    paper.push(Block::note(words));
    paper.push(Block::List { entries: vec![words.to_owned(); 3] });
    paper.push(Block::Table(table_of(words, n_rows)));
    paper.push(Block::paragraph(words));
    paper
}

fn table_of(words: &str, n_rows: usize) -> Table {
    let row = vec![Cell::says("Name"), Cell::quotes(words).with([words.to_owned()]), Cell::says("line 4")];
    Table {
        caption: words.chars().take(100).collect(),
        columns: vec!["What", "Value", "Where it stands"],
        widths: vec![2, 5, 3],
        rows: vec![row; n_rows],
    }
}

fn write_own(paper: &Document) -> Result<Vec<u8>, PdfError> {
    write_with(&world::own_fonts(), paper)
}

/// What a program that reads a PDF aloud finds, in its order. The dots of a list are not among the words.
fn read_aloud(pdf: &[u8]) -> String {
    let mut words = String::new();
    for line in poppler("pdfinfo", &["-struct-text"], pdf).lines() {
        let line = line.trim_start();
        match line.strip_prefix('"').and_then(|line| line.strip_suffix('"')) {
            Some("•") => {}
            // What is within one element is given in pieces.
            Some(text) => words.push_str(text),
            None => words.push(' '),
        }
    }
    printed(&words)
}

/// The standard output of one of Poppler's programs about a file.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let mut call = Command::new(program);
    call.args(arguments).arg(file.path());
    if program == "pdftotext" {
        call.arg("-");
    }
    let output = call.output().expect("Poppler's programs (Debian: apt-get install poppler-utils)");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    // Poppler shows the titles of headings as the file has them: in UTF-16.
    String::from_utf8_lossy(&output.stdout).into_owned()
}
