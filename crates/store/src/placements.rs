//! Files of ours on machines: put down before one is placed, gone when it is seen to be gone. What is named here leads to
//! nobody, so that no grant is needed.
//!
//! What stays on a machine that nobody can reach any more is never dropped silently: it becomes a stray, which is shown
//! until somebody says that it is gone.

use crate::fault::Fault;
use crate::sql::Value;
use crate::tx::Tx;
use domain::ids::{PrintReference, PrinterId};
use domain::time::Instant;

/// A file of ours that stays on a machine which is not in the house any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// Its name there.
    pub reference: PrintReference,
    /// What the house called the machine.
    pub machine: String,
    /// When the machine was taken out of the house.
    pub left_at: Instant,
}

impl Tx {
    /// A file is about to be placed on a machine.
    ///
    /// # Errors
    /// A fault.
    pub async fn placement_add(&self, reference: PrintReference, printer: PrinterId) -> Result<(), Fault> {
        let sql = "INSERT INTO placement (id, printer) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET printer = excluded.printer";
        self.run(sql, &[reference.uuid().into(), printer.uuid().into()]).await.map(drop)
    }

    /// The file is not on the machine any more.
    ///
    /// # Errors
    /// A fault.
    pub async fn placement_gone(&self, reference: PrintReference) -> Result<(), Fault> {
        self.run("DELETE FROM placement WHERE id = $1", &[reference.uuid().into()]).await.map(drop)
    }

    /// Files of ours on machines that belong to no job any more, or to one that is elsewhere by now.
    ///
    /// # Errors
    /// A fault.
    pub async fn placements_left(&self) -> Result<Vec<(PrintReference, PrinterId)>, Fault> {
        let sql = "SELECT id, printer FROM placement WHERE NOT EXISTS \
                   (SELECT 1 FROM job WHERE job.reference = placement.id AND job.printer = placement.printer) ORDER BY id";
        let rows = self.rows(sql, &[]).await?;
        let left = rows.iter().map(|row| {
            Ok((PrintReference::from_uuid(row.id("id")?), PrinterId::from_uuid(row.id("printer")?)))
        });
        left.collect()
    }

    /// How many files of ours lie on a machine, of whatever job.
    ///
    /// # Errors
    /// A fault.
    pub async fn placements_on(&self, printer: PrinterId) -> Result<usize, Fault> {
        let sql = "SELECT id FROM placement WHERE printer = $1";
        Ok(self.rows(sql, &[printer.uuid().into()]).await?.len())
    }

    /// Forgets a machine on which files of ours may lie, and writes down what stays there. Refused (false) while a job
    /// holds it: then drop the transaction.
    ///
    /// # Errors
    /// A fault.
    pub async fn printer_give_up(&self, id: PrinterId) -> Result<bool, Fault> {
        let strays = "INSERT INTO stray (id, machine, left_at) SELECT placement.id, printer.name, $2 \
                      FROM placement JOIN printer ON printer.id = placement.printer WHERE printer.id = $1";
        self.run(strays, &[id.uuid().into(), self.now().into()]).await?;
        self.run("DELETE FROM placement WHERE printer = $1", &[id.uuid().into()]).await?;
        self.printer_remove(id).await
    }

    /// What stays on machines that are not in the house any more, oldest first.
    ///
    /// # Errors
    /// A fault.
    pub async fn strays(&self) -> Result<Vec<Stray>, Fault> {
        let rows = self.rows("SELECT * FROM stray ORDER BY left_at, id", &[]).await?;
        let strays = rows.iter().map(|row| {
            Ok(Stray {
                reference: PrintReference::from_uuid(row.id("id")?),
                machine: row.text("machine")?.to_owned(),
                left_at: Instant::from_micros(row.int("left_at")?),
            })
        });
        strays.collect()
    }

    /// Somebody says that it is gone. Returns whether it was known.
    ///
    /// # Errors
    /// A fault.
    pub async fn stray_gone(&self, reference: PrintReference) -> Result<bool, Fault> {
        let id: Value = reference.uuid().into();
        Ok(self.run("DELETE FROM stray WHERE id = $1", &[id]).await? > 0)
    }
}
