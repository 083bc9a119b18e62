//! Epochs of keys: when the current one ends, and when those before it did. After a breach that tells which keys fit which.

use crate::Store;
use crate::fault::Fault;
use crate::tx::Tx;
use domain::time::Instant;
use privacy::breach::Turn;

/// When the current epoch began, as a setting of the house.
const BEGAN: &str = "epoch.began";
/// When those before it ended.
const ENDED: &str = "epoch.ended";
/// How many of them are kept: five years of weeks, and then some.
const KEPT: usize = 300;

impl Store {
    /// Starts a new epoch when the current one has lived as long as the policy says, and notes when the old one ended, once its key
    /// is destroyed: if that note is lost, the keys of both are taken to fit. Returns the new epoch's number, if one began.
    ///
    /// # Errors
    /// A fault.
    pub async fn turn_epoch(&self) -> Result<Option<i64>, Fault> {
        let period = self.versions().shortest(|profile| profile.keys.epoch.get_ref());
        let tx = self.begin().await?;
        let began = tx.epoch_began().await?;
        if began.is_some_and(|began| began.plus_period(&period) > tx.now()) {
            return Ok(None);
        }
        let begins = self.clock().now();
        let turned = if began.is_some() { Some(self.rotate_keys().await?) } else { None };
        if turned.is_some() {
            let mut ended = tx.epochs_ended().await?;
            ended.push(Turn { began: begins, ended: self.clock().now() });
            let skip = ended.len().saturating_sub(KEPT);
            let kept: Vec<String> = ended
                .iter()
                .skip(skip)
                .map(|turn| format!("{}-{}", turn.began.micros(), turn.ended.micros()))
                .collect();
            tx.house_set(ENDED, &kept.join(" ")).await?;
        }
        tx.house_set(BEGAN, &tx.now().micros().to_string()).await?;
        tx.commit().await?;
        Ok(turned)
    }
}

impl Tx {
    /// When the current epoch of keys began.
    pub(crate) async fn epoch_began(&self) -> Result<Option<Instant>, Fault> {
        Ok(self.house(BEGAN).await?.and_then(|text| text.parse().ok()).map(Instant::from_micros))
    }

    /// When epochs of keys ended, the oldest first, as far as that is known.
    ///
    /// # Errors
    /// A fault.
    pub async fn epochs_ended(&self) -> Result<Vec<Turn>, Fault> {
        let ended = self.house(ENDED).await?.unwrap_or_default();
        let instant = |text: &str| text.parse().ok().map(Instant::from_micros);
        let turns = ended.split(' ').filter_map(|turn| {
            let (began, ended) = turn.split_once('-')?;
            Some(Turn { began: instant(began)?, ended: instant(ended)? })
        });
        Ok(turns.collect())
    }
}
