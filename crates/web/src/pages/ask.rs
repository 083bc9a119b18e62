//! Asking for something about one's data without an account: the form, the page by which it is followed, and the one that a
//! letter leads to. They say the same whether or not an address belongs to an account.

use crate::Face;
use crate::form::Form;
use crate::pages::requests::{Answer, Choice, Shown, Typed, matters, regions};
use crate::problem::Problem;
use crate::shell::{Shell, render};
use app::requests;
use askama::Template;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "requests/ask.html")]
struct Ask {
    shell: Shell,
    matters: Vec<Choice>,
    regions: Vec<Choice>,
    contact: String,
    form: Form,
}

/// What is chosen in the form already.
#[derive(Deserialize)]
pub struct For {
    #[serde(default)]
    matter: String,
}

/// The form that needs no account.
pub async fn page(State(face): State<Face>, Query(chosen): Query<For>) -> Response {
    show_ask(&face, Form::default().typed("matter", &chosen.matter))
}

fn show_ask(face: &Face, form: Form) -> Response {
    let contact = face.ctx.store.book().profile().controller.contact.clone();
    let shell = Shell::outside(face, "Ask about your data");
    render(&Ask { shell, matters: matters(), regions: regions(), contact, form })
}

/// Asks without an account; leads to the page by which it is followed.
pub async fn ask(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = typed.form();
    let source = peer.ip().to_string();
    match requests::ask_without_account(&face.ctx, &typed.asked(), &source, &face.reach.public_url).await {
        Ok(code) => Ok(Redirect::to(&format!("/ask/{code}")).into_response()),
        Err(error) => form.again(error, async |form| Ok(show_ask(&face, form))).await,
    }
}

#[derive(Template)]
#[template(path = "requests/follow.html")]
struct Follow {
    shell: Shell,
    code: String,
    request: Shown,
    known: bool,
    /// Whether what was written is read here, since no address was left.
    here: bool,
    mail: bool,
    form: Form,
}

/// How the request with this code stands.
pub async fn follow(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    show_followed(&face, peer, code, Form::default()).await
}

async fn show_followed(face: &Face, peer: SocketAddr, code: String, form: Form) -> Result<Response, Problem> {
    let told = requests::follow(&face.ctx, &code, &peer.ip().to_string()).await?;
    let here = told.is_followed_only();
    let request = Shown::of(&told, here);
    let shell = Shell::outside(face, "Your request");
    let known = told.case.is_known();
    Ok(render(&Follow { shell, code, request, known, here, mail: face.ctx.sends_mail_to_anybody(), form }))
}

/// Takes the request with this code back.
pub async fn take_back(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    match requests::take_back_without_account(&face.ctx, &code, &peer.ip().to_string()).await {
        Ok(()) => Ok(Redirect::to(&format!("/ask/{code}")).into_response()),
        Err(error) => Form::default().again(error, |form| show_followed(&face, peer, code, form)).await,
    }
}

#[derive(Template)]
#[template(path = "requests/prove.html")]
struct Prove {
    shell: Shell,
    code: String,
    request: Option<Shown>,
    done: bool,
    form: Form,
}

/// Asks whether it is you. Programs that look at the links in letters press no buttons.
pub async fn prove_page(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    match requests::to_prove(&face.ctx, &code, &peer.ip().to_string()).await {
        Ok(told) => Ok(show_prove(&face, code, Some(Shown::of(&told, false)), Form::default())),
        Err(error) => {
            Form::default().again(error, async |form| Ok(show_prove(&face, code, None, form))).await
        }
    }
}

fn show_prove(face: &Face, code: String, request: Option<Shown>, form: Form) -> Response {
    render(&Prove { shell: Shell::outside(face, "Is it you?"), code, request, done: false, form })
}

/// It is you.
pub async fn prove(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    match requests::prove(&face.ctx, &code, &peer.ip().to_string()).await {
        Ok(()) => {
            let shell = Shell::outside(&face, "Is it you?");
            Ok(render(&Prove { shell, code, request: None, done: true, form: Form::default() }))
        }
        Err(error) => {
            Form::default().again(error, async |form| Ok(show_prove(&face, code, None, form))).await
        }
    }
}

/// Answers what whoever has the code was asked for.
pub async fn reply(
    State(face): State<Face>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
    axum::Form(typed): axum::Form<Answer>,
) -> Result<Response, Problem> {
    match requests::reply_without_account(&face.ctx, &code, &peer.ip().to_string(), &typed.answer).await {
        Ok(()) => Ok(Redirect::to(&format!("/ask/{code}")).into_response()),
        Err(error) => typed.form().again(error, |form| show_followed(&face, peer, code, form)).await,
    }
}
