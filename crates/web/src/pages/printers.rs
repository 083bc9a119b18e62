//! Printers: what each is at, setting them up, and taking them out of the house.

mod one;
mod removal;

pub use one::{bed_is_clear, duty, equip, one, rename};
pub use removal::{Stray, remove, remove_page, stray_is_gone, strays};

use crate::Face;
use crate::form::Form;
use crate::problem::{Problem, status_of};
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::{span, state};
use app::SignedIn;
use app::printers::{self, Printer, Setup, Stage};
use app::queue::{self, Queued};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{PrinterId, RequestId};
use domain::person::Role;
use domain::printer::State as At;
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
    strays: Vec<Stray>,
    may_add: bool,
    form: Form,
}

#[derive(Template)]
#[template(path = "printers/pairing.html")]
struct PairingPage {
    shell: Shell,
    waiting: bool,
    /// The printer that came of it, and its name. This stays a page, so that one that waits live shows it too.
    paired: Option<(PrinterId, String)>,
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
    let strays = strays(face, me).await?;
    let going_on = !cards.is_empty() && !form.is_open();
    let shell = Shell::of(face, me, "Printers", "printers").await?.again_in(5, going_on);
    Ok(render(&Page { shell, cards, strays, may_add: may_change(me), form }))
}

#[derive(Deserialize)]
pub struct Typed {
    name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    user: String,
}

impl Typed {
    fn setup(&self) -> Setup {
        Setup { name: self.name.clone(), ..Setup::default() }
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
    let stage = printers::pairing(&face.ctx, &me, id)?;
    let waiting = stage == Stage::WaitingForYes;
    let paired = match stage {
        Stage::Paired(id) => Some((id, printers::get(&face.ctx, &me, id).await?.name)),
        Stage::WaitingForYes | Stage::NotGranted => None,
    };
    let shell = Shell::of(&face, &me, "Pair with OctoPrint", "printers").await?.again_in(2, waiting);
    Ok(render(&PairingPage { shell, waiting, paired }))
}

fn parse(id: &str) -> Result<PrinterId, app::Refusal> {
    id.parse().map_err(|_| app::Refusal::NotFound)
}
