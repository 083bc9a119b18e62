//! Now: what needs me, what is running, what is next.

use super::printers::Card;
use super::queue::Row;
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::{accounts, printers, queue};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "now/page.html")]
struct Page {
    shell: Shell,
    name: String,
    needs_you: Vec<Card>,
    running: Vec<Card>,
    next: Vec<Row>,
    no_printers: bool,
}

/// How many waiting jobs are shown.
const NEXT: usize = 5;

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let account = accounts::account(&face.ctx, &me).await?;
    let all = printers::list(&face.ctx, &me).await?;
    let jobs = queue::list(&face.ctx, &me).await?;
    let cards = all.iter().map(|p| Card::of(p, &jobs));
    let (needs_you, rest): (Vec<Card>, Vec<Card>) =
        cards.partition(|c| c.clear_the_bed || c.question.is_some());
    let worst = needs_you.first().map(|card| format!("Needs you: {}", card.name));
    let running: Vec<Card> = rest.into_iter().filter(|card| card.percent.is_some()).collect();
    let going_on = !jobs.is_empty() || !needs_you.is_empty();
    let title = worst.unwrap_or_else(|| "Now".to_owned());
    Ok(render(&Page {
        shell: Shell::of(&face, &me, &title, "now").await?.again_in(5, going_on),
        name: account.name.map(|n| n.reveal().clone()).unwrap_or_default(),
        needs_you,
        running,
        next: jobs.iter().map(|job| Row::of(job, &all)).filter(|row| row.waits).take(NEXT).collect(),
        no_printers: all.is_empty(),
    }))
}
