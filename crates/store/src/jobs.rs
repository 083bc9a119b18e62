//! Prints that wait or go on. A row lives as long as its print; moves are compare-and-set on its state.
//!
//! An incognito job's row names nobody and holds no name: it is made by the house, of nobody's data.

use crate::fault::{Error, Fault};
use crate::record::Record;
use crate::sql::Value;
use crate::tx::Grant;
use domain::ids::{BlobId, JobId, PersonId, PrintReference, PrinterId};
use domain::job::{JobState, Move};
use domain::printer::Volume;
use domain::time::Instant;
use domain::units::Millimetres;
use privacy::{Act, Personal};
use uuid::Uuid;

/// What the toolpath of a print says about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// How big the part is.
    pub size: Option<Volume>,
    /// What it is sliced for.
    pub material: Option<String>,
    /// How long it will take.
    pub seconds: Option<f64>,
    /// How much material it will take.
    pub grams: Option<f64>,
}

/// A job to be put into the queue.
#[derive(Debug)]
pub struct NewJob {
    /// Queued or held.
    pub state: JobState,
    /// The printer it is meant for; any if none.
    pub wanted: Option<PrinterId>,
    /// The name of its print on a machine.
    pub reference: PrintReference,
    /// What it is called; never of an incognito job.
    pub name: Option<Personal<String>>,
    /// What its toolpath says; nothing of an incognito job.
    pub facts: Facts,
    /// Why it is held back from the start, if for a reason: one of a closed list.
    pub trouble: Option<&'static str>,
    /// Lines that its owner must look at; never of an incognito job.
    pub findings: Option<Personal<String>>,
    /// Of an incognito job: its file, and the process that has its key, until when.
    pub incognito: Option<(BlobId, Uuid, Instant)>,
}

/// A job.
#[derive(Debug)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// Whose; nobody's if incognito.
    pub person: Option<PersonId>,
    /// Where it stands.
    pub state: JobState,
    /// Since when.
    pub since: Instant,
    /// Its place in the queue; smaller comes first.
    pub place: i64,
    /// The printer it is meant for; any if none.
    pub wanted: Option<PrinterId>,
    /// The printer it was given.
    pub printer: Option<PrinterId>,
    /// The name of its print on a machine.
    pub reference: PrintReference,
    /// When it was put into the queue.
    pub added_at: Instant,
    /// When its file was wholly on the printer.
    pub placed_at: Option<Instant>,
    /// When its printer was last asked what became of it.
    pub asked_at: Option<Instant>,
    /// When its START was saved; nothing again once it is certain that the printer did not carry it out.
    pub started_at: Option<Instant>,
    /// Why it was held back, if something went wrong: one of a closed list.
    pub trouble: Option<String>,
    /// Lines that its owner must look at, if there were any and the grant opens them.
    pub findings: Option<Personal<String>>,
    /// What it is called, if the grant opens it.
    pub name: Option<Personal<String>>,
    /// What its toolpath says.
    pub facts: Facts,
    /// Whether it belongs to nobody.
    pub incognito: bool,
    /// Of an incognito job: its file.
    pub file: Option<BlobId>,
    /// Of an incognito job: the process that has its key, and until when that is thought alive.
    pub keeper: Option<(Uuid, Instant)>,
}

/// What changes beside a job's state; `None` leaves things as they are.
#[derive(Debug, Default)]
pub struct Beside {
    /// The printer it was given; the inner `None` takes it back, and with it the file's place.
    pub printer: Option<Option<PrinterId>>,
    /// Why it was held back; the inner `None` clears it.
    pub trouble: Option<Option<&'static str>>,
    /// Its START was certainly not carried out.
    pub unstarted: bool,
    /// Another name for its next print: a reference is for one print only.
    pub reference: Option<PrintReference>,
}

