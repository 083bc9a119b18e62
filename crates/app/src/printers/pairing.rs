//! Pairing with an OctoPrint, in stages: ask for a key, wait until somebody says yes there, keep the key sealed.
//!
//! A pairing lies in memory only, belongs to whoever began it, and is given up when they stop asking.

use super::{Setup, add, check, may};
use crate::{Context, Error, Refusal, SignedIn, text};
use ::printers::egress::OCTOPRINT;
use ::printers::octoprint::Address;
use ::printers::octoprint::pairing::{Decision, Pairing};
use domain::ids::{PersonId, PrinterId, RequestId};
use domain::time::Instant;
use privacy::{Act, Outbound, Personal};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds after which a pairing that nobody asks about is given up.
const PATIENCE_SECONDS: i64 = 600;

/// Printers that somebody is pairing.
#[derive(Default)]
pub struct Pairings(Mutex<HashMap<RequestId, Arc<Open>>>);

struct Open {
    by: PersonId,
    since: Instant,
    address: String,
    to: For,
    pairing: Pairing,
}

/// What a key is for.
#[derive(Clone)]
enum For {
    /// A printer that is new in the house.
    New(Setup),
    /// One that no longer accepts the key it gave us.
    Again(PrinterId),
}

/// How far a pairing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Somebody has to say yes on the OctoPrint's own page. Ask again within four seconds.
    WaitingForYes,
    /// The printer is in the house.
    Paired(PrinterId),
    /// Somebody said no, or nobody said anything in time.
    NotGranted,
}

/// Asks an OctoPrint for a key, in the name of its own user `user` or of whoever says yes there.
///
/// # Errors
/// A refusal: the address, the name, not allowed, or the printer's.
pub async fn begin_pairing(
    ctx: &Context,
    me: &SignedIn,
    setup: &Setup,
    address: &str,
    user: Option<&str>,
) -> Result<RequestId, Error> {
    may(ctx, me, Act::Create)?;
    text::line("name", &setup.name, 60)?;
    check(&setup.equipment)?;
    request(ctx, me, For::New(setup.clone()), address, user).await
}

/// Asks an OctoPrint of the house for another key, when it no longer accepts the one it gave us.
///
/// # Errors
/// As [`begin_pairing`].
pub async fn begin_pairing_again(
    ctx: &Context,
    me: &SignedIn,
    printer: PrinterId,
    user: Option<&str>,
) -> Result<RequestId, Error> {
    may(ctx, me, Act::Change)?;
    let machine = ctx.store.look().await?.printer(printer).await?.ok_or(Refusal::NotFound)?;
    let address = machine.address.ok_or(Refusal::Conflict("This printer needs no key."))?;
    request(ctx, me, For::Again(printer), &address, user).await
}

async fn request(
    ctx: &Context,
    me: &SignedIn,
    to: For,
    address: &str,
    user: Option<&str>,
) -> Result<RequestId, Error> {
    let parsed = Address::parse(address).map_err(|e| Refusal::field("address", e.to_string()))?;
    let user = user.map(str::trim).filter(|user| !user.is_empty());
    // Everything that this driver ever sends must be on the list, before the first byte goes out.
    let fields = OCTOPRINT.iter().map(|field| (field.name(), Vec::new()));
    Outbound::to(ctx.store.book(), "printer-octoprint", fields)
        .map_err(|e| Refusal::Policy(e.to_string()))?;
    let pairing = Pairing::request(parsed, user).await.map_err(Refusal::Printer)?;
    let now = ctx.store.clock().now();
    let id = RequestId::fresh(&**ctx.store.random());
    let open = Open { by: me.person, since: now, address: address.trim().to_owned(), to, pairing };
    let mut all = ctx.pairings.0.lock().await;
    all.retain(|_, other| now.seconds_since(other.since) < PATIENCE_SECONDS);
    all.insert(id, Arc::new(open));
    Ok(id)
}

/// Asks whether somebody has said yes. With it, the printer is in the house.
///
/// # Errors
/// A refusal: no such pairing, or the printer's.
pub async fn poll_pairing(ctx: &Context, me: &SignedIn, id: RequestId) -> Result<Stage, Error> {
    may(ctx, me, Act::Create)?;
    let open = ctx.pairings.0.lock().await.get(&id).filter(|open| open.by == me.person).cloned();
    let open = open.ok_or(Refusal::NotFound)?;
    let key = match open.pairing.poll().await.map_err(Refusal::Printer)? {
        Decision::Waiting => return Ok(Stage::WaitingForYes),
        Decision::NotGranted => None,
        Decision::Granted(key) => Some(key),
    };
    // Of two who ask at once, one gets the printer.
    if ctx.pairings.0.lock().await.remove(&id).is_none() {
        return Err(Refusal::NotFound.into());
    }
    let Some(key) = key else { return Ok(Stage::NotGranted) };
    let secret = Personal::new(key.secret().to_owned());
    let printer = match &open.to {
        For::New(setup) => {
            add(ctx, setup, crate::work::OCTOPRINT, Some(open.address.clone()), Some(secret)).await?
        }
        For::Again(printer) => {
            let tx = ctx.store.begin().await?;
            if !tx.printer_secret(*printer, &secret).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.commit().await?;
            ctx.fleet.reconnect(*printer);
            *printer
        }
    };
    Ok(Stage::Paired(printer))
}
