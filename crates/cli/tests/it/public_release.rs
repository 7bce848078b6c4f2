//! `redress check --public`: the figures of an invented release, made to published shares, are the published ones; what was
//! planted is found; nothing but counts comes out; and what cannot be read is refused.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use redress_synth::{ReleasePlan, ReleaseSummary, generate_release};
use serde_json::Value;
use tempfile::TempDir;

/// How far a share may be from the published one, as a share of it, beside one row more or less.
const TOLERANCE: f64 = 0.01;

/// An invented release packed as the immigration courts pack theirs (see crates/sources/tests/extracts/zip.rs).
fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/tests/data/eoir_release.zip")
}

fn redress(arguments: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
    command.args(["check", "--public"]).args(arguments).output().unwrap()
}

/// A number under a million as the table writes it.
fn grouped(number: u64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// A release and what was found in it, by question.
struct Checked {
    place: TempDir,
    summary: ReleaseSummary,
    figures: BTreeMap<String, Value>,
}

impl Checked {
    fn new(cases: u64, faults: u64) -> Self {
        let place = tempfile::tempdir().unwrap();
        let release = place.path().join("release");
        let plan = ReleasePlan { cases, faults, seed: 7, is_next: false, out: release.clone() };
        let summary = generate_release(&plan, &|_| {}).unwrap();
        let output = redress(&[&release, Path::new("--json"), Path::new("--out"), &place.path().join("out")]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{error}");
        assert!(error.contains("rows of 11 tables"), "{error}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let n_rows: u64 = summary.rows.values().sum();
        assert_eq!(answer["rows"], n_rows);
        // Fewer than eleven rows of cases are ever set aside by the published rate; how few is not told.
        if faults == 1 && cases >= 1_000 {
            let about = format!("about {}", grouped(cases));
            assert_eq!(answer["cases_shown"], about);
            assert!(error.contains(&format!("{about} cases (")), "{error}");
        }
        let figures = answer["figures"].as_array().unwrap().iter();
        let figures = figures.map(|figure| (figure["question"].as_str().unwrap().to_owned(), figure.clone()));
        Self { place, summary, figures: figures.collect() }
    }

    /// What was planted, as the table shows it.
    fn planted(&self, what: &str) -> String {
        match self.summary.planted.get(what).copied().unwrap_or(0) {
            1..=10 => "1 to 10".to_owned(),
            number => grouped(number),
        }
    }

    #[track_caller]
    fn found(&self, question: &str, planted: &str) {
        assert_eq!(
            self.figures[question]["found"],
            self.planted(planted).as_str(),
            "{question}: {}",
            self.figures[question]
        );
    }
}

#[test]
fn the_shares_of_a_release_made_to_published_ones_are_the_published_ones() {
    let checked = Checked::new(6_000, 1);
    let mut n_compared = 0;
    for (question, figure) in &checked.figures {
        let (Some(share), Some(published)) = (figure["share"].as_f64(), figure["published_share"].as_f64())
        else {
            continue;
        };
        let one_row = 1.5 / figure["of"].as_f64().unwrap();
        let may_differ = published * TOLERANCE + one_row;
        assert!((share - published).abs() <= may_differ, "{question}: {share} found, {published} published");
        n_compared += 1;
    }
    assert!(n_compared >= 8, "{n_compared} shares were compared");
    assert_eq!(checked.figures["longest-gap"]["found"], "about 65,900");
    assert_eq!(checked.figures["permanent-residents"]["found"], "1 to 10");
    assert_eq!(checked.figures["permanent-residents"]["share"], Value::Null);
    for (question, planted) in [
        ("undone-orders-in-absence", "OR-01"),
        ("hearing-on-closed-day", "NT-08"),
        ("absent-in-custody", "NT-12"),
        ("moved-without-notice", "NT-14"),
        ("standing-still", "OR-10"),
        ("turned-days", "DP-07"),
    ] {
        checked.found(question, planted);
    }
}

#[test]
fn broken_rows_and_keys_are_counted_to_one() {
    let checked = Checked::new(6_000, 1_000);
    for (question, planted) in [
        ("shifted-cases", "shifted:A_TblCase"),
        ("shifted-proceedings", "shifted:B_TblProceeding"),
        ("shifted-applications", "shifted:tbl_Court_Appln"),
        ("shifted-bonds", "shifted:D_TblAssociatedBond"),
        ("proceedings-without-case", "orphans:B_TblProceeding"),
        ("charges-without-proceeding", "orphans:B_TblProceedCharges"),
        ("appearances-without-case", "orphans:tbl_RepsAssigned"),
        ("applications-without-case", "orphans:tbl_Court_Appln"),
        ("bonds-without-case", "orphans:D_TblAssociatedBond"),
    ] {
        checked.found(question, planted);
    }
    let shown = checked.figures["charges-without-proceeding"]["found"].as_str().unwrap();
    assert_eq!(shown, "5,811", "12,213 in 12,610,093, a thousand times, of 6,000");
}

#[test]
fn the_table_is_written_as_text_page_and_columns_and_names_no_case() {
    let checked = Checked::new(300, 1);
    let out = checked.place.path().join("out");
    let mut files: Vec<String> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort_unstable();
    assert_eq!(
        files,
        ["public_checks.html", "public_checks.parquet", "public_checks.txt"],
        "the sort left files"
    );
    let text = fs::read_to_string(out.join("public_checks.txt")).unwrap();
    let page = fs::read_to_string(out.join("public_checks.html")).unwrap();
    for written in [&text, &page] {
        for part in ["2026-10-31", "Eagly and Shafer", "tbl_schedule", "OR-01", "15.0 %"] {
            assert!(written.contains(part), "`{part}` is not in {written}");
        }
        // The keys of the cases, and those of rows about cases that are not there.
        assert!(!written.contains("1001") && !written.contains("90000000"), "a case is named");
    }
    let (_, batches) = redress_sources::tabular::read(&out.join("public_checks.parquet")).unwrap();
    assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), checked.figures.len());
}

/// What `check --public` writes of a release: text, page, the notes of the columns, and the form for programs.
fn answers(release: &Path) -> [String; 4] {
    let out = tempfile::tempdir().unwrap();
    let output = redress(&[release, Path::new("--json"), Path::new("--out"), out.path()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
    let (schema, _) = redress_sources::tabular::read(&out.path().join("public_checks.parquet")).unwrap();
    let columns = format!("{:?}", schema.metadata());
    let json = String::from_utf8(output.stdout).unwrap();
    [read("public_checks.txt"), read("public_checks.html"), columns, json]
}

#[test]
fn an_invented_release_says_so_under_any_name() {
    let place = tempfile::tempdir().unwrap();
    let release = place.path().join("EOIR Case Data");
    let plan = ReleasePlan { cases: 40, faults: 1, seed: 1, is_next: false, out: release.clone() };
    generate_release(&plan, &|_| {}).unwrap();
    let is_told = |answers: &[String; 4]| {
        let [written @ .., json] = answers;
        let is_told = written.each_ref().map(|text| text.contains("Made by redress synth: invented people."));
        assert_eq!(serde_json::from_str::<Value>(json).unwrap()["invented"], is_told[0]);
        assert_eq!(is_told, [is_told[0]; 3], "text, page and columns say the same");
        is_told[0]
    };
    assert!(is_told(&answers(&release)));
    // Without the member the line of the count file tells.
    fs::remove_file(release.join(redress_sources::INVENTED_FILE)).unwrap();
    assert!(is_told(&answers(&release)));
    let store = place.path().join("store");
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    let imported = Command::new(env!("CARGO_BIN_EXE_redress"))
        .arg("import")
        .args([Path::new("--contract"), &contract, Path::new("--store"), &store, &release])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&imported.stdout);
    assert!(told.contains("made by redress synth: invented people"), "{told}");
    // One that nobody invented has neither; the two are never held against each other.
    let other = place.path().join("other");
    generate_release(&ReleasePlan { is_next: true, out: other.clone(), ..plan }, &|_| {}).unwrap();
    fs::remove_file(other.join(redress_sources::INVENTED_FILE)).unwrap();
    let counts = fs::read_to_string(other.join("Count.txt")).unwrap();
    fs::write(other.join("Count.txt"), counts.split_once('\n').unwrap().1).unwrap();
    assert!(!is_told(&answers(&other)));
    refused(&other, &[Path::new("--before"), &release], 2, &["it was made by `redress synth`"]);
}

#[test]
fn files_of_a_release_that_no_table_reads_are_named() {
    let place = tempfile::tempdir().unwrap();
    let release = place.path().join("release");
    generate_release(
        &ReleasePlan { cases: 40, faults: 1, seed: 1, is_next: false, out: release.clone() },
        &|_| {},
    )
    .unwrap();
    fs::write(release.join("tblLookup.csv"), "x\n").unwrap();
    let counts = release.join("Count.txt");
    fs::write(&counts, fs::read_to_string(&counts).unwrap() + "tblLookup 1,204\n").unwrap();
    let told = "not read, as no table of the contract names them: tblLookup.csv (1204 rows)";
    let [text, page, ..] = answers(&release);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!([&text, &page].map(|written| written.matches(told).count()), [1; 2], "{text}");
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/eoir_release.toml");
    let imported = Command::new(env!("CARGO_BIN_EXE_redress"))
        .arg("import")
        .args([
            Path::new("--contract"),
            &contract,
            Path::new("--store"),
            &place.path().join("store"),
            &release,
        ])
        .output()
        .unwrap();
    let imported = String::from_utf8_lossy(&imported.stdout);
    assert!(imported.ends_with(&format!("{told}\n")), "{imported}");
}

#[test]
fn a_release_is_read_from_its_zip_and_the_text_is_the_answer() {
    let output = redress(&[&fixture()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for part in ["PUBLIC CHECKS", "eoir_release.zip, describing 2026-10-31", "sha256 ", "Not checked"] {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

#[test]
fn a_disk_that_fills_while_the_rows_are_sorted_is_told_and_nothing_is_left() {
    let place = tempfile::tempdir().unwrap();
    let (release, out) = (place.path().join("release"), place.path().join("out"));
    generate_release(
        &ReleasePlan { cases: 1_500, faults: 1, seed: 1, is_next: false, out: release.clone() },
        &|_| {},
    )
    .unwrap();
    let output = Command::new("sh")
        .args(["-c", "ulimit -f 4; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_redress"), "check", "--public"])
        .args([&release, Path::new("--out"), &out])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{error}");
    assert!(error.contains("cannot be written") && error.contains("--out"), "{error}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0, "something was left");
}

/// Writes a release of which `n` hearings of the last days are taken out, and answers how many rows it has left.
fn without_hearings(release: &Path, n: usize) -> usize {
    let path = release.join("tbl_schedule.csv");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    fs::write(&path, lines[..lines.len() - n].concat()).unwrap();
    lines.len() - 1 - n
}

#[test]
fn the_next_release_is_held_against_the_one_before() {
    let place = tempfile::tempdir().unwrap();
    let release = |name: &str, cases: u64, as_of: &str| {
        let out = place.path().join(name);
        generate_release(
            &ReleasePlan { cases, faults: 1, seed: 7, is_next: false, out: out.clone() },
            &|_| {},
        )
        .unwrap();
        fs::write(
            out.join("manifest.toml"),
            format!("as_of = \"{as_of}\"\nsections = [\"cases\", \"hearings\"]\n"),
        )
        .unwrap();
        out
    };
    let (older, newer) = (release("older", 800, "2026-09-30"), release("newer", 800, "2026-10-31"));
    let path = newer.join("tbl_schedule.csv");
    let changed = fs::read_to_string(&path).unwrap().replacen("\t05\t", "\t17\t", 40);
    fs::write(&path, changed).unwrap();
    let n_left = without_hearings(&newer, 13);
    let out = place.path().join("out");
    let before = Path::new("--before");
    let output = redress(&[&newer, before, &older, Path::new("--json"), Path::new("--out"), &out]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = answer["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 11);
    let mut n_withheld = 0;
    for change in changes {
        let told = ["check", "vanished", "first_seen", "changed"].map(|key| change[key].as_str().unwrap());
        let is_schedule = change["table"] == "tbl_schedule";
        // Where few rows were set aside, no sum tells how few.
        let n_new = if change["before"].is_null() || change["after"].is_null() { "withheld" } else { "0" };
        n_withheld += u64::from(n_new == "withheld");
        let expected = match change["table"].as_str().unwrap() {
            "tbl_schedule" => ["PR-01", "13", "0", "40"],
            "A_TblCase" => ["PR-01", "0", n_new, "0"],
            // The release does not say that it has all of them.
            _ => ["PR-03", "0", n_new, "0"],
        };
        assert_eq!(told, expected, "{change}");
        assert!(!is_schedule || change["after"] == n_left);
    }
    assert!(n_withheld >= 1, "a row of the cases is set aside: {changes:?}");
    let page = fs::read_to_string(out.join("public_checks.html")).unwrap();
    assert!(page.contains("What became of the rows of 2026-09-30?") && page.contains("896,906"), "{page}");
    assert!(out.join("public_changes.parquet").exists());
    // The other way round, and against itself.
    for (release, earlier) in [(&older, &newer), (&older, &older)] {
        refused(release, &[before, earlier], 2, &["describes 2026-", "name the older one with --before"]);
    }
    // One that names what there is not: a misspelt section would pass for a statement about rows.
    fs::write(newer.join("manifest.toml"), "as_of = \"2026-10-31\"\nsections = [\"hearing\"]\n").unwrap();
    refused(&newer, &[before, &older], 2, &["section `hearing`", "among `appeals`", "`hearings`"]);
    // One that does not say what it covers: nothing follows from what it does not have.
    fs::write(newer.join("manifest.toml"), "as_of = \"2026-10-31\"\n").unwrap();
    let output = redress(&[&newer, before, &older, Path::new("--json")]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["changes"].as_array().unwrap().iter().all(|change| change["check"] == "PR-03"));
}

#[test]
fn rows_that_were_kept_stand_for_the_release_that_they_are_of() {
    let place = tempfile::tempdir().unwrap();
    let release = |name: &str, is_next: bool| {
        let out = place.path().join(name);
        let plan = ReleasePlan { cases: 2_000, faults: 1, seed: 7, is_next, out: out.clone() };
        (out, generate_release(&plan, &|_| {}).unwrap())
    };
    let ((older, _), (newer, summary)) = (release("older", false), release("newer", true));
    let (rows, json) = (place.path().join("rows"), Path::new("--json"));
    let answer = |arguments: &[&Path]| -> Value {
        let output = redress(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(answer(&[&older, json, Path::new("--keep"), &rows])["changes"], Value::Null);
    let of_rows = answer(&[&newer, json, Path::new("--before"), &rows])["changes"].clone();
    assert_eq!(of_rows, answer(&[&newer, json, Path::new("--before"), &older])["changes"]);
    let mut n_exact = 0;
    for change in of_rows.as_array().unwrap() {
        for what in ["vanished", "first_seen", "changed"] {
            let planted = format!("{what}:{}", change["table"].as_str().unwrap());
            // Small numbers, and those that would give them away, are protected.
            let Ok(told) = change[what].as_str().unwrap().parse::<u64>() else { continue };
            assert_eq!(told, summary.planted.get(&planted).copied().unwrap_or(0), "{planted}");
            n_exact += u64::from(told > 0);
        }
    }
    assert!(n_exact >= 3, "{of_rows}");
    refused(&older, &[Path::new("--before"), &rows], 2, &["rows: describes 2026-10-31"]);
    // What is read is never written over, and nothing is read before that is said.
    let kept = fs::read(&rows).unwrap();
    for keep in [&rows, &newer.join("tbl_schedule.csv")] {
        refused(
            &newer,
            &[Path::new("--before"), &rows, Path::new("--keep"), keep],
            2,
            &["--keep would overwrite"],
        );
    }
    assert_eq!(fs::read(&rows).unwrap(), kept);
}

/// Runs the check over a changed release; it must be refused, with one error.
#[track_caller]
fn refused(release: &Path, more: &[&Path], code: i32, says: &[&str]) {
    let out = tempfile::tempdir().unwrap();
    let output = redress(&[&[release, Path::new("--out"), out.path()], more].concat());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{error}");
    for part in says {
        assert!(error.contains(part), "`{part}` is not said in {error}");
    }
    assert_eq!(error.matches("redress: ").count(), 1, "one error, once: {error}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "something was left");
}

#[test]
fn what_cannot_be_read_is_refused_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let release = |name: &str| {
        let out = place.path().join(name);
        generate_release(
            &ReleasePlan { cases: 20, faults: 1, seed: 1, is_next: false, out: out.clone() },
            &|_| {},
        )
        .unwrap();
        out
    };
    refused(&place.path().join("nowhere.zip"), &[], 2, &["nowhere.zip: there is no such folder or file"]);
    let missing = release("missing");
    fs::remove_file(missing.join("tbl_schedule.csv")).unwrap();
    refused(&missing, &[], 2, &["tbl_schedule.csv: there is no such file"]);
    let undated = release("undated");
    fs::remove_file(undated.join("manifest.toml")).unwrap();
    refused(&undated, &[], 2, &["undated", "--as-of"]);
    let changed = release("changed");
    let path = changed.join("tbl_schedule.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap().replacen("ADJ_DATE", "HEARD", 1)).unwrap();
    refused(&changed, &[], 3, &["tbl_schedule.csv, line 1: column \"ADJ_DATE\" is not there"]);
    let cut = place.path().join("cut.zip");
    let bytes = fs::read(fixture()).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    refused(&cut, &[], 3, &["cut.zip: is not a whole ZIP", "fetch it again"]);
    let court = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/court.toml");
    refused(&fixture(), &[Path::new("--contract"), &court], 2, &["is not of a public release"]);
    let agency = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/ice_release.toml");
    let asked_about = "ask about (A_TblCase, ";
    refused(&fixture(), &[Path::new("--contract"), &agency], 2, &["none of its tables", asked_about]);
}
