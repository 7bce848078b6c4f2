//! Rows of a relation, as they lie in a folder once they were read from their database.

use std::fs;

use redress_ports::ReadError;
use redress_sources::{Contract, Manifest, open_source};

use crate::extract::kept;

const CONTRACT: &str = include_str!("../../../../contracts/registry.toml");

/// What an extract of the example's two relations says of the first one's columns, or why it is refused.
fn columns(manifest: &str) -> Result<Vec<(String, String)>, ReadError> {
    let contract = Contract::from_toml(CONTRACT, "registry.toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let person = "{\"id\":\"R-1\",\"surname\":\"Okoro\",\"given\":null,\"born\":\"1980-02-01 00:00:00\"}\n";
    fs::write(folder.path().join("people.jsonl"), person).unwrap();
    fs::write(folder.path().join("name_changes.jsonl"), "").unwrap();
    fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
    let mut readers = open_source(&contract, folder.path(), &kept(folder.path()))?;
    let mut records = Vec::new();
    readers[0].read(&mut records, 10)?;
    assert_eq!(records.len(), 1);
    let refused = &readers[0].report().refused;
    Ok(refused.iter().map(|column| (column.column.clone(), column.ground.clone())).collect())
}

#[test]
fn what_an_extract_was_made_without_is_reported_as_not_taken_in() {
    let manifest = "as_of = \"2026-10-31\"\n[left_out]\npeople = [\"eye_color\", \"clerk\"]\n";
    let expected =
        [("eye_color", "physical descriptor (charter 2)"), ("clerk", "no check, link or notice reads it")];
    assert_eq!(
        columns(manifest).unwrap(),
        expected.map(|(column, ground)| (column.to_owned(), ground.to_owned()))
    );
    let read = Manifest::from_toml(manifest, "manifest.toml").unwrap();
    assert_eq!(Manifest::from_toml(&read.to_toml().unwrap(), "manifest.toml").unwrap(), read);
    assert_eq!(columns("as_of = \"2026-10-31\"\n").unwrap(), []);
}

#[test]
fn a_table_that_a_manifest_alone_knows_is_refused() {
    let error = columns("as_of = \"2026-10-31\"\n[left_out]\nhouses = [\"clerk\"]\n").unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("manifest.toml: left_out names the table `houses`, which source `registry`"),
        "{said}"
    );
}
