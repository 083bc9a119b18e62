//! The queue: what waits and why, what prints, and a toolpath on its way in.

use super::row::Row;
use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::span;
use app::history::{self, Choice};
use app::printers;
use app::queue::{self, Shift, Wish};
use app::{Refusal, SignedIn, policy};
use askama::Template;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::JobId;
use domain::job::Verdict;
use domain::printer::QuestionId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "queue/page.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    printers: Vec<(String, String)>,
    /// The question about the history, while it has not been answered.
    question: Option<String>,
    history_on: bool,
    incognito_offered: bool,
    /// What no safeguard can promise, in the words of the policy (KA-35).
    caution: String,
    residue: Vec<(String, &'static [&'static str])>,
    notice: Option<String>,
    form: Form,
}

#[derive(Default, Deserialize)]
pub struct Asked {
    /// A job that was moved a moment ago.
    #[serde(default)]
    moved: String,
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&face, &me, Form::default(), asked).await
}

async fn show(face: &Face, me: &SignedIn, form: Form, asked: Asked) -> Result<Response, Problem> {
    let printers = printers::list(&face.ctx, me).await?;
    let jobs = queue::list(&face.ctx, me).await?;
    let (choice, rules) = (history::choice(&face.ctx, me).await?, policy::mine(&face.ctx, me).await?);
    let question = if choice == Choice::NotAsked { history::question(&rules) } else { None };
    let rows: Vec<Row> = jobs.iter().map(|job| Row::of(job, &printers)).collect();
    let residue = printers.iter().filter(|p| !p.residue.is_empty()).map(|p| (p.name.clone(), p.residue));
    Ok(render(&Page {
        shell: Shell::of(face, me, "Queue", "queue")
            .await?
            .again_in(3, !jobs.is_empty() && !form.is_open())
            .saying(super::row::place_of(&rows, &asked.moved)),
        rows,
        residue: residue.collect(),
        printers: printers.iter().map(|p| (p.id.to_string(), p.name.clone())).collect(),
        question,
        history_on: choice == Choice::On,
        caution: rules.profile().policy.caution().to_owned(),
        incognito_offered: rules.profile().printing.incognito,
        notice: face.ctx.fleet().notice(face.ctx.store.clock().now()),
        form,
    }))
}

/// Takes a toolpath in and puts it into the queue.
pub async fn add(State(face): State<Face>, Me(me): Me, parts: Multipart) -> Result<Response, Problem> {
    match receive(&face, &me, parts).await {
        Ok(_) => Ok(Redirect::to("/queue").into_response()),
        Err(error) => Form::default().again(error, |form| show(&face, &me, form, Asked::default())).await,
    }
}

async fn receive(face: &Face, me: &SignedIn, mut parts: Multipart) -> Result<JobId, app::Error> {
    let mut wish = Wish::default();
    let (mut incoming, mut title) = (None, String::new());
    while let Some(part) = parts.next_field().await.map_err(|_| cut())? {
        match part.name().unwrap_or_default() {
            "printer" => wish.printer = text(part).await?.parse().ok(),
            "incognito" => wish.incognito = !text(part).await?.is_empty(),
            "hold" => wish.hold = !text(part).await?.is_empty(),
            "name" => text(part).await?.trim().clone_into(&mut title),
            "file" => {
                wish.name = queue::named_after(part.file_name().unwrap_or_default()).to_owned();
                incoming = Some(queue::receive(&face.ctx, part).await?);
            }
            _ => {}
        }
    }
    let problem = || Refusal::Field { field: "file", problem: "Choose a G-code file.".to_owned() };
    let incoming = incoming.filter(|_| !wish.name.is_empty()).ok_or_else(problem)?;
    if !title.is_empty() {
        wish.name = title;
    }
    queue::add(&face.ctx, me, incoming, &wish).await
}

async fn text(part: Field<'_>) -> Result<String, Refusal> {
    part.text().await.map_err(|_| cut())
}

fn cut() -> Refusal {
    let problem = "The file did not arrive whole. Nothing was kept; send it again.".to_owned();
    Refusal::Field { field: "file", problem }
}

fn parse(id: &str) -> Result<JobId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}

