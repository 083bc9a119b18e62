//! One printer: what it is at, what may be told to it, what it can do at most and what is loaded.

use super::{may_change, needing_you, parse};
use crate::Face;
use crate::form::Form;
use crate::pages::card::Card;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::SignedIn;
use app::printers::{self, Equipment, Simulator, Touch};
use app::queue;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::PrinterId;
use domain::job::JobState;
use domain::printer::{State as At, Volume};
use domain::units::Millimetres;
use serde::Deserialize;

/// Where nobody said what a printer can do, it counts as a common one.
const NOT_SAID: &str = "not said: counts as a common printer";

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
    room: String,
    heat: String,
    material: String,
    residue: &'static [&'static str],
    may_change: bool,
    on_duty: bool,
    simulator: Option<Simulator>,
    form: Form,
}

/// One printer.
pub async fn one(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    show_one(&face, &me, parse(&id)?, Form::default()).await
}

async fn show_one(face: &Face, me: &SignedIn, id: PrinterId, form: Form) -> Result<Response, Problem> {
    let printer = printers::get(&face.ctx, me, id).await?;
    let queue = queue::list(&face.ctx, me).await?;
    let job = queue.iter().find(|job| job.printer == Some(id) && job.state.may_be_on_the_bed());
    let card = Card::of(&printer, &queue);
    let title = needing_you(core::slice::from_ref(&card)).unwrap_or_else(|| printer.name.clone());
    let shell = Shell::of(face, me, &title, "printers").await?.again_in(3, !form.is_open());
    let said = &printer.equipment;
    let room = said.volume.map(|v| format!("{} × {} × {} mm", v.x.0, v.y.0, v.z.0));
    let heat = [("nozzle", said.nozzle_most), ("bed", said.bed_most)]
        .into_iter()
        .filter_map(|(what, most)| most.map(|most| format!("{what} {most} °C")));
    let heat: Vec<String> = heat.collect();
    let fitted = Fitted::of(said);
    let form = fitted.values().into_iter().fold(form, |form, (field, value)| form.or(field, value));
    let form = form.or("name", &printer.name);
    Ok(render(&One {
        shell,
        card,
        job: job.and_then(|job| job.id).map(|id| id.to_string()),
        // By the job's own state: a moment after the machine began, the house does not know it yet, and would refuse.
        can_pause: job.is_some_and(|job| job.state == JobState::Printing),
        can_resume: job.is_some_and(|job| job.state == JobState::Paused),
        bed_clear: printer.bed_clear_at.map(when),
        address: printer.address,
        driver: printer.driver,
        room: room.unwrap_or_else(|| NOT_SAID.to_owned()),
        heat: if heat.is_empty() { NOT_SAID.to_owned() } else { heat.join(", ") },
        material: said.material.clone().unwrap_or_else(|| "nobody said".to_owned()),
        residue: printer.residue,
        may_change: may_change(me),
        on_duty: !matches!(printer.state, At::OffDuty),
        simulator: printer.simulator,
        form,
    }))
}

async fn settle(
    face: &Face,
    me: &SignedIn,
    id: PrinterId,
    form: Form,
    done: Result<(), app::Error>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/printers/{id}")).into_response()),
        Err(error) => form.again(error, |form| show_one(face, me, id, form)).await,
    }
}

/// Somebody looked: the bed is clear.
pub async fn bed_is_clear(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    settle(&face, &me, id, Form::default(), printers::bed_is_clear(&face.ctx, &me, id).await).await
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
    let done = printers::set_duty(&face.ctx, &me, id, typed.on.is_some()).await;
    settle(&face, &me, id, Form::default(), done).await
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
    let form = Form::with([("name", &typed.name)]);
    settle(&face, &me, id, form, printers::rename(&face.ctx, &me, id, &typed.name).await).await
}

#[derive(Deserialize)]
pub struct Beside {
    #[serde(default)]
    touch: String,
    #[serde(default)]
    speed: String,
}

/// Does something beside a simulated printer.
pub async fn touch(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Beside>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let how = match typed.touch.as_str() {
        "unplug" => Touch::Unplug,
        "plug-in" => Touch::PlugIn,
        "take-spool" => Touch::TakeSpool,
        "press-stop" => Touch::PressStop,
        _ => Touch::Speed(typed.speed.parse().unwrap_or_default()),
    };
    settle(&face, &me, id, Form::default(), printers::touch(&face.ctx, &me, id, how).await).await
}

/// What a printer can do at most and what is loaded, as it is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fitted {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) z: String,
    nozzle: String,
    bed: String,
    material: String,
}

impl Fitted {
    fn of(said: &Equipment) -> Self {
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        Self {
            x: number(said.volume.map(|v| v.x.0)),
            y: number(said.volume.map(|v| v.y.0)),
            z: number(said.volume.map(|v| v.z.0)),
            nozzle: number(said.nozzle_most),
            bed: number(said.bed_most),
            material: said.material.clone().unwrap_or_default(),
        }
    }

    fn values(&self) -> [(&'static str, &str); 6] {
        [
            ("x", &self.x),
            ("y", &self.y),
            ("z", &self.z),
            ("nozzle", &self.nozzle),
            ("bed", &self.bed),
            ("material", &self.material),
        ]
    }

    /// What is left empty nobody says; what is no number is refused, as one below zero is.
    pub(super) fn equipment(&self) -> Equipment {
        let number = |text: &str| {
            let text = text.trim().replace(',', ".");
            (!text.is_empty()).then(|| text.parse().unwrap_or(f64::NAN))
        };
        let sides = [&self.x, &self.y, &self.z].map(|side| number(side));
        let volume = sides.iter().any(Option::is_some).then(|| {
            let [x, y, z] = sides.map(|side| Millimetres(side.unwrap_or(f64::NAN)));
            Volume::new(x, y, z)
        });
        let material = Some(self.material.clone()).filter(|name| !name.trim().is_empty());
        Equipment { volume, nozzle_most: number(&self.nozzle), bed_most: number(&self.bed), material }
    }
}

/// Says what it can do at most and what is loaded.
pub async fn equip(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Fitted>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let done = printers::equip(&face.ctx, &me, id, &typed.equipment()).await;
    settle(&face, &me, id, Form::with(typed.values()), done).await
}
