//! Taking a printer out of the house. One that cannot be reached any more goes only by force: what stays on it is said
//! first, confirmed by its name, and then shown to everybody until somebody has seen to it.

use super::{done, may};
use crate::{Context, Error, Refusal, SignedIn};
use ::printers::Printer as _;
use domain::ids::{PrintReference, PrinterId};
use privacy::Act;
use store::placements::Stray;
use store::printers::Machine;

/// What stays on a printer that is taken out of the house now.
#[derive(Debug)]
pub struct Staying {
    /// What the house calls the printer.
    pub name: String,
    /// How many files of prints lie on it.
    pub files: usize,
    /// Whether the house can reach it, so that it removes them by itself.
    pub reachable: bool,
    /// What a printer of its kind holds beside files, in plain words.
    pub residue: &'static [&'static str],
}

const FILES_LEFT: &str = "Files of prints still lie on it. Switch it on and connect it: they are removed by themselves, \
                          and then it can go. If it never comes back, take it out by force.";
const JOB_ON_IT: &str = "A job is on it. End or finish that first.";
const REACHABLE: &str = "It can be reached: what lies on it is being removed. Wait a moment, then it can go.";

/// What would stay on a printer if it were taken out of the house now.
///
/// # Errors
/// [`Refusal::NotFound`], also for whoever may not take it out.
pub async fn staying(ctx: &Context, me: &SignedIn, id: PrinterId) -> Result<Staying, Error> {
    may(ctx, me, Act::Erase)?;
    let tx = ctx.store.look().await?;
    let machine = tx.printer(id).await?.ok_or(Refusal::NotFound)?;
    let files = tx.placements_on(id).await?;
    let residue = ctx.fleet.printer(id).map_or(&[][..], |printer| printer.residue());
    let reachable = ctx.fleet.standing(&machine).in_contact(tx.now());
    Ok(Staying { name: machine.name, files, reachable, residue })
}

/// Takes a printer out of the house and forgets its key.
///
/// # Errors
/// A refusal while a job is on it, or files of prints lie on it.
pub async fn remove(ctx: &Context, me: &SignedIn, id: PrinterId) -> Result<(), Error> {
    may(ctx, me, Act::Erase)?;
    let tx = ctx.store.begin().await?;
    let machine = tx.printer(id).await?.ok_or(Refusal::NotFound)?;
    if !tx.printer_remove(id).await? {
        let why = if tx.printer_has_job(id).await? { JOB_ON_IT } else { FILES_LEFT };
        return Err(Refusal::Conflict(why).into());
    }
    tx.commit().await?;
    gone(ctx, &machine);
    Ok(())
}

/// Takes a printer out of the house that cannot be reached any more, with files of prints on it. Whoever does it has
/// read what stays there and types its name. Each file is shown as a trace outside this house from then on.
///
/// # Errors
/// A refusal: another name was typed, it can be reached after all, or a job is on it.
pub async fn remove_by_force(ctx: &Context, me: &SignedIn, id: PrinterId, typed: &str) -> Result<(), Error> {
    may(ctx, me, Act::Erase)?;
    let tx = ctx.store.begin().await?;
    let machine = tx.printer(id).await?.ok_or(Refusal::NotFound)?;
    if typed.trim() != machine.name {
        let problem = format!("Type “{}” to say that you have read what stays there.", machine.name);
        return Err(Refusal::field("typed", problem).into());
    }
    if ctx.fleet.standing(&machine).in_contact(tx.now()) {
        return Err(Refusal::Conflict(REACHABLE).into());
    }
    if !tx.printer_give_up(id).await? {
        return Err(Refusal::Conflict(JOB_ON_IT).into());
    }
    tx.commit().await?;
    gone(ctx, &machine);
    Ok(())
}

/// The files of prints that stay on machines outside this house. Everybody may see them; they lead to nobody.
///
/// # Errors
/// A fault.
pub async fn strays(ctx: &Context, me: &SignedIn) -> Result<Vec<Stray>, Error> {
    may(ctx, me, Act::Read)?;
    Ok(ctx.store.look().await?.strays().await?)
}

/// Says that such a file was deleted over there.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn stray_is_gone(ctx: &Context, me: &SignedIn, reference: PrintReference) -> Result<(), Error> {
    may(ctx, me, Act::Erase)?;
    let tx = ctx.store.begin().await?;
    done(tx.stray_gone(reference).await?)?;
    Ok(tx.commit().await?)
}

/// A simulated printer goes with its folder, files and all.
fn gone(ctx: &Context, machine: &Machine) {
    ctx.fleet.changed();
    if machine.driver == crate::work::SIMULATED {
        let folder = ctx.store.data().join("simulated").join(machine.id.to_string());
        if let Err(error) = std::fs::remove_dir_all(folder)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(fault = %error, "the folder of a removed simulated printer could not be deleted");
        }
    }
}
