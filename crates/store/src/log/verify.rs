//! Checks a whole log from its files alone, and says which leaf or tile was altered.

use super::note::{self, Checkpoint};
use super::tiles;
use super::tree::{Edge, Hash, TILE, leaf_hash};
use core::fmt;
use std::path::Path;

/// A log that checks out.
#[derive(Debug)]
pub struct Verified {
    /// What its checkpoint says, and its leaves add up to.
    pub checkpoint: Checkpoint,
    /// Its leaves' hashes, for proofs.
    pub leaves: Vec<Hash>,
}

/// What is wrong with a log.
#[derive(Debug, PartialEq, Eq)]
pub enum Broken {
    /// The checkpoint does not stand by itself.
    Checkpoint(&'static str),
    /// A file is missing or cut.
    File(String),
    /// These leaves do not have the hashes that the tree holds.
    Leaves(Vec<u64>),
    /// A tile does not follow from the tiles below it.
    Tile(String),
    /// Everything agrees with itself but not with the signed root.
    Root,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(what) => f.write_str(what),
            Self::File(path) => write!(f, "{path} is missing or cut short"),
            Self::Leaves(numbers) => write!(f, "altered leaves: {numbers:?}"),
            Self::Tile(path) => write!(f, "{path} was altered: it does not follow from the leaves"),
            Self::Root => f.write_str("the leaves do not add up to the signed root"),
        }
    }
}

/// Checks the log in `folder` against the verifier key.
///
/// # Errors
/// What is wrong, as closely as it can be told.
pub fn verify(folder: &Path, verifier: &str) -> Result<Verified, Broken> {
    let read =
        |path: &Path| std::fs::read(folder.join(path)).map_err(|_| Broken::File(path.display().to_string()));
    let text = String::from_utf8(read(Path::new("checkpoint"))?)
        .map_err(|_| Broken::Checkpoint("the checkpoint is not text"))?;
    let checkpoint = note::open(&text, verifier).map_err(Broken::Checkpoint)?;
    let size = checkpoint.size;
    let mut leaves = Vec::with_capacity(size as usize);
    let mut altered = Vec::new();
    let mut edge = Edge::default();
    let mut expected: Vec<(usize, u64, Vec<Hash>)> = vec![];
    for number in 0..size.div_ceil(TILE as u64) {
        let width = tiles::width(size, number);
        let (entries, hashes) = (tiles::path("entries", number, width), tiles::path("0", number, width));
        let bytes = read(&entries)?;
        let cut = || Broken::File(entries.display().to_string());
        let bundle = tiles::unbundle(&bytes).filter(|b| b.len() == width).ok_or_else(cut)?;
        let tile = read(&hashes)?;
        if tile.len() != width * 32 {
            return Err(Broken::File(hashes.display().to_string()));
        }
        for (i, (leaf, held)) in bundle.iter().zip(tile.chunks(32)).enumerate() {
            let hash = leaf_hash(leaf);
            if hash != held {
                altered.push(number * TILE as u64 + i as u64);
            }
            leaves.push(hash);
            edge.push(hash, |level, number, full| {
                if level > 0 {
                    expected.push((level, number, full.to_vec()));
                }
            });
        }
    }
    if !altered.is_empty() {
        return Err(Broken::Leaves(altered));
    }
    for level in 1..edge.height() {
        let partial = edge.level(level);
        if !partial.is_empty() {
            expected.push((level, size >> (8 * (level + 1)), partial.to_vec()));
        }
    }
    for (level, number, hashes) in expected {
        let path = tiles::path(&level.to_string(), number, hashes.len());
        if read(&path)? != tiles::tile(&hashes) {
            return Err(Broken::Tile(path.display().to_string()));
        }
    }
    if edge.root() != checkpoint.root {
        return Err(Broken::Root);
    }
    Ok(Verified { checkpoint, leaves })
}
