//! The page of one model, and of a file that is not one yet.

use super::library::{Row, row};
use super::{above, id};
use crate::Face;
use crate::form::Form;
use crate::pages::slicings::{self, Toolpath};
use crate::problem::{Problem, status_of};
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words;
use app::models::{self, Choices, Material, Model, Quality, Severity};
use app::printers::{self, Printer};
use app::{Error, Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::ModelId;
use domain::machine::MachineLimits;
use domain::model::{MeshFacts, Unit};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "models/page.html")]
struct Page {
    shell: Shell,
    form: Form,
    id: String,
    name: String,
    facts: Vec<(String, String)>,
    shape: bool,
    printable: bool,
    checking: Option<String>,
    failure: Option<String>,
    findings: Vec<Finding>,
    removed: Vec<String>,
    notes: Vec<String>,
    units: Vec<UnitChoice>,
    printers: Vec<PrinterChoice>,
    toolpaths: Vec<Toolpath>,
}

#[derive(Template)]
#[template(path = "models/arriving.html")]
struct Waiting {
    shell: Shell,
    row: Row,
}

struct Finding {
    class: &'static str,
    word: &'static str,
    words: String,
}

struct UnitChoice {
    name: &'static str,
    words: String,
    chosen: bool,
}

/// A printer for which a model can be sliced.
struct PrinterChoice {
    id: String,
    words: String,
    chosen: bool,
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    match models::arriving(&face.ctx, &me, id(&text)?).await {
        Ok(arriving) => {
            let name = arriving.name.reveal().clone();
            let shell = Shell::of(&face, &me, &name, "models").await?.again_in(2, arriving.stage.runs());
            Ok(render(&Waiting { shell, row: row(&arriving) }))
        }
        Err(Error::Refused(Refusal::NotFound)) => show(&face, &me, id(&text)?, Form::default()).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct Named {
    name: String,
}

/// Calls it something else.
pub async fn rename(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    axum::Form(typed): axum::Form<Named>,
) -> Result<Response, Problem> {
    let model = id(&text)?;
    let done = models::rename(&face.ctx, &me, model, &typed.name).await;
    answer(&face, &me, model, done).await
}

#[derive(Deserialize)]
pub struct Chosen {
    unit: String,
}

/// Reads it again with its numbers in another unit.
pub async fn unit(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    axum::Form(typed): axum::Form<Chosen>,
) -> Result<Response, Problem> {
    let model = id(&text)?;
    let unit = Unit::named(&typed.unit).ok_or(Refusal::NotFound)?;
    let done = models::read_as(&face.ctx, &me, model, unit).await;
    answer(&face, &me, model, done).await
}

#[derive(Deserialize)]
pub struct Order {
    #[serde(default)]
    printer: String,
    quality: String,
    material: String,
    #[serde(default)]
    supports: Option<String>,
}

/// Asks for a toolpath.
pub async fn slice(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
    axum::Form(typed): axum::Form<Order>,
) -> Result<Response, Problem> {
    let model = id(&text)?;
    let printer = match typed.printer.as_str() {
        "" => None,
        text => Some(id(text)?),
    };
    let choices = Choices {
        printer,
        quality: Quality::ALL.into_iter().find(|q| q.name() == typed.quality).ok_or(Refusal::NotFound)?,
        material: Material::ALL.into_iter().find(|m| m.name() == typed.material).ok_or(Refusal::NotFound)?,
        supports: typed.supports.is_some(),
    };
    let done = models::slice(&face.ctx, &me, model, choices).await;
    answer(&face, &me, model, done.map(drop)).await
}

/// Erases it.
pub async fn erase(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    models::erase(&face.ctx, &me, id(&text)?).await?;
    Ok(Redirect::to("/models").into_response())
}

async fn answer(
    face: &Face,
    me: &SignedIn,
    model: ModelId,
    done: Result<(), Error>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/models/{model}")).into_response()),
        Err(error) => {
            let (form, refusal) = above(error)?;
            Ok((status_of(&refusal), show(face, me, model, form).await?).into_response())
        }
    }
}

async fn show(face: &Face, me: &SignedIn, id: ModelId, form: Form) -> Result<Response, Problem> {
    let model = models::get(&face.ctx, me, id).await?;
    let made = models::slicings(&face.ctx, me, id).await?;
    let printers = printers::list(&face.ctx, me).await?;
    let name = model.name.reveal().clone();
    let checking = model.checking.then(|| {
        model.progress.as_ref().map_or_else(|| "Waiting to be read again".to_owned(), |p| p.words.clone())
    });
    let page = Page {
        shell: Shell::of(face, me, &name, "models")
            .await?
            .again_in(3, model.checking || made.iter().any(|s| s.state.runs())),
        form,
        id: id.to_string(),
        facts: facts(&model, &printers),
        shape: model.has_shape(),
        printable: model.report.printable,
        checking,
        failure: model.failure.as_ref().map(|f| f.reveal().clone()),
        findings: model.report.findings.iter().map(finding).collect(),
        removed: model
            .report
            .removed
            .iter()
            .map(|r| if r.count > 1 { format!("{} (× {})", r.what, r.count) } else { r.what.clone() })
            .collect(),
        notes: model.report.notes.clone(),
        units: units(&model),
        toolpaths: made.into_iter().map(|slicing| slicings::shown(slicing, &printers)).collect(),
        printers: choices(&model, &printers),
        name,
    };
    Ok(render(&page))
}

/// The printers of the house and, last, a common one; the first that fits is chosen.
fn choices(model: &Model, printers: &[Printer]) -> Vec<PrinterChoice> {
    let common = (String::new(), "A common printer", MachineLimits::GENERIC);
    let ours = printers.iter().map(|p| (p.id.to_string(), p.name.as_str(), p.limits));
    let all: Vec<_> = ours.chain([common]).collect();
    let limits: Vec<MachineLimits> = all.iter().map(|(_, _, limits)| *limits).collect();
    let fits = models::fits(model, &limits);
    let first = fits.iter().position(|fits| *fits);
    let choice = |(at, ((id, name, limits), fits)): (usize, ((String, &str, MachineLimits), bool))| {
        let too_large = if fits { "" } else { ", too small for it" };
        PrinterChoice {
            id,
            words: format!("{name} ({}{too_large})", room(&limits)),
            chosen: first == Some(at),
        }
    };
    all.into_iter().zip(fits).enumerate().map(choice).collect()
}

fn room(limits: &MachineLimits) -> String {
    let [x, y, z] = [limits.bed_x, limits.bed_y, limits.bed_z].map(|side| format!("{:.0}", side.0));
    format!("{x} × {y} × {z} mm")
}

fn facts(model: &Model, printers: &[Printer]) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(MeshFacts { size_mm, volume_mm3, area_mm2, shells, triangles, .. }) = model.facts {
        let [x, y, z] = size_mm.map(words::millimetres);
        facts.push(("Size".to_owned(), format!("{x} × {y} × {z} mm")));
        if model.facts.is_some_and(|f| f.closed()) {
            facts.push(("Volume".to_owned(), format!("{:.1} cm³", volume_mm3.abs() / 1000.0)));
        }
        facts.push(("Surface".to_owned(), format!("{:.1} cm²", area_mm2 / 100.0)));
        facts.push(("Parts".to_owned(), words::count(shells)));
        facts.push(("Triangles".to_owned(), words::count(triangles)));
        let common = ("Common printer".to_owned(), MachineLimits::GENERIC);
        let ours = printers.iter().map(|p| (p.name.clone(), p.limits));
        for (name, limits) in ours.chain(printers.is_empty().then_some(common)) {
            let answer = if models::fits(model, &[limits]).contains(&true) { "fits" } else { "does not fit" };
            facts.push((name, format!("{answer} ({})", room(&limits))));
        }
    }
    facts.push(("File".to_owned(), format!("{}, {}", model.format.to_uppercase(), words::bytes(model.size))));
    if let Some(at) = model.created_at {
        facts.push(("Added".to_owned(), at.timestamp().strftime("%d %b %Y, %H:%M UTC").to_string()));
    }
    facts
}

