//! The description of the JSON interface, as OpenAPI.

use super::{history, jobs, models, printers, slicings};
use axum::Json;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Printkeep",
        description = "Models, toolpaths, printers, the queue and the history of one person, for programs. \
                       Lengths are in millimetres, volumes in cubic millimetres, masses in grams, times in seconds, \
                       instants in ISO 8601 (UTC)."
    ),
    paths(
        models::list, models::get, models::upload, models::erase,
        slicings::list, slicings::make, slicings::get, slicings::toolpath, slicings::erase,
        printers::list, printers::get, printers::bed_is_clear,
        jobs::list, jobs::add, jobs::print, jobs::get, jobs::remove, jobs::hold, jobs::release,
        jobs::pause, jobs::resume, jobs::cancel,
        history::list, history::again, history::delete,
    ),
    components(schemas(super::Problem)),
    modifiers(&Key),
    security(("key" = []))
)]
struct Interface;

/// How programs identify themselves.
struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let bearer = bearer.description(Some("A key that a person made in the settings: `pk_…`.")).build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// The description.
pub async fn get() -> Json<Document> {
    Json(Interface::openapi())
}
