//! What a printer can do and how big a part it can make: facts about the machine, never about its owner.

use crate::units::Millimetres;
use core::fmt;

/// The box in which a printer can print.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    /// Width, along X.
    pub x: Millimetres,
    /// Depth, along Y.
    pub y: Millimetres,
    /// Height, along Z.
    pub z: Millimetres,
}

impl Volume {
    /// A box of these sides.
    pub const fn new(x: Millimetres, y: Millimetres, z: Millimetres) -> Self {
        Self { x, y, z }
    }
    /// Whether a part of the given size goes in as it stands. Turning it is the slicer's business: the toolpath
    /// is already fixed when a job waits.
    pub fn holds(&self, part: &Self) -> bool {
        part.x.0 <= self.x.0 && part.y.0 <= self.y.0 && part.z.0 <= self.z.0
    }
}

/// A kind of filament or resin, such as `PLA`. Compared without regard to case.
#[derive(Clone, Debug)]
pub struct Material(String);

impl Material {
    /// The material of this name.
    pub fn named(name: &str) -> Self {
        Self(name.trim().to_owned())
    }
    /// Its name as it was given.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Material {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}
impl Eq for Material {}

impl fmt::Display for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What may be asked of a printer through its driver. What is not here is not offered to people either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Can pause and resume.
    pub pause: bool,
    /// Can end a print.
    pub cancel: bool,
    /// Can be answered when it asks something.
    pub answer: bool,
    /// Can say which of our files it still holds, and remove them.
    pub files: bool,
    /// Has a camera to look through.
    pub look: bool,
    /// Says by itself that something changed, so that it need not be asked every few seconds.
    pub watch: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_fits_only_if_every_side_does() {
        let mm = Millimetres;
        let printer = Volume::new(mm(200.0), mm(200.0), mm(180.0));
        assert!(printer.holds(&Volume::new(mm(200.0), mm(10.0), mm(180.0))));
        assert!(!printer.holds(&Volume::new(mm(10.0), mm(10.0), mm(180.1))));
        assert!(!printer.holds(&Volume::new(mm(f64::NAN), mm(10.0), mm(10.0))));
    }

    #[test]
    fn a_material_is_the_same_in_any_case() {
        assert_eq!(Material::named("PLA"), Material::named(" pla "));
        assert_ne!(Material::named("PLA"), Material::named("PETG"));
    }
}
