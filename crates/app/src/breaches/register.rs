//! The register: what somebody of the house records about a breach, and where each stands. It never says whose data it was.

use super::scope::{self, Scope, findings};
use super::typed::{at_field, exposed, field_of, time};
use crate::accounts::own;
use crate::letters::{self, Tally, Tells};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{BreachId, PersonId};
use domain::time::Instant;
use privacy::breach::{
    Authority, Case, Exposed, Exposure, Happened, People, Phase, Risk, Topic, Wrong, places,
};
use privacy::{Act, Ask, Whose};
use store::breaches::{self, Breach, NewBreach};
use store::{Store, Tx};

/// What can be written about it at once.
const MOST_WORDS: usize = 8000;

/// What somebody types who records a breach. Times are days with hours in UTC, such as `2026-11-20T18:10`.
#[derive(Debug, Default)]
pub struct Recorded {
    /// When the house became aware.
    pub aware_at: String,
    /// What was exposed, by code.
    pub what: Vec<String>,
    /// Since when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// Whose account or letter it was, by number, if it was one person's alone.
    pub subject: String,
    /// What happened.
    pub nature: String,
}

/// What somebody does about a breach; codes and times as they are typed.
#[derive(Debug)]
pub enum Deed {
    /// More was found to be exposed: what, since when, until when.
    Exposed(Vec<String>, String, String),
    /// Something was learned: about what, and in which words.
    Learned(String, String),
    /// How great the risk is, and why.
    Assessed(String, String),
    /// The authority was told: in which phase, when, and a reason or a reference.
    ToldAuthority(String, String, String),
    /// The people concerned are told, now.
    ToldPeople,
    /// It is closed, with what was learned from it.
    Closed(String),
}

/// A breach, as those see it who deal with it.
#[derive(Debug)]
pub struct Opened {
    /// As the register has it.
    pub breach: Breach,
    /// Where it stands.
    pub case: Case,
    /// Whose data it was, and what of it.
    pub scope: Scope,
    /// How it stands with telling the authority.
    pub authority: Authority,
    /// How it stands with telling people.
    pub people: People,
    /// How the letters to them stand.
    pub letters: Tally,
}

impl Opened {
    /// The newest words on a topic; empty if there are none.
    pub fn words(&self, topic: Topic) -> &str {
        let about = self.breach.events.iter().rev().find(|event| event.happened == Happened::Learned(topic));
        about.map_or("", |event| event.words.as_str())
    }
}

/// A breach with which something is to be done. It names nobody.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// When the house became aware of it.
    pub aware_at: Instant,
    /// How it stands with telling the authority.
    pub authority: Authority,
    /// How it stands with telling people.
    pub people: People,
}

fn reading(me: &SignedIn) -> Ask<'static> {
    let (act, what, whose) = (Act::Read, "breach", Whose::Anyone);
    Ask { actor: me.actor(), act, what, whose, purpose: "accountability" }
}

/// Where a breach stands, by the shortest time that anybody was promised.
pub(super) fn case(store: &Store, breach: &Breach) -> Case {
    after(store, breach, breach.events.len())
}

/// Where it stood when people were told last.
pub(super) fn case_when_told(store: &Store, breach: &Breach) -> Case {
    let told = breach.events.iter().rposition(|event| event.happened == Happened::ToldPeople);
    after(store, breach, told.map_or(0, |last| last + 1))
}

fn after(store: &Store, breach: &Breach, steps: usize) -> Case {
    let period = store.versions().shortest(|profile| profile.breach.authority());
    let aware = Case::aware(breach.aware_at, &period);
    let events = breach.events.iter().take(steps);
    events.fold(aware, |case, event| case.after(event.at, event.happened))
}

