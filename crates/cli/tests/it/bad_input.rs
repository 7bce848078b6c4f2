//! Each kind of bad input: the exit code, the one error (what, where, the value, the limit, what to do), and a store that
//! is as it was before.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use crate::office::Office;

/// Bytes of the endless line.
const ENDLESS_BYTES: u64 = 2 << 30;

/// Runs an import that must be refused, and holds the store against what it was.
#[track_caller]
fn refused(office: &Office, extract: &Path, code: i32, says: &[&str]) {
    refused_under(office, "true", &office.path("court.toml"), extract, code, says);
}

#[track_caller]
fn refused_under(office: &Office, limits: &str, contract: &Path, extract: &Path, code: i32, says: &[&str]) {
    let (before, kept) = (office.contents(), office.kept_snapshots());
    office.import_under(limits, contract, extract).ended(code, says);
    assert_eq!(office.contents(), before, "the store is not as it was");
    assert_eq!(office.kept_snapshots(), kept, "bytes of a refused file stayed");
}

/// The header, rows that are right, and one more.
fn with_row(n_right: usize, row: &str) -> Vec<u8> {
    let right = (0..n_right).map(|at| format!("R{at},Okoro,01/02/1980\n"));
    format!("id,name,born\n{}{row}\n", right.collect::<String>()).into_bytes()
}

#[test]
fn a_missing_file() {
    let office = Office::new();
    let extract = office.extract("next", b"");
    fs::remove_file(extract.join("names.csv")).unwrap();
    refused(&office, &extract, 2, &["names.csv: there is no such file", "check the path"]);
    refused(&office, &office.path("nowhere"), 2, &["nowhere"]);
    let missing = office.path("other.toml");
    refused_under(&office, "true", &missing, &extract, 2, &["the contract", "other.toml", "cannot be read"]);
}

/// An invented release packed as the immigration courts pack theirs.
fn zipped_release() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/tests/data/eoir_release.zip")
}

#[test]
fn a_zip_that_is_cut_short_or_has_no_such_table() {
    let office = Office::new();
    let whole = zipped_release();
    refused(&office, &whole, 3, &["eoir_release.zip: the table names.csv is not there", "A_TblCase.csv, "]);
    let bytes = fs::read(&whole).unwrap();
    let cut = office.path("cut.zip");
    fs::write(&cut, &bytes[..bytes.len() - 100]).unwrap();
    refused(&office, &cut, 3, &["cut.zip: is not a whole ZIP", "fetch it again"]);
}

#[test]
fn a_release_of_which_the_last_table_is_damaged() {
    let office = Office::new();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    let mut bytes = fs::read(zipped_release()).unwrap();
    // In the packed bytes of the table; its entry in the directory stays as it is.
    let name = bytes.windows(20).position(|at| at == b"tbl_RepsAssigned.csv").unwrap();
    bytes[name + 400] ^= 0x55;
    let damaged = office.path("damaged.zip");
    fs::write(&damaged, bytes).unwrap();
    refused_under(
        &office,
        "true",
        &contract,
        &damaged,
        3,
        &["tbl_RepsAssigned.csv", "damaged", "fetch the file again"],
    );
}

#[test]
fn a_release_beside_which_another_must_never_lie() {
    let office = Office::new();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    let text = fs::read_to_string(office.path("court.toml")).unwrap();
    let text = text.replace("id = \"court\"", "id = \"ice_release\"");
    let other = office.path("ice.toml");
    let never = "[source]\nnever_joined_with = [\"eoir_release\", \"court\"]";
    fs::write(&other, text.replace("[source]", never)).unwrap();
    let extract = office.extract("next", &with_row(3, "1,Okoro,"));
    // The store holds the source that this contract names.
    refused_under(
        &office,
        "true",
        &other,
        &extract,
        6,
        &["`ice_release` forbids", "those of `court`", "a store of its own"],
    );
    // The store holds a source that the contract of the courts' release names.
    fs::write(&other, text).unwrap();
    office.import_under("true", &other, &extract).ended(0, &["4 new"]);
    refused_under(
        &office,
        "true",
        &contract,
        &zipped_release(),
        6,
        &["`eoir_release` forbids", "those of `ice_release`"],
    );
}

