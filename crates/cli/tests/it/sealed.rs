//! A sealed row leaves no trace: every output is the same with it and without it, and no byte of it stands in the store. Who
//! may read it gets it back.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use redress_sources::KeptFiles;
use redress_synth::{Plan, generate};

/// Sources of the population whose records meet those of the sealed row.
const SOURCES: [&str; 3] = ["benefits", "border", "status"];

/// Signs of a digest.
const DIGEST_SIGNS: usize = 64;

/// What a program printed.
fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every output of a population, by name: what importing, checking and reporting said, and the records that a recipient gets.
fn outputs(place: &Path, folder: &str) -> BTreeMap<String, String> {
    let population = place.join(folder);
    let store = population.join("store").display().to_string();
    let path = |below: PathBuf| population.join(below).display().to_string();
    let mut outputs = BTreeMap::new();
    for source in SOURCES {
        let contract = path(Path::new("contracts").join(format!("{source}.toml")));
        let extract = path(Path::new("extracts").join(source));
        let text = said(&["import", "--contract", &contract, "--store", &store, &extract]);
        outputs.insert(format!("import {source}"), text);
    }
    outputs.insert("check".to_owned(), said(&["check", "--store", &store]));
    for report in ["ledger", "departures"] {
        outputs.insert(report.to_owned(), said(&["report", report, "--store", &store]));
    }
    for source in SOURCES {
        let out = path(PathBuf::from(format!("{source}.ftm.csv")));
        let arguments = [
            "export",
            "--format",
            "ftm",
            "--source",
            source,
            "--recipient",
            "Court Records Office",
            "--store",
            &store,
        ];
        outputs.insert(format!("export {source}"), said(&[&arguments[..], &["--out", &out]].concat()));
        outputs.insert(format!("exported {source}"), fs::read_to_string(&out).unwrap());
    }
    outputs
}

/// A text without the folder of its run and without digests: another file has another one, which tells nothing of what is in it.
fn in_common(text: &str, folder: &str) -> String {
    let text = text.replace(&format!("/{folder}/"), "/population/");
    let words = text.split_inclusive(|sign: char| !sign.is_ascii_hexdigit());
    words.map(|word| if word.len() > DIGEST_SIGNS { "digest " } else { word }).collect()
}

/// The key and the family name of the sealed row.
const SECRETS: [&str; 2] = ["IOE0999999999", "Qorrenthal"];

/// Adds an application of a victim by a person of the population, as the last line, and answers its line.
fn seal_one(population: &Path) -> usize {
    let path = population.join("extracts/benefits/applications.csv");
    let text = fs::read_to_string(&path).unwrap();
    let row = text.lines().nth(1).unwrap();
    let [_key, number, passport, _form, filed_on, _family_name, rest @ ..] =
        &row.split(',').collect::<Vec<_>>()[..]
    else {
        panic!("{row}")
    };
    assert!(SECRETS.iter().all(|secret| !text.contains(secret)));
    let sealed = [&[SECRETS[0], number, passport, "i-918", filed_on, SECRETS[1]], rest].concat().join(",");
    fs::write(&path, format!("{text}{sealed}\n")).unwrap();
    text.lines().count() + 1
}

/// Every file below a folder with its bytes, those of kept files as they are unpacked.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let kept = KeptFiles::new(folder.join("snapshots"), [0; 32]);
    let (mut waiting, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(digest) = name.split('.').next().and_then(|digest| digest.parse().ok()) {
            let mut bytes = Vec::new();
            kept.open(digest).unwrap().read_to_end(&mut bytes).unwrap();
            files.push((path.clone(), bytes));
        }
        files.push((path.clone(), fs::read(&path).unwrap()));
    }
    files
}

/// Whether a file tells of the sealed row: its key or name, or that it was an application of a victim.
fn tells(bytes: &[u8]) -> bool {
    let has =
        |text: &str| bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()));
    SECRETS.into_iter().any(has)
}

