//! Printers: what each is at, setting them up, and taking them out of the house.

mod one;
mod removal;

pub use one::{bed_is_clear, duty, equip, one, rename, touch};
pub use removal::{Stray, remove, remove_page, stray_is_gone, strays};

use super::card::Card;
use crate::Face;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use app::SignedIn;
use app::printers::{self, Setup, Stage};
use app::queue;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{PrinterId, RequestId};
use domain::person::Role;
use serde::Deserialize;

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
    let title = needing_you(&cards).unwrap_or_else(|| "Printers".to_owned());
    let shell = Shell::of(face, me, &title, "printers").await?.again_in(3, going_on);
    Ok(render(&Page { shell, cards, strays, may_add: may_change(me), form }))
}

#[derive(Deserialize)]
pub struct Typed {
    name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    user: String,
    #[serde(flatten)]
    fitted: one::Fitted,
}

impl Typed {
    fn setup(&self) -> Setup {
        Setup { name: self.name.clone(), equipment: self.fitted.equipment() }
    }
}

/// Adds a simulated printer.
pub async fn add_simulated(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = Form::with([
        ("name", &typed.name),
        ("x", &typed.fitted.x),
        ("y", &typed.fitted.y),
        ("z", &typed.fitted.z),
    ]);
    match printers::add_simulated(&face.ctx, &me, &typed.setup()).await {
        Ok(id) => Ok(Redirect::to(&format!("/printers/{id}")).into_response()),
        Err(error) => form.again(error, |form| show(&face, &me, form)).await,
    }
}

/// Begins to pair with an OctoPrint.
pub async fn pair(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = Form::with([("octo_name", &typed.name), ("address", &typed.address), ("user", &typed.user)]);
    let form = form.known_as("name", "octo_name");
    match printers::begin_pairing(&face.ctx, &me, &typed.setup(), &typed.address, Some(&typed.user)).await {
        Ok(id) => Ok(Redirect::to(&format!("/printers/pairing/{id}")).into_response()),
        Err(error) => form.again(error, |form| show(&face, &me, form)).await,
    }
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

/// The worst that the title tells.
pub(super) fn needing_you(cards: &[Card]) -> Option<String> {
    cards.iter().find(|card| card.needs_you()).map(|card| format!("Needs you: {}", card.name))
}

fn parse(id: &str) -> Result<PrinterId, app::Refusal> {
    id.parse().map_err(|_| app::Refusal::NotFound)
}