#[test]
fn two_public_releases_whose_contracts_name_each_other_nowhere() {
    let office = Office::new();
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let courts = fs::read_to_string(contracts.join("eoir_release.toml")).unwrap();
    let unnamed = |text: &str| -> String {
        text.lines()
            .filter(|line| !line.starts_with("never_joined_with"))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let first = office.path("first.toml");
    fs::write(&first, unnamed(&courts)).unwrap();
    office.import_under("true", &first, &zipped_release()).ended(0, &["new"]);
    let other = unnamed(&courts)
        .replace("id = \"eoir_release\"", "id = \"copied\"")
        .replace("Executive Office for Immigration Review, U.S. Department of Justice", "Another Office");
    let second = office.path("second.toml");
    fs::write(&second, other).unwrap();
    refused_under(
        &office,
        "true",
        &second,
        &zipped_release(),
        6,
        &["a public release of another owner, Another Office", "those of `eoir_release`"],
    );
}

#[test]
fn a_public_release_that_is_older_than_the_stored_one() {
    let office = Office::new();
    let text = fs::read_to_string(office.path("court.toml")).unwrap();
    let text = text
        .replace("[source]", "[source]\npublic_release = true")
        .replace("id = \"court\"", "id = \"release\"");
    let text = text
        .replace("identity = true\n", "")
        .replace("family_name", "order_code")
        .replace("birth_date", "order_on");
    let contract = office.path("release.toml");
    fs::write(&contract, text).unwrap();
    let release = |name: &str, as_of: &str| {
        let folder = office.extract(name, b"id,name,born\n1,X,01/02/1980\n");
        fs::write(folder.join("manifest.toml"), format!("as_of = \"{as_of}\"\nsections = [\"cases\"]\n"))
            .unwrap();
        folder
    };
    office.import_under("true", &contract, &release("november", "2026-10-30")).ended(0, &["1 new"]);
    let older = release("october", "2026-09-30");
    fs::write(older.join("names.csv"), b"id,name,born\n1,X,01/02/1980\n2,R,\n").unwrap();
    refused_under(
        &office,
        "true",
        &contract,
        &older,
        3,
        &["describes 2026-09-30", "one of 2026-10-30", "--before"],
    );
}

#[test]
fn a_contract_that_contradicts_itself_or_has_ended() {
    let office = Office::new();
    let extract = office.extract("next", &with_row(3, "1,Okoro,"));
    let text = fs::read_to_string(office.path("court.toml")).unwrap();
    for (from, to, code, says) in [
        ("attribute = \"birth_date\"", "attribute = \"shoe_size\"", 2, "shoe_size"),
        ("expires = \"2099-12-31\"", "expires = \"2020-12-31\"", 6, "2020-12-31"),
        ("expires = \"2099-12-31\"", "expires = \"2019-12-31\"", 6, "2019-12-31"),
        ("signed = \"2020-01-15\"", "signed = \"2098-01-15\"", 6, "2098-01-15"),
    ] {
        let contract = office.path("changed.toml");
        fs::write(&contract, text.replace(from, to)).unwrap();
        refused_under(&office, "true", &contract, &extract, code, &[says]);
    }
}

#[test]
fn a_wrong_header() {
    let office = Office::new();
    let extract = office.extract("next", b"id,nmae,born\n1,Okoro,01/02/1980\n");
    refused(&office, &extract, 3, &["names.csv, line 1", "\"name\"", "id, nmae, born", "Correct the file"]);
}

#[test]
fn a_broken_row_is_set_aside_and_too_many_are_refused() {
    let office = Office::new();
    let extract = office.extract("many", &with_row(150, "X1,Diaz,01/02/1980,more,more"));
    office.import(&extract).ended(0, &["150 new", "1 quarantined", "line 152"]);
    assert_eq!(office.contents().1.len(), 153);
    let broken = (0..20).map(|at| format!("X{at},Diaz,01/02/1980,more,more\n")).collect::<String>();
    let extract = office.extract("few", &with_row(500, broken.trim_end()));
    refused(&office, &extract, 3, &["names.csv", "1 %", "line 502"]);
}

#[test]
fn a_nul_byte_is_taken_out_and_told() {
    let office = Office::new();
    let extract = office.extract("next", &with_row(3, "X1,Di\0az,01/02/1980"));
    office.import(&extract).ended(0, &["4 new", "1 NUL byte was taken out"]);
}

#[test]
fn an_invalid_date_is_set_aside() {
    let office = Office::new();
    let extract = office.extract("next", &with_row(150, "X1,Diaz,31/02/1980"));
    office.import(&extract).ended(
        0,
        &[
            "1 quarantined",
            "line 152, column \"born\"",
            "day 31 does not exist in month 2",
            "correct the date",
        ],
    );
    assert!(!office.contents().1.contains(&"X1".to_owned()), "a date is never guessed");
}

#[test]
fn a_repeated_id() {
    let office = Office::new();
    let extract = office.extract("next", &with_row(30, "R7,Diaz,"));
    refused(&office, &extract, 3, &["names.csv, line 32", "\"R7\"", "line 9"]);
}

#[test]
fn a_line_of_two_gigabytes_is_refused_in_bounded_memory() {
    let office = Office::new();
    let extract = office.extract("next", b"id,name,born\n1,");
    let mut file = fs::OpenOptions::new().append(true).open(extract.join("names.csv")).unwrap();
    file.set_len(ENDLESS_BYTES).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"\n").unwrap();
    drop(file);
    // The address space of the program is less than the line.
    let limits = "ulimit -v 1500000";
    refused_under(&office, limits, &office.path("court.toml"), &extract, 3, &["names.csv, line 2", "16 MiB"]);
}

