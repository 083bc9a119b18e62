//! The print history for programs: a person's own, if they keep one.

use super::{Fault, Made, Refused, id};
use crate::Face;
use crate::session::Me;
use app::history::{self, Filter};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use domain::job::SaidBy;
use serde::{Deserialize, Serialize};
use store::history::Entry;
use utoipa::{IntoParams, ToSchema};

/// A page of the history.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub struct Shown {
    /// Its entries, the newest first.
    entries: Vec<Line>,
    /// Whether more follow.
    more: bool,
}

/// A print that is over.
#[derive(Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct Line {
    /// Its number.
    id: String,
    /// What it was called.
    name: Option<String>,
    /// On which printer.
    printer: Option<String>,
    /// When it started.
    started_at: Option<String>,
    /// When it ended.
    ended_at: String,
    /// How long it took, in seconds.
    seconds: Option<f64>,
    /// How much material it took, in grams.
    grams: Option<f64>,
    /// `good`, `partly`, `failed`, `cancelled` or `lost`.
    verdict: &'static str,
    /// Whether a person said so; otherwise it is the printer's word.
    said_by_person: bool,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            name: entry.name.map(|name| name.reveal().clone()),
            printer: entry.printer.map(|id| id.to_string()),
            started_at: entry.started_at.map(|at| at.to_string()),
            ended_at: entry.ended_at.to_string(),
            seconds: entry.seconds,
            grams: entry.grams,
            verdict: entry.outcome.verdict.name(),
            said_by_person: entry.outcome.said_by == SaidBy::Person,
        }
    }
}

#[derive(Deserialize, IntoParams)]
pub struct Which {
    /// Which page, from 0.
    #[serde(default)]
    page: usize,
}

/// My history, page by page.
#[utoipa::path(get, path = "/api/v1/history", tag = "history", params(Which), responses((status = 200, body = Shown), Refused))]
pub async fn list(
    State(face): State<Face>,
    Me(me): Me,
    Query(which): Query<Which>,
) -> Result<Json<Shown>, Fault> {
    let page = history::page(&face.ctx, &me, &Filter::default(), which.page).await?;
    Ok(Json(Shown { entries: page.entries.into_iter().map(Line::from).collect(), more: page.more }))
}

#[derive(Deserialize, IntoParams)]
pub struct Again {
    /// On which printer; any that fits, if none is named.
    #[serde(default)]
    printer: Option<String>,
    /// Leave no trace.
    #[serde(default)]
    incognito: bool,
}

/// Prints it again, without slicing.
#[utoipa::path(post, path = "/api/v1/history/{id}/again", tag = "history", params(("id" = String, Path), Again), responses((status = 202, body = Made), Refused))]
pub async fn again(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    Query(wanted): Query<Again>,
) -> Result<(StatusCode, Json<Made>), Fault> {
    let printer = wanted.printer.as_deref().map(id).transpose()?;
    Ok(Made::answer(history::print_again(&face.ctx, &me, id(&text)?, printer, wanted.incognito).await?))
}

/// Deletes an entry with its files.
#[utoipa::path(delete, path = "/api/v1/history/{id}", tag = "history", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn delete(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    history::delete(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
