//! What those do who answer for people's data: find out who asks, decide, carry out, answer. Every look has its reason,
//! which the person reads, and every decision its name (AF-086).

use super::children;
use super::correcting::{self, Correctable};
use super::letters;
use super::paper::{How, Paper, Told, parse};
use super::withdrawing;
use crate::{Context, Error, Refusal, SignedIn, apart, privacy_centre, text};
use domain::ids::{PersonId, RequestId};
use domain::person::{Reason as Why, Role};
use domain::time::Instant;
use privacy::clock::{Matter, Need, Reason};
use privacy::request::{self, Came, Ground, Happened, State};
use privacy::{Act, Ask, Whose};
use store::requests::{self, Post};
use store::{Fault, people};

/// What can be written in a letter.
const MOST_WORDS: usize = 8000;

/// A request in the list. It names nobody: whose it is shows only when it is opened.
#[derive(Debug)]
pub struct Line {
    /// Which.
    pub id: RequestId,
    /// What is asked for.
    pub matter: Matter,
    /// How it came.
    pub came: Came,
    /// Where it stands.
    pub state: State,
    /// When it came.
    pub received_at: Instant,
    /// When something is due next.
    pub due_at: Option<Instant>,
}

/// What is done about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Ask for something, by letter.
    Ask(Need),
    /// It is known now; for who asks, also the number of their account, if they have one and it was found out so.
    Known(Need, Option<String>),
    /// It is about the account of this number.
    Link(String),
    /// Tell the person that it takes longer, by letter.
    Extend(Reason),
    /// Decide to carry it out.
    Accept,
    /// Decide to erase this group of things and nothing else, at once.
    EraseOnly(String),
    /// Decide to correct this to read so, correct it at once, and answer, by letter, how it reads now.
    Correct(Correctable, String),
    /// Decide to withdraw their consent to this purpose, withdraw it at once, and answer, by letter, what stops.
    Withdraw(String),
    /// Erase this account, which somebody else has decided to be a child's, at once and with everything in it.
    EraseChild(String),
    /// Decide against it, by letter.
    Refuse(Ground),
    /// It is carried out.
    CarryOut,
    /// Answer, by letter.
    Answer,
    /// The letter of this step has gone by hand.
    Sent(i64),
}

pub(super) fn may(me: &SignedIn, act: Act, what: &'static str, whose: Whose) -> Ask<'static> {
    Ask { actor: me.actor(), act, what, whose, purpose: "rights" }
}

/// Every request, open ones first.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle requests.
pub async fn all(ctx: &Context, me: &SignedIn) -> Result<Vec<Line>, Error> {
    let tx = ctx.store.begin().await?;
    let all = {
        let ask = may(me, Act::Read, "request", Whose::Anyone);
        let grant = tx.authorise_because(ask, Why::DataRequest).await?;
        requests::list(&grant).await?
    };
    tx.commit().await?;
    // Rather no list than one from which a request is missing.
    let unknown = |_| Fault::Corrupt("a request says something that the program does not know".to_owned());
    let lines = all.into_iter().map(|request| {
        Ok(Line {
            id: request.id,
            matter: request::matter(&request.matter).map_err(unknown)?,
            came: request.came.parse().map_err(unknown)?,
            state: request.state.parse().map_err(unknown)?,
            received_at: request.received_at,
            due_at: request.due_at.filter(|_| request.ended_at.is_none()),
        })
    });
    lines.collect()
}

/// Opens a request. Whoever asked reads that somebody did.
///
/// # Errors
/// [`Refusal::NotFound`] to anyone who does not handle requests, or if there is none.
pub async fn open(ctx: &Context, me: &SignedIn, id: &str) -> Result<Told, Error> {
    let tx = ctx.store.begin().await?;
    let told = at_hand(ctx, &tx, me, parse(id)?).await?.told;
    tx.commit().await?;
    Ok(told)
}

pub(super) async fn at_hand<'t>(
    ctx: &'t Context,
    tx: &'t store::Tx,
    me: &SignedIn,
    id: RequestId,
) -> Result<Paper<'t>, Error> {
    // Asked before it is said whether there is such a request.
    drop(tx.authorise_because(may(me, Act::Read, "request", Whose::Anyone), Why::DataRequest).await?);
    let person = requests::whose(tx, id).await?.ok_or(Refusal::NotFound)?;
    let whose = Whose::Person(person);
    Paper::take(ctx, tx, id, Some(*me), Some(Why::DataRequest), |act, what| may(me, act, what, whose)).await
}

