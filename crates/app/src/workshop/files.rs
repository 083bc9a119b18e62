//! Files in the clear, for as long as a child works on them: one file without a name, one folder that is emptied.
//!
//! Nothing here may outlive its piece of work; what a crash leaves is removed when the worker starts.

use crate::{Context, Error};
use futures::StreamExt as _;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use store::{Fault, ReadPass, Staged};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// How much is read from a result at once.
const CHUNK: usize = 256 * 1024;

fn root(ctx: &Context) -> PathBuf {
    ctx.store.data().join("work")
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Fault {
    move |source| Fault::File { what, source }
}

/// Removes whatever an ended process left.
///
/// # Errors
/// A fault of the disk.
pub(super) fn empty(ctx: &Context) -> Result<(), Fault> {
    match std::fs::remove_dir_all(root(ctx)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(failed("the work folder could not be emptied")(e))
        }
        _ => Ok(()),
    }
}

/// An empty folder; it goes with what is returned.
///
/// # Errors
/// A fault of the disk.
pub(super) fn folder(ctx: &Context) -> Result<TempDir, Fault> {
    let failed = failed("a work folder could not be made");
    std::fs::create_dir_all(root(ctx)).and_then(|()| TempDir::with_prefix_in("w", root(ctx))).map_err(failed)
}

/// The sealed files one after the other, opened, in a file without a name.
///
/// # Errors
/// A fault: the disk, or a file that does not open.
pub(super) async fn opened(ctx: &Context, passes: Vec<ReadPass>) -> Result<File, Error> {
    let place = root(ctx);
    let made = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&place).and_then(|()| tempfile::tempfile_in(&place))
    });
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
