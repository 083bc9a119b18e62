//! A passkey as a device holds it, for tests: makes keys and answers as W3C Web Authentication says, and cheats on demand.
//! What a real browser does with a real device is for the suite in Chromium.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::Arc;

/// The address for which houses of tests have passkeys.
const ORIGIN: &str = "https://print.example.org";
const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const WITH_A_KEY: u8 = 0x40;

/// One device with one key.
#[derive(Clone)]
pub struct KeyInAPocket {
    key: Arc<EcdsaKeyPair>,
    number: Vec<u8>,
    owner: Value,
    counter: u32,
    /// One that its owner's devices share does not count.
    shared: bool,
}

impl Default for KeyInAPocket {
    fn default() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let number = key.public_key().as_ref()[1..33].to_vec();
        Self { key: Arc::new(key), number, owner: Value::Null, counter: 0, shared: false }
    }
}

impl KeyInAPocket {
    /// One that its owner's devices share, as most are: it does not count how often it was used.
    pub fn shared() -> Self {
        Self { shared: true, ..Self::default() }
    }

    /// The answer to a wish for a new key.
    pub fn made(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        self.owner = options["user"]["id"].clone();
        let point = self.key.public_key().as_ref();
        let mut data = self.data(ORIGIN, PRESENT | VERIFIED | WITH_A_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.number.len()).unwrap().to_be_bytes());
        data.extend(&self.number);
        // COSE (RFC 9053): an elliptic curve key, ES256, on P-256, with its point.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        json!({
            "id": text(&self.number), "rawId": text(&self.number), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "attestationObject": text(&object), "clientDataJSON": said("webauthn.create", ORIGIN, options),
            },
        })
    }

    /// Its number, as it travels.
    pub fn number(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.number)
    }

    /// The answer to a question who its owner is.
    pub fn proof(&mut self, options: &Value) -> Value {
        self.answer(ORIGIN, PRESENT | VERIFIED, options)
    }

    /// The same, where another site asked.
    pub fn proof_for(&mut self, origin: &str, options: &Value) -> Value {
        self.answer(origin, PRESENT | VERIFIED, options)
    }

    /// The same, from a device that anybody could have touched.
    pub fn proof_unseen(&mut self, options: &Value) -> Value {
        self.answer(ORIGIN, PRESENT, options)
    }

    /// Takes the number and the owner of another key, whose secret it does not have.
    pub fn is_called_like(&mut self, other: &Self) {
        self.number.clone_from(&other.number);
        self.owner = other.owner.clone();
        self.counter = other.counter + 100;
    }

    /// Its counter stands where it stood when somebody copied it.
    pub fn counted_back_to(&mut self, counter: u32) {
        self.counter = counter;
    }

    fn answer(&mut self, origin: &str, flags: u8, options: &Value) -> Value {
        self.counter += u32::from(!self.shared);
        let data = self.data(origin, flags);
        let client = said("webauthn.get", origin, &options["publicKey"]);
        let mut signed = data.clone();
        signed.extend(sha256(&BASE64_URL_SAFE_NO_PAD.decode(client.as_str().unwrap()).unwrap()));
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": text(&self.number), "rawId": text(&self.number), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": text(&data), "clientDataJSON": client,
                "signature": text(signature.as_ref()), "userHandle": self.owner,
            },
        })
    }

    fn data(&self, origin: &str, flags: u8) -> Vec<u8> {
        let mut data = sha256(origin.trim_start_matches("https://").as_bytes());
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

fn said(what: &str, origin: &str, options: &Value) -> Value {
    let client =
        json!({ "type": what, "challenge": options["challenge"], "origin": origin, "crossOrigin": false });
    text(client.to_string().as_bytes())
}

fn text(bytes: &[u8]) -> Value {
    json!(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}
