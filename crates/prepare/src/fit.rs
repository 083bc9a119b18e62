//! Which printers a part fits on, and which unit an STL's bare numbers are likely meant in.

use domain::machine::MachineLimits;
use domain::model::Unit;
use serde::{Deserialize, Serialize};

/// One guess about a file's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// The unit's name as in [`Unit::name`].
    #[serde(with = "unit_name")]
    pub unit: Unit,
    /// The size that the model would have, in millimetres.
    pub size_mm: [f64; 3],
    /// Likelihood from 0 to 1; those of all guesses add up to 1.
    pub weight: f64,
}

mod unit_name {
    use super::Unit;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(unit: &Unit, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(unit.name())
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Unit, D::Error> {
        let name = String::deserialize(from)?;
        Unit::named(&name).ok_or_else(|| D::Error::custom("no unit has this name"))
    }
}

/// Guesses for an STL of this size in its own numbers, the likeliest first.
///
/// People print things from a few millimetres to the size of their bed. Millimetres are what slicers assume, so
/// they win whenever the part then has a printable size; another unit must explain the numbers much better.
pub fn guesses(size: [f64; 3], machines: &[MachineLimits]) -> Vec<Guess> {
    let prior = [(Unit::Millimetre, 20.0), (Unit::Inch, 3.0), (Unit::Metre, 1.0), (Unit::Centimetre, 1.0)];
    let mut guesses: Vec<Guess> = prior
        .into_iter()
        .map(|(unit, prior)| {
            let size_mm = size.map(|s| s * unit.in_millimetres());
            Guess { unit, size_mm, weight: prior * plausibility(size_mm, machines) }
        })
        .collect();
    let sum: f64 = guesses.iter().map(|g| g.weight).sum();
    for guess in &mut guesses {
        guess.weight = if sum > 0.0 { guess.weight / sum } else { 0.25 };
    }
    guesses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    guesses
}

/// How usual a part of this size is: 1 from 10 mm to the bed's size, falling on both sides.
fn plausibility(size_mm: [f64; 3], machines: &[MachineLimits]) -> f64 {
    let longest = size_mm.into_iter().fold(0.0, f64::max);
    let thinnest = size_mm.into_iter().fold(f64::INFINITY, f64::min);
    let small = (longest / 10.0).min(1.0).powi(4);
    let thin = (thinnest / 0.4).min(1.0);
    let fits = match machines {
        [] => MachineLimits::GENERIC.holds(size_mm),
        machines => machines.iter().any(|m| m.holds(size_mm)),
    };
    let big = if fits { 1.0 } else { 0.1 * (400.0 / longest.max(1.0)).min(1.0).powi(2) };
    small * thin * big
}

/// For each machine, whether the part fits on it.
pub fn fits(size_mm: [f64; 3], machines: &[MachineLimits]) -> Vec<bool> {
    machines.iter().map(|m| m.holds(size_mm)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(size: [f64; 3], expected: Unit) {
        let guesses = guesses(size, &[]);
        assert_eq!(guesses[0].unit, expected, "{guesses:?}");
        assert!((guesses.iter().map(|g| g.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_unit_that_makes_a_usual_part_wins() {
        check([100.0, 100.0, 56.5], Unit::Millimetre);
        check([5.0, 2.5, 1.375], Unit::Inch);
        check([0.04, 0.03, 0.01], Unit::Metre);
        check([20.0, 20.0, 20.0], Unit::Millimetre);
        check([300.0, 300.0, 300.0], Unit::Millimetre);
    }
}
