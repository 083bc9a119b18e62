//! The cookie notice: each cookie, and each thing that pages keep in a browser, from the inventory of the data map.

use crate::Face;
use crate::problem::Problem;
use crate::session::Maybe;
use crate::shell::{Shell, render};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use privacy::cookie::{Class, Cookie};
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "privacy/cookies.html")]
struct Page {
    shell: Shell,
    /// Whether the browser asks by Global Privacy Control that nothing is sold or shared.
    asks: bool,
    classes: Vec<Group>,
}

struct Group {
    says: &'static str,
    means: &'static str,
    cookies: Vec<One>,
}

struct One {
    name: String,
    place: &'static str,
    says: String,
    lasts: String,
    because: String,
    chosen: Option<String>,
    without: String,
}

fn one(name: &str, cookie: &Cookie) -> One {
    One {
        name: name.to_owned(),
        place: if cookie.sent {
            "A cookie: your browser sends it with each request, to this site and no other"
        } else {
            "Kept in your browser and never sent"
        },
        says: cookie.says.clone(),
        lasts: cookie.lasts(),
        because: cookie.because.clone().unwrap_or_default(),
        chosen: cookie.chosen.clone(),
        without: cookie.without.clone(),
    }
}

/// The cookie notice, for anybody.
pub async fn cookies(
    State(face): State<Face>,
    Maybe(me): Maybe,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shell = match me {
        Some(me) => Shell::of(&face, &me, "Cookies", "privacy").await?,
        None => Shell::outside(&face, "Cookies"),
    };
    let all = &face.ctx.store.book().map().cookie;
    let classes = Class::ALL.into_iter().map(|class| {
        let of = all.iter().map(|(name, cookie)| (name, cookie.get_ref()));
        let cookies = of.filter(|(_, cookie)| cookie.class == class).map(|(name, cookie)| one(name, cookie));
        Group { says: class.says(), means: class.means(), cookies: cookies.collect() }
    });
    let asks = headers.get("sec-gpc").is_some_and(|value| value == "1");
    Ok(render(&Page { shell, asks, classes: classes.collect() }))
}

/// Says to programs that this site honours Global Privacy Control, in the form of its specification. That holds under every policy:
/// law demands it, and what it asks for is not done here anyway.
pub async fn control(State(face): State<Face>) -> Json<Value> {
    let since = face
        .ctx
        .store
        .versions()
        .all()
        .last()
        .map(|version| version.since.timestamp().strftime("%Y-%m-%d").to_string());
    Json(json!({ "gpc": true, "lastUpdate": since }))
}
