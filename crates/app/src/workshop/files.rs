//! Files in the clear, for as long as a child works on them: one file without a name, one folder that is emptied.
//!
//! Nothing here may outlive its piece of work. Each process has a folder of its own below the shared one, with a file in it
//! that it keeps locked: what lies in a folder that nobody holds was left by a crash, and is removed when a worker starts.

use crate::{Context, Error};
use futures::StreamExt as _;
use rustix::fs::FlockOperation;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use store::{Fault, ReadPass, Staged};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// How much is read from a result at once.
const CHUNK: usize = 256 * 1024;

/// What the file is called that is locked.
const LOCK: &str = "lock";

/// The folder of one process, which goes with it.
pub(super) struct Place {
    folder: TempDir,
    /// Locked, whatever number the process has and on whatever machine it runs, until it ends.
    _lock: File,
}

impl Place {
    fn claim(root: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(root)?;
        // Nobody clears away between the folder and its lock.
        let _door = locked(root, FlockOperation::LockExclusive)?;
        let folder = TempDir::new_in(root)?;
        let lock = locked(folder.path(), FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { folder, _lock: lock })
    }
}

fn locked(folder: &Path, how: FlockOperation) -> io::Result<File> {
    let file = File::create(folder.join(LOCK))?;
    rustix::fs::flock(&file, how)?;
    Ok(file)
}

/// Removes what processes left that are gone.
fn clear(root: &Path) -> io::Result<()> {
    if !root.exists() {
        return Ok(());
    }
    let _door = locked(root, FlockOperation::LockExclusive)?;
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        match locked(&path, FlockOperation::NonBlockingLockExclusive) {
            Err(held) if held.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
            Ok(_lock) => std::fs::remove_dir_all(path)?,
        }
    }
    Ok(())
}

fn root(ctx: &Context) -> PathBuf {
    ctx.store.data().join("work")
}

/// The folder of this process.
fn place(ctx: &Context) -> io::Result<PathBuf> {
    let mut place = ctx.desk.place.lock().unwrap_or_else(PoisonError::into_inner);
    let place = match &mut *place {
        Some(place) => place,
        none => none.insert(Place::claim(&root(ctx))?),
    };
    Ok(place.folder.path().to_owned())
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Fault {
    move |source| Fault::File { what, source }
}

/// Removes whatever an ended process left.
///
/// # Errors
/// A fault of the disk.
pub(super) fn empty(ctx: &Context) -> Result<(), Fault> {
    clear(&root(ctx)).map_err(failed("the work folder could not be emptied"))
}

/// An empty folder; it goes with what is returned.
///
/// # Errors
/// A fault of the disk.
pub(super) fn folder(ctx: &Context) -> Result<TempDir, Fault> {
    let made = place(ctx).and_then(|place| TempDir::with_prefix_in("w", place));
    made.map_err(failed("a work folder could not be made"))
}

/// The sealed files one after the other, opened, in a file without a name.
///
/// # Errors
/// A fault: the disk, or a file that does not open.
pub(super) async fn opened(ctx: &Context, passes: Vec<ReadPass>) -> Result<File, Error> {
    let here = ctx.clone();
    let made = tokio::task::spawn_blocking(move || place(&here).and_then(tempfile::tempfile_in));
    let file = made.await.map_err(|_| Fault::Corrupt("a task ended".to_owned()))?;
    let mut file = tokio::fs::File::from_std(file.map_err(failed("a work file could not be made"))?);
    for pass in passes {
        let mut pieces = std::pin::pin!(ctx.store.read(pass));
        while let Some(piece) = pieces.next().await {
            file.write_all(&piece?).await.map_err(failed("a work file could not be written"))?;
        }
    }
    file.flush().await.map_err(failed("a work file could not be written"))?;
    Ok(file.into_std().await)
}

/// Seals a result.
///
/// # Errors
/// A fault of the disk.
pub(super) async fn sealed(ctx: &Context, path: &Path) -> Result<Staged, Fault> {
    let mut file = tokio::fs::File::open(path).await.map_err(failed("a result could not be read"))?;
    let mut staging = ctx.store.stage().await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = file.read(&mut chunk).await.map_err(failed("a result could not be read"))?;
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        staging.write(bytes).await?;
    }
    staging.finish().await
}

/// Seals what is in memory.
///
/// # Errors
/// A fault of the disk.
pub(super) async fn sealed_bytes(ctx: &Context, bytes: &[u8]) -> Result<Staged, Fault> {
    let mut staging = ctx.store.stage().await?;
    staging.write(bytes).await?;
    staging.finish().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_left_is_removed_and_a_living_ones_is_not() {
        let root = TempDir::new().unwrap();
        let root = root.path();
        let plain = |place: &Path| {
            std::fs::write(place.join("plain.stl"), "solid").unwrap();
            place.join("plain.stl")
        };
        let living = Place::claim(root).unwrap();
        let working = plain(living.folder.path());
        let Place { folder, _lock: lock } = Place::claim(root).unwrap();
        let left = plain(&folder.keep());
        drop(lock);
        let older = root.join("w1");
        std::fs::create_dir(&older).unwrap();
        let before = plain(&older);
        clear(root).unwrap();
        assert!(working.exists() && !left.exists() && !before.exists());
        drop(living);
        assert!(!working.exists(), "who ends in peace takes it along");
        clear(root).unwrap();
        assert_eq!(std::fs::read_dir(root).unwrap().count(), 1, "the door alone");
    }
}
