//! The printers of the house: set up, look at, clear, command, remove.
//!
//! Who may do what stands in `policy/roles.toml`. A printer is never asked for anything about a person.

mod control;
mod equipment;
mod pairing;
mod removal;
mod simulator;

pub use control::{answer, cancel, pause, resume};
pub use equipment::equip;
pub(crate) use equipment::{check, limits_of};
pub(crate) use pairing::Pairings;
pub use pairing::{Stage, begin_pairing, begin_pairing_again, pairing};
pub use removal::{Staying, remove, remove_by_force, staying, stray_is_gone, strays};
pub use simulator::{SPEEDS, Simulator, Touch, touch};
pub use store::placements::Stray;
pub use store::printers::Equipment;

use crate::{Context, Error, Refusal, SignedIn, text};
use ::printers::{Picture, Printer as _};
use domain::ids::PrinterId;
use domain::machine::MachineLimits;
use domain::printer::{Abilities, Report, State};
use domain::time::Instant;
use privacy::Act;
use store::printers::{Machine, NewMachine};

/// A printer, as people see it.
#[derive(Debug)]
pub struct Printer {
    /// Which.
    pub id: PrinterId,
    /// What the house calls it.
    pub name: String,
    /// Its kind: `simulated` or `octoprint`.
    pub driver: String,
    /// Where it is, for whoever may set printers up.
    pub address: Option<String>,
    /// What it is at.
    pub state: State,
    /// What it last said, however long ago.
    pub report: Option<Report>,
    /// What may be asked of it; nothing while this process has no connection.
    pub abilities: Abilities,
    /// Since when its bed counts as clear.
    pub bed_clear_at: Option<Instant>,
    /// What it can do at most and what is loaded, as far as somebody said.
    pub equipment: Equipment,
    /// The limits against which toolpaths are held; those of a common printer where nobody said.
    pub limits: MachineLimits,
    /// What it will still hold after a print was removed from it, to be read before printing.
    pub residue: &'static [&'static str],
    /// What can be done beside it, if it is a simulated one and whoever asks may set printers up.
    pub simulator: Option<Simulator>,
}

/// What somebody says about a printer when they set it up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What the house calls it.
    pub name: String,
    /// What it can do at most, and what is loaded.
    pub equipment: Equipment,
}

/// The printers, oldest first.
///
/// # Errors
/// A fault.
pub async fn list(ctx: &Context, me: &SignedIn) -> Result<Vec<Printer>, Error> {
    may(ctx, me, Act::Read)?;
    let machines = ctx.store.look().await?.printers().await?;
    let printers: Vec<Printer> = machines.into_iter().map(|machine| show(ctx, me, machine)).collect();
    try_again(ctx, &printers);
    Ok(printers)
}

/// One printer.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get(ctx: &Context, me: &SignedIn, id: PrinterId) -> Result<Printer, Error> {
    may(ctx, me, Act::Read)?;
    let machine = ctx.store.look().await?.printer(id).await?.ok_or(Refusal::NotFound)?;
    let printer = show(ctx, me, machine);
    try_again(ctx, core::slice::from_ref(&printer));
    Ok(printer)
}

/// Somebody waits for the silent ones.
fn try_again(ctx: &Context, printers: &[Printer]) {
    let silent = printers.iter().filter(|printer| matches!(printer.state, State::NoContact { .. }));
    ctx.fleet.try_again(silent.map(|printer| printer.id));
}

/// Adds a simulated printer.
///
/// # Errors
/// A refusal: the name, or not allowed.
pub async fn add_simulated(ctx: &Context, me: &SignedIn, setup: &Setup) -> Result<PrinterId, Error> {
    may(ctx, me, Act::Create)?;
    add(ctx, setup, crate::work::SIMULATED, None, None).await
}

