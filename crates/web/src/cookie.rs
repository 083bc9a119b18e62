//! The cookies of the house: those of the data map and no others, all strictly necessary.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use privacy::Book;

const SESSION: &str = "printkeep_session";
/// Kept while somebody is at another service to sign in.
const AWAY: &str = "printkeep_sign_in";
/// Where people come back to from it; the cookie goes nowhere else.
const AWAY_PATH: &str = "/sign-in/elsewhere";

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

/// Has the browser keep a secret, and the page that was wanted, until it comes back from another service.
pub fn set_away(book: &Book, secret: &str, next: &str, secure: bool) -> Option<HeaderValue> {
    let lives = book.map().cookie.get(AWAY)?.get_ref().seconds()?;
    let value = format!("{secret}.{}", BASE64_URL_SAFE_NO_PAD.encode(next));
    let cookie = Cookie::build((AWAY, value)).path(AWAY_PATH).http_only(true);
    let cookie = cookie.same_site(SameSite::Lax).secure(secure).build();
    format!("{cookie}; Max-Age={lives}").parse().ok()
}

/// The secret, and the page that was wanted, of a browser that comes back.
pub fn away(headers: &HeaderMap) -> Option<(String, String)> {
    let jar = CookieJar::from_headers(headers);
    let (secret, next) = jar.get(AWAY)?.value().split_once('.')?;
    let next = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
    Some((secret.to_owned(), next))
}

/// Takes it away.
pub fn end_away(secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    format!("{AWAY}=; Path={AWAY_PATH}; HttpOnly; SameSite=Lax; Max-Age=0{secure}").parse().ok()
}

/// Takes the session's secret away.
pub fn end_session(secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}").parse().ok()
}