/// Records that something went wrong. The clock runs from when the house became aware, not from now.
///
/// # Errors
/// A refusal that names the field; [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data.
pub async fn record(ctx: &Context, me: &SignedIn, typed: &Recorded) -> Result<BreachId, Error> {
    let tx = ctx.store.begin().await?;
    let now = tx.now();
    let grant = tx.authorise(own(me, Act::Create, "breach", "accountability")).await?;
    let aware_at = time("aware_at", &typed.aware_at)?;
    if aware_at > now {
        return Err(at_field("aware_at", Wrong::Future).into());
    }
    let exposed = exposed(now, &typed.what, &typed.from, &typed.until)?;
    let nature = text::words("nature", &typed.nature, MOST_WORDS)?;
    let period = ctx.store.versions().shortest(|profile| profile.breach.authority());
    let case = Case::aware(aware_at, &period);
    let learned = Happened::Learned(Topic::Nature);
    case.may(now, now, learned, !nature.is_empty(), false).map_err(|wrong| at_field("nature", wrong))?;
    for exposed in &exposed {
        let may = case.may(now, now, Happened::Exposed(*exposed), false, false);
        may.map_err(|wrong| at_field("until", wrong))?;
    }
    let happened: Vec<(Instant, Happened)> = exposed.iter().map(|e| (now, Happened::Exposed(*e))).collect();
    scope::apart(&[], &happened)?;
    let subject = subject(ctx, &tx, &exposed, &typed.subject).await?;
    let id = BreachId::fresh(&**ctx.store.random());
    breaches::enter(&grant, NewBreach { id, aware_at, subject }).await?;
    let all = exposed.into_iter().map(Happened::Exposed).map(|happened| (happened, ""));
    for (step, (happened, words)) in (0_i64..).zip(all.chain([(learned, nature.as_str())])) {
        note(ctx, me, &tx, (id, step), (now, happened), words).await?;
    }
    drop(grant);
    tx.commit().await?;
    Ok(id)
}

/// Whose it was alone. One account has one owner, who is here; a letter may have been about somebody who is not.
async fn subject(
    ctx: &Context,
    tx: &Tx,
    exposed: &[Exposed],
    typed: &str,
) -> Result<Option<PersonId>, Error> {
    let typed = typed.trim();
    if !scope::is_of_one(exposed) || (typed.is_empty() && exposed.iter().all(|e| e.what == Exposure::Letter))
    {
        return Ok(None);
    }
    let number = typed.parse::<PersonId>().ok();
    let account = Exposed { what: Exposure::Account, from: tx.now(), until: tx.now() };
    let here = match number {
        Some(number) => breaches::concerned(tx, &places(ctx.store.book(), &[account]), Some(number)).await?,
        None => vec![],
    };
    let found = number.filter(|_| !here.is_empty());
    let problem = "There is no account of this number. It stands on the page of the person’s record.";
    Ok(Some(found.ok_or_else(|| Refusal::field("subject", problem))?))
}

async fn note(
    ctx: &Context,
    me: &SignedIn,
    tx: &Tx,
    after: (BreachId, i64),
    happened: (Instant, Happened),
    words: &str,
) -> Result<(), Error> {
    let grant = tx.authorise(own(me, Act::Create, "breach_event", "accountability")).await?;
    if breaches::note(&grant, &**ctx.store.random(), after, happened, words).await? {
        return Ok(());
    }
    Err(Refusal::Conflict("Somebody else did something about this a moment ago. Look at it again first.")
        .into())
}

/// Every breach, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who neither runs the house nor answers for its data.
pub async fn all(ctx: &Context, me: &SignedIn) -> Result<Vec<(BreachId, Case, Waiting)>, Error> {
    let tx = ctx.store.begin().await?;
    let found = {
        let grant = tx.authorise(reading(me)).await?;
        breaches::all(&grant).await?
    };
    let mut all = vec![];
    for breach in found {
        let case = case(&ctx.store, &breach);
        let waiting = stands(ctx, &tx, &case).await?;
        all.push((breach.id, case, waiting));
    }
    tx.commit().await?;
    Ok(all)
}

async fn stands(ctx: &Context, tx: &Tx, case: &Case) -> Result<Waiting, Error> {
    let found = findings(ctx, tx, case).await?;
    Ok(Waiting {
        aware_at: case.aware_at(),
        authority: case.authority(tx.now()),
        people: case.people(scope::readable(&found)),
    })
}

