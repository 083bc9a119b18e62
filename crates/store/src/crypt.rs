//! All cryptography of the store, on aws-lc-rs alone: sealing a value to its place, keyed digests, key
//! derivation. No other module names an algorithm.
//!
//! A sealed value is one byte of version, twelve of nonce, then ciphertext with its tag (AES-256-GCM-SIV). Its
//! associated data is the place it lies in, so that a value moved to another row, column or person does not open.

use crate::fault::Fault;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use aws_lc_rs::{digest, hmac};
use domain::random::Random;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 256 secret bits. Prints nothing, is wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key([u8; 32]);

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Key(‹secret›)")
    }
}

const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Whether these bytes have the form of a sealed value. What they hold is not looked at.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&VERSION) && bytes.len() >= 1 + NONCE + TAG
}

impl Key {
    pub(crate) fn fresh(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    pub(crate) const fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one use, from which neither this key nor that of another use can be found.
    pub(crate) fn derive(&self, what: &str) -> Result<Self, Fault> {
        let mut bytes = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"printkeep")
            .extract(&self.0)
            .expand(&[what.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut bytes))
            .map_err(|_| Fault::Sealed("a derived key"))?;
        Ok(Self(bytes))
    }

    /// Encrypts, bound to a place.
    pub(crate) fn seal(&self, random: &dyn Random, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        self.aead()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut body)
            .map_err(|_| Fault::Sealed("a value to seal"))?;
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Decrypts what was sealed under this key for this place.
    pub(crate) fn open(&self, what: &'static str, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let broken = || Fault::Sealed(what);
        let (version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        if *version != VERSION {
            return Err(broken());
        }
        let mut body = body.to_vec();
        let plain = self.aead()?.open_in_place(nonce, Aad::from(place), &mut body).map_err(|_| broken())?;
        Ok(plain.to_vec())
    }

    /// Encrypts one numbered piece of a file under a key that seals nothing else. The nonce is the number, so
    /// pieces cannot change places; the flag tells the last one, so that none can be cut off.
    pub(crate) fn seal_piece(&self, index: u64, last: bool, piece: &mut Vec<u8>) -> Result<(), Fault> {
        self.aead()?
            .seal_in_place_append_tag(piece_nonce(index), Aad::from([u8::from(last)]), piece)
            .map_err(|_| Fault::Sealed("a piece of a file"))
    }

    /// Decrypts one numbered piece of a file.
    pub(crate) fn open_piece(&self, index: u64, last: bool, piece: &mut Vec<u8>) -> Result<(), Fault> {
        let plain = self
            .aead()?
            .open_in_place(piece_nonce(index), Aad::from([u8::from(last)]), piece)
            .map_err(|_| Fault::Sealed("a piece of a file"))?
            .len();
        piece.truncate(plain);
        Ok(())
    }

    /// A keyed digest: tells whether two values are equal to whoever holds the key, and nothing to others.
    pub(crate) fn digest(&self, what: &str, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        context.update(what.as_bytes());
        context.update(&[0]);
        context.update(value);
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref().get(..32).unwrap_or(&[0; 32]));
        out
    }

    fn aead(&self) -> Result<LessSafeKey, Fault> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, &self.0).map_err(|_| Fault::Sealed("a key"))?;
        Ok(LessSafeKey::new(key))
    }
}

fn piece_nonce(index: u64) -> Nonce {
    let mut nonce = [0; NONCE];
    for (to, from) in nonce.iter_mut().skip(4).zip(index.to_be_bytes()) {
        *to = from;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// SHA-256.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref().get(..32).unwrap_or(&[0; 32]));
    out
}

/// The operating system's randomness, through the cryptography library.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // The library draws from a generator seeded by the kernel and aborts rather than return weak bytes.
        let filled = aws_lc_rs::rand::fill(bytes);
        debug_assert!(filled.is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::random::Counting;

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_unaltered() {
        let random = Counting::default();
        let key = Key::fresh(&random);
        let sealed = key.seal(&random, b"person|name|1", b"Ada").unwrap();
        assert_eq!(key.open("t", b"person|name|1", &sealed).unwrap(), b"Ada");
        assert!(key.open("t", b"person|name|2", &sealed).is_err(), "another row");
        assert!(Key::fresh(&random).open("t", b"person|name|1", &sealed).is_err(), "another key");
        for i in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[i] ^= 1;
            assert!(key.open("t", b"person|name|1", &altered).is_err(), "byte {i}");
        }
        assert!(key.open("t", b"person|name|1", b"").is_err());
    }

    #[test]
    fn pieces_cannot_change_places_or_be_the_last_by_being_cut() {
        let key = Key::fresh(&Counting::default());
        let mut piece = b"geometry".to_vec();
        key.seal_piece(3, false, &mut piece).unwrap();
        assert!(key.open_piece(4, false, &mut piece.clone()).is_err());
        assert!(key.open_piece(3, true, &mut piece.clone()).is_err());
        key.open_piece(3, false, &mut piece).unwrap();
        assert_eq!(piece, b"geometry");
    }

    #[test]
    fn derived_keys_differ_by_use() {
        let key = Key::fresh(&Counting::default());
        assert_ne!(key.derive("a").unwrap().bytes(), key.derive("b").unwrap().bytes());
        assert_ne!(key.digest("a", b"x"), key.digest("b", b"x"));
    }
}
