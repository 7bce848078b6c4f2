//! `backup`, `restore`, `migrate` and `doctor`.

use std::fs;

use crate::office::Office;

#[test]
fn a_store_comes_back_from_its_backup_as_it_was() {
    let office = Office::new();
    let before = office.contents();
    let (store, backup) = (office.store(), office.path("backup"));
    let (store_text, backup_text) = (store.to_str().unwrap(), backup.to_str().unwrap());
    office.redress(&["backup", "--store", store_text, backup_text]).ended(0, &["backed up", &before.2]);
    office.redress(&["backup", "--store", store_text, backup_text]).ended(2, &["is not empty"]);
    office.redress(&["restore", "--store", store_text, backup_text]).ended(2, &["is not empty"]);

    fs::rename(&store, office.path("lost")).unwrap();
    office.redress(&["restore", "--store", store_text, backup_text]).ended(0, &["restored", &before.2]);
    assert_eq!(office.contents(), before);
    // It goes on: the extract that it knows is passed over.
    office.import(&office.path("first")).ended(0, &["stored before; nothing new"]);
    assert_eq!(office.contents(), before);
}

#[test]
fn a_backup_that_is_damaged_or_not_there_is_refused() {
    let office = Office::new();
    let (store, backup) = (office.store(), office.path("backup"));
    let backup_text = backup.to_str().unwrap();
    let new = office.path("new");
    let new_text = new.to_str().unwrap();
    office.redress(&["restore", "--store", new_text, backup_text]).ended(2, &["no finished backup"]);
    office.redress(&["backup", "--store", store.to_str().unwrap(), backup_text]).ended(0, &[]);
    let mut bytes = fs::read(backup.join("redress.db")).unwrap();
    bytes[5_000] ^= 1;
    fs::write(backup.join("redress.db"), bytes).unwrap();
    office
        .redress(&["restore", "--store", new_text, backup_text])
        .ended(5, &["damaged", "redress.db", "use another backup"]);
    assert!(!new.exists());
}

#[test]
fn a_store_of_this_version_needs_no_migration() {
    let office = Office::new();
    let before = office.contents();
    let store = office.store();
    office.redress(&["migrate", "--store", store.to_str().unwrap()]).ended(0, &["nothing to do"]);
    assert_eq!(office.contents(), before);
}

#[test]
fn the_doctor_finds_damage() {
    let office = Office::new();
    let store = office.store();
    let store_text = store.to_str().unwrap();
    office.redress(&["doctor", "--store", store_text]).ended(0, &["sound"]);
    let database = store.join("redress.db");
    let whole = fs::read(&database).unwrap();
    // A file that is no database, and one of which a page is overwritten.
    let mut overwritten = whole.clone();
    overwritten[8_192..12_288].fill(0xa5);
    for bytes in [b"not a database, whatever its name says ".repeat(200), overwritten] {
        fs::write(&database, bytes).unwrap();
        office
            .redress(&["doctor", "--store", store_text])
            .ended(5, &["database", "restore it from a backup"]);
    }
    fs::write(&database, whole).unwrap();
    office.redress(&["doctor", "--store", store_text]).ended(0, &["sound"]);
}

#[test]
fn a_log_keeps_the_name_that_it_was_given() {
    let office = Office::new();
    let [contract, first, store] = [office.path("court.toml"), office.path("first"), office.path("named")]
        .map(|path| path.to_str().unwrap().to_owned());
    let import = |words: &[&str]| {
        office.redress(
            &[&["import", "--contract", &contract, "--store", &store][..], words, &[&first]].concat(),
        )
    };
    import(&["--log-origin", "two words"]).ended(2, &["1 to 200 letters", "records.example.org/log"]);
    import(&["--log-origin", "records.example.org/log"]).ended(0, &["3 new"]);
    import(&[]).ended(0, &["stored before"]);
    import(&["--log-origin", "other.example.org/log"])
        .ended(2, &["is named records.example.org/log", "a log keeps its name"]);
    office.redress(&["doctor", "--store", &store]).ended(0, &["sound"]);
}

#[test]
fn the_ledger_and_the_departures_are_reported_as_text_json_and_columns() {
    let office = Office::new();
    let store = office.store();
    let report = |more: &[&str]| {
        let mut arguments = vec!["report", "--store", store.to_str().unwrap()];
        arguments.extend(more);
        office.redress(&arguments)
    };
    report(&["ledger"])
        .ended(0, &["           0  journeys to a check-in avoided", "Came to nothing", "Method"]);
    let ledger = report(&["ledger", "--json"]);
    let ledger: serde_json::Value = serde_json::from_str(&ledger.out).unwrap();
    assert_eq!(ledger["closings_undone"], 0);
    let out = office.path("table");
    report(&["departures", "--out", out.to_str().unwrap()])
        .ended(0, &["no record states a departure", "Method"]);
    let table = fs::read_to_string(out.join("departures.json")).unwrap();
    let table: serde_json::Value = serde_json::from_str(&table).unwrap();
    assert_eq!(table["periods"].as_array().map(Vec::len), Some(0));
    assert!(out.join("departures.txt").exists() && out.join("departures.parquet").exists());
    report(&["ledger", "--out", out.to_str().unwrap()]).ended(2, &["--out is for departures"]);
    report(&["journeys"]).ended(2, &["no run has left a report `journeys`", "made on the spot"]);
}
