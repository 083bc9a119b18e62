//! Every route in one list: method, path, who may come, and where it goes. You learn the product by reading it once.

use crate::pages::{help, now, people, privacy, settings, setup, sign_in};
use crate::{Face, assets};
use app::accounts::Scope;
use axum::routing::{MethodRouter, get, post};

/// Who may come to a route. What they may do there is decided by the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// Somebody who has signed in; others are led to the sign-in.
    SignedIn,
    /// A program with a key that has this scope; others are refused.
    Program(Scope),
}

/// A route.
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may come.
    pub who: Who,
    pub(crate) handler: MethodRouter<Face>,
}

/// Every route.
pub fn routes() -> Vec<Route> {
    use Who::{Anybody, SignedIn};
    let page = |path, who, handler| Route { method: "GET", path, who, handler };
    let act = |path, who, handler| Route { method: "POST", path, who, handler };
    vec![
        page("/healthz", Anybody, get(health)),
        page("/assets/{*path}", Anybody, get(assets::serve)),
        // ---- coming in
        page("/setup", Anybody, get(setup::page)),
        act("/setup", Anybody, post(setup::finish)),
        page("/sign-in", Anybody, get(sign_in::page)),
        act("/sign-in", Anybody, post(sign_in::sign_in)),
        page("/invite/{code}", Anybody, get(setup::invited)),
        act("/invite/{code}", Anybody, post(setup::accept)),
        act("/sign-out", SignedIn, post(sign_in::sign_out)),
        page("/help", Anybody, get(help::page)),
        page("/privacy/notice", Anybody, get(privacy::notice)),
        // ---- the house
        page("/", SignedIn, get(now::page)),
        // ---- privacy centre
        page("/privacy", SignedIn, get(privacy::page)),
        act("/privacy/take", SignedIn, post(privacy::take)),
        page("/privacy/erase", SignedIn, get(privacy::erase_page)),
        act("/privacy/erase", SignedIn, post(privacy::erase)),
        act("/privacy/erase/cancel", SignedIn, post(privacy::erase_cancel)),
        // ---- settings
        page("/settings", SignedIn, get(settings::page)),
        act("/settings/name", SignedIn, post(settings::name)),
        act("/settings/email", SignedIn, post(settings::email)),
        act("/settings/password", SignedIn, post(settings::password)),
        act("/settings/look", SignedIn, post(settings::look)),
        act("/settings/totp", SignedIn, post(settings::totp_begin)),
        act("/settings/totp/confirm", SignedIn, post(settings::totp_confirm)),
        act("/settings/totp/end", SignedIn, post(settings::totp_end)),
        act("/settings/sessions/end-others", SignedIn, post(settings::end_others)),
        act("/settings/sessions/{id}/end", SignedIn, post(settings::end_session)),
        act("/settings/keys", SignedIn, post(settings::make_key)),
        act("/settings/keys/{id}/end", SignedIn, post(settings::end_key)),
        // ---- people
        page("/console/people", SignedIn, get(people::page)),
        act("/console/people/invite", SignedIn, post(people::invite)),
        act("/console/people/invitations/{id}/end", SignedIn, post(people::uninvite)),
    ]
}

/// Answers when the server is ready.
async fn health() -> &'static str {
    "ready\n"
}
