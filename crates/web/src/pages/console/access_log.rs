//! The access log: who looked at, changed or took whose data, and whether the log is whole.

use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when_known;
use app::console;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Act;
use serde::Deserialize;
use store::people::log::{Filter, Look};

/// Lines of a page, and of a file.
const ON_A_PAGE: u32 = 200;
const IN_A_FILE: u32 = 100_000;

/// Acts of others that the log holds.
const ACTS: [Act; 6] = [Act::Read, Act::Change, Act::Create, Act::Erase, Act::Export, Act::Disclose];
const ROLES: [&str; 5] = ["operator", "technician", "privacy-officer", "member", "house-clerk"];

#[derive(Template)]
#[template(path = "console/access_log.html")]
struct Page {
    shell: Shell,
    lines: Vec<Line>,
    full: bool,
    acts: Vec<&'static str>,
    roles: [&'static str; 5],
    asked: Asked,
    /// The newest line that an unfiltered page shows: what can be signed.
    upto: Option<i64>,
    /// What the check of the log found, if it was asked for.
    checked: Option<Result<u64, String>>,
}

struct Line {
    at: String,
    role: String,
    act: String,
    what: String,
    why: String,
    person: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    act: String,
    #[serde(default)]
    role: String,
}

impl Asked {
    fn filter(&self, most: u32) -> Filter {
        let given = |text: &String| Some(text.clone()).filter(|t| !t.is_empty());
        Filter { act: given(&self.act), role: given(&self.role), most }
    }
}

/// The page, with the filter that its address holds.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&face, me, asked, None).await
}

/// Checks the log's files against its signed root, and shows what was found.
pub async fn check(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let checked = console::check_log(&face.ctx, &me).await?;
    show(&face, me, Asked::default(), Some(checked)).await
}

#[derive(Deserialize)]
pub struct Read {
    #[serde(default)]
    upto: i64,
}

/// Signs that the lines that a whole page showed were read.
pub async fn review(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(read): axum::Form<Read>,
) -> Result<Response, Problem> {
    console::sign_review(&face.ctx, &me, read.upto).await?;
    Ok(Redirect::to("/console").into_response())
}

/// The same lines as a file for programs.
pub async fn csv(
    State(face): State<Face>,
    Me(me): Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let lines = console::access_log(&face.ctx, &me, &asked.filter(IN_A_FILE)).await?;
    // Every cell is a closed word, a number of ours or an instant: nothing in them needs quoting.
    let mut text = "at,role,act,what,purpose,reason,person\n".to_owned();
    for l in lines {
        let at = l.at.map(|at| at.to_string()).unwrap_or_default();
        let (reason, person) = (l.reason.map_or("", |r| r.name()), l.person.map(|p| p.to_string()));
        let cells = [&at, &l.role, &l.act, &l.what, &l.purpose, reason, &person.unwrap_or_default()];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"access-log.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

async fn show(
    face: &Face,
    me: app::SignedIn,
    asked: Asked,
    checked: Option<Result<u64, String>>,
) -> Result<Response, Problem> {
    let lines = console::access_log(&face.ctx, &me, &asked.filter(ON_A_PAGE)).await?;
    let page = Page {
        shell: Shell::of(face, &me, "Access log", "console").await?,
        upto: lines.iter().map(|l| l.leaf).max().filter(|_| asked.act.is_empty() && asked.role.is_empty()),
        full: lines.len() == ON_A_PAGE as usize,
        lines: lines.into_iter().map(|l| line(face, l)).collect(),
        acts: ACTS.map(Act::name).to_vec(),
        roles: ROLES,
        asked,
        checked,
    };
    Ok(render(&page))
}

fn line(face: &Face, look: Look) -> Line {
    let purpose = face.ctx.store.book().profile().purpose(&look.purpose);
    let says = purpose.map_or(look.purpose.clone(), |p| p.says.clone());
    Line {
        at: when_known(look.at),
        role: look.role,
        act: look.act,
        what: look.what.replace('_', " "),
        why: look.reason.map_or_else(|| format!("to {says}"), |r| format!("to {says}: {}", r.says())),
        person: look.person.map(|p| p.to_string()),
    }
}
