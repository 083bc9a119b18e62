//! Who comes: turns the session cookie or a program's key into somebody who has signed in, before a handler runs.

use crate::cookie;
use crate::problem::Problem;
use crate::{Face, routes::Who};
use app::SignedIn;
use app::accounts::{self, Scope};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::MethodRouter;

/// Somebody who has signed in. Routes for signed-in people have one.
#[derive(Clone, Copy, Debug)]
pub struct Me(pub SignedIn);

/// Somebody who has signed in, or nobody.
#[derive(Clone, Copy, Debug)]
pub struct Maybe(pub Option<SignedIn>);

/// Puts the guard of a route before its handler.
pub fn guard(who: Who, handler: MethodRouter<Face>, face: Face) -> MethodRouter<Face> {
    handler.route_layer(from_fn_with_state((face, who), check))
}

async fn check(State((face, who)): State<(Face, Who)>, mut request: Request, next: Next) -> Response {
    let found = match who {
        Who::Program(scope) => match program(&face, bearer(request.headers()), scope).await {
            Ok(Some(me)) => Some(me),
            Ok(None) => {
                return (StatusCode::UNAUTHORIZED, "a key with the right scope is needed\n").into_response();
            }
            Err(problem) => return problem.into_response(),
        },
        Who::Anybody | Who::SignedIn => match browser(&face, cookie::session(request.headers())).await {
            Ok(found) => found,
            Err(problem) => return problem.into_response(),
        },
    };
    match found {
        Some(me) => {
            request.extensions_mut().insert(Me(me));
        }
        None if who == Who::SignedIn => {
            let wanted = (request.method() == Method::GET).then(|| request.uri().path().to_owned());
            return to_sign_in(&face, wanted).await;
        }
        None => {}
    }
    next.run(request).await
}

async fn browser(face: &Face, token: Option<Vec<u8>>) -> Result<Option<SignedIn>, Problem> {
    let Some(token) = token else { return Ok(None) };
    Ok(accounts::authenticate(&face.ctx, &token).await?)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    Some(header.strip_prefix("Bearer ")?.trim().to_owned())
}

async fn program(face: &Face, key: Option<String>, scope: Scope) -> Result<Option<SignedIn>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let found = accounts::authenticate_key(&face.ctx, &key).await?;
    Ok(found.filter(|(_, scopes)| scopes.contains(&scope)).map(|(me, _)| me))
}

/// To the sign-in, and back to the page that was wanted; to the set-up while nobody runs the house.
async fn to_sign_in(face: &Face, wanted: Option<String>) -> Response {
    match accounts::needs_setup(&face.ctx).await {
        Ok(true) => Redirect::to("/setup").into_response(),
        Ok(false) => match wanted.filter(|path| path != "/") {
            Some(path) => Redirect::to(&format!("/sign-in?next={path}")).into_response(),
            None => Redirect::to("/sign-in").into_response(),
        },
        Err(error) => Problem::from(error).into_response(),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or(Problem::Refused(app::Refusal::SignIn))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Maybe {
    type Rejection = core::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Me>().map(|me| me.0)))
    }
}
