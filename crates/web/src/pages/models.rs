//! The library and the page of one model: see it, know what is wrong with it, slice it, take it, erase it.

mod files;
mod library;
mod one;

pub(crate) use files::file;
pub use files::{picture, source, view};
pub use library::{add, dismiss, library};
pub use one::{erase, page, rename, slice, unit};

use crate::form::Form;
use crate::problem::Problem;
use app::{Error, Refusal};

/// An id out of a path; what is none leads nowhere.
pub(super) fn id<T: core::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Refusal::NotFound.into())
}

/// A form with a refusal above it, also when it is about a field that the form shows as a whole.
fn above(error: Error) -> Result<(Form, Refusal), Problem> {
    match error {
        Error::Refused(Refusal::NotFound) => Err(Refusal::NotFound.into()),
        Error::Refused(refusal) => {
            let mut form = Form::default();
            form.problem = Some(refusal.to_string());
            Ok((form, refusal))
        }
        Error::Fault(fault) => Err(Problem::Fault(fault)),
    }
}
