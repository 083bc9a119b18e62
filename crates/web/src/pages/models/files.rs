//! A model's files as downloads. Nothing on the way may keep them.

use super::id;
use crate::Face;
use crate::problem::Problem;
use crate::session::Me;
use app::models;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use store::ReadPass;

/// The still picture.
pub async fn picture(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let pass = models::picture(&face.ctx, &me, id(&text)?).await?;
    Ok(file(&face, pass, "image/png", None))
}

/// The light mesh for the viewer.
pub async fn view(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let pass = models::view_mesh(&face.ctx, &me, id(&text)?).await?;
    Ok(file(&face, pass, "application/octet-stream", None))
}

/// The shape as it was kept.
pub async fn source(
    State(face): State<Face>,
    Me(me): Me,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let model = models::get(&face.ctx, &me, id(&text)?).await?;
    let pass = models::source(&face.ctx, &me, model.id).await?;
    Ok(file(&face, pass, "model/stl", Some((model.name.reveal(), "stl"))))
}

/// A file, as a download under this name and ending if one is given.
pub fn file(face: &Face, pass: ReadPass, kind: &'static str, name: Option<(&str, &str)>) -> Response {
    let size = pass.size();
    let body = Body::from_stream(models::read(&face.ctx, pass));
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = (headers, body).into_response();
    if let Some((name, ending)) = name
        && let Ok(value) = disposition(name, ending).parse()
    {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// The name in a header's own writing, with the ending that the file now has.
fn disposition(name: &str, ending: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut safe = String::new();
    for byte in stem.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"model.{ending}\"; filename*=UTF-8''{safe}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let value = disposition("a\"; b\r\n.ö.stl", "stl");
        assert_eq!(
            value,
            "attachment; filename=\"model.stl\"; filename*=UTF-8''a%22%3B%20b%0D%0A%2E%C3%B6.stl"
        );
    }
}
