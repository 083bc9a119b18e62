//! Settings: name, address, password, passkeys, one-time codes, devices, keys for programs, look.

use super::setup::bare;
use crate::Face;
use crate::form::Form;
use crate::pages::requests::{Choice, regions};
use crate::problem::{Problem, status_of};
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::{device, when, when_known};
use app::accounts::{self, Scope};
use app::{By, SignedIn, consents};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::{ApiKeyId, SessionId};
use privacy::Personal;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/page.html")]
struct Page {
    shell: Shell,
    form: Form,
    /// What the policy has people asked for besides.
    fields: Vec<accounts::Field>,
    look: String,
    region: String,
    regions: Vec<Choice>,
    totp_on: bool,
    recovery_left: usize,
    /// Whether this house is reached in a way in which browsers have passkeys.
    has_passkeys: bool,
    passkeys: Vec<Passkey>,
    /// What people know the service as by which they may sign in too.
    elsewhere: Option<String>,
    accounts_elsewhere: Vec<AccountElsewhere>,
    sessions: Vec<Session>,
    keys: Vec<Key>,
}

struct Passkey {
    id: String,
    name: String,
    since: String,
    used: Option<String>,
}

struct AccountElsewhere {
    id: String,
    provider: String,
    since: String,
    used: Option<String>,
}

struct Session {
    id: String,
    agent: String,
    address: String,
    seen: String,
    here: bool,
}

struct Key {
    id: String,
    name: String,
    scopes: String,
    since: String,
}

#[derive(Template)]
#[template(path = "settings/once.html")]
struct Once {
    shell: Shell,
    heading: &'static str,
    explain: &'static str,
    lines: Vec<String>,
    confirm: bool,
    form: Form,
}

#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// The page.
pub async fn page(
    State(face): State<Face>,
    Me(me): Me,
    Query(query): Query<Done>,
) -> Result<Response, Problem> {
    let done = match query.done.as_deref() {
        Some("name") => Some("Your name was changed."),
        Some("email") => Some("Your address was changed."),
        Some("password") => Some(
            "Your password was changed, and every other device was signed out. Passkeys, accounts elsewhere and keys for programs still work: end those that are not yours.",
        ),
        Some("fields") => Some("What you gave was changed."),
        Some("region") => Some("Where you live was changed."),
        Some("look") => Some("Pages look as you chose."),
        Some("session") => Some("That device was signed out."),
        Some("sessions") => Some("Every other device was signed out."),
        Some("key") => Some("The key no longer works."),
        Some("passkey") => Some("You can sign in with this device’s passkey from now on."),
        Some("passkey-ended") => Some("The passkey no longer works here. Remove it on the device too."),
        Some("elsewhere") => Some("Your account there signs you in from now on."),
        Some("elsewhere-ended") => Some("That account signs you in no more."),
        Some("totp") => Some("One-time codes are off."),
        _ => None,
    };
    show(&face, &me, Form::default(), None, done).await
}

