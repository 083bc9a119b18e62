//! Versions of the policy: all of them with what changed from each to the next, each old notice, and what changed for
//! whoever has signed in, with their yes or no.

mod markdown;

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::{Maybe, Me};
use crate::shell::{Shell, render};
use crate::words::when;
use app::policy::{self, Answer};
use app::{Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use markdown::{Piece, pieces};
use privacy::Kind;
use privacy::versions::Version;
use serde::Deserialize;

/// A version as pages show it.
struct Shown {
    number: u32,
    since: String,
    kind: &'static str,
    reason: String,
    /// Where it was announced; empty if nowhere.
    announced: String,
    waits: bool,
    changes: Vec<Change>,
}

/// One thing that changed.
struct Change {
    topic: String,
    says: String,
    reduces: bool,
    /// Whether people are asked again.
    asks: bool,
}

impl Shown {
    fn of(version: &Version) -> Self {
        let announced: Vec<&str> = version.announced.iter().map(|channel| channel.says()).collect();
        Self {
            number: version.number,
            since: when(version.since),
            kind: match version.kind {
                None => "The first version",
                Some(Kind::Minor) => "A small change",
                Some(Kind::Significant) => "A significant change",
            },
            reason: version.reason.clone(),
            announced: announced.join(", "),
            waits: version.waits,
            changes: version.changes.iter().map(Change::of).collect(),
        }
    }
}

impl Change {
    fn of(change: &privacy::diff::Change) -> Self {
        Self {
            topic: change.topic.clone(),
            says: change.says.clone(),
            reduces: change.reduces,
            asks: change.needs == privacy::diff::Needs::Asking,
        }
    }
}

#[derive(Template)]
#[template(path = "versions/all.html")]
struct All {
    shell: Shell,
    /// The newest first.
    versions: Vec<Shown>,
    /// The version that binds whoever has signed in, if it is not the newest.
    bound: Option<u32>,
}

/// Every version, with what changed.
pub async fn all(State(face): State<Face>, Maybe(me): Maybe) -> Result<Response, Problem> {
    let mut bound = None;
    if let Some(me) = &me {
        let standing = policy::standing(&face.ctx, me).await?;
        bound = standing.waits.then_some(standing.bound);
    }
    let shell = shell(&face, me.as_ref(), "Versions of the privacy notice").await?;
    let versions = face.ctx.store.versions().all().iter().rev().map(Shown::of).collect();
    Ok(render(&All { shell, versions, bound }))
}

#[derive(Template)]
#[template(path = "versions/one.html")]
struct One {
    shell: Shell,
    number: u32,
    since: String,
    /// When the next took effect, if there is one.
    until: Option<String>,
    pieces: Vec<Piece>,
}

/// The notice of one version, as it was.
pub async fn one(
    State(face): State<Face>,
    Maybe(me): Maybe,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let number = number.parse().map_err(|_| Refusal::NotFound)?;
    let versions = face.ctx.store.versions();
    let version = versions.all().iter().find(|v| v.number == number).ok_or(Refusal::NotFound)?;
    let notice =
        face.ctx.store.notice_then(number).await.map_err(Problem::Fault)?.ok_or(Refusal::NotFound)?;
    Ok(render(&One {
        shell: shell(&face, me.as_ref(), "An earlier privacy notice").await?,
        number,
        since: when(version.since),
        until: versions.after(number).next().map(|next| when(next.since)),
        pieces: pieces(&notice),
    }))
}

#[derive(Template)]
#[template(path = "versions/changes.html")]
struct Changes {
    shell: Shell,
    agreed: u32,
    bound: u32,
    newest: u32,
    waits: bool,
    unread: bool,
    refused_at: Option<String>,
    versions: Vec<Shown>,
    form: Form,
}

/// What changed since I agreed, and my answer.
pub async fn changes(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let standing = policy::standing(&face.ctx, me).await?;
    let mut shell = Shell::of(face, me, "What changed in the rules", "privacy").await?;
    shell.news = None; // it is what the page is about
    Ok(render(&Changes {
        shell,
        agreed: standing.agreed,
        bound: standing.bound,
        newest: standing.newest,
        waits: standing.waits,
        unread: standing.unread,
        refused_at: standing.refused_at.map(when),
        versions: standing.since.iter().map(Shown::of).collect(),
        form,
    }))
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    on: String,
    #[serde(default)]
    version: String,
}

/// Says yes or no to what changed, or that I have read it.
pub async fn answer(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(said): axum::Form<Said>,
) -> Result<Response, Problem> {
    let answer = match said.on.as_str() {
        "yes" => Answer::Yes,
        "no" => Answer::No,
        "read" => Answer::Read,
        _ => return Err(Refusal::Field { field: "on", problem: "Choose yes or no.".to_owned() }.into()),
    };
    let shown = said.version.parse().unwrap_or_default();
    match policy::answer(&face.ctx, &me, shown, answer).await {
        Ok(()) => Ok(Redirect::to("/privacy/changes").into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, form)).await,
    }
}

async fn shell(face: &Face, me: Option<&SignedIn>, title: &str) -> Result<Shell, Problem> {
    Ok(match me {
        Some(me) => Shell::of(face, me, title, "privacy").await?,
        None => Shell::outside(face, title),
    })
}
