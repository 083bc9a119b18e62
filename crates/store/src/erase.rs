//! Erasing a person: ledger, fence, key, and they are unreadable everywhere; then the rows and files go.
//!
//! The order is the point. The ledger line is durable before anything is destroyed, so that an erasure that was cut
//! short, or undone by restoring a backup, is carried out when the house opens next. The fence commits before the
//! key goes, so that nobody seals anything new under it. Every step may run twice.

use crate::Store;
use crate::failpoint::hit;
use crate::fault::{Error, Fault};
use crate::ledger::Erasure;
use crate::sql::Value;
use domain::ids::PersonId;
use domain::person::{Actor, Chore};
use domain::time::Instant;
use privacy::plan::{self, EraseStep};
use privacy::{Act, Ask, Whose};
use std::sync::PoisonError;

/// From here on the policy knows nobody of this number.
const FENCE: &str = "UPDATE person SET fenced = $1 WHERE id = $2";

/// The proof of an erasure, to keep. It holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When the key was destroyed.
    pub at: Instant,
    /// The day from which no backup, log file or old page can hold a readable copy: every epoch key that ever
    /// wrapped the person's key is gone by then, and so is every backup.
    pub final_at: Instant,
    /// The policy under which it was done.
    pub policy: String,
}

impl Store {
    /// Makes a person unreadable, durably, and returns the receipt. Their rows and files are noise from then on;
    /// [`Store::purge`] removes them.
    ///
    /// # Errors
    /// A refusal if the actor may not, or a fault; after a fault the erasure goes on when the house opens next.
    pub async fn erase(&self, actor: Actor, person: PersonId) -> Result<Receipt, Error> {
        let tx = self.begin().await?;
        let ask =
            Ask { actor, act: Act::Erase, what: "person", whose: Whose::Person(person), purpose: "rights" };
        drop(tx.authorise(ask).await?);
        let receipt = self.receipt(tx.now(), self.backups_until(&tx).await?);
        self.0.ledger.write(&self.0.keys, person, &receipt).await?;
        hit("erase:ledger");
        self.fence(person);
        tx.run(FENCE, &[true.into(), person.uuid().into()]).await?;
        tx.commit().await?;
        hit("erase:fence");
        self.0.keys.destroy(person).await?;
        hit("erase:key");
        Ok(receipt)
    }

    /// Removes the rows and files of a person whose key is gone. Running it twice is no fault. Returns how many rows
    /// and files went.
    ///
    /// # Errors
    /// A fault; running it again goes on where it stopped.
    pub async fn purge(&self, person: PersonId) -> Result<u64, Fault> {
        let id: Value = person.uuid().into();
        let looking = self.look().await?;
        let files = looking.rows("SELECT id FROM blob WHERE person = $1", std::slice::from_ref(&id)).await?;
        drop(looking);
        for file in &files {
            self.0.blobs.delete(file.id("id")?).await?;
        }
        hit("erase:files");
        let tx = self.begin().await?;
        tx.removes();
        let mut gone = files.len() as u64;
        for step in plan::erase(&self.0.book) {
            let sql = match step {
                EraseStep::Rows { table, person } => format!("DELETE FROM {table} WHERE {person} = $1"),
                EraseStep::Columns { table, person, columns } => {
                    let sets: Vec<String> = columns.iter().map(|c| format!("{c} = NULL")).collect();
                    format!("UPDATE {table} SET {} WHERE {person} = $1", sets.join(", "))
                }
                EraseStep::Mention { table, column } => {
                    format!("UPDATE {table} SET {column} = NULL WHERE {column} = $1")
                }
                EraseStep::Stays { .. } => continue,
            };
            gone += tx.run(&sql, std::slice::from_ref(&id)).await?;
        }
        hit("erase:rows");
        tx.commit().await?;
        // If somebody is reading, the sweep tries again.
        self.tidy().await?;
        Ok(gone)
    }

    /// Carries out every erasure that the ledger knows and the data or the keys do not: one that a crash cut short,
    /// or that a restored backup undid.
    pub(crate) async fn replay_erasures(&self) -> Result<(), Fault> {
        for Erasure { person, .. } in self.0.ledger.all(&self.0.keys).await? {
            self.fence(person);
            self.fence_again(person).await?;
            self.0.keys.destroy(person).await?;
            let tx = self.look().await?;
            let id: Value = person.uuid().into();
            let mut left = false;
            for step in plan::erase(&self.0.book) {
                if let EraseStep::Rows { table, person } = step {
                    let sql = format!("SELECT 1 AS one FROM {table} WHERE {person} = $1 LIMIT 1");
                    left |= tx.row(&sql, std::slice::from_ref(&id)).await?.is_some();
                }
            }
            drop(tx);
            if left {
                self.purge(person).await?;
            }
        }
        Ok(())
    }

    /// Fences a person whom the ledger knows as erased, with the log's leaf, unless that was done: the process may have
    /// ended before, or a backup from before was brought back.
    async fn fence_again(&self, person: PersonId) -> Result<(), Fault> {
        let tx = self.begin().await?;
        let (actor, whose) = (Actor::House(Chore::Clerk), Whose::Person(person));
        match tx.authorise(Ask { actor, act: Act::Erase, what: "person", whose, purpose: "rights" }).await {
            Ok(grant) => drop(grant),
            // Nobody is there any more, or behind the fence already.
            Err(Error::Refused(_)) => return Ok(()),
            Err(Error::Fault(fault)) => return Err(fault),
        }
        tx.run(FENCE, &[true.into(), person.uuid().into()]).await?;
        tx.commit().await
    }

    /// The receipt of every erasure that the ledger knows, oldest first, by the random number of whoever was erased:
    /// also of one whose receipt nobody saw, since the process ended too soon.
    ///
    /// # Errors
    /// A fault.
    pub async fn receipts(&self) -> Result<Vec<(PersonId, Receipt)>, Fault> {
        let all = self.0.ledger.all(&self.0.keys).await?.into_iter();
        let backups_until = self.backups_until(&self.look().await?).await?;
        let receipt = |erased: Erasure| match erased.then {
            Some((final_at, policy)) => (erased.person, Receipt { at: erased.at, final_at, policy }),
            None => (erased.person, self.receipt(erased.at, backups_until)),
        };
        Ok(all.map(receipt).collect())
    }

    fn fence(&self, person: PersonId) {
        self.0.fenced.write().unwrap_or_else(PoisonError::into_inner).insert(person);
    }

    fn receipt(&self, at: Instant, backups_until: Option<Instant>) -> Receipt {
        let versions = self.versions();
        let epoch = versions.shortest(|p| p.keys.epoch.get_ref());
        // A key backup made just before the erasure is readable until its epoch key goes, which is one epoch after
        // the current one at the latest.
        let epochs = at.plus_period(&epoch).plus_period(&epoch);
        // Of the backups made before, some may have been promised a longer life by a policy that is not in force any more.
        let backups = at.plus_period(&versions.shortest(|p| p.keys.backups.get_ref()));
        let final_at = epochs.max(backups).max(backups_until.unwrap_or(at));
        Receipt { at, final_at, policy: self.0.book.reference() }
    }
}
