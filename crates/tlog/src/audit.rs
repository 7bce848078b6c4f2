//! Checks a whole log and names the first thing in it that was tampered with.

use crate::{
    Checkpoint, CheckpointError, Hash, ProofError, TILE_WIDTH, Tile, TileReader, TiledTree, VerifierKey,
    consistency_proof, leaf_hash, node_hash, tiles_between, tree_root, verify_consistency,
};

/// What was tampered with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// An entry does not fit its leaf.
    #[error("leaf {index}: the entry hashes to {found}, {tile} holds {wanted}")]
    Leaf {
        /// Its place.
        index: u64,
        /// The hash of the entry.
        found: Hash,
        /// The hash in the tile.
        wanted: Hash,
        /// The tile's path.
        tile: String,
    },
    /// A node does not fit the tile below it.
    #[error("{tile}, hash {at}: it is {found}, the tile below it gives {wanted}")]
    Node {
        /// The tile's path.
        tile: String,
        /// The place in the tile, from 0.
        at: u16,
        /// The hash in the tile.
        found: Hash,
        /// The hash that the tile below gives.
        wanted: Hash,
    },
    /// A file is missing or cut.
    #[error("{path} is missing or cut: {why}")]
    File {
        /// Its path.
        path: String,
        /// What the reader said.
        why: String,
    },
    /// The number of entries is not that of the checkpoint.
    #[error("the log holds {found} entries, its checkpoint says {wanted}")]
    Size {
        /// Entries found.
        found: u64,
        /// Entries under the checkpoint.
        wanted: u64,
    },
    /// All tiles fit each other, but not the checkpoint: the log was rewritten as a whole.
    #[error(
        "the tiles lead to root {found}, the signed checkpoint of {size} entries says {wanted}: the log was rewritten"
    )]
    Root {
        /// Entries.
        size: u64,
        /// The root of the tiles.
        found: Hash,
        /// The root of the checkpoint.
        wanted: Hash,
    },
    /// The checkpoint cannot be trusted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// One tree did not grow from the other.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// Reads one tile whole.
fn hashes<R: TileReader<Error = String>>(reader: &R, tile: Tile) -> Result<Vec<Hash>, Tampering> {
    let file = |why| Tampering::File { path: tile.path(), why };
    let bytes = reader.tile(tile).map_err(file)?;
    if bytes.len() != usize::from(tile.width) * 32 {
        return Err(file(format!("{} bytes, {} are needed", bytes.len(), usize::from(tile.width) * 32)));
    }
    Ok(bytes.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok().map(Hash)).collect())
}

/// Checks every entry against its leaf, every tile against the tile below it, and the root against the
/// checkpoint.
///
/// # Errors
/// The first [`Tampering`], entries before tiles, lower tiles before higher.
pub fn check_log<R, E>(reader: &R, checkpoint: &Checkpoint, entries: E) -> Result<(), Tampering>
where
    R: TileReader<Error = String>,
    E: IntoIterator,
    E::Item: AsRef<[u8]>,
{
    let tiles = tiles_between(0, checkpoint.size);
    let mut entries = entries.into_iter();
    let mut n_entries = 0;
    for tile in tiles.iter().filter(|tile| tile.level == 0) {
        for (wanted, entry) in
            hashes(reader, *tile)?.into_iter().zip(entries.by_ref().take(tile.width.into()))
        {
            let found = leaf_hash(entry.as_ref());
            if found != wanted {
                return Err(Tampering::Leaf { index: n_entries, found, wanted, tile: tile.path() });
            }
            n_entries += 1;
        }
    }
    n_entries += entries.count() as u64;
    if n_entries != checkpoint.size {
        return Err(Tampering::Size { found: n_entries, wanted: checkpoint.size });
    }
    for tile in tiles.iter().filter(|tile| tile.level > 0) {
        check_tile(reader, checkpoint.size, *tile)?;
    }
    let by_path = Labelled(reader);
    let tree = TiledTree { reader: &by_path, size: checkpoint.size };
    let found = tree_root(&tree, checkpoint.size)?;
    if found == checkpoint.root {
        return Ok(());
    }
    Err(Tampering::Root { size: checkpoint.size, found, wanted: checkpoint.root })
}

/// Checks each hash of a tile against the full tile below it.
fn check_tile<R: TileReader<Error = String>>(reader: &R, size: u64, tile: Tile) -> Result<(), Tampering> {
    for (at, found) in (0_u16..).zip(hashes(reader, tile)?) {
        let index = tile.index * TILE_WIDTH + u64::from(at);
        debug_assert!((index + 1) << (8 * u32::from(tile.level)) <= size);
        let below = Tile { level: tile.level - 1, index, width: TILE_WIDTH as u16 };
        let mut row = hashes(reader, below)?;
        while row.len() > 1 {
            row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        }
        if let Some(wanted) = row.first().copied().filter(|wanted| *wanted != found) {
            return Err(Tampering::Node { tile: tile.path(), at, found, wanted });
        }
    }
    Ok(())
}

/// A reader whose failures name the file.
struct Labelled<'a, R>(&'a R);

impl<R: TileReader<Error = String>> TileReader for &Labelled<'_, R> {
    type Error = Tampering;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Tampering> {
        self.0.tile(tile).map_err(|why| Tampering::File { path: tile.path(), why })
    }
}

