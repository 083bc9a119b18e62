//! A person's archive as one ZIP: pages to read without this server, the same as JSON, and the files themselves.
//!
//! It is made while it is taken, and no copy of it stays here. It is whole or its download fails; it is never cut short
//! in a way that looks whole.

use super::archive_files::{Leave, Packed, packed};
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::words::{bytes as size_in_words, when};
use app::{SignedIn, privacy_centre};
use askama::Template;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use privacy::Book;
use privacy::notice::{self, Kind};
use serde_json::{Map, Value as Json, json};
use store::{Archive, Part};

/// The first page: what this is, what the house does with the data, and where each kind lies.
#[derive(Template)]
#[template(path = "privacy/archive/start.html")]
struct Start {
    made_at: String,
    policy: String,
    controller: String,
    contact: String,
    authority: String,
    kinds: Vec<Kind>,
    destinations: Vec<(String, bool)>,
    /// Whether all of them stand in this house.
    in_house: bool,
    parts: Vec<Entry>,
    files: Vec<Listed>,
}

struct Entry {
    table: String,
    says: String,
    rows: usize,
}

/// One kind of rows, as a page.
#[derive(Template)]
#[template(path = "privacy/archive/kind.html")]
struct KindPage {
    says: String,
    table: String,
    rows: Vec<Vec<(String, String)>>,
    withheld: Vec<(String, String)>,
    files: Vec<Listed>,
}

#[derive(Clone)]
struct Listed {
    says: String,
    path: String,
    size: String,
}

/// Everything about me, to take away.
pub async fn take(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let archive = privacy_centre::take(&face.ctx, &me).await?;
    zip(face, me, archive, "my-data.zip").await
}

/// What of it I can carry to another service.
pub async fn carry(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let archive = privacy_centre::carry(&face.ctx, &me).await?;
    zip(face, me, archive, "my-data-to-carry.zip").await
}

async fn zip(face: Face, me: SignedIn, archive: Archive, name: &str) -> Result<Response, Problem> {
    let rules = app::policy::mine(&face.ctx, &me).await?;
    let pages =
        pages(&face, &rules, &archive).map_err(|fault| Problem::Fault(store::Fault::Corrupt(fault)))?;
    let files = archive.files.into_iter().map(|file| (path_of(&file), Leave::Owner(me, file))).collect();
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, packed(face.ctx, Packed { pages, files })).into_response())
}

fn path_of(file: &store::File) -> String {
    format!("files/{}/{}.{}", file.kind, file.owner.simple(), file.ending)
}

fn listed(file: &store::File) -> Listed {
    Listed { says: file.says.clone(), path: path_of(file), size: size_in_words(file.size) }
}

fn pages(face: &Face, rules: &Book, archive: &Archive) -> Result<Vec<(String, Vec<u8>)>, String> {
    let broken = |e: &dyn core::fmt::Display| format!("an archive could not be written: {e}");
    let profile = face.ctx.store.book().profile();
    let held = |part: &&Part| !part.rows.is_empty() || !part.withheld.is_empty();
    let destinations = privacy_centre::destinations(&face.ctx);
    let start = Start {
        made_at: when(archive.at),
        policy: archive.policy.clone(),
        controller: profile.controller.names.join(", "),
        contact: profile.controller.contact.clone(),
        authority: profile.controller.authority.clone(),
        kinds: notice::kinds(rules),
        in_house: destinations.iter().all(|(_, local)| *local),
        destinations,
        parts: archive
            .parts
            .iter()
            .filter(held)
            .map(|p| Entry { table: p.table.clone(), says: p.says.clone(), rows: p.rows.len() })
            .collect(),
        files: archive.files.iter().map(listed).collect(),
    };
    let mut pages = vec![
        ("start.html".to_owned(), start.render().map_err(|e| broken(&e))?.into_bytes()),
        ("data/about.json".to_owned(), pretty(&about(archive, &start)).map_err(|e| broken(&e))?),
    ];
    for part in archive.parts.iter().filter(held) {
        let page = KindPage {
            says: part.says.clone(),
            table: part.table.clone(),
            rows: part.rows.iter().map(readable).collect(),
            withheld: part.withheld.iter().map(|(column, why)| (words(column), why.clone())).collect(),
            files: archive.files.iter().filter(|f| f.table == part.table).map(listed).collect(),
        };
        pages.push((
            format!("pages/{}.html", part.table),
            page.render().map_err(|e| broken(&e))?.into_bytes(),
        ));
        pages.push((
            format!("data/{}.json", part.table),
            pretty(&data(part, archive)).map_err(|e| broken(&e))?,
        ));
    }
    Ok(pages)
}

fn pretty(json: &Json) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec_pretty(json)
}

fn data(part: &Part, archive: &Archive) -> Json {
    let withheld: Vec<Json> =
        part.withheld.iter().map(|(column, why)| json!({ "column": column, "reason": why })).collect();
    let files = archive.files.iter().filter(|f| f.table == part.table);
    let files: Vec<Json> = files
        .map(|f| json!({ "of": f.owner.simple().to_string(), "what": f.says, "path": path_of(f), "bytes": f.size }))
        .collect();
    json!({ "kind": part.table, "says": part.says, "rows": part.rows, "withheld": withheld, "files": files })
}

/// What Article 15(1) GDPR wants told beside the copy.
fn about(archive: &Archive, start: &Start) -> Json {
    let kinds: Vec<Json> = start
        .kinds
        .iter()
        .map(|kind| {
            let purposes: Vec<Json> = kind
                .purposes
                .iter()
                .map(|(why, basis)| json!({ "purpose": why, "legal_basis": basis }))
                .collect();
            json!({ "what": kind.says, "purposes": purposes, "kept": kind.until })
        })
        .collect();
    let destinations: Vec<Json> = start
        .destinations
        .iter()
        .map(|(says, local)| json!({ "recipient": says, "in_this_house": local }))
        .collect();
    json!({
        "made_at": archive.at.to_string(),
        "policy": archive.policy,
        "controller": { "name": start.controller, "contact": start.contact },
        "supervisory_authority": start.authority,
        "kinds": kinds,
        "recipients": destinations,
        "source": "you, your devices and programs, and what this server made of it",
        "automated_decisions": "none",
        "transfers_to_third_countries": if start.in_house { "none" } else { "to the recipients outside this house, as the notice says" },
        "rights": ["access", "portability", "rectification", "erasure", "restriction", "objection", "withdrawal of consent", "complaint to a supervisory authority"],
    })
}

fn readable(row: &Map<String, Json>) -> Vec<(String, String)> {
    let shown = |value: &Json| match value {
        Json::Null => None,
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(text.clone()),
        Json::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        other => serde_json::to_string_pretty(other).ok(),
    };
    row.iter().filter_map(|(column, value)| Some((words(column), shown(value)?))).collect()
}

/// A column's name as people read it: `created_at` is `created at`.
fn words(column: &str) -> String {
    column.replace('_', " ")
}
