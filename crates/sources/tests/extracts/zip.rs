//! A release as one ZIP: read like the folder of its files, by streaming, or refused with one error before anything of it
//! is taken in.
//!
//! `tests/data/eoir_release.zip` is an invented release, packed as the immigration courts pack theirs. It was made by
//! `redress synth --like eoir --people 120 --seed 1 --out release` and, in that folder,
//! `7zz a -tzip -mm=Deflate64 -mx=9 ../eoir_release.zip *.csv Count.txt manifest.toml`.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use redress_ports::{ReadError, RecordBatchEnd};
use redress_sources::{Contract, KeptFiles, open_source, unread_files};
use tempfile::TempDir;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::extract::{Outcome, SOURCE};

const CASES: &str = r#"
[[table]]
name = "cases"
file = "A_TblCase.csv"
format = "delimited"
delimiter = "tab"
quoting = false
encoding = "windows-1252"
counts = "Count.txt"
lead = true
key = "IDNCASE"

[table.columns]
ALIEN_CITY = { attribute = "address_city" }
"#;

const ROWS: &[u8] = b"IDNCASE\tALIEN_CITY\r\n1\tESPA\xd1OLA\r\n2\tMIA\0MI\r\n";
const COUNTS: &[u8] = b"A_TblCase\t2\r\n";
const MANIFEST: &[u8] = b"as_of = \"2026-10-31\"\nsections = [\"cases\"]\n";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eoir_release.zip")
}

fn release_contract() -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    Contract::from_toml(&fs::read_to_string(path).unwrap(), "eoir_release.toml").unwrap()
}

/// What the tables of an extract became.
fn read_all(contract: &Contract, extract: &Path, snapshots: &Path) -> Result<Vec<Outcome>, ReadError> {
    let mut outcomes = Vec::new();
    for mut reader in open_source(contract, extract, &KeptFiles::new(snapshots.to_owned(), [7; 32]))? {
        let mut records = Vec::new();
        while reader.read(&mut records, 100)? == RecordBatchEnd::More {}
        outcomes.push(Outcome { records, set_aside: Vec::new(), report: reader.report().clone() });
    }
    Ok(outcomes)
}

/// A ZIP of the given members.
fn packed(method: CompressionMethod, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A release of two cases in a ZIP that `change` has changed.
struct Zip {
    folder: TempDir,
}

impl Zip {
    fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("release.zip"), bytes).unwrap();
        Self { folder }
    }

    fn whole(method: CompressionMethod) -> Vec<u8> {
        let members = [("A_TblCase.csv", ROWS), ("Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
        packed(method, &members)
    }

    fn read(&self) -> Result<Vec<Outcome>, ReadError> {
        let contract = Contract::from_toml(&format!("{SOURCE}{CASES}"), "court.toml").unwrap();
        let at = self.folder.path();
        read_all(&contract, &at.join("release.zip"), &at.join("snapshots"))
    }

    /// Fails the test unless the ZIP is refused as bad input, in one sentence that says all of this.
    #[track_caller]
    fn is_refused(&self, says: &[&str]) {
        let error = self.read().err().expect("the ZIP was taken");
        let ReadError::Input(text) = error else { panic!("not an error of the input: {error:?}") };
        for part in says.iter().chain(&["release.zip"]) {
            assert!(text.contains(part), "`{part}` is not said in: {text}");
        }
    }
}

#[test]
fn a_release_packed_with_deflate64_is_read_like_the_folder_of_its_files() {
    let place = tempfile::tempdir().unwrap();
    let contract = release_contract();
    let mut directory = zip::ZipArchive::new(fs::File::open(fixture()).unwrap()).unwrap();
    let method = directory.by_name("tbl_schedule.csv").unwrap().compression();
    assert_eq!(method, CompressionMethod::Deflate64);

    let kept = place.path().join("kept");
    let from_zip = read_all(&contract, &fixture(), &kept).unwrap();
    // The bytes that were kept are the files: unpacked into a folder they give the same records.
    let folder = place.path().join("folder");
    fs::create_dir(&folder).unwrap();
    for (table, outcome) in contract.tables().iter().zip(&from_zip) {
        let digest = outcome.records[0].locator.snapshot;
        let mut bytes = Vec::new();
        KeptFiles::new(kept.clone(), [7; 32]).open(digest).unwrap().read_to_end(&mut bytes).unwrap();
        fs::write(folder.join(&table.file), bytes).unwrap();
    }
    for name in ["Count.txt", "manifest.toml"] {
        let mut text = String::new();
        directory.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
    let from_folder = read_all(&contract, &folder, &place.path().join("kept_again")).unwrap();
    assert_eq!(from_zip.len(), 11);
    for (zipped, plain) in from_zip.iter().zip(&from_folder) {
        assert_eq!(zipped.records, plain.records);
        assert_eq!(zipped.report, plain.report);
    }
    let n_schedule = &from_zip.iter().map(|outcome| outcome.report.n_rows).collect::<Vec<_>>();
    assert_eq!(n_schedule[0], 120);
    assert!(from_zip[0].report.n_nul_bytes > 0 && from_zip[0].report.n_repaired > 0);
    assert!(from_zip.iter().all(|outcome| outcome.report.n_announced == Some(outcome.report.n_rows)));
}

#[test]
fn stored_and_deflated_members_are_read_in_any_folder_and_case() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let outcomes = Zip::of(&Zip::whole(method)).read().unwrap();
        assert_eq!(outcomes[0].records(), ["2 1 ALIEN_CITY=ESPAÑOLA>ESPAÑOLA", "3 2 ALIEN_CITY=MIAMI>MIAMI"]);
        assert_eq!(outcomes[0].report.n_nul_bytes, 1);
    }
    let members =
        [("release/a_tblcase.CSV", ROWS), ("release/Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
    assert_eq!(Zip::of(&packed(CompressionMethod::Deflated, &members)).read().unwrap()[0].records.len(), 2);
}

#[test]
fn files_that_no_table_reads_are_named_with_their_rows() {
    let contract = Contract::from_toml(&format!("{SOURCE}{CASES}"), "court.toml").unwrap();
    let counts: &[u8] = b"A_TblCase\t2\r\ntbl_Lookup\t1,204\r\n";
    for (more, expected) in [
        (vec![], None),
        (vec!["Lookup/tbl_Lookup.csv"], Some("tbl_Lookup.csv (1204 rows)")),
        (
            vec!["b/x\ty.csv", "a/tbl_Lookup.csv", "c/.hidden", "d/INVENTED.txt"],
            Some("tbl_Lookup.csv (1204 rows), x\u{fffd}y.csv"),
        ),
    ] {
        let mut members = vec![("A_TBLCASE.csv", ROWS), ("Count.txt", counts), ("manifest.toml", MANIFEST)];
        members.extend(more.iter().map(|name| (*name, ROWS)));
        let zip = Zip::of(&packed(CompressionMethod::Stored, &members));
        let unread = unread_files(&contract, &zip.folder.path().join("release.zip")).unwrap();
        let expected =
            expected.map(|names| format!("not read, as no table of the contract names them: {names}"));
        assert_eq!(unread, expected, "{more:?}");
        // The folder of the unpacked files is told the same.
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &members {
            fs::write(folder.path().join(name.rsplit('/').next().unwrap()), bytes).unwrap();
        }
        assert_eq!(unread_files(&contract, folder.path()).unwrap(), expected, "{more:?}");
    }
    let many: Vec<String> = (0..203).map(|n| format!("t{n}.csv")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), ROWS)).collect();
    let zip = Zip::of(&packed(CompressionMethod::Stored, &many));
    let unread = unread_files(&contract, &zip.folder.path().join("release.zip")).unwrap().unwrap();
    assert!(unread.ends_with(", and 3 more") && unread.matches(".csv").count() == 200, "{unread}");
}

