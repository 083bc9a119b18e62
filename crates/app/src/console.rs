//! What those see who run the house or answer for its data: how it stands, and the access log.

use crate::{Context, Error, Refusal, SignedIn};
use domain::person::Role;
use domain::printer::State;
use privacy::{Act, Ask, Whose};
use store::people::log::{Filter, Look};
use store::{Fault, people};

/// How the house stands; it names nobody.
#[derive(Debug)]
pub struct Overview {
    /// How many people there are in each role, of those who stay.
    pub people: Vec<(Role, u64)>,
    /// How many accounts wait for their erasure or are being erased.
    pub leaving: usize,
    /// How many printers there are, and how many of them cannot be reached.
    pub printers: (usize, usize),
    /// How many leaves the access log has.
    pub log_size: u64,
    /// What has expired and waits for the sweep, by table.
    pub overdue: Vec<(String, u64)>,
    /// The policy in force: name, version, since when.
    pub policy: (String, u32, String),
    /// What the policy says about itself that somebody should know.
    pub notes: Vec<String>,
}

fn may_look(ctx: &Context, me: &SignedIn) -> Result<(), Refusal> {
    let roles = ctx.store.book().roles();
    if roles.allows(me.role.name(), Act::Read, "access_note", false, "accountability") {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

/// How the house stands.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data.
pub async fn overview(ctx: &Context, me: &SignedIn) -> Result<Overview, Error> {
    may_look(ctx, me)?;
    let printers = crate::printers::list(ctx, me).await?;
    let silent = printers.iter().filter(|p| matches!(p.state, State::NoContact { .. })).count();
    let tx = ctx.store.look().await?;
    let mut counts = Vec::new();
    for role in Role::ALL {
        counts.push((role, people::count(&tx, role).await?));
    }
    let leaving = people::leaving(&tx).await?;
    drop(tx);
    let book = ctx.store.book();
    let head = &book.profile().policy;
    Ok(Overview {
        people: counts,
        leaving,
        printers: (printers.len(), silent),
        log_size: ctx.store.integrate_log().await?,
        overdue: ctx.store.sweep_preview().await?.into_iter().filter(|(_, n)| *n > 0).collect(),
        policy: (head.id.clone(), head.version, head.effective.clone()),
        notes: book.notes().iter().map(ToString::to_string).collect(),
    })
}

/// The newest lines of the access log that meet the filter, about anyone. To read it is an act that the log holds.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data.
pub async fn access_log(ctx: &Context, me: &SignedIn, filter: &Filter) -> Result<Vec<Look>, Error> {
    let (actor, what) = (me.actor(), "access_note");
    let tx = ctx.store.begin().await?;
    let ask = Ask { actor, act: Act::Read, what, whose: Whose::Anyone, purpose: "accountability" };
    let lines = {
        let grant = tx.authorise(ask).await?;
        people::log::find(&grant, filter).await?
    };
    tx.commit().await?;
    Ok(lines)
}

/// Checks the access log's files against its signed root. Returns how many leaves it has, or what is wrong.
///
/// # Errors
/// As [`access_log`].
pub async fn check_log(ctx: &Context, me: &SignedIn) -> Result<Result<u64, String>, Error> {
    may_look(ctx, me)?;
    ctx.store.integrate_log().await?;
    let (folder, verifier) = (ctx.store.log_folder().to_owned(), ctx.store.log_verifier());
    let found = tokio::task::spawn_blocking(move || store::verify(&folder, &verifier)).await;
    let found = found.map_err(|_| Fault::Corrupt("the check of the access log broke off".to_owned()))?;
    Ok(found.map(|log| log.checkpoint.size).map_err(|broken| broken.to_string()))
}
