//! One model part: resources and build plate, with the rules of the core specification.
//!
//! Elements of other namespaces are passed over, unless the file says that one must understand them.

use super::events::{Element, Events, Seen, Space};
use super::guard::{broken, number, whole_number};
use super::matrix::Matrix;
use crate::mesh::{Mesh, sane};
use crate::problem::{Outcome, Problem};
use crate::read::Budget;
use crate::strip::{self, Removed};
use domain::model::Unit;
use std::collections::HashSet;

/// Extensions by namespace: the name people know, and whether a file that requires them can be read.
const EXTENSIONS: [(&str, &str, bool); 11] = [
    ("http://schemas.microsoft.com/3dmanufacturing/core/2015/02", "core", true),
    ("http://schemas.microsoft.com/3dmanufacturing/material/2015/02", "materials", true),
    ("http://schemas.microsoft.com/3dmanufacturing/production/2015/06", "production", true),
    ("http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07", "triangle sets", true),
    ("http://schemas.microsoft.com/3dmanufacturing/slice/2015/07", "slices", false),
    ("http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02", "beam lattice", false),
    ("http://schemas.microsoft.com/3dmanufacturing/beamlattice/balls/2020/07", "beam lattice balls", false),
    ("http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04", "secure content", false),
    ("http://schemas.microsoft.com/3dmanufacturing/volumetric/2022/01", "volumetric", false),
    ("http://schemas.microsoft.com/3dmanufacturing/displacement/2022/07", "displacement", false),
    ("http://schemas.3mf.io/3dmanufacturing/booleanoperations/2023/07", "boolean operations", false),
];

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A part to print.
    Part,
    /// Support that the file brings along.
    Support,
    /// Something that must not stand on the build plate.
    Other,
}

/// A reference to an object: the part it is in (`None`: the same), its id, and where to put it.
pub(super) struct Placement {
    pub(super) part: Option<String>,
    pub(super) object: u32,
    pub(super) matrix: Matrix,
}

/// What an object is made of.
pub(super) enum Body {
    /// Its own triangles.
    Mesh(Mesh),
    /// Other objects.
    Components(Vec<Placement>),
}

/// One object.
pub(super) struct Object {
    pub(super) id: u32,
    pub(super) purpose: Purpose,
    pub(super) body: Body,
}

/// One model part.
pub(super) struct Model {
    pub(super) unit: Unit,
    pub(super) objects: Vec<Object>,
    pub(super) build: Vec<Placement>,
    pub(super) removed: Vec<Removed>,
}

/// What may still be read, over all parts of the file.
pub(super) struct Left<'b> {
    pub(super) budget: &'b Budget,
    pub(super) vertices: u64,
    pub(super) triangles: u64,
    pub(super) objects: usize,
}

struct Reader<'l, 'b> {
    left: &'l mut Left<'b>,
    ids: HashSet<u32>,
    object_ids: HashSet<u32>,
    metadata: HashSet<String>,
    model: Model,
}

/// Reads one model part.
pub(super) fn read(events: &mut Events<'_>, left: &mut Left<'_>) -> Outcome<Model> {
    if events.next()? != Seen::Start || !events.element.is("model") {
        return Err(broken("3.4", "the 3D model part must begin with a model element of the core namespace"));
    }
    let unit = events.element.get("unit").unwrap_or("millimeter");
    let unit =
        Unit::named(unit).ok_or_else(|| broken("3.4", "the unit of the model is none of those allowed"))?;
    check_extensions(&events.element)?;
    let model = Model { unit, objects: Vec::new(), build: Vec::new(), removed: Vec::new() };
    let mut reader =
        Reader { left, ids: HashSet::new(), object_ids: HashSet::new(), metadata: HashSet::new(), model };
    let (mut resources, mut build) = (false, false);
    events.children(|events| {
        if events.element.space != Space::Core {
            return events.skip();
        }
        match events.element.name.as_str() {
            "metadata" if !resources && !build => reader.metadata(events),
            "resources" if !build => {
                if core::mem::replace(&mut resources, true) {
                    return Err(broken("3.4", "a model must have exactly one resources element"));
                }
                events.children(|events| reader.resource(events))
            }
            "build" => {
                if core::mem::replace(&mut build, true) {
                    return Err(broken("3.4", "a model must have exactly one build element"));
                }
                events.children(|events| reader.item(events))
            }
            _ => Err(broken("3.4", "the model holds an element where the schema does not allow it")),
        }
    })?;
    if events.next()? != Seen::Eof {
        return Err(broken("3.4", "a part must have exactly one root element"));
    }
    if !resources {
        return Err(broken("3.4", "the model has no resources element"));
    }
    if !build {
        return Err(broken("3.4", "the model has no build element"));
    }
    Ok(reader.model)
}

