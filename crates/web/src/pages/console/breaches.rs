//! What went wrong with people's data, for those who deal with it: the register with its clocks, one breach and what is done about it,
//! and the notices as text. Whose data it was stands nowhere; how many it is does.

use crate::Face;
use crate::form::Form;
use crate::pages::console::clocks::{Says, authority, people};
use crate::pages::console::somebody;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::breaches::{self, Counted, Deed, Recorded};
use app::letters::Tally;
use app::{Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::breach::{Exposure, Happened, People, Phase, Risk, Topic};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "console/breaches.html")]
struct Page {
    shell: Shell,
    lines: Vec<Line>,
    kinds: Vec<Kind>,
    form: Form,
}

struct Line {
    id: String,
    aware: String,
    what: String,
    authority: Says,
    people: Says,
    closed: Option<String>,
}

/// Something that can be ticked.
struct Kind {
    name: &'static str,
    says: &'static str,
    chosen: bool,
}

fn kinds(chosen: &[String]) -> Vec<Kind> {
    let kind = |what: Exposure| {
        let (name, says) = (what.name(), what.says());
        Kind { name, says, chosen: chosen.iter().any(|code| code == name) }
    };
    Exposure::ALL.into_iter().map(kind).collect()
}

/// Every breach.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, &[], Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, chosen: &[String], form: Form) -> Result<Response, Problem> {
    let now = face.ctx.store.clock().now();
    let lines = breaches::all(&face.ctx, me).await?.into_iter().map(|(id, case, stands)| {
        let what: Vec<&str> = case.exposed().iter().map(|exposed| exposed.what.says()).collect();
        Line {
            id: id.to_string(),
            aware: when(case.aware_at()),
            what: what.join("; "),
            authority: authority(stands.authority, now),
            people: people(stands.people),
            closed: case.closed_at().map(when),
        }
    });
    Ok(render(&Page {
        shell: Shell::of(face, me, "Breaches", "console").await?,
        lines: lines.collect(),
        kinds: kinds(chosen),
        form,
    }))
}

/// What a form holds: what was exposed stands in it once each.
type Typed = Vec<(String, String)>;

