//! The sequencer: gives waiting leaves their place in the tree, writes the tiles, signs the checkpoint.
//!
//! Places are given in the database, under a lock that one process holds at a time; the files are derived and
//! every process can make them again from the leaves.

use super::note::Signer;
use super::tiles;
use super::tree::{Edge, Hash, TILE, leaf_hash};
use crate::fault::Fault;
use crate::sql::{Engine, Pool, Value};
use std::path::{Path, PathBuf};
use tokio::sync::{Mutex, MutexGuard};

/// The log as files.
pub(crate) struct AccessLog {
    folder: PathBuf,
    pub(super) signer: Signer,
    state: Mutex<State>,
}

/// The right edge of the tree, and the leaves of the entry bundle that is not full yet.
#[derive(Default)]
pub(super) struct State {
    edge: Edge,
    bundle: Vec<Vec<u8>>,
}

/// How many leaves are read at once.
const BATCH: i64 = 4096;

impl AccessLog {
    pub(crate) fn new(folder: &Path, signer: Signer) -> Self {
        Self { folder: folder.to_owned(), signer, state: Mutex::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// While it is held, this process alters no file of the log.
    pub(super) async fn still(&self) -> MutexGuard<'_, State> {
        self.state.lock().await
    }

    pub(crate) fn verifier(&self) -> String {
        self.signer.verifier()
    }

    /// Gives every waiting leaf its place and brings the files up to date. Returns the tree's size.
    pub(crate) async fn integrate(&self, pool: &Pool) -> Result<u64, Fault> {
        give_places(pool).await?;
        let mut state = self.state.lock().await;
        let before = state.edge.size();
        loop {
            let mut conn = pool.begin_reading().await?;
            let sql = "SELECT seq, leaf FROM access_leaf WHERE seq >= $1 ORDER BY seq LIMIT $2";
            let from = Value::Int(state.edge.size() as i64);
            let rows = conn.rows(sql, &[from, Value::Int(BATCH)]).await?;
            drop(conn);
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.int("seq")? as u64 != state.edge.size() {
                    return Err(Fault::corrupt(
                        "the access log has a gap: a leaf was removed from the database",
                    ));
                }
                self.append(&mut state, row.bytes("leaf")?.to_vec())?;
            }
        }
        let size = state.edge.size();
        if size > before || (size == 0 && !self.folder.join("checkpoint").exists()) {
            self.publish(&state, before)?;
        }
        Ok(size)
    }

    fn append(&self, state: &mut State, leaf: Vec<u8>) -> Result<(), Fault> {
        let mut full: Vec<(usize, u64, Vec<Hash>)> = vec![];
        state
            .edge
            .push(leaf_hash(&leaf), |level, number, hashes| full.push((level, number, hashes.to_vec())));
        state.bundle.push(leaf);
        for (level, number, hashes) in full {
            tiles::write(
                &self.folder,
                &tiles::path(&level.to_string(), number, TILE),
                &tiles::tile(&hashes),
            )?;
            if level == 0 {
                let path = tiles::path("entries", number, TILE);
                tiles::write(&self.folder, &path, &tiles::bundle(&state.bundle)?)?;
                state.bundle.clear();
            }
        }
        Ok(())
    }

    /// Writes the partial tiles, then the checkpoint over them, then removes the partial tiles of before.
    fn publish(&self, state: &State, before: u64) -> Result<(), Fault> {
        let size = state.edge.size();
        for level in 0..state.edge.height() {
            let hashes = state.edge.level(level);
            if !hashes.is_empty() {
                let path = tiles::path(&level.to_string(), size >> (8 * (level + 1)), hashes.len());
                tiles::write(&self.folder, &path, &tiles::tile(hashes))?;
            }
        }
        if !state.bundle.is_empty() {
            let path = tiles::path("entries", size / TILE as u64, state.bundle.len());
            tiles::write(&self.folder, &path, &tiles::bundle(&state.bundle)?)?;
        }
        let checkpoint = self.signer.sign(size, &state.edge.root());
        tiles::write(&self.folder, Path::new("checkpoint"), checkpoint.as_bytes())?;
        for row in ["0".to_owned(), "entries".to_owned()] {
            let width = (before % TILE as u64) as usize;
            if before > 0 && width > 0 && before != size {
                let old = self.folder.join(tiles::path(&row, before / TILE as u64, width));
                let _ = std::fs::remove_file(old); // another process may have removed it
            }
        }
        Ok(())
    }
}

async fn give_places(pool: &Pool) -> Result<(), Fault> {
    let mut looking = pool.begin_reading().await?;
    if looking.row("SELECT id FROM access_leaf WHERE seq IS NULL LIMIT 1", &[]).await?.is_none() {
        return Ok(());
    }
    drop(looking);
    let mut conn = pool.begin().await?;
    if conn.engine() == Engine::Postgres {
        conn.run("SELECT pg_advisory_xact_lock(7236520)", &[]).await?;
    }
    // One statement gives all of them their places, in the order in which they were written.
    conn.run(
        "UPDATE access_leaf SET seq = placed.seq FROM (\
            SELECT id, (SELECT COALESCE(MAX(seq) + 1, 0) FROM access_leaf) \
                + ROW_NUMBER() OVER (ORDER BY id) - 1 AS seq \
            FROM access_leaf WHERE seq IS NULL) AS placed \
         WHERE access_leaf.id = placed.id",
        &[],
    )
    .await?;
    conn.commit().await
}
