//! Facts about the installation itself: set-up, controller, epoch. Never about people.

use crate::fault::Fault;
use crate::tx::Tx;

impl Tx {
    /// A setting of the house.
    ///
    /// # Errors
    /// A fault.
    pub async fn house(&self, name: &str) -> Result<Option<String>, Fault> {
        let row = self.row("SELECT value FROM house WHERE name = $1", &[name.into()]).await?;
        row.map(|r| r.text("value").map(str::to_owned)).transpose()
    }

    /// Sets a setting of the house.
    ///
    /// # Errors
    /// A fault.
    pub async fn house_set(&self, name: &str, value: &str) -> Result<(), Fault> {
        let sql = "INSERT INTO house (name, value) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.run(sql, &[name.into(), value.into()]).await.map(|_| ())
    }

    /// Forgets a setting of the house.
    ///
    /// # Errors
    /// A fault.
    pub async fn house_unset(&self, name: &str) -> Result<(), Fault> {
        self.run("DELETE FROM house WHERE name = $1", &[name.into()]).await.map(|_| ())
    }
}
