//! Signing in and out.

use crate::form::Form;
use crate::pages::privacy::{Sale, sales};
use crate::problem::{Problem, status_of};
use crate::session::{Maybe, Me};
use crate::shell::{Shell, render};
use crate::{Face, cookie};
use app::Refusal;
use app::accounts::{self, Device, SignIn};
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Personal;
use serde::Deserialize;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct Page {
    shell: Shell,
    sales: Vec<Sale>,
    form: Form,
    next: String,
    code: bool,
    passkeys: bool,
    /// What people know the service as by which they may sign in too.
    elsewhere: Option<String>,
}

#[derive(Deserialize)]
pub struct Asked {
    next: Option<String>,
    joined: Option<String>,
}

#[derive(Deserialize)]
pub struct Typed {
    email: String,
    password: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    shared: Option<String>,
    #[serde(default)]
    next: String,
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Maybe(me): Maybe,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    if me.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    if accounts::needs_setup(&face.ctx).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let done = asked.joined.map(|_| "Your account is ready. Sign in with it.");
    let shell = Shell::of_the_door(&face, "Sign in").saying(done);
    let next = inside(asked.next.as_deref());
    Ok(render(&page_of(&face, shell, Form::default(), next, false).await?))
}

async fn page_of(face: &Face, shell: Shell, form: Form, next: String, code: bool) -> Result<Page, Problem> {
    let passkeys = face.ctx.passkeys.is_some();
    let elsewhere = accounts::elsewhere(&face.ctx).map(str::to_owned);
    Ok(Page { shell, sales: sales(face).await?, form, next, code, passkeys, elsewhere })
}

/// Signs in.
pub async fn sign_in(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let (shared, next) = (typed.shared.is_some(), inside(Some(&typed.next)));
    let device = device(&headers, peer, shared);
    let form = Form::with([("email", &typed.email)]);
    let asked_for_code = typed.code.is_some();
    let attempt = SignIn { email: typed.email, password: Personal::new(typed.password), code: typed.code };
    match accounts::sign_in(&face.ctx, attempt, device).await {
        Ok(opened) => Ok((kept(&face, &opened, shared)?, Redirect::to(&next)).into_response()),
        Err(app::Error::Refused(Refusal::CodeNeeded)) => {
            let page = page_of(&face, Shell::of_the_door(&face, "Sign in"), form, next, true).await?;
            Ok((StatusCode::UNAUTHORIZED, render(&page)).into_response())
        }
        Err(error) => refused_with(&face, form, error, next, asked_for_code).await,
    }
}

/// The page again, with why nobody was signed in.
pub async fn refused(face: &Face, form: Form, error: app::Error, next: String) -> Result<Response, Problem> {
    refused_with(face, form, error, next, false).await
}

async fn refused_with(
    face: &Face,
    form: Form,
    error: app::Error,
    next: String,
    code: bool,
) -> Result<Response, Problem> {
    let (form, refusal) = form.refused(error)?;
    let page = page_of(face, Shell::of_the_door(face, "Sign in"), form, next, code).await?;
    Ok((status_of(&refusal), render(&page)).into_response())
}

/// Where somebody signs in.
pub fn device(headers: &HeaderMap, peer: SocketAddr, shared: bool) -> Device {
    let agent = headers.get(USER_AGENT).and_then(|h| h.to_str().ok()).unwrap_or("a program").to_owned();
    Device { agent, address: peer.ip().to_string(), shared }
}

/// The cookie by which the browser keeps a session that was opened.
pub fn kept(
    face: &Face,
    opened: &accounts::Opened,
    shared: bool,
) -> Result<[(HeaderName, HeaderValue); 1], Problem> {
    let cookie = cookie::set_session(face.ctx.store.book(), &opened.token, shared, face.reach.is_secure());
    let fault = || Problem::Fault(store::Fault::Corrupt("a cookie could not be made".to_owned()));
    Ok([(SET_COOKIE, cookie.ok_or_else(fault)?)])
}

/// Signs out.
pub async fn sign_out(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    accounts::sign_out(&face.ctx, &me).await?;
    let gone = cookie::end_session(face.reach.is_secure());
    Ok((gone.map(|cookie| [(SET_COOKIE, cookie)]), Redirect::to("/sign-in")).into_response())
}

/// A place inside this house to go to, whatever was asked for.
pub fn inside(next: Option<&str>) -> String {
    let good = next.is_some_and(|n| {
        n.starts_with('/') && !n.starts_with("//") && !n.contains('\\') && !n.contains(char::is_control)
    });
    if good { next.unwrap_or("/").to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_led_elsewhere() {
        for next in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", "/a\nb"]
        {
            assert_eq!(inside(Some(next)), "/", "{next:?}");
        }
        assert_eq!(inside(Some("/privacy")), "/privacy");
    }
}
