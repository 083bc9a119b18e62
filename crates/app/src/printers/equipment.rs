//! What a printer can do at most and what is loaded in it, as its people say it: toolpaths are made and gated by that.

use super::{done, may};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::PrinterId;
use domain::machine::MachineLimits;
use domain::units::Celsius;
use privacy::Act;
use store::printers::Equipment;

/// Says what a printer can do at most and what is loaded.
///
/// # Errors
/// A refusal: a number or the material, not there, or not allowed.
pub async fn equip(ctx: &Context, me: &SignedIn, id: PrinterId, equipment: &Equipment) -> Result<(), Error> {
    may(ctx, me, Act::Change)?;
    let equipment = check(equipment)?;
    let tx = ctx.store.begin().await?;
    done(tx.printer_equip(id, &equipment).await?)?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// What somebody said, if it can be.
pub(crate) fn check(said: &Equipment) -> Result<Equipment, Refusal> {
    let sane = |x: f64, most: f64| x.is_finite() && x > 0.0 && x <= most;
    if said.volume.is_some_and(|v| ![v.x.0, v.y.0, v.z.0].into_iter().all(|side| sane(side, 10_000.0))) {
        return Err(Refusal::field("volume", "Give the sides in millimetres, each more than 0."));
    }
    if said.nozzle_most.is_some_and(|t| !sane(t, 600.0)) || said.bed_most.is_some_and(|t| !sane(t, 300.0)) {
        return Err(Refusal::field(
            "temperature",
            "Give temperatures in degrees Celsius, such as 260 and 100.",
        ));
    }
    let named = said.material.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let material = named.map(|name| text::line("material", name, 20)).transpose()?;
    Ok(Equipment { material, ..said.clone() })
}

/// The limits against which a toolpath for it is held: a common printer's where nobody said.
pub(crate) fn limits_of(equipment: &Equipment) -> MachineLimits {
    let mut limits = MachineLimits::GENERIC;
    if let Some(volume) = equipment.volume {
        (limits.bed_x, limits.bed_y, limits.bed_z) = (volume.x, volume.y, volume.z);
    }
    limits.max_hotend = equipment.nozzle_most.map_or(limits.max_hotend, Celsius);
    limits.max_bed = equipment.bed_most.map_or(limits.max_bed, Celsius);
    limits
}
