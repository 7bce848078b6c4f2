//! Where a store of one backend lives.

use std::sync::Arc;

use redress_ports::Store;
use redress_store::{SqlStore, verify_store};
use redress_testkit::CountingEntropy;
use tempfile::TempDir;

/// The log's name.
pub(crate) const ORIGIN: &str = "redress.example/test";

/// A place for one store, which is opened, closed and opened again.
pub(crate) trait Place {
    /// A store of this backend.
    type Store: Store + 'static;

    /// Opens the store; makes it the first time.
    async fn open(&self) -> Arc<Self::Store>;
    /// Closes it.
    async fn close(&self, store: Arc<Self::Store>);
    /// All that is wrong in it, by its own search. It is closed.
    async fn problems(&self) -> Vec<String>;
}

/// The embedded database, in a folder of its own.
pub(crate) struct Embedded {
    dir: TempDir,
}

impl Embedded {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }
}

impl Place for Embedded {
    type Store = SqlStore;

    async fn open(&self) -> Arc<SqlStore> {
        let entropy = Arc::new(CountingEntropy::default());
        Arc::new(SqlStore::open(self.dir.path(), entropy, ORIGIN).await.unwrap())
    }

    async fn close(&self, store: Arc<SqlStore>) {
        store.close().await;
    }

    async fn problems(&self) -> Vec<String> {
        let problems = verify_store(self.dir.path()).await.unwrap();
        problems.iter().map(ToString::to_string).collect()
    }
}

/// Closes the store and opens it again.
pub(crate) async fn reopened<P: Place>(place: &P, store: Arc<P::Store>) -> Arc<P::Store> {
    place.close(store).await;
    place.open().await
}
