//! Whether what protects data is in force: looked at where it lies, and not taken from what was set up.
//!
//! It reads bytes as they lie and opens none of them.

use crate::Store;
use crate::crypt::is_sealed;
use crate::fault::Fault;
use privacy::Seal;
use std::os::unix::fs::PermissionsExt as _;

/// How many cells of a column are looked at, the newest first: enough to see that what is written now lies open.
const LOOKED_AT: u32 = 200;

impl Store {
    /// Whether others on this machine can read the folder with the keys of epochs, or one of them.
    ///
    /// # Errors
    /// A fault.
    pub fn keys_are_open_to_others(&self) -> Result<bool, Fault> {
        let fault = || Fault::file("the key folder could not be looked at");
        let folder = &self.0.settings.keys;
        let open = |metadata: std::fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
        let mut any = open(std::fs::metadata(folder).map_err(fault())?);
        for entry in std::fs::read_dir(folder).map_err(fault())? {
            any |= open(entry.and_then(|entry| entry.metadata()).map_err(fault())?);
        }
        Ok(any)
    }

    /// How many of the cells looked at that the data map calls sealed lie there readable.
    ///
    /// # Errors
    /// A fault.
    pub async fn cells_lying_open(&self) -> Result<u64, Fault> {
        let tx = self.look().await?;
        let mut open = 0;
        for (table, since, column) in self.sealed_columns() {
            let newest = since.map(|since| format!(" ORDER BY {since} DESC")).unwrap_or_default();
            let sql = format!(
                "SELECT {column} AS cell FROM {table} WHERE {column} IS NOT NULL{newest} LIMIT {LOOKED_AT}"
            );
            for row in tx.rows(&sql, &[]).await? {
                open += u64::from(!row.value("cell")?.bytes().is_some_and(is_sealed));
            }
        }
        Ok(open)
    }

    /// Each column that the data map calls sealed: its table, the column that says since when a row is there, and its own name.
    fn sealed_columns(&self) -> Vec<(String, Option<String>, String)> {
        let mut sealed = Vec::new();
        for (name, table) in self.book().map().tables() {
            let columns = table.column.iter().filter(|(_, column)| column.seal == Seal::Cell);
            sealed.extend(columns.map(|(column, _)| (name.to_owned(), table.since.clone(), column.clone())));
        }
        sealed
    }

    /// Whether the current epoch of keys should have ended by now.
    ///
    /// # Errors
    /// A fault.
    pub async fn epoch_is_over(&self) -> Result<bool, Fault> {
        let period = self.versions().shortest(|profile| profile.keys.epoch.get_ref());
        let tx = self.look().await?;
        Ok(tx.epoch_began().await?.is_some_and(|began| began.plus_period(&period) <= tx.now()))
    }
}
