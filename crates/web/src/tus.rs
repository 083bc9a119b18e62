//! Resumable uploads as tus 1.0 describes them: creation, termination, expiration.
//!
//! The page sends parts of 8 MiB; a part that was cut is kept as far as it came.

use crate::Face;
use crate::problem::{Problem, status_of};
use crate::session::Me;
use app::models::{self, LARGEST};
use app::{Error, Refusal};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::ids::UploadId;
use domain::time::Instant;

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const PART: &str = "application/offset+octet-stream";

/// What this server can do.
pub async fn options() -> Response {
    let headers = [
        (RESUMABLE, VERSION.to_owned()),
        (HeaderName::from_static("tus-version"), VERSION.to_owned()),
        (HeaderName::from_static("tus-extension"), "creation,termination,expiration".to_owned()),
        (HeaderName::from_static("tus-max-size"), LARGEST.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload.
pub async fn create(State(face): State<Face>, Me(me): Me, headers: HeaderMap) -> Response {
    let Some(size) = number(&headers, &LENGTH) else {
        return plain(StatusCode::BAD_REQUEST, "Upload-Length is missing or no number");
    };
    let name = filename(&headers).unwrap_or_default();
    let made = async {
        let id = models::begin(&face.ctx, &me, &name, Some(size)).await?;
        models::arriving(&face.ctx, &me, id).await
    };
    match spoken(&headers).then_some(made) {
        None => wrong_version(),
        Some(made) => match made.await {
            Ok(begun) => {
                let place = [(LOCATION, format!("/uploads/{}", begun.id)), (EXPIRES, date(begun.ends_at))];
                (StatusCode::CREATED, [(RESUMABLE, VERSION)], place).into_response()
            }
            Err(error) => refused(error),
        },
    }
}

/// How far an upload is.
pub async fn offset(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Response {
    match find(&face, &me, &id).await {
        Ok(found) => {
            let mut response =
                [(OFFSET, found.received.to_string()), (EXPIRES, date(found.ends_at))].into_response();
            if let Some(size) = found.size {
                response.headers_mut().insert(LENGTH, size.into());
            }
            ([(RESUMABLE, VERSION)], response).into_response()
        }
        Err(error) => refused(error),
    }
}

/// Takes in the next bytes.
pub async fn append(
    State(face): State<Face>,
    Me(me): Me,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !spoken(&headers) {
        return wrong_version();
    }
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != PART) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, PART);
    }
    let Some(offset) = number(&headers, &OFFSET) else {
        return plain(StatusCode::BAD_REQUEST, "Upload-Offset is missing or no number");
    };
    let Ok(id) = id.parse::<UploadId>() else { return refused(Refusal::NotFound.into()) };
    match models::append(&face.ctx, &me, id, offset, body.into_data_stream()).await {
        Ok(at) => {
            let headers = [(RESUMABLE, VERSION.to_owned()), (OFFSET, at.to_string())];
            (StatusCode::NO_CONTENT, headers).into_response()
        }
        Err(error) => refused(error),
    }
}

/// Gives an upload up.
pub async fn end(State(face): State<Face>, Me(me): Me, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<UploadId>() else { return refused(Refusal::NotFound.into()) };
    match models::dismiss(&face.ctx, &me, id).await {
        Ok(()) => (StatusCode::NO_CONTENT, [(RESUMABLE, VERSION)]).into_response(),
        Err(error) => refused(error),
    }
}

async fn find(face: &Face, me: &app::SignedIn, id: &str) -> Result<models::Arriving, Error> {
    let id: UploadId = id.parse().map_err(|_| Refusal::NotFound)?;
    models::arriving(&face.ctx, me, id).await
}

fn spoken(headers: &HeaderMap) -> bool {
    headers.get(RESUMABLE).is_some_and(|version| version == VERSION)
}

fn wrong_version() -> Response {
    let version = [(HeaderName::from_static("tus-version"), VERSION)];
    (StatusCode::PRECONDITION_FAILED, version, "Tus-Resumable must be 1.0.0\n").into_response()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// `filename d29ybGQuc3Rs,other …`
fn filename(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get(METADATA)?.to_str().ok()?;
    let value = pairs.split(',').find_map(|pair| pair.trim().strip_prefix("filename "))?;
    String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()
}

/// As HTTP writes dates.
fn date(at: Option<Instant>) -> String {
    at.map(|at| at.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).unwrap_or_default()
}

fn plain(status: StatusCode, words: &str) -> Response {
    (status, [(RESUMABLE, VERSION)], format!("{words}\n")).into_response()
}

fn refused(error: Error) -> Response {
    match error {
        Error::Refused(refusal) => plain(status_of(&refusal), &refusal.to_string()),
        Error::Fault(fault) => Problem::Fault(fault).into_response(),
    }
}
