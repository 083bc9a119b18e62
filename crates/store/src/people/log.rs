//! What the access log says to people: who looked at, changed or took their data.

use crate::fault::Error;
pub use crate::log::{Notes, check, prove};
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::PersonId;
use domain::person::Reason;
use domain::time::Instant;

/// One line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its number in the log.
    pub leaf: i64,
    /// The part in the house of whoever acted.
    pub role: String,
    /// What was done.
    pub act: String,
    /// To which kind of rows.
    pub what: String,
    /// Why.
    pub purpose: String,
    /// The reason that was given, where one is asked for.
    pub reason: Option<Reason>,
    /// About whom.
    pub person: Option<PersonId>,
    /// When.
    pub at: Option<Instant>,
}

/// Which lines of the log to find.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Only acts of this name.
    pub act: Option<String>,
    /// Only by people in this role, or by this chore.
    pub role: Option<String>,
    /// How many at most.
    pub most: u32,
}

/// The newest lines about the person of the grant, newest first.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>, most: u32) -> Result<Vec<Look>, Error> {
    find(grant, &Filter { act: None, role: None, most }).await
}

/// The newest lines that meet the filter, about the person of the grant (or anyone, if it is about anyone), newest
/// first.
///
/// # Errors
/// A fault.
pub async fn find(grant: &Grant<'_>, filter: &Filter) -> Result<Vec<Look>, Error> {
    let mut clause = "1 = 1".to_owned();
    let mut args: Vec<Value> = Vec::new();
    for (column, wanted) in [("act", &filter.act), ("role", &filter.role)] {
        if let Some(wanted) = wanted {
            args.push(wanted.as_str().into());
            clause.push_str(&format!(" AND {column} = ${}", args.len()));
        }
    }
    let tail = format!("ORDER BY at DESC, leaf DESC LIMIT {}", filter.most);
    let records = grant.list(&clause, &tail, &args).await?;
    let text = |record: &crate::Record, name: &str| record.text(name).unwrap_or_default().to_owned();
    Ok(records
        .iter()
        .map(|r| Look {
            leaf: r.int("leaf").unwrap_or_default(),
            role: text(r, "role"),
            act: text(r, "act"),
            what: text(r, "what"),
            purpose: text(r, "purpose"),
            reason: r.text("reason").and_then(Reason::of_name),
            person: r.id("person").map(PersonId::from_uuid),
            at: r.instant("at"),
        })
        .collect())
}
