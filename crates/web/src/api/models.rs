//! Models for programs: list, get, upload, erase.

use super::{Fault, id};
use crate::Face;
use crate::session::Me;
use app::models::{self, Arriving, Model, Sort, Stage};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// My models and files on their way in.
pub async fn list(State(face): State<Face>, Me(me): Me) -> Result<Json<Value>, Fault> {
    let all = models::list(&face.ctx, &me, Sort::Newest).await?;
    let arriving = models::in_progress(&face.ctx, &me).await?;
    Ok(Json(json!({
        "models": all.iter().map(model).collect::<Vec<_>>(),
        "arriving": arriving.iter().map(upload_json).collect::<Vec<_>>(),
    })))
}

/// One of them.
pub async fn get(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Json<Value>, Fault> {
    if let Ok(arriving) = models::arriving(&face.ctx, &me, id(&text)?).await {
        return Ok(Json(upload_json(&arriving)));
    }
    Ok(Json(model(&models::get(&face.ctx, &me, id(&text)?).await?)))
}

#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// Takes in a whole file, sent as the body; its name is in the query.
pub async fn upload(
    State(face): State<Face>,
    Me(me): Me,
    Query(query): Query<Named>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let id = models::receive(&face.ctx, &me, &query.name, body.into_data_stream()).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id.to_string(), "state": "reading" }))))
}

/// Erases a model, or gives an upload up.
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

fn model(model: &Model) -> Value {
    json!({
        "id": model.id.to_string(),
        "name": model.name.reveal(),
        "format": model.format,
        "bytes": model.size,
        "state": if model.checking { "checking" } else { "ready" },
        "created_at": model.created_at.map(|t| t.to_string()),
        "size_mm": model.facts.map(|f| f.size_mm),
        "volume_mm3": model.facts.map(|f| f.volume_mm3),
        "triangles": model.facts.map(|f| f.triangles),
        "printable": model.report.printable,
        "findings": model.report.findings,
        "removed": model.report.removed,
    })
}

fn upload_state(stage: &Stage) -> (&'static str, Option<&str>) {
    match stage {
        Stage::Receiving => ("receiving", None),
        Stage::Reading(_) => ("reading", None),
        Stage::Refused(why) => ("refused", Some(why)),
    }
}

fn upload_json(arriving: &Arriving) -> Value {
    let (state, why) = upload_state(&arriving.stage);
    json!({
        "id": arriving.id.to_string(),
        "name": arriving.name.reveal(),
        "state": state,
        "received": arriving.received,
        "bytes": arriving.size,
        "error": why,
    })
}
