//! One request at hand: told from what happened to it, and the only way to note what happens next.

use super::letters::PROOF;
use crate::{Context, Error, Refusal, SignedIn, restrictions};
use domain::ids::{PersonId, RequestId};
use domain::person::Reason as Why;
use domain::random::Random;
use domain::time::Instant;
use privacy::clock::{Clock, Due, Matter, Need, Reason, State as Stands};
use privacy::request::{self, Came, Case, Ground, Happened, Region, State};
use privacy::{Act, Ask, Book};
use std::sync::Arc;
use store::requests::{self, Event, Note, Post, Request, Standing};
use store::{Fault, Grant, Tx};

/// A letter that, once it has gone, makes something happen: `answered`, say. Kept as an event of this kind.
const LETTER: &str = "letter";

/// Whoever asked wrote something more. It decides nothing: staff says whether it is what was asked for.
const SAID: &str = "said";

/// Somebody of the house said which account it is about.
const LINKED: &str = "linked";

/// What it was about, if it is to show who they are.
const WHO: &str = "identity";

/// A request, and all that follows from what happened to it.
#[derive(Debug)]
pub struct Told {
    /// As it is stored.
    pub request: Request,
    /// What is asked for.
    pub matter: Matter,
    /// Where the person lives.
    pub region: Region,
    /// How it came.
    pub came: Came,
    /// What may happen next.
    pub case: Case,
    /// What is due next; none while it waits for the person, or when it is over.
    pub due: Option<Due>,
    /// What happened, in order, with the letters.
    pub events: Vec<Event>,
    clock: Clock,
    book: Arc<Book>,
}

impl Told {
    /// Whose data it is about, as far as that is known: whoever signed in, or the account that has the proven address.
    pub fn account(&self) -> Option<PersonId> {
        if self.came == Came::Page { Some(self.request.person) } else { self.request.subject }
    }

    /// Whether whoever asked is to write something: a letter with a link asks for a press on it, and for no words.
    pub fn awaits_words(&self) -> bool {
        let asked_who = Happened::Asked(Need::Identity);
        let in_words = |event: &Event| {
            let words = event.words.as_ref().is_some_and(|words| !words.reveal().contains(PROOF));
            Self::effect(event) == Some(asked_who) && words
        };
        self.asks_more() || (self.case.asks(Need::Identity) && self.events.iter().any(in_words))
    }

    /// Whether they are asked for something that does not only show who they are.
    fn asks_more(&self) -> bool {
        [Need::Authority, Need::Clarification, Need::Fee].into_iter().any(|need| self.case.asks(need))
    }

    /// Who of the house said which account it is about; none if its owner proved it.
    pub fn account_named_by(&self) -> Option<PersonId> {
        self.events.iter().find(|event| event.kind == LINKED).and_then(|event| event.actor)
    }

    /// Whether somebody can still say which account it is about: nobody has, and nothing is decided.
    pub fn can_be_linked(&self) -> bool {
        let open = self.case.allows(Happened::Accepted) || !self.case.is_known();
        self.came != Came::Page && self.request.subject.is_none() && open && !self.state().is_over()
    }

    /// Whether what is written can be read only where the request is followed: whoever asked left no address, and nobody
    /// wrote or called. A letter to anybody else opens by no link.
    pub fn is_followed_only(&self) -> bool {
        matches!(self.came, Came::Form | Came::Noticed) && self.request.reply_to.is_none()
    }

    /// The grounds on which it could be refused as it stands: those of the law that the policy names.
    pub fn grounds(&self) -> Vec<Ground> {
        let named = |ground: &Ground| ground.is_named(&self.book, self.matter);
        self.case.grounds().into_iter().filter(named).collect()
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.case.state()
    }

    /// Until when the answer could take, if it were put off now for this reason.
    ///
    /// # Errors
    /// Why not, in words: no law and no promise that holds here knows the reason, the day is past, or it would not move.
    pub fn put_off(&self, now: Instant, reason: Reason) -> Result<Due, String> {
        let mut clock = self.clock.clone();
        let put_off = request::goes_on(&mut clock, now, Happened::Extended(reason));
        put_off.map_err(|error| error.to_string())?;
        let (before, after) = (self.due.as_ref().map(|due| due.at), due(&clock));
        let stays =
            "the earliest of the days that hold here cannot be put off for this reason; answer by then";
        after.filter(|due| before.is_some_and(|before| due.at > before)).ok_or_else(|| stays.to_owned())
    }

    /// What this event, a letter, brings about; none if it is none.
    pub fn effect(event: &Event) -> Option<Happened> {
        let (name, detail) = event.detail.split_once(' ').unwrap_or((&event.detail, ""));
        Happened::read(name, detail).ok().filter(|_| event.kind == LETTER)
    }

    /// Whether a letter with this effect is written and has not gone yet.
    pub fn is_written(&self, effect: Happened) -> bool {
        let open = |event: &Event| matches!(event.letter, Some(Post::Waiting | Post::ByHand));
        self.events.iter().any(|event| open(event) && Self::effect(event) == Some(effect))
    }
}

