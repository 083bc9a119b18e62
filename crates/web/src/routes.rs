//! Every route in one list: method, path, who may come, and where it goes. You learn the product by reading it once.

use crate::pages::{
    ask, console, help, history, models, now, people, printers, privacy, queue, requests, restriction,
    settings, setup, sign_in, slicings, versions,
};
use crate::{Face, api, assets, tus};
use app::accounts::Scope;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodFilter, MethodRouter, delete, get, on, options, patch, post};

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
    /// `GET`, `POST` and so on.
    pub method: &'static str,
    /// Its path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may come.
    pub who: Who,
    pub(crate) handler: MethodRouter<Face>,
}

/// Every route.
pub fn routes() -> Vec<Route> {
    use Who::{Anybody, Program, SignedIn};
    let page = |path, who, handler| Route { method: "GET", path, who, handler };
    let act = |path, who, handler| Route { method: "POST", path, who, handler };
    let other = |method, path, who, handler| Route { method, path, who, handler };
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
        page("/privacy/cookies", Anybody, get(privacy::cookies)),
        page("/privacy/versions", Anybody, get(versions::all)),
        page("/privacy/versions/{version}", Anybody, get(versions::one)),
        page("/privacy/safeguards/{recipient}", Anybody, get(privacy::safeguard)),
        page("/receipt/{id}", Anybody, get(privacy::receipt)),
        page("/ask", Anybody, get(ask::page)),
        act("/ask", Anybody, post(ask::ask)),
        page("/ask/{code}", Anybody, get(ask::follow)),
        act("/ask/{code}/reply", Anybody, post(ask::reply)),
        act("/ask/{code}/take-back", Anybody, post(ask::take_back)),
        page("/ask/prove/{code}", Anybody, get(ask::prove_page)),
        act("/ask/prove/{code}", Anybody, post(ask::prove)),
        // ---- the house
        page("/", SignedIn, get(now::page)),
        page("/printers", SignedIn, get(printers::page)),
        act("/printers/simulated", SignedIn, post(printers::add_simulated)),
        act("/printers/octoprint", SignedIn, post(printers::pair)),
        page("/printers/pairing/{id}", SignedIn, get(printers::pairing)),
        page("/printers/{id}", SignedIn, get(printers::one)),
        act("/printers/{id}/bed-is-clear", SignedIn, post(printers::bed_is_clear)),
        act("/printers/{id}/duty", SignedIn, post(printers::duty)),
        act("/printers/{id}/rename", SignedIn, post(printers::rename)),
        act("/printers/{id}/touch", SignedIn, post(printers::touch)),
        act("/printers/{id}/equip", SignedIn, post(printers::equip)),
        page("/printers/{id}/remove", SignedIn, get(printers::remove_page)),
        act("/printers/{id}/remove", SignedIn, post(printers::remove)),
        act("/strays/{id}/gone", SignedIn, post(printers::stray_is_gone)),
        page("/queue", SignedIn, get(queue::page)),
        act("/queue", SignedIn, post(queue::add).layer(DefaultBodyLimit::max(260 << 20))),
        page("/jobs/{id}/picture", SignedIn, get(queue::picture)),
        act("/jobs/{id}/hold", SignedIn, post(queue::hold)),
        act("/jobs/{id}/release", SignedIn, post(queue::release)),
        act("/jobs/{id}/up", SignedIn, post(queue::up)),
        act("/jobs/{id}/down", SignedIn, post(queue::down)),
        act("/jobs/{id}/top", SignedIn, post(queue::top)),
        act("/jobs/{id}/remove", SignedIn, post(queue::remove)),
        act("/jobs/{id}/put-back", SignedIn, post(queue::put_back)),
        act("/jobs/{id}/pause", SignedIn, post(queue::pause)),
        act("/jobs/{id}/resume", SignedIn, post(queue::resume)),
        page("/jobs/{id}/cancel", SignedIn, get(queue::cancel_page)),
        act("/jobs/{id}/cancel", SignedIn, post(queue::cancel)),
        act("/jobs/{id}/answer", SignedIn, post(queue::answer)),
        act("/jobs/{id}/say", SignedIn, post(queue::say)),
        page("/history", SignedIn, get(history::page)),
        page("/history.csv", SignedIn, get(history::csv)),
        act("/history/choice", SignedIn, post(history::choose)),
        page("/history/{id}/picture", SignedIn, get(history::picture)),
        act("/history/{id}/again", SignedIn, post(history::again)),
        act("/history/{id}/say", SignedIn, post(history::say)),
        act("/history/{id}/delete", SignedIn, post(history::delete)),
        // ---- models
        page("/models", SignedIn, get(models::library)),
        act("/models", SignedIn, post(models::add).layer(DefaultBodyLimit::disable())),
        page("/models/{id}", SignedIn, get(models::page)),
        page("/models/{id}/picture", SignedIn, get(models::picture)),
        page("/models/{id}/view", SignedIn, get(models::view)),
        page("/models/{id}/source", SignedIn, get(models::source)),
        act("/models/{id}/rename", SignedIn, post(models::rename)),
        act("/models/{id}/unit", SignedIn, post(models::unit)),
        act("/models/{id}/slice", SignedIn, post(models::slice)),
        act("/models/{id}/erase", SignedIn, post(models::erase)),
        page("/slicings/{id}/toolpath", SignedIn, get(slicings::toolpath)),
        act("/slicings/{id}/print", SignedIn, post(slicings::print)),
        act("/slicings/{id}/cancel", SignedIn, post(slicings::cancel)),
        act("/slicings/{id}/again", SignedIn, post(slicings::again)),
        act("/slicings/{id}/accept", SignedIn, post(slicings::accept)),
        act("/slicings/{id}/erase", SignedIn, post(slicings::erase)),
        // ---- uploads (tus 1.0, and a form to give one up)
        other("OPTIONS", "/uploads", Anybody, options(tus::options)),
        act("/uploads", SignedIn, post(tus::create)),
        other("HEAD", "/uploads/{id}", SignedIn, on(MethodFilter::HEAD, tus::offset)),
        other("PATCH", "/uploads/{id}", SignedIn, patch(tus::append)),
        other("DELETE", "/uploads/{id}", SignedIn, delete(tus::end)),
        act("/uploads/{id}/dismiss", SignedIn, post(models::dismiss)),
        // ---- for programs
        page("/api/openapi.json", Anybody, get(api::document::get)),
        page("/api/v1/models", Program(Scope::Read), get(api::models::list)),
        act("/api/v1/models", Program(Scope::Print), post(api::models::upload)),
        page("/api/v1/models/{id}", Program(Scope::Read), get(api::models::get)),
        other("DELETE", "/api/v1/models/{id}", Program(Scope::Print), delete(api::models::erase)),
        page("/api/v1/models/{id}/slicings", Program(Scope::Read), get(api::slicings::list)),
        act("/api/v1/models/{id}/slicings", Program(Scope::Print), post(api::slicings::make)),
        page("/api/v1/slicings/{id}", Program(Scope::Read), get(api::slicings::get)),
        other("DELETE", "/api/v1/slicings/{id}", Program(Scope::Print), delete(api::slicings::erase)),
        page("/api/v1/slicings/{id}/toolpath", Program(Scope::Read), get(api::slicings::toolpath)),
        act("/api/v1/slicings/{id}/print", Program(Scope::Print), post(api::jobs::print)),
        page("/api/v1/printers", Program(Scope::Read), get(api::printers::list)),
        page("/api/v1/printers/{id}", Program(Scope::Read), get(api::printers::get)),
        act("/api/v1/printers/{id}/bed-is-clear", Program(Scope::Print), post(api::printers::bed_is_clear)),
        page("/api/v1/jobs", Program(Scope::Read), get(api::jobs::list)),
        act("/api/v1/jobs", Program(Scope::Print), post(api::jobs::add)),
        page("/api/v1/jobs/{id}", Program(Scope::Read), get(api::jobs::get)),
        other("DELETE", "/api/v1/jobs/{id}", Program(Scope::Print), delete(api::jobs::remove)),
        act("/api/v1/jobs/{id}/hold", Program(Scope::Print), post(api::jobs::hold)),
        act("/api/v1/jobs/{id}/release", Program(Scope::Print), post(api::jobs::release)),
        act("/api/v1/jobs/{id}/pause", Program(Scope::Print), post(api::jobs::pause)),
        act("/api/v1/jobs/{id}/resume", Program(Scope::Print), post(api::jobs::resume)),
        act("/api/v1/jobs/{id}/cancel", Program(Scope::Print), post(api::jobs::cancel)),
        page("/api/v1/history", Program(Scope::Read), get(api::history::list)),
        act("/api/v1/history/{id}/again", Program(Scope::Print), post(api::history::again)),
        other("DELETE", "/api/v1/history/{id}", Program(Scope::Print), delete(api::history::delete)),
        // ---- privacy centre
        page("/privacy", SignedIn, get(privacy::page)),
        act("/privacy/take", SignedIn, post(privacy::take)),
        act("/privacy/carry", SignedIn, post(privacy::carry)),
        act("/privacy/consents/{purpose}", SignedIn, post(privacy::consent)),
        page("/privacy/changes", SignedIn, get(versions::changes)),
        act("/privacy/changes", SignedIn, post(versions::answer)),
        act("/privacy/handed/read", SignedIn, post(privacy::have_read)),
        page("/privacy/breaches", SignedIn, get(privacy::breaches)),
        act("/privacy/breaches/read", SignedIn, post(privacy::have_read_of_breaches)),
        page("/privacy/uses", SignedIn, get(privacy::report)),
        page("/privacy/uses.json", SignedIn, get(privacy::take_report)),
        page("/privacy/requests", SignedIn, get(requests::mine)),
        act("/privacy/requests", SignedIn, post(requests::ask)),
        act("/privacy/requests/{id}/reply", SignedIn, post(requests::reply)),
        act("/privacy/requests/{id}/take-back", SignedIn, post(requests::take_back)),
        page("/privacy/restriction", SignedIn, get(restriction::page)),
        act("/privacy/restriction", SignedIn, post(restriction::restrict)),
        act("/privacy/restriction/{id}/lift", SignedIn, post(restriction::lift)),
        act("/privacy/objections/{purpose}", SignedIn, post(restriction::object)),
        page("/privacy/erase", SignedIn, get(privacy::erase_page)),
        act("/privacy/erase", SignedIn, post(privacy::erase)),
        act("/privacy/erase/only/{group}", SignedIn, post(privacy::erase_only)),
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
        // ---- console
        page("/privacy/map", SignedIn, get(console::data_map)),
        page("/console", SignedIn, get(console::page)),
        page("/console/requests", SignedIn, get(console::requests)),
        act("/console/requests", SignedIn, post(console::enter_request)),
        page("/console/requests/{id}", SignedIn, get(console::request)),
        act("/console/requests/{id}", SignedIn, post(console::act_on_request)),
        page("/console/requests/{id}/uses", SignedIn, get(privacy::report_of_request)),
        page("/console/disclosures", SignedIn, get(console::disclosures)),
        page("/console/disclosures/about/{id}", SignedIn, get(console::new_demand)),
        act("/console/disclosures/about/{id}", SignedIn, post(console::enter_demand)),
        page("/console/disclosures/{id}", SignedIn, get(console::demand)),
        act("/console/disclosures/{id}/refuse", SignedIn, post(console::refuse_demand)),
        act("/console/disclosures/{id}/release", SignedIn, post(console::release_demand)),
        page("/console/duties", SignedIn, get(console::duties)),
        act("/console/duties/{duty}", SignedIn, post(console::duty_done)),
        page("/console/breaches", SignedIn, get(console::breaches)),
        act("/console/breaches", SignedIn, post(console::record_breach)),
        page("/console/breaches/{id}", SignedIn, get(console::breach)),
        act("/console/breaches/{id}", SignedIn, post(console::act_on_breach)),
        page("/console/breaches/{id}/authority.md", SignedIn, get(console::breach_to_the_authority)),
        page("/console/breaches/{id}/people.md", SignedIn, get(console::breach_to_people)),
        page("/console/access-log", SignedIn, get(console::access_log)),
        page("/console/access-log.csv", SignedIn, get(console::access_log_csv)),
        act("/console/access-log/check", SignedIn, post(console::check_log)),
        act("/console/access-log/review", SignedIn, post(console::review)),
        page("/console/people", SignedIn, get(people::page)),
        act("/console/people/invite", SignedIn, post(people::invite)),
        act("/console/people/invitations/{id}/end", SignedIn, post(people::uninvite)),
        page("/console/people/{id}", SignedIn, get(console::person)),
        act("/console/people/{id}", SignedIn, post(console::open_person)),
        act("/console/people/{id}/role", SignedIn, post(console::change_role)),
    ]
}

/// Answers when the server is ready.
async fn health() -> &'static str {
    "ready\n"
}
