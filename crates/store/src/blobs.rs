//! Sealed files: streamed in and out in pieces, each encrypted under the file's own random key, which lies wrapped
//! under a key derived from the person's. Files have random names; equal files of two people are two files.
//!
//! A file is staged first, outside any transaction, and belongs to nobody until a grant takes it in; what is staged
//! and never taken is swept.

use crate::Store;
use crate::crypt::Key;
use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::Grant;
use aws_lc_rs::digest;
use bytes::Bytes;
use domain::ids::{BlobId, PersonId};
use domain::time::Instant;
use futures::stream::{self, Stream, StreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use privacy::{Act, Refusal};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// Plain bytes in a piece.
const PIECE: usize = 256 * 1024;
/// What sealing adds to a piece.
const TAG: usize = 16;
/// How long a pass opens a file.
const PASS_SECONDS: i64 = 15 * 60;

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
    id: BlobId,
    key: Key,
    size: u64,
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

    async fn piece(&self, pass: &ReadPass, index: u64, last: bool) -> Result<Bytes, Fault> {
        if self.is_fenced(pass.person) || self.clock().now() > pass.ends {
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

impl Grant<'_> {
    /// Takes a staged file in: it belongs to the row `owner` of this grant's table from the commit on.
    ///
    /// # Errors
    /// A refusal if the policy does not allow this kind of file for the grant's purpose, or a fault.
    pub async fn blob_insert(&self, kind: &str, owner: Uuid, staged: Staged) -> Result<BlobId, Error> {
        if !matches!(self.act, Act::Create | Act::Change) {
            return Err(Fault::corrupt("this grant does not allow files to be stored").into());
        }
        self.may_hold(kind)?;
        let key = self.key()?.derive("file keys")?;
        let random = &*self.tx.inner.random;
        let wrapped = key.seal(random, &wrap_place(staged.id), staged.key.bytes())?;
        let digest = self.key()?.derive("account.reference")?.seal(
            random,
            &digest_place(staged.id),
            &staged.digest,
        )?;
        let sql = "INSERT INTO blob (id, person, kind, owner, size, wrapped, digest, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let args: [Value; 8] = [
            staged.id.uuid().into(),
            self.person()?.uuid().into(),
            kind.into(),
            owner.into(),
            (staged.size as i64).into(),
            wrapped.into(),
            digest.into(),
            self.now().into(),
        ];
        self.tx.run(sql, &args).await?;
        Ok(staged.id)
    }

    /// Leave to read the file of this kind that belongs to the row `owner`; the newest if there are several.
    ///
    /// # Errors
    /// A refusal if the policy does not allow this kind of file for the grant's purpose, or a fault.
    pub async fn blob_pass(&self, kind: &str, owner: Uuid) -> Result<Option<ReadPass>, Error> {
        self.may_hold(kind)?;
        let person = self.person()?;
        let sql = "SELECT id, size, wrapped FROM blob WHERE kind = $1 AND owner = $2 AND person = $3 \
                   ORDER BY created_at DESC LIMIT 1";
        let args = [kind.into(), owner.into(), person.uuid().into()];
        let Some(row) = self.tx.row(sql, &args).await? else { return Ok(None) };
        let id = BlobId::from_uuid(row.id("id")?);
        let key =
            self.key()?.derive("file keys")?.open("a file's key", &wrap_place(id), row.bytes("wrapped")?)?;
        Ok(Some(ReadPass {
            id,
            key: Key::from_slice(&key).ok_or(Fault::Sealed("a file's key"))?,
            person,
            ends: self.now().plus_seconds(PASS_SECONDS),
            size: row.int("size")? as u64,
        }))
    }

    /// Forgets every file, or every one of this kind, that belongs to the row `owner` of this grant's table; the grant
    /// is to change or erase it.
    ///
    /// # Errors
    /// A fault.
    pub async fn blob_remove(&self, owner: Uuid, kind: Option<&str>) -> Result<Gone, Error> {
        if !matches!(self.act, Act::Erase | Act::Change) {
            return Err(Fault::corrupt("this grant does not allow files to be removed").into());
        }
        let person = self.person()?;
        let mut args: Vec<Value> = vec![owner.into(), person.uuid().into()];
        args.extend(kind.map(Value::from));
        let of = if kind.is_some() { " AND kind = $3" } else { "" };
        let sql = format!("DELETE FROM blob WHERE owner = $1 AND person = $2{of} RETURNING id");
        let rows = self.tx.rows(&sql, &args).await?;
        Ok(Gone(rows.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?))
    }

    fn may_hold(&self, kind: &str) -> Result<(), Error> {
        let blob = self.tx.inner.book.map().blob(kind);
        let blob = blob.ok_or_else(|| Fault::corrupt(format!("the data map has no file of kind {kind}")))?;
        if blob.owner != self.table {
            return Err(
                Fault::corrupt(format!("files of kind {kind} do not belong to {}", self.table)).into()
            );
        }
        if !self.scope.categories.contains(&blob.about) {
            let (categories, purpose) = (blob.about.clone(), "this purpose".to_owned());
            return Err(Refusal::PolicyForbids { categories, purpose }.into());
        }
        Ok(())
    }
}

fn wrap_place(id: BlobId) -> Vec<u8> {
    format!("blob|wrapped|{id}").into_bytes()
}

/// As the data map's sealed column `blob.digest`, so that the archive and the map agree on it.
fn digest_place(id: BlobId) -> Vec<u8> {
    format!("blob|digest|{}|account.reference", id.uuid().simple()).into_bytes()
}