async fn settle(face: &Face, me: &SignedIn, done: Result<(), app::Error>) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to("/queue").into_response()),
        Err(error) => Form::default().again(error, |form| show(face, me, form, Asked::default())).await,
    }
}

/// The picture of one of my prints.
pub async fn picture(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let pass = queue::picture(&face.ctx, &me, parse(&id)?).await?;
    Ok(super::models::file(&face, pass, "image/png", None))
}

/// Holds a job back.
pub async fn hold(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    let done = queue::hold(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

/// Lets it go on waiting.
pub async fn release(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = queue::release(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

/// Gives a job another place, and leads back to the control that did it.
async fn shift(face: &Face, me: &SignedIn, id: &str, how: Shift, control: &str) -> Result<Response, Problem> {
    let id = parse(id)?;
    match queue::shift(&face.ctx, me, id, how).await {
        Ok(()) => Ok(Redirect::to(&format!("/queue?moved={id}#{control}-{id}")).into_response()),
        refused => settle(face, me, refused).await,
    }
}

/// One place up.
pub async fn up(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    shift(&face, &me, &id, Shift::Up, "up").await
}

/// One place down.
pub async fn down(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    shift(&face, &me, &id, Shift::Down, "down").await
}

/// To the top.
pub async fn top(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    shift(&face, &me, &id, Shift::Top, "top").await
}

/// Takes it out of the queue; for a moment it can be put back.
pub async fn remove(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = queue::take_out(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

/// Puts it back.
pub async fn put_back(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = queue::put_back(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

/// Pauses the print.
pub async fn pause(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = printers::pause(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

/// Goes on with it.
pub async fn resume(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = printers::resume(&face.ctx, &me, parse(&id)?).await;
    settle(&face, &me, done).await
}

#[derive(Template)]
#[template(path = "queue/cancel.html")]
struct Cancel {
    shell: Shell,
    id: String,
    row: Row,
    lost: String,
}

/// Names printer, job, time and material before anything is sent.
pub async fn cancel_page(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let job = queue::get(&face.ctx, &me, parse(&id)?).await?;
    let printers = printers::list(&face.ctx, &me).await?;
    let done = job.progress.map_or(0.0, |p| p.fraction);
    let elapsed = job.progress.and_then(|p| p.elapsed).map(|s| span(s.0));
    let grams =
        job.facts.as_ref().and_then(|f| f.grams).map(|g| format!("about {:.0} g of material", g * done));
    let lost: Vec<String> =
        [elapsed.map(|e| format!("{e} of printing")), grams].into_iter().flatten().collect();
    Ok(render(&Cancel {
        shell: Shell::of(&face, &me, "Cancel a print", "queue").await?,
        id,
        row: Row::of(&job, &printers),
        lost: if lost.is_empty() { "what has been printed so far".to_owned() } else { lost.join(" and ") },
    }))
}

/// Ends the print.
pub async fn cancel(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = printers::cancel(&face.ctx, &me, parse(&id)?, true).await;
    settle(&face, &me, done).await
}

#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    question: String,
    #[serde(default)]
    choice: String,
}

/// Answers what the printer asks.
pub async fn answer(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Answer>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    queue::get(&face.ctx, &me, id).await?;
    let unclear = || Refusal::Field { field: "choice", problem: "Choose one of the answers.".to_owned() };
    let question = QuestionId(typed.question.parse().map_err(|_| unclear())?);
    let choice = typed.choice.parse().map_err(|_| unclear())?;
    let done = printers::answer(&face.ctx, &me, id, question, choice).await;
    settle(&face, &me, done).await
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    verdict: String,
}

/// What somebody says about a print.
pub fn verdict(text: &str) -> Result<Verdict, Refusal> {
    match text {
        "good" => Ok(Verdict::Good),
        "partly" => Ok(Verdict::Partly),
        "failed" => Ok(Verdict::Failed),
        _ => Err(Refusal::Field { field: "verdict", problem: "Say good, partly or failed.".to_owned() }),
    }
}

/// Says what became of a print of which nobody knows.
pub async fn say(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Said>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    queue::get(&face.ctx, &me, id).await?;
    let done = queue::say(&face.ctx, &me, id, verdict(&typed.verdict)?).await;
    settle(&face, &me, done).await
}
