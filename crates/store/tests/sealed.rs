//! Sealed rows lie in a compartment of their own: whoever may read one gets it back, and nothing else of the store tells that
//! it is there.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::{fs, path::Path, sync::Arc};

use jiff::{ToSpan as _, civil::Date};
use redress_casefile::{Role, SealedAccess, SealedErasure, SealedPurpose, person::ErasureBasis};
use redress_ports::{Compartment as _, Page, Store as _};
use redress_statement::{Attribute, SourceId};
use redress_store::{SqlStore, backup_store, restore_store};
use redress_testkit::{CountingEntropy, RecordFile, SEEN_ON, new_reviewer, record};
use tempfile::TempDir;

/// What only the sealed row says.
const SECRETS: [&str; 4] = ["IOE7700000001", "Qorrenthal", "I-918", "1971-02-03"];

async fn open(dir: &Path) -> SqlStore {
    SqlStore::open(dir, Arc::new(CountingEntropy::default()), "redress.example/test").await.unwrap()
}

/// An extract with an open row, and with a sealed one of this family name.
async fn import(store: &SqlStore, version: u32, day: Date, sealed_name: &str) {
    let open = record("benefits", "applications", "IOE1").says(Attribute::FamilyName, "Okoro").build();
    let sealed = record("benefits", "applications", SECRETS[0])
        .says(Attribute::FamilyName, sealed_name)
        .says(Attribute::ApplicationForm, SECRETS[2])
        .says(Attribute::BirthDate, SECRETS[3])
        .seen(day, day)
        .build();
    let file =
        RecordFile::new("benefits", "applications", version, vec![open]).as_of(day).sealing(vec![sealed]);
    store.import(&mut { file }, 1, &|_| {}).await.unwrap();
}

fn access() -> SealedAccess {
    let officer = new_reviewer("c-1", "Mara Okonjo", Role::ConfidentialityOfficer);
    SealedAccess::try_new(officer, SealedPurpose::PersonAsks, "she asked for it in writing").unwrap()
}

/// The family name that a sealed row says.
async fn read(store: &SqlStore, key: &str) -> Option<String> {
    let source: SourceId = "benefits".parse().unwrap();
    let row = store.sealed_row(&access(), &source, key, 7).await.unwrap()?;
    row.open(&access()).value(Attribute::FamilyName).map(str::to_owned)
}

/// Fails the test where the bytes of a secret stand in any file below a folder.
fn tells_nothing(folder: &Path) {
    let mut waiting = vec![folder.to_owned()];
    let mut n_files = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        n_files += 1;
        let bytes = fs::read(&path).unwrap();
        for secret in SECRETS {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", path.display());
        }
    }
    assert!(n_files > 1, "{}", folder.display());
}

#[tokio::test]
async fn nothing_in_the_folder_tells_of_a_sealed_row() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    import(&store, 1, SEEN_ON, SECRETS[1]).await;
    import(&store, 2, SEEN_ON + 1.days(), SECRETS[1]).await;
    assert_eq!(read(&store, SECRETS[0]).await.as_deref(), Some(SECRETS[1]));
    // With the write-ahead log as it stands while the store is open, after it is emptied, and in a copy without free pages.
    tells_nothing(dir.path());
    let copy = TempDir::new().unwrap();
    backup_store(dir.path(), &copy.path().join("backup")).await.unwrap();
    tells_nothing(copy.path());
    // What was restored tells nothing either, and opens.
    let restored = copy.path().join("restored");
    restore_store(&copy.path().join("backup"), &restored).await.unwrap();
    let opened = open(&restored).await;
    assert_eq!(read(&opened, SECRETS[0]).await.as_deref(), Some(SECRETS[1]));
    opened.close().await;
    tells_nothing(copy.path());
    store.close().await;
    tells_nothing(dir.path());
    // What the reports, the records and the counts say is that of the open row.
    let store = open(dir.path()).await;
    assert_eq!(store.n_records_of(&"benefits".parse().unwrap()).await.unwrap(), 1);
    let reports = store.snapshots(Page { offset: 0, limit: 10 }).await.unwrap();
    assert!(reports.iter().all(|row| row.report.n_new + row.report.n_same == 1), "{reports:?}");
    assert!(store.record_by_key(&"benefits".parse().unwrap(), SECRETS[0]).await.unwrap().is_none());
}

