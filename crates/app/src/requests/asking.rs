//! Somebody asks.

use super::clerk;
use super::letters;
use super::paper::{How, Paper};
use crate::accounts::{code, fold, own};
use crate::{Context, Error, Refusal, SignedIn, restrictions, text};
use domain::ids::{PersonId, RequestId};
use domain::person::Reason;
use domain::time::Instant;
use privacy::clock::{Matter, Need};
use privacy::request::{self, Amends, Came, Case, Happened, Region};
use privacy::{Act, Ask, Personal, Whose};
use store::requests::{self, NewRequest};

/// What exactly can be written.
pub(super) const MOST_WORDS: usize = 4000;

/// What somebody asks for, as they typed it.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The kind of request, by its code.
    pub matter: String,
    /// Where they live, by its code; empty if they would rather not say.
    pub region: String,
    /// What exactly, about which time. May be empty (AF-082).
    pub words: String,
    /// What a correction puts right, by its code; empty of anything else.
    pub amends: String,
    /// To which purpose they object; every one to which they can if empty. Of objections by people who have signed in.
    pub purpose: String,
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
    /// By its code, one of [`Came::ENTERED`].
    pub came: String,
    /// The day on which it came, such as 2026-11-22.
    pub received: String,
}

struct Checked {
    matter: Matter,
    region: Region,
    amends: Option<Amends>,
    words: Personal<String>,
}

impl Wanted {
    fn check(&self) -> Result<Checked, Refusal> {
        let problem = "Choose what you ask for.";
        let matter = request::matter(&self.matter).ok().filter(|matter| request::can_be_asked(*matter));
        let matter = matter.ok_or_else(|| Refusal::field("matter", problem))?;
        let region = if self.region.is_empty() { Region::Unknown.name() } else { &self.region };
        let region = region.parse().map_err(|_| Refusal::field("region", "Choose one of the list."))?;
        let words = text::words("words", &self.words, MOST_WORDS)?;
        Ok(Checked { matter, region, amends: amends(matter, &self.amends)?, words: Personal::new(words) })
    }
}

/// What a correction puts right. Whoever asks for one says so, since what is missing is added and nothing is replaced (FL-91).
fn amends(matter: Matter, typed: &str) -> Result<Option<Amends>, Refusal> {
    if matter != Matter::Rectification {
        return Ok(None);
    }
    let problem =
        "Say what is to be corrected: something wrong, something out of date, or something missing.";
    typed.parse().map(Some).map_err(|_| Refusal::field("amends", problem))
}

