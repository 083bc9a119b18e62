//! What is wrong with a policy file, where, and what to do about it.

use core::fmt;
use core::ops::Range;

/// One fault in a policy file. A book with any of them does not load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named to the compiler.
    pub file: String,
    /// The line, counted from 1; 0 when the fault is that something is missing from the whole file.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    remedy: {}", self.file, self.line, self.what, self.remedy)
    }
}

/// A policy file as text, which can tell the line of a place in it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn problem(
        &self,
        span: &Range<usize>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        Problem {
            file: self.name.clone(),
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn problem_anywhere(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem { file: self.name.clone(), line: 0, what: what.into(), remedy: remedy.into() }
    }

    /// Reads the file into its shape; unknown and missing keys are faults.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        toml::from_str(&self.text).map_err(|e| {
            let span = e.span().unwrap_or(0..0);
            self.problem(
                &span,
                e.message().trim(),
                "correct this entry; docs/operator/policy.md lists every key",
            )
        })
    }
}
