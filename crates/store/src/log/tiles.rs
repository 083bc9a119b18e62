//! The tree on the disk, in the C2SP tlog-tiles layout: hash tiles, entry bundles, and where each lies.

use super::tree::{Hash, TILE};
use crate::fault::Fault;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The path of tile number `number` in `row` (a level, or `entries`); `width` below 256 names a partial one.
pub(crate) fn path(row: &str, number: u64, width: usize) -> PathBuf {
    let mut groups = vec![format!("{:03}", number % 1000)];
    let mut rest = number / 1000;
    while rest > 0 {
        groups.insert(0, format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    let mut name = groups.join("/");
    if width < TILE {
        name.push_str(&format!(".p/{width}"));
    }
    Path::new("tile").join(row).join(name)
}

/// Leaves as an entry bundle: each with its length in two bytes, big end first.
pub(crate) fn bundle(leaves: &[Vec<u8>]) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        let length =
            u16::try_from(leaf.len()).map_err(|_| Fault::corrupt("a log leaf is longer than 64 KiB"))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Ok(bytes)
}

/// The leaves of an entry bundle; `None` if its lengths do not add up.
pub(crate) fn unbundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        leaves.push(leaf);
        bytes = rest;
    }
    Some(leaves)
}

/// Writes a file of the tree so that a reader sees it whole or not at all.
pub(crate) fn write(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let fault = || Fault::file("a tile of the access log could not be written");
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).map_err(fault())?;
    }
    // Several processes may write the same tile; none takes what another has not finished.
    let own = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let new = file.with_extension(format!("{}-{}.new", own.0, own.1));
    std::fs::write(&new, bytes).map_err(fault())?;
    std::fs::rename(&new, &file).map_err(fault())
}

/// Hashes as a tile.
pub(crate) fn tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.concat()
}

/// How many leaves or hashes the tile `number` of a row of `count` has.
pub(crate) fn width(count: u64, number: u64) -> usize {
    count.saturating_sub(number * TILE as u64).min(TILE as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(path("0", 5, 256), Path::new("tile/0/005"));
        assert_eq!(path("1", 1_234_067, 256), Path::new("tile/1/x001/x234/067"));
        assert_eq!(path("entries", 0, 17), Path::new("tile/entries/000.p/17"));
    }

    #[test]
    fn bundles_come_apart_as_they_were() {
        let leaves = vec![b"a".to_vec(), vec![], b"ccc".to_vec()];
        let bytes = bundle(&leaves).unwrap();
        assert_eq!(unbundle(&bytes).unwrap(), leaves);
        assert_eq!(unbundle(&bytes[..bytes.len() - 1]), None);
    }
}
