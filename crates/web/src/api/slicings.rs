//! Toolpaths for programs: ask for one, follow it, take it, erase it.

use super::{Fault, Made, Refused, id};
use crate::Face;
use crate::session::Me;
use app::Refusal;
use app::models::{self, Material, Quality, Slicing, State as How};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A toolpath of a model.
#[derive(Serialize, ToSchema)]
#[schema(as = Slicing)]
pub struct Shown {
    /// Its number.
    id: String,
    /// The model it is of.
    model: String,
    /// The number of the printer for which it was made; none if for a common one.
    printer: Option<String>,
    /// `draft`, `standard` or `fine`; none if it came ready-made.
    quality: Option<String>,
    /// `PLA` or `PETG`; none if it came ready-made.
    material: Option<String>,
    /// Whether overhangs are propped up.
    supports: bool,
    /// `making`, `ready`, `held` (somebody must look at lines of it), `failed` or `cancelled`.
    state: &'static str,
    /// Per cent done, while it is being made.
    percent: Option<u8>,
    /// Why it could not be made.
    error: Option<String>,
    /// How long the print will take, in seconds, as the slicer says.
    seconds: Option<f64>,
    /// How much material it will take, in grams, as the slicer says.
    grams: Option<f64>,
    /// How many layers it has.
    layers: u64,
}

impl From<Slicing> for Shown {
    fn from(slicing: Slicing) -> Self {
        let mut percent = None;
        let mut error = None;
        let state = match slicing.state {
            How::Running(progress) => {
                percent = progress.and_then(|p| p.percent);
                "making"
            }
            How::Ready => "ready",
            How::Held => "held",
            How::Failed(why) => {
                error = Some(why.reveal().clone());
                "failed"
            }
            How::Cancelled => "cancelled",
        };
        Self {
            id: slicing.id.to_string(),
            model: slicing.model.to_string(),
            printer: slicing.printer.map(|printer| printer.to_string()),
            quality: slicing.quality,
            material: slicing.material,
            supports: slicing.supports,
            state,
            percent,
            error,
            seconds: slicing.facts.seconds,
            grams: slicing.facts.grams,
            layers: slicing.facts.layers,
        }
    }
}

/// How a toolpath is to be made.
#[derive(Deserialize, ToSchema)]
pub struct Choices {
    /// The number of the printer by whose limits it is made; a common one, if none is named.
    #[serde(default)]
    printer: Option<String>,
    /// `draft`, `standard` or `fine`.
    #[schema(example = "standard")]
    quality: String,
    /// `PLA` or `PETG`.
    #[schema(example = "PLA")]
    material: String,
    /// Whether overhangs are propped up.
    #[serde(default)]
    supports: bool,
}

/// The toolpaths of a model, the newest first.
#[utoipa::path(get, path = "/api/v1/models/{id}/slicings", tag = "slicings", params(("id" = String, Path, description = "the model")), responses((status = 200, body = Vec<Shown>), Refused))]
pub async fn list(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Vec<Shown>>, Fault> {
    let model = models::get(&face.ctx, &me, id(&text)?).await?.id;
    let all = models::slicings(&face.ctx, &me, model).await?;
    Ok(Json(all.into_iter().map(Shown::from).collect()))
}

/// Asks for a toolpath of a model. Its number is answered at once; look at it until it is ready.
#[utoipa::path(post, path = "/api/v1/models/{id}/slicings", tag = "slicings", params(("id" = String, Path, description = "the model")), request_body = Choices, responses((status = 202, body = Made), Refused))]
pub async fn make(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    Json(choices): Json<Choices>,
) -> Result<(StatusCode, Json<Made>), Fault> {
    let wrong = |field, problem: &str| Refusal::Field { field, problem: problem.to_owned() };
    let quality = Quality::ALL.into_iter().find(|q| q.name() == choices.quality);
    let quality = quality.ok_or_else(|| wrong("quality", "Say draft, standard or fine."))?;
    let material = Material::ALL.into_iter().find(|m| m.name() == choices.material);
    let material = material.ok_or_else(|| wrong("material", "Say PLA or PETG."))?;
    let printer = choices.printer.as_deref().map(id).transpose()?;
    let wanted = models::Choices { printer, quality, material, supports: choices.supports };
    let made = models::slice(&face.ctx, &me, id(&text)?, wanted).await?;
    Ok(Made::answer(made))
}

/// One toolpath.
#[utoipa::path(get, path = "/api/v1/slicings/{id}", tag = "slicings", params(("id" = String, Path)), responses((status = 200, body = Shown), Refused))]
pub async fn get(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Shown>, Fault> {
    Ok(Json(models::slicing(&face.ctx, &me, id(&text)?).await?.into()))
}

/// Its G-code.
#[utoipa::path(get, path = "/api/v1/slicings/{id}/toolpath", tag = "slicings", params(("id" = String, Path)), responses((status = 200, body = String, content_type = "text/x.gcode"), Refused))]
pub async fn toolpath(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let (pass, _) = models::toolpath(&face.ctx, &me, id(&text)?).await?;
    Ok(crate::pages::models::file(&face, pass, "text/x.gcode", None))
}

/// Erases it; one that is being made is given up.
#[utoipa::path(delete, path = "/api/v1/slicings/{id}", tag = "slicings", params(("id" = String, Path)), responses((status = 204), Refused))]
pub async fn erase(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<StatusCode, Fault> {
    models::erase_slicing(&face.ctx, &me, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
