//! Somebody asks.

use super::clerk;
use super::letters::{self, Links};
use super::paper::{How, Paper, due, tell};
use crate::accounts::{code, own};
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::{PersonId, RequestId};
use domain::person::Reason;
use domain::time::Instant;
use privacy::clock::{Matter, Need};
use privacy::request::{self, Came, Case, Happened, Region};
use privacy::{Act, Ask, Personal, Whose};
use store::requests::{self, NewRequest};

/// What exactly can be written.
const MOST_WORDS: usize = 4000;

/// What somebody asks for, as they typed it.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The kind of request, by its code.
    pub matter: String,
    /// Where they live, by its code; empty if they would rather not say.
    pub region: String,
    /// What exactly, about which time. May be empty (AF-082).
    pub words: String,
}

/// What somebody without an account types besides.
#[derive(Debug, Default)]
pub struct Asked {
    /// What they want.
    pub wanted: Wanted,
    /// Their name, if they give one.
    pub called: String,
    /// Where the answer goes.
    pub email: String,
    /// Whether they ask for somebody else.
    pub for_another: bool,
}

/// What staff enters of a request that came by mail, telephone or letter.
#[derive(Debug, Default)]
pub struct Entered {
    /// What is asked.
    pub asked: Asked,
    /// `mail`, `phone` or `post`.
    pub came: String,
    /// The day on which it came, such as 2026-11-22.
    pub received: String,
}

struct Checked {
    matter: Matter,
    region: Region,
    words: Personal<String>,
}

impl Wanted {
    fn check(&self) -> Result<Checked, Refusal> {
        let problem = "Choose what you ask for.";
        let matter = request::matter(&self.matter).map_err(|_| Refusal::field("matter", problem))?;
        let region = if self.region.is_empty() { Region::Unknown.name() } else { &self.region };
        let region = region.parse().map_err(|_| Refusal::field("region", "Choose one of the list."))?;
        let words = text::words("words", &self.words, MOST_WORDS)?;
        Ok(Checked { matter, region, words: Personal::new(words) })
    }
}

fn new(id: RequestId, came: Came, received_at: Instant, checked: Checked) -> NewRequest {
    NewRequest {
        id,
        matter: checked.matter.to_string(),
        came: came.name(),
        region: checked.region.name(),
        received_at,
        for_another: false,
        called: None,
        reply_to: None,
        words: checked.words,
        codes: None,
    }
}

/// Asks for something about my data.
///
/// # Errors
/// A refusal that names the field.
pub async fn ask(ctx: &Context, me: &SignedIn, wanted: &Wanted) -> Result<RequestId, Error> {
    let checked = wanted.check()?;
    let id = RequestId::fresh(&**ctx.store.random());
    let tx = ctx.store.begin().await?;
    let new = new(id, Came::Page, tx.now(), checked);
    let paper = paper(ctx, &tx, &new, own(me, Act::Create, "request", "rights"), |act, what| {
        own(me, act, what, "rights")
    });
    let mut paper = paper.await?;
    paper.note(Happened::Acknowledged, None).await?;
    drop(paper);
    tx.commit().await?;
    Ok(id)
}

/// Asks without an account. Returns the code by which whoever asked follows it.
///
/// The same is done and said whether or not the address belongs to an account.
///
/// # Errors
/// A refusal that names the field, or [`Refusal::TooManyTries`].
pub async fn ask_without_account(
    ctx: &Context,
    asked: &Asked,
    source: &str,
    public_url: &str,
) -> Result<String, Error> {
    ctx.limits.try_from_source(source)?;
    let now = ctx.store.clock().now();
    take_in(ctx, asked, Came::Form, now, public_url, None).await.map(|(_, follow)| follow)
}

/// Enters a request that came by mail, telephone or letter, so that it has its clock like any other (KA-46).
///
/// # Errors
/// A refusal that names the field; [`Refusal::NotFound`] to anyone who does not handle requests.
pub async fn enter(
    ctx: &Context,
    me: &SignedIn,
    entered: &Entered,
    public_url: &str,
) -> Result<RequestId, Error> {
    let came = match entered.came.parse() {
        Ok(came @ (Came::Mail | Came::Phone | Came::Post)) => came,
        _ => return Err(Refusal::field("came", "Say how it came: by mail, telephone or letter.").into()),
    };
    let now = ctx.store.clock().now();
    let received = Instant::on_day(entered.received.trim()).filter(|day| *day <= now).ok_or_else(|| {
        Refusal::field("received", "Give the day on which it came, such as 2026-11-22, not later than today.")
    })?;
    take_in(ctx, &entered.asked, came, received, public_url, Some(me)).await.map(|(id, _)| id)
}

