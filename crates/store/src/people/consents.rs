//! The consent ledger: append-only; the last word on each purpose counts, and its time never goes back: a clock that was
//! set back must not put a withdrawal before the consent that it withdraws.

use crate::fault::{Error, Fault};
use crate::sql::{Engine, Value};
use crate::tx::Grant;
use domain::person::Actor;
use domain::random::Random;
use domain::time::Instant;
use uuid::Uuid;

/// A word given on a purpose.
#[derive(Debug)]
pub struct Word {
    /// The number of the word.
    pub id: Uuid,
    /// The purpose.
    pub purpose: String,
    /// `given`, `implied`, `refused` or `withdrawn`.
    pub status: String,
    /// When.
    pub at: Option<Instant>,
    /// Under which policy: the version that bound the person then.
    pub policy: String,
    /// The wording that was shown.
    pub wording: String,
    /// Its language, as BCP 47 writes it.
    pub language: String,
    /// Where it was said: the name of a page or form.
    pub control: String,
    /// `self`, or the part in the house of whoever said it for them.
    pub actor: String,
}

/// Adds a word to the ledger, under the version of the policy that binds the person; the grant is to create `consent`.
///
/// # Errors
/// A refusal or a fault.
pub async fn add(
    grant: &Grant<'_>,
    random: &dyn Random,
    purpose: &str,
    status: &str,
    wording: &str,
    control: &str,
) -> Result<(), Error> {
    let person = grant.person()?;
    let at = moment(grant, "consent").await?;
    // Who said it: whoever handles a request says it for its owner, under their part.
    let actor = match grant.actor() {
        Actor::Person { id, role, .. } if id != person => role.name(),
        _ => "self",
    };
    let values: [(&str, Value); 8] = [
        ("purpose", purpose.into()),
        ("status", status.into()),
        ("at", at.into()),
        ("policy", grant.book.reference().into()),
        ("wording", wording.into()),
        ("language", "en".into()),
        ("control", control.into()),
        ("actor", actor.into()),
    ];
    grant.insert(domain::ids::RequestId::fresh(random).uuid(), &values).await
}

/// The instant of a word that is added to this table now: after every earlier one of the same person, whatever the clock says.
pub(super) async fn moment(grant: &Grant<'_>, table: &str) -> Result<Instant, Error> {
    let person = grant.person()?;
    if grant.tx.inner.pool.engine() == Engine::Postgres {
        // two words at once get their order here; SQLite has one writer at a time
        grant.tx.row("SELECT id FROM person WHERE id = $1 FOR UPDATE", &[person.uuid().into()]).await?;
    }
    let sql = format!("SELECT COALESCE(MAX(at), 0) AS at FROM {table} WHERE person = $1");
    let last = grant.tx.row(&sql, &[person.uuid().into()]).await?.map_or(Ok(0), |row| row.int("at"))?;
    Ok(grant.now().max(Instant::from_micros(last + 1)))
}

/// The person's ledger, oldest first; the grant is to read `consent`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Word>, Error> {
    let records = grant.list("1 = 1", "ORDER BY at, id", &[]).await?;
    let words = records.iter().map(|record| {
        let text = |name: &str| {
            record
                .text(name)
                .map(str::to_owned)
                .ok_or_else(|| Fault::corrupt(format!("a consent has no {name}")))
        };
        Ok(Word {
            id: record.id("id").ok_or_else(|| Fault::corrupt("a consent has no number"))?,
            purpose: text("purpose")?,
            status: text("status")?,
            at: record.instant("at"),
            policy: text("policy")?,
            wording: text("wording")?,
            language: text("language")?,
            control: text("control")?,
            actor: text("actor")?,
        })
    });
    words.collect()
}
