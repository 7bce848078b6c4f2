//! A sealed row leaves no trace: every output is the same with it and without it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

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

/// Adds an application of a victim by a person of the population, as the last line, and answers its key.
fn seal_one(population: &Path) -> String {
    let path = population.join("extracts/benefits/applications.csv");
    let text = fs::read_to_string(&path).unwrap();
    let row = text.lines().nth(1).unwrap();
    let [key, number, passport, _form, rest @ ..] = &row.split(',').collect::<Vec<_>>()[..] else {
        panic!("{row}")
    };
    let sealed = [&["IOE0999999999", number, passport, "i-918"], rest].concat().join(",");
    assert_ne!(*key, "IOE0999999999");
    fs::write(&path, format!("{text}{sealed}\n")).unwrap();
    "IOE0999999999".to_owned()
}

#[test]
fn every_output_is_the_same_with_a_sealed_row_and_without_it() {
    let place = tempfile::tempdir().unwrap();
    for folder in ["without", "with", "open"] {
        generate(&Plan { people: 120, seed: 5, out: place.path().join(folder) }, &|_| {}).unwrap();
    }
    let key = seal_one(&place.path().join("with"));
    let (without, with) = (outputs(place.path(), "without"), outputs(place.path(), "with"));
    assert_eq!(without.keys().collect::<Vec<_>>(), with.keys().collect::<Vec<_>>());
    for (name, text) in &without {
        let (text, other) = (in_common(text, "without"), in_common(&with[name], "with"));
        let differing = text.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!(differing, None, "{name}");
        assert_eq!(text.lines().count(), other.lines().count(), "{name}");
        assert!(!text.is_empty() && !other.contains(&key), "{name}");
    }
    // Where no rule seals it, the row is seen.
    seal_one(&place.path().join("open"));
    let contract = place.path().join("open/contracts/benefits.toml");
    let text = fs::read_to_string(&contract).unwrap();
    fs::write(&contract, text.replace("\"I-918\", ", "")).unwrap();
    assert_ne!(outputs(place.path(), "open")["import benefits"], with["import benefits"]);
}
