//! The measures that protect data here, each with who answers for it and what a check found just now.

use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::measures::{self, Measure};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::person::Role;

#[derive(Template)]
#[template(path = "console/measures.html")]
struct Page {
    shell: Shell,
    measures: Vec<Shown>,
    failing: usize,
}

struct Shown {
    says: &'static str,
    owner: &'static str,
    good: bool,
    found: String,
}

fn shown(measure: Measure) -> Shown {
    let good = measure.found.is_ok();
    let owner = if measure.owner == Role::PrivacyOfficer { "Privacy officer" } else { "Operator" };
    let (Ok(found) | Err(found)) = measure.found;
    Shown { says: measure.says, owner, good, found }
}

/// Every measure, checked as the page is made.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let found = measures::measures(&face.ctx, &me, face.reach.is_private()).await?;
    let measures: Vec<Shown> = found.into_iter().map(shown).collect();
    let failing = measures.iter().filter(|measure| !measure.good).count();
    Ok(render(&Page { shell: Shell::of(&face, &me, "Measures", "console").await?, measures, failing }))
}