fn one_of(typed: &Typed, field: &str) -> String {
    typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn each_of(typed: &Typed, field: &str) -> Vec<String> {
    typed.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
}

/// Records one.
pub async fn record(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let recorded = Recorded {
        aware_at: one_of(&typed, "aware_at"),
        what: each_of(&typed, "what"),
        from: one_of(&typed, "from"),
        until: one_of(&typed, "until"),
        subject: one_of(&typed, "subject"),
        nature: one_of(&typed, "nature"),
    };
    match breaches::record(&face.ctx, &me, &recorded).await {
        Ok(id) => Ok(Redirect::to(&format!("/console/breaches/{id}")).into_response()),
        Err(error) => {
            let form = Form::with([
                ("aware_at", recorded.aware_at.as_str()),
                ("from", &recorded.from),
                ("until", &recorded.until),
                ("subject", &recorded.subject),
                ("nature", &recorded.nature),
            ]);
            form.again(error, |form| show(&face, &me, &recorded.what, form)).await
        }
    }
}

#[derive(Template)]
#[template(path = "console/breach.html")]
struct One {
    shell: Shell,
    id: String,
    aware: String,
    due: String,
    /// Until when the form's times may lie, as it sends them.
    now: String,
    authority: Says,
    people: Says,
    owed: bool,
    closed: Option<String>,
    letters: Tally,
    /// Whether letters go out by themselves.
    mail: bool,
    concerned: usize,
    without_account: usize,
    erased_since: usize,
    data: Vec<Data>,
    past: Vec<Past>,
    topics: [(&'static str, &'static str, String); 3],
    risks: [(&'static str, &'static str, &'static str); 3],
    phases: Vec<(&'static str, &'static str)>,
    kinds: Vec<Kind>,
    form: Form,
}

struct Past {
    at: String,
    what: String,
    by: String,
    words: String,
}

/// One kind of data, and whether it can be read.
struct Data {
    says: String,
    category: String,
    reading: &'static str,
    bad: bool,
    clear: BTreeSet<String>,
    digests: BTreeSet<String>,
    people: usize,
}

fn data(counted: Counted) -> Data {
    let Counted { finding, people } = counted;
    Data {
        reading: finding.reading.says(),
        bad: finding.reading.concerns_people(),
        says: finding.says,
        category: finding.category,
        clear: finding.clear,
        digests: finding.digests,
        people,
    }
}

/// One breach.
pub async fn one(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    show_one(&face, &me, &id, &[], Form::default()).await
}

async fn show_one(
    face: &Face,
    me: &SignedIn,
    id: &str,
    chosen: &[String],
    form: Form,
) -> Result<Response, Problem> {
    let opened = breaches::one(&face.ctx, me, id).await?;
    let now = face.ctx.store.clock().now();
    let past = opened.breach.events.iter().map(|event| Past {
        at: when(event.at),
        what: match event.happened {
            Happened::Exposed(exposed) => {
                format!(
                    "exposed: {}, from {} to {}",
                    exposed.what.says(),
                    when(exposed.from),
                    when(exposed.until)
                )
            }
            other => other.says().to_owned(),
        },
        by: somebody(&event.role, event.by),
        words: event.words.clone(),
    });
    let next = opened.case.next_phase();
    let phases = Phase::ALL.into_iter().filter(|phase| *phase == next || *phase == Phase::Final);
    Ok(render(&One {
        shell: Shell::of(face, me, "A breach", "console").await?,
        id: opened.breach.id.to_string(),
        aware: when(opened.case.aware_at()),
        due: when(opened.case.due_at()),
        now: now.timestamp().strftime("%Y-%m-%dT%H:%M").to_string(),
        authority: authority(opened.authority, now),
        people: people(opened.people),
        owed: opened.people == People::Owed,
        closed: opened.case.closed_at().map(when),
        past: past.collect(),
        topics: Topic::ALL.map(|topic| (topic.name(), topic.says(), opened.words(topic).to_owned())),
        risks: Risk::ALL.map(|risk| (risk.name(), risk.says(), risk.means())),
        phases: phases.map(|phase| (phase.name(), phase.says())).collect(),
        kinds: kinds(chosen),
        letters: opened.letters,
        mail: face.ctx.sends_mail(),
        concerned: opened.scope.people,
        without_account: opened.scope.without_account,
        erased_since: opened.scope.erased_since,
        data: opened.scope.counted.into_iter().map(data).collect(),
        form,
    }))
}

/// Does something about one.
pub async fn act(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let of = |field: &str| one_of(&typed, field);
    let what = each_of(&typed, "what");
    let deed = match of("deed").as_str() {
        "exposed" => Some(Deed::Exposed(what.clone(), of("from"), of("until"))),
        "learned" => Some(Deed::Learned(of("topic"), of("words"))),
        "assessed" => Some(Deed::Assessed(of("risk"), of("words"))),
        "told-authority" => Some(Deed::ToldAuthority(of("phase"), of("at"), of("words"))),
        "told-people" => Some(Deed::ToldPeople),
        "closed" => Some(Deed::Closed(of("words"))),
        _ => None,
    };
    let done = match deed {
        Some(deed) => breaches::go_on(&face.ctx, &me, &id, &deed).await,
        None => breaches::one(&face.ctx, &me, &id).await.and(Err(Refusal::Field {
            field: "deed",
            problem: "Say what was done.".to_owned(),
        }
        .into())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/breaches/{id}")).into_response()),
        Err(error) => {
            let form = Form::with([
                ("deed", of("deed").as_str()),
                ("topic", &of("topic")),
                ("risk", &of("risk")),
                ("phase", &of("phase")),
                ("at", &of("at")),
                ("from", &of("from")),
                ("until", &of("until")),
                ("words", &of("words")),
            ]);
            form.again(error, |form| show_one(&face, &me, &id, &what, form)).await
        }
    }
}

/// The notice to the authority, as text.
pub async fn to_the_authority(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(text("breach-authority.md", breaches::to_the_authority(&face.ctx, &me, &id).await?))
}

/// The notice to people, as text.
pub async fn to_people(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(text("breach-people.md", breaches::to_people(&face.ctx, &me, &id).await?))
}

fn text(name: &str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}