/// One breach, with whose data it was.
///
/// # Errors
/// As [`all`]; [`Refusal::NotFound`] if there is no such breach.
pub async fn one(ctx: &Context, me: &SignedIn, id: &str) -> Result<Opened, Error> {
    let tx = ctx.store.begin().await?;
    let (breach, case) = found(ctx, me, &tx, id).await?;
    let opened = opened(ctx, &tx, breach, case).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn opened(ctx: &Context, tx: &Tx, breach: Breach, case: Case) -> Result<Opened, Error> {
    let scope = scope::count(ctx, tx, &case, breach.subject).await?;
    let (authority, people) = (case.authority(tx.now()), case.people(scope::readable(&scope.found())));
    let letters = store::letters::tally(tx, breach.id.uuid()).await?;
    Ok(Opened { breach, case, scope, authority, people, letters })
}

/// One breach as it stood when people were told last, read by the house itself; none if nobody is told of it.
pub(super) async fn when_told(ctx: &Context, id: BreachId) -> Result<Option<Opened>, Error> {
    let tx = ctx.store.look().await?;
    let breach = super::telling::known(&tx).await?.into_iter().find(|breach| breach.id == id);
    let Some(breach) = breach else { return Ok(None) };
    let case = case_when_told(&ctx.store, &breach);
    if case.people_told_at().is_none() {
        return Ok(None);
    }
    opened(ctx, &tx, breach, case).await.map(Some)
}

async fn found(ctx: &Context, me: &SignedIn, tx: &Tx, id: &str) -> Result<(Breach, Case), Error> {
    let grant = tx.authorise(reading(me)).await?;
    let id = id.parse::<BreachId>().map_err(|_| Refusal::NotFound)?;
    let breach = breaches::all(&grant).await?.into_iter().find(|breach| breach.id == id);
    let breach = breach.ok_or(Refusal::NotFound)?;
    let case = case(&ctx.store, &breach);
    Ok((breach, case))
}

/// Does something about a breach, now.
///
/// # Errors
/// As [`one`]; a refusal that names the field and says what to do.
pub async fn go_on(ctx: &Context, me: &SignedIn, id: &str, deed: &Deed) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let (breach, case) = found(ctx, me, &tx, id).await?;
    let now = tx.now();
    let words = match deed {
        Deed::Learned(_, words)
        | Deed::Assessed(_, words)
        | Deed::ToldAuthority(_, _, words)
        | Deed::Closed(words) => text::words("words", words, MOST_WORDS)?,
        Deed::Exposed(..) | Deed::ToldPeople => String::new(),
    };
    let unknown = |field, problem| move |_| Refusal::field(field, problem);
    let happened: Vec<(Instant, Happened)> = match deed {
        Deed::Exposed(what, from, until) => exposed(now, what, from, until)?
            .into_iter()
            .map(|exposed| (now, Happened::Exposed(exposed)))
            .collect(),
        Deed::Learned(topic, _) => {
            let topic: Topic = topic.parse().map_err(unknown("topic", "Say what it is about."))?;
            vec![(now, Happened::Learned(topic))]
        }
        Deed::Assessed(risk, _) => {
            let risk: Risk = risk.parse().map_err(unknown("risk", "Say how great the risk is."))?;
            vec![(now, Happened::Assessed(risk))]
        }
        Deed::ToldAuthority(phase, at, _) => {
            let phase: Phase = phase.parse().map_err(unknown("phase", "Say which notice it was."))?;
            vec![(time("at", at)?, Happened::ToldAuthority(phase))]
        }
        Deed::ToldPeople => vec![(now, Happened::ToldPeople)],
        Deed::Closed(_) => vec![(now, Happened::Closed)],
    };
    scope::apart(case.exposed(), &happened)?;
    let readable = scope::readable(&findings(ctx, &tx, &case).await?);
    for (step, (at, happened)) in (breach.step..).zip(happened) {
        let may = case.may(now, at, happened, !words.is_empty(), readable);
        may.map_err(|wrong| at_field(field_of(wrong, happened), wrong))?;
        note(ctx, me, &tx, (breach.id, step), (at, happened), &words).await?;
        if happened == Happened::ToldPeople {
            let people = scope::people(ctx, &tx, &case, breach.subject).await?;
            letters::write(ctx, &tx, (Tells::Breach, breach.id.uuid()), people).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The breaches that are not closed, and how each stands; they name nobody.
///
/// # Errors
/// A fault.
pub(crate) async fn waiting(ctx: &Context) -> Result<Vec<Waiting>, Error> {
    let tx = ctx.store.look().await?;
    let mut waiting = vec![];
    for breach in super::telling::known(&tx).await? {
        let case = case(&ctx.store, &breach);
        if case.closed_at().is_none() {
            waiting.push(stands(ctx, &tx, &case).await?);
        }
    }
    Ok(waiting)
}
