//! Files and the rows they belong to: taken in, opened and forgotten under a grant, and never without one.

use super::{Gone, ReadPass, Staged};
use crate::crypt::Key;
use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::BlobId;
use privacy::{Act, Refusal};
use std::collections::HashSet;
use uuid::Uuid;

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

    /// Leave to read the file of this kind that belongs to the row `owner`; the newest if there are several. There is
    /// none once the row has expired.
    ///
    /// # Errors
    /// A refusal if the policy does not allow this kind of file for the grant's purpose, or a fault.
    pub async fn blob_pass(&self, kind: &str, owner: Uuid) -> Result<Option<ReadPass>, Error> {
        self.may_hold(kind)?;
        let person = self.person()?;
        // An archive lists its files by themselves and is whole or not made.
        if self.get(owner).await?.is_none() {
            return Ok(None);
        }
        let sql = "SELECT id, size, wrapped FROM blob WHERE kind = $1 AND owner = $2 AND person = $3 \
                   ORDER BY created_at DESC LIMIT 1";
        let args = [kind.into(), owner.into(), person.uuid().into()];
        let Some(row) = self.tx.row(sql, &args).await? else { return Ok(None) };
        let id = BlobId::from_uuid(row.id("id")?);
        let key =
            self.key()?.derive("file keys")?.open("a file's key", &wrap_place(id), row.bytes("wrapped")?)?;
        let key = Key::from_slice(&key).ok_or(Fault::Sealed("a file's key"))?;
        Ok(Some(ReadPass::new(id, key, person, self.now(), row.int("size")? as u64)))
    }

    /// Which rows of this grant's table have a file of this kind.
    ///
    /// # Errors
    /// A refusal if the policy does not allow this kind of file for the grant's purpose, or a fault.
    pub async fn blob_owners(&self, kind: &str) -> Result<HashSet<Uuid>, Error> {
        self.may_hold(kind)?;
        let args = [kind.into(), self.person()?.uuid().into()];
        let rows = self.tx.rows("SELECT owner FROM blob WHERE kind = $1 AND person = $2", &args).await?;
        Ok(rows.iter().map(|row| row.id("owner")).collect::<Result<_, _>>()?)
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

    /// Removes every row of this grant's table about the person, with the files that belong to them. Returns how many rows.
    ///
    /// # Errors
    /// A fault.
    pub async fn erase_all(&self) -> Result<(u64, Gone), Error> {
        let person = self.person()?;
        let rows = self.remove("1 = 1", &[]).await?;
        let mut gone = Gone::default();
        let map = self.tx.inner.book.map();
        for (kind, _) in map.blob.iter().filter(|(_, blob)| blob.get_ref().owner == self.table) {
            let sql = "DELETE FROM blob WHERE person = $1 AND kind = $2 RETURNING id";
            let files = self.tx.rows(sql, &[person.uuid().into(), kind.as_str().into()]).await?;
            gone = gone.and(Gone(files.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?));
        }
        Ok((rows, gone))
    }

    pub(crate) fn may_hold(&self, kind: &str) -> Result<(), Error> {
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