/// Checks that the log under the newer checkpoint grew from that under the older, with the newer log's tiles.
///
/// # Errors
/// [`Tampering`] naming what does not hold.
pub fn check_growth<R: TileReader<Error = String>>(
    reader: &R,
    older: &str,
    newer: &str,
    key: &VerifierKey,
) -> Result<(Checkpoint, Checkpoint), Tampering> {
    let (older, newer) = (Checkpoint::open(older, key)?, Checkpoint::open(newer, key)?);
    let by_path = Labelled(reader);
    let tree = TiledTree { reader: &by_path, size: newer.size };
    let proof = consistency_proof(&tree, older.size, newer.size)?;
    verify_consistency(older.size, older.root, newer.size, newer.root, &proof)?;
    Ok((older, newer))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Note, SigningKey, root_of_leaves};

    #[derive(Clone, Default)]
    struct Log {
        entries: Vec<Vec<u8>>,
        tiles: BTreeMap<String, Vec<u8>>,
    }

    impl TileReader for Log {
        type Error = String;

        fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
            self.tiles.get(&tile.path()).cloned().ok_or_else(|| "not there".to_owned())
        }
    }

    fn log(n: u64) -> (Log, Checkpoint) {
        let entries: Vec<Vec<u8>> = (0..n).map(|at| at.to_be_bytes().to_vec()).collect();
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let mut tiles = BTreeMap::new();
        for tile in tiles_between(0, n) {
            let step = 1_usize << (8 * u32::from(tile.level));
            let first = tile.index as usize * 256;
            let hashes = (first..first + usize::from(tile.width))
                .flat_map(|at| root_of_leaves(&leaves[at * step..(at + 1) * step]).0);
            tiles.insert(tile.path(), hashes.collect());
        }
        let checkpoint = Checkpoint { origin: "l".into(), size: n, root: root_of_leaves(&leaves) };
        (Log { entries, tiles }, checkpoint)
    }

    fn check(log: &Log, checkpoint: &Checkpoint) -> Result<(), Tampering> {
        check_log(log, checkpoint, &log.entries)
    }

    #[test]
    fn an_honest_log_passes_at_any_size() {
        for n in [0, 1, 2, 255, 256, 257, 600] {
            let (log, checkpoint) = log(n);
            assert_eq!(check(&log, &checkpoint), Ok(()), "{n} entries");
        }
    }

    #[test]
    fn the_first_bad_thing_is_named() {
        let (honest, checkpoint) = log(600);
        let mut changed = honest.clone();
        changed.entries[300] = b"other".to_vec();
        changed.entries[301] = b"other".to_vec();
        assert!(matches!(check(&changed, &checkpoint), Err(Tampering::Leaf { index: 300, .. })));

        let mut dropped = honest.clone();
        dropped.entries.remove(17);
        assert!(matches!(check(&dropped, &checkpoint), Err(Tampering::Leaf { index: 17, .. })));

        let mut reordered = honest.clone();
        reordered.entries.swap(4, 5);
        assert!(matches!(check(&reordered, &checkpoint), Err(Tampering::Leaf { index: 4, .. })));

        let mut cut = honest.clone();
        cut.entries.pop();
        assert_eq!(check(&cut, &checkpoint), Err(Tampering::Size { found: 599, wanted: 600 }));

        let mut missing = honest.clone();
        missing.tiles.remove("tile/0/001");
        assert!(
            matches!(check(&missing, &checkpoint), Err(Tampering::File { path, .. }) if path == "tile/0/001")
        );

        let mut node = honest.clone();
        node.tiles.get_mut("tile/1/000.p/2").unwrap()[40] ^= 1;
        assert!(matches!(check(&node, &checkpoint), Err(Tampering::Node { at: 1, .. })));
    }

    #[test]
    fn a_log_rewritten_as_a_whole_does_not_fit_its_signed_checkpoint() {
        let (_, checkpoint) = log(600);
        let (mut rewritten, _) = log(600);
        rewritten.entries[0] = b"other".to_vec();
        rewritten.tiles.get_mut("tile/0/000").unwrap()[..32].copy_from_slice(&leaf_hash(b"other").0);
        let mut row: Vec<Hash> = hashes(&rewritten, Tile { level: 0, index: 0, width: 256 }).unwrap();
        while row.len() > 1 {
            row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        }
        rewritten.tiles.get_mut("tile/1/000.p/2").unwrap()[..32].copy_from_slice(&row[0].0);
        assert!(matches!(check(&rewritten, &checkpoint), Err(Tampering::Root { .. })));
    }

    #[test]
    fn growth_is_proved_and_a_fork_is_seen() {
        let key = SigningKey::for_log("l", &[1; 32]);
        let signed =
            |checkpoint: &Checkpoint| Note::assemble(&checkpoint.text(), &[key.sign(&checkpoint.text())]);
        let (_, older) = log(300);
        let (newer_log, newer) = log(600);
        assert!(check_growth(&newer_log, &signed(&older), &signed(&newer), &key.verifier()).is_ok());
        let fork = Checkpoint { root: leaf_hash(b"fork"), ..older.clone() };
        assert!(matches!(
            check_growth(&newer_log, &signed(&fork), &signed(&newer), &key.verifier()),
            Err(Tampering::Proof(ProofError::Root { .. }))
        ));
        assert!(matches!(
            check_growth(&newer_log, &signed(&newer), &signed(&older), &key.verifier()),
            Err(Tampering::Proof(ProofError::Shrank { old: 600, new: 300 }))
        ));
    }
}
