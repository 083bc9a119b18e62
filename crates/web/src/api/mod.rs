//! The JSON interface for programs, over the same use cases as the pages.

pub mod models;

use crate::problem::status_of;
use app::{Error, Refusal};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a call did not succeed, as `{"error": "…"}`.
pub struct Fault(Error);

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, words) = match self.0 {
            Error::Refused(refusal) => (status_of(&refusal), refusal.to_string()),
            Error::Fault(fault) => {
                tracing::error!(%fault, "a call of a program failed");
                let words = "The server met something it did not expect. Try again.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, words)
            }
        };
        (status, Json(json!({ "error": words }))).into_response()
    }
}

/// An id out of a path; what is none leads nowhere.
fn id<T: core::str::FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