fn new(id: RequestId, came: Came, received_at: Instant, checked: &Checked) -> NewRequest {
    NewRequest {
        id,
        matter: checked.matter.to_string(),
        came: came.name(),
        region: checked.region.name(),
        rules: String::new(),
        received_at,
        for_another: false,
        amends: checked.amends.map(Amends::name),
        called: None,
        reply_to: None,
        words: Personal::new(checked.words.reveal().clone()),
        follow: None,
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
    // Held alone from the beginning, since it may restrict: two at once wait for each other.
    drop(tx.authorise(own(me, Act::Change, "person", "rights")).await?);
    let new = new(id, Came::Page, tx.now(), &checked);
    let mut paper = stored(ctx, &tx, new, &checked, None, |act, what| own(me, act, what, "rights")).await?;
    if checked.matter == Matter::Objection && !wanted.purpose.is_empty() {
        restrictions::object(&tx, &paper.book, &**ctx.store.random(), &paper.told, &wanted.purpose).await?;
    }
    paper.note(Happened::Acknowledged, None).await?;
    drop(paper);
    tx.commit().await?;
    ctx.fleet.changed();
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
    // Nor is anybody written to again and again, from wherever it is asked.
    if !asked.email.trim().is_empty() {
        ctx.limits.try_from_source(&text::email("email", &asked.email)?)?;
    }
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
    let came = entered.came.parse().ok().filter(|came| Came::ENTERED.contains(came));
    let came: Came =
        came.ok_or_else(|| Refusal::field("came", "Say how it came: choose one of the list."))?;
    let about_child = request::matter(&entered.asked.wanted.matter) == Ok(Matter::ChildReport);
    if came == Came::Noticed && !about_child {
        let why =
            "What somebody asked for came some way. Only data of a child is noticed without anybody asking.";
        return Err(Refusal::field("came", why).into());
    }
    let now = ctx.store.clock().now();
    // East of Greenwich it is tomorrow already.
    let sane = now.plus_seconds(-2 * 366 * 24 * 3600)..=now.plus_seconds(14 * 3600);
    let problem =
        "Give the day on which it came, such as 2026-11-22: of the last two years, and not later than today.";
    let received = text::day("received", &entered.received, sane, problem)?;
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
    let now = ctx.store.clock().now();
    let checked = asked.wanted.check()?;
    let called = match asked.called.trim() {
        "" => None,
        name => Some(Personal::new(text::line("called", name, 80)?)),
    };
    let reply_to = match asked.email.trim() {
        // By telephone and letter it can be answered the same way.
        "" if came != Came::Form || request::needs_no_address(checked.matter) => None,
        email => Some(Personal::new(text::email("email", email)?)),
    };
    let random = &**ctx.store.random();
    let (id, person, follow) = (RequestId::fresh(random), PersonId::fresh(random), code(random, 4));
    // For somebody else one's own address proves nothing about them.
    let needs_proof = request::needs_identity(checked.matter) && !asked.for_another;
    let mut new = new(id, came, received.min(now), &checked);
    new.for_another = asked.for_another;
    new.follow = Some(fold(&follow).into_bytes());
    let mail = ctx.sends_mail_to_anybody() && reply_to.is_some();
    (new.called, new.reply_to) = (called, reply_to);

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
    let mut paper =
        stored(ctx, &tx, new, &checked, staff.copied(), |act, what| clerk(act, what, whose)).await?;
    if came == Came::Form {
        // The page that follows says it.
        paper.note(Happened::Acknowledged, None).await?;
    }
    if needs_proof && mail {
        let words = letters::is_it_you(&paper.book, &paper.told, public_url);
        paper.letter(Happened::Asked(Need::Identity), &words, How::Mail).await?;
    } else if came == Came::Noticed {
        paper.note(Happened::Acknowledged, None).await?;
    } else if came != Came::Form {
        let words = letters::arrived(&paper.book, &paper.told, public_url, &follow);
        paper.letter(Happened::Acknowledged, &words, if mail { How::Mail } else { How::ByHand }).await?;
    }
    drop(paper);
    tx.commit().await?;
    Ok((id, follow))
}

/// What the house is to do about this account by itself, as a case of its owner's.
pub(super) async fn stored_for<'t>(
    ctx: &'t Context,
    tx: &'t store::Tx,
    matter: Matter,
    words: &str,
    account: PersonId,
) -> Result<Paper<'t>, Error> {
    let words = Personal::new(words.to_owned());
    let checked = Checked { matter, region: Region::Unknown, amends: None, words };
    let id = RequestId::fresh(&**ctx.store.random());
    let new = new(id, Came::Noticed, tx.now(), &checked);
    let whose = Whose::Person(account);
    stored(ctx, tx, new, &checked, None, |act, what| clerk(act, what, whose)).await
}

/// Stores the request and takes it to hand.
async fn stored<'t, 'a>(
    ctx: &'t Context,
    tx: &'t store::Tx,
    mut new: NewRequest,
    checked: &Checked,
    by: Option<SignedIn>,
    ask: impl Fn(Act, &'static str) -> Ask<'a>,
) -> Result<Paper<'t>, Error> {
    let grant = tx.authorise(ask(Act::Create, "request")).await?;
    let terms = request::terms(grant.book(), checked.matter, checked.region);
    let clock = request::clock(&terms, new.received_at, []);
    let clock = clock.map_err(|error| Refusal::field("received", format!("{error}.")))?;
    let state = Case::received(checked.matter, new.came == Came::Page.name(), new.for_another).state();
    let first = clock.dues().first().map(|due| due.at);
    new.rules = format!("{}: {terms}", grant.book().reference());
    requests::insert(&grant, &new, state.name(), first).await?;
    drop(grant);
    Paper::take(ctx, tx, new.id, by, None, ask).await
}
