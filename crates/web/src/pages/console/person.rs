//! One person's record. It opens only for a stated reason, which the person reads at once.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::{when, when_known};
use app::restrictions::Restriction;
use app::{Refusal, SignedIn, holds, people};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::PersonId;
use domain::person::{Reason, Role};
use serde::Deserialize;
use store::people::Account;

#[derive(Template)]
#[template(path = "console/person.html")]
struct Page {
    shell: Shell,
    id: String,
    reasons: Vec<(&'static str, &'static str)>,
    opened: Option<Record>,
    form: Form,
}

struct Record {
    name: String,
    email: String,
    role: Role,
    since: String,
    leaving: Option<String>,
    may_change: bool,
    roles: [Role; 4],
    holds: Vec<Hold>,
}

struct Hold {
    id: String,
    claim: String,
    until: String,
}

fn hold_shown(hold: &Restriction) -> Hold {
    Hold {
        id: hold.id.to_string(),
        claim: hold.reference.as_ref().map(|claim| claim.reveal().clone()).unwrap_or_default(),
        until: hold.ends_at.map(when).unwrap_or_default(),
    }
}

fn parse(id: &str) -> Result<PersonId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}

/// Asks for the reason; nothing of the person is shown yet.
pub async fn page(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = parse(&id)?;
    people::may_open(&face.ctx, &me, id).await?;
    show(&face, &me, id, None, Form::default()).await
}

#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    reason: String,
}

/// Opens the record for the reason given.
pub async fn open(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Why>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    people::may_open(&face.ctx, &me, id).await?;
    let Some(reason) = Reason::of_name(&typed.reason) else {
        let missing = Refusal::Field { field: "reason", problem: "Say why; the person reads it.".to_owned() };
        return Form::default().again(missing.into(), |form| show(&face, &me, id, None, form)).await;
    };
    match people::open(&face.ctx, &me, id, reason).await {
        Ok(account) => {
            let holds = holds::of(&face.ctx, &me, id).await?;
            show(&face, &me, id, Some(record(&me, account, &holds)), Form::default()).await
        }
        Err(error) => Form::default().again(error, |form| show(&face, &me, id, None, form)).await,
    }
}

fn record(me: &SignedIn, account: Account, holds: &[Restriction]) -> Record {
    let text = |p: Option<privacy::Personal<String>>| p.map(|p| p.reveal().clone()).unwrap_or_default();
    Record {
        name: text(account.name),
        email: text(account.email),
        role: account.role,
        since: when_known(account.created_at),
        leaving: account.erase_at.map(when),
        may_change: me.role == Role::Operator,
        roles: Role::ALL,
        holds: holds.iter().map(hold_shown).collect(),
    }
}

#[derive(Deserialize)]
pub struct Claim {
    #[serde(default)]
    claim: String,
    #[serde(default)]
    until: String,
}

/// Holds the person's data for a claim of the house.
pub async fn hold(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Claim>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let form = Form::with([("claim", &typed.claim), ("until", &typed.until)]);
    match holds::hold(&face.ctx, &me, id, &typed.claim, &typed.until).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/people/{id}")).into_response()),
        Err(error) => form.again(error, |form| show(&face, &me, id, None, form)).await,
    }
}

#[derive(Deserialize)]
pub struct Released {
    #[serde(default)]
    hold: String,
}

/// Lets it go before its day.
pub async fn release(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Released>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    match holds::release(&face.ctx, &me, id, &typed.hold).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/people/{id}")).into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, id, None, form)).await,
    }
}

#[derive(Deserialize)]
pub struct Part {
    #[serde(default)]
    role: String,
}

/// Gives the person another part in the house.
pub async fn change_role(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Part>,
) -> Result<Response, Problem> {
    let (id, role) = (parse(&id)?, typed.role.parse().map_err(|_| Refusal::NotFound)?);
    match people::change_role(&face.ctx, &me, id, role).await {
        Ok(()) => Ok(Redirect::to("/console/people").into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, id, None, form)).await,
    }
}

async fn show(
    face: &Face,
    me: &SignedIn,
    id: PersonId,
    opened: Option<Record>,
    form: Form,
) -> Result<Response, Problem> {
    let page = Page {
        shell: Shell::of(face, me, "A person’s record", "console").await?,
        id: id.to_string(),
        reasons: people::reasons(&face.ctx).into_iter().map(|r| (r.name(), r.says())).collect(),
        opened,
        form,
    };
    Ok(render(&page))
}
