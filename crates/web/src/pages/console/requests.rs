//! Requests about people's data, for those who answer for it: with their clocks, one by one, and what is done about each.

use crate::Face;
use crate::form::Form;
use crate::pages::console::somebody;
use crate::pages::requests::{Choice, Typed, matters, regions};
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when;
use app::apart::{self, Kind};
use app::requests::{self, Correctable, Deed, Told};
use app::{Refusal, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::time::Instant;
use privacy::clock::{Need, Reason};
use privacy::request::{Amends, Came, Ground, Happened, State as Stands, needs_identity, says};
use serde::Deserialize;
use store::requests::Post;

#[derive(Template)]
#[template(path = "console/requests.html")]
struct Page {
    shell: Shell,
    lines: Vec<Line>,
    came: [(&'static str, &'static str); 5],
    matters: Vec<Choice>,
    regions: Vec<Choice>,
    form: Form,
}

struct Line {
    id: String,
    what: &'static str,
    came: &'static str,
    state: &'static str,
    received: String,
    due: String,
    late: bool,
}

/// Days left until this instant, in words; the day on which it is due counts.
fn left(due: Option<Instant>, now: Instant) -> (String, bool) {
    let Some(due) = due else { return ("–".to_owned(), false) };
    let seconds = due.seconds_since(now);
    match seconds.div_euclid(86_400) {
        -1 => ("since yesterday".to_owned(), true),
        days if days < 0 => (format!("{} days late", -days), true),
        0 => ("today".to_owned(), false),
        1 => ("1 day".to_owned(), false),
        days => (format!("{days} days"), false),
    }
}

/// Every request.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    show(&face, &me, Form::default()).await
}

async fn show(face: &Face, me: &SignedIn, form: Form) -> Result<Response, Problem> {
    let now = face.ctx.store.clock().now();
    let lines = requests::all(&face.ctx, me).await?.into_iter().map(|line| {
        let (due, late) = left(line.due_at, now);
        Line {
            id: line.id.to_string(),
            what: says(line.matter),
            came: line.came.says(),
            state: line.state.says(),
            received: when(line.received_at),
            due,
            late,
        }
    });
    Ok(render(&Page {
        shell: Shell::of(face, me, "Requests", "console").await?,
        lines: lines.collect(),
        came: Came::ENTERED.map(|came| (came.name(), came.says())),
        matters: matters(),
        regions: regions(),
        form,
    }))
}

/// Enters a request that came by mail, telephone or letter.
pub async fn enter(
    State(face): State<Face>,
    Me(me): Me,
    axum::Form(typed): axum::Form<Typed>,
) -> Result<Response, Problem> {
    let form = typed.form();
    match requests::enter(&face.ctx, &me, &typed.entered(), &face.reach.public_url).await {
        Ok(id) => Ok(Redirect::to(&format!("/console/requests/{id}")).into_response()),
        Err(error) => form.again(error, |form| show(&face, &me, form)).await,
    }
}

#[derive(Template)]
#[template(path = "console/request.html")]
struct One {
    shell: Shell,
    id: String,
    what: &'static str,
    state: Stands,
    came: &'static str,
    region: &'static str,
    rules: String,
    received: String,
    due: Option<(String, String)>,
    late: bool,
    called: String,
    reply_to: String,
    for_another: bool,
    /// What a correction puts right, in words; empty of anything else.
    amends: &'static str,
    /// Whether it is known that they may.
    may_for_another: bool,
    words: String,
    who: &'static str,
    erases: bool,
    /// What can be erased by itself, of a request for erasure whose account is known.
    apart: Vec<Kind>,
    /// What of the account can be corrected, of a request for that whose account is known.
    correct: &'static [Correctable],
    /// What rests on consent, of a request to withdraw one whose account is known.
    withdraw: Vec<(String, String)>,
    /// Whether the number of an account can be said with who asks.
    may_name_account: bool,
    /// Whether whoever looks can erase the account that it reports to be a child's.
    child: bool,
    /// Whether it reports one.
    reports_child: bool,
    /// Whether it is known whose account it is about.
    has_account: bool,
    past: Vec<Past>,
    may: May,
    form: Form,
}

struct Past {
    at: String,
    what: String,
    by: String,
    words: Option<String>,
    is_letter: bool,
    /// It was not sent by the house: somebody sends it, and says so.
    to_send: Option<i64>,
    waiting: bool,
}

