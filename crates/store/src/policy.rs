//! Versions of the policy as a house records them: published by the start that brings a new one, and never altered.
//!
//! Whether a version may be published, and whom it binds, is decided in `privacy::versions`. Nothing here is about a person.

use crate::Store;
use crate::fault::Fault;
use crate::sql::{Conn, Engine, Pool, Row, Value};
use domain::time::Instant;
use jiff::Span;
use jiff::tz::TimeZone;
use privacy::notice::{Disclosed, Past};
use privacy::versions::{Earlier, Publication, Stored, Version, Versions, bounds, publication};
use privacy::{Book, Kind, Problem, Sources, notice};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The kind of the first version, which changed nothing.
const FIRST: &str = "first";

/// Puts this policy in force: publishes it if it is a new version, once, whoever else starts at this moment.
///
/// # Errors
/// [`Fault::Policy`] with every reason why it cannot be published; nothing is stored then.
pub(crate) async fn publish(pool: &Pool, book: &Book, now: Instant) -> Result<Versions, Fault> {
    let mut conn = pool.begin().await?;
    // On SQLite one writes at a time.
    if conn.engine() == Engine::Postgres {
        conn.run("SELECT pg_advisory_xact_lock(7236524)", &[]).await?;
    }
    let before = all(&mut conn).await?;
    let in_force = match before.last() {
        Some(last) => Some(texts(&mut conn, last.number).await?),
        None => None,
    };
    if let Some(new) = publication(in_force.as_ref(), book).map_err(|problems| refused(&problems))? {
        let stored = stored(&mut conn, &before, Some(now), book).await?;
        record(&mut conn, book, new, now, stored).await?;
        if before.is_empty() {
            // Whoever was here before versions were kept came under this one.
            let sql = "UPDATE person SET agreed = $1, informed = $1 WHERE agreed IS NULL";
            conn.run(sql, &[i64::from(book.version()).into()]).await?;
        }
    }
    let list = all(&mut conn).await?;
    let since = list.last().map_or(now, |version| version.since);
    let newest = book.sources().clone().since(day(since)).compile().map_err(|problems| refused(&problems))?;
    let versions = with_books(&mut conn, list, newest).await?;
    conn.commit().await?;
    Ok(versions)
}

/// The versions of a house as it is; nothing is published. A house that has published none is looked at under `book`.
pub(crate) async fn recorded(pool: &Pool, book: &Arc<Book>) -> Result<Versions, Fault> {
    let mut conn = pool.begin_reading().await?;
    let list = all(&mut conn).await?;
    let Some(last) = list.last() else { return Ok(Versions::new(list, Arc::clone(book), vec![])) };
    let sources = texts(&mut conn, last.number).await?.since(day(last.since));
    let newest = sources.recall().map_err(|problems| refused(&problems))?;
    with_books(&mut conn, list, newest).await
}

async fn with_books(conn: &mut Conn, list: Vec<Version>, newest: Book) -> Result<Versions, Fault> {
    let mut earlier = Vec::new();
    for (agreed, number) in bounds(&list) {
        let sql = "SELECT 1 AS one FROM person WHERE COALESCE(agreed, 0) >= $1 AND COALESCE(agreed, 0) < $2 LIMIT 1";
        let range = [i64::from(agreed.start).into(), i64::from(agreed.end).into()];
        // One that binds nobody any more is history: nothing is promised by it.
        if conn.row(sql, &range).await?.is_none() {
            continue;
        }
        match texts(conn, number).await?.bind() {
            Ok(book) => earlier.push(Earlier { agreed, book: Arc::new(book) }),
            Err(problems) => return Err(unreadable(number, &problems)),
        }
    }
    let stored = stored(conn, &list, None, &newest).await?;
    Ok(Versions::new(list, Arc::new(newest), earlier).having_stored(stored))
}

/// What versions before another could store, which takes effect at `end` or, if it is one of them, after the last but one. One
/// that this program cannot read may have stored anything.
async fn stored(
    conn: &mut Conn,
    list: &[Version],
    end: Option<Instant>,
    known: &Book,
) -> Result<Vec<Stored>, Fault> {
    let ends = list.iter().skip(1).map(|next| next.since).chain(end);
    let mut all = Vec::new();
    for (version, until) in list.iter().zip(ends) {
        let names = known.map().category.keys();
        let categories = match texts(conn, version.number).await?.recall() {
            Ok(book) => names.filter(|name| book.may_store(name)).cloned().collect(),
            Err(_) => names.cloned().collect(),
        };
        all.push(Stored { until, categories });
    }
    Ok(all)
}

