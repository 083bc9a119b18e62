//! The data map: what is kept where, and what may leave. Everybody in the house may read it.

use crate::Face;
use crate::pages::kinds::{Alike, alike};
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::data_map::{self, Place};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use privacy::notice;

#[derive(Template)]
#[template(path = "console/data_map.html")]
struct Page {
    shell: Shell,
    policy: String,
    kinds: Vec<Alike>,
    places: Vec<Place>,
    beside: Vec<Place>,
    destinations: Vec<Place>,
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let head = &face.ctx.store.book().profile().policy;
    let page = Page {
        shell: Shell::of(&face, &me, "Data map", "privacy").await?,
        policy: format!("{}, version {}", head.id, head.version),
        kinds: alike(notice::kinds(face.ctx.store.book())),
        places: data_map::places(&face.ctx),
        beside: data_map::beside(&face.ctx),
        destinations: data_map::destinations(&face.ctx),
    };
    Ok(render(&page))
}
