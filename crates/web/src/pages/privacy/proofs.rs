//! What people keep and check without this house, as files: proofs, checkpoints, receipts.

use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use app::{Refusal, proofs};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// A file to keep; no copy of it stays anywhere on the way.
fn file(name: &str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

/// The proof of a line about me.
pub async fn line(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Refusal::NotFound)?;
    let text = proofs::line(&face.ctx, &me, number).await?;
    Ok(file(&format!("line-{number}.tlog-proof"), text))
}

/// The receipt of something that I said to a question of consent.
pub async fn consent(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(file("consent-receipt.txt", proofs::consent(&face.ctx, &me, &id).await?))
}

/// The signed receipt of an erasure, for whoever kept its address.
pub async fn erasure(State(face): State<Face>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    Ok(file("erasure-receipt.txt", proofs::erasure(&face.ctx, id).await?))
}

/// The newest signed checkpoint, for anybody: it names nobody, and who keeps one holds the house to it.
pub async fn checkpoint(State(face): State<Face>) -> Result<Response, Problem> {
    Ok(file("checkpoint.txt", proofs::checkpoint(&face.ctx)?))
}

#[derive(Deserialize)]
pub struct From {
    /// How many leaves the kept checkpoint has.
    #[serde(default)]
    from: String,
}

/// The proof that the log continues the one of a checkpoint that somebody kept.
pub async fn continues(
    State(face): State<Face>,
    Me(_): Me,
    Query(From { from }): Query<From>,
) -> Result<Response, Problem> {
    Ok(file("continues.txt", proofs::continues(&face.ctx, &from).await?))
}
