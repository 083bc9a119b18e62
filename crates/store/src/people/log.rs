//! What the access log says to people: who looked at, changed or took their data.

use crate::fault::Error;
pub use crate::log::{Notes, check};
use crate::tx::Grant;
use domain::time::Instant;

/// One line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The part in the house of whoever acted.
    pub role: String,
    /// What was done.
    pub act: String,
    /// To which kind of rows.
    pub what: String,
    /// Why.
    pub purpose: String,
    /// When.
    pub at: Option<Instant>,
}

/// The newest lines about the person of the grant (or anyone, if it is about anyone), newest first.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>, most: u32) -> Result<Vec<Look>, Error> {
    let records = grant.list("1 = 1", &format!("ORDER BY at DESC, leaf DESC LIMIT {most}"), &[]).await?;
    let text = |record: &crate::Record, name: &str| record.text(name).unwrap_or_default().to_owned();
    Ok(records
        .iter()
        .map(|r| Look {
            role: text(r, "role"),
            act: text(r, "act"),
            what: text(r, "what"),
            purpose: text(r, "purpose"),
            at: r.instant("at"),
        })
        .collect())
}
