//! A tamper-evident log: Merkle tree, tiles, signed notes, checkpoints and proofs.
//!
//! ```text
//! entry bytes ─▶ leaf hash ─▶ tree (RFC 6962) ─▶ tiles (C2SP tlog-tiles)
//!                                  │
//!                                  └▶ root ─▶ checkpoint ─▶ signed note (C2SP) ─▶ cosignatures
//! ```
//!
//! Out of scope: what an entry means, where tiles lie, how they are fetched, HTTP, and who the log witnesses
//! are. Never: opens a file or a connection, reads a clock, or draws a random number.

mod audit;
mod checkpoint;
mod hash;
mod note;
mod proof_file;
mod tile;
mod tree;

pub use audit::{Tampering, check_growth, check_log};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Hash, leaf_hash, node_hash};
pub use note::{Cosignature, Note, NoteError, SigningKey, VerifierKey};
pub use proof_file::{ProofFile, ProofFileError};
pub use tile::{
    Bundle, ENTRY_BYTES_MAX, TILE_WIDTH, Tile, TileReader, TiledTree, bundles_between, decode_bundle,
    encode_bundle, tiles_between,
};
pub use tree::{
    Nodes, ProofError, consistency_proof, inclusion_proof, root_of_leaves, tree_root, verify_consistency,
    verify_inclusion,
};
