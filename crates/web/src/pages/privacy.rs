//! The privacy centre: see, take, change, erase; who looked; and the notice.

use crate::Face;
use crate::form::Form;
use crate::pages::printers::{Stray, strays};
use crate::problem::{Problem, status_of};
use crate::session::{Maybe, Me};
use crate::shell::{Shell, render};
use crate::words::{when, when_known};
use app::privacy_centre::{self, ErasurePlan, Kind};
use app::{SignedIn, accounts};
use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use privacy::Personal;
use serde::Deserialize;
use serde_json::json;

#[derive(Template)]
#[template(path = "privacy/page.html")]
struct Page {
    shell: Shell,
    kinds: Vec<Kind>,
    looks: Vec<Look>,
    strays: Vec<Stray>,
    erase_at: Option<String>,
    contact: String,
}

struct Look {
    role: String,
    act: String,
    purpose: String,
    at: String,
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let looks = privacy_centre::looks(&face.ctx, &me).await?;
    let plan = privacy_centre::erasure_plan(&face.ctx, &me).await?;
    let page = Page {
        shell: Shell::of(&face, &me, "Privacy", "privacy").await?,
        kinds: privacy_centre::kinds(&face.ctx),
        strays: strays(&face, &me).await?,
        looks: looks
            .into_iter()
            .map(|l| Look {
                role: l.role,
                act: l.act,
                purpose: purpose_in_words(&face, &l.purpose),
                at: when_known(l.at),
            })
            .collect(),
        erase_at: plan.erase_at.map(when),
        contact: face.ctx.store.book().profile().controller.contact.clone(),
    };
    Ok(render(&page))
}

fn purpose_in_words(face: &Face, id: &str) -> String {
    face.ctx.store.book().profile().purpose(id).map_or_else(|| id.to_owned(), |p| p.says.clone())
}

/// Everything about me as one JSON document.
pub async fn take(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let archive = privacy_centre::take(&face.ctx, &me).await?;
    let parts = archive.parts.iter().map(|part| {
        let withheld: Vec<_> =
            part.withheld.iter().map(|(c, why)| json!({ "column": c, "reason": why })).collect();
        json!({ "kind": part.table, "says": part.says, "rows": part.rows, "withheld": withheld })
    });
    let files = archive
        .files
        .iter()
        .map(|f| json!({ "kind": f.kind, "owner": f.owner.simple().to_string(), "bytes": f.size }));
    let document = json!({
        "made_at": archive.at.to_string(),
        "policy": archive.policy,
        "data": parts.collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&document)
        .map_err(|_| Problem::Fault(store::Fault::Corrupt("an archive could not be written".to_owned())))?;
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((headers, text).into_response())
}

#[derive(Template)]
#[template(path = "privacy/erase.html")]
struct Erase {
    shell: Shell,
    plan: ErasurePlan,
    due: Option<String>,
    name: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "privacy/erased.html")]
struct Erased {
    shell: Shell,
    at: String,
    final_at: String,
    policy: String,
}

/// What erasing would do, and the way to it.
pub async fn erase_page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show_erase(&face, &me, Form::default()).await
}

async fn show_erase(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let plan = privacy_centre::erasure_plan(&face.ctx, me).await?;
    let account = accounts::account(&face.ctx, me).await?;
    Ok(render(&Erase {
        shell: Shell::of(face, me, "Erase my account", "privacy").await?,
        due: plan.erase_at.map(when),
        plan,
        name: account.name.map(|n| n.reveal().clone()).unwrap_or_default(),
        form,
    }))
}

#[derive(Deserialize)]
pub struct Confirm {
    name: String,
    password: String,
    #[serde(default)]
    now: Option<String>,
}

/// Asks for the erasure, or erases at once; needs the typed name and the password.
pub async fn erase(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Confirm>,
) -> Result<Response, Problem> {
    let account = accounts::account(&face.ctx, &me).await?;
    let right_name = account.name.is_some_and(|n| n.reveal().trim() == typed.name.trim());
    let proven = if right_name {
        accounts::prove_again(&face.ctx, &me, &Personal::new(typed.password)).await
    } else {
        Err(app::Refusal::Field { field: "name", problem: "Type your name as it stands above.".to_owned() }
            .into())
    };
    let done = match proven {
        Err(error) => Err(error),
        Ok(()) if typed.now.is_some() => privacy_centre::erase_now(&face.ctx, &me).await.map(Some),
        Ok(()) => privacy_centre::ask_for_erasure(&face.ctx, &me).await.map(|_| None),
    };
    match done {
        Ok(None) => Ok(Redirect::to("/privacy/erase").into_response()),
        Ok(Some(receipt)) => Ok(render(&Erased {
            shell: Shell::plain("Erased"),
            at: when(receipt.at),
            final_at: when(receipt.final_at),
            policy: receipt.policy,
        })),
        Err(error) => {
            let (form, refusal) = Form::default().refused(error)?;
            Ok((status_of(&refusal), show_erase(&face, &me, form).await?).into_response())
        }
    }
}

/// Takes the wish back.
pub async fn erase_cancel(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    privacy_centre::cancel_erasure(&face.ctx, &me).await?;
    Ok(Redirect::to("/privacy/erase").into_response())
}

#[derive(Template)]
#[template(path = "privacy/notice.html")]
struct Notice {
    shell: Shell,
    title: String,
    effective: String,
    version: u32,
    names: String,
    contact: String,
    covers: Vec<String>,
    kinds: Vec<Kind>,
}

/// What this house does with data, from the policy in force.
pub async fn notice(State(face): State<Face>, Maybe(me): Maybe) -> Result<Response, Problem> {
    let shell = match me {
        Some(me) => Shell::of(&face, &me, "Privacy notice", "privacy").await?,
        None => Shell::plain("Privacy notice"),
    };
    let profile = face.ctx.store.book().profile();
    Ok(render(&Notice {
        shell,
        title: profile.policy.title.clone(),
        effective: profile.policy.effective.clone(),
        version: profile.policy.version,
        names: profile.controller.names.join(", "),
        contact: profile.controller.contact.clone(),
        covers: profile.policy.covers.clone(),
        kinds: privacy_centre::kinds(&face.ctx),
    }))
}
