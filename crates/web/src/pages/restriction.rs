//! My data, kept and not used: restricting it, lifting that, and objecting to a purpose.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, ends, render};
use crate::words::when;
use app::SignedIn;
use app::requests::{self, Wanted};
use app::restrictions::{self, Restriction, Use};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::clock::Matter;
use privacy::restriction::{Ground, NOTICE_DAYS, Objection};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "privacy/restriction.html")]
struct Page {
    shell: Shell,
    in_force: Option<Shown>,
    grounds: [(&'static str, &'static str); 4],
    notice_days: i64,
    uses: Vec<Purpose>,
    past: Vec<Shown>,
    /// What the house holds for claims of its own: for which, and until when.
    held: Vec<(String, String)>,
    form: Form,
}

struct Shown {
    id: String,
    why: &'static str,
    since: String,
    /// The day on which it is to end.
    until: Option<String>,
    /// The day on which it does, once its owner is told.
    ends: Option<String>,
    ended: Option<String>,
}

struct Purpose {
    id: String,
    says: String,
    /// Why nobody can object to it, if nobody can.
    no: Option<&'static str>,
    stops: String,
    objected: Option<Shown>,
    /// Whether they have not objected, or what they objected to runs out.
    may_object: bool,
    /// Whether it lasts until a request of theirs is decided.
    asked: bool,
}

fn shown(restriction: &Restriction) -> Shown {
    Shown {
        id: restriction.id.to_string(),
        why: restriction.ground.says(),
        since: when(restriction.since),
        until: restriction.ends_at.map(when),
        ends: ends(restriction),
        ended: restriction.ended_at.map(when),
    }
}

fn purpose(one: Use) -> Purpose {
    let no = match one.objection {
        Objection::Weighed => None,
        Objection::No(why) => Some(why),
    };
    Purpose {
        id: one.purpose,
        says: one.says,
        no,
        stops: one.stops.join(", "),
        may_object: one.objected.as_ref().is_none_or(|r| r.ends_at.is_some()),
        asked: one.asked,
        objected: one.objected.as_ref().map(shown),
    }
}

fn held(hold: &Restriction) -> (String, String) {
    let claim = hold.reference.as_ref().map(|claim| claim.reveal().clone()).unwrap_or_default();
    (claim, hold.ends_at.map(when).unwrap_or_default())
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let mine = restrictions::mine(&face.ctx, me).await?;
    Ok(render(&Page {
        shell: Shell::of(face, me, "Keep my data, do not use it", "privacy").await?,
        in_force: mine
            .iter()
            .find(|r| r.ended_at.is_none() && r.purpose.is_none() && r.ground.restricts())
            .map(shown),
        held: mine.iter().filter(|r| r.ended_at.is_none() && !r.ground.restricts()).map(held).collect(),
        grounds: Ground::CHOSEN.map(|ground| (ground.name(), ground.says())),
        notice_days: NOTICE_DAYS,
        uses: restrictions::uses(&face.ctx, me).await?.into_iter().map(purpose).collect(),
        past: mine.iter().filter(|r| r.ended_at.is_some()).map(shown).collect(),
        form,
    }))
}

fn back() -> Response {
    Redirect::to("/privacy/restriction").into_response()
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    ground: String,
    #[serde(default)]
    until: String,
}

/// Restricts the use of all my data.
pub async fn restrict(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = Form::with([("ground", &typed.ground), ("until", &typed.until)]);
    match restrictions::restrict(&face.ctx, &me, &typed.ground, &typed.until).await {
        Ok(()) => Ok(back()),
        Err(error) => form.again(error, |form| show(&face, &me, form)).await,
    }
}

/// Lifts one of my restrictions.
pub async fn lift(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    match restrictions::lift(&face.ctx, &me, &id).await {
        Ok(()) => Ok(back()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, form)).await,
    }
}

#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    words: String,
}

/// Objects to a purpose.
pub async fn object(
    State(face): State<Face>,
    Me(me): Me,
    Path(purpose): Path<String>,
    axum::Form(typed): axum::Form<Why>,
) -> Result<Response, Problem> {
    let form = Form::with([("words", &typed.words)]);
    let wanted =
        Wanted { matter: Matter::Objection.to_string(), words: typed.words, purpose, ..Wanted::default() };
    match requests::ask(&face.ctx, &me, &wanted).await {
        Ok(_) => Ok(back()),
        Err(error) => form.again(error, |form| show(&face, &me, form)).await,
    }
}
