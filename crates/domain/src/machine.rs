//! What a machine can do at most: the limits that a part and a G-code are held against.

use crate::units::{Celsius, Millimetres};

/// The limits of one printer. Coordinates start at the front left corner of the bed, on its surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MachineLimits {
    /// Width of the bed, along X.
    pub bed_x: Millimetres,
    /// Depth of the bed, along Y.
    pub bed_y: Millimetres,
    /// Greatest height of a part, along Z.
    pub bed_z: Millimetres,
    /// Bore of the nozzle.
    pub nozzle: Millimetres,
    /// The hottest the nozzle may be set to.
    pub max_hotend: Celsius,
    /// The hottest the bed may be set to.
    pub max_bed: Celsius,
    /// How far beyond the bed's edge the head can go without harm, for wiping and purging; 0 where nobody knows.
    pub overrun: Millimetres,
}

impl MachineLimits {
    /// A common desktop printer, for a machine about which nothing is known yet: 250 x 210 x 210 mm, 0.4 mm
    /// nozzle, 280 °C and 110 °C.
    pub const GENERIC: Self = Self {
        bed_x: Millimetres(250.0),
        bed_y: Millimetres(210.0),
        bed_z: Millimetres(210.0),
        nozzle: Millimetres(0.4),
        max_hotend: Celsius(280.0),
        max_bed: Celsius(110.0),
        overrun: Millimetres(0.0),
    };

    /// The limits that hold on this machine and on the other: what keeps to them harms neither.
    #[must_use]
    pub fn tightest(self, other: Self) -> Self {
        let least = |a: Millimetres, b: Millimetres| Millimetres(a.0.min(b.0));
        let coolest = |a: Celsius, b: Celsius| Celsius(a.0.min(b.0));
        Self {
            bed_x: least(self.bed_x, other.bed_x),
            bed_y: least(self.bed_y, other.bed_y),
            bed_z: least(self.bed_z, other.bed_z),
            nozzle: least(self.nozzle, other.nozzle),
            max_hotend: coolest(self.max_hotend, other.max_hotend),
            max_bed: coolest(self.max_bed, other.max_bed),
            overrun: least(self.overrun, other.overrun),
        }
    }

    /// Whether a part of this size (X, Y, Z in millimetres) fits on the bed, turned about Z by a quarter or not.
    pub fn holds(&self, size: [f64; 3]) -> bool {
        let fits = |x: f64, y: f64| x <= self.bed_x.0 && y <= self.bed_y.0;
        size[2] <= self.bed_z.0 && (fits(size[0], size[1]) || fits(size[1], size[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_on_two_machines_is_the_less_of_each() {
        let wide =
            MachineLimits { bed_x: Millimetres(300.0), max_hotend: Celsius(240.0), ..MachineLimits::GENERIC };
        let both = wide.tightest(MachineLimits { bed_z: Millimetres(100.0), ..MachineLimits::GENERIC });
        assert_eq!((both.bed_x.0, both.bed_z.0, both.max_hotend.0), (250.0, 100.0, 240.0));
    }

    #[test]
    fn a_part_may_be_turned_but_not_tilted() {
        let bed = MachineLimits::GENERIC;
        assert!(bed.holds([200.0, 240.0, 10.0]));
        assert!(!bed.holds([251.0, 10.0, 10.0]));
        assert!(!bed.holds([10.0, 10.0, 210.1]));
    }
}
