//! Letters that the house writes by itself to whom something concerns: who gets one, and whether it went. Their words are made when
//! they go; what they tell stands in the register that they come from.

use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{LetterId, PersonId};
use domain::random::Random;
use domain::time::Instant;
use uuid::Uuid;

/// Of what a letter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// That the house passes to somebody else, or that this is negotiated.
    Acquisition,
    /// That something went wrong with data about whoever gets it.
    Breach,
    /// That an account goes because nobody uses it.
    Unused,
}

impl Tells {
    const ALL: [Self; 3] = [Self::Acquisition, Self::Breach, Self::Unused];

    const fn name(self) -> &'static str {
        match self {
            Self::Acquisition => "acquisition",
            Self::Breach => "breach",
            Self::Unused => "unused",
        }
    }
}

/// How a letter stands once it was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It has gone.
    Sent,
    /// It cannot go: there is no address, or the mail server takes none for it.
    Failed,
}

impl Stands {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

pub(crate) const WAITING: &str = "waiting";

/// A letter that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Which.
    pub id: LetterId,
    /// To whom.
    pub person: PersonId,
    /// Of what it tells.
    pub tells: Tells,
    /// Of which one.
    pub about: Uuid,
    /// Since when it is tried at an address that asks to come again.
    pub tried_at: Option<Instant>,
}

/// How the letters about one thing stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many wait.
    pub waiting: usize,
    /// How many have gone.
    pub sent: usize,
    /// How many cannot go.
    pub failed: usize,
    /// When the last one went.
    pub last_sent_at: Option<Instant>,
}

/// Writes one to the person of the grant, which is to create `letter`. It waits.
///
/// # Errors
/// A refusal or a fault.
pub async fn write(
    grant: &Grant<'_>,
    random: &dyn Random,
    (tells, about): (Tells, Uuid),
) -> Result<(), Error> {
    let values: [(&str, Value); 4] = [
        ("tells", tells.name().into()),
        ("about", about.into()),
        ("at", grant.now().into()),
        ("stands", WAITING.into()),
    ];
    grant.insert(LetterId::fresh(random).uuid(), &values).await
}

/// Those that wait, one thing after the other. They are numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn waiting(tx: &Tx) -> Result<Vec<Letter>, Fault> {
    let sql =
        "SELECT id, person, tells, about, tried_at FROM letter WHERE stands = $1 ORDER BY about, at, id";
    let rows = tx.rows(sql, &[WAITING.into()]).await?;
    let letters = rows.iter().map(|row| {
        let tells = row.text("tells")?;
        let known = Tells::ALL.into_iter().find(|known| known.name() == tells);
        Ok(Letter {
            id: LetterId::from_uuid(row.id("id")?),
            person: PersonId::from_uuid(row.id("person")?),
            tells: known.ok_or_else(|| Fault::corrupt("a letter tells of nothing known".to_owned()))?,
            about: row.id("about")?,
            tried_at: row.value("tried_at")?.int().map(Instant::from_micros),
        })
    });
    letters.collect()
}

/// Notes that the address asks to come again; the grant is to change `letter`.
///
/// # Errors
/// A refusal or a fault.
pub async fn tried(grant: &Grant<'_>, id: LetterId) -> Result<bool, Error> {
    let values = [("tried_at", grant.now().into())];
    grant.update_if(id.uuid(), &[("stands", WAITING.into())], &values).await
}

/// The condition that the person of this row of `person` was told, or is being told, since then that their account goes unused: by a
/// letter that stands so, or by any.
pub(crate) fn of_unused(row: &str, stands: Option<&str>) -> String {
    let tells = Tells::Unused.name();
    let stands = stands.map(|stands| format!(" AND l.stands = '{stands}'")).unwrap_or_default();
    format!(
        "EXISTS (SELECT 1 FROM letter l WHERE l.person = {row}.id AND l.tells = '{tells}' AND l.at >= {row}.told_unused_at{stands})"
    )
}

/// Whether one about this waits for the person already.
///
/// # Errors
/// A fault.
pub async fn waits(tx: &Tx, (tells, about): (Tells, Uuid), person: PersonId) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS one FROM letter WHERE about = $1 AND tells = $2 AND person = $3 AND stands = $4";
    let values = [about.into(), tells.name().into(), person.uuid().into(), WAITING.into()];
    Ok(tx.row(sql, &values).await?.is_some())
}

/// One that waited stands otherwise now; the grant is to change `letter`. Returns false if it did not wait any more.
///
/// # Errors
/// A refusal or a fault.
pub async fn settle(grant: &Grant<'_>, id: LetterId, stands: Stands) -> Result<bool, Error> {
    let values = [("stands", stands.name().into()), ("at", grant.now().into())];
    grant.update_if(id.uuid(), &[("stands", WAITING.into())], &values).await
}

/// How those about one thing stand, whosever they are.
///
/// # Errors
/// A fault.
pub async fn tally(tx: &Tx, about: Uuid) -> Result<Tally, Fault> {
    let sql =
        "SELECT stands, COUNT(*) AS letters, MAX(at) AS last FROM letter WHERE about = $1 GROUP BY stands";
    let mut tally = Tally::default();
    for row in tx.rows(sql, &[about.into()]).await? {
        let letters = usize::try_from(row.int("letters")?).unwrap_or_default();
        match row.text("stands")? {
            "sent" => {
                tally.sent = letters;
                tally.last_sent_at = row.value("last")?.int().map(Instant::from_micros);
            }
            "failed" => tally.failed = letters,
            _ => tally.waiting = letters,
        }
    }
    Ok(tally)
}
