//! A triangle mesh in memory, welded while it is read so that it stays small.
//!
//! Must never hold a coordinate that is not finite: whoever adds points checks first.

use crate::problem::{Outcome, Problem};

/// One point: X, Y, Z.
pub type Point = [f32; 3];

/// Points and the triangles between them, three indices each.
#[derive(Debug, Default, Clone)]
pub struct Mesh {
    /// Different points.
    pub points: Vec<Point>,
    /// Corners as indices into `points`, always in range.
    pub triangles: Vec<[u32; 3]>,
}

impl Mesh {
    /// The three corners of a triangle.
    pub fn corners(&self, triangle: [u32; 3]) -> [Point; 3] {
        triangle.map(|i| self.points.get(i as usize).copied().unwrap_or_default())
    }
    /// Smallest and greatest coordinates over the points that triangles use, or `None` without triangles.
    pub fn bounds(&self) -> Option<[Point; 2]> {
        let mut low = [f32::INFINITY; 3];
        let mut high = [f32::NEG_INFINITY; 3];
        for point in &self.points {
            for axis in 0..3 {
                if let (Some(l), Some(h), Some(&p)) = (low.get_mut(axis), high.get_mut(axis), point.get(axis))
                {
                    *l = l.min(p);
                    *h = h.max(p);
                }
            }
        }
        (!self.triangles.is_empty() && low[0].is_finite()).then_some([low, high])
    }
    /// Joins points that differ by less than a ten-millionth of the model's size: STL stores each corner anew,
    /// and arithmetic noise around zero would tear faces apart that belong together.
    pub fn join_noise(&mut self) {
        let Some([low, high]) = self.bounds() else { return };
        let size = (high[0] - low[0]).max(high[1] - low[1]).max(high[2] - low[2]);
        let grid = f64::from(size) * 1.0e-7;
        if grid <= 0.0 {
            return;
        }
        let mut cells = Welder::expecting(self.points.len() * 2);
        let mut kept: Vec<Point> = Vec::with_capacity(self.points.len());
        let index: Vec<u32> = self
            .points
            .iter()
            .map(|point| {
                // Far from the origin `f32` rounds cell numbers as coarsely as it rounded the points.
                let cell = cells.point(point.map(|c| (f64::from(c) / grid).round() as f32));
                if cell as usize == kept.len() {
                    kept.push(*point);
                }
                cell
            })
            .collect();
        if kept.len() < self.points.len() {
            for corner in self.triangles.iter_mut().flatten() {
                *corner = index.get(*corner as usize).copied().unwrap_or(0);
            }
            self.points = kept;
        }
    }
    /// Multiplies every coordinate, for a file whose numbers were not meant as millimetres.
    pub fn scale(&mut self, factor: f64) {
        for point in &mut self.points {
            *point = point.map(|c| (f64::from(c) * factor) as f32);
        }
    }
}

/// Coordinates beyond this many units are damage or a joke, and would not survive arithmetic in `f32`.
pub const FARTHEST: f32 = 1.0e6;

/// Checks that a point can be worked with. `place` says where in the file it stands.
pub fn sane(point: Point, place: impl Fn() -> String) -> Outcome<()> {
    if point.iter().all(|c| c.abs() <= FARTHEST) {
        return Ok(());
    }
    if point.iter().all(|c| c.is_finite()) {
        return Err(Problem::file(
            format!("A coordinate in {} is farther out than a kilometre.", place()),
            "Check the unit and scale in your CAD program and export again.",
        ));
    }
    Err(Problem::file(
        format!("A coordinate in {} is not a number.", place()),
        "The file is damaged: export it again from your CAD program.",
    ))
}

/// Builds a mesh from loose triangles and gives equal points one index.
#[derive(Debug)]
pub struct Welder {
    mesh: Mesh,
    /// Open addressing: index of a point + 1, or 0 for a free slot. Length is a power of two.
    slots: Vec<u32>,
}

impl Welder {
    /// A welder that expects about this many triangles.
    pub fn expecting(triangles: usize) -> Self {
        // A closed surface has half as many points as triangles; four slots for each keep probes short.
        let slots = (triangles.max(16) * 2).next_power_of_two();
        Self {
            mesh: Mesh {
                points: Vec::with_capacity(triangles / 2 + 16),
                triangles: Vec::with_capacity(triangles),
            },
            slots: vec![0; slots],
        }
    }
    /// The index of this point, new or known. Points are equal if all coordinates are, and -0 is 0.
    pub fn point(&mut self, point: Point) -> u32 {
        let point = point.map(|c| c + 0.0);
        if self.mesh.points.len() * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash(point) & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => break,
                known if self.mesh.points.get(known as usize - 1) == Some(&point) => return known - 1,
                _ => at = (at + 1) & mask,
            }
        }
        self.mesh.points.push(point);
        let new = self.mesh.points.len() as u32;
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = new;
        }
        new - 1
    }
    /// Adds a triangle between known points.
    pub fn triangle(&mut self, corners: [u32; 3]) {
        self.mesh.triangles.push(corners);
    }
    /// Triangles so far.
    pub fn len(&self) -> usize {
        self.mesh.triangles.len()
    }
    /// Whether there is no triangle yet.
    pub fn is_empty(&self) -> bool {
        self.mesh.triangles.is_empty()
    }
    /// The mesh.
    pub fn finish(self) -> Mesh {
        self.mesh
    }
    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let mask = size - 1;
        // Free the old table first: at the budget's edge both together would not fit.
        self.slots = Vec::new();
        let mut slots = vec![0_u32; size];
        for (index, point) in self.mesh.points.iter().enumerate() {
            let mut at = hash(*point) & mask;
            while slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = index as u32 + 1;
            }
        }
        self.slots = slots;
    }
}

fn hash(point: Point) -> usize {
    let [x, y, z] = point.map(|c| u64::from(c.to_bits()));
    let mixed = (x | (y << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ z.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_points_get_one_index_and_minus_zero_is_zero() {
        let mut welder = Welder::expecting(1);
        let first = welder.point([0.0, 1.0, 2.0]);
        assert_eq!(first, welder.point([-0.0, 1.0, 2.0]));
        for i in 0..1000_u16 {
            assert_eq!(welder.point([f32::from(i), 7.0, 7.0]), u32::from(i) + 1);
        }
        assert_eq!(welder.point([500.0, 7.0, 7.0]), 501);
    }

    #[test]
    fn what_is_not_a_number_or_beyond_a_kilometre_is_named() {
        assert!(
            sane([0.0, f32::NAN, 0.0], || "triangle 3".into()).unwrap_err().what.contains("not a number")
        );
        assert!(sane([0.0, f32::INFINITY, 0.0], || "x".into()).is_err());
        assert!(sane([0.0, 3.4e38, 0.0], || "x".into()).unwrap_err().what.contains("kilometre"));
        assert!(sane([0.0, -1.0e6, 0.0], || "x".into()).is_ok());
    }
}
