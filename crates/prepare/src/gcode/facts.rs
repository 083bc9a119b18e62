//! What a slicer says about its G-code in comments: time, filament, layers. Believed for display only; no
//! decision about safety rests on a comment.

use serde::{Deserialize, Serialize};

/// What is known about a G-code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GcodeFacts {
    /// Lines in the file.
    pub lines: u64,
    /// Layers, by the slicer's marks.
    pub layers: u64,
    /// Estimated seconds of printing, as the slicer says.
    pub seconds: Option<f64>,
    /// Filament in millimetres, as the slicer says, else as the moves add up to.
    pub filament_mm: Option<f64>,
    /// Filament in grams, as the slicer says.
    pub filament_g: Option<f64>,
    /// The hottest that the nozzle is set to, in degrees Celsius.
    pub hotend_c: f64,
    /// The hottest that the bed is set to, in degrees Celsius.
    pub bed_c: f64,
    /// Smallest and greatest coordinates of laid plastic, in millimetres.
    pub plastic_mm: Option<[[f64; 3]; 2]>,
    /// Whether the file ends with PrusaSlicer's closing mark.
    pub complete: bool,
}

impl GcodeFacts {
    /// Takes what a comment says.
    pub fn note(&mut self, comment: &[u8]) {
        let Ok(comment) = core::str::from_utf8(comment) else { return };
        let comment = comment.trim();
        if comment.is_empty() {
            return;
        }
        self.complete = comment == "prusaslicer_config = end";
        if comment == "LAYER_CHANGE" || comment.starts_with("LAYER:") {
            self.layers += 1;
            return;
        }
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
        if let Some(seconds) = comment.strip_prefix("TIME:").and_then(number) {
            self.seconds = Some(seconds);
        }
        let Some((key, value)) = comment.split_once('=') else { return };
        match key.trim() {
            "filament used [mm]" => self.filament_mm = number(value),
            "total filament used [g]" | "filament used [g]" => {
                self.filament_g = number(value).or(self.filament_g);
            }
            "estimated printing time (normal mode)" => self.seconds = seconds(value),
            _ => {}
        }
    }
}

/// `1d 11h 35m 14s` in seconds.
fn seconds(text: &str) -> Option<f64> {
    text.split_whitespace()
        .map(|part| {
            let (number, unit) = part.split_at_checked(part.len().checked_sub(1)?)?;
            let number: f64 = number.parse::<u32>().ok()?.into();
            Some(
                number
                    * match unit {
                        "d" => 86_400.0,
                        "h" => 3_600.0,
                        "m" => 60.0,
                        "s" => 1.0,
                        _ => return None,
                    },
            )
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prusa_and_cura_comments_are_understood() {
        let mut facts = GcodeFacts::default();
        for comment in [
            " estimated printing time (normal mode) = 1d 11h 35m 14s",
            " filament used [mm] = 18721.29",
            " total filament used [g] = 0.00",
            " filament used [g] = 56.1",
            "LAYER_CHANGE",
            "LAYER:0",
        ] {
            facts.note(comment.as_bytes());
        }
        assert_eq!(facts.seconds, Some(128_114.0));
        assert_eq!((facts.filament_mm, facts.filament_g, facts.layers), (Some(18_721.29), Some(56.1), 2));
        facts.note(b"TIME:6666");
        assert_eq!(facts.seconds, Some(6666.0));
    }
}
