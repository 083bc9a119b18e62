//! The 3x4 matrix with which 3MF places objects, in row-vector order as the file writes it.

use super::guard::{broken, number};
use crate::mesh::Point;
use crate::problem::Outcome;

/// Twelve numbers: three rows of rotation and scale, one of translation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix([[f64; 3]; 4]);

impl Matrix {
    /// Leaves everything where it is.
    pub(super) const IDENTITY: Self =
        Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]);

    /// Reads the attribute `transform`.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let mut matrix = Self::IDENTITY;
        let mut words = text.split_ascii_whitespace();
        for slot in matrix.0.iter_mut().flatten() {
            let word = words.next().ok_or_else(|| broken("3.3", "a transform must have twelve numbers"))?;
            *slot = number(word)?;
        }
        if words.next().is_some() {
            return Err(broken("3.3", "a transform must have twelve numbers"));
        }
        if !matrix.determinant().is_finite() || matrix.determinant().abs() < 1.0e-18 {
            return Err(broken("3.3", "a transform squeezes an object flat (its matrix is singular)"));
        }
        Ok(matrix)
    }
    /// Negative if the matrix mirrors.
    pub(super) fn determinant(&self) -> f64 {
        let [a, b, c, _] = self.0;
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
    }
    /// First `self`, then `outer`.
    pub(super) fn then(&self, outer: &Self) -> Self {
        let mut result = *self;
        for row in result.0.iter_mut().take(3) {
            *row = outer.turn(*row);
        }
        let [.., shift] = &mut result.0;
        let [.., outer_shift] = outer.0;
        let turned = outer.turn(*shift);
        *shift = [turned[0] + outer_shift[0], turned[1] + outer_shift[1], turned[2] + outer_shift[2]];
        result
    }
    /// Where a point goes, scaled by `unit`.
    pub(super) fn apply(&self, point: Point, unit: f64) -> Point {
        let turned = self.turn(point.map(f64::from));
        let [.., shift] = self.0;
        [turned[0] + shift[0], turned[1] + shift[1], turned[2] + shift[2]].map(|c| (c * unit) as f32)
    }
    fn turn(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let [a, b, c, _] = self.0;
        [x * a[0] + y * b[0] + z * c[0], x * a[1] + y * b[1] + z * c[1], x * a[2] + y * b[2] + z * c[2]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_transforms_come_first() {
        let scale = Matrix::parse("2 0 0 0 2 0 0 0 2 0 0 0").unwrap();
        let shift = Matrix::parse("1 0 0 0 1 0 0 0 1 10 0 0").unwrap();
        assert_eq!(scale.then(&shift).apply([1.0, 0.0, 0.0], 1.0), [12.0, 0.0, 0.0]);
        assert_eq!(shift.then(&scale).apply([1.0, 0.0, 0.0], 1.0), [22.0, 0.0, 0.0]);
        // The unit scales translations too.
        assert_eq!(shift.apply([1.0, 0.0, 0.0], 25.4), [279.4, 0.0, 0.0]);
    }

    #[test]
    fn what_is_no_placement_is_refused() {
        assert!(Matrix::parse("1 0 0 0 1 0 0 0 1 0 0").is_err());
        assert!(Matrix::parse("1 0 0 0 1 0 0 0 1 0 0 0 0").is_err());
        assert!(Matrix::parse("1 0 0 0 1 0 0 0 0 0 0 0").unwrap_err().what.contains("singular"));
        assert!(Matrix::parse("NaN 0 0 0 1 0 0 0 1 0 0 0").is_err());
        assert!(Matrix::parse("-1 0 0 0 1 0 0 0 1 0 0 0").unwrap().determinant() < 0.0);
    }
}
