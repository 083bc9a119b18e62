//! The people of the house, for its operator: who is here, invitations.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when_known;
use app::{SignedIn, accounts};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::InvitationId;
use domain::person::Role;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "people/page.html")]
struct Page {
    shell: Shell,
    people: Vec<Person>,
    invitations: Vec<Invitation>,
    roles: Vec<(&'static str, &'static str)>,
    form: Form,
    link: Option<String>,
}

struct Person {
    id: String,
    name: String,
    role: &'static str,
    since: String,
}

struct Invitation {
    id: String,
    role: &'static str,
    ends: String,
}

/// Stands for the name of whoever restricted the use of their data.
const WITHHELD: &str = "Kept and not used";

const fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Operator => "Operator: runs the house",
        Role::Technician => "Technician: keeps printers running",
        Role::PrivacyOfficer => "Privacy officer: answers for people's data",
        Role::Member => "Member: prints",
        Role::Requester => "Asked about their data",
    }
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default(), None).await
}

#[derive(Deserialize)]
pub struct Invite {
    role: String,
}

/// Makes an invitation and shows its link once.
pub async fn invite(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Invite>,
) -> Result<Response, Problem> {
    let role = typed.role.parse().map_err(|_| app::Refusal::NotFound)?;
    match accounts::invite(&face.ctx, &me, role).await {
        Ok(code) => {
            let link = format!("{}/invite/{code}", face.reach.public_url);
            show(&face, &me, Form::default(), Some(link)).await
        }
        Err(error) => Form::default().again(error, |form| show(&face, &me, form, None)).await,
    }
}

/// Takes an invitation back.
pub async fn uninvite(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: InvitationId = id.parse().map_err(|_| app::Refusal::NotFound)?;
    accounts::uninvite(&face.ctx, &me, id).await?;
    Ok(Redirect::to("/console/people").into_response())
}

async fn show(face: &Face, me: &SignedIn, form: Form, link: Option<String>) -> Result<Response, Problem> {
    let people = app::people::list(&face.ctx, me).await?;
    let invitations = accounts::invitations(&face.ctx, me).await?;
    let text = |p: Option<privacy::Personal<String>>| p.map(|p| p.reveal().clone()).unwrap_or_default();
    let page = Page {
        shell: Shell::of(face, me, "People", "console").await?,
        people: people
            .into_iter()
            .map(|p| Person {
                id: p.id.to_string(),
                name: if p.restricted && p.name.is_none() { WITHHELD.to_owned() } else { text(p.name) },
                role: role_in_words(p.role),
                since: when_known(p.created_at),
            })
            .collect(),
        invitations: invitations
            .into_iter()
            .map(|i| Invitation {
                id: i.id.to_string(),
                role: role_in_words(i.role),
                ends: when_known(i.ends_at),
            })
            .collect(),
        roles: Role::ALL.into_iter().rev().map(|r| (r.name(), role_in_words(r))).collect(),
        form,
        link,
    };
    Ok(render(&page))
}
