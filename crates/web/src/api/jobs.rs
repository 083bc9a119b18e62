//! The queue for programs: put prints in, follow them, hold, pause and end them.

use super::{Fault, Made, Refused, id};
use crate::Face;
use crate::session::Me;
use crate::words;
use app::queue::{self, Queued, Wish};
use app::{Refusal, models, printers};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use domain::ids::PrinterId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A print that waits or goes on. Of other people's nothing but place and state is told.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
pub struct Shown {
    /// Its number; none of other people's.
    id: Option<String>,
    /// Whether it is mine.
    mine: bool,
    /// What it is called, if it is mine.
    name: Option<String>,
    /// Whether it leaves no trace, if it is mine.
    incognito: bool,
    /// `queued`, `held`, `sending`, `starting`, `printing`, `pausing`, `paused`, `cancelling` or `unknown`.
    state: &'static str,
    /// Since when.
    since: String,
    /// The printer that has it, or for which it is meant.
    printer: Option<String>,
    /// Why it waits, or what went wrong, in words.
    why: Option<String>,
    /// Lines that nobody here knows: look at them, then release it. Only of mine.
    lines: Vec<String>,
    /// How far it is, from 0 to 1, as the printer last said.
    fraction: Option<f64>,
    /// How long it will take, in seconds.
    seconds: Option<f64>,
    /// How much material it will take, in grams.
    grams: Option<f64>,
}

fn shown(job: Queued, called: impl Fn(PrinterId) -> String) -> Shown {
    let wait = job.wait.as_ref().map(|wait| queue::wait_in_words(wait, called));
    let trouble = job.trouble.as_deref().map(|trouble| queue::trouble_in_words(trouble).to_owned());
    Shown {
        id: job.id.map(|id| id.to_string()),
        mine: job.mine,
        name: job.name.map(|name| name.reveal().clone()),
        incognito: job.incognito,
        state: job.state.name(),
        since: job.since.to_string(),
        printer: job.printer.map(|id| id.to_string()),
        why: trouble.or(wait),
        lines: words::findings(&job.findings.lines, job.findings.more),
        fraction: job.progress.map(|p| p.fraction),
        seconds: job.facts.as_ref().and_then(|f| f.seconds),
        grams: job.facts.as_ref().and_then(|f| f.grams),
    }
}

async fn names(face: &Face, me: &app::SignedIn) -> Result<impl Fn(PrinterId) -> String + use<>, app::Error> {
    let all = printers::list(&face.ctx, me).await?;
    Ok(move |id| all.iter().find(|p| p.id == id).map_or_else(|| "a printer".to_owned(), |p| p.name.clone()))
}

/// The whole queue, in its order.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", responses((status = 200, body = Vec<Shown>), Refused))]
pub async fn list(State(face): State<Face>, Me(me): Me) -> Result<Json<Vec<Shown>>, Fault> {
    let called = names(&face, &me).await?;
    let all = queue::list(&face.ctx, &me).await?;
    Ok(Json(all.into_iter().map(|job| shown(job, &called)).collect()))
}

/// One of mine.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)), responses((status = 200, body = Shown), Refused))]
pub async fn get(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Shown>, Fault> {
    let job = queue::get(&face.ctx, &me, id(&text)?).await?;
    Ok(Json(shown(job, names(&face, &me).await?)))
}

/// What is to be done with a toolpath.
#[derive(Deserialize, IntoParams)]
pub struct Wanted {
    /// What the print is called.
    #[serde(default)]
    name: String,
    /// On which printer; any that fits, if none is named.
    #[serde(default)]
    printer: Option<String>,
    /// Leave no trace.
    #[serde(default)]
    incognito: bool,
    /// Wait until it is released.
    #[serde(default)]
    hold: bool,
}

impl Wanted {
    fn wish(self) -> Result<Wish, Refusal> {
        let printer = self.printer.as_deref().map(id).transpose()?;
        let (incognito, hold) = (self.incognito, self.hold);
        Ok(Wish { name: self.name, printer, incognito, hold, ..Wish::default() })
    }
}

/// Puts ready-made G-code into the queue, sent as the body. It passes the gate before anything is stored.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "jobs", params(Wanted), request_body(content = String, content_type = "text/x.gcode"), responses((status = 202, body = Made), Refused))]
pub async fn add(
    State(face): State<Face>,
    Me(me): Me,
    Query(wanted): Query<Wanted>,
    body: Body,
) -> Result<(StatusCode, Json<Made>), Fault> {
    let wish = wanted.wish()?;
    let incoming = queue::receive(&face.ctx, body.into_data_stream()).await?;
    Ok(Made::answer(queue::add(&face.ctx, &me, incoming, &wish).await?))
}

#[derive(Deserialize, IntoParams)]
pub struct Privately {
    /// Leave no trace.
    #[serde(default)]
    incognito: bool,
}

/// Puts a toolpath of one of my models into the queue, for the printer for which it was made.
#[utoipa::path(post, path = "/api/v1/slicings/{id}/print", tag = "jobs", params(("id" = String, Path, description = "the toolpath"), Privately), responses((status = 202, body = Made), Refused))]
pub async fn print(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    Query(how): Query<Privately>,
) -> Result<(StatusCode, Json<Made>), Fault> {
    Ok(Made::answer(models::print(&face.ctx, &me, id(&text)?, how.incognito).await?))
}

/// Takes one out of the queue that has not started.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn remove(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    queue::remove(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Holds it back.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/hold", tag = "jobs", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn hold(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    queue::hold(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets one that was held back go on waiting.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/release", tag = "jobs", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn release(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    queue::release(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pauses the print.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/pause", tag = "jobs", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn pause(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    printers::pause(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes on with it.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/resume", tag = "jobs", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn resume(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    printers::resume(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
pub struct Confirmed {
    /// What was printed so far is lost: say `true`.
    #[serde(default)]
    confirm: bool,
}

/// Ends the print. What was printed so far is lost, so it must be confirmed.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path), Confirmed), responses((status = 204), Refused))]
pub async fn cancel(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    Query(confirmed): Query<Confirmed>,
) -> Result<StatusCode, Fault> {
    printers::cancel(&face.ctx, &me, id(&text)?, confirmed.confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}
