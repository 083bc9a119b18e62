//! The planner: from the queue, the printers and the time to the next actions, and for every job that waits to
//! the reason why.
//!
//! Pure: the caller carries the actions out, saves each move first, and plans again. It never gives a printer two
//! jobs, never starts on a bed that no person said is clear, never starts from an old reading, and never starts a
//! job twice: a job whose START is out is only ever asked about.

use crate::ids::{JobId, PrintReference, PrinterId};
use crate::job::JobState;
use crate::job::reading::GRACE_SECONDS;
use crate::printer::report::Activity;
use crate::printer::state::{Duty, Standing};
use crate::printer::{Material, Volume};
use crate::time::Instant;

/// So many seconds lie between two questions to a printer about the same job.
pub const ASK_AGAIN_SECONDS: i64 = 30;

/// A job that is not over, as the planner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The job.
    pub id: JobId,
    /// The name of its print on a machine.
    pub reference: PrintReference,
    /// Where it stands.
    pub state: JobState,
    /// When it came to stand there.
    pub since: Instant,
    /// The printers that its owner is linked to and wants it printed on.
    pub printers: Vec<PrinterId>,
    /// The printer it was given, if it has one.
    pub printer: Option<PrinterId>,
    /// When its file was wholly on that printer, if it is.
    pub placed: Option<Instant>,
    /// How big the part is, if that is known.
    pub size: Option<Volume>,
    /// The material it is sliced for, if that is known.
    pub material: Option<Material>,
    /// When its printer was last asked what became of it.
    pub asked: Option<Instant>,
}

/// A printer, as the planner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// The printer.
    pub id: PrinterId,
    /// All that is known of it now.
    pub standing: Standing,
    /// How big a part it can make; `None` if nobody said.
    pub volume: Option<Volume>,
    /// What is loaded; `None` if nobody said, and then it keeps no job waiting.
    pub material: Option<Material>,
}

/// Something to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Give the job to the printer and place its file there. Comes again for a job that is being sent by nobody.
    Send {
        /// Which job.
        job: JobId,
        /// Where.
        printer: PrinterId,
    },
    /// Save the start, then send START, once.
    Start {
        /// Which job.
        job: JobId,
        /// Where.
        printer: PrinterId,
    },
    /// Ask the printer what it knows of this print. Nothing else may be done about the job before.
    Ask {
        /// Which job.
        job: JobId,
        /// Where.
        printer: PrinterId,
    },
}

/// Why a job waits. Never says whose job another is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A person, or something that went wrong, holds it.
    Held,
    /// Its owner is linked to no printer that it could go to.
    NobodyLinked,
    /// It is larger than every printer it could go to.
    NoPrinterBigEnough,
    /// The printer has another material loaded.
    NeedsMaterial(PrinterId, Material),
    /// Somebody has to say that the bed is clear.
    ClearBed(PrinterId),
    /// Another job comes first on this printer.
    AnotherJobFirst(PrinterId),
    /// The printer is at something that is not ours, or waits for a person.
    PrinterBusy(PrinterId),
    /// Nothing was heard of the printer, so nobody knows what it does.
    NoContact(PrinterId),
    /// The printer is taken out of service.
    OffDuty(PrinterId),
    /// Its file is on the way to the printer.
    FileOnItsWay(PrinterId),
    /// It may be printing or not: the printer is asked, and if that does not help, a person.
    NobodyKnows(PrinterId),
}

/// What to do now, and why the rest waits.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Plan {
    /// To be done, in any order.
    pub actions: Vec<Action>,
    /// Every job that waits and for which nothing is to be done now, in queue order.
    pub waiting: Vec<(JobId, Wait)>,
}

/// Plans the next actions. `jobs` stand in queue order and none of them is over.
pub fn plan(jobs: &[Waiting], machines: &[Machine], now: Instant) -> Plan {
    let mut plan = Plan::default();
    let mut taken: Vec<PrinterId> =
        jobs.iter().filter(|j| j.state.holds_a_printer()).filter_map(|j| j.printer).collect();
    for job in jobs {
        let decided = match job.state {
            JobState::Held => Err(Wait::Held),
            JobState::Queued => place(job, machines, &taken, now).inspect(|action| {
                if let Action::Send { printer, .. } = action {
                    taken.push(*printer);
                }
            }),
            JobState::Sending => match printer_of(job, machines) {
                Some(machine) => start(job, machine, jobs, now),
                None => Err(Wait::NobodyLinked),
            },
            state if state.may_be_on_the_bed() => match printer_of(job, machines) {
                Some(machine) => match ask(job, machine, now) {
                    Some(decided) => decided,
                    None => continue,
                },
                None => continue,
            },
            _ => continue,
        };
        match decided {
            Ok(action) => plan.actions.push(action),
            Err(wait) => plan.waiting.push((job.id, wait)),
        }
    }
    plan
}

fn printer_of<'a>(job: &Waiting, machines: &'a [Machine]) -> Option<&'a Machine> {
    machines.iter().find(|m| Some(m.id) == job.printer)
}