fn due(clock: &Clock) -> Option<Due> {
    match clock.state() {
        Stands::Due(due) => Some(due),
        Stands::Waiting(_) | Stands::Undated | Stands::Answered { .. } => None,
    }
}

/// Tells a request from what happened to it: its days by the rules that it was taken in by.
fn tell(book: &Arc<Book>, then: Option<&Book>, request: Request, events: Vec<Event>) -> Result<Told, Fault> {
    let unknown = |_| Fault::Corrupt("a request says something that the program does not know".to_owned());
    let matter = request::matter(&request.matter).map_err(unknown)?;
    let region: Region = request.region.parse().map_err(unknown)?;
    let came: Came = request.came.parse().map_err(unknown)?;
    let mut happened: Vec<(Instant, Happened)> = Vec::new();
    for event in events.iter().filter(|event| ![LETTER, SAID, LINKED].contains(&event.kind.as_str())) {
        happened.push((event.at, Happened::read(&event.kind, &event.detail).map_err(unknown)?));
    }
    let impossible = |_| Fault::Corrupt("what happened to a request cannot have happened so".to_owned());
    let said = happened.iter().map(|(_, happened)| happened);
    let case = Case::replay(matter, came == Came::Page, request.for_another, said);
    let terms = request::terms(then.unwrap_or(book), matter, region);
    let clock = request::clock(&terms, request.received_at, happened.iter().map(|(at, h)| (*at, h)));
    let clock = clock.map_err(|error| Fault::Corrupt(error.to_string()))?;
    Ok(Told {
        matter,
        region,
        came,
        case: case.map_err(impossible)?,
        due: due(&clock),
        events,
        clock,
        request,
        book: Arc::clone(book),
    })
}

/// How a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By e-mail, when the courier comes.
    Mail,
    /// By the hand of staff, who say when it went.
    ByHand,
    /// It is on the person's own page at once.
    Page,
}

/// A request with leave to note what happens to it.
pub(super) struct Paper<'t> {
    pub(super) told: Told,
    pub(super) book: Arc<Book>,
    random: &'t dyn Random,
    tx: &'t Tx,
    /// To change `request`, and to create `request_event`.
    pub(super) request: Grant<'t>,
    event: Grant<'t>,
    /// Who does it; none if the house or the person does.
    by: Option<SignedIn>,
}

async fn authorise<'t>(tx: &'t Tx, ask: Ask<'_>, because: Option<Why>) -> Result<Grant<'t>, store::Error> {
    match because {
        Some(why) => tx.authorise_because(ask, why).await,
        None => tx.authorise(ask).await,
    }
}

/// A request as whoever asks so may see it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(super) async fn told<'a>(
    ctx: &Context,
    tx: &Tx,
    id: RequestId,
    because: Option<Why>,
    ask: impl Fn(Act, &'static str) -> Ask<'a>,
) -> Result<Told, Error> {
    let request = {
        let grant = authorise(tx, ask(Act::Read, "request"), because).await?;
        requests::get(&grant, id).await?.ok_or(Refusal::NotFound)?
    };
    let grant = authorise(tx, ask(Act::Read, "request_event"), because).await?;
    let then = match version_of(&request) {
        Some(version) if version != grant.book().version() => ctx.store.book_then(version).await?,
        _ => None,
    };
    Ok(tell(grant.book(), then.as_ref(), request, requests::events(&grant, id).await?)?)
}

/// The version of the policy that it was taken in by; none of one from before that was noted.
fn version_of(request: &Request) -> Option<u32> {
    request.rules.as_deref()?.split_once(':')?.0.rsplit('/').next()?.parse().ok()
}

impl<'t> Paper<'t> {
    /// Takes a request to hand.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub(super) async fn take<'a>(
        ctx: &'t Context,
        tx: &'t Tx,
        id: RequestId,
        by: Option<SignedIn>,
        because: Option<Why>,
        ask: impl Fn(Act, &'static str) -> Ask<'a>,
    ) -> Result<Self, Error> {
        let told = told(ctx, tx, id, because, &ask).await?;
        let request = authorise(tx, ask(Act::Change, "request"), because).await?;
        Ok(Self {
            told,
            book: Arc::clone(request.book()),
            random: &**ctx.store.random(),
            tx,
            request,
            event: authorise(tx, ask(Act::Create, "request_event"), because).await?,
            by,
        })
    }

    /// Notes what happened.
    ///
    /// # Errors
    /// A refusal if it cannot happen now, or if something else has happened meanwhile.
    pub(super) async fn note(&mut self, happened: Happened, words: Option<&str>) -> Result<(), Error> {
        let wrong = |wrong: String| Refusal::field("deed", format!("{wrong}."));
        let (mut case, mut clock) = (self.told.case.clone(), self.told.clock.clone());
        request::decided_by(happened, self.by.is_some()).map_err(|error| wrong(error.to_string()))?;
        case.apply(happened).map_err(|error| wrong(error.to_string()))?;
        request::goes_on(&mut clock, self.event.now(), happened).map_err(|error| wrong(error.to_string()))?;
        let (kind, detail) = happened.name();
        (self.told.case, self.told.due, self.told.clock) = (case, due(&clock), clock);
        self.write(kind, &detail, words, None).await?;
        // Whether it succeeded or not (TP-85).
        let settled =
            matches!(happened, Happened::Given(Need::Identity) | Happened::Refused(_) | Happened::TakenBack);
        if settled && self.told.came != Came::Page {
            requests::forget_said(&self.request, self.told.request.id, WHO).await?;
        }
        restrictions::follow(self.tx, &self.book, self.random, &self.told, happened).await
    }