/// Does something about a request, with these words.
///
/// # Errors
/// A refusal that names the field, or says what must happen before.
pub async fn act(ctx: &Context, me: &SignedIn, id: &str, deed: Deed, words: &str) -> Result<(), Error> {
    let words = text::words("words", words, MOST_WORDS)?;
    let needed = || {
        if words.is_empty() {
            Err(Refusal::field("words", "Write what the person should read."))
        } else {
            Ok(())
        }
    };
    let tx = ctx.store.begin().await?;
    let mut paper = at_hand(ctx, &tx, me, parse(id)?).await?;
    if [Some(paper.told.request.person), paper.told.request.subject].contains(&Some(me.person)) {
        return Err(Refusal::Conflict("This is your own request: somebody else must handle it.").into());
    }
    let decides = matches!(deed, Deed::Accept | Deed::EraseOnly(_) | Deed::Correct(..) | Deed::Withdraw(_));
    if decides && paper.told.account_named_by() == Some(me.person) {
        // One alone could make up a request about anybody.
        let why = "You said whose account this is about: somebody else must decide it.";
        return Err(Refusal::Conflict(why).into());
    }
    let how = how(ctx, &paper.told);
    let (mut erased, mut erased_child) = (None, None);
    match deed {
        Deed::Ask(need) => {
            needed()?;
            let letter = letters::asks(&paper.book, &paper.told, need, &words);
            paper.letter(Happened::Asked(need), &letter, how).await?;
        }
        Deed::Known(need, number) => {
            // How it was found out is what is kept, and of who asks none of what was sent for it (TP-85). What shows that
            // they may act for another stays with the case (TP-72).
            needed()?;
            if let Some(number) = number.filter(|_| need == Need::Identity && paper.told.came != Came::Page) {
                let account = numbered(&tx, me, &number).await?;
                paper.link(account).await?;
            }
            paper.note(Happened::Given(need), Some(&words)).await?;
        }
        Deed::Link(number) => {
            let account = numbered(&tx, me, &number).await?;
            paper.link(account).await?;
        }
        Deed::Extend(reason) => {
            needed()?;
            let until = paper.told.put_off(tx.now(), reason);
            let until = until.map_err(|why| Refusal::field("deed", format!("{why}.")))?.on.to_string();
            let letter = letters::takes_longer(&paper.book, &paper.told, reason, &until, &words);
            paper.letter(Happened::Extended(reason), &letter, how).await?;
        }
        Deed::Accept => {
            if let Some(account) = paper.told.account().filter(|_| paper.told.matter == Matter::Erasure) {
                not_held(&tx, account).await?;
            }
            paper.note(Happened::Accepted, None).await?;
            if let Some(account) = to_erase(&paper.told) {
                privacy_centre::erase_after_grace(&tx, |act| {
                    super::clerk(act, "person", Whose::Person(account))
                })
                .await?;
            }
        }
        Deed::EraseOnly(group) => {
            let account = account_of(&paper.told, Matter::Erasure)?;
            not_held(&tx, account).await?;
            paper.note(Happened::Accepted, None).await?;
            let (things, gone) = apart::erase_for(ctx, &tx, account, &group).await?;
            let says = apart::kinds(ctx).into_iter().find(|kind| kind.group == group).map(|kind| kind.says);
            let done = format!("Erased: {} ({things} in all).", says.unwrap_or_default());
            paper.note(Happened::CarriedOut, Some(&done)).await?;
            erased = Some((account, gone));
        }
        Deed::Correct(what, value) => {
            let account = account_of(&paper.told, Matter::Rectification)?;
            if what == Correctable::Email && !goes_to(&tx, &paper.told, account).await? {
                // The letter goes to the address that asked, and so tells whoever has the old one, who signs in with it.
                let why = "Only a request from the address that the account has corrects it: nobody else would learn of it. Its owner changes it in Settings.";
                return Err(Refusal::field("what", why).into());
            }
            if !paper.told.case.allows(Happened::CarriedOut) {
                paper.note(Happened::Accepted, None).await?;
            }
            let done = correcting::correct(ctx, &tx, me, account, what, &value).await?;
            answer_done(&mut paper, &done, &words, how).await?;
        }
        Deed::Withdraw(purpose) => {
            let account = account_of(&paper.told, Matter::ConsentWithdrawal)?;
            if !paper.told.case.allows(Happened::CarriedOut) {
                paper.note(Happened::Accepted, None).await?;
            }
            let done = withdrawing::withdraw(ctx, &tx, me, account, &purpose).await?;
            answer_done(&mut paper, &done, &words, how).await?;
        }
        Deed::EraseChild(account) => {
            erased_child = Some(children::mark(&tx, me, &paper.told, &account).await?);
        }
        Deed::Refuse(ground) => {
            if ground.needs_words() {
                needed()?;
            }
            if paper.told.case.allows(Happened::Refused(ground))
                && !ground.is_named(&paper.book, paper.told.matter)
            {
                let why = "The policy names other grounds against an erasure: carry it out, or find one that it names.";
                return Err(Refusal::field("ground", why).into());
            }
            let letter = letters::refused(&paper.book, &paper.told, ground, &words);
            paper.note(Happened::Refused(ground), None).await?;
            paper.letter(Happened::Answered, &letter, how).await?;
        }
        Deed::CarryOut => {
            needed()?;
            if let Some(account) = to_erase(&paper.told)
                && erases_at(&tx, account).await?.is_some()
            {
                let why = "The account is erased when its days of grace are over. Say so when it is gone.";
                return Err(Refusal::Conflict(why).into());
            }
            paper.note(Happened::CarriedOut, Some(&words)).await?;
        }
        Deed::Answer => {
            needed()?;
            let letter = letters::done(&paper.book, &paper.told, &words);
            paper.letter(Happened::Answered, &letter, how).await?;
        }
        Deed::Sent(step) => {
            let whose = Whose::Person(paper.told.request.person);
            let grant = may(me, Act::Change, "request_event", whose);
            let grant = tx.authorise_because(grant, Why::DataRequest).await?;
            let id = paper.told.request.id;
            if !requests::letter_is(&grant, id, step, (Post::ByHand, Post::Sent)).await? {
                return Err(Refusal::field("deed", "This letter has gone already.").into());
            }
            drop(grant);
            paper.went(step).await?;
        }
    }
    drop(paper);
    tx.commit().await?;
    if let Some((account, gone)) = erased {
        apart::finish(ctx, account, gone).await?;
    }
    if let Some(account) = erased_child {
        privacy_centre::erase_marked(ctx, account).await?;
        children::note(ctx, me, id, account).await?;
    }
    Ok(())
}

