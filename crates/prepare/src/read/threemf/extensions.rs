//! Which extensions of 3MF a file may require. What must be understood and is not is refused by its name.

use super::events::{Element, Space};
use super::guard::broken;
use crate::problem::{Outcome, Problem};

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

/// Checks the attribute `requiredextensions` of a model.
pub(super) fn check(model: &Element) -> Outcome<()> {
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
