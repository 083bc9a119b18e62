//! What goes wrong, as a page: what happened, what it did not change, what to do.

use crate::shell::{Shell, render};
use app::{Error, Refusal};
use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// Why a page could not be shown or an act not done.
#[derive(Debug)]
pub enum Problem {
    /// Expected: words for people.
    Refused(Refusal),
    /// Unexpected.
    Fault(store::Fault),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Marks an answer that leads to the proof of who somebody is: whoever knows the path puts it where they come back to.
#[derive(Clone, Copy, Debug)]
pub struct ProveFirst;

#[derive(Template)]
#[template(path = "shell/problem.html")]
struct Page {
    shell: Shell,
    title: &'static str,
    what: String,
    unchanged: bool,
    restricted: bool,
    reference: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let restricted = matches!(self, Self::Refused(Refusal::Restricted));
        let (status, title, what, reference) = match self {
            Self::Refused(Refusal::SignIn) => return Redirect::to("/sign-in").into_response(),
            Self::Refused(Refusal::ProveAgain) => {
                return (Extension(ProveFirst), Redirect::to("/prove")).into_response();
            }
            Self::Refused(Refusal::NotFound) => (
                StatusCode::NOT_FOUND,
                "Not here",
                "There is nothing at this address, or nothing that is yours to see.".to_owned(),
                None,
            ),
            Self::Refused(refusal @ Refusal::Restricted) => {
                (status_of(&refusal), "Kept, not used", refusal.to_string(), None)
            }
            Self::Refused(refusal) => (status_of(&refusal), "That did not work", refusal.to_string(), None),
            Self::Fault(fault) => {
                let reference = reference();
                tracing::error!(reference = reference.as_str(), fault = %fault);
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong here",
                    "The server met something it did not expect. Try again; if it happens again, tell the operator this reference.".to_owned(),
                    Some(reference),
                )
            }
        };
        let page = Page { shell: Shell::plain(title), title, what, unchanged: true, restricted, reference };
        (status, render(&page)).into_response()
    }
}

/// The status of a refusal.
pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::SignIn
        | Refusal::WrongCredentials
        | Refusal::CodeNeeded
        | Refusal::PasskeyUnknown
        | Refusal::ElsewhereUnknown => StatusCode::UNAUTHORIZED,
        Refusal::TooManyTries { .. } | Refusal::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::CodeInvalid | Refusal::Field { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Policy(_) | Refusal::Restricted | Refusal::ProveAgain => StatusCode::FORBIDDEN,
        Refusal::Printer(_) => StatusCode::BAD_GATEWAY,
        Refusal::Confirm(_) | Refusal::Conflict(_) | Refusal::Held => StatusCode::CONFLICT,
    }
}

/// The page for an address that is nowhere.
pub async fn not_found() -> Problem {
    Problem::Refused(Refusal::NotFound)
}

/// Stands for one fault in the log and on the page, and for nothing else.
fn reference() -> String {
    let mut bytes = [0; 4];
    domain::random::Random::fill(&store::SystemRandom, &mut bytes);
    bytes.iter().fold(String::new(), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_while_much_goes_on_is_told_to_come_later() {
        assert_eq!(status_of(&Refusal::Busy("")).as_u16(), 429);
    }
}
