//! The still picture of a model: isometric, flat shaded, antialiased, on transparent ground, always the same
//! bytes for the same mesh.
//!
//! It shows the shape from one fixed side and carries no size, name, date or other text. Faces are drawn from
//! both sides, so that a surface that is inside out makes no holes.

use crate::mesh::{Mesh, Point};
use crate::problem::{Outcome, Problem};

/// Samples along each side of a pixel.
const SAMPLES: usize = 2;
/// The colour of a part in full light: a soft blue-grey that stands out on white and on near-black.
const COLOUR: [f32; 3] = [139.0, 163.0, 190.0];
/// Samples and rows drawn at most, hidden ones included; a real model needs a hundredth of it.
const MOST_WORK: f64 = 4.0e8;
/// The part fills this much of the picture.
const FILL: f32 = 0.88;

/// Draws the mesh and returns a PNG with `side` x `side` pixels.
pub fn png(mesh: &Mesh, side: usize) -> Outcome<Vec<u8>> {
    let view = View::new(mesh);
    let canvas_side = view.affordable(mesh, side * SAMPLES);
    let pixels = smooth(&view.draw(mesh, canvas_side), canvas_side, side);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let fault = |_| Problem::internal("The picture could not be encoded.");
    let mut writer = encoder.write_header().map_err(fault)?;
    writer.write_image_data(&pixels).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(bytes)
}

/// A sample's depth and brightness; depth is minus infinity where nothing is.
type Sample = (f32, f32);

/// Right, up and towards the eye, for an eye that looks from the front right, down on the part.
fn turn([x, y, z]: Point) -> Point {
    const R2: f32 = core::f32::consts::FRAC_1_SQRT_2;
    const R3: f32 = 0.577_350_26;
    const R6: f32 = 0.408_248_3;
    [(x + y) * R2, 2.0 * R6 * z - R6 * x + R6 * y, (x - y + z) * R3]
}

/// The mesh as the eye sees it, scaled so that it fills a canvas of side 1.
struct View(Vec<Point>);

impl View {
    fn new(mesh: &Mesh) -> Self {
        let mut turned: Vec<Point> = mesh.points.iter().map(|p| turn(*p)).collect();
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for [x, y, _] in &turned {
            low = [low[0].min(*x), low[1].min(*y)];
            high = [high[0].max(*x), high[1].max(*y)];
        }
        let extent = (high[0] - low[0]).max(high[1] - low[1]).max(f32::MIN_POSITIVE);
        let scale = FILL / extent;
        let middle = [f32::midpoint(low[0], high[0]), f32::midpoint(low[1], high[1])];
        for [x, y, z] in &mut turned {
            *x = (*x - middle[0]) * scale + 0.5;
            *y = 0.5 - (*y - middle[1]) * scale;
            *z *= scale;
        }
        Self(turned)
    }
    fn corners(&self, triangle: [u32; 3], side: f32) -> [Point; 3] {
        triangle.map(|i| self.0.get(i as usize).copied().unwrap_or_default().map(|c| c * side))
    }
    /// The wished side of the canvas, halved until drawing costs no more than [`MOST_WORK`]: millions of
    /// triangles that each cover the picture would otherwise take minutes.
    fn affordable(&self, mesh: &Mesh, wished: usize) -> usize {
        let (mut area, mut rows) = (0.0_f64, 0.0_f64);
        for triangle in &mesh.triangles {
            let [a, b, c] = self.corners(*triangle, 1.0);
            let twice = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
            area += f64::from(twice.abs()) / 2.0;
            rows += f64::from(a[1].max(b[1]).max(c[1]) - a[1].min(b[1]).min(c[1]));
        }
        let mut side = wished;
        while side > 16 && area * (side * side) as f64 + 8.0 * rows * side as f64 > MOST_WORK {
            side /= 2;
        }
        side
    }
    fn draw(&self, mesh: &Mesh, side: usize) -> Vec<Sample> {
        let mut canvas = vec![(f32::NEG_INFINITY, 0.0); side * side];
        for triangle in &mesh.triangles {
            fill(&mut canvas, side, self.corners(*triangle, side as f32));
        }
        canvas
    }
}