#[tokio::test]
async fn the_row_of_the_newest_extract_is_given_back_and_every_read_is_accounted_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    for (version, days, name, newest) in
        [(1, 1, "Qorrenthal", "Qorrenthal"), (2, 2, "Okonkwo", "Okonkwo"), (3, 0, "Old", "Okonkwo")]
    {
        import(&store, version, SEEN_ON + days.days(), name).await;
        assert_eq!(read(&store, SECRETS[0]).await.as_deref(), Some(newest), "after extract {version}");
    }
    assert_eq!(read(&store, "IOE1").await, None, "an open row is none");
    let reads = store.sealed_reads(&access(), 100).await.unwrap();
    let told: Vec<(&str, bool, i64)> =
        reads.iter().map(|read| (&*read.key.key, read.was_there, read.at_us)).collect();
    let there = (SECRETS[0], true, 7);
    assert_eq!(told, [("IOE1", false, 7), there, there, there]);
    assert!(reads.iter().all(|read| read.officer.user_code == "c-1" && read.reason.text().is_some()));
    tells_nothing(dir.path());
}

#[tokio::test]
async fn a_store_with_another_key_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    import(&store, 1, SEEN_ON, SECRETS[1]).await;
    store.close().await;
    fs::write(dir.path().join("keys/compartment.key"), format!("{}\n", "5".repeat(64))).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(read(&store, SECRETS[0]).await, None, "its name is another");
}

fn by_order() -> SealedErasure {
    let officer = new_reviewer("c-1", "Mara Okonjo", Role::ConfidentialityOfficer);
    SealedErasure::try_new(officer, ErasureBasis::Order, "the court ordered it on Monday").unwrap()
}

#[tokio::test]
async fn a_row_is_erased_with_those_about_it_and_each_erasure_is_accounted_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    import(&store, 1, SEEN_ON, SECRETS[1]).await;
    let about = |lead: &str, key: &str| {
        record("benefits", "notices", key).about(lead).says(Attribute::FamilyName, "Okoro").build()
    };
    let attached = vec![about(SECRETS[0], "N1"), about("IOE1", "N2")];
    let mut file = RecordFile::new("benefits", "notices", 1, Vec::new()).sealing(attached);
    store.import(&mut file, 1, &|_| {}).await.unwrap();
    let source: SourceId = "benefits".parse().unwrap();
    // Once, and once more, when nothing is left.
    for n_rows in [2, 0] {
        assert_eq!(store.erase_sealed_rows(&by_order(), &source, SECRETS[0], 9).await.unwrap(), n_rows);
    }
    let reads = store.sealed_reads(&access(), 100).await.unwrap();
    let mut told: Vec<(&str, bool)> = reads.iter().map(|read| (&*read.key.key, read.was_there)).collect();
    told.sort_unstable();
    assert_eq!(told, [(SECRETS[0], false), (SECRETS[0], true), ("notices:N1", true)]);
    assert!(reads.iter().all(|read| read.purpose.is_none() && read.erased == Some(ErasureBasis::Order)));
    for (key, name) in [(SECRETS[0], None), ("notices:N1", None), ("notices:N2", Some("Okoro"))] {
        assert_eq!(read(&store, key).await.as_deref(), name, "{key}");
    }
    tells_nothing(dir.path());
    // The next extract that has it brings it again.
    import(&store, 2, SEEN_ON + 1.days(), SECRETS[1]).await;
    assert_eq!(read(&store, SECRETS[0]).await.as_deref(), Some(SECRETS[1]));
}