    /// Writes a letter that makes something happen once it has gone. On the person's own page that is now.
    ///
    /// # Errors
    /// As [`Paper::note`]; also if the same letter is written already.
    pub(super) async fn letter(&mut self, effect: Happened, words: &str, how: How) -> Result<(), Error> {
        if !self.told.case.allows(effect) {
            // The refusal in words.
            return self.note(effect, None).await;
        }
        if self.told.is_written(effect) {
            return Err(
                Refusal::field("deed", "This letter is written already, and has not gone yet.").into()
            );
        }
        let post = match how {
            How::Mail => Post::Waiting,
            How::ByHand => Post::ByHand,
            How::Page => Post::Sent,
        };
        let (name, detail) = effect.name();
        let effect_name = format!("{name} {detail}");
        self.write(LETTER, effect_name.trim_end(), Some(words), Some(post)).await?;
        if how == How::Page { self.note(effect, None).await } else { Ok(()) }
    }

    /// It is about this account.
    ///
    /// # Errors
    /// A fault.
    pub(super) async fn is_about(&mut self, account: PersonId) -> Result<(), Error> {
        requests::about(&self.request, self.told.request.id, account).await?;
        self.told.request.subject = Some(account);
        Ok(())
    }

    /// Somebody of the house says that it is about this account.
    ///
    /// # Errors
    /// A refusal if an account is known already, or something is decided.
    pub(super) async fn link(&mut self, account: PersonId) -> Result<(), Error> {
        if !self.told.can_be_linked() {
            return Err(Refusal::Conflict("It is known or decided already what this is about.").into());
        }
        self.is_about(account).await?;
        self.write(LINKED, "", None, None).await?;
        if !self.told.case.is_known() {
            return Ok(());
        }
        // What begins when it is known whose data it is about begins now.
        let known = Happened::Given(Need::Identity);
        restrictions::follow(self.tx, &self.book, self.random, &self.told, known).await
    }

    /// Whoever asked answers what they were asked for.
    ///
    /// # Errors
    /// A refusal if nothing is asked of them, or if something else has happened meanwhile.
    pub(super) async fn said(&mut self, words: &str) -> Result<(), Error> {
        if !self.told.awaits_words() {
            return Err(Refusal::Conflict("Nothing is asked of you now.").into());
        }
        // What may be about something else as well is not destroyed with what shows who they are.
        let about = if self.told.asks_more() || !self.told.case.has_authority() { "" } else { WHO };
        self.write(SAID, about, Some(words), None).await
    }

    /// The letter of this step has gone. Any letter also tells that the request has arrived. What it brings about and the
    /// rules do not let happen by now does not happen; that the letter went stays true.
    ///
    /// # Errors
    /// A fault, or a refusal if something else has happened meanwhile.
    pub(super) async fn went(&mut self, step: i64) -> Result<(), Error> {
        let Some(effect) = self.told.events.iter().find(|event| event.step == step).and_then(Told::effect)
        else {
            return Ok(());
        };
        let arrived = Happened::Acknowledged;
        let told_so = self.told.events.iter().any(|event| event.kind == arrived.name().0);
        let first = (!told_so && effect != arrived).then_some(arrived);
        for happened in first.into_iter().chain([effect]) {
            match self.note(happened, None).await {
                Err(Error::Refused(Refusal::Field { .. })) | Ok(()) => {}
                other => return other,
            }
        }
        Ok(())
    }

    async fn write(
        &mut self,
        kind: &'static str,
        detail: &str,
        words: Option<&str>,
        letter: Option<Post>,
    ) -> Result<(), Error> {
        let state = self.told.case.state();
        let due_at = self.told.due.as_ref().map(|due| due.at);
        let step = self.told.request.step;
        let standing = Standing { after: step, state: state.name(), due_at, over: state.is_over() };
        let by = self.by.map(|me| (me.person, me.role));
        let note = Note { kind, detail, by, words, letter };
        let id = self.told.request.id;
        if !requests::note(&self.request, &self.event, self.random, id, &note, standing).await? {
            let why = "Something else has happened to this request meanwhile. Look at it again.";
            return Err(Refusal::Conflict(why).into());
        }
        self.told.events.push(Event {
            at: self.event.now(),
            kind: kind.to_owned(),
            detail: detail.to_owned(),
            role: by.map(|(_, role)| role.name().to_owned()),
            actor: by.map(|(person, _)| person),
            words: words.map(|words| privacy::Personal::new(words.to_owned())),
            letter,
            step: step + 1,
        });
        self.told.request.step += 1;
        Ok(())
    }
}

/// The number of a request, as pages name it.
pub(super) fn parse(id: &str) -> Result<RequestId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}
