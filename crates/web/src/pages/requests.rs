//! Requests about one's own data, on one's own page; and what they share with those of people without an account.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::SignedIn;
use app::accounts;
use app::requests::{self, Asked, Told, Wanted};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::clock::Matter;
use privacy::request::{Happened, Region, can_be_asked, says};
use serde::Deserialize;
use store::requests::Post;

/// A choice of a list: its code, and how people say it.
pub type Choice = (String, &'static str);

/// What can be asked for.
pub fn matters() -> Vec<Choice> {
    let asked = Matter::ALL.iter().filter(|matter| can_be_asked(**matter));
    asked.map(|matter| (matter.to_string(), says(*matter))).collect()
}

/// Where people live.
pub fn regions() -> Vec<Choice> {
    Region::ALL.iter().map(|region| (region.name().to_owned(), region.says())).collect()
}

/// A request as whoever asked sees it.
pub struct Shown {
    pub id: String,
    pub what: &'static str,
    pub state: &'static str,
    pub over: bool,
    pub received: String,
    /// By when there is an answer, and why then.
    pub due: Option<(String, String)>,
    pub words: String,
    pub past: Vec<Past>,
    pub may_take_back: bool,
    /// Whether something is asked of whoever asked.
    pub awaits: bool,
}

/// Something that happened, in words.
pub struct Past {
    pub at: String,
    pub what: String,
    pub letter: Option<String>,
}

impl Shown {
    pub fn of(told: &Told, letters: bool) -> Self {
        let past = told.events.iter().filter_map(|event| {
            let letter = event.words.as_ref().filter(|_| event.letter.is_some() && letters);
            let what = match (event.kind.as_str(), event.detail.as_str()) {
                _ if event.letter == Some(Post::Sent) => "We wrote to you",
                _ if event.letter == Some(Post::Void) => return None,
                _ if event.letter.is_some() => "A letter to you is on its way",
                ("said", _) => "You answered",
                ("acknowledged", _) => "It arrived",
                ("asked", "identity") => "We asked how we can know that it is you",
                ("asked", _) => "We asked for something that we need to answer",
                ("given", "identity") => "It is known who asks",
                ("given", _) => "You gave what we asked for",
                ("extended", _) => "The answer takes longer; the letter says why",
                ("accepted", _) => "Somebody decided to do it",
                ("carried-out", _) => "It was carried out",
                ("answered", _) => "You have the answer",
                ("taken-back", _) => "You took it back",
                // A decision against it is told by its letter and not before.
                _ => return None,
            };
            let letter = letter.map(|words| words.reveal().clone());
            Some(Past { at: when(event.at), what: what.to_owned(), letter })
        });
        let due = told.due.as_ref().filter(|_| !told.state().is_over());
        Self {
            id: told.request.id.to_string(),
            what: says(told.matter),
            state: told.state().says_to_the_person(),
            over: told.state().is_over(),
            received: when(told.request.received_at),
            due: due.map(|due| (due.on.to_string(), due.why.to_string())),
            words: told.request.words.as_ref().map(|words| words.reveal().clone()).unwrap_or_default(),
            past: past.collect(),
            may_take_back: told.case.allows(Happened::TakenBack),
            awaits: told.awaits_words(),
        }
    }
}

#[derive(Template)]
#[template(path = "requests/mine.html")]
struct Mine {
    shell: Shell,
    requests: Vec<Shown>,
    matters: Vec<Choice>,
    regions: Vec<Choice>,
    form: Form,
}

/// My requests, and a form for another.
pub async fn mine(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show_mine(&face, &me, Form::default()).await
}

async fn show_mine(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let all = requests::mine(&face.ctx, me).await?;
    let lives = accounts::account(&face.ctx, me).await?.region.unwrap_or_default();
    let form = form.or("region", &lives);
    Ok(render(&Mine {
        shell: Shell::of(face, me, "Requests about my data", "privacy").await?,
        requests: all.iter().map(|told| Shown::of(told, true)).collect(),
        matters: matters(),
        regions: regions(),
        form,
    }))
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    matter: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    amends: String,
    #[serde(default)]
    called: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    for_another: Option<String>,
    #[serde(default)]
    came: String,
    #[serde(default)]
    received: String,
}

impl Typed {
    pub fn form(&self) -> Form {
        let form = Form::with([("matter", &self.matter), ("region", &self.region), ("words", &self.words)]);
        let form = form.typed("called", &self.called).typed("email", &self.email).typed("came", &self.came);
        let form = form.typed("received", &self.received).typed("amends", &self.amends);
        match &self.for_another {
            Some(ticked) => form.typed("for_another", ticked),
            None => form,
        }
    }
    /// What they want, how it came and when, as staff enters it.
    pub fn entered(self) -> requests::Entered {
        requests::Entered { came: self.came.clone(), received: self.received.clone(), asked: self.asked() }
    }
    fn wanted(&self) -> Wanted {
        let (matter, region) = (self.matter.clone(), self.region.clone());
        let (words, amends) = (self.words.clone(), self.amends.clone());
        Wanted { matter, region, words, amends, purpose: String::new() }
    }
    pub fn asked(self) -> Asked {
        let wanted = self.wanted();
        Asked { wanted, called: self.called, email: self.email, for_another: self.for_another.is_some() }
    }
}

/// Asks.
pub async fn ask(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    match requests::ask(&face.ctx, &me, &typed.wanted()).await {
        Ok(_) => Ok(Redirect::to("/privacy/requests").into_response()),
        Err(error) => typed.form().again(error, |form| show_mine(&face, &me, form)).await,
    }
}

/// Takes one of mine back.
pub async fn take_back(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    match requests::take_back(&face.ctx, &me, &id).await {
        Ok(()) => Ok(Redirect::to("/privacy/requests").into_response()),
        Err(error) => Form::default().again(error, |form| show_mine(&face, &me, form)).await,
    }
}

#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    pub answer: String,
}

impl Answer {
    pub fn form(&self) -> Form {
        Form::default().known_as("words", "answer").typed("answer", &self.answer)
    }
}

/// Answers what I was asked for.
pub async fn reply(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Answer>,
) -> Result<Response, Problem> {
    match requests::reply(&face.ctx, &me, &id, &typed.answer).await {
        Ok(()) => Ok(Redirect::to("/privacy/requests").into_response()),
        Err(error) => typed.form().again(error, |form| show_mine(&face, &me, form)).await,
    }
}