#[test]
fn a_disk_that_takes_no_more() {
    let office = Office::new();
    let name = "Okoro-Nwosu ".repeat(40);
    let rows = (0..3_000).map(|at| format!("R{at},{name},01/02/1980\n")).collect::<String>();
    let extract = office.extract("next", format!("id,name,born\n{rows}").as_bytes());
    // No file may grow over some hundred kilobytes: the write fails, as on a disk that is full.
    let limits = "ulimit -f 400";
    let says = [
        "no space is left for the store at",
        "nothing of this step was stored",
        "free space and run the same command again",
    ];
    refused_under(&office, limits, &office.path("court.toml"), &extract, 4, &says);
    office.import(&extract).ended(0, &["3000 new"]);
}

/// What refuses the call refuses it before a store is made, or takes away the one that was made for it.
#[test]
fn an_import_that_is_refused_makes_no_store() {
    let office = Office::new();
    let text = fs::read_to_string(office.path("court.toml")).unwrap();
    fs::write(office.path("ended.toml"), text.replace("2099-12-31", "2020-12-31")).unwrap();
    let extract = office.path("first");
    for (contract, extract, code) in [
        ("nowhere.toml", &extract, 2),
        ("ended.toml", &extract, 6),
        ("court.toml", &office.path("nowhere"), 2),
        ("court.toml", &office.extract("headless", b"id,nmae,born\n1,Okoro,01/02/1980\n"), 3),
    ] {
        let store = office.path("new");
        let [contract, store_text, extract] =
            [&office.path(contract), &store, extract].map(|path| path.to_str().unwrap().to_owned());
        office
            .redress(&["import", "--contract", &contract, "--store", &store_text, &extract])
            .ended(code, &[]);
        assert!(!store.exists(), "{contract}: a store was made");
    }
}

/// Rows that are taken in a second time, under another name, would be records of somebody else.
#[test]
fn the_same_file_is_not_taken_in_under_another_source() {
    let office = Office::new();
    let text = fs::read_to_string(office.path("court.toml")).unwrap();
    let other = office.path("other.toml");
    assert!(text.contains("id = \"court\""), "{text}");
    fs::write(&other, text.replace("id = \"court\"", "id = \"council\"")).unwrap();
    let [contract, store, extract] =
        [other, office.store(), office.path("first")].map(|path| path.to_str().unwrap().to_owned());
    let import = ["import", "--contract", &contract, "--store", &store, &extract];
    let kept = office.kept_snapshots();
    office.redress(&import).ended(
        6,
        &[
            "the very same file (sha256 ",
            "is stored already, from source `court`: taken in as `council` too",
            "add --same-file",
        ],
    );
    assert_eq!(office.kept_snapshots(), kept);
    // Under its own source it is known, and under both where the call says so; from then on it is known under either.
    office.import(Path::new(&extract)).ended(0, &["stored before; nothing new"]);
    office.redress(&[&import[..], &["--same-file"]].concat()).ended(0, &[" new, 0 changed"]);
    office.redress(&[&import[..], &["--same-file"]].concat()).ended(0, &["stored before; nothing new"]);
}

#[test]
fn a_stored_agreement_that_has_ended_refuses_the_checks() {
    let office = Office::new();
    office.agreement_ends("2020-12-31");
    let store = office.store();
    office.redress(&["check", "--store", store.to_str().unwrap()]).ended(6, &["2020-12-31", "renew it"]);
}

/// Commands that read a store do not make one where there is none.
#[test]
fn a_store_that_is_not_there() {
    let office = Office::new();
    let nowhere: PathBuf = office.path("nowhere");
    let store = nowhere.to_str().unwrap();
    let backup = office.path("backup");
    let backup = backup.to_str().unwrap();
    for arguments in [
        vec!["check", "--store", store],
        vec!["report", "--store", store],
        vec!["serve", "--store", store, "--port", "0"],
        vec!["doctor", "--store", store],
        vec!["migrate", "--store", store],
        vec!["backup", "--store", store, backup],
    ] {
        office.redress(&arguments).ended(2, &["there is no store in", store]);
        assert!(!nowhere.exists(), "{arguments:?} made one");
    }
}

#[test]
fn checks_of_an_empty_store_say_that_nothing_is_stored() {
    let office = Office::new();
    let extract = office.extract("without_rows", b"id,name,born\n");
    let empty = office.path("empty");
    let [contract, store, extract] =
        [&office.path("court.toml"), &empty, &extract].map(|path| path.to_str().unwrap().to_owned());
    office.redress(&["import", "--contract", &contract, "--store", &store, &extract]).ended(0, &["0 rows"]);
    office
        .redress(&["check", "--store", &store])
        .ended(2, &["no record of a person is stored", "import an extract"]);
    // A release to the public is no empty store, and nobody is in it.
    let courts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    let [courts, release] = [&courts, &zipped_release()].map(|path| path.to_str().unwrap().to_owned());
    office.redress(&["import", "--contract", &courts, "--store", &store, &release]).ended(0, &["new"]);
    office
        .redress(&["check", "--store", &store])
        .ended(2, &["releases to the public (eoir_release)", "`redress check --public RELEASE`"]);
}
