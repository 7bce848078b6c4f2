//! The public log: sequenced entries are integrated into tiles, then published under a signed checkpoint.
//!
//! ```text
//! sequenced    a row of `log_entry`, in the transaction of its event
//! integrated   in the tiles and bundles under DIR/log/tile
//! published    under DIR/log/checkpoint, which is written last
//! ```
//!
//! What is published is told by the checkpoint alone. A failure before it leaves tiles that the next publication
//! writes again, byte for byte, because entries never change.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use redress_ports::{Entropy, LogState, PublishedEntry, StoreError};
use redress_statement::LogIndex;
use redress_tlog::{
    Bundle, Checkpoint, Note, SigningKey, TILE_WIDTH, Tile, TileReader, TiledTree, bundles_between,
    consistency_proof, encode_bundle, leaf_hash, root_of_leaves, tiles_between, tree_root,
    verify_consistency,
};
use tokio::sync::Mutex;

use crate::{
    cell::Cells,
    database::Database,
    event::backend,
    key_file,
    log_folder::{CHECKPOINT, LogFolder},
    session::{Session, is_refused_for_space},
    value::values,
};

/// Bundles that are read and written at a time.
const BUNDLES_AT_ONCE: usize = 64;

/// The most entries that one answer may have.
const ENTRIES_MAX: u32 = 10_000;

/// The public log of a store.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) folder: Arc<LogFolder>,
    keys: SigningKeys,
    publishing: Mutex<()>,
    /// Locked while a process publishes: of two on one store, the second waits.
    lock_file: PathBuf,
}

/// The keys of the log and of its local log witness.
pub(crate) struct SigningKeys {
    origin: String,
    log: SigningKey,
    witness: SigningKey,
}

impl std::fmt::Debug for SigningKeys {
    /// Names the keys; secrets are never shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKeys({}, {})", self.log.verifier(), self.witness.verifier())
    }
}

impl SigningKeys {
    /// The keys from their seeds. The witness runs beside the log and proves nothing to outsiders: its name says so.
    fn new(origin: &str, log: &[u8; 32], witness: &[u8; 32]) -> Self {
        let name = format!("{origin}/demo-witness");
        Self {
            origin: origin.to_owned(),
            log: SigningKey::for_log(origin, log),
            witness: SigningKey::for_witness(&name, witness),
        }
    }

    /// The keys in `dir`, made where they are not there.
    fn open(dir: &Path, entropy: &dyn Entropy, origin: &str) -> Result<Self, StoreError> {
        let keys = dir.join("keys");
        let log = key_file::seed(&keys.join("log.key"), entropy)?;
        let witness = key_file::seed(&keys.join("witness.key"), entropy)?;
        Ok(Self::new(origin, &log, &witness))
    }

    /// The keys in `dir`, none of which is made.
    pub(crate) fn read(dir: &Path, origin: &str) -> Result<Self, StoreError> {
        let keys = dir.join("keys");
        let log = key_file::read(&keys.join("log.key"))?;
        Ok(Self::new(origin, &log, &key_file::read(&keys.join("witness.key"))?))
    }

    /// Reads a checkpoint that these keys signed, with the time in seconds of the witness's cosignature.
    pub(crate) fn open_note(&self, note: &str) -> Result<(Checkpoint, Option<u64>), StoreError> {
        let wrong = |error| backend("reading the log's checkpoint", error);
        let checkpoint = Checkpoint::open(note, &self.log.verifier()).map_err(wrong)?;
        let cosigned = Note::parse(note).and_then(|note| note.verify_cosignature(&self.witness.verifier()));
        Ok((checkpoint, cosigned.ok().map(|cosignature| cosignature.time_seconds)))
    }
}

impl Log {
    pub(crate) fn open(dir: &Path, entropy: &dyn Entropy, origin: &str) -> Result<Self, StoreError> {
        let folder = Arc::new(LogFolder::new(dir.join("log")));
        let lock_file = dir.join("publishing.lock");
        let keys = SigningKeys::open(dir, entropy, origin)?;
        Ok(Self { folder, keys, publishing: Mutex::new(()), lock_file })
    }

    /// The log's name in its checkpoints.
    pub(crate) fn origin(&self) -> &str {
        &self.keys.origin
    }