/// What the notice of a version tells of the months before it took effect. What is handed over later is no matter of that day.
fn past(stored: Vec<Stored>, now: Instant) -> Past {
    let since = now.minus_period(&Span::new().months(12));
    let recent = stored.into_iter().filter(|stored| stored.until > since);
    Past {
        today: now.timestamp().to_zoned(TimeZone::UTC).date(),
        disclosed: Disclosed::Unknown,
        stored: recent.flat_map(|stored| stored.categories).collect(),
    }
}

async fn record(
    conn: &mut Conn,
    book: &Book,
    new: Publication,
    now: Instant,
    stored: Vec<Stored>,
) -> Result<(), Fault> {
    let dated = book.sources().clone().since(day(now)).compile().map_err(|problems| refused(&problems))?;
    let (core, text) = book.sources().texts();
    let args: [Value; 11] = [
        i64::from(book.version()).into(),
        book.profile().policy.id.as_str().into(),
        now.into(),
        new.kind.map_or(FIRST, Kind::name).into(),
        new.reason.into(),
        json(&new.announced)?.into(),
        new.waits.into(),
        json(&new.changes)?.into(),
        core.into(),
        text.into(),
        notice::in_house(&dated, &past(stored, now)).to_markdown().into(),
    ];
    let sql = "INSERT INTO policy_version \
               (number, policy, since, kind, reason, announced, waits, changes, core, profile, notice) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    conn.run(sql, &args).await.map(|_| ())
}

async fn all(conn: &mut Conn) -> Result<Vec<Version>, Fault> {
    let sql = "SELECT number, policy, since, kind, reason, announced, waits, changes FROM policy_version ORDER BY number";
    conn.rows(sql, &[]).await?.iter().map(version).collect()
}

fn version(row: &Row) -> Result<Version, Fault> {
    let kind = match row.text("kind")? {
        FIRST => None,
        "minor" => Some(Kind::Minor),
        _ => Some(Kind::Significant),
    };
    Ok(Version {
        policy: row.text("policy")?.to_owned(),
        number: row.int("number")? as u32,
        since: Instant::from_micros(row.int("since")?),
        kind,
        reason: row.text("reason")?.to_owned(),
        announced: read(row.text("announced")?)?,
        waits: row.value("waits")?.flag().unwrap_or(true),
        changes: read(row.text("changes")?)?,
    })
}

async fn texts(conn: &mut Conn, number: u32) -> Result<Sources, Fault> {
    let sql = "SELECT core, profile FROM policy_version WHERE number = $1";
    let row = conn.row(sql, &[i64::from(number).into()]).await?;
    let row = row.ok_or_else(|| Fault::corrupt("a version of the policy has no text"))?;
    let name = format!("version {number}, as this house published it");
    Ok(Sources::recorded(&name, row.text("core")?, row.text("profile")?))
}

impl Store {
    /// Every version of the policy, and which one binds whom.
    pub fn versions(&self) -> &Versions {
        &self.0.versions
    }

    /// The policy as a version of it was; nothing if there is no such version.
    ///
    /// # Errors
    /// A fault, also if this program cannot read it any more.
    pub async fn book_then(&self, number: u32) -> Result<Option<Book>, Fault> {
        let versions = self.versions().all();
        let Some(version) = versions.iter().find(|version| version.number == number) else { return Ok(None) };
        let mut conn = self.0.pool.begin_reading().await?;
        let sources = texts(&mut conn, number).await?.since(day(version.since));
        sources.recall().map(Some).map_err(|problems| unreadable(number, &problems))
    }

    /// The notice of a version as it was rendered when it took effect, as Markdown; nothing if there is no such version.
    ///
    /// # Errors
    /// A fault.
    pub async fn notice_then(&self, number: u32) -> Result<Option<String>, Fault> {
        let sql = "SELECT notice FROM policy_version WHERE number = $1";
        let row = self.look().await?.row(sql, &[i64::from(number).into()]).await?;
        row.map(|row| row.text("notice").map(str::to_owned)).transpose()
    }
}

/// The day of an instant, in UTC: the date of last update.
fn day(instant: Instant) -> String {
    instant.timestamp().strftime("%Y-%m-%d").to_string()
}

fn refused(problems: &[Problem]) -> Fault {
    let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Fault::Policy(list.join("\n"))
}

fn unreadable(number: u32, problems: &[Problem]) -> Fault {
    let why: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Fault::Policy(format!(
        "version {number} still binds people who have not agreed to a later one, and this program cannot read it; go on with the program that published it until they have:\n{}",
        why.join("\n")
    ))
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::corrupt("a version of the policy could not be written"))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::corrupt("a version of the policy could not be read"))
}
