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

/// A contradiction inside a policy, and how it is read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its code, under which the profile resolves it.
    pub code: String,
    /// What contradicts what.
    pub says: String,
    /// The reading chosen.
    pub reading: String,
    /// Why it is the kinder one to the person.
    pub reason: String,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contradiction {}: {}. Read as: {} ({})", self.code, self.says, self.reading, self.reason)
    }
}

/// A policy file as text, which can tell the line of a place in it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Another file that stands before this one, and how much of `text` is its.
    before: Option<(String, usize)>,
}

impl Source {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), before: None }
    }

    /// Puts another file's text before this one's; a fault in either names its own file and line.
    pub(crate) fn after(self, name: &str, text: &str) -> Self {
        let text = format!("{text}\n");
        Self { before: Some((name.to_owned(), text.len())), text: text + &self.text, name: self.name }
    }

    /// The text that stands before this file's own, and its own.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let length = self.before.as_ref().map_or(0, |(_, length)| *length);
        let (before, own) = self.text.split_at_checked(length).unwrap_or(("", &self.text));
        (before.strip_suffix('\n').unwrap_or(before), own)
    }

    /// The text with one passage replaced once.
    pub(crate) fn edit(&mut self, from: &str, to: &str) {
        if let (Some((_, length)), Some(at)) = (&mut self.before, self.text.find(from))
            && at < *length
        {
            *length = (*length + to.len()).saturating_sub(from.len());
        }
        self.text = self.text.replacen(from, to, 1);
    }

    /// The file that a place is in, and where that file begins.
    fn file_of(&self, at: usize) -> (&str, usize) {
        match &self.before {
            Some((name, length)) if at < *length => (name, 0),
            Some((_, length)) => (&self.name, *length),
            None => (&self.name, 0),
        }
    }

    pub(crate) fn problem(
        &self,
        span: &Range<usize>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let (file, start) = self.file_of(span.start);
        let before = self.text.get(start..span.start).unwrap_or(&self.text);
        Problem {
            file: file.to_owned(),
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
