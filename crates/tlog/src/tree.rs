//! Roots and proofs of RFC 6962, section 2.1, over whatever holds the nodes.

use crate::{Hash, node_hash};

/// Whoever can tell the hash of a complete subtree.
pub trait Nodes {
    /// Why a node cannot be told.
    type Error;

    /// The hash over the `2^level` leaves from `index * 2^level` on.
    ///
    /// # Errors
    /// When the node is not there.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// A proof that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The place is outside the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    Outside {
        /// The place.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The proof has the wrong number of hashes.
    #[error("the proof has {found} hashes, {wanted} are needed")]
    Length {
        /// Hashes given.
        found: usize,
        /// Hashes needed.
        wanted: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to root {found}, the tree has {wanted}")]
    Root {
        /// The root it leads to.
        found: Hash,
        /// The root of the tree.
        wanted: Hash,
    },
    /// The later tree is smaller.
    #[error("the tree shrank from {old} to {new} leaves")]
    Shrank {
        /// Leaves before.
        old: u64,
        /// Leaves after.
        new: u64,
    },
}

/// The largest power of two below `n`; `n` is at least 2.
const fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The hash over leaves `from..to`, which start at a multiple of their largest complete subtree.
fn range<N: Nodes>(nodes: &N, from: u64, to: u64) -> Result<Hash, N::Error> {
    let n = to - from;
    if n.is_power_of_two() {
        return nodes.node(n.trailing_zeros() as u8, from / n);
    }
    let k = split(n);
    Ok(node_hash(&range(nodes, from, from + k)?, &range(nodes, from + k, to)?))
}

/// The root of the first `size` leaves.
///
/// # Errors
/// When a node is not there.
pub fn tree_root<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    if size == 0 { Ok(Hash::of_nothing()) } else { range(nodes, 0, size) }
}

/// The root over leaf hashes held in memory.
#[must_use]
pub fn root_of_leaves(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node_hash(&root_of_leaves(left), &root_of_leaves(right))
        }
    }
}

