//! What went wrong with data about me: what happened, what of mine, what comes of it, and what I can do.

use super::Read;
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::breaches;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::time::Instant;

#[derive(Template)]
#[template(path = "privacy/breaches.html")]
struct Page {
    shell: Shell,
    notices: Vec<Notice>,
    /// When the newest could be read, in microseconds.
    shown: i64,
    contact: String,
    authority: String,
}

struct Notice {
    told: String,
    aware: String,
    from: String,
    until: String,
    nature: String,
    readable: Vec<(String, &'static str)>,
    sealed: Vec<String>,
    consequences: String,
    measures: String,
}

fn notice(notice: breaches::Notice) -> Notice {
    let (readable, sealed): (Vec<_>, Vec<_>) =
        notice.what.into_iter().partition(|finding| finding.reading.concerns_people());
    Notice {
        told: when(notice.told_at),
        aware: when(notice.aware_at),
        from: when(notice.exposed.0),
        until: when(notice.exposed.1),
        nature: notice.nature,
        readable: readable.into_iter().map(|finding| (finding.says, finding.reading.says())).collect(),
        sealed: sealed.into_iter().map(|finding| finding.says).collect(),
        consequences: notice.consequences,
        measures: notice.measures,
    }
}

/// Every notice to me.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let notices = breaches::mine(&face.ctx, &me).await?;
    let controller = &face.ctx.store.book().profile().controller;
    Ok(render(&Page {
        shell: Shell::of(&face, &me, "What went wrong", "privacy").await?,
        shown: notices.iter().map(|notice| notice.told_at.micros()).max().unwrap_or_default(),
        notices: notices.into_iter().map(notice).collect(),
        contact: controller.contact.clone(),
        authority: controller.authority.clone(),
    }))
}

/// Says that I have read it.
pub async fn have_read(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(read): axum::Form<Read>,
) -> Result<Response, Problem> {
    breaches::have_read(&face.ctx, &me, Instant::from_micros(read.shown)).await?;
    Ok(Redirect::to("/").into_response())
}
