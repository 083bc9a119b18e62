//! One model part: resources and build plate, with the rules of the core specification.
//!
//! Elements of other namespaces are passed over, unless the file says that one must understand them.

use super::events::{Element, Events, Seen, Space};
use super::extensions;
use super::guard::{broken, whole_number};
use super::matrix::Matrix;
use super::shape::{self, foreign};
use crate::mesh::Mesh;
use crate::problem::{Outcome, Problem};
use crate::read::Budget;
use crate::strip::{self, Removed};
use domain::model::Unit;
use std::collections::HashSet;

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
    extensions::check(&events.element)?;
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
                (Space::Core, "mesh") => Body::Mesh(shape::read(events, self.left)?),
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