/// The proof that leaf `index` is in the tree of `size` leaves: `PATH(index, D[size])`. Empty where `index` is
/// not below `size`.
///
/// # Errors
/// When a node is not there.
pub fn inclusion_proof<N: Nodes>(nodes: &N, index: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, size);
    while index < size && to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(range(nodes, middle, to)?);
            to = middle;
        } else {
            proof.push(range(nodes, from, middle)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `new` leaves grew from that of `old`: `PROOF(old, D[new])`. Empty where `old` is 0
/// or not below `new`.
///
/// # Errors
/// When a node is not there.
pub fn consistency_proof<N: Nodes>(nodes: &N, old: u64, new: u64) -> Result<Vec<Hash>, N::Error> {
    if old == 0 || old >= new {
        return Ok(Vec::new());
    }
    let mut proof = Vec::new();
    let (mut from, mut to, mut is_known) = (0, new, true);
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(range(nodes, middle, to)?);
            to = middle;
        } else {
            proof.push(range(nodes, from, middle)?);
            from = middle;
            is_known = false;
        }
    }
    if !is_known {
        proof.push(range(nodes, from, to)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks an inclusion proof (RFC 9162, section 2.1.3.2).
///
/// # Errors
/// [`ProofError`] naming what does not hold.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Outside { index, size });
    }
    let inner = 64 - (index ^ (size - 1)).leading_zeros() as usize;
    let border = (index >> inner.min(63)).count_ones() as usize;
    let border = if inner == 64 { 0 } else { border };
    if proof.len() != inner + border {
        return Err(ProofError::Length { found: proof.len(), wanted: inner + border });
    }
    let mut found = leaf;
    for (level, hash) in proof.iter().enumerate() {
        let is_right = level >= inner || (index >> level) & 1 == 1;
        found = if is_right { node_hash(hash, &found) } else { node_hash(&found, hash) };
    }
    if found == root { Ok(()) } else { Err(ProofError::Root { found, wanted: root }) }
}

/// Checks a consistency proof (RFC 9162, section 2.1.4.2).
///
/// # Errors
/// [`ProofError`] naming what does not hold.
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrank { old, new });
    }
    if old == new || old == 0 {
        let wanted = if old == 0 { Hash::of_nothing() } else { new_root };
        if !proof.is_empty() {
            return Err(ProofError::Length { found: proof.len(), wanted: 0 });
        }
        return if old_root == wanted { Ok(()) } else { Err(ProofError::Root { found: old_root, wanted }) };
    }
    let mut hashes = proof.iter().copied();
    let mut last = new - 1;
    let mut at = old - 1;
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let missing = || ProofError::Length { found: proof.len(), wanted: proof.len() + 1 };
    let first = if at == 0 { old_root } else { hashes.next().ok_or_else(missing)? };
    let (mut found_old, mut found_new) = (first, first);
    while last > 0 {
        if at & 1 == 1 || at == last {
            let hash = hashes.next().ok_or_else(missing)?;
            found_old = node_hash(&hash, &found_old);
            found_new = node_hash(&hash, &found_new);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            found_new = node_hash(&found_new, &hashes.next().ok_or_else(missing)?);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    let rest = hashes.count();
    if rest > 0 {
        return Err(ProofError::Length { found: proof.len(), wanted: proof.len() - rest });
    }
    if found_old != old_root {
        return Err(ProofError::Root { found: found_old, wanted: old_root });
    }
    if found_new == new_root { Ok(()) } else { Err(ProofError::Root { found: found_new, wanted: new_root }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::leaf_hash;

    /// The slow twin: leaves in memory, every node computed anew.
    struct Slow(Vec<Hash>);

    impl Nodes for Slow {
        type Error = ();

        fn node(&self, level: u8, index: u64) -> Result<Hash, ()> {
            let n = 1_usize << level;
            let from = index as usize * n;
            self.0.get(from..from + n).map(root_of_leaves).ok_or(())
        }
    }

    fn leaves(n: u64) -> Slow {
        Slow((0..n).map(|at| leaf_hash(&at.to_be_bytes())).collect())
    }

    #[test]
    fn small_trees_are_proved_whole() {
        let nodes = leaves(40);
        for size in 1..=40_u64 {
            let root = root_of_leaves(&nodes.0[..size as usize]);
            assert_eq!(tree_root(&nodes, size), Ok(root));
            for index in 0..size {
                let proof = inclusion_proof(&nodes, index, size).unwrap();
                assert_eq!(verify_inclusion(nodes.0[index as usize], index, size, &proof, root), Ok(()));
                let other = nodes.0[(index as usize + 1) % 40];
                assert!(verify_inclusion(other, index, size, &proof, root).is_err());
            }
            for old in 0..=size {
                let old_root = root_of_leaves(&nodes.0[..old as usize]);
                let proof = consistency_proof(&nodes, old, size).unwrap();
                assert_eq!(verify_consistency(old, old_root, size, root, &proof), Ok(()), "{old} {size}");
                assert!(verify_consistency(old, leaf_hash(b"forged"), size, root, &proof).is_err());
            }
        }
    }

    #[test]
    fn a_tree_of_one_and_the_empty_tree_are_those_of_the_standard() {
        assert_eq!(
            tree_root(&leaves(0), 0).unwrap().to_string(),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert!(matches!(
            verify_inclusion(leaf_hash(b""), 0, 0, &[], Hash::of_nothing()),
            Err(ProofError::Outside { .. })
        ));
    }

    proptest! {
        #[test]
        fn another_implementation_agrees(n in 1_u64..400, pick in any::<u64>(), cut in any::<u64>()) {
            use ct_merkle::mem_backed_tree::MemoryBackedTree;
            let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
            (0..n).for_each(|at| theirs.push(at.to_be_bytes().to_vec()));
            let ours = leaves(n);
            prop_assert_eq!(theirs.root().as_bytes().to_vec(), tree_root(&ours, n).unwrap().0.to_vec());
            let index = pick % n;
            let proof: Vec<u8> = inclusion_proof(&ours, index, n).unwrap().iter().flat_map(|h| h.0).collect();
            prop_assert_eq!(theirs.prove_inclusion(index as usize).as_bytes().to_vec(), proof);
            let added = cut % n;
            if added > 0 && added < n {
                let proof: Vec<u8> =
                    consistency_proof(&ours, n - added, n).unwrap().iter().flat_map(|h| h.0).collect();
                prop_assert_eq!(theirs.prove_consistency(added as usize).as_bytes().to_vec(), proof);
            }
        }

        #[test]
        fn any_bytes_are_no_proof(index in any::<u64>(), size in any::<u64>(), proof in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
            prop_assert!(verify_inclusion(leaf_hash(b"a"), index, size, &proof, leaf_hash(b"b")).is_err());
            prop_assert!(verify_consistency(index, leaf_hash(b"a"), size, leaf_hash(b"b"), &proof).is_err());
        }
    }
}
