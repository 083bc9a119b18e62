//! How far an arc reaches, which is farther than its ends.

use core::f64::consts::{FRAC_PI_2, TAU};

/// An arc in the XY plane, in millimetres.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// Where it begins.
    pub from: [f64; 2],
    /// Where it ends; the same point means a full circle.
    pub to: [f64; 2],
    /// Whether it runs with the clock (G2).
    pub clockwise: bool,
    /// The centre seen from the beginning (I, J).
    pub offset: [Option<f64>; 2],
    /// The radius (R), instead of the centre; negative for the longer way.
    pub radius: Option<f64>,
}

impl Sweep {
    /// The smallest and greatest X and Y, or `None` if the numbers are no arc.
    pub fn bounds(&self) -> Option<[[f64; 2]; 2]> {
        let centre = self.centre()?;
        let from = [self.from[0] - centre[0], self.from[1] - centre[1]];
        let to = [self.to[0] - centre[0], self.to[1] - centre[1]];
        let radius = from[0].hypot(from[1]);
        let end_radius = to[0].hypot(to[1]);
        // Slicers round to a micrometre; firmwares disagree about what to do with more.
        if !radius.is_finite() || radius < 1e-6 || (radius - end_radius).abs() > 0.05_f64.max(radius * 0.005)
        {
            return None;
        }
        let (mut start, mut end) = (from[1].atan2(from[0]), to[1].atan2(to[0]));
        if self.clockwise {
            core::mem::swap(&mut start, &mut end);
        }
        let full = (self.from[0] - self.to[0]).abs() < 1e-9 && (self.from[1] - self.to[1]).abs() < 1e-9;
        let sweep = if full { TAU } else { (end - start).rem_euclid(TAU) };
        let mut low = [self.from[0].min(self.to[0]), self.from[1].min(self.to[1])];
        let mut high = [self.from[0].max(self.to[0]), self.from[1].max(self.to[1])];
        for quarter in 0..4 {
            let angle = f64::from(quarter) * FRAC_PI_2;
            if (angle - start).rem_euclid(TAU) <= sweep {
                let reach = [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()];
                low = [low[0].min(reach[0]), low[1].min(reach[1])];
                high = [high[0].max(reach[0]), high[1].max(reach[1])];
            }
        }
        Some([low, high])
    }
    fn centre(&self) -> Option<[f64; 2]> {
        match (self.offset, self.radius) {
            ([None, None], Some(radius)) => self.centre_by_radius(radius),
            ([None, None], None) | ([_, _], Some(_)) => None,
            ([i, j], None) => Some([self.from[0] + i.unwrap_or(0.0), self.from[1] + j.unwrap_or(0.0)]),
        }
    }
    fn centre_by_radius(&self, radius: f64) -> Option<[f64; 2]> {
        let chord = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let length = chord[0].hypot(chord[1]);
        let square = radius * radius - length * length / 4.0;
        if length < 1e-9 || square < -1e-6 {
            return None;
        }
        let side = if self.clockwise == (radius > 0.0) { 1.0 } else { -1.0 };
        let height = square.max(0.0).sqrt() * side / length;
        Some([
            f64::midpoint(self.from[0], self.to[0]) + chord[1] * height,
            f64::midpoint(self.from[1], self.to[1]) - chord[0] * height,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sweep: Sweep, expected: [[f64; 2]; 2]) {
        let found = sweep.bounds().unwrap();
        for (f, e) in found.iter().flatten().zip(expected.iter().flatten()) {
            assert!((f - e).abs() < 1e-9, "{found:?}, expected {expected:?}");
        }
    }

    #[test]
    fn an_arc_reaches_beyond_its_ends() {
        let arc = Sweep {
            from: [0.0, 0.0],
            to: [20.0, 0.0],
            clockwise: true,
            offset: [Some(10.0), None],
            radius: None,
        };
        check(arc, [[0.0, 0.0], [20.0, 10.0]]);
        check(Sweep { clockwise: false, ..arc }, [[0.0, -10.0], [20.0, 0.0]]);
        check(Sweep { to: [0.0, 0.0], ..arc }, [[0.0, -10.0], [20.0, 10.0]]);
        // By radius: the short way bulges little, the long way much.
        let by_radius = Sweep { offset: [None, None], radius: Some(10.0), ..arc };
        check(by_radius, [[0.0, 0.0], [20.0, 10.0]]);
        let quarter = Sweep { to: [10.0, 10.0], ..by_radius };
        check(quarter, [[0.0, 0.0], [10.0, 10.0]]);
        check(Sweep { radius: Some(-10.0), ..quarter }, [[-10.0, 0.0], [10.0, 20.0]]);
    }

    #[test]
    fn numbers_that_are_no_arc_are_refused() {
        let arc = Sweep {
            from: [0.0; 2],
            to: [20.0, 0.0],
            clockwise: true,
            offset: [Some(3.0), None],
            radius: None,
        };
        assert!(arc.bounds().is_none());
        assert!(Sweep { offset: [None; 2], ..arc }.bounds().is_none());
        assert!(Sweep { offset: [None; 2], radius: Some(1.0), ..arc }.bounds().is_none());
    }
}