    /// Integrates every sequenced entry, and publishes.
    pub(crate) async fn publish(&self, database: &Database, at_us: i64) -> Result<LogState, StoreError> {
        let _only_one = self.publishing.lock().await;
        let _of_all_processes = self.lock().await?;
        let old = self.published()?.map(|(checkpoint, ..)| checkpoint);
        let old_size = old.as_ref().map_or(0, |old| old.size);
        let size = n_entries(database).await?;
        if size < old_size {
            return Err(lost(size, old_size));
        }
        for bundles in bundles_between(old_size, size).chunks(BUNDLES_AT_ONCE) {
            let entries = entries_of(database, bundles).await?;
            let folder = Arc::clone(&self.folder);
            let written = tokio::task::spawn_blocking(move || write_bundles(&folder, &entries)).await;
            written.map_err(|error| backend("writing the log", error))??;
        }
        let folder = Arc::clone(&self.folder);
        let written = tokio::task::spawn_blocking(move || write_upper_tiles(&folder, old_size, size)).await;
        written.map_err(|error| backend("writing the log", error))??;
        let note = self.sign(old.as_ref(), size, at_us)?;
        self.folder.write(CHECKPOINT, note.as_bytes()).map_err(|error| io_failed(CHECKPOINT, error))?;
        self.state()?.ok_or_else(|| backend("reading the log's checkpoint", "it has just been written"))
    }

    /// Waits until no other process publishes. The lock ends with the file.
    async fn lock(&self) -> Result<File, StoreError> {
        let path = self.lock_file.clone();
        let locked = tokio::task::spawn_blocking(move || {
            let file = File::create(&path)?;
            file.lock()?;
            Ok::<_, std::io::Error>(file)
        });
        let locked = locked.await.map_err(|error| backend("waiting to publish", error))?;
        locked.map_err(|error| io_failed("publishing.lock", error))
    }

    /// The next checkpoint as a note: signed by the log, cosigned by its witness once the witness has seen that the
    /// new tree grew from the old one.
    fn sign(&self, old: Option<&Checkpoint>, size: u64, at_us: i64) -> Result<String, StoreError> {
        let tree = TiledTree { reader: &*self.folder, size };
        let failed = |error: String| backend("reading the log's tiles", error);
        let root = tree_root(&tree, size).map_err(failed)?;
        if let Some(old) = old {
            let proof = consistency_proof(&tree, old.size, size).map_err(failed)?;
            verify_consistency(old.size, old.root, size, root, &proof)
                .map_err(|error| backend("proving that the log only grew", error))?;
        }
        let text = Checkpoint { origin: self.keys.origin.clone(), size, root }.text();
        let seconds = u64::try_from(at_us / 1_000_000).unwrap_or(0);
        let lines = [self.keys.log.sign(&text), self.keys.witness.cosign(&text, seconds)];
        Ok(Note::assemble(&text, &lines))
    }

    /// The checkpoint, when it was cosigned in seconds since 1970 UTC, and the note as it is.
    pub(crate) fn published(&self) -> Result<Option<(Checkpoint, Option<u64>, String)>, StoreError> {
        let bytes = self.folder.read(CHECKPOINT).map_err(|error| io_failed(CHECKPOINT, error))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let note =
            String::from_utf8(bytes).map_err(|error| backend("reading the log's checkpoint", error))?;
        let (checkpoint, cosigned) = self.keys.open_note(&note)?;
        Ok(Some((checkpoint, cosigned, note)))
    }

    /// Where the log stands.
    pub(crate) fn state(&self) -> Result<Option<LogState>, StoreError> {
        let day = |seconds: u64| {
            let moment = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
            Some(jiff::tz::TimeZone::UTC.to_datetime(moment).date())
        };
        Ok(self.published()?.map(|(checkpoint, cosigned, note)| LogState {
            size: checkpoint.size,
            checkpoint: note,
            cosigned_on: cosigned.and_then(day),
        }))
    }

    /// A file of the log.
    pub(crate) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.folder.read(path).map_err(|error| io_failed(path, error))
    }

    /// Published entries from `from` on.
    pub(crate) async fn entries(
        &self,
        database: &Database,
        from: LogIndex,
        limit: u32,
    ) -> Result<Vec<PublishedEntry>, StoreError> {
        let size = self.published()?.map_or(0, |(checkpoint, ..)| checkpoint.size);
        let until = i64::try_from(size).unwrap_or(i64::MAX);
        let sql = "SELECT leaf_index, entry FROM log_entry WHERE leaf_index >= $1 AND leaf_index < $2 \
             ORDER BY leaf_index LIMIT $3";
        let mut read = database.read("reading entries of the log").await?;
        let values = values![from.0, until, i64::from(limit.min(ENTRIES_MAX))];
        let rows = read.session().rows(sql, values).await?;
        rows.iter()
            .map(|row| {
                let cells = Cells::new(row, "log_entry", &from);
                Ok(PublishedEntry { index: LogIndex(cells.get("leaf_index")?), json: cells.get("entry")? })
            })
            .collect()
    }

    /// The keys with which a reader verifies, the log's first.
    pub(crate) fn verifier_keys(&self) -> Vec<String> {
        vec![self.keys.log.verifier().to_string(), self.keys.witness.verifier().to_string()]
    }
}