/// The account that a request of this kind is about.
fn account_of(told: &Told, matter: Matter) -> Result<PersonId, Refusal> {
    let nobody = "There is no account here that this request is about.";
    told.account().filter(|_| told.matter == matter).ok_or_else(|| Refusal::field("deed", nobody))
}

/// Whether the answer to this request goes to the address that the account has now.
async fn goes_to(tx: &store::Tx, told: &Told, account: PersonId) -> Result<bool, Error> {
    let Some(reply_to) = told.request.reply_to.as_ref().filter(|_| told.came != Came::Page) else {
        return Ok(false);
    };
    let grant = tx.authorise(super::clerk(Act::Read, "person", Whose::Person(account))).await?;
    let email = people::account(&grant).await?.and_then(|account| account.email);
    Ok(email.is_some_and(|email| email.reveal().eq_ignore_ascii_case(reply_to.reveal())))
}

/// It is carried out, as these words tell; the answer says so too, with what staff adds.
async fn answer_done(paper: &mut Paper<'_>, done: &str, words: &str, how: How) -> Result<(), Error> {
    paper.note(Happened::CarriedOut, Some(done)).await?;
    let words = if words.is_empty() { done.to_owned() } else { format!("{done}\n\n{words}") };
    let letter = letters::done(&paper.book, &paper.told, &words);
    paper.letter(Happened::Answered, &letter, how).await
}

/// The account of this number, which its owner's page shows. That it was looked for is a line that they read.
///
/// # Errors
/// A refusal: there is none, or it is one's own.
pub(super) async fn numbered(tx: &store::Tx, me: &SignedIn, number: &str) -> Result<PersonId, Error> {
    let wrong =
        || Refusal::field("account", "There is no account of this number. It stands on the person’s page.");
    let account: PersonId = number.trim().parse().map_err(|_| wrong())?;
    if account == me.person {
        return Err(Refusal::Conflict("This is your own account.").into());
    }
    let whose = Whose::Person(account);
    // Held alone from the beginning, since what follows may change it.
    match tx.authorise_because(may(me, Act::Change, "person", whose), Why::DataRequest).await {
        Err(store::Error::Refused(privacy::Refusal::NotFound)) => return Err(wrong().into()),
        grant => drop(grant?),
    }
    let grant = tx.authorise_because(may(me, Act::Read, "person", whose), Why::DataRequest).await?;
    let known = people::account(&grant).await?.filter(|known| known.role != Role::Requester);
    known.map(|_| account).ok_or_else(|| wrong().into())
}

/// What the house holds for a claim of its own is not erased by a request: whoever asked gets an answer that says so (Art. 12(4)).
pub(super) async fn not_held(tx: &store::Tx, account: PersonId) -> Result<(), Error> {
    if privacy_centre::is_held(tx, account).await? {
        let why = "This house holds their data for a legal claim: refuse it on the ground of legal claims, or let the hold go first.";
        return Err(Refusal::Conflict(why).into());
    }
    Ok(())
}

/// The account that this request, once accepted, erases: after its days of grace, in which its owner is told and can take
/// it back (a letter box alone does not end an account).
fn to_erase(told: &Told) -> Option<PersonId> {
    told.request.subject.filter(|_| told.matter == Matter::Erasure)
}

/// When this account is erased; none if it is not, or is gone.
async fn erases_at(tx: &store::Tx, account: PersonId) -> Result<Option<Instant>, Error> {
    match tx.authorise(super::clerk(Act::Read, "person", Whose::Person(account))).await {
        Ok(grant) => Ok(people::account(&grant).await?.and_then(|account| account.erase_at)),
        Err(store::Error::Refused(privacy::Refusal::NotFound)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// On the page of whoever signed in; by mail where the house sends mail and has an address; else by hand.
fn how(ctx: &Context, told: &Told) -> How {
    match told.came {
        Came::Page => How::Page,
        _ if told.is_followed_only() => How::Page,
        _ if told.request.reply_to.is_none() => How::ByHand,
        _ if told.account().is_some() && ctx.sends_mail() => How::Mail,
        _ if ctx.sends_mail_to_anybody() => How::Mail,
        _ => How::ByHand,
    }
}
