//! Passkeys: what the browser asks a device with, and takes its answer to. Pages without scripts have the password.

use crate::Face;
use crate::pages::sign_in::{device, inside, kept};
use crate::problem::{Problem, status_of};
use crate::session::Me;
use app::accounts;
use app::{Error, Refusal};
use axum::Json;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::PasskeyId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Begins a proof: the same for whoever signs in and for whoever is signed in.
pub async fn begin(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> Result<Response, Problem> {
    told(accounts::begin_proof(&face.ctx, &peer.ip().to_string()).await)
}

#[derive(Deserialize)]
pub struct Answered {
    ceremony: String,
    answer: Value,
    #[serde(default)]
    shared: bool,
    #[serde(default)]
    next: String,
}

/// Signs in.
pub async fn sign_in(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(given): Json<Answered>,
) -> Result<Response, Problem> {
    let device = device(&headers, peer, given.shared);
    match accounts::sign_in_with_passkey(&face.ctx, &given.ceremony, &given.answer, device).await {
        Ok(opened) => {
            let cookie = kept(&face, &opened, given.shared)?;
            Ok((cookie, Json(json!({ "next": inside(Some(&given.next)) }))).into_response())
        }
        Err(error) => told(Err::<Value, _>(error)),
    }
}

/// Proves again who somebody is.
pub async fn prove(
    State(face): State<Face>,
    Me(me): Me,
    Json(given): Json<Answered>,
) -> Result<Response, Problem> {
    let proved = accounts::prove_with_passkey(&face.ctx, &me, &given.ceremony, &given.answer).await;
    told(proved.map(|()| json!({ "next": inside(Some(&given.next)) })))
}

/// Begins to add a passkey.
pub async fn begin_to_add(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    told(accounts::begin_passkey(&face.ctx, &me).await)
}

#[derive(Deserialize)]
pub struct New {
    ceremony: String,
    answer: Value,
    #[serde(default)]
    name: String,
}

/// Adds a passkey.
pub async fn add(State(face): State<Face>, Me(me): Me, Json(new): Json<New>) -> Result<Response, Problem> {
    let added = accounts::add_passkey(&face.ctx, &me, &new.ceremony, &new.name, &new.answer).await;
    told(added.map(|()| json!({ "next": "/settings?done=passkey" })))
}

/// Ends a passkey.
pub async fn end(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    let id: PasskeyId = id.parse().map_err(|_| Refusal::NotFound)?;
    accounts::end_passkey(&face.ctx, &me, id).await?;
    Ok(Redirect::to("/settings?done=passkey-ended").into_response())
}

/// What a script is told: the answer, or in words why not. Whoever must prove again who they are is led to that page.
fn told(outcome: Result<impl Serialize, Error>) -> Result<Response, Problem> {
    match outcome {
        Ok(answer) => Ok(Json(answer).into_response()),
        Err(Error::Refused(again @ Refusal::ProveAgain)) => Err(again.into()),
        Err(Error::Refused(refusal)) => {
            let words = Json(json!({ "problem": refusal.to_string() }));
            Ok((status_of(&refusal), words).into_response())
        }
        Err(Error::Fault(fault)) => Err(Problem::Fault(fault)),
    }
}
