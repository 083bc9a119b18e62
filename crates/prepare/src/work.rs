//! What the confined child does with its order. Runs in the child only: this is where strangers' bytes are read.

use crate::child::{
    CLEAN, Facts, InspectOrder, Inspected, ORDER, Order, PICTURE, PLACED, PROFILE, PlaceOrder, SLICED,
    STRIPPED, Said, Stage, VIEWER, Work, say,
};
use crate::gcode::{self, Decision};
use crate::mesh::Mesh;
use crate::problem::{Kind, Outcome, Problem};
use crate::read::{self, Budget};
use crate::sandbox::{self, Role};
use crate::{check, fit, neutral, picture, process, topology};
use domain::machine::MachineLimits;
use domain::model::Unit;
use std::fs::{self, File};
use std::io::{BufWriter, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

/// Reads the order in the current folder, gives up all rights but those it needs, and does the work.
pub(crate) fn obey() -> Outcome<Said> {
    let fault = |_| Problem::internal("The child process got no readable order.");
    let text = fs::read(ORDER).map_err(|_| Problem::internal("The child process got no order."))?;
    let order: Order = serde_json::from_slice(&text).map_err(fault)?;
    let role = if matches!(order.work, Work::Slice) { Role::Slicer } else { Role::Reader };
    sandbox::confine(role, &order.limits, Path::new("."), order.accept_weaker)?;
    match &order.work {
        Work::Inspect(how) => inspect(how),
        Work::Place(how) => place(how),
        Work::Gate(machine) => gate(&MachineLimits::from(machine)),
        Work::Slice => Err(become_slicer()),
    }
}

/// The stranger's file: whatever the server opened as standard input.
fn input() -> Outcome<File> {
    let owned = std::io::stdin().as_fd().try_clone_to_owned();
    owned.map(File::from).map_err(|e| Problem::io("opening the file", &e))
}

fn written(name: &str, write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Outcome<()> {
    let file = File::create(name).map(BufWriter::new);
    file.and_then(|mut file| {
        write(&mut file)?;
        file.flush()
    })
    .map_err(|e| Problem::io("writing a result", &e))
}

fn read_scaled(scale: f64) -> Outcome<read::Reading> {
    let mut reading = read::model(&mut input()?, &Budget::STANDARD)?;
    if reading.unit.is_none() && scale != 1.0 {
        reading.mesh.scale(scale);
    }
    Ok(reading)
}

fn inspect(how: &InspectOrder) -> Outcome<Said> {
    say(&Said::Stage(Stage::Reading));
    let reading = read_scaled(how.scale)?;
    let mesh: &Mesh = &reading.mesh;
    say(&Said::Stage(Stage::Checking));
    let facts = topology::measure(mesh);
    let machines: Vec<MachineLimits> = how.machines.iter().map(MachineLimits::from).collect();
    let guesses = match reading.unit {
        Some(_) => Vec::new(),
        None => fit::guesses(facts.size_mm.map(|s| s / how.scale), &machines),
    };
    say(&Said::Stage(Stage::Drawing));
    let png = picture::png(mesh, how.picture_side.clamp(16, 1024))?;
    say(&Said::Stage(Stage::Writing));
    written(PICTURE, |to| to.write_all(&png))?;
    written(CLEAN, |to| neutral::write_stl(mesh, to))?;
    let mut viewer_triangles = 0;
    written(VIEWER, |to| {
        viewer_triangles = neutral::write_viewer(mesh, neutral::VIEWER_TRIANGLES, to)?;
        Ok(())
    })?;
    Ok(Said::Inspected(Box::new(Inspected {
        facts: Facts(facts),
        unit: reading.unit.map(|u: Unit| u.name().to_owned()),
        guesses,
        findings: check::findings(&facts),
        printable: check::printable(&facts),
        fits: fit::fits(facts.size_mm, &machines),
        removed: reading.removed,
        notes: reading.notes,
        viewer_triangles,
    })))
}

fn place(how: &PlaceOrder) -> Outcome<Said> {
    let mut reading = read_scaled(how.scale)?;
    if !check::printable(&topology::measure(&reading.mesh)) {
        return Err(Problem::file(
            "The triangles of this model do not form a body.",
            "Repair it in your CAD program and upload it again.",
        ));
    }
    neutral::place(&mut reading.mesh, &MachineLimits::from(&how.machine))?;
    written(PLACED, |to| neutral::write_stl(&reading.mesh, to))?;
    Ok(Said::Placed)
}

fn gate(limits: &MachineLimits) -> Outcome<Said> {
    let mut file = input()?;
    let verdict = gcode::gate(&mut file, limits)?;
    if verdict.decision != Decision::Refuse {
        file.rewind().map_err(|e| Problem::io("reading the G-code", &e))?;
        let mut removed = Ok(Vec::new());
        written(STRIPPED, |to| {
            removed = gcode::strip::strip(&mut file, to);
            Ok(())
        })?;
        removed?;
    }
    Ok(Said::Gated(Box::new(verdict)))
}

/// Turns this confined process into the slicer; comes back only if that failed.
fn become_slicer() -> Problem {
    let missing = || {
        Problem::new(
            Kind::Setup,
            "No slicer is installed on this machine.",
            "Install PrusaSlicer (apt-get install prusa-slicer), or upload ready-made G-code.",
        )
    };
    let Some(slicer) = process::installed("prusa-slicer") else { return missing() };
    // Its complaints come with its progress: both are told in our words.
    let complaints =
        std::io::stdout().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
    // Into a pipe the slicer would say everything at its end: stdbuf makes it speak line by line.
    let (program, before) = match process::installed("stdbuf") {
        Some(stdbuf) => (stdbuf, vec!["-oL".into(), slicer.into_os_string()]),
        None => (slicer, Vec::new()),
    };
    let error = process::command(&program)
        .stderr(complaints)
        .args(before)
        .args([
            "--datadir",
            "data",
            "--export-gcode",
            "--loglevel",
            "1",
            "--load",
            PROFILE,
            "--output",
            SLICED,
            PLACED,
        ])
        .exec();
    Problem::io("starting the slicer", &error)
}
