//! Signing in by another service: the way there, the way back, and under Settings which accounts there sign somebody in.

use crate::form::Form;
use crate::pages::settings;
use crate::pages::sign_in::{self, device, inside, kept};
use crate::problem::Problem;
use crate::session::{Maybe, Me};
use crate::shell::{Shell, render};
use crate::{Face, cookie};
use app::Refusal;
use app::accounts::{self, CameBack, Leaving, Said};
use askama::Template;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use domain::ids::ProviderAccountId;
use serde::Deserialize;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "settings/elsewhere.html")]
struct GoOn {
    shell: Shell,
    name: String,
    url: String,
}

#[derive(Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// Sends somebody there to sign in.
pub async fn sign_in(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let next = inside(asked.next.as_deref());
    match accounts::sign_in_elsewhere(&face.ctx, &peer.ip().to_string()).await {
        Ok(leaving) => {
            let keeps = keeps(&face, &leaving, &next)?;
            Ok((AppendHeaders([keeps]), Redirect::to(leaving.url.as_str())).into_response())
        }
        Err(error) => sign_in::refused(&face, Form::default(), error, next).await,
    }
}

/// A page that leads there, to connect an account there. A form cannot: pages here send forms to this house alone.
pub async fn connect(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    match accounts::connect_elsewhere(&face.ctx, &me).await {
        Ok(leaving) => {
            let keeps = keeps(&face, &leaving, "/settings")?;
            let shell = Shell::of(&face, &me, "Connect an account elsewhere", "settings").await?;
            let name = accounts::elsewhere(&face.ctx).unwrap_or_default().to_owned();
            let page = GoOn { shell, name, url: leaving.url.into() };
            Ok((AppendHeaders([keeps]), render(&page)).into_response())
        }
        Err(error) => settings::refused(&face, &me, error).await,
    }
}

#[derive(Deserialize)]
pub struct Answered {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

/// Takes somebody back from there.
pub async fn back(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Maybe(me): Maybe,
    headers: HeaderMap,
    Query(answered): Query<Answered>,
) -> Result<Response, Problem> {
    let (secret, next) = cookie::away(&headers).unwrap_or_default();
    let said = Said { state: answered.state, code: answered.code, issuer: answered.iss, secret };
    // Nobody can say there that others use the device too: the session ends with the browser.
    let device = device(&headers, peer, true);
    let done = match accounts::come_back(&face.ctx, me.as_ref(), said, device).await {
        Ok(CameBack::SignedIn(opened)) => {
            (kept(&face, &opened, true)?, Redirect::to(&inside(Some(&next)))).into_response()
        }
        Ok(CameBack::Connected) => Redirect::to("/settings?done=elsewhere").into_response(),
        Err(error) => match me {
            Some(me) => settings::refused(&face, &me, error).await?,
            None => sign_in::refused(&face, Form::default(), error, inside(Some(&next))).await?,
        },
    };
    let gone = cookie::end_away(face.reach.is_secure()).map(|gone| (SET_COOKIE, gone));
    Ok((AppendHeaders(gone), done).into_response())
}

/// Lets an account there sign somebody in no more.
pub async fn end(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    let id: ProviderAccountId = id.parse().map_err(|_| Refusal::NotFound)?;
    accounts::disconnect_elsewhere(&face.ctx, &me, id).await?;
    Ok(Redirect::to("/settings?done=elsewhere-ended").into_response())
}

/// The cookie by which the browser is known again.
fn keeps(face: &Face, leaving: &Leaving, next: &str) -> Result<(HeaderName, HeaderValue), Problem> {
    let cookie = cookie::set_away(face.ctx.store.book(), &leaving.secret, next, face.reach.is_secure());
    let fault = || Problem::Fault(store::Fault::Corrupt("a cookie could not be made".to_owned()));
    Ok((SET_COOKIE, cookie.ok_or_else(fault)?))
}
