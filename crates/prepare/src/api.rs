//! What the server calls: inspect a model, slice it, hold a G-code against a printer.
//!
//! Blocking: call from a thread that may wait. Each call takes an open file, never a name, and an empty folder,
//! in which the results are found afterwards; the caller empties it.

use crate::child::{self, InspectOrder, Inspected, Machine, Order, Said, Stage, Work};
use crate::gcode::Verdict;
use crate::problem::{Outcome, Problem};
use crate::process::{self, CancelToken, Start};
use crate::sandbox::Limits;
use domain::machine::MachineLimits;
use domain::model::Unit;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// Files larger than this get more time, because there is more to read.
const LARGE: u64 = 64 << 20;
/// How much of a large file is worth a second more.
const BYTES_A_SECOND: u64 = 16 << 20;

/// How preparation runs on this machine.
#[derive(Clone, Debug)]
pub struct Config {
    /// The program that runs as the child, usually the server's own.
    pub program: PathBuf,
    /// The arguments that make it call [`child::main`].
    pub args: Vec<OsString>,
    /// Limits for readers.
    pub reader: Limits,
    /// The time in which a reader must answer; files over 64 MB get a second more for every 16 MB.
    pub reader_time: Duration,
    /// Limits for the slicer.
    pub slicer: Limits,
    /// The time in which the slicer must be done.
    pub slicer_time: Duration,
    /// The operator accepts a kernel without seccomp or Landlock.
    pub accept_weaker_confinement: bool,
    /// Side of pictures in pixels.
    pub picture_side: usize,
    /// The folders in which the slicer is looked for.
    pub slicer_in: Vec<PathBuf>,
}

impl Config {
    /// The standard limits with this program as the child.
    pub fn new(program: impl Into<PathBuf>, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            reader: Limits::READER,
            // Ten seconds is the promise; ending a child takes a moment too.
            reader_time: Duration::from_secs(9),
            slicer: Limits::SLICER,
            slicer_time: Duration::from_hours(1),
            accept_weaker_confinement: false,
            picture_side: 512,
            slicer_in: process::FOLDERS.map(PathBuf::from).into(),
        }
    }
}

/// What is known about a model, and where its files are.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Facts, findings, guesses and what was removed.
    pub found: Inspected,
    /// The still picture, a PNG without any metadata.
    pub picture_png: Vec<u8>,
    /// The shape alone as binary STL in millimetres.
    pub clean_stl: PathBuf,
    /// The light mesh for the browser (see [`crate::neutral::write_viewer`]).
    pub viewer_mesh: PathBuf,
}

/// A G-code after the gate.
#[derive(Clone, Debug)]
pub struct Gated {
    /// What was decided, with facts.
    pub verdict: Verdict,
    /// The G-code without comments and messages, unless it was refused. Only this may go to a printer.
    pub stripped: Option<PathBuf>,
}

/// Reads, checks, draws and cleans a model in a confined child.
///
/// `unit` is what a person said about an STL's numbers; a 3MF states its own. `work` must be an empty folder.
/// `stage` hears which part of the work begins.
///
/// # Errors
/// A [`Problem`] with what is wrong and what to do, also if the child crashed or hit a limit.
pub fn inspect(
    config: &Config,
    file: &File,
    unit: Option<Unit>,
    machines: &[MachineLimits],
    work: &Path,
    stage: &mut dyn FnMut(Stage),
    cancel: &CancelToken,
) -> Outcome<Inspection> {
    let order = Work::Inspect(InspectOrder {
        scale: unit.unwrap_or(Unit::Millimetre).in_millimetres(),
        picture_side: config.picture_side,
        machines: machines.iter().map(Machine::from).collect(),
    });
    match ask(config, order, Some(file), work, stage, cancel)? {
        Said::Inspected(found) => {
            let read = |e: std::io::Error| Problem::io("reading the picture", &e);
            Ok(Inspection {
                found: *found,
                picture_png: fs::read(work.join(child::PICTURE)).map_err(read)?,
                clean_stl: work.join(child::CLEAN),
                viewer_mesh: work.join(child::VIEWER),
            })
        }
        _ => Err(odd()),
    }
}

/// Holds a G-code against a printer's limits in a confined child.
///
/// # Errors
/// If the file is no plain G-code or cannot be read; a G-code that was read gets a [`Verdict`] instead.
pub fn gate(
    config: &Config,
    file: &File,
    limits: &MachineLimits,
    work: &Path,
    cancel: &CancelToken,
) -> Outcome<Gated> {
    match ask(config, Work::Gate(Machine::from(limits)), Some(file), work, &mut |_| {}, cancel)? {
        Said::Gated(verdict) => {
            let stripped = work.join(child::STRIPPED);
            Ok(Gated { verdict: *verdict, stripped: stripped.is_file().then_some(stripped) })
        }
        _ => Err(odd()),
    }
}

/// Gives a reader its order and waits for the answer.
pub(crate) fn ask(
    config: &Config,
    order: Work,
    file: Option<&File>,
    work: &Path,
    stage: &mut dyn FnMut(Stage),
    cancel: &CancelToken,
) -> Outcome<Said> {
    let length = file.and_then(|f| f.metadata().ok()).map_or(0, |m| m.len());
    let extra = length.saturating_sub(LARGE) / BYTES_A_SECOND;
    let limits = Limits { cpu_seconds: config.reader.cpu_seconds + extra, ..config.reader };
    write_order(config, order, limits, work)?;
    let input = match file {
        Some(file) => Stdio::from(rewound(file)?),
        None => Stdio::null(),
    };
    let time = config.reader_time + Duration::from_secs(extra);
    let start = Start { program: &config.program, args: config.args.clone(), work, input, time };
    let mut answer = None;
    let ended = process::run(start, cancel, &mut |line| match serde_json::from_str(line) {
        Ok(Said::Stage(now)) => stage(now),
        Ok(said) => answer = Some(said),
        Err(_) => {}
    })?;
    match answer {
        Some(Said::Refused(problem)) => Err(problem),
        Some(answer) if ended.status.success() => Ok(answer),
        _ => Err(ended.problem(config.reader.memory)),
    }
}

/// Writes the order into the work folder, where the child finds it.
pub(crate) fn write_order(config: &Config, work: Work, limits: Limits, folder: &Path) -> Outcome<()> {
    let order = Order { work, limits, accept_weaker: config.accept_weaker_confinement };
    let text = serde_json::to_vec(&order).map_err(|_| Problem::internal("An order could not be written."))?;
    fs::write(folder.join(child::ORDER), text).map_err(|e| Problem::io("writing an order", &e))
}

fn rewound(file: &File) -> Outcome<File> {
    let failed = |e: std::io::Error| Problem::io("opening the file", &e);
    let mut copy = file.try_clone().map_err(failed)?;
    std::io::Seek::rewind(&mut copy).map_err(failed)?;
    Ok(copy)
}

pub(crate) fn odd() -> Problem {
    Problem::internal("The child process gave an answer to another question.")
}
