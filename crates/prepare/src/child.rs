//! The messages between the server and its confined child, and the child's entry.
//!
//! The server writes one [`Order`] into the work folder and opens the file for the child; the child answers with
//! lines of [`Said`], the last of which is the answer. No file name, person or path is in any message.

use crate::check::Finding;
use crate::fit::Guess;
use crate::gcode::Verdict;
use crate::problem::Problem;
use crate::sandbox::Limits;
use crate::strip::Removed;
use crate::work;
use domain::machine::MachineLimits;
use domain::model::MeshFacts;
use domain::units::{Celsius, Millimetres};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::ExitCode;

/// The order's name in the work folder.
pub const ORDER: &str = "order.json";
/// The still picture, a PNG.
pub const PICTURE: &str = "picture.png";
/// The shape alone, as binary STL in millimetres.
pub const CLEAN: &str = "clean.stl";
/// The light mesh for the browser, see [`neutral::write_viewer`].
pub const VIEWER: &str = "viewer.mesh";
/// The shape on the bed, for the slicer.
pub const PLACED: &str = "in.stl";
/// The profile for the slicer.
pub const PROFILE: &str = "profile.ini";
/// The slicer's G-code, not yet checked.
pub const SLICED: &str = "out.gcode";
/// G-code without comments and messages.
pub const STRIPPED: &str = "clean.gcode";

/// What the child shall do, and within which limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The work.
    pub work: Work,
    /// How much it may use.
    pub limits: Limits,
    /// Whether the operator accepts a kernel without seccomp or Landlock.
    pub accept_weaker: bool,
}

/// The kinds of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Read a model, measure it, draw it, write it clean.
    Inspect(InspectOrder),
    /// Read a model and put it on a bed for the slicer.
    Place(PlaceOrder),
    /// Become the slicer.
    Slice,
    /// Hold a G-code against a printer's limits and write it stripped.
    Gate(Machine),
}

/// How to inspect a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InspectOrder {
    /// Millimetres in one unit of an STL; 3MF states its own.
    pub scale: f64,
    /// Side of the picture in pixels.
    pub picture_side: usize,
    /// Printers to try the part on.
    pub machines: Vec<Machine>,
}

/// How to place a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaceOrder {
    /// Millimetres in one unit of an STL; 3MF states its own.
    pub scale: f64,
    /// The printer it is sliced for.
    pub machine: Machine,
}

/// A printer's limits as sent to the child: millimetres and degrees Celsius.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Bed and height.
    pub bed_mm: [f64; 3],
    /// Bore of the nozzle.
    pub nozzle_mm: f64,
    /// Hottest nozzle.
    pub max_hotend_c: f64,
    /// Hottest bed.
    pub max_bed_c: f64,
    /// How far the head may leave the bed.
    pub overrun_mm: f64,
}

impl From<&MachineLimits> for Machine {
    fn from(limits: &MachineLimits) -> Self {
        Self {
            bed_mm: [limits.bed_x.0, limits.bed_y.0, limits.bed_z.0],
            nozzle_mm: limits.nozzle.0,
            max_hotend_c: limits.max_hotend.0,
            max_bed_c: limits.max_bed.0,
            overrun_mm: limits.overrun.0,
        }
    }
}

impl From<&Machine> for MachineLimits {
    fn from(machine: &Machine) -> Self {
        let [x, y, z] = machine.bed_mm.map(Millimetres);
        Self {
            bed_x: x,
            bed_y: y,
            bed_z: z,
            nozzle: Millimetres(machine.nozzle_mm),
            max_hotend: Celsius(machine.max_hotend_c),
            max_bed: Celsius(machine.max_bed_c),
            overrun: Millimetres(machine.overrun_mm),
        }
    }
}

/// What the child says, one JSON line each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// A stage of the work begins.
    Stage(Stage),
    /// The answer to `Inspect`.
    Inspected(Box<Inspected>),
    /// The answer to `Place`.
    Placed,
    /// The answer to `Gate`.
    Gated(Box<Verdict>),
    /// The answer is no.
    Refused(Problem),
}

/// The stages of reading, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The file is read.
    Reading,
    /// The mesh is checked.
    Checking,
    /// The picture is drawn.
    Drawing,
    /// The clean files are written.
    Writing,
}

/// What was found out about a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inspected {
    /// The measures, as [`MeshFacts`].
    pub facts: Facts,
    /// The unit that the file states, by its name.
    pub unit: Option<String>,
    /// Guesses, if the file states none.
    pub guesses: Vec<Guess>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// Whether it can be sliced at all.
    pub printable: bool,
    /// For each printer of the order, whether the part fits.
    pub fits: Vec<bool>,
    /// What the file held beside the shape.
    pub removed: Vec<Removed>,
    /// Notes in plain words.
    pub notes: Vec<String>,
    /// Triangles of the browser's mesh.
    pub viewer_triangles: usize,
}

/// [`MeshFacts`] as sent by the child, field by field.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(remote = "MeshFacts")]
struct FactsShape {
    triangles: u64,
    vertices: u64,
    size_mm: [f64; 3],
    volume_mm3: f64,
    area_mm2: f64,
    shells: u64,
    open_edges: u64,
    non_manifold_edges: u64,
    inconsistent_edges: u64,
    degenerate_faces: u64,
    duplicate_faces: u64,
}

/// Measures on their way between the processes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(#[serde(with = "FactsShape")] pub MeshFacts);

/// The child's whole life: reads the order in the current folder, gives up its rights, works, answers.
pub fn main() -> ExitCode {
    match work::obey() {
        Ok(answer) => {
            say(&answer);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            say(&Said::Refused(problem));
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn say(said: &Said) {
    if let Ok(line) = serde_json::to_string(said) {
        // If nobody listens any more there is nobody to tell.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}
