//! What somebody said to each version of the policy and of the terms of use: accepted or refused. Append-only, in time order.
//!
//! It is a contract, and no consent to anything (FL-34): nothing of it is ever written to the ledger of consents.

use super::consents::moment;
use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::Grant;
use domain::random::Random;
use domain::time::Instant;

/// What somebody said to a version.
#[derive(Debug)]
pub struct Agreement {
    /// Whether they accepted it; they refused it otherwise.
    pub accepted: bool,
    /// When.
    pub at: Option<Instant>,
}

/// Adds what somebody said, under the version of the policy that binds them by it; the grant is to create `agreement`.
///
/// # Errors
/// A refusal or a fault.
pub async fn add(
    grant: &Grant<'_>,
    random: &dyn Random,
    accepted: bool,
    wording: &str,
    control: &str,
) -> Result<(), Error> {
    let values: [(&str, Value); 6] = [
        ("status", if accepted { "accepted" } else { "refused" }.into()),
        ("at", moment(grant, "agreement").await?.into()),
        ("policy", grant.book().reference().into()),
        ("wording", wording.into()),
        ("language", "en".into()),
        ("control", control.into()),
    ];
    grant.insert(domain::ids::RequestId::fresh(random).uuid(), &values).await
}

/// The last word on a version; the grant is to read `agreement`.
///
/// # Errors
/// A fault.
pub async fn last(grant: &Grant<'_>) -> Result<Option<Agreement>, Error> {
    let record = grant.list("1 = 1", "ORDER BY at DESC, id DESC LIMIT 1", &[]).await?.into_iter().next();
    let word = record.map(|record| {
        let status = record.text("status").ok_or_else(|| Fault::corrupt("an agreement says nothing"))?;
        Ok(Agreement { accepted: status == "accepted", at: record.instant("at") })
    });
    word.transpose()
}
