//! Pairing with an OctoPrint, in stages: ask for a key, wait until somebody says yes there, keep the key sealed.
//!
//! A pairing lies in memory only and belongs to whoever began it. It asks by itself until somebody has decided: OctoPrint
//! forgets a request about which nobody asks for five seconds, and whoever says yes looks at its page meanwhile and not at
//! ours.

use super::{Setup, add, check, may};
use crate::{Context, Error, Refusal, SignedIn, text};
use ::printers::egress::OCTOPRINT;
use ::printers::octoprint::pairing::{Decision, Pairing};
use ::printers::octoprint::{Address, Key};
use domain::ids::{PersonId, PrinterId, RequestId};
use domain::time::Instant;
use privacy::{Act, Outbound, Personal};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Seconds after which a pairing on which nobody decided is given up.
const PATIENCE_SECONDS: i64 = 600;
/// Between two questions to an OctoPrint.
const PAUSE: Duration = Duration::from_secs(2);

/// Printers that somebody is pairing.
#[derive(Default)]
pub struct Pairings(Mutex<HashMap<RequestId, Arc<Open>>>);

impl Pairings {
    fn all(&self) -> MutexGuard<'_, HashMap<RequestId, Arc<Open>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Open {
    by: PersonId,
    since: Instant,
    address: String,
    to: For,
    pairing: Pairing,
    stage: Mutex<Stage>,
}

impl Open {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
    /// Somebody has to say yes on the OctoPrint's own page.
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
    let stage = Mutex::new(Stage::WaitingForYes);
    let open = Open { by: me.person, since: now, address: address.trim().to_owned(), to, pairing, stage };
    let open = Arc::new(open);
    {
        let mut all = ctx.pairings.all();
        all.retain(|_, other| now.seconds_since(other.since) < PATIENCE_SECONDS);
        all.insert(id, Arc::clone(&open));
    }
    tokio::spawn(keep_asking(ctx.clone(), open));
    Ok(id)
}

/// Asks until somebody has decided, and keeps the key.
async fn keep_asking(ctx: Context, open: Arc<Open>) {
    while ctx.store.clock().now().seconds_since(open.since) < PATIENCE_SECONDS {
        let decided = match open.pairing.poll().await {
            // One that cannot be reached for a moment may be back in time.
            Ok(Decision::Waiting) | Err(_) => None,
            Ok(Decision::NotGranted) => Some(Stage::NotGranted),
            Ok(Decision::Granted(key)) => Some(match keep(&ctx, &open, &key).await {
                Ok(printer) => Stage::Paired(printer),
                Err(error) => {
                    tracing::warn!(fault = %error, "the key of a machine could not be kept");
                    Stage::NotGranted
                }
            }),
        };
        if let Some(stage) = decided {
            *open.stage() = stage;
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    *open.stage() = Stage::NotGranted;
}

async fn keep(ctx: &Context, open: &Open, key: &Key) -> Result<PrinterId, Error> {
    let secret = Personal::new(key.secret().to_owned());
    match &open.to {
        For::New(setup) => {
            add(ctx, setup, crate::work::OCTOPRINT, Some(open.address.clone()), Some(secret)).await
        }
        For::Again(printer) => {
            let tx = ctx.store.begin().await?;
            if !tx.printer_secret(*printer, &secret).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.commit().await?;
            ctx.fleet.reconnect(*printer);
            Ok(*printer)
        }
    }
}

/// How far a pairing of mine is.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none, any more.
pub fn pairing(ctx: &Context, me: &SignedIn, id: RequestId) -> Result<Stage, Error> {
    may(ctx, me, Act::Create)?;
    let open = ctx.pairings.all().get(&id).filter(|open| open.by == me.person).cloned();
    let stage = *open.ok_or(Refusal::NotFound)?.stage();
    Ok(stage)
}
