//! What binds a note to its leaf: a digest in the leaf over all that the note says, with a salt that lies in the note.
//! Whoever alters a note would have to alter the leaf too, and that the signed tree shows.

use super::leaf::hex;
use super::tree::leaf_hash;
use super::verify::Verified;
use crate::crypt::sha256;
use crate::fault::{Error, Fault};
use crate::sql::Value;
use crate::tx::Grant;
use serde::Deserialize;
use uuid::Uuid;

/// How long a derived salt is.
const SALT: usize = 16;

/// The salt of one digest of a leaf, derived from the note's own, so that a person can be given the one that opens what the
/// note says and not the one with which who acted could be found by trying. Leaves of version 1 have the note's own in both.
pub(super) fn salt_of(what: &str, version: u8, salt: &[u8]) -> Vec<u8> {
    if version < 2 {
        return salt.to_vec();
    }
    let derived = sha256(&[b"salt of ", what.as_bytes(), b"\0", salt]);
    derived.get(..SALT).unwrap_or(&derived).to_vec()
}

/// What a note says.
pub(super) struct Note<'a> {
    pub(super) person: Option<Uuid>,
    pub(super) actor: Option<Uuid>,
    pub(super) role: &'a str,
    pub(super) act: &'a str,
    pub(super) what: &'a str,
    pub(super) purpose: &'a str,
    pub(super) reason: Option<&'a str>,
    pub(super) told_at: Option<i64>,
    pub(super) at: i64,
}

impl Note<'_> {
    /// The digest of everything but who acted, under the salt of a `note`.
    pub(super) fn digest(&self, salt: &[u8]) -> String {
        let at = self.at.to_be_bytes();
        let person = of_id(self.person);
        let texts = [self.role, self.act, self.what, self.purpose].map(str::as_bytes);
        let reason: Vec<&[u8]> = self.reason.into_iter().map(str::as_bytes).collect();
        // A bar cannot be put on a note later, nor be made longer.
        let told = self.told_at.map(|at| [b"told".as_slice(), &at.to_be_bytes()].concat());
        let told: Vec<&[u8]> = told.iter().map(Vec::as_slice).collect();
        salted(salt, "note", &[&[&person, at.as_slice()], texts.as_slice(), &reason, &told].concat())
    }

    /// The digest of who acted, under the salt `by`.
    pub(super) fn by(&self, salt: &[u8]) -> String {
        salted(salt, "by", &[&of_id(self.actor)])
    }
}

fn of_id(id: Option<Uuid>) -> Vec<u8> {
    id.map(|id| id.as_bytes().to_vec()).unwrap_or_default()
}

/// Each part with its length before it, so that none can pass for the end of another.
fn salted(salt: &[u8], what: &str, parts: &[&[u8]]) -> String {
    let mut bytes = Vec::new();
    for part in [what.as_bytes(), salt].iter().chain(parts) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    hex(&sha256(&[&bytes]))
}

/// What a leaf says about its note. Leaves say more, which binds nothing here.
#[derive(Deserialize)]
struct Bound {
    v: u8,
    note: String,
    by: String,
}

/// How a person's notes stand against the log, by the numbers of their leaves.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// How many say what was written into the log, all of it.
    pub sound: u64,
    /// These say what was written into the log, but no longer who acted: as it must be if that person was erased.
    pub nameless: Vec<i64>,
    /// These say something else than the log, or the log does not have their leaf.
    pub altered: Vec<i64>,
    /// The leaves of these have no place in the log that was given yet.
    pub waiting: Vec<i64>,
}

/// Checks the notes about the person of the grant, which is to read `access_note`, against their leaves, and these
/// against the log as [`crate::verify`] found it. Those that a law forbids to tell yet are among them, so that no day written
/// into one hides it: whoever shows what was found keeps that in mind.
///
/// # Errors
/// A fault.
pub async fn check(grant: &Grant<'_>, log: &Verified) -> Result<Notes, Error> {
    let mut found = Notes::default();
    let person = grant.person()?.uuid();
    for record in grant.list_untold("ORDER BY leaf").await? {
        let broken = || Fault::corrupt("a note lacks what every note has");
        let number = record.int("leaf").ok_or_else(broken)?;
        let salt =
            record.fields().find_map(|(name, field)| (name == "salt").then(|| field.ok()?.bytes()).flatten());
        let salt = salt.ok_or_else(broken)?;
        let text = |name: &str| record.text(name).unwrap_or_default();
        let note = Note {
            person: Some(person),
            actor: record.id("actor"),
            role: text("role"),
            act: text("act"),
            what: text("what"),
            purpose: text("purpose"),
            reason: record.text("reason"),
            told_at: record.int("told_at"),
            at: record.int("at").ok_or_else(broken)?,
        };
        let sql = "SELECT seq, leaf FROM access_leaf WHERE id = $1";
        let Some(row) = grant.tx.row(sql, &[Value::Int(number)]).await? else {
            found.altered.push(number);
            continue;
        };
        let leaf = row.bytes("leaf")?;
        let seq = row.value("seq")?.int();
        let held = seq.and_then(|seq| log.leaves.get(usize::try_from(seq).ok()?));
        let bound: Option<Bound> = serde_json::from_slice(leaf).ok();
        let same = bound.as_ref().is_some_and(|b| b.note == note.digest(&salt_of("note", b.v, salt)));
        let by = bound.is_some_and(|b| b.by == note.by(&salt_of("by", b.v, salt)));
        if !same || (!by && note.actor.is_some()) || held.is_some_and(|hash| *hash != leaf_hash(leaf)) {
            found.altered.push(number);
        } else if held.is_none() {
            found.waiting.push(number);
        } else if !by {
            found.nameless.push(number);
        } else {
            found.sound += 1;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What opens the note does not open who acted, and what was written before still binds.
    #[test]
    fn each_digest_has_a_salt_of_its_own_since_version_two() {
        let salt = [7; SALT];
        let (note, by) = (salt_of("note", 2, &salt), salt_of("by", 2, &salt));
        assert!(note != by && note != salt && by != salt);
        assert_eq!([salt_of("note", 1, &salt), salt_of("by", 1, &salt)], [salt, salt]);
    }
}
