//! Drives the real slicer in its confinement: bubblewrap around our child where it works, our child in any
//! case, which confines itself and then becomes the slicer.

use super::Progress;
use crate::api::{self, Config};
use crate::child::{self, Said, Work};
use crate::problem::{Kind, Outcome, Problem};
use crate::process::{self, CancelToken, Start};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// Refuses with what to install if there is no slicer.
pub fn find_slicer(config: &Config) -> Outcome<()> {
    if config.slicer_in.iter().any(|folder| folder.join("prusa-slicer").is_file()) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Setup,
        "No slicer is installed on this machine.",
        "Install PrusaSlicer (apt-get install prusa-slicer), or upload ready-made G-code.",
    ))
}

/// Runs the slicer on what stands in the work folder.
pub(super) fn slicer(
    config: &Config,
    work: &Path,
    progress: &mut dyn FnMut(Progress),
    cancel: &CancelToken,
) -> Outcome<()> {
    fs::create_dir_all(work.join("data")).map_err(|e| Problem::io("making a folder for the slicer", &e))?;
    api::write_order(config, Work::Slice, config.slicer, work)?;
    let bubble = process::bubblewrap();
    let (program, args) = match bubble {
        Some(bwrap) => {
            let mut args = process::bubble(work, &config.program);
            args.push("/run/child".into());
            args.extend(config.args.iter().cloned());
            (bwrap, args)
        }
        None => (config.program.as_path(), config.args.clone()),
    };
    let start = Start { program, args, work, input: Stdio::null(), time: config.slicer_time };
    let mut refused = None;
    let mut complaint = None;
    let ended = process::run(start, cancel, &mut |line| {
        if let Some((percent, words)) = stage(line) {
            progress(Progress::Slicing(percent, words));
        } else if let Ok(Said::Refused(problem)) = serde_json::from_str(line) {
            refused = Some(problem);
        } else if let Some(words) = known_complaint(line) {
            complaint = Some(words);
        }
    })?;
    if let Some(problem) = refused {
        return Err(problem);
    }
    if ended.timed_out {
        return Err(Problem::new(
            Kind::Limit,
            "Slicing took longer than one part may take.",
            "Choose a coarser quality, or simplify the model.",
        ));
    }
    if work.join(child::SLICED).is_file() {
        return Ok(());
    }
    Err(complaint.map_or_else(no_gcode, |words| Problem::file(words, "Check the model and its unit.")))
}

/// The slicer ended without a G-code that can be used.
pub(super) fn no_gcode() -> Problem {
    Problem::file(
        "The slicer made no complete G-code of this model.",
        "Repair the model in your CAD program, check its unit, or slice it on your own computer and upload the G-code.",
    )
}

/// `20 => Generating perimeters`, as the slicer prints it. The last words of some lines name a file; not ours.
fn stage(line: &str) -> Option<(u8, String)> {
    let (percent, words) = line.split_once(" => ")?;
    let percent = percent.trim().parse::<u8>().ok().filter(|p| *p <= 100)?;
    let words = words.split(" to ").next().unwrap_or(words);
    Some((percent, words.chars().filter(|c| !c.is_control()).take(80).collect()))
}

/// A complaint of the slicer that we can repeat in plain words.
fn known_complaint(line: &str) -> Option<&'static str> {
    if line.contains("print is empty") {
        return Some("Nothing of this model is thick enough to print with this nozzle.");
    }
    line.contains("no extrusions").then_some("A layer of this model has nothing in it that can be printed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_what_the_slicer_says() {
        assert_eq!(stage("20 => Generating perimeters"), Some((20, "Generating perimeters".into())));
        assert_eq!(stage("90 => Exporting G-code to /job/out.gcode"), Some((90, "Exporting G-code".into())));
        assert_eq!(stage("Slicing result exported to out.gcode"), None);
        assert_eq!(stage("999 => x"), None);
    }
}
