//! Our own bounded readers: from bytes of strangers to a [`Mesh`].
//!
//! A reader checks sizes before it allocates, stops at its budget, and refuses with a sentence. It must never
//! guess: a file that contradicts itself is refused, not repaired.

pub mod ascii;
pub mod gcode;
pub mod stl;
pub mod threemf;

use crate::mesh::Mesh;
use crate::problem::{Outcome, Problem};
use crate::strip::Removed;
use domain::model::Unit;
use std::io::{Read, Seek};

/// How much one file may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Triangles after expansion of all instances.
    pub triangles: u64,
    /// Points after expansion of all instances.
    pub vertices: u64,
    /// Entries in an archive.
    pub entries: usize,
    /// Bytes that an archive may unpack to, all parts that are read together.
    pub expanded_bytes: u64,
    /// Times a part may grow when it is unpacked, once it is larger than 16 MiB.
    pub ratio: u64,
    /// Depth of nested XML elements.
    pub depth: usize,
    /// Objects in one model.
    pub objects: usize,
    /// Items on the build plate.
    pub items: usize,
    /// Objects placed in all, components within components included.
    pub instances: u64,
}

impl Budget {
    /// What fits into the 512 MB of a child with room to work. Six hundred megabytes of binary STL.
    pub const STANDARD: Self = Self {
        file_bytes: 1 << 30,
        triangles: 12_000_000,
        vertices: 12_000_000,
        entries: 4_096,
        expanded_bytes: 3 << 30,
        ratio: 100,
        depth: 64,
        objects: 20_000,
        items: 10_000,
        instances: 100_000,
    };

    /// Refuses when there are more triangles than the budget has.
    pub fn check_triangles(&self, count: u64) -> Outcome<()> {
        if count <= self.triangles {
            return Ok(());
        }
        Err(Problem::too_much(
            format!(
                "The model has {count} triangles or more; {} are the most this house reads.",
                self.triangles
            ),
            "Simplify the mesh in your CAD program and upload it again.",
        ))
    }
    /// Refuses when there are more points than the budget has.
    pub fn check_vertices(&self, count: u64) -> Outcome<()> {
        if count <= self.vertices {
            return Ok(());
        }
        Err(Problem::too_much(
            format!("The model has {count} points or more; {} are the most this house reads.", self.vertices),
            "Simplify the mesh in your CAD program and upload it again.",
        ))
    }
}

/// What a reader found.
#[derive(Debug)]
pub struct Reading {
    /// The shape; in millimetres if `unit` is known, else in the file's own numbers.
    pub mesh: Mesh,
    /// The unit the file states; STL states none.
    pub unit: Option<Unit>,
    /// What the file held about people, programs and places, and what will not be kept.
    pub removed: Vec<Removed>,
    /// Notes worth telling, in plain words.
    pub notes: Vec<String>,
}

/// Reads a model, whatever it really is.
pub fn model(file: &mut (impl Read + Seek), budget: &Budget) -> Outcome<Reading> {
    let failed = |e: std::io::Error| Problem::io("reading the file", &e);
    let length = file.seek(std::io::SeekFrom::End(0)).map_err(failed)?;
    file.rewind().map_err(failed)?;
    if length > budget.file_bytes {
        return Err(Problem::too_much(
            format!("The file has {length} bytes; {} are the most this house reads.", budget.file_bytes),
            "Simplify the mesh or split the model, and upload it again.",
        ));
    }
    let kind = crate::sniff::sniff(file)?;
    if let Some(problem) = crate::sniff::refusal(kind) {
        return Err(problem);
    }
    let mut reading = match kind {
        crate::sniff::Kind::ThreeMf => threemf::read(file, budget)?,
        crate::sniff::Kind::AsciiStl => ascii::read(file, length, budget)?,
        _ => stl::read(file, budget)?,
    };
    if reading.mesh.triangles.is_empty() {
        return Err(Problem::file("The model has no triangle.", "Export it again with something in it."));
    }
    if reading.unit.is_none() {
        reading.mesh.join_noise();
    }
    Ok(reading)
}
