//! Requests about one's own data, and what happened to each, in order.
//!
//! Whoever asks without an account gets a number and a key of their own, so that what they wrote can be destroyed like
//! anybody's. Two acts on one request at once cannot both count: each names the step it was decided on.

mod post;

pub use post::{Post, courier_is_mine, letter_is, letters_waiting};

use crate::fault::{Error, Fault};
use crate::record::{Record, person_of};
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{PersonId, RequestId};
use domain::person::Role;
use domain::random::Random;
use domain::time::Instant;
use privacy::Personal;
use uuid::Uuid;

/// A request that has come.
#[derive(Debug)]
pub struct NewRequest {
    /// Which.
    pub id: RequestId,
    /// What is asked for, by its code.
    pub matter: String,
    /// How it came, by its code.
    pub came: &'static str,
    /// Where the person lives, by its code.
    pub region: &'static str,
    /// By which version of the policy, which laws and which promises it is taken in (TP-55).
    pub rules: String,
    /// When it reached the house, by whatever way.
    pub received_at: Instant,
    /// Whether somebody else asks for them.
    pub for_another: bool,
    /// What a correction puts right, by its code.
    pub amends: Option<&'static str>,
    /// The name they gave.
    pub called: Option<Personal<String>>,
    /// Where the answer goes.
    pub reply_to: Option<Personal<String>>,
    /// What exactly they asked.
    pub words: Personal<String>,
    /// The code by which it is followed, if it has one.
    pub follow: Option<Vec<u8>>,
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// Which.
    pub id: RequestId,
    /// Whose.
    pub person: PersonId,
    /// What is asked for, by its code.
    pub matter: String,
    /// How it came, by its code.
    pub came: String,
    /// Where the person lives, by its code.
    pub region: String,
    /// By which rules it was taken in; none of one from before that was noted.
    pub rules: Option<String>,
    /// Where it stands, by its code.
    pub state: String,
    /// When it reached the house.
    pub received_at: Instant,
    /// When something is due next.
    pub due_at: Option<Instant>,
    /// When it was over.
    pub ended_at: Option<Instant>,
    /// How much has happened to it.
    pub step: i64,
    /// Whether somebody else asks for them.
    pub for_another: bool,
    /// What a correction puts right, by its code.
    pub amends: Option<String>,
    /// The name they gave.
    pub called: Option<Personal<String>>,
    /// Where the answer goes.
    pub reply_to: Option<Personal<String>>,
    /// What exactly they asked.
    pub words: Option<Personal<String>>,
    /// The account it is about.
    pub subject: Option<PersonId>,
}

/// Where a request stands after something has happened.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The step on which this was decided. It must still be the last one.
    pub after: i64,
    /// Where it stands then, by its code.
    pub state: &'static str,
    /// When something is due next.
    pub due_at: Option<Instant>,
    /// Whether it is over then.
    pub over: bool,
}

/// Something that happened to a request.
#[derive(Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What, by its code, and what it was about.
    pub kind: String,
    /// What it was about, by its code.
    pub detail: String,
    /// In which part somebody did it; none if the house or the person did.
    pub role: Option<String>,
    /// Who did it; nobody any more if they were erased.
    pub actor: Option<PersonId>,
    /// What was written, a letter for instance.
    pub words: Option<Personal<String>>,
    /// How a letter stands.
    pub letter: Option<Post>,
    /// Its place.
    pub step: i64,
}

/// What is to be noted.
#[derive(Debug)]
pub struct Note<'a> {
    /// What happened, by its code.
    pub kind: &'static str,
    /// What it was about, by its code.
    pub detail: &'a str,
    /// Who did it, and in which part; none if the house or the person did.
    pub by: Option<(PersonId, Role)>,
    /// What was written.
    pub words: Option<&'a str>,
    /// Whether that is a letter, and how it goes.
    pub letter: Option<Post>,
}

/// Makes a number and a key for somebody who asks without an account; the grant is to create `person`.
///
/// # Errors
/// A refusal or a fault.
pub async fn requester(grant: &Grant<'_>) -> Result<(), Error> {
    // They come under the newest version of the policy, like anybody.
    let version = i64::from(grant.book().version());
    let values: [(&str, Value); 4] = [
        ("role", Role::Requester.name().into()),
        ("created_at", grant.now().into()),
        ("agreed", version.into()),
        ("informed", version.into()),
    ];
    grant.insert(grant.person()?.uuid(), &values).await
}