async fn show(
    face: &Face,
    me: &SignedIn,
    typed: Form,
    refused: Option<app::Error>,
    done: Option<&'static str>,
) -> Result<Response, Problem> {
    let account = accounts::account(&face.ctx, me).await?;
    let text = |p: Option<Personal<String>>| p.map(|p| p.reveal().clone()).unwrap_or_default();
    let form = typed.or("name", &text(account.name)).or("email", &text(account.email));
    let (form, status) = match refused {
        Some(error) => {
            let (form, refusal) = form.refused(error)?;
            (form, status_of(&refusal))
        }
        None => (form, axum::http::StatusCode::OK),
    };
    let sessions = accounts::sessions(&face.ctx, me).await?;
    let keys = accounts::keys(&face.ctx, me).await?;
    let page = Page {
        shell: Shell::of(face, me, "Settings", "settings").await?.saying(done),
        form,
        fields: accounts::fields(&*app::policy::mine(&face.ctx, me).await?, account.extra.as_ref()),
        look: account.look.unwrap_or_default(),
        region: account.region.unwrap_or_else(|| "unknown".to_owned()),
        regions: regions(),
        totp_on: accounts::asks_for_codes(&face.ctx, me).await?,
        recovery_left: accounts::recovery_codes_left(&face.ctx, me).await?,
        has_passkeys: face.ctx.passkeys.is_some(),
        passkeys: accounts::passkeys(&face.ctx, me)
            .await?
            .into_iter()
            .map(|p| Passkey {
                id: p.id.to_string(),
                name: text(p.name),
                since: when_known(p.created_at),
                used: p.used_at.map(when),
            })
            .collect(),
        elsewhere: accounts::elsewhere(&face.ctx).map(str::to_owned),
        accounts_elsewhere: accounts::accounts_elsewhere(&face.ctx, me)
            .await?
            .into_iter()
            .map(|a| AccountElsewhere {
                id: a.id.to_string(),
                provider: text(a.provider),
                since: when_known(a.created_at),
                used: a.used_at.map(when),
            })
            .collect(),
        sessions: sessions
            .into_iter()
            .map(|s| Session {
                here: me.by == By::Session(s.id),
                id: s.id.to_string(),
                agent: device(&text(s.agent)),
                address: text(s.address),
                seen: when_known(s.seen_at),
            })
            .collect(),
        keys: keys
            .into_iter()
            .map(|k| Key {
                id: k.id.to_string(),
                name: text(k.name),
                scopes: k.scopes,
                since: when_known(k.created_at),
            })
            .collect(),
    };
    Ok((status, render(&page)).into_response())
}

/// The settings, with why something was not done.
pub async fn refused(face: &Face, me: &SignedIn, error: app::Error) -> Result<Response, Problem> {
    show(face, me, Form::default(), Some(error), None).await
}

/// Back to the settings with a word, or the settings with what was wrong.
async fn settle(
    face: &Face,
    me: &SignedIn,
    typed: Form,
    outcome: Result<(), app::Error>,
    done: &str,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/settings?done={done}")).into_response()),
        Err(app::Error::Refused(first @ (app::Refusal::NotFound | app::Refusal::ProveAgain))) => {
            Err(first.into())
        }
        Err(error) => show(face, me, typed, Some(error), None).await,
    }
}

#[derive(Deserialize)]
pub struct Name {
    name: String,
}

/// Goes by another name.
pub async fn name(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Name>,
) -> Result<Response, Problem> {
    let form = Form::default().typed("name", &typed.name);
    settle(&face, &me, form, accounts::change_name(&face.ctx, &me, &typed.name).await, "name").await
}

/// Changes what the policy has people asked for besides.
pub async fn fields(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(pairs): axum::Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let given: Vec<(String, String)> =
        pairs.into_iter().map(|(name, value)| (bare(&name).to_owned(), value)).collect();
    settle(&face, &me, Form::default(), accounts::change_fields(&face.ctx, &me, &given).await, "fields").await
}

#[derive(Deserialize)]
pub struct Email {
    email: String,
}

/// Uses another address.
pub async fn email(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Email>,
) -> Result<Response, Problem> {
    let form = Form::default().typed("email", &typed.email);
    settle(&face, &me, form, accounts::change_email(&face.ctx, &me, &typed.email).await, "email").await
}

#[derive(Deserialize)]
pub struct Password {
    password: String,
    new_password: String,
}

/// Uses another password.
pub async fn password(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Password>,
) -> Result<Response, Problem> {
    let (old, new) = (Personal::new(typed.password), Personal::new(typed.new_password));
    settle(
        &face,
        &me,
        Form::default(),
        accounts::change_password(&face.ctx, &me, &old, &new).await,
        "password",
    )
    .await
}

#[derive(Deserialize)]
pub struct Look {
    look: String,
}

/// Chooses how pages look.
pub async fn look(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Look>,
) -> Result<Response, Problem> {
    settle(&face, &me, Form::default(), accounts::set_look(&face.ctx, &me, &typed.look).await, "look").await
}

const TOTP_EXPLAIN: &str =
    "Add this key to an app for one-time codes, then type the code it shows. Nothing changes before that.";

