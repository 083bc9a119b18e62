//! Printers for programs: what they are at, and the word that a bed is clear.

use super::{Fault, Refused, id};
use crate::Face;
use crate::session::Me;
use app::printers::{self, Printer};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::printer::State as At;
use serde::Serialize;
use utoipa::ToSchema;

/// A printer of the house.
#[derive(Serialize, ToSchema)]
#[schema(as = Printer)]
pub struct Shown {
    /// Its number.
    id: String,
    /// What the house calls it.
    name: String,
    /// The kind of machine: `simulated` or `octoprint`.
    driver: String,
    /// `ready`, `sending-file`, `printing`, `pausing`, `paused`, `needs-you`, `cancelling`, `clear-the-bed`, `busy`,
    /// `no-contact` or `off-duty`. With `no-contact` nobody knows what it is at.
    state: &'static str,
    /// When it last said something.
    heard_at: Option<String>,
    /// Since when its bed counts as clear; nothing starts on a bed that nobody said is clear.
    bed_clear_at: Option<String>,
    /// How big a part it can make, along x, y and z, in millimetres.
    volume_mm: Option<[f64; 3]>,
}

impl From<Printer> for Shown {
    fn from(printer: Printer) -> Self {
        Self {
            id: printer.id.to_string(),
            name: printer.name,
            driver: printer.driver,
            state: word(&printer.state),
            heard_at: printer.report.map(|report| report.at.to_string()),
            bed_clear_at: printer.bed_clear_at.map(|at| at.to_string()),
            volume_mm: printer.equipment.volume.map(|v| [v.x.0, v.y.0, v.z.0]),
        }
    }
}

const fn word(state: &At) -> &'static str {
    match state {
        At::Ready => "ready",
        At::SendingFile => "sending-file",
        At::Printing => "printing",
        At::Pausing => "pausing",
        At::Paused => "paused",
        At::NeedsYou(_) => "needs-you",
        At::Cancelling => "cancelling",
        At::FinishedClearTheBed => "clear-the-bed",
        At::Busy => "busy",
        At::NoContact { .. } => "no-contact",
        At::OffDuty => "off-duty",
    }
}

/// The printers of the house.
#[utoipa::path(get, path = "/api/v1/printers", tag = "printers", responses((status = 200, body = Vec<Shown>), Refused))]
pub async fn list(State(face): State<Face>, Me(me): Me) -> Result<Json<Vec<Shown>>, Fault> {
    let all = printers::list(&face.ctx, &me).await?;
    Ok(Json(all.into_iter().map(Shown::from).collect()))
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/printers/{id}", tag = "printers", params(("id" = String, Path)), responses((status = 200, body = Shown), Refused))]
pub async fn get(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Shown>, Fault> {
    Ok(Json(printers::get(&face.ctx, &me, id(&text)?).await?.into()))
}

/// Says that its bed is clear. Only somebody who sees it may say so: a collision can break the machine.
#[utoipa::path(post, path = "/api/v1/printers/{id}/bed-is-clear", tag = "printers", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn bed_is_clear(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    printers::bed_is_clear(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
