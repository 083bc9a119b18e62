//! Checks what somebody kept of a log, without the log: a checkpoint, a proof, a receipt. Each file says what it is, and
//! nothing that it says counts but what the verifier key bears out.

use super::line::{self, Line};
use super::note::{self, Checkpoint};
use super::proof::{CONSISTENCY, Consistency, INCLUSION, Inclusion};
use super::statement::Statement;
use super::tree::root;
use super::verify::Verified;
use core::fmt;
use serde_json::{Value, json};

/// A file that checks out, and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Paper {
    /// A checkpoint is signed.
    Checkpoint(Checkpoint),
    /// A line is in the log.
    Line {
        /// Its place, counted from zero.
        index: u64,
        /// How many leaves the log had.
        size: u64,
        /// What the line says.
        line: Line,
    },
    /// A log continues an older one.
    Continues {
        /// How many leaves the older one had.
        old: u64,
        /// What the newer one is.
        newer: Checkpoint,
    },
    /// The house states that somebody was erased.
    Erasure {
        /// The statement.
        says: Value,
        /// The place of its leaf and how many leaves the log had, if it brings a proof of that.
        logged: Option<(u64, u64)>,
    },
    /// The house states what somebody said to a purpose that rests on consent.
    Consent {
        /// The statement.
        says: Value,
    },
}

/// Checks a file against a verifier key. `kept` is a checkpoint from before, which a proof that the log continues it needs.
///
/// # Errors
/// What is wrong, as closely as it can be told.
pub fn verify_paper(text: &str, verifier: &str, kept: Option<&str>) -> Result<Paper, &'static str> {
    let title = text.split('\n').next().unwrap_or_default();
    if title.starts_with(CONSISTENCY) {
        let proof = Consistency::read(text)?;
        let kept = kept.ok_or(
            "it proves that the log continues an older one: name the checkpoint that you kept with --since",
        )?;
        let newer = proof.checked(&note::open(kept, verifier)?, verifier)?;
        return Ok(Paper::Continues { old: proof.old, newer });
    }
    if kept.is_some() {
        return Err(
            "only a proof that the log continues an older one, or a whole log, is checked against a kept checkpoint",
        );
    }
    if title == INCLUSION {
        let proof = Inclusion::read(text)?;
        let (line, size) = line::shown(&proof, verifier)?;
        return Ok(Paper::Line { index: proof.index, size, line });
    }
    match Statement::of(text) {
        Some(kind @ Statement::Erasure) => erasure(kind.read(text, verifier)?, verifier),
        Some(kind @ Statement::Consent) => Ok(Paper::Consent { says: kind.read(text, verifier)? }),
        None => Ok(Paper::Checkpoint(note::open(text, verifier)?)),
    }
}

/// Checks that a whole log continues the one of a kept checkpoint.
///
/// # Errors
/// What is wrong.
pub fn verify_since(log: &Verified, verifier: &str, kept: &str) -> Result<Checkpoint, &'static str> {
    let kept = note::open(kept, verifier)?;
    let before = usize::try_from(kept.size).ok().and_then(|size| log.leaves.get(..size));
    let before = before.ok_or("the log has fewer leaves than the kept checkpoint: its end was cut off")?;
    if root(before) == kept.root {
        Ok(kept)
    } else {
        Err("the log does not continue the one of the kept checkpoint")
    }
}

fn erasure(says: Value, verifier: &str) -> Result<Paper, &'static str> {
    let Some(proof) = says.get("log").and_then(Value::as_str) else {
        return Ok(Paper::Erasure { says, logged: None });
    };
    let proof = Inclusion::read(proof)?;
    let (line, size) = line::shown(&proof, verifier)?;
    let same = says.get("at_micros").and_then(Value::as_i64) == Some(line.at.micros());
    if !same || line.act != "erase" || line.what != "person" {
        return Err("the leaf that it names is not of this erasure");
    }
    Ok(Paper::Erasure { says, logged: Some((proof.index, size)) })
}

/// A text of a statement, by its place in it.
fn told(says: &Value, place: &str) -> String {
    says.pointer(place).and_then(Value::as_str).unwrap_or("(not said)").to_owned()
}

impl Paper {
    /// What was found, for programs.
    pub fn json(&self) -> Value {
        match self {
            Self::Checkpoint(checkpoint) => {
                json!({ "kind": "checkpoint", "leaves": checkpoint.size, "root": checkpoint.root_hex() })
            }
            Self::Line { index, size, line } => json!({
                "kind": "line", "index": index, "leaves": size, "at": line.at.to_string(), "role": line.role,
                "act": line.act, "what": line.what, "purpose": line.purpose,
                "about": line.about.as_ref().map(|(person, _)| person.simple().to_string()),
                "reason": line.about.as_ref().and_then(|(_, reason)| reason.as_deref()),
            }),
            Self::Continues { old, newer } => {
                json!({ "kind": "continues", "old": old, "leaves": newer.size, "root": newer.root_hex() })
            }
            Self::Erasure { says, logged } => {
                json!({ "kind": "erasure receipt", "says": says, "index": logged.map(|(index, _)| index) })
            }
            Self::Consent { says } => json!({ "kind": "consent receipt", "says": says }),
        }
    }
}

/// In one line.
impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(checkpoint) => {
                write!(f, "a signed checkpoint of {} leaves; root {}", checkpoint.size, checkpoint.root_hex())
            }
            Self::Line { index, size, line } => {
                let Line { at, role, act, what, purpose, about } = line;
                write!(
                    f,
                    "leaf {index} of {size} is in the signed log: {at}, {role}, {act} {what}, for {purpose}"
                )?;
                match about {
                    Some((person, Some(reason))) => write!(f, " ({reason}), about {}", person.simple()),
                    Some((person, None)) => write!(f, ", about {}", person.simple()),
                    None => f.write_str("; about whom, the proof does not open"),
                }
            }
            Self::Continues { old, newer } => write!(
                f,
                "the log of {} leaves continues that of {old}: nothing was altered or taken away; root {}",
                newer.size,
                newer.root_hex()
            ),
            Self::Erasure { says, logged } => {
                let (at, end) = (told(says, "/at"), told(says, "/final_at"));
                write!(
                    f,
                    "a signed receipt of an erasure at {at}; no backup from before is brought back after {end}"
                )?;
                match logged {
                    Some((index, size)) => write!(f, "; leaf {index} of {size} of the log"),
                    None => f.write_str("; it brings no leaf of the log"),
                }
            }
            Self::Consent { says } => {
                let (event, process) = ("/events/dpv:hasConsentStatus", "/processing/dpv:hasProcess/@id");
                let said = |place: &str| told(says, &format!("/dpv:hasRecordOfActivity{place}"));
                let (status, at) =
                    (said(&format!("{event}/@type")), said(&format!("{event}/dpv:isIndicatedAtTime")));
                write!(f, "a signed receipt of consent: {}, {status} at {at}", said(process))
            }
        }
    }
}
