//! What those see who run the house or answer for its data: how it stands, and the access log.

use crate::accounts::own;
use crate::breaches::Waiting;
use crate::{Context, Error, Refusal, SignedIn};
use domain::person::Role;
use domain::printer::State;
use domain::time::Instant;
use privacy::{Act, Ask, Whose};
use store::people::log::{Filter, Look};
use store::people::reviews;
use store::requests::Pressing;
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
    /// How the open requests about people's data stand against their days.
    pub requests: Pressing,
    /// Looks of people at others' data that nobody has reviewed, and whether a review is overdue.
    pub review: Review,
    /// What went wrong with data and is not closed, the newest first.
    pub breaches: Vec<Waiting>,
    /// How many of the policy's duties there are, and how many of them press.
    pub duties: (usize, usize),
    /// How many people can look at others' data, and how many may.
    pub staff: (u64, u16),
    /// How keep-times are kept.
    pub retention: Retention,
    /// The policy in force: name, version, since when.
    pub policy: (String, u32, String),
    /// What the house does not bear out of its policy, or cannot do any more under it: somebody has to act.
    pub alarms: Vec<String>,
    /// What the policy says about itself that somebody should know.
    pub notes: Vec<String>,
}

/// How the review of the access log stands.
#[derive(Clone, Copy, Debug)]
pub struct Review {
    /// Looks that nobody but whoever looked has reviewed.
    pub unreviewed: u64,
    /// Those of them that were made since somebody's life was in danger: they wait for no interval.
    pub vital: u64,
    /// When the oldest of them must have been reviewed.
    pub due_at: Option<Instant>,
    /// Whether that is past.
    pub overdue: bool,
}

/// How keep-times are kept: kind by kind, and of nobody.
#[derive(Debug)]
pub struct Retention {
    /// What has expired and waits for the sweep.
    pub overdue: Vec<(String, u64)>,
    /// What is kept beyond its time, and on which ground: there is nothing without one (AF-106).
    pub kept: Vec<(String, &'static str, u64)>,
    /// What went in the last thirty days because its time was over (TP-44).
    pub gone: Vec<(String, u64)>,
}

/// How far back the console tells what went, in seconds.
const GONE_SINCE: i64 = 30 * 24 * 3600;

async fn retention(ctx: &Context) -> Result<Retention, Error> {
    let (store, map) = (&ctx.store, ctx.store.book().map());
    let says = |table: &str| map.table(table).map_or(table, |known| known.says.as_str()).to_owned();
    let overdue = store.sweep_preview().await?.into_iter().filter(|(_, n)| *n > 0);
    let kept = store.kept_over_age().await?;
    let gone = store.swept_since(store.clock().now().plus_seconds(-GONE_SINCE)).await?;
    Ok(Retention {
        overdue: overdue.map(|(table, n)| (says(&table), n)).collect(),
        kept: kept.into_iter().map(|kept| (says(&kept.table), kept.ground.says(), kept.rows)).collect(),
        gone: gone.into_iter().map(|(table, n)| (says(&table), n)).collect(),
    })
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
    let unused = people::going_untold(&tx, true).await?.len();
    let unwritten = (unused > 0).then(|| {
        format!(
            "accounts that go soon because nobody uses them, and whose owners no letter has told: {unused}. Write to them, or let the house send mail"
        )
    });
    let staff = (people::count_staff(&tx).await?, ctx.store.versions().strictest(|p| p.people.staff_at_most));
    let requests = store::requests::open_and_late(&tx).await?;
    let duties = crate::duties::count(ctx, &tx).await?;
    drop(tx);
    let book = ctx.store.book();
    let head = &book.profile().policy;
    let denied = crate::disclosures::denied(ctx).await?.map(str::to_owned);
    let told = crate::disclosures::silent(ctx).into_iter().chain(crate::disclosures::unsaid(ctx));
    let alarms = denied.into_iter().chain(told).chain(unwritten);
    Ok(Overview {
        people: counts,
        leaving,
        printers: (printers.len(), silent),
        requests,
        review: review(ctx, me).await?,
        duties,
        breaches: crate::breaches::waiting(ctx).await?,
        staff,
        log_size: ctx.store.integrate_log().await?,
        retention: retention(ctx).await?,
        policy: (head.id.clone(), head.version, head.effective.clone()),
        alarms: alarms.collect(),
        notes: book.notes().to_vec(),
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

/// How the review of the access log stands; it names nobody.
///
/// # Errors
/// A fault.
pub async fn review(ctx: &Context, me: &SignedIn) -> Result<Review, Error> {
    let tx = ctx.store.look().await?;
    let open = reviews::unreviewed(&tx, me.person).await?;
    let period = ctx.store.versions().shortest(|p| p.people.log_review.get_ref());
    let due_at = open.oldest.map(|oldest| oldest.plus_period(&period));
    let overdue = open.vital > 0 || due_at.is_some_and(|due| due <= tx.now());
    Ok(Review { unreviewed: open.lines, vital: open.vital, due_at, overdue })
}

/// Signs that I have read the access log up to this line. My own looks stay open until somebody else signs.
///
/// # Errors
/// As [`access_log`].
pub async fn sign_review(ctx: &Context, me: &SignedIn, upto: i64) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let upto = upto.clamp(0, reviews::newest(&tx).await?);
    let grant = tx.authorise(own(me, Act::Create, "log_review", "accountability")).await?;
    reviews::sign(&grant, &**ctx.store.random(), upto).await?;
    drop(grant);
    Ok(tx.commit().await?)
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
