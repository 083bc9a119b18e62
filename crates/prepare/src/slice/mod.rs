//! Slicing: our mesh, our profile, their slicer, our gate.
//!
//! The slicer never sees a customer's file, name or setting. Its exit status is never believed: the G-code must
//! exist, be complete, and pass the interpreter with the printer's limits.

pub mod profile;
pub mod run;

use crate::api::{self, Config};
use crate::child::{self, Machine, PlaceOrder, Said, Work};
use crate::gcode::{Decision, Verdict};
use crate::problem::{Outcome, Problem};
use crate::process::CancelToken;
use domain::machine::MachineLimits;
use domain::model::Unit;
use profile::{Material, Quality};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// What to slice for.
#[derive(Clone, Copy, Debug)]
pub struct SliceOrder {
    /// The printer.
    pub limits: MachineLimits,
    /// How finely.
    pub quality: Quality,
    /// What of.
    pub material: Material,
    /// Whether overhangs are propped up.
    pub supports: bool,
    /// What a person said about an STL's numbers; `None` means millimetres. A 3MF states its own.
    pub unit: Option<Unit>,
}

/// How far the work is; everything but the first and last stage comes from the slicer's own output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The part is put on the bed.
    Placing,
    /// The slicer says so: its percentage and its words.
    Slicing(u8, String),
    /// The G-code is held against the printer's limits.
    Checking,
}

/// A sliced part that passed the gate.
#[derive(Clone, Debug)]
pub struct Sliced {
    /// The G-code without comments; only this may go to a printer.
    pub gcode: PathBuf,
    /// Facts and the gate's decision, which is always to pass.
    pub verdict: Verdict,
    /// The profile that was used, as text.
    pub profile: String,
}

/// Slices a model in confined children. `work` must be an empty folder.
///
/// # Errors
/// A [`Problem`]: the part does not fit, the slicer is missing or failed, its G-code is not fit for the printer,
/// or the person cancelled.
pub fn slice(
    config: &Config,
    file: &File,
    order: &SliceOrder,
    work: &Path,
    progress: &mut dyn FnMut(Progress),
    cancel: &CancelToken,
) -> Outcome<Sliced> {
    let profile = profile::resolve(order.quality, order.material, order.supports, &order.limits)?;
    run::find_slicer(config)?;
    progress(Progress::Placing);
    let place = Work::Place(PlaceOrder {
        scale: order.unit.unwrap_or(Unit::Millimetre).in_millimetres(),
        machine: Machine::from(&order.limits),
    });
    match api::ask(config, place, Some(file), work, &mut |_| {}, cancel)? {
        Said::Placed => {}
        _ => return Err(api::odd()),
    }
    fs::write(work.join(child::PROFILE), &profile).map_err(|e| Problem::io("writing the profile", &e))?;
    run::slicer(config, work, progress, cancel)?;
    progress(Progress::Checking);
    let gcode = File::open(work.join(child::SLICED)).map_err(|_| run::no_gcode())?;
    let gated = api::gate(config, &gcode, &order.limits, work, cancel)?;
    let verdict = gated.verdict;
    if verdict.decision != Decision::Pass {
        return Err(verdict.problem().unwrap_or_else(run::no_gcode));
    }
    if !verdict.facts.complete || verdict.facts.layers == 0 {
        return Err(run::no_gcode());
    }
    // The slicer's own text holds its configuration and comments: nobody needs it any more.
    let _ = fs::remove_file(work.join(child::SLICED));
    Ok(Sliced { gcode: gated.stripped.ok_or_else(run::no_gcode)?, verdict, profile })
}
