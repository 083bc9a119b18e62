//! The state of a form: what was typed, what is wrong with which field, and what must never be shown again.

use crate::problem::{Problem, status_of};
use app::{Error, Refusal};
use axum::response::{IntoResponse as _, Response};
use std::collections::BTreeMap;

/// What a form shows when it is shown (again).
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, String>,
    /// Fields that are called otherwise here than the use case calls them.
    aliases: Vec<(&'static str, &'static str)>,
    /// What is wrong with the whole.
    pub problem: Option<String>,
}

impl Form {
    /// A form with these values. Secrets are never among them.
    pub fn with<const N: usize>(values: [(&'static str, &str); N]) -> Self {
        Self { values: values.map(|(k, v)| (k, v.to_owned())).into(), ..Self::default() }
    }

    /// The same with what somebody typed into a field.
    #[must_use]
    pub fn typed(mut self, field: &'static str, value: &str) -> Self {
        self.values.insert(field, value.to_owned());
        self
    }

    /// The same, with this in a field into which nobody typed anything.
    #[must_use]
    pub fn or(mut self, field: &'static str, value: &str) -> Self {
        self.values.entry(field).or_insert_with(|| value.to_owned());
        self
    }

    /// What the use case calls `field` is called `here` on this page.
    #[must_use]
    pub fn known_as(mut self, field: &'static str, here: &'static str) -> Self {
        self.aliases.push((field, here));
        self
    }

    /// What to show in a field.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether somebody is at it: it holds what they typed, or says what is wrong.
    pub fn is_open(&self) -> bool {
        !self.values.is_empty() || self.is_refused()
    }

    /// What is wrong with a field; empty if nothing is.
    pub fn error(&self, field: &str) -> &str {
        self.errors.get(field).map_or("", String::as_str)
    }

    /// Every field that is not right, with what is wrong: the summary links to each.
    pub fn errors(&self) -> impl Iterator<Item = (&&'static str, &String)> {
        self.errors.iter()
    }

    /// Whether something is wrong with it.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty() || self.problem.is_some()
    }

    /// The page again, as `show` makes it, with what is wrong and under the refusal's status. What is not there for
    /// whoever asks leads nowhere, whoever must prove first who they are is led there, and a fault is a fault.
    pub async fn again<F>(self, error: Error, show: impl FnOnce(Self) -> F) -> Result<Response, Problem>
    where
        F: Future<Output = Result<Response, Problem>>,
    {
        if let Error::Refused(nowhere @ Refusal::NotFound) = error {
            return Err(nowhere.into());
        }
        let (form, refusal) = self.refused(error)?;
        Ok((status_of(&refusal), show(form).await?).into_response())
    }

    /// The form with a refusal in its place: beside its field, or above the whole. A fault is handed back.
    pub fn refused(mut self, error: Error) -> Result<(Self, Refusal), Problem> {
        match error {
            // Whoever must prove first who they are is led there, from whichever form.
            Error::Refused(first @ Refusal::ProveAgain) => Err(first.into()),
            Error::Refused(refusal) => {
                if let Refusal::Field { field, problem } = &refusal {
                    let alias = self.aliases.iter().find(|(known, _)| known == field);
                    self.errors.insert(alias.map_or(field, |(_, here)| here), problem.clone());
                } else {
                    self.problem = Some(refusal.to_string());
                }
                Ok((self, refusal))
            }
            Error::Fault(fault) => Err(Problem::Fault(fault)),
        }
    }
}