/// Draws one triangle, given in canvas coordinates.
fn fill(canvas: &mut [Sample], side: usize, [a, b, c]: [Point; 3]) {
    let (ux, uy, uz) = (b[0] - a[0], b[1] - a[1], b[2] - a[2]);
    let (vx, vy, vz) = (c[0] - a[0], c[1] - a[1], c[2] - a[2]);
    let (nx, ny, nz) = (uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
    if nz == 0.0 {
        return; // seen from its edge, or without area
    }
    let light = shade([nx, ny, nz]);
    let (slope_x, slope_y) = (-nx / nz, -ny / nz);
    let top = a[1].min(b[1]).min(c[1]).max(0.0).floor() as usize;
    let bottom = (a[1].max(b[1]).max(c[1]).ceil().max(0.0) as usize).min(side);
    for row in top..bottom {
        let y = row as f32 + 0.5;
        let (mut left, mut right) = (f32::INFINITY, f32::NEG_INFINITY);
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let (low, high) = if from[1] <= to[1] { (from, to) } else { (to, from) };
            if low[1] <= y && y < high[1] {
                let x = low[0] + (high[0] - low[0]) * ((y - low[1]) / (high[1] - low[1]));
                left = left.min(x);
                right = right.max(x);
            }
        }
        if left > right {
            continue;
        }
        // Samples whose middle lies within; equal borders on both sides leave no seam between neighbours.
        let first = (left - 0.5).ceil().max(0.0) as usize;
        let last = ((right - 0.5).floor() + 1.0).clamp(0.0, side as f32) as usize;
        if first >= last {
            continue;
        }
        let Some(samples) = canvas.get_mut(row * side + first..row * side + last) else { continue };
        let mut depth = a[2] + slope_x * (first as f32 + 0.5 - a[0]) + slope_y * (y - a[1]);
        for sample in samples {
            if depth > sample.0 {
                *sample = (depth, light);
            }
            depth += slope_x;
        }
    }
}

/// Brightness of a face from its normal in canvas space (Y down), lit from above left and a little from ahead.
fn shade([x, y, z]: Point) -> f32 {
    let length = (x * x + y * y + z * z).sqrt();
    // Both sides count alike: the side that faces the eye is taken.
    let towards = if z < 0.0 { -1.0 } else { 1.0 } / length.max(f32::MIN_POSITIVE);
    let (x, y, z) = (x * towards, y * towards, z * towards);
    let key = (-0.35 * x - 0.80 * y + 0.49 * z).max(0.0);
    let fill = (0.60 * x + 0.10 * y + 0.79 * z).max(0.0);
    (0.46 + 0.44 * key + 0.22 * fill).min(1.08)
}

/// Averages the samples of each pixel into RGBA; where there are fewer samples than pixels, repeats them.
fn smooth(canvas: &[Sample], canvas_side: usize, side: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(side * side * 4);
    let across = (canvas_side / side).max(1);
    for row in 0..side {
        for column in 0..side {
            let (mut light, mut hits) = (0.0, 0.0_f32);
            for y in 0..across {
                let start = (row * canvas_side / side + y) * canvas_side + column * canvas_side / side;
                for (depth, brightness) in canvas.get(start..start + across).unwrap_or_default() {
                    if *depth > f32::NEG_INFINITY {
                        light += brightness;
                        hits += 1.0;
                    }
                }
            }
            let mean = if hits > 0.0 { light / hits } else { 0.0 };
            pixels.extend(COLOUR.map(|c| (c * mean).min(255.0).round() as u8));
            pixels.push((hits * 255.0 / (across * across) as f32).round() as u8);
        }
    }
    pixels
}
