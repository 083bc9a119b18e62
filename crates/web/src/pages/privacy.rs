//! The privacy centre: see, take, change, erase; who looked; and the notice.

mod archive;
mod archive_files;
mod breaches;
mod cookies;
pub mod proofs;
mod report;
mod sale;

pub use archive::{carry, take};
pub use archive_files::{Leave, Packed, packed};
pub use breaches::{have_read as have_read_of_breaches, page as breaches};
pub use cookies::{control, cookies};
pub use report::{of_request as report_of_request, page as report, take as take_report};
pub use sale::{Sale, sales};

use crate::Face;
use crate::form::Form;
use crate::pages::kinds::{Alike, alike};
use crate::pages::printers::{Stray, strays};
use crate::problem::Problem;
use crate::session::{Maybe, Me};
use crate::shell::{Shell, render};
use crate::words::{bytes, when, when_known};
use app::apart::{self, Kind};
use app::consents::{self, Consent};
use app::privacy_centre::{self, Erased, ErasurePlan};
use app::{Refusal, SignedIn, accounts, disclosures, policy};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::PersonId;
use domain::time::Instant;
use privacy::notice::{self, Line};
use privacy::{Book, Personal};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "privacy/page.html")]
struct Page {
    shell: Shell,
    kinds: Vec<Alike>,
    looks: Vec<Look>,
    handed: Vec<Handed>,
    files: u64,
    size: String,
    consents: Vec<Asked>,
    /// Whether some of it is implied there.
    lives_in_canada: bool,
    answered: Vec<Answered>,
    /// The key against which what people keep is checked.
    key: String,
    strays: Vec<Stray>,
    erase_at: Option<String>,
    contact: String,
    /// The version of the policy that binds me, if it is not the newest.
    bound: Option<u32>,
}

/// Something that rests on consent, as it stands.
struct Asked {
    purpose: String,
    asks: String,
    stops: String,
    given: bool,
    outgrown: bool,
    implied: bool,
    ends_account: bool,
    said: Option<String>,
}

/// Something that was said to a question of consent.
struct Answered {
    id: String,
    at: String,
    status: String,
    wording: String,
}

/// A hand-over, as its person reads it.
struct Handed {
    at: String,
    to: String,
    class: &'static str,
    what: String,
    why: &'static str,
    purpose: String,
    paper: String,
    role: String,
    /// When a law let it be told, and which law forbade it before.
    barred: Option<(String, String)>,
}

impl Handed {
    fn of(handed: disclosures::Handed) -> Self {
        let text = |text: Option<Personal<String>>| text.map(|text| text.reveal().clone());
        let paper = [text(handed.reference), text(handed.provision)];
        Self {
            at: when(handed.at),
            to: handed.to,
            class: handed.class.says(),
            what: handed.what.join("; "),
            why: handed.why.says(),
            purpose: handed.purpose,
            paper: paper.into_iter().flatten().collect::<Vec<_>>().join(", "),
            role: handed.role,
            barred: text(handed.barred_by).map(|law| (when(handed.told_at), law)),
        }
    }
}

struct Look {
    /// The number by which its person gets its proof; none where others read it.
    proof: Option<i64>,
    role: String,
    act: String,
    purpose: String,
    reason: Option<&'static str>,
    at: String,
}

impl Look {
    fn of(face: &Face, look: store::people::log::Look) -> Self {
        Self {
            proof: None,
            role: look.role,
            act: look.act,
            purpose: purpose_in_words(face, &look.purpose),
            reason: look.reason.map(domain::person::Reason::says),
            at: when_known(look.at),
        }
    }

    /// A line with the way to its proof, for whom it is about.
    fn proved(face: &Face, look: store::people::log::Look) -> Self {
        Self { proof: Some(look.leaf), ..Self::of(face, look) }
    }
}