fn check_extensions(model: &Element) -> Outcome<()> {
    for prefix in model.get("requiredextensions").unwrap_or_default().split_ascii_whitespace() {
        let space = model
            .get_in(Space::Declaration, prefix)
            .ok_or_else(|| broken("2.3.2", "a required extension has no declared namespace"))?;
        match EXTENSIONS.iter().find(|(known, ..)| *known == space) {
            Some((.., true)) => {}
            Some((_, name, _)) => {
                return Err(Problem::file(
                    format!(
                        "The file requires the 3MF extension \"{name}\", which this house does not read."
                    ),
                    "Export it as plain mesh: 3MF core or STL.",
                ));
            }
            None => {
                return Err(Problem::file(
                    "The file requires a 3MF extension that this house does not know.",
                    "Export it as plain mesh: 3MF core or STL.",
                ));
            }
        }
    }
    Ok(())
}

impl Reader<'_, '_> {
    fn metadata(&mut self, events: &mut Events<'_>) -> Outcome<()> {
        let name = events.element.get("name").unwrap_or_default().trim();
        // "undefined" is what a writer prints that had no name to write.
        if name.is_empty() || name.eq_ignore_ascii_case("undefined") {
            return Err(broken("3.4.1", "a metadata element has no name"));
        }
        if !self.metadata.insert(name.to_owned()) || self.metadata.len() > 10_000 {
            return Err(broken("3.4.1", "two metadata elements have the same name"));
        }
        self.model.removed.push(strip::metadata(name));
        events.skip()
    }

    fn resource(&mut self, events: &mut Events<'_>) -> Outcome<()> {
        let (core, element) = (events.element.space == Space::Core, &events.element);
        if core && !matches!(element.name.as_str(), "object" | "basematerials") {
            return Err(broken("3.4.2", "resources hold an element where the schema does not allow it"));
        }
        let id = match element.get("id") {
            Some(id) => Some(whole_number(id)?),
            None if core => return Err(broken("3.4.2", "a resource has no id")),
            None => None,
        };
        if let Some(id) = id {
            if id == 0 {
                return Err(broken("3.4.2", "a resource's id must be greater than zero"));
            }
            if !self.ids.insert(id) {
                return Err(broken("3.4.2", "two resources of one model have the same id"));
            }
            if self.ids.len() > self.left.budget.objects {
                return Err(Problem::too_much(
                    "The model has too many resources.",
                    "Split it and upload the parts.",
                ));
            }
        }
        match (core && element.name == "object", id) {
            (true, Some(id)) => self.object(events, id),
            _ => events.skip(),
        }
    }

    fn object(&mut self, events: &mut Events<'_>, id: u32) -> Outcome<()> {
        let element = &events.element;
        let purpose = match element.get("type").unwrap_or("model") {
            "model" | "surface" => Purpose::Part,
            "support" | "solidsupport" => Purpose::Support,
            "other" => Purpose::Other,
            _ => return Err(broken("4", "an object's type is none of those allowed")),
        };
        match (element.get("pid"), element.get("pindex")) {
            (Some(pid), _) if !self.ids.contains(&whole_number(pid)?) => {
                return Err(broken("4", "an object refers to a property that is not defined before it"));
            }
            (None, Some(_)) => return Err(broken("4", "an object has a pindex but no pid")),
            _ => {}
        }
        if element.get("name").is_some_and(|n| !n.is_empty()) || element.get("partnumber").is_some() {
            self.model.removed.push(Removed::one("names and numbers of objects"));
        }
        let mut body = None;
        events.children(|events| {
            let new = match (events.element.space, events.element.name.as_str()) {
                (Space::Core, "mesh") => Body::Mesh(self.mesh(events)?),
                (Space::Core, "components") => Body::Components(self.components(events)?),
                (Space::Core, "metadatagroup") => {
                    self.model.removed.push(Removed::one("other metadata"));
                    return events.skip();
                }
                (Space::Core, _) => {
                    return Err(broken("4", "an object holds an element where the schema does not allow it"));
                }
                _ => return events.skip(),
            };
            if body.replace(new).is_some() {
                return Err(broken("4", "an object must have either one mesh or components"));
            }
            Ok(())
        })?;
        let body = body.ok_or_else(|| broken("4", "an object has neither a mesh nor components"))?;
        self.object_ids.insert(id);
        self.left.objects += 1;
        self.model.objects.push(Object { id, purpose, body });
        Ok(())
    }

