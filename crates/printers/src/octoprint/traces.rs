//! Removing what OctoPrint made of a print of ours, and looking afterwards whether it is gone.
//!
//! What cannot be removed through its interface is said in [`RESIDUE`], for the person to read before printing.

use super::Inner;
use super::outgoing::Outgoing;
use super::wire::RecordingsAnswer;
use crate::driver::{Removal, reference_of};
use domain::ids::PrintReference;
use domain::printer::{NotDone, Refusal};

/// What an OctoPrint still holds after a print of ours was removed.
pub const RESIDUE: &[&str] = &[
    "Its log files name the print by its random number, with the times of start, pause and end, until OctoPrint \
     rotates them (about a week).",
    "Its recovery data names the last print that was cut short by that number, until another file is chosen.",
    "Its achievements count prints and printing time, and name the last print by that number.",
    "If its serial log was switched on, it holds the commands that were printed.",
    "Other plug-ins installed on it may keep records of their own.",
];

/// How often it is asked again while it lets go of a file.
const ATTEMPTS: usize = 3;

pub(super) async fn remove(inner: &Inner, reference: PrintReference) -> Result<Removal, NotDone> {
    let removed = remove_file(inner, reference).await?;
    let mut recordings = recordings_of(inner, reference).await?;
    for _ in 0..ATTEMPTS {
        if recordings.is_empty() {
            break;
        }
        for (name, unrendered) in recordings {
            let request = Outgoing::RemoveRecording { name: &name, unrendered };
            accept_absent(inner.http.send(&request).await?.yes())?;
        }
        recordings = recordings_of(inner, reference).await?;
    }
    let gone = recordings.is_empty() && !inner.holds(reference).await?;
    inner.forget(reference);
    if gone { Ok(removed) } else { Err(NotDone::Refused(Refusal::Other)) }
}

async fn remove_file(inner: &Inner, reference: PrintReference) -> Result<Removal, NotDone> {
    let answer = inner.http.send(&Outgoing::RemoveFile(reference)).await?;
    match answer.yes() {
        Ok(()) => Ok(Removal::Removed),
        Err(NotDone::Refused(Refusal::NoSuchFile)) => Ok(Removal::WasAbsent),
        Err(NotDone::Refused(Refusal::WrongState)) => Err(NotDone::Busy),
        Err(other) => Err(other),
    }
}

/// Names of finished recordings and of unfinished ones made of this print. Each begins with the print's name.
async fn recordings_of(inner: &Inner, reference: PrintReference) -> Result<Vec<(String, bool)>, NotDone> {
    let answer: RecordingsAnswer = inner.http.send(&Outgoing::Recordings).await?.json()?;
    let prefix = reference.to_string();
    let finished = answer.files.into_iter().filter(|f| f.name.starts_with(&prefix)).map(|f| (f.name, false));
    let mut all: Vec<_> = finished.collect();
    for unfinished in answer.unrendered.into_iter().filter(|u| u.name.starts_with(&prefix)) {
        if unfinished.recording || unfinished.rendering || unfinished.processing {
            return Err(NotDone::Busy);
        }
        all.push((unfinished.name, true));
    }
    Ok(all)
}

pub(super) async fn own_files(inner: &Inner) -> Result<Vec<PrintReference>, NotDone> {
    let answer: super::wire::FilesAnswer = inner.http.send(&Outgoing::Files).await?.json()?;
    let mut own: Vec<_> = answer.files.iter().filter_map(|file| reference_of(&file.name)).collect();
    own.sort();
    Ok(own)
}

fn accept_absent(answer: Result<(), NotDone>) -> Result<(), NotDone> {
    match answer {
        Err(NotDone::Refused(Refusal::NoSuchFile)) => Ok(()),
        other => other,
    }
}
