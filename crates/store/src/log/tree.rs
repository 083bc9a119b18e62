//! The Merkle tree of RFC 6962 (2.1): hashes, roots and proofs. Pure.

use crate::crypt::sha256;
use core::ops::Range;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// The hash of two subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root over these leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node_hash(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `n`, where a tree of `n` leaves is split.
pub(super) const fn split(n: u64) -> u64 {
    let half = n.next_power_of_two() / 2;
    if half == n { n / 2 } else { half }
}

/// The proof that the leaf at `index` is in the tree over `leaves`: hashes from the leaf's neighbour up.
/// `None` if there is no such leaf.
pub fn inclusion(leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let size = leaves.len() as u64;
    (index < size).then(|| path_in(0..size, index, &mut roots_of(leaves)))?.ok()
}

/// As [`inclusion`], in a tree of `leaves`, of which `root_of` knows the root over each range that is a subtree.
pub(crate) fn path_in<E>(
    leaves: Range<u64>,
    index: u64,
    root_of: &mut impl FnMut(Range<u64>) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let Range { start, end } = leaves;
    if end - start <= 1 {
        return Ok(vec![]);
    }
    let middle = start + split(end - start);
    let (mut path, neighbour) = if index < middle {
        (path_in(start..middle, index, root_of)?, root_of(middle..end)?)
    } else {
        (path_in(middle..end, index, root_of)?, root_of(start..middle)?)
    };
    path.push(neighbour);
    Ok(path)
}

fn roots_of(leaves: &[Hash]) -> impl FnMut(Range<u64>) -> Result<Hash, ()> {
    |range| {
        let part = leaves.get(range.start as usize..range.end as usize);
        part.map(root).ok_or(())
    }
}

/// Whether `path` proves that `leaf` is at `index` in the tree of `size` leaves with this root.
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for neighbour in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(neighbour, &hash);
            while node % 2 == 0 && node != 0 {
                node /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(&hash, neighbour);
        }
        node /= 2;
        last /= 2;
    }
    last == 0 && hash == *root
}

/// The proof that the tree over the first `old` of these leaves is the beginning of the tree over all of them. `None` if
/// it is not: an empty tree is the beginning of anything, which proves nothing.
pub fn consistency(leaves: &[Hash], old: u64) -> Option<Vec<Hash>> {
    let size = leaves.len() as u64;
    (old > 0 && old <= size).then(|| subproof(0..size, old, true, &mut roots_of(leaves)))?.ok()
}

/// As [`consistency`], with `root_of` as in [`path_in`]. `whole` says whether whoever checks it knows the root over `leaves`
/// up to `old`.
pub(crate) fn subproof<E>(
    leaves: Range<u64>,
    old: u64,
    whole: bool,
    root_of: &mut impl FnMut(Range<u64>) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let Range { start, end } = leaves;
    if old == end {
        return if whole { Ok(vec![]) } else { Ok(vec![root_of(leaves)?]) };
    }
    let middle = start + split(end - start);
    let (mut path, neighbour) = if old <= middle {
        (subproof(start..middle, old, whole, root_of)?, root_of(middle..end)?)
    } else {
        (subproof(middle..end, old, false, root_of)?, root_of(start..middle)?)
    };
    path.push(neighbour);
    Ok(path)
}

/// Whether `path` proves that the tree of `old` leaves with `old_root` is the beginning of the one of `new` leaves
/// with `new_root` (RFC 9162, 2.1.4.2).
pub fn continues(old: u64, new: u64, path: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    let (mut node, mut last) = (old - 1, new - 1);
    while node % 2 == 1 {
        node /= 2;
        last /= 2;
    }
    let mut rest = path.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut from_old, mut from_new) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            from_old = node_hash(hash, &from_old);
            from_new = node_hash(hash, &from_new);
            while node % 2 == 0 && node != 0 {
                node /= 2;
                last /= 2;
            }
        } else {
            from_new = node_hash(&from_new, hash);
        }
        node /= 2;
        last /= 2;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

/// A tree that grows at its right edge: for each tile level, the hashes that do not fill a tile yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    levels: Vec<Vec<Hash>>,
    size: u64,
}

/// How many hashes fill a tile.
pub(crate) const TILE: usize = 256;

impl Edge {
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes at the right edge of a tile level.
    pub(crate) fn level(&self, level: usize) -> &[Hash] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn height(&self) -> usize {
        self.levels.len()
    }

    /// Appends a leaf's hash. `full` is called with level, number and hashes of each tile that this fills.
    pub(crate) fn push(&mut self, hash: Hash, mut full: impl FnMut(usize, u64, &[Hash])) {
        let mut carry = Some(hash);
        let mut level = 0;
        self.size += 1;
        while let Some(hash) = carry.take() {
            if self.levels.len() == level {
                self.levels.push(Vec::with_capacity(TILE));
            }
            let Some(edge) = self.levels.get_mut(level) else { return };
            edge.push(hash);
            if edge.len() == TILE {
                let number = (self.size >> (8 * (level + 1))) - 1;
                full(level, number, edge);
                carry = Some(root(edge));
                edge.clear();
            }
            level += 1;
        }
    }

    /// The root of the whole tree.
    pub(crate) fn root(&self) -> Hash {
        let mut whole: Option<Hash> = None;
        for edge in &self.levels {
            // from the smallest complete subtree to the largest
            let mut rest = edge.as_slice();
            while !rest.is_empty() {
                let width = 1 << rest.len().trailing_zeros();
                let (before, subtree) = rest.split_at(rest.len() - width);
                let left = root(subtree);
                whole = Some(whole.map_or(left, |right| node_hash(&left, &right)));
                rest = before;
            }
        }
        whole.unwrap_or_else(|| root(&[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(n: usize) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn the_edge_knows_the_root() {
        let mut edge = Edge::default();
        for (i, leaf) in leaves(1300).into_iter().enumerate() {
            edge.push(leaf, |_, _, _| {});
            if i % 37 == 0 || i > 1290 {
                assert_eq!(edge.root(), root(&leaves(i + 1)), "{i}");
            }
        }
    }

    #[test]
    fn proofs_hold_and_forgeries_do_not() {
        for size in [1_usize, 2, 3, 5, 8, 13, 64, 100] {
            let all = leaves(size);
            let top = root(&all);
            for index in 0..size {
                let path = inclusion(&all, index as u64).unwrap();
                assert!(includes(&all[index], index as u64, size as u64, &path, &top), "{index} of {size}");
                assert!(!includes(&leaf_hash(b"forged"), index as u64, size as u64, &path, &top));
                if size > 1 {
                    assert!(!includes(
                        &all[index],
                        (index as u64 + 1) % size as u64,
                        size as u64,
                        &path,
                        &top
                    ));
                }
            }
            for old in 1..=size {
                let path = consistency(&all, old as u64).unwrap();
                let before = root(&all[..old]);
                assert!(continues(old as u64, size as u64, &path, &before, &top), "{old} to {size}");
                assert!(!continues(old as u64, size as u64, &path, &leaf_hash(b"forged"), &top));
            }
        }
    }
}