/// What can be done next.
struct May {
    ask_who: bool,
    know_who: bool,
    ask_authority: bool,
    know_authority: bool,
    ask_what: bool,
    know_what: bool,
    extend: Vec<String>,
    accept: bool,
    refuse: Vec<(&'static str, &'static str)>,
    carry_out: bool,
    answer: bool,
}

impl May {
    fn of(now: Instant, told: &Told) -> Self {
        let case = &told.case;
        // A letter on its way or in somebody's hand says the same already.
        let open = |effect: Happened| case.allows(effect) && !told.is_written(effect);
        let answered = told.is_written(Happened::Answered);
        let extend = Reason::ALL.iter().filter(|reason| {
            !answered && open(Happened::Extended(**reason)) && told.put_off(now, **reason).is_ok()
        });
        Self {
            ask_who: open(Happened::Asked(Need::Identity)),
            know_who: !case.is_known() && case.allows(Happened::Given(Need::Identity)),
            ask_authority: open(Happened::Asked(Need::Authority)),
            know_authority: !case.has_authority() && case.allows(Happened::Given(Need::Authority)),
            ask_what: open(Happened::Asked(Need::Clarification)),
            know_what: case.allows(Happened::Given(Need::Clarification)),
            extend: extend.map(ToString::to_string).collect(),
            accept: case.allows(Happened::Accepted),
            refuse: told.grounds().into_iter().map(|ground| (ground.name(), ground.says())).collect(),
            carry_out: case.allows(Happened::CarriedOut),
            answer: open(Happened::Answered),
        }
    }
}

/// One request, opened; whoever asked can read that somebody did.
pub async fn one(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Result<Response, Problem> {
    show_one(&face, &me, &id, Form::default()).await
}

async fn show_one(face: &Face, me: &SignedIn, id: &str, form: Form) -> Result<Response, Problem> {
    let told = requests::open(&face.ctx, me, id).await?;
    let now = face.ctx.store.clock().now();
    let text = |text: &Option<privacy::Personal<String>>| {
        text.as_ref().map(|text| text.reveal().clone()).unwrap_or_default()
    };
    let request = &told.request;
    Ok(render(&One {
        shell: Shell::of(face, me, "A request", "console").await?,
        id: request.id.to_string(),
        what: says(told.matter),
        state: told.state(),
        came: told.came.says(),
        region: told.region.says(),
        rules: request.rules.clone().unwrap_or_default(),
        received: when(request.received_at),
        due: told.due.as_ref().map(|due| (due.on.to_string(), due.why.to_string())),
        late: told.due.as_ref().is_some_and(|due| due.is_over(now)),
        called: text(&request.called),
        reply_to: text(&request.reply_to),
        for_another: request.for_another,
        may_for_another: told.case.has_authority(),
        amends: request
            .amends
            .as_deref()
            .and_then(|kind| kind.parse().ok())
            .map(Amends::says)
            .unwrap_or_default(),
        words: text(&request.words),
        who: match (told.case.is_known(), told.came) {
            (_, Came::Page) => "signed in",
            (true, _) if !needs_identity(told.matter) => "need not be known for this",
            (true, _) if request.subject.is_some() => "known; the account is linked",
            (true, _) => "known; no account is linked",
            (false, _) => "not known yet",
        },
        erases: told.matter == privacy::clock::Matter::Erasure && request.subject.is_some(),
        apart: match told.account().filter(|_| told.matter == privacy::clock::Matter::Erasure) {
            Some(_) => apart::kinds(&face.ctx),
            None => vec![],
        },
        correct: match told.account().filter(|_| told.matter == privacy::clock::Matter::Rectification) {
            Some(_) => &Correctable::ALL,
            None => &[],
        },
        withdraw: match told.account().filter(|_| told.matter == privacy::clock::Matter::ConsentWithdrawal) {
            Some(_) => requests::withdrawable(&face.ctx),
            None => vec![],
        },
        may_name_account: told.can_be_linked(),
        child: requests::may_erase_child(me, &told),
        reports_child: told.matter == privacy::clock::Matter::ChildReport,
        has_account: told.case.is_known() && told.account().is_some(),
        past: told.events.iter().map(|event| past(&told, event)).collect(),
        may: May::of(now, &told),
        form,
    }))
}

fn past(told: &Told, event: &store::requests::Event) -> Past {
    let effect = Told::effect(event);
    let goes = effect.is_some_and(|effect| told.case.allows(effect));
    Past {
        at: when(event.at),
        what: in_words(event),
        by: match &event.role {
            Some(role) => format!("by {}", somebody(role, event.actor)),
            None if ["said", "taken-back"].contains(&event.kind.as_str()) => String::new(),
            None => "by the house".to_owned(),
        },
        words: event.words.as_ref().map(|words| words.reveal().clone()),
        is_letter: effect.is_some(),
        to_send: (event.letter == Some(Post::ByHand) && goes).then_some(event.step),
        waiting: event.letter == Some(Post::Waiting),
    }
}

/// What happened, as staff reads it.
fn in_words(event: &store::requests::Event) -> String {
    let detail = &event.detail;
    match event.kind.as_str() {
        _ if event.letter == Some(Post::Void) => {
            "A letter that was not sent, since it holds no more".to_owned()
        }
        "letter" => "A letter".to_owned(),
        "linked" => "Said whose account it is about".to_owned(),
        "said" if *detail == Need::Identity.to_string() && event.words.is_none() => {
            "Whoever asked wrote who they are; what they sent for it is destroyed".to_owned()
        }
        "said" => "Whoever asked wrote".to_owned(),
        "acknowledged" => "Told that it arrived".to_owned(),
        "asked" => format!("Asked for {detail}"),
        "given" if detail == "authority" => "Known that they may act for somebody else".to_owned(),
        "given" if detail == "identity" => "Known who asks".to_owned(),
        "given" => format!("Given: {detail}"),
        "extended" => format!("Put off, for {detail}"),
        "accepted" => "Decided: to be carried out".to_owned(),
        "refused" => format!("Decided: refused, {}", detail.replace('-', " ")),
        "carried-out" => "Carried out".to_owned(),
        "answered" => "Answered".to_owned(),
        "taken-back" => "Taken back by whoever asked".to_owned(),
        other => other.to_owned(),
    }
}

#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    deed: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    ground: String,
    #[serde(default)]
    step: i64,
    #[serde(default)]
    group: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    words: String,
}

