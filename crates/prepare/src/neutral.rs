//! The two files that we write from a mesh: an STL for the slicer and a light mesh for the browser.
//!
//! Both are made of numbers alone. Nothing of the customer's file but its shape is in them, and the STL does
//! not even keep where the part stood: it lies on the middle of the bed.

use crate::mesh::{Mesh, Point, Welder};
use crate::problem::{Outcome, Problem};
use domain::machine::MachineLimits;
use std::io::Write;

/// The most triangles a viewer mesh has.
pub const VIEWER_TRIANGLES: usize = 1_000_000;
/// What a viewer mesh begins with.
pub const VIEWER_MAGIC: &[u8; 4] = b"PKM1";

/// Moves the mesh so that it stands on Z = 0 in the middle of the bed, turned by a quarter about Z if it only
/// fits that way.
///
/// # Errors
/// If the part is larger than the machine.
pub fn place(mesh: &mut Mesh, limits: &MachineLimits) -> Outcome<()> {
    let Some([low, high]) = mesh.bounds() else {
        return Err(Problem::file("The model has no triangle.", "Export it again with something in it."));
    };
    let size = [0, 1, 2].map(|i: usize| match (low.get(i), high.get(i)) {
        (Some(l), Some(h)) => f64::from(*h) - f64::from(*l),
        _ => 0.0,
    });
    if !limits.holds(size) {
        return Err(Problem::new(
            crate::problem::Kind::Fit,
            format!(
                "The part is {:.1} x {:.1} x {:.1} mm; this printer makes at most {:.0} x {:.0} x {:.0} mm.",
                size[0], size[1], size[2], limits.bed_x.0, limits.bed_y.0, limits.bed_z.0
            ),
            "Choose a larger printer, scale the part, or check its unit.",
        ));
    }
    let turned = size[0] > limits.bed_x.0 || size[1] > limits.bed_y.0;
    let middle = |i: usize| match (low.get(i), high.get(i)) {
        (Some(l), Some(h)) => f64::midpoint(f64::from(*l), f64::from(*h)),
        _ => 0.0,
    };
    let (mx, my, floor) = (middle(0), middle(1), f64::from(low[2]));
    let (bx, by) = (limits.bed_x.0 / 2.0, limits.bed_y.0 / 2.0);
    for point in &mut mesh.points {
        let (x, y) = (f64::from(point[0]) - mx, f64::from(point[1]) - my);
        let (x, y) = if turned { (-y, x) } else { (x, y) };
        *point = [(x + bx) as f32, (y + by) as f32, (f64::from(point[2]) - floor) as f32];
    }
    Ok(())
}

/// Writes a binary STL: a header of zeros, no attributes, degenerate triangles left out.
pub fn write_stl(mesh: &Mesh, to: &mut impl Write) -> std::io::Result<()> {
    let whole = |t: &&[u32; 3]| t[0] != t[1] && t[1] != t[2] && t[0] != t[2];
    to.write_all(&[0; 80])?;
    to.write_all(&(mesh.triangles.iter().filter(whole).count() as u32).to_le_bytes())?;
    for triangle in mesh.triangles.iter().filter(whole) {
        let [a, b, c] = mesh.corners(*triangle);
        let mut record = [0; 50];
        let numbers = [normal(a, b, c), a, b, c];
        for (slot, number) in record.chunks_exact_mut(4).zip(numbers.iter().flatten()) {
            slot.copy_from_slice(&number.to_le_bytes());
        }
        to.write_all(&record)?;
    }
    Ok(())
}

fn normal(a: Point, b: Point, c: Point) -> Point {
    let (u, v) = ([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [c[0] - a[0], c[1] - a[1], c[2] - a[2]]);
    let n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
    if length > 0.0 { n.map(|c| c / length) } else { [0.0; 3] }
}

/// Writes the mesh for the browser, decimated to at most `most` triangles.
///
/// Layout, little endian: the four bytes `PKM1`; number of points (u32); number of triangles (u32); points as
/// X, Y, Z (f32, millimetres, centred on X and Y, standing on Z = 0); triangles as three indices (u32).
pub fn write_viewer(mesh: &Mesh, most: usize, to: &mut impl Write) -> std::io::Result<usize> {
    let decimated;
    let light = if mesh.triangles.len() > most {
        decimated = decimate(mesh, most);
        &decimated
    } else {
        mesh
    };
    let [low, high] = light.bounds().unwrap_or_default();
    let origin = [f32::midpoint(low[0], high[0]), f32::midpoint(low[1], high[1]), low[2]];
    to.write_all(VIEWER_MAGIC)?;
    to.write_all(&(light.points.len() as u32).to_le_bytes())?;
    to.write_all(&(light.triangles.len() as u32).to_le_bytes())?;
    for point in &light.points {
        for (coordinate, from) in point.iter().zip(origin) {
            to.write_all(&(coordinate - from).to_le_bytes())?;
        }
    }
    for index in light.triangles.iter().flatten() {
        to.write_all(&index.to_le_bytes())?;
    }
    Ok(light.triangles.len())
}

/// Snaps points to a grid, coarser until few enough triangles keep three different corners.
fn decimate(mesh: &Mesh, most: usize) -> Mesh {
    let Some([low, high]) = mesh.bounds() else { return Mesh::default() };
    let longest = (high[0] - low[0]).max(high[1] - low[1]).max(high[2] - low[2]).max(f32::MIN_POSITIVE);
    let mut cells = 2048.0_f32;
    loop {
        let cell = longest / cells;
        let mut welder = Welder::expecting(most);
        let index: Vec<u32> = mesh
            .points
            .iter()
            .map(|p| {
                welder.point([0, 1, 2].map(|i: usize| {
                    let (c, l) = (p.get(i).copied().unwrap_or(0.0), low.get(i).copied().unwrap_or(0.0));
                    ((c - l) / cell).round() * cell + l
                }))
            })
            .collect();
        let snapped = |t: &[u32; 3]| t.map(|i| index.get(i as usize).copied().unwrap_or(0));
        let kept = |t: &[u32; 3]| t[0] != t[1] && t[1] != t[2] && t[0] != t[2];
        for triangle in mesh.triangles.iter().map(snapped).filter(kept) {
            if welder.len() > most {
                break;
            }
            welder.triangle(triangle);
        }
        if welder.len() <= most || cells < 8.0 {
            let mut light = welder.finish();
            light.triangles.truncate(most);
            return light;
        }
        cells *= 0.7;
    }
}