#[test]
fn the_manifest_may_lie_beside_the_zip_and_is_asked_for() {
    let zip = Zip::of(&packed(CompressionMethod::Stored, &[("A_TblCase.csv", ROWS), ("Count.txt", COUNTS)]));
    let Err(ReadError::Call(text)) = zip.read() else { panic!("read without a manifest") };
    for part in ["release.zip: there is no manifest", "release.toml", "`as_of`"] {
        assert!(text.contains(part), "{text}");
    }
    fs::write(zip.folder.path().join("release.toml"), MANIFEST).unwrap();
    assert_eq!(zip.read().unwrap()[0].records[0].first_seen.to_string(), "2026-10-31");
}

#[test]
fn a_file_that_its_count_contradicts_is_refused_by_name_and_number() {
    let members = [
        ("A_TblCase.csv", ROWS),
        ("Count.txt", &b"A_TblCase\t12,610,093\r\n"[..]),
        ("manifest.toml", MANIFEST),
    ];
    Zip::of(&packed(CompressionMethod::Deflated, &members)).is_refused(&[
        "A_TblCase.csv: the source announces 12610093 rows, the file has 2",
        "ask the source for the whole file, or for the right number",
    ]);
}

#[test]
fn a_count_file_may_be_utf_16() {
    let utf_16 = |text: &str| {
        [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat()
    };
    for counts in [utf_16("A_TblCase\t6\r\n"), b"\xc9tat\r\nA_TblCase\t6\r\n".to_vec()] {
        let members = [("A_TblCase.csv", ROWS), ("Count.txt", &counts), ("manifest.toml", MANIFEST)];
        let outcomes = Zip::of(&packed(CompressionMethod::Deflated, &members)).read().unwrap();
        assert_eq!(outcomes[0].report.n_announced, Some(6), "{counts:?}");
    }
}

#[test]
fn a_zip_that_was_cut_short() {
    let whole = Zip::whole(CompressionMethod::Deflated);
    for n in [0, 1, 30, whole.len() / 2, whole.len() - 1] {
        Zip::of(&whole[..n]).is_refused(&["is not a whole ZIP", "fetch it again"]);
    }
}

#[test]
fn a_member_with_other_bytes_than_its_checksum() {
    let mut bytes = Zip::whole(CompressionMethod::Stored);
    let at = bytes.windows(4).position(|four| four == b"OLA\r").unwrap();
    bytes[at] = b'0';
    Zip::of(&bytes).is_refused(&["A_TblCase.csv", "is damaged", "fetch the file again"]);
}

#[test]
fn a_missing_table() {
    let members = [("B_TblProceeding.csv", ROWS), ("Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
    Zip::of(&packed(CompressionMethod::Stored, &members)).is_refused(&[
        "the table A_TblCase.csv is not there",
        "the members found are B_TblProceeding.csv, Count.txt, manifest.toml",
        "Fetch the whole release",
    ]);
    let members = [("a/A_TblCase.csv", ROWS), ("b/A_TblCase.csv", ROWS), ("manifest.toml", MANIFEST)];
    Zip::of(&packed(CompressionMethod::Stored, &members))
        .is_refused(&["several members are named A_TblCase.csv"]);
}

#[test]
fn a_changed_header() {
    let members = [
        ("A_TblCase.csv", &b"IDNCASE\tCITY\r\n1\tMIAMI\r\n"[..]),
        ("Count.txt", COUNTS),
        ("manifest.toml", MANIFEST),
    ];
    Zip::of(&packed(CompressionMethod::Deflated, &members)).is_refused(&[
        "A_TblCase.csv, line 1: column \"ALIEN_CITY\" is not there; the header found is: IDNCASE, CITY",
        "as an alias in the contract",
    ]);
}

/// Changes a field in the directory at the end of a ZIP, for its first member. The places are those of PKWARE's
/// APPNOTE, 4.3.12.
fn with_directory_field(mut bytes: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    let start = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[start + at..start + at + value.len()].copy_from_slice(value);
    bytes
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let zeros = vec![0; 3 << 20];
    let members = [("A_TblCase.csv", &zeros[..]), ("Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
    let bomb = packed(CompressionMethod::Deflated, &members);
    Zip::of(&bomb).is_refused(&["A_TblCase.csv", "to 3145728 bytes", "more than 200 times", "ZIP bomb"]);
    // One that says that it is small: its directory gives 100 bytes.
    let liar = with_directory_field(bomb, 24, &100_u32.to_le_bytes());
    Zip::of(&liar).is_refused(&["A_TblCase.csv", "is damaged"]);
}

#[test]
fn members_that_share_their_bytes() {
    let mut bytes = Zip::whole(CompressionMethod::Stored);
    let entries: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| &bytes[*at..at + 4] == b"PK\x01\x02").collect();
    // The second entry of the directory points at the first member: its offset stands at 42.
    bytes[entries[1] + 42..entries[1] + 46].copy_from_slice(&[0; 4]);
    Zip::of(&bytes).is_refused(&["its members overlap", "fetch the file again"]);
}

#[test]
fn encrypted_members_and_other_methods() {
    let whole = Zip::whole(CompressionMethod::Stored);
    // Bit 0 of the marks is encryption; method 12 is bzip2.
    Zip::of(&with_directory_field(whole.clone(), 8, &[1, 0]))
        .is_refused(&["\"A_TblCase.csv\" is encrypted", "without a password"]);
    Zip::of(&with_directory_field(whole, 10, &[12, 0]))
        .is_refused(&["\"A_TblCase.csv\" is compressed by", "read are Stored, Deflate and Deflate64"]);
}

#[test]
fn a_name_that_leads_out_of_the_folder() {
    let members = [("x/A_TblCase.csv", ROWS), ("Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
    let bytes = packed(CompressionMethod::Stored, &members);
    for name in ["/", "\\"] {
        // The name in the directory begins at 46.
        Zip::of(&with_directory_field(bytes.clone(), 46, name.as_bytes()))
            .is_refused(&["A_TblCase.csv\" leads out of the folder"]);
    }
    let members = [("xx/A_TblCase.csv", ROWS), ("Count.txt", COUNTS), ("manifest.toml", MANIFEST)];
    let bytes = with_directory_field(packed(CompressionMethod::Stored, &members), 46, b"..");
    Zip::of(&bytes).is_refused(&["\"../A_TblCase.csv\" leads out of the folder"]);
}

#[test]
fn nobody_is_named_or_linked_by_a_public_release() {
    let text = format!("{SOURCE}{CASES}").replace("[source]", "[source]\npublic_release = true");
    assert!(Contract::from_toml(&text, "court.toml").unwrap().is_public_release());
    for (from, to, says) in [
        ("key = \"IDNCASE\"", "key = \"IDNCASE\"\nidentity = true", "would link its rows to people"),
        ("address_city", "a_number", "column `ALIEN_CITY` names a person or another source's record"),
        ("address_city", "asserted_proceeding", "never joined to those of another source"),
    ] {
        let error = Contract::from_toml(&text.replace(from, to), "court.toml").unwrap_err();
        assert!(matches!(&error, ReadError::Refused(text) if text.contains(says)), "{error:?}");
    }
}
