//! An invented office: a contract, an extract, a store, and the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use redress_ports::{Page, Store as _};
use redress_store::SqlStore;
use redress_testkit::{CountingEntropy, contract_text};
use tempfile::TempDir;

/// The tables of the office's source.
const TABLES: &str = r#"
[[table]]
name = "names"
sections = ["cases"]
file = "names.csv"
format = "delimited"
lead = true
key = "id"
identity = true

[table.columns]
name = { attribute = "family_name" }
born = { attribute = "birth_date", format = "%d/%m/%Y" }
"#;

/// A folder with a contract and a store in which three records lie.
pub(crate) struct Office {
    dir: TempDir,
}

/// What the program did.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Done {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
    }

    /// Fails the test unless the program ended so, and said these texts in one error.
    #[track_caller]
    pub(crate) fn ended(&self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.error);
        let all = format!("{}\n{}", self.out, self.error);
        for text in says {
            assert!(all.contains(text), "`{text}` is not said in:\n{all}");
        }
        let n_errors = self.error.matches("redress: ").count();
        assert_eq!(n_errors, usize::from(code != 0), "one error, once: {}", self.error);
    }
}

impl Office {
    /// An office whose first extract is imported.
    pub(crate) fn new() -> Self {
        let office = Self { dir: tempfile::tempdir().unwrap() };
        fs::write(office.path("court.toml"), contract_text("court", "Court", TABLES)).unwrap();
        let first =
            office.extract("first", b"id,name,born\n1,Okoro,01/02/1980\n2,Diaz,\n3,Tran,03/04/1990\n");
        office.import(&first).ended(0, &["3 new"]);
        office
    }

    /// A path in the office's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The folder of the store.
    pub(crate) fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// Writes an extract whose names are these bytes.
    pub(crate) fn extract(&self, name: &str, names: &[u8]) -> PathBuf {
        let folder = self.path(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("manifest.toml"), "as_of = \"2026-10-31\"\nsections = [\"cases\"]\n").unwrap();
        fs::write(folder.join("names.csv"), names).unwrap();
        folder
    }

    /// Runs the program.
    pub(crate) fn redress(&self, arguments: &[&str]) -> Done {
        let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(arguments).output().unwrap();
        Done::of(&output)
    }

    /// Runs the program under the limits of a shell, such as `ulimit -f 100`.
    pub(crate) fn redress_under(&self, limits: &str, arguments: &[&str]) -> Done {
        let script = format!("{limits}; exec \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_redress")])
            .args(arguments)
            .output()
            .unwrap();
        Done::of(&output)
    }

    /// `redress import` of an extract.
    pub(crate) fn import(&self, extract: &Path) -> Done {
        self.import_under("true", &self.path("court.toml"), extract)
    }

    /// `redress import` under limits and another contract.
    pub(crate) fn import_under(&self, limits: &str, contract: &Path, extract: &Path) -> Done {
        let store = self.store();
        let [contract, store, extract] =
            [contract, &store, extract].map(|path| path.to_str().unwrap().to_owned());
        self.redress_under(limits, &["import", "--contract", &contract, "--store", &store, &extract])
    }

    /// The names of the files whose bytes are kept, in order.
    pub(crate) fn kept_snapshots(&self) -> Vec<String> {
        let entries = fs::read_dir(self.store().join("snapshots")).unwrap().map(|entry| entry.unwrap());
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    /// Moves the last day of the stored agreement.
    pub(crate) fn agreement_ends(&self, day: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let entropy = Arc::new(CountingEntropy::default());
            let opened = SqlStore::open(&self.store(), entropy, "redress.example/log").await.unwrap();
            let mut agreement = opened.sources().await.unwrap().remove(0).agreement;
            agreement.expires = day.parse().unwrap();
            opened.put_agreement(&agreement).await.unwrap();
            opened.close().await;
        });
    }

    /// What the store holds: snapshots, records, and the state of its events. And it is sound.
    pub(crate) fn contents(&self) -> (usize, Vec<String>, String) {
        let store = self.store();
        self.redress(&["doctor", "--replay", "--store", store.to_str().unwrap()]).ended(0, &["sound"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let opened = SqlStore::open(&store, Arc::new(CountingEntropy::default()), "redress.example/log");
            let opened = opened.await.unwrap();
            let n_snapshots = opened.snapshots(Page { offset: 0, limit: 500 }).await.unwrap().len();
            let records = opened.identity_records(None, 10_000).await.unwrap();
            let keys = records.iter().map(|stored| stored.record.key.key.to_string()).collect();
            let state = opened.state_digest().await.unwrap().to_string();
            opened.close().await;
            (n_snapshots, keys, state)
        })
    }
}
