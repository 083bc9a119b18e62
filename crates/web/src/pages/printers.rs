//! Printers: what each is at, and setting them up.

use crate::Face;
use crate::form::Form;
use crate::problem::{Problem, status_of};
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::{span, state, when};
use app::SignedIn;
use app::printers::{self, Printer, Setup, Stage};
use app::queue::{self, Queued};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{PrinterId, RequestId};
use domain::job::JobState;
use domain::person::Role;
use domain::printer::{State as At, Volume};
use domain::units::Millimetres;
use serde::Deserialize;

/// A printer as a card shows it: four facts, the rest one press away.
pub struct Card {
    pub id: String,
    pub name: String,
    pub state: String,
    pub sign: &'static str,
    pub line: String,
    pub percent: Option<u32>,
    pub clear_the_bed: bool,
    pub question: Option<Question>,
}

/// What a printer asks.
pub struct Question {
    pub id: u32,
    pub text: String,
    pub choices: Vec<String>,
    /// The job it is about, if it is one's own.
    pub job: Option<String>,
}

impl Card {
    pub fn of(printer: &Printer, queue: &[Queued]) -> Self {
        let (word, sign) = state(&printer.state);
        let job = queue.iter().find(|job| job.printer == Some(printer.id) && job.state.may_be_on_the_bed());
        let progress = job.and_then(|job| job.progress);
        let mut parts = Vec::new();
        if let Some(job) = job {
            parts.push(name_of(job));
        }
        if let Some(progress) = progress {
            if let (Some(layer), Some(layers)) = (progress.layer, progress.layers) {
                parts.push(format!("layer {layer} of {layers}"));
            }
            if let Some(left) = progress.remaining {
                parts.push(format!("about {} left, says the printer", span(left.0)));
            }
        }
        let warm = printer.report.as_ref().and_then(|r| r.temperatures.nozzle);
        if let Some(nozzle) = warm.filter(|_| parts.is_empty()) {
            parts.push(format!("nozzle {:.0} °C", nozzle.0));
        }
        let question = match &printer.state {
            At::NeedsYou(asked) => Some(Question {
                id: asked.id.0,
                text: asked.text.clone(),
                choices: asked.choices.iter().map(|c| c.label.clone()).collect(),
                job: job.and_then(|job| job.id).map(|id| id.to_string()),
            }),
            _ => None,
        };
        Self {
            id: printer.id.to_string(),
            name: printer.name.clone(),
            state: word,
            sign,
            line: parts.join(" · "),
            percent: progress.map(|p| (p.fraction.clamp(0.0, 1.0) * 100.0).floor() as u32),
            clear_the_bed: matches!(printer.state, At::FinishedClearTheBed),
            question,
        }
    }
}

/// What to call a job before whoever looks: by its name if it is theirs, else by nothing.
pub fn name_of(job: &Queued) -> String {
    match (&job.name, job.mine) {
        (Some(name), true) => name.reveal().clone(),
        (None, true) => "Your print".to_owned(),
        (_, false) => "Someone’s print".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "printers/page.html")]
struct Page {
    shell: Shell,
    cards: Vec<Card>,
    may_add: bool,
    form: Form,
}

#[derive(Template)]
#[template(path = "printers/one.html")]
struct One {
    shell: Shell,
    card: Card,
    job: Option<String>,
    can_pause: bool,
    can_resume: bool,
    bed_clear: Option<String>,
    address: Option<String>,
    driver: String,
    size: String,
    residue: &'static [&'static str],
    may_change: bool,
    on_duty: bool,
    form: Form,
}

#[derive(Template)]
#[template(path = "printers/pairing.html")]
struct PairingPage {
    shell: Shell,
    waiting: bool,
}

fn may_change(me: &SignedIn) -> bool {
    matches!(me.role, Role::Operator | Role::Technician)
}

/// Every printer.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let printers = printers::list(&face.ctx, me).await?;
    let queue = queue::list(&face.ctx, me).await?;
    let cards: Vec<Card> = printers.iter().map(|p| Card::of(p, &queue)).collect();
    let going_on = !cards.is_empty() && !form.is_open();
    let shell = Shell::of(face, me, "Printers", "printers").await?.again_in(5, going_on);
    Ok(render(&Page { shell, cards, may_add: may_change(me), form }))
}

#[derive(Deserialize)]
pub struct Typed {
    name: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
    #[serde(default)]
    z: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    user: String,
}

impl Typed {
    fn setup(&self) -> Setup {
        let side = |text: &str| text.trim().parse().ok().map(Millimetres);
        let volume = match (side(&self.x), side(&self.y), side(&self.z)) {
            (Some(x), Some(y), Some(z)) => Some(Volume { x, y, z }),
            _ => None,
        };
        Setup { name: self.name.clone(), volume, nozzle_most: None, bed_most: None }
    }
}

