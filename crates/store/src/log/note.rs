//! Signed notes (C2SP signed-note, Ed25519), and the checkpoints among them: the tree's size and root (C2SP tlog-checkpoint).
//!
//! One key signs notes of several kinds, which their first line tells apart: a checkpoint's is the name of the key, and no
//! other kind's may ever be.

use super::tree::Hash;
use crate::crypt::sha256;
use crate::fault::Fault;
use crate::keys::write_new_secret;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;
use domain::random::Random;
use std::path::Path;

/// Signs checkpoints.
pub(crate) struct Signer {
    pair: Ed25519KeyPair,
    origin: String,
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log it is.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The root in hexadecimal.
    pub fn root_hex(&self) -> String {
        super::leaf::hex(&self.root)
    }
}

impl Signer {
    /// The signer whose secret lies in this file; the first call makes it. No other process may do so at the same
    /// time.
    pub(crate) fn load(file: &Path, random: &dyn Random) -> Result<Self, Fault> {
        let seed = match std::fs::read(file) {
            Ok(seed) => seed,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut seed = [0; 32];
                random.fill(&mut seed);
                write_new_secret(file, &seed)?;
                seed.to_vec()
            }
            Err(e) => return Err(Fault::file("the log's signing key could not be read")(e)),
        };
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| Fault::corrupt("the log's signing key is not 32 bytes long"))?;
        let fingerprint = super::leaf::hex(&sha256(&[pair.public_key().as_ref()]));
        let origin = format!("printkeep/{}", fingerprint.get(..16).unwrap_or_default());
        Ok(Self { pair, origin })
    }

    /// The public half, as a C2SP verifier key: `name+id+key`.
    pub(crate) fn verifier(&self) -> String {
        let public = self.pair.public_key().as_ref();
        let id = super::leaf::hex(&key_id(&self.origin, public));
        format!("{}+{id}+{}", self.origin, base64(&[&[ALGORITHM], public].concat()))
    }

    /// A signed checkpoint of a tree.
    pub(crate) fn sign(&self, size: u64, root: &Hash) -> String {
        self.note(&format!("{}\n{size}\n{}\n", self.origin, base64(root)))
    }

    /// A text as a signed note. It ends with a line break and has no empty line.
    pub(crate) fn note(&self, body: &str) -> String {
        let signature = self.pair.sign(body.as_bytes());
        let id = key_id(&self.origin, self.pair.public_key().as_ref());
        let line = base64(&[&id, signature.as_ref()].concat());
        format!("{body}\n\u{2014} {} {line}\n", self.origin)
    }
}

const ALGORITHM: u8 = 1;

fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ALGORITHM], public]);
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

/// Reads a signed note and checks its signature against a verifier key. Returns the name of the key and the text without
/// its last line break. The error says what is wrong.
pub(crate) fn text<'a>(note: &'a str, verifier: &'a str) -> Result<(&'a str, &'a str), &'static str> {
    let mut parts = verifier.splitn(3, '+');
    let (name, key) = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), Some(_), Some(key)) => (name, unbase64(key)),
        _ => return Err("the verifier key is not of the form name+id+key"),
    };
    let key = key.ok_or("the verifier key is not base64")?;
    let Some((&ALGORITHM, public)) = key.split_first() else { return Err("the verifier key is not Ed25519") };
    let (text, signatures) = note.rsplit_once("\n\n").ok_or("there is no signature")?;
    let body = format!("{text}\n");
    let id = key_id(name, public);
    let signed = signatures.lines().any(|line| {
        let sealed = line
            .strip_prefix("\u{2014} ")
            .and_then(|l| l.strip_prefix(name))
            .and_then(|l| l.strip_prefix(' '));
        let Some(bytes) = sealed.and_then(unbase64) else { return false };
        let Some((found, signature)) = bytes.split_at_checked(4) else { return false };
        found == id && UnparsedPublicKey::new(&ED25519, public).verify(body.as_bytes(), signature).is_ok()
    });
    if signed { Ok((name, text)) } else { Err("the signature is not of this key") }
}

/// Reads a signed checkpoint and checks it against a verifier key, which must be of the log that it names. The error says what
/// is wrong.
pub(crate) fn open(note: &str, verifier: &str) -> Result<Checkpoint, &'static str> {
    let (name, text) = text(note, verifier)?;
    let mut lines = text.lines();
    let (origin, size, root) = (lines.next(), lines.next(), lines.next());
    // Whatever else this key signs is no checkpoint, however it goes on.
    let origin =
        origin.filter(|origin| *origin == name).ok_or("what is signed is not a checkpoint of this log")?;
    let size = size.and_then(|s| s.parse().ok()).ok_or("the checkpoint has no size")?;
    let root = root.and_then(unhash).ok_or("the checkpoint has no root")?;
    Ok(Checkpoint { origin: origin.to_owned(), size, root })
}

/// A hash from its base64.
pub(crate) fn unhash(text: &str) -> Option<Hash> {
    unbase64(text)?.try_into().ok()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
