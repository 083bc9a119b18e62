//! Now: what needs me, what is running, what is next.

use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::accounts;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "now/page.html")]
struct Page {
    shell: Shell,
    name: String,
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let account = accounts::account(&face.ctx, &me).await?;
    let name = account.name.map(|n| n.reveal().clone()).unwrap_or_default();
    Ok(render(&Page { shell: Shell::of(&face, &me, "Now", "now").await?, name }))
}
