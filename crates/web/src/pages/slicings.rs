//! Toolpaths as they stand on a model's page: watch, cancel, look at held lines, take, erase.

use super::models::id;
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::words;
use app::models::{self, Slicing, State as How};
use app::printers::Printer;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::SlicingId;
use serde::Deserialize;

/// A toolpath in words.
pub struct Toolpath {
    /// Its number.
    pub id: String,
    /// The choices it was made by.
    pub choices: String,
    /// Time, material and layers.
    pub facts: String,
    /// How far it is, while it runs.
    pub running: Option<(String, Option<u8>)>,
    /// Why there is none.
    pub failed: Option<String>,
    /// Lines that somebody must look at.
    pub held: Vec<String>,
    /// Whether its making can be tried again.
    pub again: bool,
    /// Whether it can be taken and printed.
    pub ready: bool,
}

/// Puts a toolpath into words.
pub fn shown(slicing: Slicing, printers: &[Printer]) -> Toolpath {
    let choices = match (&slicing.quality, &slicing.material) {
        (Some(quality), Some(material)) => {
            let quality = match quality.as_str() {
                "draft" => "Draft",
                "fine" => "Fine",
                _ => "Standard",
            };
            let supports = if slicing.supports { ", with supports" } else { "" };
            let named =
                slicing.printer.map(|id| printers.iter().find(|p| p.id == id).map(|p| p.name.as_str()));
            let printer = match named {
                None => String::new(),
                Some(name) => format!(", for {}", name.unwrap_or("a printer that is gone")),
            };
            format!("{quality}, {material}{supports}{printer}")
        }
        _ => "Ready-made G-code".to_owned(),
    };
    let facts = &slicing.facts;
    let known = [
        facts.seconds.map(words::span),
        facts.grams.map(|g| format!("{g:.0} g")),
        (facts.layers > 0).then(|| format!("{} layers", words::count(facts.layers))),
        (facts.hotend_c > 0.0).then(|| format!("nozzle {:.0} °C, bed {:.0} °C", facts.hotend_c, facts.bed_c)),
    ];
    let mut shown = Toolpath {
        id: slicing.id.to_string(),
        choices,
        facts: known.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        running: None,
        failed: None,
        held: Vec::new(),
        again: false,
        ready: false,
    };
    match slicing.state {
        How::Running(progress) => {
            let waiting = ("Waiting for its turn".to_owned(), None);
            shown.running = Some(progress.map_or(waiting, |p| (p.words, p.percent)));
        }
        How::Ready => shown.ready = true,
        How::Failed(why) => (shown.failed, shown.again) = (Some(why.reveal().clone()), true),
        How::Cancelled => {
            (shown.failed, shown.again) = (Some("Cancelled. Nothing was kept.".to_owned()), true);
        }
        How::Held => {
            shown.held = words::findings(&slicing.facts.findings, slicing.facts.more);
        }
    }
    shown
}

/// The toolpath as a download.
pub async fn toolpath(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let slicing = models::slicing(&face.ctx, &me, id(&text)?).await?;
    let model = models::get(&face.ctx, &me, slicing.model).await?;
    let (pass, _) = models::toolpath(&face.ctx, &me, slicing.id).await?;
    let name = Some((model.name.reveal().as_str(), "gcode"));
    Ok(super::models::file(&face, pass, "text/x.gcode", name))
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    incognito: Option<String>,
}

/// Puts it into the queue; it passes the gate once more, for the printer that will have it.
pub async fn print(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    axum::Form(wanted): axum::Form<Wanted>,
) -> Result<Response, Problem> {
    models::print(&face.ctx, &me, id(&text)?, wanted.incognito.is_some()).await?;
    Ok(Redirect::to("/queue").into_response())
}

/// Stops its making.
pub async fn cancel(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let slicing: SlicingId = id(&text)?;
    models::cancel(&face.ctx, &me, slicing).await?;
    back(&face, &me, slicing).await
}

/// Tries once more.
pub async fn again(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let slicing: SlicingId = id(&text)?;
    let answer = back(&face, &me, slicing).await?;
    models::slice_again(&face.ctx, &me, slicing).await?;
    Ok(answer)
}

/// The held lines were looked at.
pub async fn accept(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let slicing: SlicingId = id(&text)?;
    models::accept(&face.ctx, &me, slicing).await?;
    back(&face, &me, slicing).await
}

/// Erases it.
pub async fn erase(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let slicing: SlicingId = id(&text)?;
    let answer = back(&face, &me, slicing).await?;
    models::erase_slicing(&face.ctx, &me, slicing).await?;
    Ok(answer)
}

async fn back(face: &Face, me: &app::SignedIn, slicing: SlicingId) -> Result<Response, Problem> {
    let model = models::slicing(&face.ctx, me, slicing).await?.model;
    Ok(Redirect::to(&format!("/models/{model}#toolpaths")).into_response())
}
