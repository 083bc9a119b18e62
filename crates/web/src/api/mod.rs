//! The JSON interface for programs, over the same use cases as the pages. Its description is made from the functions
//! and shapes themselves and stands at `/api/openapi.json`.
//!
//! Programs identify themselves with a key that a person made (`Authorization: Bearer pk_…`). Scope `read` looks,
//! scope `print` also changes. Nothing here takes more than the person could do on a page; erasing an account is not
//! among it, since that needs the password.

#![allow(unused_qualifications, reason = "what utoipa makes of parameters names them by their whole path")]

pub mod document;
pub mod history;
pub mod jobs;
pub mod models;
pub mod printers;
pub mod slicings;

use crate::problem::status_of;
use app::{Error, Refusal};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// Why a call did not succeed.
pub struct Fault(Error);

/// Why a call did not succeed, in words that say what to do.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// What is wrong and what to do.
    #[schema(example = "There is no such thing here.")]
    error: String,
    /// The field or parameter that is wrong, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

/// What every call may answer when it does not succeed.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the description alone; the answers are made by Fault")]
pub enum Refused {
    /// No key, or one without the scope that this needs.
    #[response(status = 401)]
    NoKey,
    /// It does not exist, or not for whoever asks.
    #[response(status = 404)]
    NotFound(Problem),
    /// It cannot be done as things stand.
    #[response(status = 409)]
    Conflict(Problem),
    /// A field is not right.
    #[response(status = 422)]
    Unprocessable(Problem),
}

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, error, field) = match self.0 {
            Error::Refused(refusal) => {
                let field = if let Refusal::Field { field, .. } = &refusal { Some(*field) } else { None };
                (status_of(&refusal), refusal.to_string(), field)
            }
            Error::Fault(fault) => {
                tracing::error!(%fault, "a call of a program failed");
                let words = "The server met something it did not expect. Try again.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, words, None)
            }
        };
        (status, Json(Problem { error, field })).into_response()
    }
}

/// The number of what was made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// Its number: 32 hexadecimal digits.
    id: String,
}

impl Made {
    fn answer(id: impl ToString) -> (StatusCode, Json<Self>) {
        (StatusCode::ACCEPTED, Json(Self { id: id.to_string() }))
    }
}

/// An id out of a path; what is none leads nowhere.
fn id<T: core::str::FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
