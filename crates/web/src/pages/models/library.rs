//! The library: pictures of what I have, what is on its way in, and the way to add more.

use super::{above, id};
use crate::Face;
use crate::form::Form;
use crate::problem::{Problem, status_of};
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words;
use app::models::{self, Arriving, CUT, Model, Sort, Stage};
use app::{Error, Refusal, SignedIn};
use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{ModelId, UploadId};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "models/library.html")]
struct Page {
    shell: Shell,
    form: Form,
    takes_shapes: bool,
    /// What no safeguard can promise, in the words of the policy (KA-35).
    caution: String,
    arriving: Vec<Row>,
    cards: Vec<Card>,
    total: usize,
    search: String,
    sort: &'static str,
}

/// A file on its way in.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) words: String,
    pub(super) refused: bool,
    pub(super) percent: Option<u64>,
    /// How many bytes it has and how many are here, while the rest can still be sent.
    pub(super) open: Option<(u64, u64)>,
}

struct Card {
    id: String,
    name: String,
    picture: bool,
    facts: String,
    problem: Option<(&'static str, &'static str)>,
}

#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    search: String,
    #[serde(default)]
    sort: String,
}

/// The page.
pub async fn library(
    State(face): State<Face>,
    Me(me): Me,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    show(&face, &me, &filter, Form::default()).await
}

/// Takes in files from a plain form. One that was cut leaves nothing: whoever sends it again would have twice what had come
/// whole before the cut.
pub async fn add(State(face): State<Face>, Me(me): Me, mut typed: Multipart) -> Result<Response, Problem> {
    let mut came = Vec::new();
    let failed = loop {
        let field = match typed.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break None,
            Err(_) => break Some(CUT.into()),
        };
        let Some(name) = field.file_name().map(str::to_owned).filter(|name| !name.is_empty()) else {
            continue;
        };
        match models::receive(&face.ctx, &me, &name, field).await {
            Ok(id) => came.push(id),
            Err(error) => break Some(error),
        }
    };
    if matches!(&failed, Some(Error::Refused(refusal)) if *refusal == CUT) {
        for id in came.drain(..) {
            give_up(&face, &me, id).await?;
        }
    }
    let filter = Filter { search: String::new(), sort: String::new() };
    match (failed, came.as_slice()) {
        (None, [id]) => Ok(Redirect::to(&format!("/models/{id}")).into_response()),
        (None, [_, ..]) => Ok(Redirect::to("/models").into_response()),
        (None, []) => refused(&face, &me, &filter, choose()).await,
        (Some(error), _) => refused(&face, &me, &filter, error).await,
    }
}

/// Nothing is left of a file that came, whether it was read meanwhile or not.
async fn give_up(face: &Face, me: &SignedIn, id: UploadId) -> Result<(), Error> {
    if models::dismiss(&face.ctx, me, id).await.is_ok() {
        return Ok(());
    }
    match models::erase(&face.ctx, me, ModelId::from_uuid(id.uuid())).await {
        Ok(()) | Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn choose() -> Error {
    Refusal::Field { field: "file", problem: "Choose a file first.".to_owned() }.into()
}

async fn refused(face: &Face, me: &SignedIn, filter: &Filter, error: Error) -> Result<Response, Problem> {
    let (form, refusal) = above(error)?;
    Ok((status_of(&refusal), show(face, me, filter, form).await?).into_response())
}

/// Gives an upload up, or takes note of why it was refused.
pub async fn dismiss(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    models::dismiss(&face.ctx, &me, id(&text)?).await?;
    Ok(Redirect::to("/models").into_response())
}

async fn show(face: &Face, me: &SignedIn, filter: &Filter, form: Form) -> Result<Response, Problem> {
    let (sort, order) = match filter.sort.as_str() {
        "name" => ("name", Sort::Name),
        "size" => ("size", Sort::Largest),
        _ => ("newest", Sort::Newest),
    };
    let all = models::list(&face.ctx, me, order).await?;
    let total = all.len();
    let arriving = models::in_progress(&face.ctx, me).await?;
    let page = Page {
        shell: Shell::of(face, me, "Models", "models")
            .await?
            .again_in(3, arriving.iter().any(|a| a.stage.runs())),
        form,
        takes_shapes: models::takes_shapes(&face.ctx),
        caution: face.ctx.store.book().profile().policy.caution().to_owned(),
        arriving: arriving.iter().map(row).collect(),
        cards: models::matching(all, &filter.search).iter().map(card).collect(),
        total,
        search: filter.search.clone(),
        sort,
    };
    Ok(render(&page))
}

pub(super) fn row(arriving: &Arriving) -> Row {
    let percent = arriving.size.filter(|size| *size > 0).map(|size| arriving.received * 100 / size);
    let words = match &arriving.stage {
        Stage::Receiving => match (percent, arriving.size) {
            (Some(percent), Some(size)) => format!(
                "Sending {percent} % ({} of {}). Choose the file again to go on.",
                words::bytes(arriving.received),
                words::bytes(size)
            ),
            _ => format!("Sending, {} so far", words::bytes(arriving.received)),
        },
        Stage::Reading(None) => "Waiting to be read".to_owned(),
        Stage::Reading(Some(progress)) => progress.words.clone(),
        Stage::Refused(why) => why.clone(),
    };
    Row {
        id: arriving.id.to_string(),
        name: arriving.name.reveal().clone(),
        refused: matches!(arriving.stage, Stage::Refused(_)),
        percent: percent.filter(|_| arriving.stage == Stage::Receiving),
        open: arriving
            .size
            .filter(|_| arriving.stage == Stage::Receiving)
            .map(|size| (size, arriving.received)),
        words,
    }
}

fn card(model: &Model) -> Card {
    let facts = match &model.facts {
        Some(facts) => {
            let [x, y, z] = facts.size_mm.map(words::millimetres);
            format!("{x} × {y} × {z} mm")
        }
        None => "Ready-made toolpath".to_owned(),
    };
    Card {
        id: model.id.to_string(),
        name: model.name.reveal().clone(),
        picture: model.has_shape(),
        facts,
        problem: super::one::worst(model),
    }
}