async fn take_in(
    ctx: &Context,
    asked: &Asked,
    came: Came,
    received: Instant,
    public_url: &str,
    staff: Option<&SignedIn>,
) -> Result<(RequestId, String), Error> {
    let checked = asked.wanted.check()?;
    let called = match asked.called.trim() {
        "" => None,
        name => Some(Personal::new(text::line("called", name, 80)?)),
    };
    let reply_to = match asked.email.trim() {
        // By telephone and letter it can be answered the same way.
        "" if came != Came::Form => None,
        email => Some(Personal::new(text::email("email", email)?)),
    };
    let random = &**ctx.store.random();
    let (id, person) = (RequestId::fresh(random), PersonId::fresh(random));
    let (follow, proof) = (code(random, 4), code(random, 4));
    let needs_proof = request::needs_identity(checked.matter) && reply_to.is_some();
    let mut new = new(id, came, received, checked);
    new.for_another = asked.for_another;
    new.codes = Some((follow.clone().into_bytes(), proof.clone().into_bytes()));
    let mail = ctx.mail && reply_to.is_some();
    (new.called, new.reply_to) = (called, reply_to);
    let links = Links {
        follow: Some(format!("{public_url}/ask/{follow}")),
        prove: needs_proof.then(|| format!("{public_url}/ask/prove/{proof}")),
    };

    let tx = ctx.store.begin().await?;
    if let Some(me) = staff {
        // Whether they may is asked before anything is made.
        let may = Ask {
            actor: me.actor(),
            act: Act::Create,
            what: "request",
            whose: Whose::Anyone,
            purpose: "rights",
        };
        drop(tx.authorise_because(may, Reason::DataRequest).await?);
    }
    let whose = Whose::Person(person);
    let grant = tx.authorise(clerk(Act::Create, "person", whose)).await?;
    requests::requester(&grant).await?;
    drop(grant);
    let paper =
        paper(ctx, &tx, &new, clerk(Act::Create, "request", whose), |act, what| clerk(act, what, whose));
    let mut paper = paper.await?;
    paper.by = staff.copied();
    let how = if mail { How::Mail } else { How::ByHand };
    let words = letters::arrived(paper.book, &paper.told, &links);
    if came == Came::Form {
        // The page that follows says it.
        paper.note(Happened::Acknowledged, None).await?;
    } else {
        paper.letter(Happened::Acknowledged, &words, how).await?;
    }
    if needs_proof && mail {
        paper.letter(Happened::Asked(Need::Identity), &words, how).await?;
    }
    drop(paper);
    tx.commit().await?;
    Ok((id, follow))
}

/// Stores the request and takes it to hand.
async fn paper<'t, 'a>(
    ctx: &'t Context,
    tx: &'t store::Tx,
    new: &NewRequest,
    create: Ask<'a>,
    other: impl Fn(Act, &'static str) -> Ask<'a>,
) -> Result<Paper<'t>, Error> {
    let book = &**ctx.store.book();
    let unknown = |_| Refusal::field("matter", "Choose what you ask for.");
    let matter = request::matter(&new.matter).map_err(unknown)?;
    let region: Region = new.region.parse().map_err(unknown)?;
    let known = new.came == Came::Page.name();
    let first =
        due(book, matter, region, new.received_at, &[]).map_err(|why| Refusal::field("matter", why))?;
    let state = Case::received(matter, known).state();
    let grant = tx.authorise(create).await?;
    requests::insert(&grant, new, state.name(), first.map(|due| due.at)).await?;
    let stored = {
        let grant = tx.authorise(other(Act::Read, "request")).await?;
        requests::get(&grant, new.id).await?.ok_or(Refusal::NotFound)?
    };
    Ok(Paper {
        told: tell(book, stored, Vec::new())?,
        book,
        random: &**ctx.store.random(),
        request: tx.authorise(other(Act::Change, "request")).await?,
        event: tx.authorise(other(Act::Create, "request_event")).await?,
        by: None,
    })
}
