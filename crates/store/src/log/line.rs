//! What somebody is given for a line about them: the leaf, its place in the signed log, and what opens the leaf's digest of
//! the line, so that nobody has to believe that this line is what stands there. Who acted stays closed.

use super::bind::{Note, salt_of};
use super::note::{base64, unbase64};
use super::proof::Inclusion;
use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::Grant;
use domain::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The first version of leaves whose digest of a note can be opened without helping to find out who acted.
const OPENS: u8 = 2;

/// What goes with a proof.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    /// The leaf's text, byte for byte.
    leaf: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opening: Option<Opening>,
}

/// What the note beside a leaf says that the leaf does not.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    person: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told_at: Option<i64>,
    salt: String,
}

/// What a leaf says.
#[derive(Deserialize)]
struct Leaf {
    v: u8,
    at: i64,
    act: String,
    what: String,
    purpose: String,
    role: String,
    note: String,
}

/// What is shown by a proof: that the log has a line that says this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// The part in the house of whoever acted, or the chore.
    pub role: String,
    /// What was done.
    pub act: String,
    /// To which kind of rows.
    pub what: String,
    /// For which purpose.
    pub purpose: String,
    /// About whom, by their number, and the reason that was given; nothing if the proof does not open it.
    pub about: Option<(Uuid, Option<String>)>,
}

/// What goes with a proof of a leaf that nobody's note stands beside.
pub(super) fn bare(leaf: &[u8]) -> Result<Vec<u8>, Fault> {
    extra(leaf, None)
}

fn extra(leaf: &[u8], opening: Option<Opening>) -> Result<Vec<u8>, Fault> {
    let broken = || Fault::corrupt("a log leaf is not text");
    let leaf = String::from_utf8(leaf.to_vec()).map_err(|_| broken())?;
    serde_json::to_vec(&Extra { leaf, opening }).map_err(|_| broken())
}

/// What a proof shows, with its place and how many leaves the signed log has. The error says what is wrong.
pub(super) fn shown(proof: &Inclusion, verifier: &str) -> Result<(Line, u64), &'static str> {
    let unclear = "the proof does not say of which leaf it is";
    let said: Extra = serde_json::from_slice(&proof.extra).map_err(|_| unclear)?;
    // It has one form: nobody can alter a byte of it and have the same.
    if !serde_json::to_vec(&said).is_ok_and(|bytes| bytes == proof.extra) {
        return Err(unclear);
    }
    let Extra { leaf: text, opening } = said;
    let checkpoint = proof.checked(text.as_bytes(), verifier)?;
    let leaf: Leaf = serde_json::from_str(&text).map_err(|_| "the leaf is not one of an access log")?;
    let about = opening.map(|opening| opened(&leaf, opening)).transpose()?;
    let Leaf { at, act, what, purpose, role, .. } = leaf;
    Ok((Line { at: Instant::from_micros(at), role, act, what, purpose, about }, checkpoint.size))
}

fn opened(leaf: &Leaf, opening: Opening) -> Result<(Uuid, Option<String>), &'static str> {
    let Opening { person, reason, told_at, salt } = opening;
    let note = Note {
        person: Some(person),
        actor: None,
        role: &leaf.role,
        act: &leaf.act,
        what: &leaf.what,
        purpose: &leaf.purpose,
        reason: reason.as_deref(),
        told_at,
        at: leaf.at,
    };
    let salt = unbase64(&salt).ok_or("the salt is not base64")?;
    if note.digest(&salt) == leaf.note {
        Ok((person, reason))
    } else {
        Err("the leaf is in the log, but not about this person or for this reason")
    }
}

/// The proof of a line about the person of the grant, which is to read `access_note`, by the number of its leaf. Nothing if
/// there is no such line about them, or none of which they may know.
///
/// # Errors
/// A fault, also if the line does not stand in the log as it is signed.
pub async fn prove(grant: &Grant<'_>, number: i64) -> Result<Option<String>, Error> {
    let Some(record) = grant.list("leaf = $1", "", &[number.into()]).await?.into_iter().next() else {
        return Ok(None);
    };
    let broken = || Fault::corrupt("a line of the access log does not stand in the log as it is signed");
    let row = grant.tx.row("SELECT seq, leaf FROM access_leaf WHERE id = $1", &[Value::Int(number)]).await?;
    let row = row.ok_or_else(broken)?;
    let (bytes, index) = (row.bytes("leaf")?, row.int("seq")? as u64);
    let leaf: Leaf = serde_json::from_slice(bytes).map_err(|_| broken())?;
    let salt =
        record.fields().find_map(|(name, field)| (name == "salt").then(|| field.ok()?.bytes()).flatten());
    let opening = (leaf.v >= OPENS).then(|| {
        Some(Opening {
            person: grant.person().ok()?.uuid(),
            reason: record.text("reason").map(str::to_owned),
            told_at: record.int("told_at"),
            salt: base64(&salt_of("note", leaf.v, salt?)),
        })
    });
    let log = &grant.tx.inner.log;
    let proof = log.inclusion(index, extra(bytes, opening.flatten())?).await?;
    // Nobody is given what does not check out.
    shown(&proof, &log.verifier()).map_err(|_| broken())?;
    Ok(Some(proof.write()))
}
