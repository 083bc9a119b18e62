//! Makes what people keep of the log: checkpoints, proofs, signed statements. Hashes are read from the tiles, a few for each
//! proof, however long the log is.

use super::note::{self, Checkpoint};
use super::proof::{Consistency, Inclusion};
use super::sequence::AccessLog;
use super::statement::Statement;
use super::tree::{Hash, TILE, node_hash, path_in, root, split, subproof};
use super::{line, tiles};
use crate::Store;
use crate::fault::Fault;
use crate::sql::Value;
use core::ops::Range;
use domain::time::Instant;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The tree of one checkpoint, on the disk.
struct Tree<'a> {
    folder: &'a Path,
    size: u64,
}

impl Tree<'_> {
    /// The root over a range of leaves that is a subtree.
    fn root_of(&self, range: Range<u64>) -> Result<Hash, Fault> {
        let Range { start, end } = range;
        let width = end - start;
        if width.is_power_of_two() {
            return self.node(width.trailing_zeros(), start);
        }
        let middle = start + split(width);
        Ok(node_hash(&self.root_of(start..middle)?, &self.root_of(middle..end)?))
    }

    /// The root over the 2^`height` leaves from `start` on. Each row of tiles holds the roots over 256 hashes of the row below.
    fn node(&self, height: u32, start: u64) -> Result<Hash, Fault> {
        let (row, within) = (height / 8, height % 8);
        let first = start >> (8 * row);
        let number = first / TILE as u64;
        let width = tiles::width(self.size >> (8 * row), number);
        let path = tiles::path(&row.to_string(), number, width);
        let broken = || Fault::corrupt("a tile of the access log is missing or cut short");
        let bytes = std::fs::read(self.folder.join(path)).map_err(|_| broken())?;
        let from = (first % TILE as u64) as usize * 32;
        let bytes = bytes.get(from..from + (32 << within)).ok_or_else(broken)?;
        let hashes: Vec<Hash> = bytes.chunks(32).filter_map(|hash| hash.try_into().ok()).collect();
        Ok(root(&hashes))
    }
}

impl AccessLog {
    /// The newest checkpoint: as it is signed, and what it says.
    fn newest(&self) -> Result<(String, Checkpoint), Fault> {
        let text = std::fs::read_to_string(self.checkpoint_file());
        let text = text.map_err(Fault::file("the log's checkpoint could not be read"))?;
        let says = note::open(&text, &self.verifier());
        let says = says.map_err(|_| Fault::corrupt("the log's checkpoint is not signed by its key"))?;
        Ok((text, says))
    }

    fn checkpoint_file(&self) -> PathBuf {
        self.folder().join("checkpoint")
    }

    /// Makes something of the newest tree. Another process may take tiles of an older one away meanwhile; then the newer counts.
    async fn of_newest<T>(&self, make: impl Fn(&Tree<'_>, &str) -> Result<T, Fault>) -> Result<T, Fault> {
        let _still = self.still().await;
        loop {
            let (text, Checkpoint { size, .. }) = self.newest()?;
            match make(&Tree { folder: self.folder(), size }, &text) {
                Err(_) if self.newest()?.0 != text => {}
                made => return made,
            }
        }
    }

    /// The proof that the leaf at `index` is in the log.
    pub(super) async fn inclusion(&self, index: u64, extra: Vec<u8>) -> Result<Inclusion, Fault> {
        self.of_newest(|tree, checkpoint| {
            if index >= tree.size {
                return Err(Fault::corrupt("a leaf of the access log has no place in its tree yet"));
            }
            let path = path_in(0..tree.size, index, &mut |range| tree.root_of(range))?;
            Ok(Inclusion { extra: extra.clone(), index, path, checkpoint: checkpoint.to_owned() })
        })
        .await
    }

    /// The proof that the log continues the one of `old` leaves; nothing if it never had so few, or none.
    async fn consistency(&self, old: u64) -> Result<Option<Consistency>, Fault> {
        self.of_newest(|tree, checkpoint| {
            if old == 0 || old > tree.size {
                return Ok(None);
            }
            let path = subproof(0..tree.size, old, true, &mut |range| tree.root_of(range))?;
            Ok(Some(Consistency { old, path, checkpoint: checkpoint.to_owned() }))
        })
        .await
    }
}

/// As much of a leaf as tells an erasure from other acts.
#[derive(Deserialize)]
struct Done {
    act: String,
    what: String,
}

impl Store {
    /// The newest signed checkpoint of the access log, as text.
    ///
    /// # Errors
    /// A fault.
    pub fn checkpoint(&self) -> Result<String, Fault> {
        Ok(self.0.log.newest()?.0)
    }

    /// The proof that the log continues the one whose checkpoint says `old` leaves, as text; nothing if the log has fewer, or
    /// `old` is none: every log continues an empty one.
    ///
    /// # Errors
    /// A fault.
    pub async fn continues(&self, old: u64) -> Result<Option<String>, Fault> {
        Ok(self.0.log.consistency(old).await?.map(|proof| proof.write()))
    }

    /// A statement of the house, signed with the log's key, as text.
    ///
    /// # Errors
    /// A fault.
    pub fn states(&self, kind: Statement, says: &serde_json::Value) -> Result<String, Fault> {
        kind.write(&self.0.log.signer, says)
    }

    /// The proof that the log has a leaf of an erasure at this instant, as text. Nothing if a crash came between the ledger and
    /// the log: then the leaf is of the start that carried the erasure out.
    ///
    /// # Errors
    /// A fault.
    pub async fn erasure_logged(&self, at: Instant) -> Result<Option<String>, Fault> {
        let sql = "SELECT seq, leaf FROM access_leaf WHERE at = $1 AND seq IS NOT NULL ORDER BY seq";
        let rows = self.look().await?.rows(sql, &[Value::from(at)]).await?;
        for row in rows {
            let leaf = row.bytes("leaf")?;
            let done: Option<Done> = serde_json::from_slice(leaf).ok();
            if done.is_some_and(|done| done.act == "erase" && done.what == "person") {
                let proof = self.0.log.inclusion(row.int("seq")? as u64, line::bare(leaf)?).await?;
                return Ok(Some(proof.write()));
            }
        }
        Ok(None)
    }
}
