//! Help: the words used here, and how to reach whoever answers for the data.

use crate::Face;
use crate::problem::Problem;
use crate::session::Maybe;
use crate::shell::{Shell, render};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "help/page.html")]
struct Page {
    shell: Shell,
    contact: String,
}

/// The page.
pub async fn page(State(face): State<Face>, Maybe(me): Maybe) -> Result<Response, Problem> {
    let shell = match me {
        Some(me) => Shell::of(&face, &me, "Help", "help").await?,
        None => Shell::outside(&face, "Help"),
    };
    let contact = face.ctx.store.book().profile().controller.contact.clone();
    Ok(render(&Page { shell, contact }))
}
