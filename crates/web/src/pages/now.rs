//! Now: what needs me, what is running, what is next.

use super::card::Card;
use super::printers::needing_you;
use super::privacy::{Sale, sales};
use super::row::Row;
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::{Error, Refusal, SignedIn, accounts, breaches, disclosures, models, printers, queue};
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
    /// Toolpaths of which nothing came: where, and of what.
    failed: Vec<(String, String)>,
    no_printers: bool,
    /// To whom the house passes, as everybody is told.
    sales: Vec<Sale>,
    /// What went wrong with data about them, and when they could be told.
    breaches: Vec<(String, String)>,
    /// To whom data of theirs was handed lately, and when they could be told.
    handed: Vec<(String, String)>,
    /// When the newest of them could be told, in microseconds.
    handed_shown: i64,
}

/// How many waiting jobs are shown.
const NEXT: usize = 5;

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let account = accounts::account(&face.ctx, &me).await?;
    let all = printers::list(&face.ctx, &me).await?;
    let jobs = queue::list(&face.ctx, &me).await?;
    let cards = all.iter().map(|p| Card::of(p, &jobs));
    let (needs_you, rest): (Vec<Card>, Vec<Card>) = cards.partition(Card::needs_you);
    let running: Vec<Card> = rest.into_iter().filter(|card| card.percent.is_some()).collect();
    let handed = disclosures::news(&face.ctx, &me).await?;
    let told = breaches::news(&face.ctx, &me).await?.into_iter();
    let title = needing_you(&needs_you).unwrap_or_else(|| "Now".to_owned());
    Ok(render(&Page {
        shell: Shell::of(&face, &me, &title, "now").await?.again_in(3, !all.is_empty()),
        name: account.name.map(|n| n.reveal().clone()).unwrap_or_default(),
        needs_you,
        running,
        next: jobs.iter().map(|job| Row::of(job, &all)).filter(|row| row.waits).take(NEXT).collect(),
        failed: failed(&face, &me).await?,
        no_printers: all.is_empty(),
        sales: sales(&face).await?,
        breaches: told.map(|notice| (notice.nature, when(notice.told_at))).collect(),
        handed_shown: handed.iter().map(|h| h.told_at.micros()).max().unwrap_or_default(),
        handed: handed.into_iter().map(|h| (h.to, when(h.told_at))).collect(),
    }))
}

async fn failed(face: &Face, me: &SignedIn) -> Result<Vec<(String, String)>, Problem> {
    let mut found = Vec::new();
    let slicings = match models::failed_slicings(&face.ctx, me).await {
        // Whoever runs the machines goes on with them, whatever they restricted of their own.
        Err(Error::Refused(Refusal::Restricted)) => vec![],
        slicings => slicings?,
    };
    for slicing in slicings {
        let name = models::get(&face.ctx, me, slicing.model).await?.name.reveal().clone();
        found.push((format!("/models/{}#toolpaths", slicing.model), name));
    }
    Ok(found)
}
