//! Who comes: turns the session cookie or a program's key into somebody who has signed in, before a handler runs.

use crate::Face;
use crate::cookie;
use crate::problem::{Problem, ProveFirst};
use crate::routes::{Who, routes};
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
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.extensions().get::<ProveFirst>().is_some() {
        return Redirect::to(&format!("/prove?next={}", page_above(&path))).into_response();
    }
    response
}

/// The page at this path, or the nearest above it: where somebody comes back to who wanted to do something there.
fn page_above(path: &str) -> &str {
    let routes = routes();
    let mut path = path;
    loop {
        if path.is_empty() {
            return "/";
        }
        if routes.iter().any(|route| route.method == "GET" && fits(route.path, path)) {
            return path;
        }
        path = path.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(known), Some(here)) if known == here || known.starts_with('{') => {}
            _ => return false,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::page_above;

    #[test]
    fn whoever_proved_comes_back_to_the_page_with_the_form() {
        for (path, page) in [
            ("/console/people/00ff", "/console/people/00ff"),
            ("/console/people/00ff/role", "/console/people/00ff"),
            ("/console/disclosures/00ff/release", "/console/disclosures/00ff"),
            ("/console/acquisitions/00ff/release", "/console/acquisitions"),
            ("/settings/passkeys", "/settings"),
            ("/nowhere", "/"),
        ] {
            assert_eq!(page_above(path), page);
        }
    }
}
