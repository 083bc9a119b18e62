//! Styles, scripts and icons, all from this program: no page ever asks another host for anything.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use core::hash::Hasher as _;
use rust_embed::RustEmbed;
use std::hash::DefaultHasher;
use std::sync::LazyLock;

/// What `ui/` was built into; empty if it was not built, and then pages work without scripts.
#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Built;

const STYLES: &str = concat!(
    include_str!("../../../ui/src/styles/tokens.css"),
    include_str!("../../../ui/src/styles/base.css"),
    include_str!("../../../ui/src/styles/parts.css"),
);

/// The address of the script that pages load, if the islands were built; another one after each change, so that no
/// browser mixes an old one with new pieces.
pub fn script() -> Option<String> {
    let main = Built::get("main.js")?;
    Some(format!("/assets/main.js?{:x}", mark(&main.data)))
}

/// The address of the styles; another one after each change.
pub fn styles() -> &'static str {
    static PLACE: LazyLock<String> =
        LazyLock::new(|| format!("/assets/app.css?{:x}", mark(STYLES.as_bytes())));
    &PLACE
}

fn mark(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Serves one.
pub async fn serve(Path(path): Path<String>) -> Response {
    let kept = (CACHE_CONTROL, "private, max-age=3600");
    match path.as_str() {
        "app.css" => ([(CONTENT_TYPE, "text/css; charset=utf-8"), kept], STYLES).into_response(),
        "icon.svg" => ([(CONTENT_TYPE, "image/svg+xml"), kept], ICON).into_response(),
        other => match Built::get(other) {
            Some(file) => {
                let kind = file.metadata.mimetype().to_owned();
                ([(CONTENT_TYPE, kind), (kept.0, kept.1.to_owned())], file.data.into_owned()).into_response()
            }
            None => (StatusCode::NOT_FOUND, "not here\n").into_response(),
        },
    }
}

const ICON: &str = include_str!("../../../ui/src/icon.svg");