fn finding(found: &models::Finding) -> Finding {
    let (class, word) = match found.severity {
        Severity::Serious => ("bad", "✕ Will not print as meant"),
        Severity::Warning => ("needs-you", "! Look at it"),
        Severity::Note => ("quiet", "Good to know"),
    };
    Finding { class, word, words: found.words.clone() }
}

/// The worst that is known, for the library: how it is marked, and in a word.
pub(super) fn worst(model: &Model) -> Option<(&'static str, &'static str)> {
    match model.report.findings.first()?.severity {
        Severity::Serious => Some(("bad", "✕ Will not print as meant")),
        Severity::Warning => Some(("needs-you", "! Has problems")),
        Severity::Note => None,
    }
}

/// The units that an STL's numbers may be meant in, with the size that the part has then; none if the file says it.
fn units(model: &Model) -> Vec<UnitChoice> {
    if model.report.stated_unit.is_some() || !model.has_shape() {
        return Vec::new();
    }
    let now = model.unit.unwrap_or(Unit::Millimetre);
    let choice = |guess: &models::Guess| {
        let [x, y, z] = guess.size_mm.map(words::millimetres);
        let name = match guess.unit {
            Unit::Micron => "Thousandths of a millimetre",
            Unit::Millimetre => "Millimetres",
            Unit::Centimetre => "Centimetres",
            Unit::Inch => "Inches",
            Unit::Foot => "Feet",
            Unit::Metre => "Metres",
        };
        let words = format!("{name}: {x} × {y} × {z} mm");
        UnitChoice { name: guess.unit.name(), words, chosen: guess.unit == now }
    };
    model.report.guesses.iter().map(choice).collect()
}