/// Stores a request; the grant is to create `request`.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(
    grant: &Grant<'_>,
    new: &NewRequest,
    state: &str,
    due: Option<Instant>,
) -> Result<(), Error> {
    let text = |text: &Option<Personal<String>>| Value::from(text.as_ref().map(|t| t.reveal().as_str()));
    let follow = new.follow.clone().map_or(Value::Null, Value::from);
    let values: [(&str, Value); 14] = [
        ("kind", new.matter.as_str().into()),
        ("state", state.into()),
        ("created_at", grant.now().into()),
        ("due_at", due.into()),
        ("came", new.came.into()),
        ("region", new.region.into()),
        ("rules", new.rules.as_str().into()),
        ("received_at", new.received_at.into()),
        ("for_another", new.for_another.into()),
        ("amends", new.amends.into()),
        ("called", text(&new.called)),
        ("reply_to", text(&new.reply_to)),
        ("words", new.words.reveal().as_str().into()),
        ("follow", follow),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// Requests, the one due first at the top; the grant is to read `request`, of one person or of anyone.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Request>, Error> {
    let tail = "ORDER BY ended_at DESC NULLS FIRST, due_at NULLS LAST, received_at, id";
    let records = grant.list("1 = 1", tail, &[]).await?;
    Ok(records.iter().map(to_request).collect::<Result<_, _>>()?)
}

/// One request; the grant is to read `request`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: RequestId) -> Result<Option<Request>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_request).transpose()?)
}

/// The request that has this code, and whose it is: by `follow` or by `proof`. The grant is to read `request` of anyone.
///
/// # Errors
/// A fault.
pub async fn by_code(
    grant: &Grant<'_>,
    column: Code,
    code: &[u8],
) -> Result<Option<(RequestId, PersonId)>, Error> {
    let found = grant.find(column.name(), code).await?;
    Ok(found.as_ref().map(to_request).transpose()?.map(|request| (request.id, request.person)))
}

/// A code that stands for a request.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// By which whoever asked follows it.
    Follow,
    /// By which whoever asked proves that the address is theirs.
    Proof,
}

impl Code {
    const fn name(self) -> &'static str {
        match self {
            Self::Follow => "follow",
            Self::Proof => "proof",
        }
    }
}

/// Whose request this is. It names a number and nothing else.
///
/// # Errors
/// A fault.
pub async fn whose(tx: &Tx, id: RequestId) -> Result<Option<PersonId>, Fault> {
    let row = tx.row("SELECT person FROM request WHERE id = $1", &[id.uuid().into()]).await?;
    row.map(|row| Ok(PersonId::from_uuid(row.id("person")?))).transpose()
}

/// Notes what happened, and where the request stands then; the grants are to change `request` and to create
/// `request_event`. Returns false, and notes nothing, if something else has happened meanwhile.
///
/// # Errors
/// A refusal or a fault.
pub async fn note(
    request: &Grant<'_>,
    event: &Grant<'_>,
    random: &dyn Random,
    id: RequestId,
    note: &Note<'_>,
    standing: Standing,
) -> Result<bool, Error> {
    let ended = standing.over.then(|| request.now());
    let step = standing.after + 1;
    let values: [(&str, Value); 4] = [
        ("step", step.into()),
        ("state", standing.state.into()),
        ("due_at", standing.due_at.into()),
        ("ended_at", ended.into()),
    ];
    if !request.update_if(id.uuid(), &[("step", standing.after.into())], &values).await? {
        return Ok(false);
    }
    let values: [(&str, Value); 10] = [
        ("request", id.uuid().into()),
        ("step", step.into()),
        ("at", event.now().into()),
        ("kind", note.kind.into()),
        ("detail", note.detail.into()),
        ("actor", note.by.map(|(person, _)| person.uuid()).into()),
        ("role", note.by.map(|(_, role)| role.name()).into()),
        ("words", note.words.into()),
        ("letter", note.letter.map(Post::name).into()),
        ("ended_at", ended.into()),
    ];
    event.insert(RequestId::fresh(random).uuid(), &values).await?;
    if ended.is_some() {
        // What happened is kept as long as the request it happened to.
        let sql = "UPDATE request_event SET ended_at = $1 WHERE request = $2";
        event.tx.run(sql, &[ended.into(), id.uuid().into()]).await?;
    }
    Ok(true)
}