/// Puts a job at the end of the queue; the grant is to create `job`, of anyone if it is incognito.
///
/// # Errors
/// A refusal or a fault.
pub async fn insert(grant: &Grant<'_>, id: JobId, new: &NewJob) -> Result<(), Error> {
    let last = grant.tx.row("SELECT COALESCE(MAX(place), 0) AS place FROM job", &[]).await?;
    let place = last.map_or(Ok(0), |row| row.int("place"))? + 1;
    let size = new.facts.size.as_ref();
    let incognito = new.incognito;
    let values: [(&str, Value); 20] = [
        ("state", new.state.name().into()),
        ("since", grant.now().into()),
        ("place", place.into()),
        ("wanted", new.wanted.map(PrinterId::uuid).into()),
        ("reference", new.reference.uuid().into()),
        ("added_at", grant.now().into()),
        ("trouble", new.trouble.into()),
        ("findings", new.findings.as_ref().map(|f| f.reveal().as_str()).into()),
        ("name", new.name.as_ref().map(|n| n.reveal().as_str()).into()),
        ("size_x", size.map(|s| s.x.0).into()),
        ("size_y", size.map(|s| s.y.0).into()),
        ("size_z", size.map(|s| s.z.0).into()),
        ("material", new.facts.material.clone().into()),
        ("seconds", new.facts.seconds.into()),
        ("grams", new.facts.grams.into()),
        ("incognito", incognito.is_some().into()),
        ("file", incognito.map(|(file, ..)| file.uuid()).into()),
        ("keeper", incognito.map(|(_, keeper, _)| keeper).into()),
        ("keeper_until", incognito.map(|(.., until)| until).into()),
        ("placed_at", Value::Null),
    ];
    grant.insert(id.uuid(), &values).await
}

/// Jobs in queue order; the grant is to read `job`.
///
/// # Errors
/// A fault.
pub async fn list(grant: &Grant<'_>) -> Result<Vec<Job>, Error> {
    let records = grant.list("1 = 1", "ORDER BY place, id", &[]).await?;
    Ok(records.iter().map(to_job).collect::<Result<_, _>>()?)
}

/// One job; the grant is to read `job`.
///
/// # Errors
/// A fault.
pub async fn get(grant: &Grant<'_>, id: JobId) -> Result<Option<Job>, Error> {
    Ok(grant.get(id.uuid()).await?.as_ref().map(to_job).transpose()?)
}

/// Moves a job on, if it is still where the move begins; the grant is to change `job`. Returns whether it was.
///
/// # Errors
/// A refusal or a fault.
pub async fn step(grant: &Grant<'_>, id: JobId, step: Move, beside: &Beside) -> Result<bool, Error> {
    let mut values: Vec<(&str, Value)> =
        vec![("state", step.to.name().into()), ("since", grant.now().into())];
    if let Some(printer) = beside.printer {
        values.push(("printer", printer.map(PrinterId::uuid).into()));
        values.extend([("placed_at", Value::Null), ("asked_at", Value::Null)]);
    }
    values.extend(beside.trouble.map(|trouble| ("trouble", trouble.into())));
    values.extend(beside.unstarted.then_some(("started_at", Value::Null)));
    values.extend(beside.reference.map(|reference| ("reference", reference.uuid().into())));
    grant.update_if(id.uuid(), &[("state", step.from.name().into())], &values).await
}

/// Saves the START of a job that is still where the move begins, at this printer and under this name: whatever was planned
/// for it elsewhere, or before it was sent anew, is void. The grant is to change `job`. Returns whether it was.
///
/// # Errors
/// A refusal or a fault.
pub async fn start(
    grant: &Grant<'_>,
    id: JobId,
    step: Move,
    (printer, reference): (PrinterId, PrintReference),
) -> Result<bool, Error> {
    let still = [
        ("state", step.from.name().into()),
        ("printer", printer.uuid().into()),
        ("reference", reference.uuid().into()),
    ];
    let values: [(&str, Value); 3] =
        [("state", step.to.name().into()), ("since", grant.now().into()), ("started_at", grant.now().into())];
    grant.update_if(id.uuid(), &still, &values).await
}

