//! The report of uses and sharing: what really happened with my data, by the access log and the ledger of disclosures.

use super::{Handed, Look};
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::disclosures::{self, Report};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use privacy::california::Known;
use serde_json::{Value as Json, json};

#[derive(Template)]
#[template(path = "privacy/uses.html")]
struct Page {
    shell: Shell,
    at: String,
    /// Of which request this is the answer, for whoever answers it; none for the person themselves.
    request: Option<String>,
    looks: Vec<Look>,
    handed: Vec<Handed>,
    known: [Known; 7],
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let report = disclosures::report(&face.ctx, &me).await?;
    let shell = Shell::of(&face, &me, "Uses and sharing", "privacy").await?;
    Ok(render(&told(&face, shell, report, None)))
}

/// The same about whoever asked by a request, for who answers it.
pub async fn of_request(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let report = disclosures::report_for(&face.ctx, &me, &id).await?;
    let shell = Shell::of(&face, &me, "Uses and sharing", "console").await?;
    Ok(render(&told(&face, shell, report, Some(id))))
}

fn told(face: &Face, shell: Shell, report: Report, request: Option<String>) -> Page {
    Page {
        shell,
        at: when(report.at),
        request,
        looks: report.looks.into_iter().map(|look| Look::of(face, look)).collect(),
        handed: report.handed.into_iter().map(Handed::of).collect(),
        known: report.known,
    }
}

/// The same, to take away.
pub async fn take(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let report = disclosures::report(&face.ctx, &me).await?;
    let at = report.at.to_string();
    let uses: Vec<Json> = report
        .looks
        .into_iter()
        .map(|look| {
            let (when, what) = (look.at.map(|at| at.to_string()), look.what.clone());
            let look = Look::of(&face, look);
            json!({ "at": when, "by": look.role, "act": look.act, "what": what, "purpose": look.purpose, "reason": look.reason })
        })
        .collect();
    let shared: Vec<Json> = report
        .handed
        .into_iter()
        .map(|handed| {
            let (when, told) = (handed.at.to_string(), handed.told_at.to_string());
            let kinds = handed.what.clone();
            let handed = Handed::of(handed);
            json!({
                "at": when, "to": handed.to, "class": handed.class, "what": kinds, "purpose": handed.purpose,
                "ground": handed.why, "paper": handed.paper, "by": handed.role, "told_at": told,
                "barred_by": handed.barred.map(|(_, law)| law),
            })
        })
        .collect();
    let known = report.known.map(|one| json!({ "asks": one.asks, "answer": one.answer }));
    let report = json!({ "at": at, "uses": uses, "shared": shared, "known": known });
    let text = serde_json::to_string_pretty(&report);
    let text =
        text.map_err(|_| Problem::Fault(store::Fault::Corrupt("a report could not be written".to_owned())))?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"uses-and-sharing.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