/// Destroys what whoever asked wrote about this; that they wrote stays. The grant is to change `request`.
///
/// # Errors
/// A refusal or a fault.
pub async fn forget_said(grant: &Grant<'_>, id: RequestId, about: &str) -> Result<(), Error> {
    let events = grant.also("request_event")?;
    let sql = "UPDATE request_event SET words = NULL WHERE request = $1 AND kind = 'said' AND detail = $2";
    if events.tx.run(sql, &[id.uuid().into(), about.into()]).await? > 0 {
        events.tx.removes();
    }
    Ok(())
}

/// Gives the request a code by which an address is proven, in the place of any before it; the grant is to change `request`.
///
/// # Errors
/// A refusal or a fault.
pub async fn proof_is(grant: &Grant<'_>, id: RequestId, code: &[u8]) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("proof", code.to_vec().into())]).await
}

/// Says about which account the request is; the grant is to change `request`.
///
/// # Errors
/// A refusal or a fault.
pub async fn about(grant: &Grant<'_>, id: RequestId, subject: PersonId) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("subject", subject.uuid().into())]).await
}

/// What happened to a request, in order; the grant is to read `request_event`.
///
/// # Errors
/// A fault.
pub async fn events(grant: &Grant<'_>, id: RequestId) -> Result<Vec<Event>, Error> {
    let records = grant.list("request = $1", "ORDER BY step", &[id.uuid().into()]).await?;
    let events = records.iter().map(|record| {
        Ok(Event {
            at: record.instant("at").ok_or_else(|| lacks("at"))?,
            kind: text(record, "kind")?,
            detail: text(record, "detail")?,
            role: record.text("role").map(str::to_owned),
            actor: record.id("actor").map(PersonId::from_uuid),
            words: record.personal("words"),
            letter: record.text("letter").map(Post::read).transpose()?,
            step: record.int("step").ok_or_else(|| lacks("step"))?,
        })
    });
    Ok(events.collect::<Result<_, Fault>>()?)
}

/// How the open requests stand against their days. Counts name nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressing {
    /// How many are open.
    pub open: u64,
    /// Of these, how many are due within a week.
    pub soon: u64,
    /// How many are past their day.
    pub late: u64,
}

/// How the open requests stand against their days: told before a day passes, and after it (AF-083).
///
/// # Errors
/// A fault.
pub async fn open_and_late(tx: &Tx) -> Result<Pressing, Fault> {
    let sql = "SELECT COUNT(*) AS open, \
               CAST(COALESCE(SUM(CASE WHEN due_at > $1 AND due_at <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS soon, \
               CAST(COALESCE(SUM(CASE WHEN due_at <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late \
               FROM request WHERE ended_at IS NULL AND came IS NOT NULL";
    let week = tx.now().plus_seconds(7 * 24 * 3600);
    let Some(row) = tx.row(sql, &[tx.now().into(), week.into()]).await? else {
        return Ok(Pressing { open: 0, soon: 0, late: 0 });
    };
    let count = |name| row.int(name).map(|n| n as u64);
    Ok(Pressing { open: count("open")?, soon: count("soon")?, late: count("late")? })
}

fn lacks(column: &str) -> Fault {
    Fault::corrupt(format!("a request has no {column}"))
}

fn text(record: &Record, column: &str) -> Result<String, Fault> {
    record.text(column).map(str::to_owned).ok_or_else(|| lacks(column))
}

fn to_request(record: &Record) -> Result<Request, Fault> {
    let id: Uuid = record.id("id").ok_or_else(|| lacks("id"))?;
    Ok(Request {
        id: RequestId::from_uuid(id),
        person: person_of(record, "person")?,
        matter: text(record, "kind")?,
        came: text(record, "came")?,
        region: text(record, "region")?,
        rules: record.text("rules").map(str::to_owned),
        state: text(record, "state")?,
        received_at: record.instant("received_at").ok_or_else(|| lacks("received_at"))?,
        due_at: record.instant("due_at"),
        ended_at: record.instant("ended_at"),
        step: record.int("step").unwrap_or_default(),
        for_another: record.flag("for_another"),
        amends: record.text("amends").map(str::to_owned),
        called: record.personal("called"),
        reply_to: record.personal("reply_to"),
        words: record.personal("words"),
        subject: record.id("subject").map(PersonId::from_uuid),
    })
}
