//! The print history: only for who wants one; print again, correct, delete, take as a table.

use super::queue::verdict;
use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::{span, when};
use app::history::{self, Choice, Filter};
use app::{Refusal, SignedIn, policy, printers};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::JobId;
use domain::job::Verdict;
use serde::Deserialize;

struct Row {
    id: String,
    picture: bool,
    name: String,
    printer: String,
    outcome: &'static str,
    sign: &'static str,
    took: String,
    grams: String,
    ended: String,
    goes: String,
}

#[derive(Template)]
#[template(path = "history/page.html")]
struct Page {
    shell: Shell,
    choice: Choice,
    question: String,
    /// What stops when the history is switched off.
    stops: String,
    rows: Vec<Row>,
    printers: Vec<(String, String)>,
    query: Asked,
    filtered: bool,
    number: usize,
    more: bool,
    form: Form,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    printer: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let verdict = match self.outcome.as_str() {
            "cancelled" => Some(Verdict::Cancelled),
            "lost" => Some(Verdict::Lost),
            other => verdict(other).ok(),
        };
        Filter { printer: self.printer.parse().ok(), verdict, since: None, until: None }
    }
}

const fn outcome(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Good => ("Good", "good"),
        Verdict::Partly => ("Partly", "needs-you"),
        Verdict::Failed => ("Failed", "bad"),
        Verdict::Cancelled => ("Ended early", "quiet"),
        Verdict::Lost => ("Nobody knows", "quiet"),
    }
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&face, &me, asked, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, asked: Asked, form: Form) -> Result<Response, Problem> {
    let printers = printers::list(&face.ctx, me).await?;
    let number = asked.page.parse().unwrap_or(0);
    let found = history::page(&face.ctx, me, &asked.filter(), number).await?;
    let rules = policy::mine(&face.ctx, me).await?;
    let keeps = rules.profile().rule("print.facts", "history").map(|r| r.keep.get_ref().ending());
    let rows = found.entries.into_iter().map(|entry| {
        let (outcome, sign) = outcome(entry.outcome.verdict);
        let printer = entry.printer.and_then(|id| printers.iter().find(|p| p.id == id));
        let goes = match &keeps {
            Some(privacy::Ending::After { period, .. }) => when(entry.collected_at.plus_period(period)),
            _ => "when you delete it".to_owned(),
        };
        Row {
            id: entry.id.to_string(),
            picture: found.pictured.contains(&entry.id),
            name: entry.name.map(|n| n.reveal().clone()).unwrap_or_default(),
            printer: printer.map_or_else(|| "a printer that is gone".to_owned(), |p| p.name.clone()),
            outcome,
            sign,
            took: entry.seconds.map_or_else(|| "unknown".to_owned(), span),
            grams: entry.grams.map_or_else(|| "unknown".to_owned(), |g| format!("{g:.1} g")),
            ended: when(entry.ended_at),
            goes,
        }
    });
    Ok(render(&Page {
        shell: Shell::of(face, me, "History", "history").await?,
        choice: history::choice(&face.ctx, me).await?,
        question: history::question(&rules).unwrap_or_default(),
        stops: history::stops(&rules).unwrap_or_default(),
        rows: rows.collect(),
        printers: printers.iter().map(|p| (p.id.to_string(), p.name.clone())).collect(),
        filtered: !asked.printer.is_empty() || !asked.outcome.is_empty(),
        query: asked,
        number,
        more: found.more,
        form,
    }))
}

/// The history as a table for other programs.
pub async fn csv(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let table = history::csv(&face.ctx, &me, &asked.filter()).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"my-prints.csv\""),
    ];
    Ok((headers, table).into_response())
}

#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    on: String,
    #[serde(default)]
    next: String,
}

/// Keeps a history, or none.
pub async fn choose(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Chosen>,
) -> Result<Response, Problem> {
    let on = match typed.on.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::Field { field: "on", problem: "Choose yes or no.".to_owned() }.into()),
    };
    history::choose(&face.ctx, &me, on).await?;
    Ok(Redirect::to(if typed.next == "/queue" { "/queue" } else { "/history" }).into_response())
}

fn parse(id: &str) -> Result<JobId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}

async fn settle(
    face: &Face,
    me: &SignedIn,
    done: Result<(), app::Error>,
    to: &str,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(to).into_response()),
        Err(error) => Form::default().again(error, |form| show(face, me, Asked::default(), form)).await,
    }
}

/// The picture of a print.
pub async fn picture(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let pass = history::picture(&face.ctx, &me, parse(&id)?).await?;
    Ok(super::models::file(&face, pass, "image/png", None))
}

#[derive(Deserialize)]
pub struct Again {
    #[serde(default)]
    printer: String,
    #[serde(default)]
    incognito: Option<String>,
}

/// Prints it again.
pub async fn again(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Again>,
) -> Result<Response, Problem> {
    let printer = typed.printer.parse().ok();
    let done = history::print_again(&face.ctx, &me, parse(&id)?, printer, typed.incognito.is_some()).await;
    settle(&face, &me, done.map(|_| ()), "/queue").await
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    verdict: String,
}

/// Says how it turned out.
pub async fn say(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Said>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    history::entry(&face.ctx, &me, id).await?;
    let done = history::say(&face.ctx, &me, id, verdict(&typed.verdict)?).await;
    settle(&face, &me, done, "/history").await
}

/// Deletes an entry with its files.
pub async fn delete(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = history::delete(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done, "/history").await
}
