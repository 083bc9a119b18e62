//! The mesh of an object: vertices, then triangles between them.

use super::events::{Events, Space};
use super::guard::{broken, number, whole_number};
use super::model::Left;
use crate::mesh::{Mesh, sane};
use crate::problem::Outcome;

/// Reads a `mesh` element that has just begun, up to its end.
pub(super) fn read(events: &mut Events<'_>, left: &mut Left<'_>) -> Outcome<Mesh> {
    let mut mesh = Mesh::default();
    let (mut vertices, mut triangles) = (false, false);
    events.children(|events| {
        if events.element.space != Space::Core {
            return events.skip();
        }
        match events.element.name.as_str() {
            "vertices" if !core::mem::replace(&mut vertices, true) => {
                events.children(|events| vertex(events, &mut mesh, left))
            }
            "triangles" if vertices && !core::mem::replace(&mut triangles, true) => {
                events.children(|events| triangle(events, &mut mesh, left))
            }
            _ => Err(broken("4.1", "a mesh must have vertices once and then triangles once")),
        }
    })?;
    if mesh.points.len() < 3 || mesh.triangles.is_empty() {
        return Err(broken("4.1", "a mesh must have at least three vertices and one triangle"));
    }
    Ok(mesh)
}

fn vertex(events: &mut Events<'_>, mesh: &mut Mesh, left: &mut Left<'_>) -> Outcome<()> {
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
    left.vertices += 1;
    left.budget.check_vertices(left.vertices)?;
    events.skip()
}

fn triangle(events: &mut Events<'_>, mesh: &mut Mesh, left: &mut Left<'_>) -> Outcome<()> {
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
    left.triangles += 1;
    left.budget.check_triangles(left.triangles)?;
    events.skip()
}

/// Passes over an element of another namespace; one of the core's does not belong there.
pub(super) fn foreign(events: &mut Events<'_>, chapter: &str, rule: &str) -> Outcome<()> {
    if events.element.space == Space::Core { Err(broken(chapter, rule)) } else { events.skip() }
}