pub(crate) async fn add(
    ctx: &Context,
    setup: &Setup,
    driver: &'static str,
    address: Option<String>,
    secret: Option<privacy::Personal<String>>,
) -> Result<PrinterId, Error> {
    let name = text::line("name", &setup.name, 60)?;
    let equipment = check(&setup.equipment)?;
    let id = PrinterId::fresh(&**ctx.store.random());
    let tx = ctx.store.begin().await?;
    tx.printer_add(id, &NewMachine { name, driver, address, secret, equipment }).await?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(id)
}

/// Calls a printer by another name.
///
/// # Errors
/// A refusal: the name, not there, or not allowed.
pub async fn rename(ctx: &Context, me: &SignedIn, id: PrinterId, name: &str) -> Result<(), Error> {
    may(ctx, me, Act::Change)?;
    let name = text::line("name", name, 60)?;
    let tx = ctx.store.begin().await?;
    done(tx.printer_rename(id, &name).await?)?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// Takes a printer out of service, or back into it. What it prints goes on.
///
/// # Errors
/// A refusal: not there, or not allowed.
pub async fn set_duty(ctx: &Context, me: &SignedIn, id: PrinterId, on: bool) -> Result<(), Error> {
    may(ctx, me, Act::Change)?;
    let tx = ctx.store.begin().await?;
    done(tx.printer_duty(id, on).await?)?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// Says that the bed is clear: the next print may start. Whoever can print may say so. It is noted with nobody: it would
/// tell of a print that was to leave no trace.
///
/// # Errors
/// A refusal while the printer prints.
pub async fn bed_is_clear(ctx: &Context, me: &SignedIn, id: PrinterId) -> Result<(), Error> {
    may(ctx, me, Act::Read)?;
    let tx = ctx.store.begin().await?;
    let machine = tx.printer(id).await?.ok_or(Refusal::NotFound)?;
    let standing = ctx.fleet.standing(&machine);
    if standing.is_printing(tx.now()) {
        return Err(Refusal::Conflict("It is printing. Say so when the part is off.").into());
    }
    tx.printer_bed_clear(id).await?;
    tx.commit().await?;
    ctx.fleet.changed();
    Ok(())
}

/// Looks through its camera.
///
/// # Errors
/// A refusal if it has none or cannot be reached.
pub async fn look(ctx: &Context, me: &SignedIn, id: PrinterId) -> Result<Picture, Error> {
    may(ctx, me, Act::Read)?;
    let printer = ctx.fleet.printer(id).ok_or(Refusal::NotFound)?;
    Ok(printer.look().await.map_err(Refusal::Printer)?)
}

/// What the policy lets somebody do with machines.
pub(crate) fn may(ctx: &Context, me: &SignedIn, act: Act) -> Result<(), Refusal> {
    let purpose = if act == Act::Read { "print" } else { "operate" };
    let allowed = ctx.store.book().roles().allows(me.role.name(), act, "printer", false, purpose);
    if allowed { Ok(()) } else { Err(Refusal::NotFound) }
}

fn done(found: bool) -> Result<(), Refusal> {
    if found { Ok(()) } else { Err(Refusal::NotFound) }
}

fn show(ctx: &Context, me: &SignedIn, machine: Machine) -> Printer {
    let standing = ctx.fleet.standing(&machine);
    let printer = ctx.fleet.printer(machine.id);
    let sets_up = may(ctx, me, Act::Change).is_ok();
    Printer {
        id: machine.id,
        state: standing.state(ctx.store.clock().now()),
        report: standing.report,
        abilities: printer.as_ref().map(|p| p.abilities()).unwrap_or_default(),
        residue: printer.as_ref().map_or(&[], |p| p.residue()),
        name: machine.name,
        driver: machine.driver,
        address: machine.address.filter(|_| sets_up),
        bed_clear_at: machine.bed_clear_at,
        limits: limits_of(&machine.equipment),
        equipment: machine.equipment,
        simulator: ctx.fleet.simulated(machine.id).filter(|_| sets_up).map(|it| Simulator::of(&it)),
    }
}
