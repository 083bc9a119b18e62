//! What the policy wants done again and again, for those who run the house: when it is due, and what was found.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::SignedIn;
use app::duties::{self, Found, Standing};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "console/duties.html")]
struct Page {
    shell: Shell,
    duties: Vec<Duty>,
    answers: [(&'static str, &'static str); 3],
    form: Form,
}

struct Duty {
    id: String,
    says: String,
    every: String,
    due: Option<String>,
    overdue: bool,
    past: Vec<Past>,
}

struct Past {
    at: String,
    by: String,
    found: &'static str,
    open: bool,
    note: String,
}

fn duty(standing: Standing) -> Duty {
    let past = standing.past.iter().map(|done| Past {
        at: when(done.at),
        by: done.by.map_or_else(|| "somebody who is gone".to_owned(), |by| by.to_string()),
        found: done.found.says(),
        open: done.found == Found::Open,
        note: done.note.as_ref().map(|note| note.reveal().clone()).unwrap_or_default(),
    });
    Duty {
        past: past.collect(),
        every: standing.every,
        due: standing.due_at.map(when),
        overdue: standing.overdue,
        id: standing.id,
        says: standing.says,
    }
}

/// Every duty, and how it stands.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let duties = duties::all(&face.ctx, me).await?;
    Ok(render(&Page {
        shell: Shell::of(face, me, "Duties", "console").await?,
        duties: duties.into_iter().map(duty).collect(),
        answers: Found::ALL.map(|found| (found.name(), found.says())),
        form,
    }))
}

#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    found: String,
    #[serde(default)]
    note: String,
}

/// Says that it was done.
pub async fn done(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Done>,
) -> Result<Response, Problem> {
    match duties::done(&face.ctx, &me, &id, &typed.found, &typed.note).await {
        Ok(()) => Ok(Redirect::to("/console/duties").into_response()),
        Err(error) => {
            let form = Form::with([("duty", id.as_str()), ("found", &typed.found), ("note", &typed.note)]);
            form.again(error, |form| show(&face, &me, form)).await
        }
    }
}
