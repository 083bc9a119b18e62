//! The state of a form: what was typed, what is wrong with which field, and what must never be shown again.

use app::{Error, Refusal};
use std::collections::BTreeMap;

/// What a form shows when it is shown (again).
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<&'static str, String>,
    errors: BTreeMap<&'static str, String>,
    /// What is wrong with the whole.
    pub problem: Option<String>,
}

impl Form {
    /// A form with these values. Secrets are never among them.
    pub fn with<const N: usize>(values: [(&'static str, &str); N]) -> Self {
        Self { values: values.map(|(k, v)| (k, v.to_owned())).into(), ..Self::default() }
    }

    /// What to show in a field.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether somebody is at it: it holds what they typed, or says what is wrong.
    pub fn is_open(&self) -> bool {
        !self.values.is_empty() || !self.errors.is_empty() || self.problem.is_some()
    }

    /// Whether it says what is wrong.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty() || self.problem.is_some()
    }

    /// What is wrong with a field; empty if nothing is.
    pub fn error(&self, field: &str) -> &str {
        self.errors.get(field).map_or("", String::as_str)
    }

    /// The form with a refusal in its place: beside its field, or above the whole. A fault is handed back.
    pub fn refused(mut self, error: Error) -> Result<(Self, Refusal), crate::problem::Problem> {
        match error {
            Error::Refused(refusal) => {
                if let Refusal::Field { field, problem } = &refusal {
                    self.errors.insert(field, problem.clone());
                } else {
                    self.problem = Some(refusal.to_string());
                }
                Ok((self, refusal))
            }
            Error::Fault(fault) => Err(crate::problem::Problem::Fault(fault)),
        }
    }
}
