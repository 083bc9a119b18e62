//! Turns measured facts into problems in plain words, with how bad each is.

use domain::model::MeshFacts;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know; prints as it is.
    Note,
    /// Slicers usually cope; look at the preview of the layers.
    Warning,
    /// Will not print as meant.
    Serious,
}

/// One finding about a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A name that does not change, for translations and tests.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// How many places have it.
    pub count: u64,
    /// What it means, in plain words.
    pub words: String,
}

fn finding(code: &str, severity: Severity, count: u64, words: String) -> Finding {
    Finding { code: code.to_owned(), severity, count, words }
}

/// What is wrong with a mesh, worst first. An empty list means: ready to print.
pub fn findings(facts: &MeshFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |code, severity, count: u64, words: &str| {
        if count > 0 {
            found.push(finding(code, severity, count, words.replace("{n}", &count.to_string())));
        }
    };
    let good = facts.triangles.saturating_sub(facts.degenerate_faces);
    if is_soup(facts) {
        add(
            "soup",
            Severity::Serious,
            facts.shells,
            "The triangles do not hang together: {n} loose pieces and no body. It cannot be repaired into a part.",
        );
    } else if facts.open_edges > 0 {
        let severity = if facts.open_edges * 20 > good { Severity::Serious } else { Severity::Warning };
        add(
            "open-edges",
            severity,
            facts.open_edges,
            "The surface has holes: {n} edges have nothing on their other side.",
        );
    }
    add(
        "non-manifold-edges",
        Severity::Warning,
        facts.non_manifold_edges,
        "At {n} edges more than two triangles meet, so inside and outside are not clear there.",
    );
    add(
        "inconsistent-edges",
        Severity::Warning,
        facts.inconsistent_edges,
        "At {n} edges neighbouring triangles disagree about which side is out.",
    );
    add(
        "inside-out",
        Severity::Warning,
        u64::from(facts.closed() && facts.volume_mm3 < 0.0),
        "The whole surface is inside out.",
    );
    let flat = facts.size_mm.iter().any(|s| *s <= 0.0) || facts.closed() && facts.volume_mm3 == 0.0;
    add("flat", Severity::Serious, u64::from(flat), "The model is flat: it has no volume to print.");
    add("duplicate-faces", Severity::Note, facts.duplicate_faces, "{n} triangles stand in the file twice.");
    add(
        "degenerate-faces",
        Severity::Note,
        facts.degenerate_faces,
        "{n} triangles have no area; they are left out.",
    );
    found.sort_by_key(|f| core::cmp::Reverse(f.severity));
    found
}

/// Loose triangles without a body: most edges are open.
pub const fn is_soup(facts: &MeshFacts) -> bool {
    let good = facts.triangles.saturating_sub(facts.degenerate_faces);
    good == 0 || facts.open_edges >= 2 * good
}

/// Whether the model may go to a slicer at all: it has a body and a volume. Anything less must be mended first.
pub fn printable(facts: &MeshFacts) -> bool {
    !is_soup(facts) && facts.size_mm.iter().all(|s| *s > 0.0)
}
