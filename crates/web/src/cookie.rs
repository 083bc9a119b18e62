//! The cookies of the house: those of the data map and no others, all strictly necessary.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

const SESSION: &str = "printkeep_session";
const LIVES_DAYS: i64 = 30;

/// The session's secret in a request.
pub fn session(headers: &HeaderMap) -> Option<Vec<u8>> {
    let jar = CookieJar::from_headers(headers);
    BASE64_URL_SAFE_NO_PAD.decode(jar.get(SESSION)?.value()).ok()
}

/// Sets the session's secret; on a shared device it goes with the browser.
pub fn set_session(secret: &[u8], shared: bool, secure: bool) -> Option<HeaderValue> {
    let mut cookie = Cookie::build((SESSION, BASE64_URL_SAFE_NO_PAD.encode(secret)))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build();
    if !shared {
        cookie.make_permanent();
    }
    let mut text = cookie.to_string();
    if !shared {
        // the library's "permanent" is twenty years; a session is not
        text = without_lifetime(&text);
        text.push_str(&format!("; Max-Age={}", LIVES_DAYS * 24 * 3600));
    }
    text.parse().ok()
}

/// Takes the session's secret away.
pub fn end_session(secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}").parse().ok()
}

fn without_lifetime(text: &str) -> String {
    let kept = text.split("; ").filter(|part| !part.starts_with("Max-Age") && !part.starts_with("Expires"));
    kept.collect::<Vec<_>>().join("; ")
}
