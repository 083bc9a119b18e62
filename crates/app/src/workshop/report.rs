//! What preparation found out, as it is kept: sealed JSON beside the model or the toolpath.

use domain::model::MeshFacts;
use prepare::check::Finding;
use prepare::child::{Facts, Inspected};
use prepare::fit::Guess;
use prepare::gcode::facts::GcodeFacts;
use prepare::gcode::{LineFinding, Verdict};
use prepare::strip::Removed;
use privacy::Personal;
use serde::{Deserialize, Serialize};

/// What is known about a model beside its measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The unit that the file itself states, by its name.
    pub stated_unit: Option<String>,
    /// Guesses at the unit, likeliest first, where the file states none.
    pub guesses: Vec<Guess>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// Whether it can be sliced at all.
    pub printable: bool,
    /// What the file held beside the shape; it was not kept.
    pub removed: Vec<Removed>,
    /// Notes in plain words.
    pub notes: Vec<String>,
}

impl Report {
    pub(super) fn of(found: &Inspected) -> Self {
        Self {
            stated_unit: found.unit.clone(),
            guesses: found.guesses.clone(),
            findings: found.findings.clone(),
            printable: found.printable,
            removed: found.removed.clone(),
            notes: found.notes.clone(),
        }
    }
    /// What was kept; empty where nothing was.
    pub(crate) fn read(kept: Option<&Personal<String>>) -> Self {
        kept.and_then(|text| serde_json::from_str(text.reveal()).ok()).unwrap_or_default()
    }
}

/// A model's measures as they were kept.
pub(crate) fn measures(kept: Option<&Personal<String>>) -> Option<MeshFacts> {
    kept.and_then(|text| serde_json::from_str::<Facts>(text.reveal()).ok()).map(|facts| facts.0)
}

/// What is known about a toolpath.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Toolpath {
    /// Estimated seconds of printing, as the slicer says.
    pub seconds: Option<f64>,
    /// Grams of material, as the slicer says.
    pub grams: Option<f64>,
    /// Millimetres of filament.
    pub filament_mm: Option<f64>,
    /// Layers.
    pub layers: u64,
    /// The hottest that the nozzle is set to, in degrees Celsius.
    pub hotend_c: f64,
    /// The hottest that the bed is set to, in degrees Celsius.
    pub bed_c: f64,
    /// Lines that somebody must look at, if any.
    pub findings: Vec<LineFinding>,
    /// Findings beyond those.
    pub more: u64,
}

impl Toolpath {
    pub(super) fn of(verdict: &Verdict) -> Self {
        let facts: &GcodeFacts = &verdict.facts;
        Self {
            seconds: facts.seconds,
            grams: facts.filament_g,
            filament_mm: facts.filament_mm,
            layers: facts.layers,
            hotend_c: facts.hotend_c,
            bed_c: facts.bed_c,
            findings: verdict.findings.clone(),
            more: verdict.more,
        }
    }
    /// What was kept; empty where nothing was.
    pub(crate) fn read(kept: Option<&Personal<String>>) -> Self {
        kept.and_then(|text| serde_json::from_str(text.reveal()).ok()).unwrap_or_default()
    }
}

/// As it is kept.
pub(super) fn text(kept: &impl Serialize) -> Result<String, store::Fault> {
    serde_json::to_string(kept).map_err(|_| store::Fault::Corrupt("a report could not be written".to_owned()))
}
