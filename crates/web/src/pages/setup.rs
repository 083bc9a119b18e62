//! Coming in for the first time: the operator with the set-up code, others with an invitation.

use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::shell::{Shell, render};
use app::accounts::{self, Field, Joining};
use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Personal;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "setup/page.html")]
struct Page {
    shell: Shell,
    /// Where the form goes; an invitation's code is in it.
    action: String,
    needs_code: bool,
    years: u8,
    /// The policy's name and version.
    policy: String,
    /// Whether terms of use are accepted with it.
    terms: bool,
    /// Who receives data abroad on nothing but this agreement.
    abroad: Vec<(String, String)>,
    /// What the policy has people asked for besides.
    fields: Vec<Field>,
    form: Form,
}

/// What somebody typed who joins: the fields of the form, and those that the policy declares.
#[derive(Default)]
pub struct Typed {
    code: String,
    name: String,
    email: String,
    password: String,
    old_enough: bool,
    accepts: bool,
    /// Whatever else came, by name: the use case knows what is declared.
    extra: Vec<(String, String)>,
}

impl Typed {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "code" => typed.code = value,
                "name" => typed.name = value,
                "email" => typed.email = value,
                "password" => typed.password = value,
                "old_enough" => typed.old_enough = true,
                "accepts" => typed.accepts = true,
                _ => typed.extra.push((bare(&name).to_owned(), value)),
            }
        }
        typed
    }
    fn form(&self) -> Form {
        Form::with([("name", &self.name), ("email", &self.email)])
    }
    fn joining(self) -> Joining {
        Joining {
            name: self.name,
            email: self.email,
            password: Personal::new(self.password),
            old_enough: self.old_enough,
            accepts: self.accepts,
            extra: self.extra,
        }
    }
}

/// The name of a declared field, without what tells it from the form's own.
pub(super) fn bare(name: &str) -> &str {
    name.strip_prefix("extra-").unwrap_or(name)
}

/// The first page of a new house.
pub async fn page(State(face): State<Face>) -> Result<Response, Problem> {
    if !accounts::needs_setup(&face.ctx).await? {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(show(&face, "/setup".to_owned(), true, Form::default(), &[]))
}

/// Makes the operator's account.
pub async fn finish(
    State(face): State<Face>,
    axum::Form(pairs): axum::Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed = Typed::of(pairs);
    let (form, code, given) = (typed.form(), typed.code.clone(), typed.extra.clone());
    match accounts::finish_setup(&face.ctx, &code, typed.joining()).await {
        Ok(_) => Ok(Redirect::to("/sign-in?joined=1").into_response()),
        Err(error) => {
            form.again(error, async |form| Ok(show(&face, "/setup".to_owned(), true, form, &given))).await
        }
    }
}

/// The page of an invitation. Whether the code is good is told when the form is sent, so that nobody can try codes by looking.
pub async fn invited(State(face): State<Face>, Path(code): Path<String>) -> Response {
    show(&face, format!("/invite/{code}"), false, Form::default(), &[])
}

/// Joins with an invitation.
pub async fn accept(
    State(face): State<Face>,
    Path(code): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    axum::Form(pairs): axum::Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed = Typed::of(pairs);
    let (form, given) = (typed.form(), typed.extra.clone());
    match accounts::accept(&face.ctx, &code, &peer.ip().to_string(), typed.joining()).await {
        Ok(_) => Ok(Redirect::to("/sign-in?joined=1").into_response()),
        Err(error) => {
            form.again(error, async |form| Ok(show(&face, format!("/invite/{code}"), false, form, &given)))
                .await
        }
    }
}

fn show(face: &Face, action: String, needs_code: bool, form: Form, given: &accounts::Typed) -> Response {
    let title = if needs_code { "Set up this house" } else { "Join this house" };
    let years = face.ctx.store.book().profile().people.at_least_years;
    let head = &face.ctx.store.book().profile().policy;
    let policy = format!("version {} of {}", head.version, head.effective);
    let abroad = app::disclosures::under_contract(&face.ctx);
    let mut fields = accounts::fields(face.ctx.store.book(), None);
    for field in &mut fields {
        field.value =
            given.iter().find(|(id, _)| *id == field.id).map(|(_, value)| value.clone()).unwrap_or_default();
    }
    let terms = !head.terms_of_use.is_empty();
    render(&Page {
        shell: Shell::outside(face, title),
        action,
        needs_code,
        years,
        policy,
        terms,
        abroad,
        fields,
        form,
    })
}