/// The page.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let looks = privacy_centre::looks(&face.ctx, &me).await?;
    let plan = privacy_centre::erasure_plan(&face.ctx, &me).await?;
    let (files, size) = privacy_centre::files(&face.ctx, &me).await?;
    let rules = policy::mine(&face.ctx, &me).await?;
    let consents = consents::list(&face.ctx, &me).await?;
    let page = Page {
        shell: Shell::of(&face, &me, "Privacy", "privacy").await?,
        bound: earlier(&face, &rules),
        files,
        size: bytes(size),
        lives_in_canada: consents.iter().any(|consent| consent.implied),
        consents: consents.into_iter().map(asked).collect(),
        kinds: alike(notice::kinds(&rules)),
        strays: strays(&face, &me).await?,
        looks: looks.into_iter().map(|look| Look::proved(&face, look)).collect(),
        answered: app::proofs::answered(&face.ctx, &me).await?.into_iter().map(answered).collect(),
        key: app::proofs::key(&face.ctx),
        handed: disclosures::mine(&face.ctx, &me).await?.into_iter().map(Handed::of).collect(),
        erase_at: plan.erase_at.map(when),
        contact: face.ctx.store.book().profile().controller.contact.clone(),
    };
    Ok(render(&page))
}

/// The number of this version, if it is not the newest.
fn earlier(face: &Face, rules: &Book) -> Option<u32> {
    (rules.version() != face.ctx.store.book().version()).then(|| rules.version())
}

fn asked(consent: Consent) -> Asked {
    Asked {
        purpose: consent.purpose,
        asks: consent.asks,
        stops: consent.stops,
        given: consent.given,
        outgrown: consent.outgrown,
        implied: consent.implied,
        ends_account: consent.ends_account,
        said: consent.said_at.map(when),
    }
}

fn answered(said: app::proofs::Answered) -> Answered {
    let app::proofs::Answered { id, at, status, wording } = said;
    Answered { id, at: when_known(at), status, wording }
}

#[derive(Deserialize)]
pub struct Read {
    /// When the newest that the page showed could be told, in microseconds.
    #[serde(default)]
    shown: i64,
}

/// Says that I have read what was handed over.
pub async fn have_read(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(read): axum::Form<Read>,
) -> Result<Response, Problem> {
    disclosures::have_read(&face.ctx, &me, Instant::from_micros(read.shown)).await?;
    Ok(Redirect::to("/").into_response())
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    on: String,
}

/// Says yes or no to something that rests on consent.
pub async fn consent(
    State(face): State<Face>,
    Me(me): Me,
    Path(purpose): Path<String>,
    axum::Form(said): axum::Form<Said>,
) -> Result<Response, Problem> {
    let yes = match said.on.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::Field { field: "on", problem: "Choose yes or no.".to_owned() }.into()),
    };
    consents::say(&face.ctx, &me, &purpose, yes).await?;
    Ok(Redirect::to("/privacy#consents").into_response())
}

fn purpose_in_words(face: &Face, id: &str) -> String {
    face.ctx.store.book().profile().purpose(id).map_or_else(|| id.to_owned(), |p| p.says.clone())
}

#[derive(Template)]
#[template(path = "privacy/erase.html")]
struct Erase {
    shell: Shell,
    plan: ErasurePlan,
    /// What can be erased by itself.
    apart: Vec<Kind>,
    with_account: Vec<(String, String)>,
    due: Option<String>,
    name: String,
    /// Where the receipt will be.
    receipt: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "privacy/erased.html")]
struct Receipt {
    shell: Shell,
    at: String,
    final_at: String,
    erased: Erased,
    /// Whose receipt: a random number that leads to nobody any more.
    id: PersonId,
    /// The key against which the signed receipt is checked.
    key: String,
}

