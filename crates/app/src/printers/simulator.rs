//! What somebody can do who stands beside a simulated printer: its network plug, its "stop", its spool, its speed.
//!
//! Only simulated printers have this, and only whoever may set printers up is beside them. The house hears of it as it
//! would of a real machine: by asking.

use super::may;
use crate::{Context, Error, Refusal, SignedIn};
use ::printers::simulated::Simulated;
use domain::ids::PrinterId;
use privacy::Act;

/// How many of its seconds may pass in one of ours.
pub const SPEEDS: [u32; 4] = [1, 10, 60, 600];

/// How a simulated printer stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulator {
    /// Whether its network plug is in.
    pub plugged_in: bool,
    /// How many of its seconds pass in one of ours.
    pub speed: f64,
}

impl Simulator {
    pub(super) fn of(printer: &Simulated) -> Self {
        Self { plugged_in: printer.is_plugged_in(), speed: printer.speed() }
    }

    /// Whether its time passes so many times as quickly.
    pub fn is_at(&self, times: u32) -> bool {
        self.speed.to_bits() == f64::from(times).to_bits()
    }
}

/// What somebody beside it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Pulls its network plug. It goes on with what it does.
    Unplug,
    /// Plugs it in again.
    PlugIn,
    /// Takes its spool away, so that it asks for another.
    TakeSpool,
    /// Presses "stop" on it.
    PressStop,
    /// Lets its time pass so many times as quickly.
    Speed(u32),
}

/// Does it.
///
/// # Errors
/// [`Refusal::NotFound`] if it is no simulated printer, or not for whoever asks; a refusal of an odd speed.
pub async fn touch(ctx: &Context, me: &SignedIn, id: PrinterId, how: Touch) -> Result<(), Error> {
    may(ctx, me, Act::Change)?;
    ctx.store.look().await?.printer(id).await?.ok_or(Refusal::NotFound)?;
    let printer = ctx.fleet.simulated(id).ok_or(Refusal::NotFound)?;
    match how {
        Touch::Unplug => printer.unplug(),
        Touch::PlugIn => printer.plug_in(),
        Touch::TakeSpool => printer.run_out_of_filament(),
        Touch::PressStop => printer.press_stop(),
        Touch::Speed(times) if SPEEDS.contains(&times) => printer.set_speed(f64::from(times)),
        Touch::Speed(_) => return Err(Refusal::field("speed", "Choose one of the speeds shown.").into()),
    }
    Ok(())
}
