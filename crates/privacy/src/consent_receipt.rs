//! What somebody said to a purpose that rests on consent, as a receipt in the sections of ISO/IEC TS 27560 (header, processing,
//! parties, events) and the terms of W3C DPV, as JSON-LD: the sections are `@nest`, so that programs read the record whole.
//!
//! It says what the version of the policy said under which it was given, never what another says now.

use crate::book::Book;
use crate::profile::{Basis, Purpose};
use crate::vocabularies::{DPV, process};
use domain::time::Instant;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where DPV describes how its terms bear such records and receipts.
const FORM: &str = "https://w3id.org/dpv/schema/dpv-27560";

/// A word of the consent ledger.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The number of the word.
    pub id: Uuid,
    /// The number of whoever it is about.
    pub person: Uuid,
    /// The purpose.
    pub purpose: &'a str,
    /// `given`, `implied`, `refused` or `withdrawn`.
    pub status: &'a str,
    /// When.
    pub at: Instant,
    /// The wording that was shown.
    pub wording: &'a str,
    /// Its language, as BCP 47 writes it.
    pub language: &'a str,
    /// Where it was said: the name of a page or form.
    pub control: &'a str,
    /// `self`, or the part in the house of whoever said it for them.
    pub actor: &'a str,
}

/// The receipt of a word, given the version of the policy under which it was said. Nothing if that version has no such
/// purpose that rests on consent, or if this is none of the words that a consent knows: what is no consent gets no receipt
/// of one.
pub fn receipt(book: &Book, said: &Said<'_>) -> Option<Value> {
    let profile = book.profile();
    // In Canada consent can be implied, where the policy has rules of its own for people there.
    let implied = |purpose: &Purpose| {
        book.has_rules_for_canada() && purpose.canada.as_ref().is_some_and(|c| c.implied.is_some())
    };
    let purpose = profile.purpose(said.purpose);
    let purpose = purpose.filter(|purpose| purpose.basis == Basis::Consent || implied(purpose))?;
    let status = match said.status {
        "given" | "implied" => "dpv:ConsentGiven",
        "refused" => "dpv:ConsentRefused",
        "withdrawn" => "dpv:ConsentWithdrawn",
        _ => return None,
    };
    let (id, person) = (format!("urn:uuid:{}", said.id), format!("urn:uuid:{}", said.person));
    let named = |value: &str| json!({ "@id": value });
    let recipients: Vec<Value> = profile
        .recipients()
        .filter(|known| known.purposes.iter().any(|served| served.get_ref() == said.purpose))
        .map(|known| {
            json!({ "@type": "dpv:Recipient", "dpv:hasName": known.name, "dpv:hasLocation": known.country.get_ref() })
        })
        .collect();
    let controller = &profile.controller;
    let mut processed = process(book, purpose);
    if purpose.basis != Basis::Consent {
        let kind = if said.status == "implied" { "dpv:ImpliedConsent" } else { "dpv:ExpressedConsent" };
        if let Some(basis) = processed.get_mut("dpv:hasLegalBasis") {
            *basis = json!(kind);
        }
    }
    let by = if said.actor == "self" { named(&person) } else { json!(said.actor) };
    Some(json!({
        "@context": {
            "@version": 1.1,
            "dpv": format!("{DPV}#"),
            "pd": format!("{DPV}/pd#"),
            "dct": "http://purl.org/dc/terms/",
            "local": format!("urn:printkeep:{}:", profile.policy.id),
            "header": "@nest", "processing": "@nest", "parties": "@nest", "events": "@nest",
            "dpv:hasPurpose": { "@type": "@id" },
            "dpv:hasLegalBasis": { "@type": "@id" },
            "dpv:hasPersonalData": { "@type": "@id" },
            "dpv:hasNecessity": { "@type": "@id" },
        },
        "@id": format!("{id}#receipt"),
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": named(&format!("{FORM}#receipt-record")),
        "dpv:hasRecordOfActivity": {
            "@id": id,
            "@type": "dpv:ConsentRecord",
            "header": {
                "dct:conformsTo": named(&format!("{FORM}#record")),
                "dct:identifier": said.id.simple().to_string(),
                "dpv:hasDataSubject": { "@id": person, "@type": "dpv:DataSubject" },
            },
            "processing": {
                "dct:language": said.language,
                "dpv:hasNotice": {
                    "@id": format!("urn:printkeep:{}:{}", profile.policy.id, profile.policy.version),
                    "@type": "dpv:PrivacyNotice",
                    "dct:title": profile.policy.title,
                    "dct:issued": profile.policy.effective,
                },
                "dpv:hasProcess": processed,
                "dpv:hasConsentControl": { "@type": "dpv:WithdrawConsent", "dct:description": purpose.stops },
            },
            "parties": {
                "dpv:hasDataController": {
                    "@type": "dpv:DataController",
                    "dpv:hasName": controller.names,
                    "dpv:hasContact": controller.contact,
                    "dpv:hasAddress": controller.address,
                },
                "dpv:hasAuthority": controller.authority,
                "dpv:hasRecipient": recipients,
            },
            "events": {
                "dpv:hasConsentStatus": {
                    "@type": status,
                    "dpv:isIndicatedAtTime": said.at.to_string(),
                    "dpv:isIndicatedBy": by,
                    "dpv:hasIndicationMethod": said.control,
                    "dct:description": said.wording,
                },
            },
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sources;
    use toml::Spanned;

    fn said(purpose: &'static str, status: &'static str) -> Said<'static> {
        Said {
            id: Uuid::from_u128(1),
            person: Uuid::from_u128(2),
            purpose,
            status,
            at: Instant::from_micros(0),
            wording: "May we?",
            language: "en",
            control: "privacy",
            actor: "self",
        }
    }

    #[test]
    fn every_consent_of_every_policy_has_a_receipt_in_four_sections() {
        let mut found = 0;
        for profile in Sources::profiles() {
            let book = Sources::built_in(profile).unwrap().compile().unwrap();
            for purpose in book.profile().purpose.iter().map(Spanned::get_ref) {
                let word = Said { purpose: purpose.id.get_ref(), ..said("", "given") };
                let receipt = receipt(&book, &word);
                let implied =
                    profile == "threedpros" && purpose.canada.as_ref().is_some_and(|c| c.implied.is_some());
                assert_eq!(
                    receipt.is_some(),
                    purpose.basis == Basis::Consent || implied,
                    "{profile} {word:?}"
                );
                let Some(receipt) = receipt else { continue };
                found += 1;
                let record = &receipt["dpv:hasRecordOfActivity"];
                for section in ["header", "processing", "parties", "events"] {
                    assert_eq!(receipt["@context"][section], "@nest");
                    assert!(!record[section].as_object().unwrap().is_empty(), "{section}");
                }
                let process = &record["processing"]["dpv:hasProcess"];
                let basis = if implied { "dpv:ExpressedConsent" } else { "dpv:Consent" };
                assert_eq!(process["dpv:hasLegalBasis"], basis);
                assert_ne!(process["dpv:hasPurpose"], "local", "{profile}: a term, not the lack of one");
            }
        }
        assert!(found > 5);
    }

    #[test]
    fn what_is_no_consent_has_no_receipt() {
        let book = Sources::built_in("house").unwrap().compile().unwrap();
        for (status, term) in
            [("given", "Given"), ("refused", "Refused"), ("withdrawn", "Withdrawn"), ("accepted", "")]
        {
            let receipt = receipt(&book, &said("history", status));
            let found = receipt
                .map(|r| r["dpv:hasRecordOfActivity"]["events"]["dpv:hasConsentStatus"]["@type"].clone());
            assert_eq!(found, (!term.is_empty()).then(|| json!(format!("dpv:Consent{term}"))));
        }
        let canada = Sources::built_in("threedpros").unwrap().compile().unwrap();
        let taken = receipt(&canada, &said("support", "implied")).unwrap();
        let process = &taken["dpv:hasRecordOfActivity"]["processing"]["dpv:hasProcess"];
        assert_eq!(process["dpv:hasLegalBasis"], "dpv:ImpliedConsent");
        for other in ["policy", "account", "nothing"] {
            assert!(receipt(&book, &said(other, "given")).is_none(), "{other}");
        }
    }
}