/// Finds a printer for a job that has none. Of several reasons to wait, tells the one nearest to its end.
fn place(job: &Waiting, machines: &[Machine], taken: &[PrinterId], now: Instant) -> Result<Action, Wait> {
    let mut best: Option<(u8, Wait)> = None;
    for machine in machines.iter().filter(|m| job.printers.contains(&m.id)) {
        let Some(wait) = hindrance(job, machine, taken, now) else {
            return Ok(Action::Send { job: job.id, printer: machine.id });
        };
        let rank = nearness(&wait);
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            best = Some((rank, wait));
        }
    }
    Err(best.map_or(Wait::NobodyLinked, |(_, wait)| wait))
}

/// What keeps this job from this printer, if anything does.
fn hindrance(job: &Waiting, machine: &Machine, taken: &[PrinterId], now: Instant) -> Option<Wait> {
    let id = machine.id;
    let fits = match (&job.size, &machine.volume) {
        (Some(part), Some(volume)) => volume.holds(part),
        _ => true,
    };
    let another = |wanted: &&Material| machine.material.as_ref().is_some_and(|loaded| loaded != *wanted);
    let other_material = job.material.as_ref().filter(another);
    if !fits {
        Some(Wait::NoPrinterBigEnough)
    } else if machine.standing.duty == Duty::Off {
        Some(Wait::OffDuty(id))
    } else if let Some(material) = other_material {
        Some(Wait::NeedsMaterial(id, material.clone()))
    } else if !machine.standing.in_contact(now) {
        Some(Wait::NoContact(id))
    } else if taken.contains(&id) {
        Some(Wait::AnotherJobFirst(id))
    } else if !takes_a_print(machine) {
        Some(Wait::PrinterBusy(id))
    } else if !machine.standing.bed.is_clear() {
        Some(Wait::ClearBed(id))
    } else {
        None
    }
}

/// Smaller is nearer to its end, or easier for a person to end.
const fn nearness(wait: &Wait) -> u8 {
    match wait {
        Wait::FileOnItsWay(_) => 0,
        Wait::ClearBed(_) => 1,
        Wait::AnotherJobFirst(_) => 2,
        Wait::PrinterBusy(_) => 3,
        Wait::NeedsMaterial(..) => 4,
        Wait::NoContact(_) | Wait::NobodyKnows(_) => 5,
        Wait::OffDuty(_) => 6,
        Wait::NoPrinterBigEnough => 7,
        Wait::NobodyLinked | Wait::Held => 8,
    }
}

fn takes_a_print(machine: &Machine) -> bool {
    machine.standing.report.as_ref().is_some_and(|r| r.activity == Activity::Idle || r.activity.has_ended())
}

/// Whether a job whose file is on its way can start. Everything is looked at again, since a bed that was clear
/// when the file was sent need not be so now.
fn start(job: &Waiting, machine: &Machine, jobs: &[Waiting], now: Instant) -> Result<Action, Wait> {
    let id = machine.id;
    let standing = &machine.standing;
    let Some(placed) = job.placed else {
        return if !standing.in_contact(now) {
            Err(Wait::NoContact(id))
        } else if standing.sending == Some(job.id) {
            Err(Wait::FileOnItsWay(id))
        } else {
            // Nobody is sending it: whoever did has died. Placing a file again is harmless.
            Ok(Action::Send { job: job.id, printer: id })
        };
    };
    let ahead = |other: &&Waiting| {
        other.id != job.id
            && other.printer == Some(id)
            && (other.state.may_be_on_the_bed()
                || other.state == JobState::Sending && (other.since, other.id) < (job.since, job.id))
    };
    if standing.duty == Duty::Off {
        Err(Wait::OffDuty(id))
    } else if !standing.in_contact(now) {
        Err(Wait::NoContact(id))
    } else if jobs.iter().any(|other| ahead(&other)) {
        Err(Wait::AnotherJobFirst(id))
    } else if !takes_a_print(machine) {
        Err(Wait::PrinterBusy(id))
    } else if !standing.bed.is_clear() {
        Err(Wait::ClearBed(id))
    } else if standing.report.as_ref().is_none_or(|r| r.at < placed) {
        // What it said before the file was there is too old to start on.
        Err(Wait::FileOnItsWay(id))
    } else {
        Ok(Action::Start { job: job.id, printer: id })
    }
}

/// Whether the printer is to be asked about a job whose START is out. `None` if nobody doubts what it is at, or the
/// printer's readings tell already.
fn ask(job: &Waiting, machine: &Machine, now: Instant) -> Option<Result<Action, Wait>> {
    let standing = &machine.standing;
    let told = standing.in_contact(now)
        && standing.report.as_ref().is_some_and(|r| {
            r.at > job.since && r.print.as_ref().is_some_and(|p| p.reference == job.reference)
        });
    let early = job.state == JobState::Starting && now.seconds_since(job.since) < GRACE_SECONDS;
    let doubtful = matches!(job.state, JobState::Unknown | JobState::Starting);
    if told || early || !doubtful {
        return None;
    }
    let asked_lately = job.asked.is_some_and(|then| now.seconds_since(then) < ASK_AGAIN_SECONDS);
    if asked_lately || !standing.in_contact(now) {
        return Some(Err(Wait::NobodyKnows(machine.id)));
    }
    Some(Ok(Action::Ask { job: job.id, printer: machine.id }))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
