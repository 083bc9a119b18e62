//! The register of what went wrong with people's data, and whose it was, counted when that is asked.
//!
//! The register is the house's: its words are sealed under the house's own key, so that they outlive whoever wrote them. Whose
//! data it was is never kept. Two steps of one breach at once cannot both count: each names the step it was decided on.

use crate::crypt::Key;
use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::{Grant, Tx};
use domain::ids::{BreachId, PersonId, RequestId};
use domain::person::Role;
use domain::random::Random;
use domain::time::Instant;
use privacy::breach::{Exposed, Happened, Holds, Place};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A breach that was found.
#[derive(Clone, Copy, Debug)]
pub struct NewBreach {
    /// Which.
    pub id: BreachId,
    /// When the house became aware of it.
    pub aware_at: Instant,
    /// Whose account or letter it was, if it was one alone.
    pub subject: Option<PersonId>,
}

/// A breach, as the register has it.
#[derive(Debug)]
pub struct Breach {
    /// Which.
    pub id: BreachId,
    /// When the house became aware of it.
    pub aware_at: Instant,
    /// Whose account or letter it was, if it was one alone and they are still here.
    pub subject: Option<PersonId>,
    /// The step that came last.
    pub step: i64,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Something that happened to a breach.
#[derive(Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What.
    pub happened: Happened,
    /// In which part of the house somebody did it.
    pub role: String,
    /// Who did it; nobody any more if they were erased.
    pub by: Option<PersonId>,
    /// What they wrote. Empty: nothing.
    pub words: String,
}

/// Somebody whose data was exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concerned {
    /// Who.
    pub person: PersonId,
    /// Whether they have an account, and so a first page on which they are told.
    pub has_account: bool,
}

/// Puts a breach down; the grant is to create `breach`, and whoever has it is who recorded it.
///
/// # Errors
/// A refusal or a fault.
pub async fn enter(grant: &Grant<'_>, new: NewBreach) -> Result<(), Error> {
    let values: [(&str, Value); 5] = [
        ("entered_role", grant.actor().role_name().into()),
        ("entered_at", grant.now().into()),
        ("aware_at", new.aware_at.into()),
        ("subject", new.subject.map(PersonId::uuid).into()),
        ("step", 0_i64.into()),
    ];
    grant.insert(new.id.uuid(), &values).await
}

/// Notes that this happened to a breach, after the step on which it was decided; the grant is to create `breach_event`. Returns
/// whether that step was still the last: nothing is noted otherwise.
///
/// # Errors
/// A refusal or a fault.
pub async fn note(
    grant: &Grant<'_>,
    random: &dyn Random,
    (id, after): (BreachId, i64),
    (at, happened): (Instant, Happened),
    words: &str,
) -> Result<bool, Error> {
    let sql = "UPDATE breach SET step = step + 1 WHERE id = $1 AND step = $2 AND closed_at IS NULL";
    if grant.tx.run(sql, &[id.uuid().into(), after.into()]).await? == 0 {
        return Ok(false);
    }
    let (kind, detail) = happened.code();
    let times = match happened {
        Happened::Exposed(exposed) => Some(exposed),
        _ => None,
    };
    let event = RequestId::fresh(random).uuid();
    let sealed = if words.is_empty() {
        Value::Null
    } else {
        Value::Bytes(key(grant.tx)?.seal(random, &place(event), words.as_bytes())?)
    };
    let values: [(&str, Value); 9] = [
        ("breach", id.uuid().into()),
        ("role", grant.actor().role_name().into()),
        ("step", (after + 1).into()),
        ("at", at.into()),
        ("kind", kind.into()),
        ("detail", detail.into()),
        ("from_at", times.map(|t| t.from).into()),
        ("until_at", times.map(|t| t.until).into()),
        ("words", sealed),
    ];
    grant.insert(event, &values).await?;
    if happened == Happened::Closed {
        // From now on its time runs, for the whole of it.
        for (table, column) in [("breach", "id"), ("breach_event", "breach")] {
            let sql = format!("UPDATE {table} SET closed_at = $1 WHERE {column} = $2");
            grant.tx.run(&sql, &[grant.now().into(), id.uuid().into()]).await?;
        }
    }
    Ok(true)
}

