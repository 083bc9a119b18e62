//! The cookies of the house: those of the data map and no others, all strictly necessary.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use privacy::Book;

const SESSION: &str = "printkeep_session";

/// The session's secret in a request.
pub fn session(headers: &HeaderMap) -> Option<Vec<u8>> {
    let jar = CookieJar::from_headers(headers);
    BASE64_URL_SAFE_NO_PAD.decode(jar.get(SESSION)?.value()).ok()
}

/// Sets the session's secret for as long as the data map says; on a shared device it goes with the browser.
pub fn set_session(book: &Book, secret: &[u8], shared: bool, secure: bool) -> Option<HeaderValue> {
    let lives = book.map().cookie.get(SESSION)?.get_ref().seconds().filter(|_| !shared);
    let cookie = Cookie::build((SESSION, BASE64_URL_SAFE_NO_PAD.encode(secret)))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build();
    let lives = lives.map(|seconds| format!("; Max-Age={seconds}"));
    format!("{cookie}{}", lives.unwrap_or_default()).parse().ok()
}

/// Takes the session's secret away.
pub fn end_session(secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}").parse().ok()
}
