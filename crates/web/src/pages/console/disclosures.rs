//! Disclosures under law, for those who answer for people's data: recorded by one, released by another. Nothing of the person
//! is shown here but their number.

use crate::Face;
use crate::form::Form;
use crate::pages::console::somebody;
use crate::pages::privacy::{Leave, Packed, packed};
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::disclosures::{self, Entered, Opened, Released};
use app::{Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::PersonId;
use privacy::Personal;
use privacy::disclosure::Demand;
use serde_json::json;
use store::disclosures::Settled;

#[derive(Template)]
#[template(path = "console/disclosures.html")]
struct Page {
    shell: Shell,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    kind: &'static str,
    entered: String,
    state: &'static str,
    waits: bool,
    barred: Option<String>,
    corrected: bool,
}

const fn state(settled: Option<Settled>) -> &'static str {
    match settled {
        None => "waits for a second person",
        Some(Settled::Released) => "released",
        Some(Settled::Refused) => "refused, nothing went",
    }
}

/// Every demand.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let lines = disclosures::all(&face.ctx, &me).await?.into_iter().map(|line| Line {
        id: line.id.to_string(),
        kind: line.kind.says(),
        entered: when(line.entered_at),
        state: state(line.settled),
        waits: line.settled.is_none(),
        barred: line.barred_until.map(when),
        corrected: line.corrected,
    });
    Ok(render(&Page {
        shell: Shell::of(&face, &me, "Disclosures", "console").await?,
        lines: lines.collect(),
    }))
}

#[derive(Template)]
#[template(path = "console/demand_new.html")]
struct New {
    shell: Shell,
    id: String,
    kinds: Vec<Demand>,
    categories: Vec<Choice>,
    form: Form,
}

/// A category that can be named, and whether it is.
struct Choice {
    name: String,
    says: String,
    chosen: bool,
}

fn parse(id: &str) -> Result<PersonId, Refusal> {
    id.parse().map_err(|_| Refusal::NotFound)
}

/// Asks what demands data of this person, and what it names.
pub async fn about(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    show_new(&face, &me, parse(&id)?, &[], Form::default()).await
}

async fn show_new(
    face: &Face,
    me: &SignedIn,
    person: PersonId,
    chosen: &[String],
    form: Form,
) -> Result<Response, Problem> {
    disclosures::may_enter(&face.ctx, me)?;
    let (kinds, categories) = disclosures::offered(&face.ctx);
    let choice = |(name, says)| Choice { chosen: chosen.contains(&name), name, says };
    Ok(render(&New {
        shell: Shell::of(face, me, "A demand for data", "console").await?,
        id: person.to_string(),
        kinds,
        categories: categories.into_iter().map(choice).collect(),
        form,
    }))
}

/// What a form holds: the kinds of data stand in it once each.
type Typed = Vec<(String, String)>;

