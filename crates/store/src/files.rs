//! What happens to sealed files after they are in: they change rows, go with their row, or are held by one process
//! without belonging to any row.

use crate::Store;
use crate::blobs::{ReadPass, Staged};
use crate::crypt::Key;
use crate::fault::{Error, Fault};
use crate::tx::Grant;
use domain::ids::{BlobId, PersonId};
use privacy::Act;
use std::sync::PoisonError;
use uuid::Uuid;

impl Grant<'_> {
    /// Gives the files of one row to a row of this grant's table; nothing is copied. The grant is to create, and the
    /// policy must allow the new kind of file for its purpose.
    ///
    /// # Errors
    /// A refusal or a fault.
    pub async fn files_adopt(&self, from: (&str, Uuid), to: (&str, Uuid)) -> Result<(), Error> {
        if self.act != Act::Create {
            return Err(Fault::corrupt("this grant does not allow files to be taken over").into());
        }
        self.may_hold(to.0)?;
        let sql = "UPDATE blob SET kind = $1, owner = $2 WHERE kind = $3 AND owner = $4 AND person = $5";
        let person = self.person()?.uuid();
        self.tx.run(sql, &[to.0.into(), to.1.into(), from.0.into(), from.1.into(), person.into()]).await?;
        Ok(())
    }

    /// How many files the person of this grant has, and their bytes in all. The grant is to read `blob`.
    ///
    /// # Errors
    /// A refusal or a fault.
    pub async fn files_held(&self) -> Result<(u64, u64), Error> {
        if self.act != Act::Read || self.table != "blob" {
            return Err(Fault::corrupt("this grant does not allow files to be counted").into());
        }
        let sql = "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM blob WHERE person = $1";
        let rows = self.tx.rows(sql, &[self.person()?.uuid().into()]).await?;
        let Some(row) = rows.first() else { return Ok((0, 0)) };
        Ok((row.int("files")? as u64, row.int("bytes")? as u64))
    }

    /// Lets go of the files of a row of this grant's table. They are noise from the commit on; remove them then with
    /// [`Store::files_remove`].
    ///
    /// # Errors
    /// A fault.
    pub async fn files_drop(&self, owner: Uuid) -> Result<Vec<BlobId>, Error> {
        if !matches!(self.act, Act::Change | Act::Erase) {
            return Err(Fault::corrupt("this grant does not allow files to be removed").into());
        }
        let args = [owner.into(), self.person()?.uuid().into()];
        let map = self.tx.inner.book.map();
        let kinds = map.blob.iter().filter(|(_, blob)| blob.get_ref().owner == self.table);
        let kinds: Vec<&str> = kinds.map(|(kind, _)| kind.as_str()).collect();
        let rows = self.tx.rows("SELECT id, kind FROM blob WHERE owner = $1 AND person = $2", &args).await?;
        let mut gone = Vec::new();
        for row in rows {
            if kinds.contains(&row.text("kind")?) {
                let id = row.id("id")?;
                self.tx.run("DELETE FROM blob WHERE id = $1", &[id.into()]).await?;
                gone.push(BlobId::from_uuid(id));
            }
        }
        Ok(gone)
    }
}

impl Store {
    /// Removes files that no row owns any more.
    ///
    /// # Errors
    /// A fault of the disk; the sweep goes on where it stopped.
    pub async fn files_remove(&self, files: &[BlobId]) -> Result<(), Fault> {
        for file in files {
            self.0.blobs.delete(file.uuid()).await?;
        }
        Ok(())
    }

    /// Clears away what removed rows left in the embedded database's write-ahead log. Returns false if somebody was
    /// reading from it: try again soon.
    ///
    /// # Errors
    /// A fault.
    pub async fn settle(&self) -> Result<bool, Fault> {
        self.0.pool.checkpoint().await
    }

    /// Holds a staged file without giving it to anybody: its key stays in memory, and it is noise for everyone else,
    /// for ever once this process ends.
    pub fn hold(&self, staged: Staged) -> Held {
        self.0.held.write().unwrap_or_else(PoisonError::into_inner).insert(staged.id.uuid());
        Held { store: self.clone(), id: staged.id, key: staged.key, size: staged.size }
    }
}

/// A sealed file whose only key is this value.
pub struct Held {
    store: Store,
    id: BlobId,
    key: Key,
    size: u64,
}

impl Held {
    /// The file's random name.
    pub const fn id(&self) -> BlobId {
        self.id
    }
    /// Leave to read it for a short while, void when the erasure of `person` begins.
    pub fn pass(&self, person: PersonId) -> ReadPass {
        ReadPass::new(
            self.id,
            Key::from_array(*self.key.bytes()),
            person,
            self.store.clock().now(),
            self.size,
        )
    }
}

impl core::fmt::Debug for Held {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Held({} bytes)", self.size)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.store.0.held.write().unwrap_or_else(PoisonError::into_inner).remove(&self.id.uuid());
    }
}