impl Done {
    fn deed(&self) -> Result<Deed, Refusal> {
        let wrong = |field, problem: &str| Refusal::Field { field, problem: problem.to_owned() };
        Ok(match self.deed.as_str() {
            "ask-who" => Deed::Ask(Need::Identity),
            "know-who" => {
                let number = (!self.account.trim().is_empty()).then(|| self.account.clone());
                Deed::Known(Need::Identity, number)
            }
            "ask-authority" => Deed::Ask(Need::Authority),
            "know-authority" => Deed::Known(Need::Authority, None),
            "ask-what" => Deed::Ask(Need::Clarification),
            "link" => Deed::Link(self.account.clone()),
            "know-what" => Deed::Known(Need::Clarification, None),
            "extend" => {
                let reason = Reason::ALL.iter().find(|reason| reason.to_string() == self.reason);
                Deed::Extend(*reason.ok_or_else(|| wrong("reason", "Say why it takes longer."))?)
            }
            "accept" => Deed::Accept,
            "erase-only" => Deed::EraseOnly(self.group.clone()),
            "erase-child" => Deed::EraseChild(self.account.clone()),
            "correct" => {
                let what = Correctable::ALL.into_iter().find(|what| what.name() == self.what);
                Deed::Correct(
                    what.ok_or_else(|| wrong("what", "Choose what is corrected."))?,
                    self.value.clone(),
                )
            }
            "withdraw" => Deed::Withdraw(self.purpose.clone()),
            "refuse" => {
                let ground: Result<Ground, _> = self.ground.parse();
                Deed::Refuse(
                    ground.map_err(|_| wrong("ground", "Name the ground. Without one it is carried out."))?,
                )
            }
            "carry-out" => Deed::CarryOut,
            "answer" => Deed::Answer,
            "sent" => Deed::Sent(self.step),
            _ => return Err(wrong("deed", "Choose what you do about it.")),
        })
    }
}

/// Does something about a request.
pub async fn act(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    axum::Form(typed): axum::Form<Done>,
) -> Result<Response, Problem> {
    let done = match typed.deed() {
        Ok(deed) => requests::act(&face.ctx, &me, &id, deed, &typed.words).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        // The case may have gone with the account.
        Ok(()) if typed.deed == "erase-child" => Ok(Redirect::to("/console/requests").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("/console/requests/{id}")).into_response()),
        Err(error) => {
            let form = Form::with([("words", typed.words.as_str()), ("deed", &typed.deed)]);
            let form = form.typed("reason", &typed.reason).typed("ground", &typed.ground);
            let form = form.typed("what", &typed.what).typed("value", &typed.value);
            let form = form.typed("account", &typed.account).typed("purpose", &typed.purpose);
            form.again(error, |form| show_one(&face, &me, &id, form)).await
        }
    }
}