/// The receipt of an erasure, for whoever kept its address.
pub async fn receipt(State(face): State<Face>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    let erased = privacy_centre::receipt(&face.ctx, id).await?;
    let (at, final_at) = (when(erased.receipt.at), when(erased.receipt.final_at));
    let key = app::proofs::key(&face.ctx);
    Ok(render(&Receipt { shell: Shell::outside(&face, "Erased"), at, final_at, erased, id, key }))
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
        apart: apart::kinds(&face.ctx),
        with_account: apart::with_account(&face.ctx),
        name: account.name.map(|n| n.reveal().clone()).unwrap_or_default(),
        receipt: format!("{}/receipt/{}", face.reach.public_url, me.person),
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
    let form = Form::with([("name", &typed.name)]);
    let right_name = account.name.is_some_and(|n| n.reveal().trim() == typed.name.trim());
    let proven = if right_name {
        accounts::confirm(&face.ctx, &me, &Personal::new(typed.password)).await
    } else {
        Err(Refusal::Field { field: "name", problem: "Type your name as it stands above.".to_owned() }.into())
    };
    let done = match proven {
        Err(error) => Err(error),
        Ok(()) if typed.now.is_some() => {
            privacy_centre::erase_now(&face.ctx, &me).await.map(|()| format!("/receipt/{}", me.person))
        }
        Ok(()) => privacy_centre::ask_for_erasure(&face.ctx, &me).await.map(|_| "/privacy/erase".to_owned()),
    };
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(error) => form.again(error, |form| show_erase(&face, &me, form)).await,
    }
}

#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    password: String,
}

/// Erases one kind of my things, at once; needs the password.
pub async fn erase_only(
    State(face): State<Face>,
    Me(me): Me,
    Path(group): Path<String>,
    axum::Form(typed): axum::Form<Proof>,
) -> Result<Response, Problem> {
    if apart::kinds(&face.ctx).iter().all(|kind| kind.group != group) {
        return Err(Refusal::NotFound.into());
    }
    let done = match accounts::confirm(&face.ctx, &me, &Personal::new(typed.password)).await {
        Ok(()) => apart::erase(&face.ctx, &me, &group).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/privacy/erase").into_response()),
        Err(error) => {
            let form = Form::with([("group", &group)]).known_as("password", "only");
            form.again(error, |form| show_erase(&face, &me, form)).await
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
struct NoticePage {
    shell: Shell,
    title: String,
    version: u32,
    effective: String,
    topics: Vec<Topic>,
    sales: Vec<Sale>,
    /// The version that binds whoever has signed in, if it is not this one.
    bound: Option<u32>,
}

struct Topic {
    id: &'static str,
    title: &'static str,
    short: String,
    full: Vec<Line>,
    kinds: Vec<Alike>,
}

/// The text of what makes the transfer to a recipient safe, for anybody who asks.
pub async fn safeguard(State(face): State<Face>, Path(recipient): Path<String>) -> Result<Response, Problem> {
    let profile = face.ctx.store.book().profile();
    let mut register = profile.recipients();
    let known = register.find(|r| *r.id.get_ref() == recipient).ok_or(Refusal::NotFound)?;
    let (country, today) = (known.country.get_ref(), disclosures::day(face.ctx.store.clock().now()));
    let in_force = known.safeguard_texts().filter(|footing| profile.transfers.holds(footing, country, today));
    let texts: Vec<&str> = in_force.map(|footing| footing.text.as_str()).collect();
    if texts.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let text = texts.join("\n\n");
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// What this house does with data, computed from the policy in force.
pub async fn notice(State(face): State<Face>, Maybe(me): Maybe) -> Result<Response, Problem> {
    let (shell, bound) = match me {
        Some(me) => {
            let rules = policy::mine(&face.ctx, &me).await?;
            (Shell::of(&face, &me, "Privacy notice", "privacy").await?, earlier(&face, &rules))
        }
        None => (Shell::outside(&face, "Privacy notice"), None),
    };
    let notice = notice::in_house(face.ctx.store.book(), &disclosures::past(&face.ctx).await?);
    let topics = notice.topics.into_iter().map(|topic| {
        let (kinds, full): (Vec<Line>, Vec<Line>) =
            topic.full.into_iter().partition(|line| matches!(line, Line::Kinds(_)));
        let kinds =
            kinds.into_iter().flat_map(|line| if let Line::Kinds(kinds) = line { kinds } else { vec![] });
        Topic { id: topic.id, title: topic.title, short: topic.short, full, kinds: alike(kinds.collect()) }
    });
    Ok(render(&NoticePage {
        sales: sales(&face).await?,
        shell,
        bound,
        title: notice.title,
        version: notice.version,
        effective: notice.effective,
        topics: topics.collect(),
    }))
}
