//! Taking a printer out of the house: what stays on it is said before, by force it takes its typed name, and what stayed
//! is shown until somebody has seen to it.

use super::{may_change, parse};
use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::printers;
use app::{Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{PrintReference, PrinterId};
use serde::Deserialize;

/// A file that stays on a machine outside this house.
pub struct Stray {
    pub id: String,
    pub machine: String,
    pub left: String,
    /// Whether whoever looks may say that it is gone.
    pub may_end: bool,
}

/// What stays on machines outside this house.
pub async fn strays(face: &Face, me: &SignedIn) -> Result<Vec<Stray>, Problem> {
    let strays = printers::strays(&face.ctx, me).await?.into_iter().map(|stray| Stray {
        id: stray.reference.to_string(),
        machine: stray.machine,
        left: when(stray.left_at),
        may_end: may_change(me),
    });
    Ok(strays.collect())
}

#[derive(Template)]
#[template(path = "printers/remove.html")]
struct Page {
    shell: Shell,
    id: PrinterId,
    name: String,
    files: usize,
    reachable: bool,
    residue: &'static [&'static str],
    form: Form,
}

/// Says what stays on it, before anything is done.
pub async fn remove_page(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    show(&face, &me, parse(&id)?, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, id: PrinterId, form: Form) -> Result<Response, Problem> {
    let staying = printers::staying(&face.ctx, me, id).await?;
    Ok(render(&Page {
        shell: Shell::of(face, me, "Remove a printer", "printers").await?,
        id,
        name: staying.name,
        files: staying.files,
        reachable: staying.reachable,
        residue: staying.residue,
        form,
    }))
}

#[derive(Deserialize)]
pub struct Confirmed {
    /// The printer's name, where it is taken out by force.
    typed: Option<String>,
}

/// Takes it out of the house.
pub async fn remove(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(confirmed): axum::Form<Confirmed>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let done = match &confirmed.typed {
        Some(typed) => printers::remove_by_force(&face.ctx, &me, id, typed).await,
        None => printers::remove(&face.ctx, &me, id).await,
    };
    match done {
        Ok(()) => Ok(Redirect::to("/printers").into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, id, form)).await,
    }
}

/// It was deleted over there.
pub async fn stray_is_gone(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let reference: PrintReference = id.parse().map_err(|_| Refusal::NotFound)?;
    printers::stray_is_gone(&face.ctx, &me, reference).await?;
    Ok(Redirect::to("/printers").into_response())
}