fn entered(typed: &Typed) -> Entered {
    let one = |field: &str| {
        typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    Entered {
        kind: one("kind"),
        issuer: one("issuer"),
        reference: one("reference"),
        provision: one("provision"),
        dated: one("dated"),
        categories: typed.iter().filter(|(name, _)| name == "category").map(|(_, v)| v.clone()).collect(),
        barred_by: one("barred_by"),
        barred_until: one("barred_until"),
    }
}

/// Records it.
pub async fn enter(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let (person, entered) = (parse(&id)?, entered(&typed));
    match disclosures::enter(&face.ctx, &me, person, &entered).await {
        Ok(id) => Ok(Redirect::to(&format!("/console/disclosures/{id}")).into_response()),
        Err(error) => {
            let form = Form::with([
                ("kind", entered.kind.as_str()),
                ("issuer", &entered.issuer),
                ("reference", &entered.reference),
                ("provision", &entered.provision),
                ("dated", &entered.dated),
                ("barred_by", &entered.barred_by),
                ("barred_until", &entered.barred_until),
            ]);
            form.again(error, |form| show_new(&face, &me, person, &entered.categories, form)).await
        }
    }
}

#[derive(Template)]
#[template(path = "console/demand.html")]
struct One {
    shell: Shell,
    id: String,
    person: String,
    kind: &'static str,
    class: &'static str,
    ground: &'static str,
    issuer: String,
    reference: String,
    provision: String,
    dated: String,
    categories: Vec<String>,
    barred: Option<(String, String)>,
    entered: String,
    entered_by: String,
    settled: Option<(String, String)>,
    /// Since when what was handed over reads otherwise, and nobody but staff can tell whoever received it.
    corrected: Option<String>,
    state: &'static str,
    waits: bool,
    may_release: bool,
    form: Form,
}

/// One demand, with the paper as it was recorded.
pub async fn one(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    show_one(&face, &me, &id, Form::default()).await
}

fn text(text: Option<&Personal<String>>) -> String {
    text.map(|text| text.reveal().clone()).unwrap_or_default()
}

fn in_words(face: &Face, categories: &[String]) -> Vec<String> {
    let map = face.ctx.store.book().map();
    categories.iter().map(|c| map.category(c).map_or_else(|| c.clone(), |known| known.says.clone())).collect()
}

async fn show_one(face: &Face, me: &SignedIn, id: &str, form: Form) -> Result<Response, Problem> {
    let Opened { demand, kind, mine_to_release } = disclosures::open(&face.ctx, me, id).await?;
    Ok(render(&One {
        shell: Shell::of(face, me, "A demand for data", "console").await?,
        id: demand.id.to_string(),
        person: demand.person.to_string(),
        kind: kind.says(),
        class: kind.class().says(),
        ground: kind.ground().says(),
        issuer: text(demand.issuer.as_ref()),
        reference: text(demand.reference.as_ref()),
        provision: text(demand.provision.as_ref()),
        categories: in_words(face, &demand.categories),
        corrected: demand.corrected_at.map(when),
        barred: demand.barred_by.as_ref().map(|law| (law.reveal().clone(), when(demand.told_at))),
        entered: when(demand.entered_at),
        state: state(demand.settled),
        waits: demand.settled.is_none(),
        may_release: mine_to_release,
        dated: demand.dated,
        entered_by: somebody(&demand.entered_role, demand.entered_by),
        settled: demand.settled_at.map(|at| {
            (when(at), somebody(demand.settled_role.as_deref().unwrap_or_default(), demand.settled_by))
        }),
        form,
    }))
}

/// Refuses it: nothing goes.
pub async fn refuse(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    match disclosures::refuse(&face.ctx, &me, &id).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/disclosures/{id}")).into_response()),
        Err(error) => Form::default().again(error, |form| show_one(&face, &me, &id, form)).await,
    }
}

/// Releases what it names, once: the answer is the file.
pub async fn release(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    match disclosures::release(&face.ctx, &me, &id).await {
        Ok(released) => file(face, released).map_err(|fault| Problem::Fault(store::Fault::Corrupt(fault))),
        Err(error) => Form::default().again(error, |form| show_one(&face, &me, &id, form)).await,
    }
}

/// The first page of the file.
#[derive(Template)]
#[template(path = "console/released.html")]
struct Start {
    at: String,
    house: String,
    contact: String,
    policy: String,
    kind: &'static str,
    issuer: String,
    reference: String,
    provision: String,
    dated: String,
    categories: Vec<String>,
    parts: Vec<(String, String, usize)>,
    files: Vec<(String, String)>,
}

fn file(face: Face, released: Released) -> Result<Response, String> {
    let broken = |e: &dyn core::fmt::Display| format!("what was released could not be written: {e}");
    let controller = &face.ctx.store.book().profile().controller;
    let parts = released.parts.iter().filter(|part| !part.rows.is_empty());
    let mut files = Vec::new();
    let mut listed = Vec::new();
    for (number, (file, pass)) in released.files.into_iter().enumerate() {
        // Under a number of its own: the row it belongs to may not be among what was named.
        let path = format!("files/{}/{}.{}", file.kind, number + 1, file.ending);
        listed.push((file.says, path.clone()));
        files.push((path, Leave::Given(pass)));
    }
    let demand = &released.demand;
    let start = Start {
        at: when(released.at),
        house: controller.names.join(", "),
        contact: controller.contact.clone(),
        policy: released.policy,
        kind: released.kind.says(),
        issuer: text(demand.issuer.as_ref()),
        reference: text(demand.reference.as_ref()),
        provision: text(demand.provision.as_ref()),
        dated: demand.dated.clone(),
        categories: in_words(&face, &demand.categories),
        parts: parts.clone().map(|part| (part.table.clone(), part.says.clone(), part.rows.len())).collect(),
        files: listed,
    };
    let mut pages = vec![("start.html".to_owned(), start.render().map_err(|e| broken(&e))?.into_bytes())];
    for part in parts {
        let data = json!({ "kind": part.table, "says": part.says, "rows": part.rows });
        let data = serde_json::to_vec_pretty(&data).map_err(|e| broken(&e))?;
        pages.push((format!("data/{}.json", part.table), data));
    }
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"released.zip\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, packed(face.ctx, Packed { pages, files })).into_response())
}