/// What `redress sealed` says to an account of the office, and its exit code.
fn sealed(population: &Path, by: &str, more: &[&str]) -> (Option<i32>, String) {
    let office = population.join("office.toml");
    let text = "review_office = \"Appeals, 1 Example Square\"\n".to_owned()
        + &[("c-1", "confidentiality_officer"), ("r-1", "reviewer"), ("o-1", "oversight")]
            .map(|(code, role)| format!("[[staff]]\nuser_code = \"{code}\"\nname = \"N. {code}\"\noffice = \"Office\"\nrole = \"{role}\"\n"))
            .concat();
    fs::write(&office, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
    command.arg("sealed").arg("--store").arg(population.join("store")).arg("--office").arg(office);
    command.args(["--by", by, "--reason", "she asked for it in writing"]).args(more);
    if !more.contains(&"--erase") {
        command.args(["--purpose", "person-asks"]);
    }
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Nothing in the folder of the store has its values; in the kept file, every other line stands where it stood.
fn no_file_tells_of_it(population: &Path, line: usize) {
    let files = files(&population.join("store"));
    for (path, bytes) in &files {
        assert!(!tells(bytes), "{}", path.display());
    }
    let received = fs::read_to_string(population.join("extracts/benefits/applications.csv")).unwrap();
    assert!(tells(received.as_bytes()));
    let kept = |bytes: &[u8]| bytes.starts_with(received.lines().next().unwrap().as_bytes());
    let (_, kept) = files.iter().find(|(_, bytes)| kept(bytes)).unwrap();
    let kept = String::from_utf8(kept.clone()).unwrap();
    assert_eq!(kept.lines().count(), received.lines().count());
    for (number, (kept, received)) in (1..).zip(kept.lines().zip(received.lines())) {
        assert_eq!(kept == received, number != line, "line {number}: {kept}");
    }
}

fn only_who_may_read_it_learns_of_it(population: &Path, line: usize) {
    let row = ["--source", "benefits", "--key", SECRETS[0]];
    let (code, text) = sealed(population, "c-1", &row);
    assert_eq!(code, Some(0), "{text}");
    for says in [SECRETS[0], SECRETS[1], "form_type: i-918", &format!("line {line} of ")] {
        assert!(text.contains(says), "{says}: {text}");
    }
    // Who may not is told the same of a row that is there and of one that is not.
    for by in ["r-1", "o-1"] {
        let none = ["--source", "benefits", "--key", "IOE0111111111"];
        let (there, not_there) = (sealed(population, by, &row), sealed(population, by, &none));
        assert_eq!(there, not_there);
        assert!(there.0 == Some(6) && there.1.contains("ask a confidentiality officer"), "{}", there.1);
    }
    let (code, text) = sealed(population, "c-1", &["--reads"]);
    assert!(
        code == Some(0)
            && text.lines().count() == 1
            && text.contains("N. c-1 (c-1): benefits/IOE0999999999 read"),
        "{text}"
    );
    no_file_tells_of_it(population, line);
}

fn only_who_may_read_it_erases_it(population: &Path, line: usize) {
    let erase = ["--erase", "order", "--source", "benefits", "--key", SECRETS[0]];
    let (code, text) = sealed(population, "r-1", &erase);
    assert!(code == Some(6) && text.contains("ask a confidentiality officer"), "{text}");
    let (code, text) = sealed(population, "c-1", &erase);
    assert!(code == Some(0) && text.starts_with("1 row erased under the seal"), "{text}");
    let row = ["--source", "benefits", "--key", SECRETS[0]];
    for gone in [&erase[..], &row] {
        let (code, text) = sealed(population, "c-1", gone);
        assert!(
            code == Some(2) && text.contains("a sealed row of that name is not there"),
            "{code:?} {text}"
        );
    }
    let (_, text) = sealed(population, "c-1", &["--reads"]);
    let erased = "benefits/IOE0999999999 erased, a court or another authority ordered it";
    assert!(text.lines().count() == 4 && text.contains(erased), "{text}");
    no_file_tells_of_it(population, line);
}

#[test]
fn every_output_is_the_same_with_a_sealed_row_and_without_it() {
    let place = tempfile::tempdir().unwrap();
    for folder in ["without", "with", "open"] {
        generate(&Plan { people: 120, seed: 5, out: place.path().join(folder) }, &|_| {}).unwrap();
    }
    let line = seal_one(&place.path().join("with"));
    let (without, with) = (outputs(place.path(), "without"), outputs(place.path(), "with"));
    assert_eq!(without.keys().collect::<Vec<_>>(), with.keys().collect::<Vec<_>>());
    for (name, text) in &without {
        let (text, other) = (in_common(text, "without"), in_common(&with[name], "with"));
        let differing = text.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!(differing, None, "{name}");
        assert_eq!(text.lines().count(), other.lines().count(), "{name}");
        assert!(!text.is_empty() && !tells(other.as_bytes()), "{name}");
    }
    no_file_tells_of_it(&place.path().join("with"), line);
    only_who_may_read_it_learns_of_it(&place.path().join("with"), line);
    only_who_may_read_it_erases_it(&place.path().join("with"), line);
    // Where no rule seals it, the row is seen.
    seal_one(&place.path().join("open"));
    let contract = place.path().join("open/contracts/benefits.toml");
    let text = fs::read_to_string(&contract).unwrap();
    fs::write(&contract, text.replace("\"I-918\", ", "")).unwrap();
    assert_ne!(outputs(place.path(), "open")["import benefits"], with["import benefits"]);
}
