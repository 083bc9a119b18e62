//! 3MF: a package of XML parts. Read in one pass with budgets; every rule of the core specification that can
//! change the shape, or that the consortium's own verification files break, is held, and named when broken.
//!
//! Settings, programs and pictures inside are never looked at: a slicer would obey them.

mod events;
mod extensions;
mod guard;
mod matrix;
mod model;
mod package;
mod shape;

use super::{Budget, Reading};
use crate::mesh::{Mesh, sane};
use crate::problem::{Outcome, Problem};
use crate::strip;
use domain::model::Unit;
use guard::broken;
use matrix::Matrix;
use model::{Body, Left, Model, Placement, Purpose};
use package::Package;
use std::collections::HashMap;
use std::io::{Read, Seek};

/// How deep components may build on components.
const DEEPEST: usize = 32;
/// How many model parts one file may be spread over.
const MOST_PARTS: usize = 1_000;

/// Reads a 3MF and places everything on its build plate, in millimetres.
pub fn read(file: &mut (impl Read + Seek), budget: &Budget) -> Outcome<Reading> {
    let mut package = Package::open(file, budget)?;
    let start = package.start_part()?;
    let mut left = Left { budget, vertices: 0, triangles: 0, objects: 0 };
    let mut parts: HashMap<String, Model> = HashMap::new();
    let mut waiting = vec![start.clone()];
    while let Some(path) = waiting.pop() {
        if parts.contains_key(&path) {
            continue;
        }
        if parts.len() == MOST_PARTS {
            return Err(Problem::too_much(
                "The 3MF is spread over too many parts.",
                "Export it as one part.",
            ));
        }
        package.check_relations_of(&path)?;
        let model = package.xml(&path, |events| model::read(events, &mut left))?;
        for placement in placements(&model) {
            if let Some(other) = &placement.part {
                waiting.push(package::resolve(other, "")?);
            }
        }
        parts.insert(path, model);
    }
    let mut removed = core::mem::take(&mut package.removed);
    let mut plate = Plate { parts: &parts, counts: HashMap::new(), mesh: Mesh::default(), supports: 0 };
    let Some(root) = parts.get(&start) else {
        return Err(broken("2.1.1", "the 3D model part does not exist"));
    };
    plate.count_all(root, &start, budget)?;
    for item in &root.build {
        let path = part_of(item, &start)?;
        plate.put(&path, item.object, &item.matrix, root.unit.in_millimetres(), 0)?;
    }
    let (mesh, supports) = (plate.mesh, plate.supports);
    if root.build.is_empty() {
        return Err(Problem::file(
            "The build plate of the 3MF is empty.",
            "Put the part on the plate and export it again.",
        ));
    }
    removed.extend(parts.into_values().flat_map(|part| part.removed));
    let mut notes = Vec::new();
    if supports > 0 {
        notes
            .push(format!("{supports} support objects of the file were left out; the slicer makes its own."));
    }
    Ok(Reading { mesh, unit: Some(Unit::Millimetre), removed: strip::tally(removed), notes })
}

fn placements(model: &Model) -> impl Iterator<Item = &Placement> {
    let components = model.objects.iter().filter_map(|o| match &o.body {
        Body::Components(list) => Some(list),
        Body::Mesh(_) => None,
    });
    model.build.iter().chain(components.flatten())
}

/// The part in which a placement's object stands.
fn part_of(placement: &Placement, here: &str) -> Outcome<String> {
    match &placement.part {
        Some(path) => package::resolve(path, ""),
        None => Ok(here.to_owned()),
    }
}

/// What an object comes to with everything in it.
#[derive(Clone, Copy, Default)]
struct Count {
    vertices: u64,
    triangles: u64,
    instances: u64,
}

/// The build plate while it fills.
struct Plate<'m> {
    parts: &'m HashMap<String, Model>,
    counts: HashMap<(String, u32), Count>,
    mesh: Mesh,
    supports: u64,
}