/// Begins to ask for one-time codes: shows the secret once.
pub async fn totp_begin(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    match accounts::begin_totp(&face.ctx, &me).await {
        Ok(enrolment) => {
            let lines = vec![enrolment.secret.reveal().clone(), enrolment.address.reveal().clone()];
            let shell = Shell::of(&face, &me, "One-time codes", "settings").await?;
            let form = Form::default();
            Ok(render(&Once {
                shell,
                heading: "One-time codes",
                explain: TOTP_EXPLAIN,
                lines,
                confirm: true,
                form,
            }))
        }
        Err(error) => refused(&face, &me, error).await,
    }
}

#[derive(Deserialize)]
pub struct Code {
    code: String,
}

/// Confirms one-time codes: shows the recovery codes once.
pub async fn totp_confirm(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Code>,
) -> Result<Response, Problem> {
    let shell = Shell::of(&face, &me, "One-time codes", "settings").await?;
    match accounts::confirm_totp(&face.ctx, &me, &typed.code).await {
        Ok(lines) => Ok(render(&Once {
            shell,
            heading: "Keep these recovery codes",
            explain: "Each signs you in once if you lose the app. They are shown now and never again.",
            lines,
            confirm: false,
            form: Form::default(),
        })),
        Err(error) => {
            let (form, refusal) = Form::default().refused(error)?;
            let page = Once {
                shell,
                heading: "One-time codes",
                explain: TOTP_EXPLAIN,
                lines: vec![],
                confirm: true,
                form,
            };
            Ok((status_of(&refusal), render(&page)).into_response())
        }
    }
}

#[derive(Deserialize)]
pub struct Prove {
    password: String,
}

#[derive(Deserialize)]
pub struct Region {
    region: String,
}

/// Says where they live, for the law that counts.
pub async fn region(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Region>,
) -> Result<Response, Problem> {
    settle(&face, &me, Form::default(), consents::live_in(&face.ctx, &me, &typed.region).await, "region")
        .await
}

/// Asks for one-time codes no longer; needs the password.
pub async fn totp_end(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Prove>,
) -> Result<Response, Problem> {
    let outcome = match accounts::confirm(&face.ctx, &me, &Personal::new(typed.password)).await {
        Ok(()) => accounts::end_totp(&face.ctx, &me).await,
        Err(error) => Err(error),
    };
    settle(&face, &me, Form::default(), outcome, "totp").await
}

/// Signs another device out.
pub async fn end_session(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: SessionId = id.parse().map_err(|_| app::Refusal::NotFound)?;
    settle(&face, &me, Form::default(), accounts::end_session(&face.ctx, &me, id).await, "session").await
}

/// Signs every other device out.
pub async fn end_others(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    settle(
        &face,
        &me,
        Form::default(),
        accounts::end_other_sessions(&face.ctx, &me).await.map(|_| ()),
        "sessions",
    )
    .await
}

#[derive(Deserialize)]
pub struct NewKey {
    key_name: String,
    #[serde(default)]
    print: Option<String>,
}

/// Makes a key for programs and shows it once.
pub async fn make_key(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<NewKey>,
) -> Result<Response, Problem> {
    let scopes: &[Scope] = if typed.print.is_some() { &Scope::ALL } else { &[Scope::Read] };
    match accounts::make_key(&face.ctx, &me, &typed.key_name, scopes).await {
        Ok(key) => Ok(render(&Once {
            shell: Shell::of(&face, &me, "New key", "settings").await?,
            heading: "Your new key",
            explain: "Copy it now: it is shown once. A program sends it as “Authorization: Bearer …”.",
            lines: vec![key.secret],
            confirm: false,
            form: Form::default(),
        })),
        Err(error) => {
            let typed_name = Form::default().typed("key_name", &typed.key_name);
            show(&face, &me, typed_name, Some(error), None).await
        }
    }
}

/// Ends a key for programs.
pub async fn end_key(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: ApiKeyId = id.parse().map_err(|_| app::Refusal::NotFound)?;
    settle(&face, &me, Form::default(), accounts::end_key(&face.ctx, &me, id).await, "key").await
}
