//! Bad and odd input of `redress link`: the exit code, the one error, and what the run says of what it left out.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::office::{Done, Office};

const CONFIG: &str = "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nborn = \"date_of_birth\"\n";

/// Links one file of text, and gives what the program did and `run.json`.
fn linked(config: &str, records: &str) -> (Done, serde_json::Value) {
    let office = Office::new();
    fs::write(office.path("link.toml"), config).unwrap();
    fs::write(office.path("people.csv"), records).unwrap();
    let [config, out, file] =
        ["link.toml", "out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let done = office.redress(&["link", "--config", &config, "--out", &out, &file]);
    let run = fs::read_to_string(office.path("out/run.json")).unwrap_or_else(|_| "null".to_owned());
    (done, serde_json::from_str(&run).unwrap())
}

#[track_caller]
fn check(config: &str, records: &str, code: i32, says: &[&str]) {
    linked(config, records).0.ended(code, says);
}

/// Rows of invented people, one of them broken.
fn with_broken_row() -> String {
    let right = (0..2_000).map(|at| format!("{at},Ana Person{at},1980-01-02\n"));
    format!("id,name,born\n{}7777,Bo Lane,1980-01-02,surplus,cells\n", right.collect::<String>())
}

#[test]
fn a_broken_row_is_told_and_counted() {
    let (done, run) = linked(CONFIG, &with_broken_row());
    done.ended(0, &["people.csv line 2002: set aside", "1 of 2001 rows set aside"]);
    assert_eq!((&run["records"], &run["rows_set_aside"]), (&2_000.into(), &1.into()));
    let stages: Vec<&String> = run["stages"].as_object().unwrap().keys().collect();
    let expected =
        ["block", "cluster", "code", "compare", "digest", "estimate", "read", "report", "weigh", "write"];
    assert_eq!(stages, expected);
}

#[test]
fn records_that_are_all_alike_are_told() {
    let alike: String = (0..100).map(|at| format!("{at},Ana Lane,1980-01-02\n")).collect();
    check(CONFIG, &format!("id,name,born\n{alike}"), 0, &["these data cannot tell one person from two"]);
}

#[test]
fn odd_and_wrong_files() {
    let nothing = "no two records were compared, so nothing was learned";
    let repeated = "id,name,born\n1,Ana,1980-01-02\n1,Bo,1981-01-02\n";
    for (records, code, says) in [
        ("id,name,born\n", 0, nothing),
        ("id,name,born\n1,Ana Lane,1980-01-02\n", 0, nothing),
        ("", 3, "people.csv"),
        ("id,name\n1,Ana\n", 3, "born"),
        (repeated, 3, "\"1\""),
        ("id,name,born\n,Ana,1980-01-02\n", 3, "id"),
        ("id,name,born\n1,,\n2,,\n3,,\n", 0, "3 records"),
    ] {
        check(CONFIG, records, code, &[says]);
    }
}

#[test]
fn configurations_that_contradict_themselves() {
    for (more, says) in [
        ("[[blocking]]\nkeys = [\"height\"]\n", "height"),
        ("[[comparison]]\ncolumn = \"name\"\nlevels = [\"else\", \"exact\"]\n", "else"),
        ("[output]\nmin_probability = 1.5\n", "1.5"),
        ("surname = \"shoe_size\"\n", "shoe_size"),
    ] {
        check(&format!("{CONFIG}{more}"), "id,name,born\n1,Ana,1980-01-02\n", 2, &[says]);
    }
}

#[test]
fn columns_that_hold_nothing_and_values_that_cannot_be_read_are_told() {
    let records = "id,name,born,town\n1,FNU LNU,soon,\n2,Bo Lane,1980-01-02,\n3,Chi Tran,1981-01-02,\n";
    let (done, run) = linked(&format!("{CONFIG}town = \"city\"\n"), records);
    done.ended(
        0,
        &[
            "column `town` is empty in every record",
            "column `name`: 1 of 3 names are placeholders, and are taken as not there",
            "column `born`: 1 of 3 values cannot be read as a date_of_birth, and are taken as not there",
        ],
    );
    assert_eq!(run["values_not_read"], serde_json::json!({ "born": 1, "name": 1 }));
    let records = "id,name,born\n1,Ana Lane,soon\n2,Bo Lane,later\n";
    check(CONFIG, records, 0, &["none of its 2 values can be read as a date_of_birth"]);
}

#[test]
fn columns_that_only_one_of_two_files_has_are_told() {
    let people: String =
        (0..40).map(|at| format!("{at},Ana,Lane{at},1980-01-{:02}\n", 1 + at % 28)).collect();
    let others: String =
        (0..40).map(|at| format!("b{at},Ana,Lane{at},1980-01-{:02},Lima\n", 1 + at % 28)).collect();
    for (header, code, says) in [
        (
            "id,given_name,surname,born,town",
            0,
            "column `town` is not read: a.csv does not have it, and a guess goes by the columns of the first file",
        ),
        ("id,given_name,last_name,born,town", 3, "b.csv has no column \"surname\", which "),
    ] {
        let office = Office::new();
        fs::write(office.path("a.csv"), format!("id,given_name,surname,born\n{people}")).unwrap();
        fs::write(office.path("b.csv"), format!("{header}\n{others}")).unwrap();
        let [out, a, b] =
            ["out", "a.csv", "b.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
        office.redress(&["link", "--out", &out, &a, &b]).ended(code, &[says]);
    }
}

#[test]
fn new_records_must_have_the_columns_of_the_run() {
    let office = prepared();
    fs::write(office.path("new.csv"), "id,name\n900,Ana Lane\n").unwrap();
    let [config, out, file, new, answer] = ["link.toml", "out", "people.csv", "new.csv", "answer"]
        .map(|name| office.path(name).to_str().unwrap().to_owned());
    office.redress(&["link", "--config", &config, "--out", &out, &file]).ended(0, &[]);
    let against = ["link", "--against", &out, "--out", &answer, &new];
    office.redress(&against).ended(3, &["new.csv: no column \"born\"", "the file has id, name"]);
    fs::write(office.path("new.csv"), "id,name,born\n900,Ana Lane,1980-01-02\n").unwrap();
    office.redress(&against).ended(0, &[]);
    let limited = [&against[..], &["--memory-max", "4K"]].concat();
    office.redress(&limited).ended(4, &["index.bin has", "--memory-max is 4K"]);
    office.redress(&["link", "--config", &config, "--out", &out, &file]).ended(0, &[]);
    assert!(
        !office.path("out/index.bin").exists(),
        "the index of an earlier run must not answer for this one"
    );
}

#[test]
fn an_evaluation_writes_what_it_found() {
    let office = prepared();
    let [config, out, file, truth, found, labels] =
        ["link.toml", "out", "people.csv", "truth.csv", "found", "labels.csv"]
            .map(|name| office.path(name).to_str().unwrap().to_owned());
    office.redress(&["link", "--config", &config, "--out", &out, &file]).ended(0, &[]);
    let pairs = format!("{out}/pairs.parquet");
    fs::write(&labels, "unique_id_l,unique_id_r,judgement\n1,2,different\n").unwrap();
    office.redress(&["evaluate", "--pairs", &pairs, "--labels", &labels, "--out", &found]).ended(0, &[]);
    let written = fs::read_to_string(office.path("found/evaluation.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["labels"]["n_pairs"], 1);
    let people: String =
        (0..120).map(|at| format!("{at},{at},{}\n", if at < 60 { "a" } else { "b" })).collect();
    fs::write(&truth, format!("unique_id,entity_id,part\n{people}")).unwrap();
    let group = ["--truth", &truth, "--records", &truth, "--group", "part"];
    office
        .redress(&[&["evaluate", "--pairs", &pairs][..], &group].concat())
        .ended(0, &["not estimable (n=0)"]);
}

#[test]
fn what_was_mended_is_told_and_counted() {
    let records = "id,name,born\n1,Ana L\0ane,1980-01-02\n2,Bo Lane\n3,Chi Tran,1981-01-02\n";
    let (done, run) = linked(CONFIG, records);
    done.ended(0, &["last cells were missing and padded in 1 row", "1 NUL byte taken out"]);
    assert_eq!((&run["rows_padded"], &run["nul_bytes"]), (&1.into(), &1.into()));
}

/// An office with a file of people and its configuration.
fn prepared() -> Office {
    let office = Office::new();
    fs::write(office.path("link.toml"), CONFIG).unwrap();
    let broken = "7777,Bo Lane,1980-01-02,surplus,cells\n";
    let rows: String =
        (0..120).map(|at| format!("{at},Ana{} Person{at},19{}-01-02\n", at % 7, 10 + at % 80)).collect();
    fs::write(office.path("people.csv"), format!("id,name,born\n{rows}{broken}")).unwrap();
    office
}

/// Names and bytes of the files of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn wrong_calls_are_refused_before_anything_is_read() {
    let office = prepared();
    let [out, taken, file] =
        ["out", "link.toml", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    for (arguments, says) in [
        (vec!["--threads", "100000", "--out", &out, &file], vec!["100000", "256"]),
        (vec!["--out", &out, &file, &file], vec!["people.csv is named twice"]),
        (vec!["--out", &taken, &file], vec!["link.toml", "--out"]),
        (vec!["--out", &out, "--config", "nowhere.toml", &file], vec!["nowhere.toml", "leave --config out"]),
    ] {
        let done = office.redress(&[&["link"], arguments.as_slice()].concat());
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.error);
        says.iter().for_each(|text| assert!(done.error.contains(text), "{text}: {}", done.error));
        assert!(!done.error.contains("set aside"), "the file was read: {}", done.error);
    }
}

#[test]
fn a_file_that_is_no_text() {
    let office = prepared();
    let [config, out, file, picture] = ["link.toml", "out", "people.csv", "picture.csv"]
        .map(|name| office.path(name).to_str().unwrap().to_owned());
    fs::write(&picture, b"\x89PNG\r\n\x1a\n").unwrap();
    let says = ["picture.csv, line 1", "store it as UTF-8"];
    office.redress(&["link", "--config", &config, "--out", &out, &picture]).ended(3, &says);
    office.redress(&["link", "--config", &config, "--out", &out, &file]).ended(0, &[]);
    let pairs = format!("{out}/pairs.parquet");
    let done = office.redress(&["evaluate", "--pairs", &pairs, "--truth", &picture]);
    done.ended(3, &says);
    assert!(!done.error.contains("contract"), "{}", done.error);
}

#[test]
fn columns_that_cannot_be_guessed_are_listed_with_the_kinds() {
    let office = Office::new();
    fs::write(office.path("odd.csv"), "id\n1\n2\n").unwrap();
    let [out, file] = ["out", "odd.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    office
        .redress(&["link", "--out", &out, &file])
        .ended(2, &["no column to compare", "`id`", "date_of_birth"]);
}

#[test]
fn a_run_on_a_disk_that_takes_no_more_leaves_the_earlier_run_whole() {
    let office = prepared();
    let [config, out, file] =
        ["link.toml", "out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let arguments = ["link", "--config", &config, "--out", &out, &file];
    office.redress(&arguments).ended(0, &[]);
    let before = files(Path::new(&out));
    office.redress_under("ulimit -f 8", &arguments).ended(4, &["cannot be written", "run again"]);
    assert!(files(Path::new(&out)) == before, "the earlier run is not as it was");
}

#[test]
fn a_reader_who_closes_the_standard_error_does_not_stop_the_work() {
    let office = prepared();
    let [config, out, file] =
        ["link.toml", "out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_redress"))
        .args(["link", "--config", &config, "--out", &out, &file])
        .stdout(Stdio::null())
        .stderr(writer)
        .status();
    assert_eq!(status.unwrap().code(), Some(0));
}

#[test]
fn columns_are_known_by_everyday_names_and_a_repeated_id_is_named() {
    let office = Office::new();
    let [out, file] = ["out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let link = |rows: &str| {
        fs::write(&file, format!("id,first,last,born\n{rows}")).unwrap();
        office.redress(&["link", "--out", &out, &file])
    };
    let people: String =
        (0..60).map(|at| format!("{at},Ana{at},Lane{at},1980-01-{:02}\n", at % 28 + 1)).collect();
    link(&people).ended(0, &["first", "given_name", "last", "family_name"]);
    link(&format!("{people}7,Bo,Okoro,1990-02-03\n")).ended(3, &["the id \"7\" occurs twice", "row 61"]);
}

#[test]
fn what_the_charter_refuses_is_not_compared() {
    let rows: String = (0..40).map(|at| format!("{at},Ana Lane{at},AB{at}C,19{}\n", 10 + at)).collect();
    let records = format!("id,name,license_plate,location\n{rows}");
    let office = Office::new();
    fs::write(office.path("people.csv"), &records).unwrap();
    let [out, file] = ["out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    office
        .redress(&["link", "--out", &out, &file])
        .ended(0, &["column `license_plate` is not read: refused: vehicle or plate (charter 1)"]);
    assert!(!fs::read_to_string(office.path("out/link.toml")).unwrap().contains("license_plate"));
    let columns = "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nlicense_plate = \"identifier\"\n";
    // A town of an address may be called a location.
    let with_town = format!("{columns}location = \"city\"\n");
    let (done, _) = linked(&with_town, &records);
    assert!(!done.error.contains("`location` is not read"), "{}", done.error);
    done.ended(0, &["column `license_plate` is not read"]);
    let blocked = format!("{columns}[[blocking]]\nkeys = [\"license_plate:first(2)\"]\n");
    check(&blocked, &records, 6, &["column `license_plate` is refused", "[[blocking]] needs it"]);
}

#[test]
fn what_is_not_read_is_named_and_the_page_names_its_run() {
    let rows: String = (0..60)
        .map(|at| format!("{at},Ana Lane{at},1980-01-{:02},,2999-13-45,of the office\n", at % 28 + 1))
        .collect();
    let records = format!("id,name,born,town,dob,remarks\n{rows}");
    let office = Office::new();
    fs::write(office.path("people.csv"), &records).unwrap();
    let [out, file] = ["out", "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let read_on = format!("read {out}/report.html; ");
    office.redress(&["link", "--out", &out, &file]).ended(
        0,
        &[
            "column `town` is not read: it is empty in every record",
            "column `dob` is not read: no kind could be guessed",
            "column `remarks` is not read: its name says that an office notes it",
            &read_on,
            "redress review sample --out",
        ],
    );
    let page = fs::read_to_string(office.path("out/report.html")).unwrap();
    let run = fs::read_to_string(office.path("out/run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_str(&run).unwrap();
    let digest = run["inputs"][0]["sha256"].as_str().unwrap();
    assert!(page.contains(digest) && page.contains(">people.csv<") && !page.contains(&file));
    let columns: Vec<&str> =
        run["columns_not_read"].as_array().unwrap().iter().filter_map(|c| c["column"].as_str()).collect();
    assert_eq!(columns, ["dob", "remarks", "town"]);
    assert_eq!((&run["inputs"][0]["rows"], &run["seed"]), (&60.into(), &1.into()));
    assert!(run["estimates"]["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()));
    let unread: String = (0..60).map(|at| format!("{at},Ana Lane{at},dawn,\n")).collect();
    let (done, run) = linked(CONFIG, &format!("id,name,born,town\n{unread}"));
    assert_eq!(run["columns_not_read"][0]["reason"], "none of its 60 values can be read as a date_of_birth");
    done.ended(
        0,
        &["column `town` is not read: it is empty in every record", "column `born`: none of its 60 values"],
    );
}

/// Rows of people with a given name of fifty, a family name of their own, and a birth date.
fn people_of_many_names() -> String {
    let letters =
        |at: usize| [at / 26, at % 26].map(|place| char::from(b'a' + place as u8)).iter().collect::<String>();
    let row = |at: usize| {
        let (given, family) = (letters(at % 50), letters(at));
        format!(
            "{at},Tor{given},Er{family}sson,19{:02}-01-{:02},Tor{given} Er{family}sson\n",
            40 + at % 50,
            at % 28 + 1
        )
    };
    (0..120).map(row).collect()
}

#[test]
fn what_a_guess_of_names_rests_on_is_told_and_lowers_the_trust() {
    let people = people_of_many_names();
    for (header, doubt) in [
        ("v1,v2,born,cluster", "`v1` and `v2` are taken for names by the values alone"),
        ("v1,last_name,born,cluster", "`v1` is compared as text and may be a name"),
        ("pt_first,pt_last,born,cluster", ""),
    ] {
        let (done, run) = linked("unique_id = \"id\"\n", &format!("id,{header}\n{people}"));
        let estimates = &run["estimates"];
        let is_reason = estimates["reasons"].as_array().unwrap().iter().any(|reason| reason == doubt);
        assert_eq!(is_reason, !doubt.is_empty(), "{header}: {estimates}");
        if is_reason {
            assert_ne!(estimates["grade"], "fair", "{header}");
            done.ended(0, &[&format!("TAKE CARE: {doubt}: if that is wrong")]);
        }
    }
}

#[test]
fn files_that_write_dates_in_two_orders_are_told() {
    let office = Office::new();
    let people = |of: fn(usize) -> String| (0..60).map(of).collect::<String>();
    let day_first = people(|at| format!("a{at},Ana Lane{at},{:02}/03/1980\n", at % 28 + 1));
    let month_first = people(|at| format!("b{at},Ana Lane{at},03/{:02}/1980\n", at % 28 + 1));
    for (file, rows) in [("a.csv", &day_first), ("b.csv", &month_first)] {
        fs::write(office.path(file), format!("id,name,born\n{rows}")).unwrap();
    }
    let [out, a, b] = ["out", "a.csv", "b.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let said = "`born` is written day first in a.csv and month first in b.csv";
    office.redress(&["link", "--out", &out, &a, &b]).ended(0, &[&format!("TAKE CARE: {said}")]);
    let run = fs::read_to_string(office.path("out/run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_str(&run).unwrap();
    let reasons = run["estimates"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason.as_str().unwrap().starts_with(said)), "{reasons:?}");
}

#[test]
fn a_full_name_beside_its_parts_is_said_to_add_nothing() {
    let columns =
        "given = \"given_name\"\nfamily = \"family_name\"\nborn = \"date_of_birth\"\nall = \"full_name\"\n";
    let records = format!("id,given,family,born,all\n{}", people_of_many_names());
    check(
        &format!("unique_id = \"id\"\n[columns]\n{columns}"),
        &records,
        0,
        &["column `all` adds nothing where"],
    );
}

#[test]
fn names_with_a_comma_are_two_columns_in_every_command() {
    let office = Office::new();
    let letters = |at: usize| {
        [at / 26 % 26, at % 26].map(|place| char::from(b'a' + place as u8)).iter().collect::<String>()
    };
    let row = |at: usize| {
        let person = at / 2;
        let (given, family) = (letters(person % 50), letters(person * 7));
        format!("p{at},\"ER{family}SSON, Tor{given}\",19{:02}-01-{:02}\n", 40 + person % 50, person % 28 + 1)
    };
    let people: String = (0..240).map(row).collect();
    fs::write(office.path("people.csv"), format!("id,name,born\n{people}")).unwrap();
    fs::write(office.path("new.csv"), "id,name,born\nn1,\"ERaaSSON, Toraa\",1940-01-01\n").unwrap();
    fs::write(office.path("link.toml"), CONFIG).unwrap();
    let [config, out, answer, file, new] = ["link.toml", "out", "answer", "people.csv", "new.csv"]
        .map(|name| office.path(name).to_str().unwrap().to_owned());
    let said = "`name` holds names written “SURNAME, Given”: it is read as two columns";
    office.redress(&["link", "--config", &config, "--out", &out, &file]).ended(0, &[said]);
    let written = fs::read_to_string(office.path("out/link.toml")).unwrap();
    assert!(
        written.contains("before_comma_of = \"name\"") && written.contains("after_comma_of = \"name\""),
        "{written}"
    );
    let explained = office.redress(&["explain", "--out", &out, "p0", "p1"]);
    explained.ended(0, &["“ERaaSSON”", "“Toraa”"]);
    office.redress(&["link", "--against", &out, "--out", &answer, &new]).ended(0, &[]);
    let batch = redress_sources::tabular::read(&office.path("answer/pairs.parquet")).unwrap().1;
    assert!(batch.iter().map(arrow_array::RecordBatch::num_rows).sum::<usize>() >= 2, "p0 and p1 are found");
}

#[test]
fn a_number_of_families_is_told_and_compared_as_what_they_share() {
    let given = ["Ada", "Boris", "Chinonso", "Hedwig", "Josefina", "Kwame"];
    let row = |at: usize| {
        let (name, year) = (given[at % given.len()], 1940 + at % 2 * 31 + at / 12);
        format!("{at},{name},Lane{},{year}-{:02}-{:02},F{}\n", at / 2, at % 12 + 1, at * 7 % 28 + 1, at / 2)
    };
    let rows: String = (0..120).map(row).collect();
    let columns =
        "given = \"given_name\"\nfamily = \"family_name\"\nborn = \"date_of_birth\"\nfile = \"identifier\"\n";
    let written = format!("unique_id = \"id\"\n[columns]\n{columns}");
    let kept = format!("{written}[[comparison]]\ncolumn = \"file\"\nlevels = [\"exact\", \"else\"]\n");
    let office = Office::new();
    fs::write(office.path("people.csv"), format!("id,given,family,born,file\n{rows}")).unwrap();
    fs::write(office.path("written.toml"), written).unwrap();
    fs::write(office.path("kept.toml"), kept).unwrap();
    let said = "of 60 values of `file` that several records bear,";
    let file = office.path("people.csv").to_str().unwrap().to_owned();
    for (config, out, made) in [
        ("written.toml", "first", "so it is taken for the number of a family or of a file"),
        ("first/link.toml", "again", "so it is taken for the number of a family or of a file"),
        ("kept.toml", "kept", "and the configuration keeps it as a person's own"),
    ] {
        let [config, out_path] = [config, out].map(|name| office.path(name).to_str().unwrap().to_owned());
        let done = office.redress(&["link", "--config", &config, "--out", &out_path, &file]);
        done.ended(0, &[said, made]);
        let run = fs::read_to_string(office.path(&format!("{out}/run.json"))).unwrap();
        let run: serde_json::Value = serde_json::from_str(&run).unwrap();
        let reasons = run["estimates"]["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|reason| reason.as_str().unwrap().starts_with(said)), "{reasons:?}");
        assert!(out != "kept" || run["estimates"]["grade"] == "unreliable", "{reasons:?}");
        assert_eq!(run["shared_numbers"][0]["n_shared"], 60, "{out}");
    }
    let bytes = |name: &str| fs::read(office.path(name)).unwrap();
    assert_eq!(bytes("first/pairs.parquet"), bytes("again/pairs.parquet"));
    assert!(String::from_utf8(bytes("again/link.toml")).unwrap().contains("given_as = \"identifier\""));
}

#[test]
fn a_refused_run_leaves_no_folder() {
    let office = Office::new();
    let people: String = (0..60).map(|at| format!("{at},Ana{at},1980-01-{:02}\n", at % 28 + 1)).collect();
    fs::write(office.path("people.csv"), format!("id,name,born\n{people}7,Bo,1981-01-02\n")).unwrap();
    fs::create_dir(office.path("mine")).unwrap();
    for (out, is_left) in [("a/b", false), ("a", false), ("mine", true)] {
        let [out_path, file] = [out, "people.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
        office.redress(&["link", "--out", &out_path, &file]).ended(3, &["occurs twice"]);
        assert_eq!(office.path(out).exists(), is_left, "{out}");
    }
    assert!(!office.path("a").exists());
}
