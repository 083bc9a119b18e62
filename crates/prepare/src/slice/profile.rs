//! Complete, flat slicer profiles of our own: a quality, a material and a printer's limits become one list of
//! all keys.
//!
//! All keys, because what a profile leaves open a file could fill in. `post_process` is empty in every one.

use crate::problem::{Kind, Outcome, Problem};
use domain::machine::MachineLimits;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Every key with the value of the standard quality in PLA on the generic printer.
const BASE: &str = include_str!("base.ini");

/// How finely a part is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Quick, with visible layers: seven tenths of the nozzle's bore for each.
    Draft,
    /// Half the bore for each layer.
    Standard,
    /// Slow and smooth: three tenths of the bore.
    Fine,
}

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Material {
    /// Polylactide.
    Pla,
    /// Glycol-modified polyethylene terephthalate.
    Petg,
}

impl Quality {
    /// All of them, quickest first.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Standard, Self::Fine];

    /// The name in our records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Standard => "standard",
            Self::Fine => "fine",
        }
    }
    /// Layer height as a part of the nozzle's bore.
    const fn layer(self) -> f64 {
        match self {
            Self::Draft => 0.7,
            Self::Standard => 0.5,
            Self::Fine => 0.3,
        }
    }
    /// Speed as a part of the standard's.
    const fn pace(self) -> f64 {
        match self {
            Self::Draft => 1.3,
            Self::Standard => 1.0,
            Self::Fine => 0.8,
        }
    }
}

impl Material {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Pla, Self::Petg];

    /// The name on the spool.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pla => "PLA",
            Self::Petg => "PETG",
        }
    }
    /// Degrees Celsius: nozzle at the first layer, nozzle, bed.
    const fn degrees(self) -> [f64; 3] {
        match self {
            Self::Pla => [215.0, 210.0, 60.0],
            Self::Petg => [240.0, 240.0, 80.0],
        }
    }
}

/// The flat profile as the slicer's `--load` takes it.
///
/// # Errors
/// If the printer cannot reach the material's temperatures.
pub fn resolve(
    quality: Quality,
    material: Material,
    supports: bool,
    limits: &MachineLimits,
) -> Outcome<String> {
    let [first, hot, bed] = material.degrees();
    if first.max(hot) > limits.max_hotend.0 || bed > limits.max_bed.0 {
        return Err(Problem::new(
            Kind::Fit,
            format!(
                "{} needs {:.0} °C at the nozzle and {bed:.0} °C at the bed, more than this printer allows.",
                material.name(),
                first.max(hot)
            ),
            "Choose another material or printer.",
        ));
    }
    let nozzle = limits.nozzle.0;
    let width = nozzle * 1.125;
    let layer = nozzle * quality.layer();
    let (x, y) = (limits.bed_x.0, limits.bed_y.0);
    let petg = material == Material::Petg;
    let mut own: Vec<(&str, String)> = vec![
        ("bed_shape", format!("0x0,{x}x0,{x}x{y},0x{y}")),
        ("max_print_height", limits.bed_z.0.to_string()),
        ("nozzle_diameter", nozzle.to_string()),
        ("layer_height", rounded(layer)),
        ("first_layer_height", rounded(nozzle * 0.5)),
        ("max_layer_height", rounded(nozzle * 0.75)),
        ("temperature", hot.to_string()),
        ("first_layer_temperature", first.to_string()),
        ("bed_temperature", bed.to_string()),
        ("first_layer_bed_temperature", bed.to_string()),
        ("filament_type", material.name().to_owned()),
        ("filament_density", if petg { "1.27" } else { "1.24" }.to_owned()),
        ("filament_max_volumetric_speed", if petg { "8" } else { "10" }.to_owned()),
        ("min_fan_speed", if petg { "25" } else { "60" }.to_owned()),
        ("max_fan_speed", if petg { "50" } else { "100" }.to_owned()),
        ("top_infill_extrusion_width", rounded(nozzle * 1.05)),
        ("support_material_extrusion_width", rounded(nozzle * 0.9)),
        ("support_material", u8::from(supports).to_string()),
        // Whole shells of about a millimetre, however thin the layers are.
        ("top_solid_layers", (0.9 / layer).ceil().to_string()),
        ("bottom_solid_layers", (0.7 / layer).ceil().to_string()),
    ];
    for key in ["", "external_perimeter_", "perimeter_", "infill_", "solid_infill_", "first_layer_"] {
        let key = WIDTHS.iter().find(|w| **w == format!("{key}extrusion_width"));
        own.extend(key.map(|key| (*key, rounded(width))));
    }
    for (key, standard) in SPEEDS {
        own.push((key, (standard * quality.pace()).round().to_string()));
    }
    Ok(merge(&own))
}

const WIDTHS: [&str; 6] = [
    "extrusion_width",
    "external_perimeter_extrusion_width",
    "perimeter_extrusion_width",
    "infill_extrusion_width",
    "solid_infill_extrusion_width",
    "first_layer_extrusion_width",
];

/// Millimetres a second at standard quality.
const SPEEDS: [(&str, f64); 6] = [
    ("perimeter_speed", 45.0),
    ("external_perimeter_speed", 30.0),
    ("infill_speed", 80.0),
    ("solid_infill_speed", 70.0),
    ("top_solid_infill_speed", 40.0),
    ("support_material_speed", 50.0),
];

fn rounded(mm: f64) -> String {
    ((mm * 1000.0).round() / 1000.0).to_string()
}

/// The base with some values replaced; keys that the base does not have cannot come in.
fn merge(own: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(BASE.len());
    for (key, value) in keys() {
        let value = own.iter().find(|(name, _)| *name == key).map_or(value, |(_, value)| value.as_str());
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

/// Keys and values of the base.
fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = BASE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=').map(|(key, value)| (key.trim(), value.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::units::{Celsius, Millimetres};

    #[test]
    fn every_profile_has_every_key_once_and_runs_no_program() {
        let count = keys().count();
        assert!(count > 250, "{count}");
        for quality in Quality::ALL {
            for material in Material::ALL {
                let text = resolve(quality, material, true, &MachineLimits::GENERIC).unwrap();
                let mut names: Vec<_> = text.lines().map(|l| l.split_once(" =").unwrap().0).collect();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), count);
                assert!(text.contains("\npost_process = \n"));
                assert!(text.contains("\nsupport_material = 1\n"));
                assert!(!text.contains("inherits"));
            }
        }
    }

    #[test]
    fn the_printer_shapes_the_profile() {
        let small = MachineLimits {
            bed_x: Millimetres(120.0),
            nozzle: Millimetres(0.6),
            max_hotend: Celsius(230.0),
            ..MachineLimits::GENERIC
        };
        let text = resolve(Quality::Draft, Material::Pla, false, &small).unwrap();
        assert!(text.contains("\nbed_shape = 0x0,120x0,120x210,0x210\n"));
        assert!(
            text.contains("\nlayer_height = 0.42\n") && text.contains("\nextrusion_width = 0.675\n"),
            "{text}"
        );
        let problem = resolve(Quality::Draft, Material::Petg, false, &small).unwrap_err();
        assert!(problem.what.contains("PETG needs 240"));
    }
}
