//! A proof, again, of who somebody is: before what nobody may do at a browser that was left open.

use crate::Face;
use crate::form::Form;
use crate::pages::sign_in::inside;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::{SignedIn, accounts};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Personal;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/prove.html")]
struct Page {
    shell: Shell,
    form: Form,
    next: String,
    /// Whether they want a code asked for.
    code: bool,
    passkeys: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&face, &me, inside(asked.next.as_deref()), Form::default()).await
}

#[derive(Deserialize)]
pub struct Typed {
    password: String,
    code: Option<String>,
    #[serde(default)]
    next: String,
}

/// Proves it by what a sign-in asks for.
pub async fn prove(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let next = inside(Some(&typed.next));
    let password = Personal::new(typed.password);
    match accounts::prove_again(&face.ctx, &me, &password, typed.code.as_deref()).await {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, next, form)).await,
    }
}

async fn show(face: &Face, me: &SignedIn, next: String, form: Form) -> Result<Response, Problem> {
    let passkeys = face.ctx.passkeys.is_some() && !accounts::passkeys(&face.ctx, me).await?.is_empty();
    let shell = Shell::of(face, me, "Prove that it is you", "").await?;
    let code = accounts::asks_for_codes(&face.ctx, me).await?;
    Ok(render(&Page { shell, form, next, code, passkeys }))
}