/// Adds a simulated printer.
pub async fn add_simulated(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = Form::with([("name", &typed.name)]);
    match printers::add_simulated(&face.ctx, &me, &typed.setup()).await {
        Ok(id) => Ok(Redirect::to(&format!("/printers/{id}")).into_response()),
        Err(error) => again(&face, &me, form, error).await,
    }
}

/// Begins to pair with an OctoPrint.
pub async fn pair(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = Form::with([("octo_name", &typed.name), ("address", &typed.address), ("user", &typed.user)]);
    match printers::begin_pairing(&face.ctx, &me, &typed.setup(), &typed.address, Some(&typed.user)).await {
        Ok(id) => Ok(Redirect::to(&format!("/printers/pairing/{id}")).into_response()),
        Err(error) => again(&face, &me, form, error).await,
    }
}

async fn again(face: &Face, me: &SignedIn, form: Form, error: app::Error) -> Result<Response, Problem> {
    if matches!(error, app::Error::Refused(app::Refusal::NotFound)) {
        return Err(app::Refusal::NotFound.into());
    }
    let (form, refusal) = form.refused(error)?;
    Ok((status_of(&refusal), show(face, me, form).await?).into_response())
}

/// How far a pairing is.
pub async fn pairing(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: RequestId = id.parse().map_err(|_| app::Refusal::NotFound)?;
    let stage = printers::poll_pairing(&face.ctx, &me, id).await?;
    if let Stage::Paired(id) = stage {
        return Ok(Redirect::to(&format!("/printers/{id}")).into_response());
    }
    let waiting = stage == Stage::WaitingForYes;
    let shell = Shell::of(&face, &me, "Pair with OctoPrint", "printers").await?.again_in(2, waiting);
    Ok(render(&PairingPage { shell, waiting }))
}

/// One printer.
pub async fn one(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    show_one(&face, &me, parse(&id)?, Form::default()).await
}

async fn show_one(face: &Face, me: &SignedIn, id: PrinterId, form: Form) -> Result<Response, Problem> {
    let printer = printers::get(&face.ctx, me, id).await?;
    let queue = queue::list(&face.ctx, me).await?;
    let job = queue.iter().find(|job| job.printer == Some(id) && job.state.may_be_on_the_bed());
    let shell = Shell::of(face, me, &printer.name, "printers").await?.again_in(3, !form.is_open());
    let size = printer.volume.map(|v| format!("{} × {} × {} mm", v.x.0, v.y.0, v.z.0));
    Ok(render(&One {
        shell,
        card: Card::of(&printer, &queue),
        job: job.and_then(|job| job.id).map(|id| id.to_string()),
        // By the job's own state: a moment after the machine began, the house does not know it yet, and would refuse.
        can_pause: job.is_some_and(|job| job.state == JobState::Printing),
        can_resume: job.is_some_and(|job| job.state == JobState::Paused),
        bed_clear: printer.bed_clear_at.map(when),
        address: printer.address,
        driver: printer.driver,
        size: size.unwrap_or_else(|| "not said".to_owned()),
        residue: printer.residue,
        may_change: may_change(me),
        on_duty: !matches!(printer.state, At::OffDuty),
        form,
    }))
}

fn parse(id: &str) -> Result<PrinterId, app::Refusal> {
    id.parse().map_err(|_| app::Refusal::NotFound)
}

async fn settle(
    face: &Face,
    me: &SignedIn,
    id: PrinterId,
    done: Result<(), app::Error>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/printers/{id}")).into_response()),
        Err(app::Error::Refused(app::Refusal::NotFound)) => Err(app::Refusal::NotFound.into()),
        Err(error) => {
            let (form, refusal) = Form::default().refused(error)?;
            Ok((status_of(&refusal), show_one(face, me, id, form).await?).into_response())
        }
    }
}

/// Somebody looked: the bed is clear.
pub async fn bed_is_clear(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    settle(&face, &me, id, printers::bed_is_clear(&face.ctx, &me, id).await).await
}

#[derive(Deserialize)]
pub struct Duty {
    #[serde(default)]
    on: Option<String>,
}

/// Takes a printer into service or out of it.
pub async fn duty(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Duty>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    settle(&face, &me, id, printers::set_duty(&face.ctx, &me, id, typed.on.is_some()).await).await
}

#[derive(Deserialize)]
pub struct Name {
    #[serde(default)]
    name: String,
}

/// Calls it by another name.
pub async fn rename(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Name>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    settle(&face, &me, id, printers::rename(&face.ctx, &me, id, &typed.name).await).await
}

/// Takes it out of the house.
pub async fn remove(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    match printers::remove(&face.ctx, &me, id).await {
        Ok(()) => Ok((StatusCode::SEE_OTHER, [("location", "/printers")]).into_response()),
        refused => settle(&face, &me, id, refused).await,
    }
}
