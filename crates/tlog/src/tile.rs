//! Tiles of hashes and bundles of entries: the files of a log (C2SP tlog-tiles).
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]          W hashes of 32 bytes, the nodes of level 8·L from N·256 on
//! tile/entries/<N>[.p/<W>]      W entries: length as big-endian u16, then the bytes
//!
//! N is spelled in groups of three digits, all but the last with an x: 1234067 is x001/x234/067
//! ```
//!
//! A tile or bundle of 256 never changes. One that is not full yet has the suffix `.p/<W>`.

use crate::{Hash, Nodes, node_hash};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// The most bytes of one entry.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// A tile of hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Its level: its hashes are of tree level `8 * level`.
    pub level: u8,
    /// Its place in the level.
    pub index: u64,
    /// Its hashes, 1 to 256.
    pub width: u16,
}

/// A bundle of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    /// Its place.
    pub index: u64,
    /// Its entries, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// Its path in the log.
    ///
    /// ```
    /// let tile = redress_tlog::Tile { level: 0, index: 1_234_067, width: 3 };
    /// assert_eq!(tile.path(), "tile/0/x001/x234/067.p/3");
    /// ```
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, spelled(self.index, self.width))
    }
}

impl Bundle {
    /// Its path in the log.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/entries/{}", spelled(self.index, self.width))
    }
}

fn spelled(mut index: u64, width: u16) -> String {
    let mut text = format!("{:03}", index % 1_000);
    while index >= 1_000 {
        index /= 1_000;
        text = format!("x{:03}/{text}", index % 1_000);
    }
    if u64::from(width) < TILE_WIDTH { format!("{text}.p/{width}") } else { text }
}

/// The widths, from full tiles to the last, of `size` things that start in the tile where `old` ends.
fn widths(old: u64, size: u64) -> impl Iterator<Item = (u64, u16)> {
    let first = old / TILE_WIDTH;
    let last = size.div_ceil(TILE_WIDTH);
    (first..last).map(move |index| (index, (size - index * TILE_WIDTH).min(TILE_WIDTH) as u16))
}

/// The tiles that a tree of `new` leaves has and one of `old` leaves has not, lowest level first.
#[must_use]
pub fn tiles_between(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let (mut old, mut new, mut level) = (old, new, 0);
    while new > 0 && old < new {
        tiles.extend(widths(old, new).map(|(index, width)| Tile { level, index, width }));
        (old, new, level) = (old / TILE_WIDTH, new / TILE_WIDTH, level + 1);
    }
    tiles
}

/// The bundles that a log of `new` entries has and one of `old` entries has not.
#[must_use]
pub fn bundles_between(old: u64, new: u64) -> Vec<Bundle> {
    if old >= new {
        return Vec::new();
    }
    widths(old, new).map(|(index, width)| Bundle { index, width }).collect()
}

/// Writes entries as a bundle. None when one is longer than [`ENTRY_BYTES_MAX`].
#[must_use]
pub fn encode_bundle(entries: &[impl AsRef<[u8]>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length =
            u16::try_from(entry.len()).ok().filter(|length| usize::from(*length) <= ENTRY_BYTES_MAX)?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Some(bytes)
}

/// Reads a bundle. None when the bytes end within an entry.
#[must_use]
pub fn decode_bundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_at_checked(2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let (entry, rest) = rest.split_at_checked(length)?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}

/// Whoever can read the bytes of a tile.
pub trait TileReader {
    /// Why a tile cannot be read.
    type Error;

    /// The tile's bytes: `width * 32` of them.
    ///
    /// # Errors
    /// When the tile is not there or is cut.
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// A tree of `size` leaves whose nodes are read from tiles.
#[derive(Debug)]
pub struct TiledTree<R> {
    /// Who reads the tiles.
    pub reader: R,
    /// Leaves.
    pub size: u64,
}

impl<R: TileReader> Nodes for TiledTree<R> {
    type Error = R::Error;

    fn node(&self, level: u8, index: u64) -> Result<Hash, R::Error> {
        let (tile_level, depth) = (level / 8, u32::from(level % 8));
        let first = index << depth;
        let tile_index = first / TILE_WIDTH;
        let row = self.size >> (8 * u32::from(tile_level));
        let width = row.saturating_sub(tile_index * TILE_WIDTH).min(TILE_WIDTH) as u16;
        let bytes = self.reader.tile(Tile { level: tile_level, index: tile_index, width })?;
        let start = (first % TILE_WIDTH) as usize * 32;
        let hashes: Vec<Hash> = bytes
            .get(start..)
            .unwrap_or_default()
            .chunks_exact(32)
            .take(1 << depth)
            .filter_map(|chunk| chunk.try_into().ok().map(Hash))
            .collect();
        Ok(fold(hashes))
    }
}

/// The root over a power of two of hashes.
fn fold(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                _ => pair[0],
            })
            .collect();
    }
    hashes.first().copied().unwrap_or_else(Hash::of_nothing)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{leaf_hash, root_of_leaves, tree_root};

    type Files = BTreeMap<String, Vec<u8>>;

    impl TileReader for &Files {
        type Error = String;

        fn tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
            self.get(&tile.path()).cloned().ok_or_else(|| tile.path())
        }
    }

    fn write(leaves: &[Hash], old: u64, new: u64, files: &mut Files) {
        for tile in tiles_between(old, new) {
            let step = 1_usize << (8 * u32::from(tile.level));
            let first = tile.index as usize * 256;
            let hashes = (first..first + usize::from(tile.width))
                .flat_map(|at| root_of_leaves(&leaves[at * step..(at + 1) * step]).0);
            files.insert(tile.path(), hashes.collect());
        }
    }

    #[test]
    fn a_tree_read_from_tiles_is_the_tree_in_memory_however_it_grew() {
        let leaves: Vec<Hash> = (0..70_000_u32).map(|at| leaf_hash(&at.to_be_bytes())).collect();
        let mut files = Files::new();
        let mut old = 0;
        for size in [1, 2, 255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 65_537, 70_000] {
            write(&leaves, old, size, &mut files);
            old = size;
            let tree = TiledTree { reader: &files, size };
            assert_eq!(tree_root(&tree, size), Ok(root_of_leaves(&leaves[..size as usize])), "size {size}");
        }
        assert!(files.contains_key("tile/2/000.p/1"));
    }

    #[test]
    fn tiles_and_bundles_of_a_growth_are_those_that_changed() {
        let paths = |old, new| tiles_between(old, new).iter().map(Tile::path).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), Vec::<String>::new());
        assert_eq!(paths(0, 3), ["tile/0/000.p/3"]);
        assert_eq!(paths(3, 256), ["tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(256, 258), ["tile/0/001.p/2"]);
        let bundles = bundles_between(255, 257);
        assert_eq!(
            bundles.iter().map(Bundle::path).collect::<Vec<_>>(),
            ["tile/entries/000", "tile/entries/001.p/1"]
        );
    }

    #[test]
    fn bundles_survive_their_bytes_and_cut_ones_are_refused() {
        let entries = [b"one".to_vec(), Vec::new(), vec![7; 300]];
        let bytes = encode_bundle(&entries).unwrap();
        assert_eq!(decode_bundle(&bytes).unwrap(), entries);
        assert_eq!(decode_bundle(&bytes[..bytes.len() - 1]), None);
        assert_eq!(encode_bundle(&[vec![0; ENTRY_BYTES_MAX + 1]]), None);
    }
}