fn lost(size: u64, published: u64) -> StoreError {
    let (row, what) = (size.to_string(), format!("{published} entries were published, {size} are here"));
    StoreError::Inconsistent { table: "log_entry", column: "leaf_index", row, what }
}

pub(crate) fn io_failed(path: &str, error: std::io::Error) -> StoreError {
    if is_refused_for_space(&error) {
        return StoreError::Full { path: path.to_owned() };
    }
    backend(format!("reading or writing {path} of the log"), error)
}

/// How many entries are sequenced.
pub(crate) async fn n_entries(database: &Database) -> Result<u64, StoreError> {
    let mut read = database.read("counting the log's entries").await?;
    let n = read.session().number("SELECT MAX(leaf_index) + 1 FROM log_entry", Vec::new()).await?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// The entries of some bundles.
pub(crate) async fn entries_of(
    database: &Database,
    bundles: &[Bundle],
) -> Result<Vec<(Bundle, Vec<String>)>, StoreError> {
    let mut read = database.read("reading entries of the log").await?;
    let mut session = read.session();
    let mut entries = Vec::with_capacity(bundles.len());
    for bundle in bundles {
        entries.push((*bundle, entries_of_bundle(&mut session, *bundle).await?));
    }
    Ok(entries)
}

async fn entries_of_bundle(session: &mut Session<'_>, bundle: Bundle) -> Result<Vec<String>, StoreError> {
    let first = i64::try_from(bundle.index * TILE_WIDTH).unwrap_or(i64::MAX);
    let sql = "SELECT leaf_index, entry FROM log_entry WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
    let rows = session.rows(sql, values![first, i64::from(bundle.width)]).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for (wanted, row) in (first..).zip(&rows) {
        let cells = Cells::new(row, "log_entry", &wanted);
        if cells.get::<i64>("leaf_index")? != wanted {
            return Err(cells.wrong("leaf_index", "this place in the log is empty"));
        }
        entries.push(cells.get("entry")?);
    }
    if entries.len() == usize::from(bundle.width) { Ok(entries) } else { Err(lost(0, bundle.width.into())) }
}

/// Writes bundles and the tiles of their leaves.
fn write_bundles(folder: &LogFolder, bundles: &[(Bundle, Vec<String>)]) -> Result<(), StoreError> {
    for (bundle, entries) in bundles {
        let bytes = encode_bundle(entries)
            .ok_or_else(|| backend("writing the log", "an entry is longer than 65,535 bytes"))?;
        let leaves: Vec<u8> = entries.iter().flat_map(|entry| leaf_hash(entry.as_bytes()).0).collect();
        let tile = Tile { level: 0, index: bundle.index, width: bundle.width };
        for (path, bytes) in [(bundle.path(), bytes), (tile.path(), leaves)] {
            folder.write(&path, &bytes).map_err(|error| io_failed(&path, error))?;
        }
    }
    Ok(())
}

/// Writes the tiles above the leaves, from the full tiles below each.
fn write_upper_tiles(folder: &LogFolder, old_size: u64, size: u64) -> Result<(), StoreError> {
    for tile in tiles_between(old_size, size).into_iter().filter(|tile| tile.level > 0) {
        let mut hashes = Vec::with_capacity(usize::from(tile.width) * 32);
        for place in 0..u64::from(tile.width) {
            let index = tile.index * TILE_WIDTH + place;
            let below = Tile { level: tile.level - 1, index, width: TILE_WIDTH as u16 };
            let bytes =
                folder.tile(below).map_err(|error| backend(format!("reading {}", below.path()), error))?;
            let row: Vec<_> = bytes
                .chunks_exact(32)
                .filter_map(|hash| hash.try_into().ok().map(redress_tlog::Hash))
                .collect();
            hashes.extend(root_of_leaves(&row).0);
        }
        folder.write(&tile.path(), &hashes).map_err(|error| io_failed(&tile.path(), error))?;
    }
    Ok(())
}
