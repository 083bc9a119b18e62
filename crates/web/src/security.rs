//! What stands around every route: foreign forms are refused, pages may load nothing from elsewhere, undeclared
//! cookies are dropped, and a handler runs to its end even when the browser goes away.

use crate::Face;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tower_http::csrf::CsrfLayer;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    ),
];

/// Puts everything around the routes.
pub fn around(router: Router, face: Face) -> Router {
    router.layer(from_fn_with_state(face, headers)).layer(CsrfLayer::new()).layer(from_fn(to_the_end))
}

/// Runs the handler in a task of its own: a browser that goes away does not leave work half done.
async fn to_the_end(request: Request, next: Next) -> Response {
    let answer = tokio::spawn(next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!(fault = "a handler ended without an answer");
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Nothing was changed; try again.\n")
            .into_response()
    })
}

async fn headers(State(face): State<Face>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Pages hold people's data; nothing between here and the browser may keep them.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    drop_undeclared_cookies(&face, headers);
    response
}

fn drop_undeclared_cookies(face: &Face, headers: &mut HeaderMap) {
    let declared = &face.ctx.store.book().map().cookie;
    let set: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in set {
        let name = value.to_str().ok().and_then(|text| text.split('=').next());
        if name.is_some_and(|name| declared.get(name).is_some_and(|cookie| cookie.get_ref().sent)) {
            headers.append(SET_COOKIE, value);
        } else {
            tracing::error!(fault = "a cookie that the data map does not declare was dropped");
        }
    }
}