    fn mesh(&mut self, events: &mut Events<'_>) -> Outcome<Mesh> {
        let mut mesh = Mesh::default();
        let (mut vertices, mut triangles) = (false, false);
        events.children(|events| {
            if events.element.space != Space::Core {
                return events.skip();
            }
            match events.element.name.as_str() {
                "vertices" if !core::mem::replace(&mut vertices, true) => {
                    events.children(|events| self.vertex(events, &mut mesh))
                }
                "triangles" if vertices && !core::mem::replace(&mut triangles, true) => {
                    events.children(|events| self.triangle(events, &mut mesh))
                }
                _ => Err(broken("4.1", "a mesh must have vertices once and then triangles once")),
            }
        })?;
        if mesh.points.len() < 3 || mesh.triangles.is_empty() {
            return Err(broken("4.1", "a mesh must have at least three vertices and one triangle"));
        }
        Ok(mesh)
    }

    fn vertex(&mut self, events: &mut Events<'_>, mesh: &mut Mesh) -> Outcome<()> {
        if !events.element.is("vertex") {
            return foreign(events, "4.1.1", "vertices hold something else than a vertex");
        }
        let axis = |name| {
            let text = events.element.get(name);
            number(text.ok_or_else(|| broken("4.1.1", "a vertex lacks a coordinate"))?)
        };
        let point = [axis("x")? as f32, axis("y")? as f32, axis("z")? as f32];
        sane(point, || format!("vertex {}", mesh.points.len()))?;
        mesh.points.push(point);
        self.left.vertices += 1;
        self.left.budget.check_vertices(self.left.vertices)?;
        events.skip()
    }

    fn triangle(&mut self, events: &mut Events<'_>, mesh: &mut Mesh) -> Outcome<()> {
        if !events.element.is("triangle") {
            return foreign(events, "4.1.2", "triangles hold something else than a triangle");
        }
        let corner = |name| {
            let text = events.element.get(name);
            let index = whole_number(text.ok_or_else(|| broken("4.1.2", "a triangle lacks a corner"))?)?;
            if index as usize >= mesh.points.len() {
                return Err(broken("4.1.2", "a triangle refers to a vertex that does not exist"));
            }
            Ok(index)
        };
        let corners = [corner("v1")?, corner("v2")?, corner("v3")?];
        if corners[0] == corners[1] || corners[1] == corners[2] || corners[0] == corners[2] {
            return Err(broken("4.1.2", "the corners of a triangle must be three different vertices"));
        }
        mesh.triangles.push(corners);
        self.left.triangles += 1;
        self.left.budget.check_triangles(self.left.triangles)?;
        events.skip()
    }

    fn components(&mut self, events: &mut Events<'_>) -> Outcome<Vec<Placement>> {
        let mut components = Vec::new();
        events.children(|events| {
            if !events.element.is("component") {
                return foreign(events, "4.2", "components hold something else than a component");
            }
            // An object may only build on objects that stand before it: so no circle can close.
            components.push(self.placement(&events.element, "4.2")?);
            self.left.objects += 1;
            if self.left.objects > self.left.budget.instances as usize {
                return Err(Problem::too_much(
                    "The model has too many components.",
                    "Split it and upload the parts.",
                ));
            }
            events.skip()
        })?;
        if components.is_empty() {
            return Err(broken("4.2", "components must hold at least one component"));
        }
        Ok(components)
    }

    fn item(&mut self, events: &mut Events<'_>) -> Outcome<()> {
        if !events.element.is("item") {
            return foreign(events, "3.4.3", "the build holds something else than an item");
        }
        if events.element.get("partnumber").is_some() {
            self.model.removed.push(Removed::one("names and numbers of objects"));
        }
        let placement = self.placement(&events.element, "3.4.3.1")?;
        self.model.build.push(placement);
        if self.model.build.len() > self.left.budget.items {
            return Err(Problem::too_much(
                format!("The build plate has more than {} items.", self.left.budget.items),
                "Put fewer copies on the plate.",
            ));
        }
        events.skip()
    }

    fn placement(&self, element: &Element, chapter: &str) -> Outcome<Placement> {
        let id =
            element.get("objectid").ok_or_else(|| broken(chapter, "an item or component names no object"))?;
        let object = whole_number(id)?;
        let part = element.get_in(Space::Production, "path").map(str::to_owned);
        if part.is_none() && !self.object_ids.contains(&object) {
            return Err(broken(
                chapter,
                "an item or component refers to an object that is not defined before it",
            ));
        }
        let matrix = element.get("transform").map_or(Ok(Matrix::IDENTITY), Matrix::parse)?;
        Ok(Placement { part, object, matrix })
    }
}

/// Passes over an element of another namespace; one of the core's does not belong there.
fn foreign(events: &mut Events<'_>, chapter: &str, rule: &str) -> Outcome<()> {
    if events.element.space == Space::Core { Err(broken(chapter, rule)) } else { events.skip() }
}
