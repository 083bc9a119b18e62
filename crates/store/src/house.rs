//! Facts about the installation itself: set-up, controller, epoch. Never about people.

use crate::fault::Fault;
use crate::tx::Tx;
use domain::time::Instant;

/// The instants at which an epoch of keys ended, as a setting of the house.
const TURNS: &str = "epoch.turns";
/// How many of them are kept: five years of weeks, and then some.
const TURNS_KEPT: usize = 300;

impl Tx {
    /// Notes that an epoch of keys has ended by now: its key is destroyed. After a breach that tells which keys fit which.
    ///
    /// # Errors
    /// A fault.
    pub async fn epoch_ended(&self, at: Instant) -> Result<(), Fault> {
        let mut turns = self.epochs_ended().await?;
        turns.push(at);
        let skip = turns.len().saturating_sub(TURNS_KEPT);
        let kept: Vec<String> = turns.iter().skip(skip).map(|turn| turn.micros().to_string()).collect();
        self.house_set(TURNS, &kept.join(" ")).await
    }

    /// When epochs of keys ended, the oldest first, as far as that is known.
    ///
    /// # Errors
    /// A fault.
    pub async fn epochs_ended(&self) -> Result<Vec<Instant>, Fault> {
        let turns = self.house(TURNS).await?.unwrap_or_default();
        Ok(turns.split(' ').filter_map(|turn| turn.parse().ok()).map(Instant::from_micros).collect())
    }

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
