//! One request at hand: told from what happened to it, and the only way to note what happens next.

use crate::{Error, Refusal, SignedIn};
use domain::ids::RequestId;
use domain::random::Random;
use domain::time::Instant;
use privacy::Book;
use privacy::clock::{Due, Matter, Reason, State as Clock};
use privacy::request::{self, Came, Case, Happened, Region, State};
use store::requests::{self, Event, Note, Request, Standing};
use store::{Fault, Grant};

/// A letter that, once it has gone, makes something happen: `answered`, say. Kept as an event of this kind.
const LETTER: &str = "letter";

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
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl Told {
    /// Where it stands.
    pub fn state(&self) -> State {
        self.case.state()
    }
    /// What would be due if the answer were put off now for this reason: refused where no law and no promise that holds
    /// here knows it, or the day is past.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn put_off(&self, book: &Book, now: Instant, reason: Reason) -> Result<Option<Due>, String> {
        let mut happened = happened(&self.events).map_err(|fault| fault.to_string())?;
        happened.push((now, Happened::Extended(reason)));
        due(book, self.matter, self.region, self.request.received_at, &happened)
    }
    /// Whether the letter of this step would still bring something about.
    pub fn may_go(&self, step: i64) -> bool {
        effect_of(&self.events, step).is_some_and(|effect| self.case.allows(effect))
    }
    /// Whether a letter with this effect is written already, and has not brought it about yet.
    pub fn is_written(&self, effect: Happened) -> bool {
        let effect = effect_name(effect);
        let written = |e: &Event| e.kind == LETTER && e.detail == effect && e.letter.is_some();
        self.events.iter().any(|event| written(event) && self.may_go(event.step))
    }
}

/// Tells a request from what happened to it.
pub(super) fn tell(book: &Book, request: Request, events: Vec<Event>) -> Result<Told, Fault> {
    let unknown = |_| Fault::Corrupt("a request says something that the program does not know".to_owned());
    let matter = request::matter(&request.matter).map_err(unknown)?;
    let region: Region = request.region.parse().map_err(unknown)?;
    let came: Came = request.came.parse().map_err(unknown)?;
    let happened = happened(&events)?;
    let case = Case::replay(matter, came == Came::Page, happened.iter().map(|(_, happened)| happened));
    let due = due(book, matter, region, request.received_at, &happened).map_err(Fault::Corrupt)?;
    Ok(Told {
        matter,
        region,
        came,
        case: case
            .map_err(|_| Fault::Corrupt("what happened to a request cannot have happened so".to_owned()))?,
        due,
        events,
        request,
    })
}

/// What happened to a request, without its letters.
pub(super) fn happened(events: &[Event]) -> Result<Vec<(Instant, Happened)>, Fault> {
    let unknown = |_| Fault::Corrupt("an event of a request is unknown to the program".to_owned());
    let happened = events.iter().filter(|event| !is_letter(event));
    happened.map(|e| Ok((e.at, Happened::read(&e.kind, &e.detail).map_err(unknown)?))).collect()
}

/// What is due next after all this.
///
/// # Errors
/// What happened cannot have happened so, in words.
pub(super) fn due(
    book: &Book,
    matter: Matter,
    region: Region,
    received: Instant,
    happened: &[(Instant, Happened)],
) -> Result<Option<Due>, String> {
    let terms = request::terms(book, matter, region);
    let events = happened.iter().map(|(at, happened)| (*at, happened));
    let clock = request::clock(&terms, received, events).map_err(|error| error.to_string())?;
    Ok(match clock.state() {
        Clock::Due(due) => Some(due),
        Clock::Waiting(_) | Clock::Undated | Clock::Answered { .. } => None,
    })
}

/// A request with leave to note what happens to it.
pub(super) struct Paper<'t> {
    pub(super) told: Told,
    pub(super) book: &'t Book,
    pub(super) random: &'t dyn Random,
    /// To change `request`, and to create `request_event`.
    pub(super) request: Grant<'t>,
    pub(super) event: Grant<'t>,
    /// Who does it; none if the house or the person does.
    pub(super) by: Option<SignedIn>,
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

impl Paper<'_> {
    /// Notes what happened.
    ///
    /// # Errors
    /// A refusal if it cannot happen now, or if something else has happened meanwhile.
    pub(super) async fn note(&mut self, happened: Happened, words: Option<&str>) -> Result<(), Error> {
        let wrong = |wrong: String| Refusal::field("deed", format!("{wrong}."));
        let mut case = self.told.case.clone();
        case.apply(happened).map_err(|error| wrong(error.to_string()))?;
        let mut all = super::paper::happened(&self.told.events)?;
        all.push((self.event.now(), happened));
        let told = &self.told;
        let due = due(self.book, told.matter, told.region, told.request.received_at, &all).map_err(wrong)?;
        let (kind, detail) = happened.name();
        self.write(kind, &detail, words, None, &case, due).await
    }

    /// Writes a letter that makes something happen once it has gone. On the person's own page that is now.
    ///
    /// # Errors
    /// As [`Paper::note`].
    pub(super) async fn letter(&mut self, effect: Happened, words: &str, how: How) -> Result<(), Error> {
        if !self.told.case.allows(effect) {
            // The refusal in words.
            return self.note(effect, None).await;
        }
        let letter = match how {
            How::Mail => Some("waiting"),
            How::ByHand => Some("by-hand"),
            How::Page => None,
        };
        let (case, due) = (self.told.case.clone(), self.told.due.clone());
        self.write(LETTER, &effect_name(effect), Some(words), letter, &case, due).await?;
        if how == How::Page { self.note(effect, None).await } else { Ok(()) }
    }

    async fn write(
        &mut self,
        kind: &'static str,
        detail: &str,
        words: Option<&str>,
        letter: Option<&'static str>,
        case: &Case,
        due: Option<Due>,
    ) -> Result<(), Error> {
        let state = case.state();
        let standing = Standing {
            after: self.told.request.step,
            state: state.name(),
            due_at: due.as_ref().map(|due| due.at),
            over: state.is_over(),
        };
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
            words: words.map(|words| privacy::Personal::new(words.to_owned())),
            letter: letter.map(str::to_owned),
            step: standing.after + 1,
        });
        self.told.request.step += 1;
        self.told.case = case.clone();
        self.told.due = due;
        Ok(())
    }
}

/// The effect of a letter, as it is stored.
pub(super) fn effect_name(effect: Happened) -> String {
    let (name, detail) = effect.name();
    format!("{name} {detail}").trim_end().to_owned()
}

/// The effect of the letter that was written at this step of a request; none if there is no such letter.
pub(super) fn effect_of(events: &[Event], step: i64) -> Option<Happened> {
    let letter = events.iter().find(|event| event.kind == LETTER && event.step == step)?;
    let (name, detail) = letter.detail.split_once(' ').unwrap_or((&letter.detail, ""));
    Happened::read(name, detail).ok()
}

/// Whether this event is a letter.
pub(super) fn is_letter(event: &Event) -> bool {
    event.kind == LETTER
}

/// The number of a request, as pages name it.
pub(super) fn parse(id: &str) -> Result<RequestId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}