/// Every breach, the newest first; the grant is to read `breach` of anyone.
///
/// # Errors
/// A refusal or a fault.
pub async fn all(grant: &Grant<'_>) -> Result<Vec<Breach>, Error> {
    let (key, records) = (key(grant.tx)?, grant.list("1 = 1", "ORDER BY aware_at DESC, id", &[]).await?);
    let mut events: BTreeMap<Uuid, Vec<Event>> = BTreeMap::new();
    for record in grant.also("breach_event")?.list("1 = 1", "ORDER BY step", &[]).await? {
        let breach = record.id("breach").ok_or_else(|| lacks("breach"))?;
        events.entry(breach).or_default().push(to_event(&key, &record)?);
    }
    let all = records.iter().map(|record| {
        let id = record.id("id").ok_or_else(|| lacks("number"))?;
        Ok(Breach {
            id: BreachId::from_uuid(id),
            aware_at: record.instant("aware_at").ok_or_else(|| lacks("time"))?,
            subject: record.id("subject").map(PersonId::from_uuid),
            step: record.int("step").ok_or_else(|| lacks("step"))?,
            events: events.remove(&id).unwrap_or_default(),
        })
    });
    Ok(all.collect::<Result<_, Fault>>()?)
}

fn to_event(key: &Key, record: &Record) -> Result<Event, Fault> {
    let unknown = |_| Fault::corrupt("something happened to a breach that the program does not know");
    let id = record.id("id").ok_or_else(|| lacks("number"))?;
    let (kind, detail) = (record.text("kind").unwrap_or_default(), record.text("detail").unwrap_or_default());
    let times = record.instant("from_at").zip(record.instant("until_at")).zip(detail.parse().ok());
    let exposed = times.map(|((from, until), what)| Exposed { what, from, until });
    let words = match record.bytes("words") {
        Some(sealed) => key.open("the words about a breach", &place(id), sealed)?,
        None => vec![],
    };
    Ok(Event {
        at: record.instant("at").ok_or_else(|| lacks("time"))?,
        happened: Happened::from_code(kind, detail, exposed).map_err(unknown)?,
        role: record.text("role").unwrap_or_default().to_owned(),
        by: record.id("actor").map(PersonId::from_uuid),
        words: String::from_utf8(words).map_err(|_| Fault::Sealed("the words about a breach"))?,
    })
}

/// Who has data in one of these places, of everybody or of one person: numbers and nothing else. Whoever was erased since is not
/// among them.
///
/// # Errors
/// A fault.
pub async fn concerned(
    tx: &Tx,
    places: &[Place<'_>],
    whom: Option<PersonId>,
) -> Result<Vec<Concerned>, Fault> {
    if places.is_empty() {
        return Ok(vec![]);
    }
    let mut args: Vec<Value> = vec![];
    let mut arg = |value: Value| {
        args.push(value);
        format!("${}", args.len())
    };
    let mut found = vec![];
    for place in places {
        let held = match &place.holds {
            Holds::Columns(columns) => {
                columns.iter().map(|column| format!("{column} IS NOT NULL")).collect::<Vec<_>>().join(" OR ")
            }
            Holds::Files(kinds) => {
                let kinds: Vec<String> = kinds.iter().map(|kind| arg((*kind).into())).collect();
                format!("kind IN ({})", kinds.join(", "))
            }
        };
        let mut sql = format!("SELECT {} AS person FROM {} WHERE ({held})", place.person, place.table);
        if let Some(since) = place.since {
            sql.push_str(&format!(" AND ({since} IS NULL OR {since} <= {})", arg(place.until.into())));
        }
        // Who came later had nothing there, also where a row does not say since when it lies.
        let until = arg(place.until.into());
        sql.push_str(&format!(
            " AND {} IN (SELECT id FROM person WHERE created_at <= {until})",
            place.person
        ));
        if let Some(whom) = whom {
            sql.push_str(&format!(" AND {} = {}", place.person, arg(whom.uuid().into())));
        }
        found.push(sql);
    }
    let sql = format!(
        "SELECT p.id AS id, p.role AS role FROM person p WHERE p.id IN ({}) ORDER BY p.id",
        found.join(" UNION ")
    );
    let rows = tx.rows(&sql, &args).await?;
    let all = rows.iter().map(|row| {
        let has_account = row.text("role")? != Role::Requester.name();
        Ok(Concerned { person: PersonId::from_uuid(row.id("id")?), has_account })
    });
    all.collect()
}

fn key(tx: &Tx) -> Result<Key, Fault> {
    tx.inner.house_key.derive("breaches")
}

fn place(event: Uuid) -> Vec<u8> {
    format!("breach_event|words|{}", event.simple()).into_bytes()
}

fn lacks(what: &str) -> Fault {
    Fault::corrupt(format!("a line about a breach has no {what}"))
}
