//! The house passes to somebody else: recorded by one, told to everybody, released by another. Nothing of anybody is shown here.

use crate::Face;
use crate::form::Form;
use crate::pages::console::somebody;
use crate::pages::privacy::{Leave, Packed, packed};
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::SignedIn;
use app::disclosures::acquisitions::{self, Entered, Everything, Open, Settled};
use app::letters::Tally;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Ground;
use serde::Deserialize;
use serde_json::json;

#[derive(Template)]
#[template(path = "console/acquisitions.html")]
struct Page {
    shell: Shell,
    kinds: Vec<(&'static str, &'static str)>,
    /// Whether letters go out by themselves.
    mail: bool,
    events: Vec<Event>,
    form: Form,
}

struct Event {
    id: String,
    acquirer: String,
    address: String,
    says: String,
    kind: &'static str,
    entered: String,
    entered_by: String,
    ends_on: String,
    over: bool,
    /// Whether it waits for everybody to be told.
    untold: bool,
    /// From when it can be released, while it is open.
    from: Option<String>,
    may_release: bool,
    letters: Tally,
    settled: Option<(&'static str, String, String)>,
    counts: Option<(i64, i64)>,
}

impl Event {
    fn of(open: Open) -> Self {
        let Open { event, kind, from, letters, mine_to_release, over } = open;
        Self {
            id: event.id.to_string(),
            kind: kind.says(),
            entered: when(event.entered_at),
            entered_by: somebody(&event.entered_role, event.entered_by),
            over,
            untold: event.announced_at.is_none() && event.settled.is_none(),
            from: from.map(when),
            may_release: mine_to_release,
            letters,
            settled: event.settled.map(|(how, at)| {
                let how = match how {
                    Settled::Released => "Released",
                    Settled::Dropped => "Came to nothing",
                };
                let role = event.settled_role.as_deref().unwrap_or_default();
                (how, when(at), somebody(role, event.settled_by))
            }),
            counts: event.counts,
            ends_on: event.ends_on.unwrap_or_default(),
            acquirer: event.acquirer,
            address: event.address,
            says: event.says,
        }
    }
}

/// All of them, and a form for another.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let events = acquisitions::all(&face.ctx, me).await?;
    let kinds = acquisitions::kinds(&face.ctx);
    Ok(render(&Page {
        shell: Shell::of(face, me, "A sale of the house", "console").await?,
        kinds: kinds.into_iter().map(|kind| (kind.name(), in_words(kind))).collect(),
        mail: face.ctx.sends_mail(),
        events: events.into_iter().map(Event::of).collect(),
        form,
    }))
}

const fn in_words(kind: Ground) -> &'static str {
    match kind {
        Ground::Negotiation => "Somebody negotiates to take it over, and is to see what it holds",
        _ => "It is agreed: the house passes to them",
    }
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    acquirer: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    says: String,
    #[serde(default)]
    ends_on: String,
}

/// Records one.
pub async fn enter(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let Typed { kind, acquirer, address, says, ends_on } = typed;
    let entered = Entered { kind, acquirer, address, says, ends_on };
    let done = acquisitions::enter(&face.ctx, &me, &entered).await.map(drop);
    let form = Form::with([
        ("kind", entered.kind.as_str()),
        ("acquirer", &entered.acquirer),
        ("address", &entered.address),
        ("says", &entered.says),
        ("ends_on", &entered.ends_on),
    ]);
    settle(&face, &me, form, done).await
}

/// Back to the list, or what was wrong.
async fn settle(
    face: &Face,
    me: &SignedIn,
    form: Form,
    done: Result<(), app::Error>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to("/console/acquisitions").into_response()),
        Err(error) => form.again(error, |form| show(face, me, form)).await,
    }
}

/// Tells everybody.
pub async fn announce(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = acquisitions::announce(&face.ctx, &me, &id).await;
    settle(&face, &me, Form::default(), done).await
}

/// It comes to nothing.
pub async fn drop_it(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let done = acquisitions::drop_it(&face.ctx, &me, &id).await;
    settle(&face, &me, Form::default(), done).await
}

/// Releases everything, once: the answer is the file.
pub async fn release(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    match acquisitions::release(&face.ctx, &me, &id).await {
        Ok(everything) => {
            let packed = file(face, everything);
            packed.map_err(|error| Problem::Fault(store::Fault::Corrupt(error.to_string())))
        }
        Err(error) => Form::default().again(error, |form| show(&face, &me, form)).await,
    }
}

/// Person by person, with the rules that bind each of them, and the notices that tell those rules.
fn file(face: Face, everything: Everything) -> Result<Response, serde_json::Error> {
    let book = face.ctx.store.book();
    let about = json!({
        "made_at": everything.at.to_string(),
        "from": book.profile().controller.names,
        "to": everything.event.acquirer,
        "address": everything.event.address,
        "why": everything.event.says,
        "until": everything.event.ends_on,
        "policy": book.reference(),
        "people": everything.people.len(),
        "left_out": everything.left_out,
    });
    let mut pages = vec![("about.json".to_owned(), serde_json::to_vec_pretty(&about)?)];
    for (version, notice) in everything.notices {
        pages.push((format!("policy/{version}.md"), notice.into_bytes()));
    }
    let mut files = Vec::new();
    for one in everything.people {
        let place = format!("people/{}", one.person);
        let bound = json!({ "policy": one.policy, "restricted": one.restricted });
        pages.push((format!("{place}/bound.json"), serde_json::to_vec_pretty(&bound)?));
        for part in one.parts.iter().filter(|part| !part.rows.is_empty()) {
            let data = json!({ "kind": part.table, "says": part.says, "rows": part.rows });
            pages.push((format!("{place}/data/{}.json", part.table), serde_json::to_vec_pretty(&data)?));
        }
        for (file, pass) in one.files {
            let path = format!("{place}/files/{}/{}.{}", file.kind, file.owner.simple(), file.ending);
            files.push((path, Leave::Given(pass)));
        }
    }
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"house.zip\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, packed(face.ctx, Packed { pages, files })).into_response())
}