/// Its file is wholly on its printer; the grant is to change `job`.
///
/// # Errors
/// A refusal or a fault.
pub async fn placed(grant: &Grant<'_>, id: JobId) -> Result<bool, Error> {
    let still = [("state", JobState::Sending.name().into())];
    grant.update_if(id.uuid(), &still, &[("placed_at", grant.now().into())]).await
}

/// Its printer is asked now what became of it; the grant is to change `job`.
///
/// # Errors
/// A refusal or a fault.
pub async fn asked(grant: &Grant<'_>, id: JobId) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("asked_at", grant.now().into())]).await
}

/// Gives it another place in the queue; the grant is to change `job`.
///
/// # Errors
/// A refusal or a fault.
pub async fn set_place(grant: &Grant<'_>, id: JobId, place: i64) -> Result<bool, Error> {
    grant.update(id.uuid(), &[("place", place.into())]).await
}

/// The process that has the keys of incognito jobs is alive; the grant is to change `job` of anyone.
///
/// # Errors
/// A fault.
pub async fn keep(grant: &Grant<'_>, keeper: Uuid, until: Instant) -> Result<(), Error> {
    must_change(grant)?;
    let sql = "UPDATE job SET keeper_until = $1 WHERE keeper = $2";
    grant.tx.run(sql, &[until.into(), keeper.into()]).await?;
    Ok(())
}

/// A job is over and its row goes, if it is still in the state `from`; the grant is to change `job`. Returns whether
/// it was.
///
/// That a print ends is its course and not an erasure that somebody carries out: a line in the access log for each
/// would itself be a record of when somebody printed.
///
/// # Errors
/// A fault.
pub async fn end(grant: &Grant<'_>, id: JobId, from: JobState) -> Result<bool, Error> {
    must_change(grant)?;
    let sql = "DELETE FROM job WHERE id = $1 AND state = $2";
    Ok(grant.tx.run(sql, &[id.uuid().into(), from.name().into()]).await? == 1)
}

fn must_change(grant: &Grant<'_>) -> Result<(), Fault> {
    if grant.act == Act::Change && grant.table == "job" {
        return Ok(());
    }
    Err(Fault::corrupt("a job is changed with a grant for something else"))
}

fn to_job(record: &Record) -> Result<Job, Fault> {
    let broken = || Fault::corrupt("a job lacks what every job has");
    let state = record.text("state").and_then(JobState::from_name).ok_or_else(broken)?;
    let size = match (record.real("size_x"), record.real("size_y"), record.real("size_z")) {
        (Some(x), Some(y), Some(z)) => Some(Volume::new(Millimetres(x), Millimetres(y), Millimetres(z))),
        _ => None,
    };
    Ok(Job {
        id: JobId::from_uuid(record.id("id").ok_or_else(broken)?),
        person: record.id("person").map(PersonId::from_uuid),
        state,
        since: record.instant("since").ok_or_else(broken)?,
        place: record.int("place").ok_or_else(broken)?,
        wanted: record.id("wanted").map(PrinterId::from_uuid),
        printer: record.id("printer").map(PrinterId::from_uuid),
        reference: PrintReference::from_uuid(record.id("reference").ok_or_else(broken)?),
        added_at: record.instant("added_at").ok_or_else(broken)?,
        placed_at: record.instant("placed_at"),
        asked_at: record.instant("asked_at"),
        started_at: record.instant("started_at"),
        trouble: record.text("trouble").map(str::to_owned),
        findings: record.personal("findings"),
        name: record.personal("name"),
        facts: Facts {
            size,
            material: record.text("material").map(str::to_owned),
            seconds: record.real("seconds"),
            grams: record.real("grams"),
        },
        incognito: record.flag("incognito"),
        file: record.id("file").map(BlobId::from_uuid),
        keeper: record.id("keeper").zip(record.instant("keeper_until")),
    })
}
