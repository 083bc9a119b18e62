//! The console, for those who run the house or answer for its data: how it stands, its data map, its access log,
//! disclosures, and people's records.

mod access_log;
mod acquisitions;
mod breaches;
mod clocks;
mod data_map;
mod disclosures;
mod duties;
mod measures;
mod person;
mod requests;

pub use access_log::{check as check_log, csv as access_log_csv, page as access_log, review};
pub use acquisitions::{
    announce as announce_acquisition, drop_it as drop_acquisition, enter as enter_acquisition,
    page as acquisitions, release as release_acquisition,
};
pub use breaches::{
    act as act_on_breach, one as breach, page as breaches, record as record_breach,
    to_people as breach_to_people, to_the_authority as breach_to_the_authority,
};
pub use data_map::page as data_map;
pub use disclosures::{
    about as new_demand, enter as enter_demand, one as demand, page as disclosures, refuse as refuse_demand,
    release as release_demand,
};
pub use duties::{done as duty_done, page as duties};
pub use measures::page as measures;
pub use person::{change_role, hold, open as open_person, page as person, release};
pub use requests::{act as act_on_request, enter as enter_request, one as request, page as requests};

use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use crate::shell::{Shell, render};
use crate::words::when_known;
use app::console::{self, Overview};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::ids::PersonId;

#[derive(Template)]
#[template(path = "console/page.html")]
struct Page {
    shell: Shell,
    now: Overview,
    /// How the breaches that are not closed stand.
    breaches: Vec<clocks::Says>,
    leaves: String,
    due: String,
}

/// How the house stands.
pub async fn page(State(face): State<Face>, Me(me): Me) -> Result<Response, Problem> {
    let now = console::overview(&face.ctx, &me).await?;
    let shell = Shell::of(&face, &me, "Console", "console").await?;
    Ok(render(&Page {
        shell,
        leaves: crate::words::count(now.log_size),
        due: when_known(now.review.due_at),
        breaches: clocks::alarms(&now.breaches, face.ctx.store.clock().now()),
        now,
    }))
}

/// Somebody of the house: their part, and their number, which stands on the page of their record.
fn somebody(role: &str, id: Option<PersonId>) -> String {
    id.map_or_else(|| format!("the {role}, who is gone"), |id| format!("the {role} {id}"))
}
