//! Proofs that were begun: what an answer must fit lies with the disk, is good once and for five minutes, and names nobody.

use crate::{Context, Error};
use domain::ids::CeremonyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Fault, Tx};

/// Keeps what the answer must fit, and gives the number that it has to name.
pub(super) async fn begin(ctx: &Context, tx: Tx, state: &impl Serialize) -> Result<CeremonyId, Error> {
    let id = CeremonyId::fresh(&**ctx.store.random());
    let state = serde_json::to_string(state)
        .map_err(|_| Fault::Corrupt("a proof that was begun could not be written".to_owned()))?;
    tx.begin_ceremony(id, &state).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the answer must fit; `None` if it comes too late, or for the second time. It is gone from then on, also where the answer
/// turns out to be wrong.
pub(super) async fn end<T: DeserializeOwned>(ctx: &Context, id: &str) -> Result<Option<T>, Error> {
    let Ok(id) = id.parse::<CeremonyId>() else { return Ok(None) };
    let tx = ctx.store.begin().await?;
    let state = tx.end_ceremony(id).await?;
    tx.commit().await?;
    Ok(state.and_then(|state| serde_json::from_str(&state).ok()))
}
