//! Models for programs: list, get, upload, erase.

use super::{Fault, Refused, id};
use crate::Face;
use crate::session::Me;
use app::models::{self, Arriving, Sort, Stage};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A model, or a file on its way to become one.
#[derive(Serialize, ToSchema)]
#[schema(as = Model)]
pub struct Shown {
    /// Its number. A file keeps its number when it becomes a model.
    id: String,
    /// What the person calls it.
    name: String,
    /// How far it is: `receiving`, `reading`, `refused`, `checking` or `ready`.
    state: &'static str,
    /// Bytes of the file, as far as they are known.
    bytes: Option<u64>,
    /// Bytes that have come, of a file on its way.
    received: Option<u64>,
    /// Why the file was refused, and what to do.
    error: Option<String>,
    /// `stl`, `3mf` or `gcode`.
    format: Option<String>,
    /// When it was stored.
    created_at: Option<String>,
    /// Extent along x, y and z, in millimetres.
    size_mm: Option<[f64; 3]>,
    /// Volume in cubic millimetres.
    volume_mm3: Option<f64>,
    /// How many triangles it has.
    triangles: Option<u64>,
    /// Whether it can be sliced.
    printable: Option<bool>,
    /// What is wrong with it, worst first.
    findings: Vec<Finding>,
    /// What the file held beside the shape, such as names and paths; it was not kept.
    removed: Vec<String>,
}

/// Something that is wrong with a model.
#[derive(Serialize, ToSchema)]
pub struct Finding {
    /// A name that does not change.
    #[schema(example = "open-edges")]
    code: String,
    /// In how many places.
    count: u64,
    /// What it means, in plain words.
    words: String,
}

impl From<models::Model> for Shown {
    fn from(model: models::Model) -> Self {
        let findings = model.report.findings.into_iter();
        let (size_mm, volume_mm3, triangles) = model
            .facts
            .map_or((None, None, None), |f| (Some(f.size_mm), Some(f.volume_mm3), Some(f.triangles)));
        Self {
            id: model.id.to_string(),
            name: model.name.reveal().clone(),
            state: if model.checking { "checking" } else { "ready" },
            bytes: Some(model.size),
            received: None,
            error: model.failure.map(|why| why.reveal().clone()),
            format: Some(model.format),
            created_at: model.created_at.map(|at| at.to_string()),
            size_mm,
            volume_mm3,
            triangles,
            printable: Some(model.report.printable),
            findings: findings.map(|f| Finding { code: f.code, count: f.count, words: f.words }).collect(),
            removed: model.report.removed.into_iter().map(|r| r.what).collect(),
        }
    }
}

impl From<Arriving> for Shown {
    fn from(arriving: Arriving) -> Self {
        let (state, error) = match arriving.stage {
            Stage::Receiving => ("receiving", None),
            Stage::Reading(_) => ("reading", None),
            Stage::Refused(why) => ("refused", Some(why)),
        };
        Self {
            id: arriving.id.to_string(),
            name: arriving.name.reveal().clone(),
            state,
            bytes: arriving.size,
            received: Some(arriving.received),
            error,
            format: None,
            created_at: None,
            size_mm: None,
            volume_mm3: None,
            triangles: None,
            printable: None,
            findings: Vec::new(),
            removed: Vec::new(),
        }
    }
}

/// My models, the newest first, after the files that are on their way.
#[utoipa::path(get, path = "/api/v1/models", tag = "models", responses((status = 200, body = Vec<Shown>), Refused))]
pub async fn list(State(face): State<Face>, Me(me): Me) -> Result<Json<Vec<Shown>>, Fault> {
    let arriving = models::in_progress(&face.ctx, &me).await?;
    let all = models::list(&face.ctx, &me, Sort::Newest).await?;
    Ok(Json(arriving.into_iter().map(Shown::from).chain(all.into_iter().map(Shown::from)).collect()))
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/models/{id}", tag = "models", params(("id" = String, Path)), responses((status = 200, body = Shown), Refused))]
pub async fn get(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Shown>, Fault> {
    if let Ok(arriving) = models::arriving(&face.ctx, &me, id(&text)?).await {
        return Ok(Json(arriving.into()));
    }
    Ok(Json(models::get(&face.ctx, &me, id(&text)?).await?.into()))
}

#[derive(Deserialize, IntoParams)]
pub struct Named {
    /// What to call it, with its ending: `bracket.stl`.
    name: String,
}

/// Takes a whole file in, sent as the body. Its number is answered at once; look at it until it is ready or refused.
#[utoipa::path(post, path = "/api/v1/models", tag = "models", params(Named), request_body(content = [u8], content_type = "application/octet-stream"), responses((status = 202, body = super::Made), Refused))]
pub async fn upload(
    State(face): State<Face>,
    Me(me): Me,
    Query(query): Query<Named>,
    body: Body,
) -> Result<(StatusCode, Json<super::Made>), Fault> {
    let id = models::receive(&face.ctx, &me, &query.name, body.into_data_stream()).await?;
    Ok(super::Made::answer(id))
}

/// Erases a model, or gives an upload up.
#[utoipa::path(delete, path = "/api/v1/models/{id}", tag = "models", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn erase(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    if models::dismiss(&face.ctx, &me, id(&text)?).await.is_err() {
        models::erase(&face.ctx, &me, id(&text)?).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