impl<'m> Plate<'m> {
    fn object(&self, path: &str, id: u32) -> Outcome<&'m model::Object> {
        self.parts
            .get(path)
            .and_then(|part| part.objects.iter().find(|o| o.id == id))
            .ok_or_else(|| broken("3.4.3.1", "an item or component refers to an object that does not exist"))
    }
    /// Adds up what the whole plate would come to, before any of it is made: a tree of thirty doublings is
    /// refused by arithmetic.
    fn count_all(&mut self, root: &Model, path: &str, budget: &Budget) -> Outcome<()> {
        let mut sum = Count::default();
        for item in &root.build {
            let part = part_of(item, path)?;
            if self.object(&part, item.object)?.purpose == Purpose::Other {
                return Err(broken(
                    "3.4.3.1",
                    "an object of type \"other\" must not stand on the build plate",
                ));
            }
            sum = sum.plus(self.count(&part, item.object, 0)?);
            budget.check_vertices(sum.vertices)?;
            budget.check_triangles(sum.triangles)?;
            if sum.instances > budget.instances {
                return Err(Problem::too_much(
                    format!("The build plate comes to more than {} objects.", budget.instances),
                    "Put fewer copies on the plate.",
                ));
            }
        }
        self.mesh.points.reserve_exact(sum.vertices as usize);
        self.mesh.triangles.reserve_exact(sum.triangles as usize);
        Ok(())
    }
    fn count(&mut self, path: &str, id: u32, depth: usize) -> Outcome<Count> {
        if depth > DEEPEST {
            return Err(Problem::too_much(
                format!("Components build on components more than {DEEPEST} deep, or in a circle."),
                "Export the model flat.",
            ));
        }
        let key = (path.to_owned(), id);
        if let Some(known) = self.counts.get(&key) {
            return Ok(*known);
        }
        let mut count = Count { instances: 1, ..Count::default() };
        match &self.object(path, id)?.body {
            Body::Mesh(mesh) => {
                count.vertices = mesh.points.len() as u64;
                count.triangles = mesh.triangles.len() as u64;
            }
            Body::Components(list) => {
                for placement in list {
                    let part = part_of(placement, path)?;
                    count = count.plus(self.count(&part, placement.object, depth + 1)?);
                }
            }
        }
        self.counts.insert(key, count);
        Ok(count)
    }
    fn put(&mut self, path: &str, id: u32, matrix: &Matrix, unit: f64, depth: usize) -> Outcome<()> {
        let object = self.object(path, id)?;
        if object.purpose == Purpose::Support {
            self.supports += 1;
            return Ok(());
        }
        match &object.body {
            Body::Components(list) if depth <= DEEPEST => {
                for inner in list {
                    let part = part_of(inner, path)?;
                    self.put(&part, inner.object, &inner.matrix.then(matrix), unit, depth + 1)?;
                }
            }
            Body::Components(_) => {}
            Body::Mesh(mesh) => {
                let base = self.mesh.points.len() as u32;
                for point in &mesh.points {
                    let placed = matrix.apply(*point, unit);
                    sane(placed, || "a placed object".to_owned())?;
                    self.mesh.points.push(placed);
                }
                // A mirror would turn the surface inside out, so its triangles run the other way round.
                let mirrored = matrix.determinant() < 0.0;
                self.mesh.triangles.extend(mesh.triangles.iter().map(|t| {
                    let [a, b, c] = t.map(|i| i + base);
                    if mirrored { [a, c, b] } else { [a, b, c] }
                }));
            }
        }
        Ok(())
    }
}

impl Count {
    const fn plus(self, other: Self) -> Self {
        Self {
            vertices: self.vertices.saturating_add(other.vertices),
            triangles: self.triangles.saturating_add(other.triangles),
            instances: self.instances.saturating_add(other.instances),
        }
    }
}
