//! Sealed files: streamed in and out in pieces, each encrypted under the file's own random key, which lies wrapped
//! under a key derived from the person's. Files have random names; equal files of two people are two files.
//!
//! A file is staged first, outside any transaction, and belongs to nobody until a grant takes it in; what is staged
//! and never taken is swept.

mod held;

use crate::Store;
use crate::crypt::Key;
use crate::fault::Fault;
use crate::sql::Engine;
use aws_lc_rs::digest;
use bytes::Bytes;
use domain::ids::{BlobId, PersonId};
use domain::time::Instant;
use futures::stream::{self, Stream, StreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Plain bytes in a piece.
const PIECE: usize = 256 * 1024;
/// What sealing adds to a piece.
const TAG: usize = 16;

/// Where sealed files lie.
pub(crate) struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    pub(crate) fn local(folder: &Path) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder).map_err(Fault::file("the blob folder could not be made"))?;
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(false))))
    }

    pub(crate) async fn delete(&self, id: Uuid) -> Result<(), Fault> {
        match self.0.delete(&place(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// Every file with its age, for finding those that nobody took.
    pub(crate) async fn all(&self) -> Result<Vec<(Uuid, Instant)>, Fault> {
        let mut found = Vec::new();
        let mut files = self.0.list(None);
        while let Some(file) = files.next().await {
            let file = file?;
            let name: String = file.location.as_ref().split('/').collect();
            if let Ok(id) = Uuid::try_parse(&name) {
                found.push((id, Instant::from_micros(file.last_modified.timestamp_micros())));
            }
        }
        Ok(found)
    }
}

fn place(id: Uuid) -> ObjectPath {
    let name = id.simple().to_string();
    let (folder, rest) = name.split_at(2);
    ObjectPath::from(format!("{folder}/{rest}"))
}

/// A file on its way in.
pub struct Staging {
    id: BlobId,
    key: Key,
    writer: WriteMultipart,
    buffer: Vec<u8>,
    pieces: u64,
    size: u64,
    digest: digest::Context,
}

/// A file that is in, and belongs to nobody yet.
pub struct Staged {
    pub(crate) id: BlobId,
    pub(crate) key: Key,
    pub(crate) size: u64,
    digest: Vec<u8>,
}

impl Staged {
    /// Its size in bytes, as it was given.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl Staging {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// A fault of the disk.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        self.size += bytes.len() as u64;
        self.digest.update(bytes);
        while !bytes.is_empty() {
            // A full piece is written when more follows, since the last one is sealed as such.
            if self.buffer.len() == PIECE {
                self.flush(false)?;
                self.writer.wait_for_capacity(4).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// A fault of the disk.
    pub async fn finish(mut self) -> Result<Staged, Fault> {
        self.flush(true)?;
        self.writer.finish().await?;
        Ok(Staged {
            id: self.id,
            key: self.key,
            size: self.size,
            digest: self.digest.finish().as_ref().to_vec(),
        })
    }

    fn flush(&mut self, last: bool) -> Result<(), Fault> {
        let mut piece = std::mem::take(&mut self.buffer);
        self.key.seal_piece(self.pieces, last, &mut piece)?;
        self.pieces += 1;
        self.writer.write(&piece);
        Ok(())
    }
}

/// Files whose rows are gone with a transaction: give them to [`Store::unlink`] once it has committed.
#[derive(Debug, Default)]
#[must_use = "the files still lie on the disk"]
pub struct Gone(Vec<Uuid>);

impl Gone {
    /// These and those.
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
}

/// How long a pass opens a file.
const PASS_SECONDS: i64 = 15 * 60;
/// How much longer one does that is handed out with its file.
const DOWNLOAD_SECONDS: i64 = 6 * 3600;

/// Leave to read one file for a short while, given by a grant and good after its transaction. It is void the
/// moment the person's erasure begins.
pub struct ReadPass {
    id: BlobId,
    key: Key,
    person: PersonId,
    ends: Instant,
    size: u64,
}

impl core::fmt::Debug for ReadPass {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ReadPass({} bytes)", self.size)
    }
}

impl ReadPass {
    pub(crate) const fn new(id: BlobId, key: Key, person: PersonId, now: Instant, size: u64) -> Self {
        Self { id, key, person, ends: now.plus_seconds(PASS_SECONDS), size }
    }
    /// Good for as long as a large download takes: what is handed out once cannot be asked for again.
    pub(crate) const fn for_a_download(mut self) -> Self {
        self.ends = self.ends.plus_seconds(DOWNLOAD_SECONDS);
        self
    }
    /// The file's size in bytes.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl Store {
    /// Begins a file.
    ///
    /// # Errors
    /// A fault of the disk.
    pub async fn stage(&self) -> Result<Staging, Fault> {
        let id = BlobId::fresh(&**self.random());
        let upload = self.0.blobs.0.put_multipart(&place(id.uuid())).await?;
        Ok(Staging {
            id,
            key: Key::fresh(&**self.random()),
            writer: WriteMultipart::new(upload),
            buffer: Vec::with_capacity(PIECE + TAG),
            pieces: 0,
            size: 0,
            digest: digest::Context::new(&digest::SHA256),
        })
    }

    /// Throws a staged file away.
    ///
    /// # Errors
    /// A fault of the disk.
    pub async fn discard(&self, staged: Staged) -> Result<(), Fault> {
        self.0.blobs.delete(staged.id.uuid()).await
    }

    /// Removes files whose rows are gone. What a crash leaves behind is swept later; it opens no more.
    ///
    /// # Errors
    /// A fault of the disk.
    pub async fn unlink(&self, gone: Gone) -> Result<(), Fault> {
        for id in gone.0 {
            self.0.blobs.delete(id).await?;
        }
        Ok(())
    }

    /// Reads a file, piece by piece. The stream ends with a fault if the pass runs out, the person is being erased or
    /// the file was altered or cut.
    pub fn read(&self, pass: ReadPass) -> impl Stream<Item = Result<Bytes, Fault>> + Send + use<> {
        let store = self.clone();
        let pieces = pass.size.div_ceil(PIECE as u64).max(1);
        stream::unfold((store, pass, 0_u64), move |(store, pass, index)| async move {
            if index >= pieces {
                return None;
            }
            let piece = store.piece(&pass, index, index + 1 == pieces).await;
            let next = if piece.is_ok() { index + 1 } else { pieces };
            Some((piece, (store, pass, next)))
        })
    }

    /// Whether another process began the person's erasure: of its own every process knows, and on the embedded
    /// database there is no other.
    async fn fenced_elsewhere(&self, person: PersonId) -> Result<bool, Fault> {
        if self.engine() == Engine::Sqlite {
            return Ok(false);
        }
        let sql = "SELECT id FROM person WHERE id = $1 AND NOT fenced";
        Ok(self.look().await?.row(sql, &[person.uuid().into()]).await?.is_none())
    }

    async fn piece(&self, pass: &ReadPass, index: u64, last: bool) -> Result<Bytes, Fault> {
        if self.clock().now() > pass.ends
            || self.is_fenced(pass.person)
            || self.fenced_elsewhere(pass.person).await?
        {
            return Err(Fault::Sealed("a file whose pass has ended"));
        }
        let step = (PIECE + TAG) as u64;
        let plain = if last { pass.size - index * PIECE as u64 } else { PIECE as u64 };
        let range = index * step..index * step + plain + TAG as u64;
        let sealed = self.0.blobs.0.get_range(&place(pass.id.uuid()), range).await?;
        let mut piece = sealed.to_vec();
        pass.key.open_piece(index, last, &mut piece)?;
        Ok(piece.into())
    }
}
