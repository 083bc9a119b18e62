//! What a leaf says, and the note beside it that the person can read.

use super::bind::{Note, salt_of};
use crate::Inner;
use crate::crypt::Key;
use crate::fault::Fault;
use crate::sql::{Conn, Value};
use domain::ids::PersonId;
use domain::person::{Actor, Reason};
use domain::time::Instant;
use privacy::{Act, Ask, Whose};
use serde::Serialize;
use std::fmt::Write as _;

/// Looks by one actor at one kind of one person's data for one purpose within this time are one leaf.
const ONE_LOOK_SECONDS: i64 = 15 * 60;

/// The version of leaves that are written: since 2, its two digests have salts of their own.
const VERSION: u8 = 2;

/// How long a note's salt is: whoever has only the log cannot try what a note may say.
const SALT: usize = 16;

/// A leaf's fields, in this order, as JSON without spaces. Verifiers need only its bytes.
#[derive(Serialize)]
struct Leaf<'a> {
    v: u8,
    at: i64,
    act: &'a str,
    what: &'a str,
    purpose: &'a str,
    role: &'a str,
    policy: &'a str,
    /// HMAC under a key derived from the actor's key; the chore's name for the house itself.
    actor: String,
    /// HMAC under a key derived from the person's key; `anyone` for lists over many people.
    person: String,
    /// Salted digest that binds the leaf to the note beside it, whoever acted left out.
    note: String,
    /// Salted digest of whoever acted, by itself: the note forgets them when they are erased, and the rest still binds.
    by: String,
}

/// What the note says beside the act itself.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    /// Why, where a reason is asked for.
    pub(crate) reason: Option<Reason>,
    /// From when the person may know, where a law forbids to tell them sooner.
    pub(crate) told_at: Option<Instant>,
    /// The version of the policy by which it was allowed.
    pub(crate) policy: &'a str,
}

/// Writes the leaf of an act and the note beside it.
pub(crate) async fn write(
    inner: &Inner,
    conn: &mut Conn,
    ask: &Ask<'_>,
    Circumstances { reason, told_at, policy }: Circumstances<'_>,
    subject: Option<&Key>,
    now: Instant,
) -> Result<(), Fault> {
    let role = ask.actor.role_name();
    let person = match ask.whose {
        Whose::Person(person) => Some(person),
        Whose::Anyone => None,
    };
    let actor = ask.actor.person();
    if let (Act::Read, Some(person), Some(actor)) = (ask.act, person, actor) {
        let sql = "SELECT leaf FROM access_note WHERE person = $1 AND actor = $2 AND role = $3 AND act = 'read' \
                   AND what = $4 AND purpose = $5 AND at > $6 AND COALESCE(reason, '') = $7 \
                   AND COALESCE(told_at, 0) = $8";
        let args: [Value; 8] = [
            person.uuid().into(),
            actor.uuid().into(),
            role.into(),
            ask.what.into(),
            ask.purpose.into(),
            now.plus_seconds(-ONE_LOOK_SECONDS).into(),
            reason.map_or("", Reason::name).into(),
            told_at.map_or(0, Instant::micros).into(),
        ];
        if conn.row(sql, &args).await?.is_some() {
            return Ok(());
        }
    }
    let actor_name = match ask.actor {
        Actor::Person { id, .. } => {
            let key = inner.keys.load(id).await?;
            key.map(|k| pseudonym(&k, "actor")).transpose()?.unwrap_or_else(|| "gone".to_owned())
        }
        Actor::Outsider | Actor::House(_) => role.to_owned(),
    };
    let person_name = match (subject, person) {
        (Some(key), _) => pseudonym(key, "subject")?,
        (None, Some(_)) => "gone".to_owned(),
        (None, None) => "anyone".to_owned(),
    };
    let mut salt = [0; SALT];
    inner.random.fill(&mut salt);
    let note = Note {
        person: person.map(PersonId::uuid),
        actor: actor.map(PersonId::uuid),
        role,
        act: ask.act.name(),
        what: ask.what,
        purpose: ask.purpose,
        reason: reason.map(Reason::name),
        told_at: told_at.map(Instant::micros),
        at: now.micros(),
    };
    let leaf = Leaf {
        v: VERSION,
        at: now.micros(),
        act: ask.act.name(),
        what: ask.what,
        purpose: ask.purpose,
        role,
        policy,
        actor: actor_name,
        person: person_name,
        note: note.digest(&salt_of("note", VERSION, &salt)),
        by: note.by(&salt_of("by", VERSION, &salt)),
    };
    let bytes = serde_json::to_vec(&leaf).map_err(|_| Fault::corrupt("a log leaf could not be written"))?;
    let sql = "INSERT INTO access_leaf (at, leaf) VALUES ($1, $2) RETURNING id";
    let row = conn.row(sql, &[now.into(), bytes.into()]).await?;
    let id = row.ok_or_else(|| Fault::corrupt("a log leaf got no number"))?.int("id")?;
    if let Some(person) = person {
        let mut columns = vec!["leaf", "person", "role", "act", "what", "purpose", "at", "salt"];
        let mut args: Vec<Value> = vec![
            id.into(),
            person.uuid().into(),
            role.into(),
            ask.act.name().into(),
            ask.what.into(),
            ask.purpose.into(),
            now.into(),
            salt.to_vec().into(),
        ];
        let optional = [
            ("actor", note.actor.map(Value::Id)),
            ("reason", note.reason.map(Value::from)),
            ("told_at", note.told_at.map(Value::from)),
        ];
        for (column, value) in optional {
            columns.extend(value.is_some().then_some(column));
            args.extend(value);
        }
        let places: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
        let sql = format!("INSERT INTO access_note ({}) VALUES ({})", columns.join(", "), places.join(", "));
        conn.run(&sql, &args).await?;
    }
    Ok(())
}

/// The name under which a person stands in the log: nobody can tell whose it is without their key.
fn pseudonym(key: &Key, part: &str) -> Result<String, Fault> {
    let digest = key.derive("access log")?.digest(part, b"");
    Ok(hex(digest.get(..16).unwrap_or(&digest)))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a String cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}
