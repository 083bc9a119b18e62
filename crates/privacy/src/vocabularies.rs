//! The policy in force in others' vocabularies: W3C DPV as JSON-LD, a Fideslang manifest, and the record of processing
//! activities of Article 30 GDPR. Each is computed from the same book as everything else.
//!
//! Only what this program can hold and do is in them; purposes that wait for a module are left out.

use crate::book::Book;
use crate::disclosure;
use crate::profile::{Basis, Ending, Purpose, Rule};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use toml::Spanned;

/// The version of DPV that the terms are of.
pub(crate) const DPV: &str = "https://w3id.org/dpv/2.3";

/// The rules of a purpose, and what may be stored of them.
fn uses<'a>(book: &'a Book, purpose: &'a Purpose) -> impl Iterator<Item = (&'a Rule, Vec<&'a str>)> {
    let rules = book.profile().rule.iter().map(Spanned::get_ref);
    rules.filter(|r| r.purpose.get_ref() == purpose.id.get_ref()).filter_map(|rule| {
        let data: Vec<&str> =
            rule.data.iter().map(|c| c.get_ref().as_str()).filter(|c| book.may_store(c)).collect();
        (!data.is_empty()).then_some((rule, data))
    })
}

fn categories<'a>(book: &'a Book, purpose: &'a Purpose) -> BTreeSet<&'a str> {
    let disclosed = purpose.ground.map(|ground| disclosure::offered(book, ground)).unwrap_or_default();
    let disclosed = disclosed.into_iter().map(|(name, _)| name);
    uses(book, purpose).flat_map(|(_, data)| data).chain(disclosed).collect()
}

/// How long data is kept for a purpose.
fn limits(book: &Book, purpose: &Purpose) -> BTreeSet<String> {
    let nothing = "nothing is kept for it: what is held for other purposes is used while it is held";
    let nothing = purpose.ground.map(|_| nothing.to_owned());
    uses(book, purpose).map(|(rule, _)| ending(&rule.keep.get_ref().ending())).chain(nothing).collect()
}

fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Removed => "until removed by the person, or the account".to_owned(),
        Ending::After { event, period } => format!("{period} after {event}"),
    }
}

/// A purpose as a `dpv:Process`: what for, on which basis, with what, and for how long it is kept.
pub(crate) fn process(book: &Book, purpose: &Purpose) -> Value {
    let term = |term: &str, local: &str| {
        // where DPV has no term of its own, ours stands under our own name
        if term == "local" { format!("local:{local}") } else { term.to_owned() }
    };
    let basis = match purpose.basis {
        Basis::Consent => "dpv:Consent",
        Basis::Contract => "dpv:Contract",
        Basis::LegalObligation => "dpv:LegalObligation",
        Basis::LegitimateInterest => "dpv:LegitimateInterestOfController",
        Basis::VitalInterest => "dpv:VitalInterest",
    };
    let data: Vec<String> = categories(book, purpose)
        .into_iter()
        .filter_map(|name| Some(term(&book.map().category(name)?.dpv, name)))
        .collect();
    json!({
        "@id": format!("local:{}", purpose.id.get_ref()),
        "@type": "dpv:Process",
        "dct:description": format!("to {}", purpose.says),
        "dpv:hasPurpose": term(&purpose.dpv, purpose.id.get_ref()),
        "dpv:hasLegalBasis": basis,
        "dpv:hasPersonalData": data,
        "dpv:hasStorageCondition": limits(book, purpose),
        "dpv:hasNecessity": if purpose.necessary { "dpv:Required" } else { "dpv:Optional" },
    })
}

/// W3C DPV, as JSON-LD: a `dpv:Process` for each purpose.
pub fn dpv(book: &Book) -> Value {
    let profile = book.profile();
    let processes: Vec<Value> = book.purposes_in_use().map(|purpose| process(book, purpose)).collect();
    json!({
        "@context": {
            "dpv": format!("{DPV}#"),
            "pd": format!("{DPV}/pd#"),
            "dct": "http://purl.org/dc/terms/",
            "local": format!("urn:printkeep:{}:", profile.policy.id),
        },
        "@id": format!("urn:printkeep:{}:{}", profile.policy.id, profile.policy.version),
        "@type": "dpv:PrivacyNotice",
        "dct:title": profile.policy.title,
        "dct:issued": profile.policy.effective,
        "dpv:hasDataController": profile.controller.names,
        "dpv:hasProcess": processes,
    })
}

/// A Fideslang manifest: the tables as a dataset, the program as a system with a declaration for each purpose. JSON,
/// which is YAML.
pub fn fides(book: &Book) -> Value {
    let id = &book.profile().policy.id;
    let key = |category: &str| book.map().category(category).map(|c| c.fides.clone());
    let collections: Vec<Value> = book
        .map()
        .tables()
        .map(|(name, table)| {
            let fields: Vec<Value> = table
                .column
                .iter()
                .map(|(column, of)| match of.category().and_then(key) {
                    Some(category) => json!({ "name": column, "data_categories": [category] }),
                    None => json!({ "name": column, "data_categories": ["system.operations"] }),
                })
                .collect();
            json!({ "name": name, "description": table.says, "fields": fields })
        })
        .collect();
    let basis = |basis: Basis| match basis {
        Basis::Consent => "Consent",
        Basis::Contract => "Contract",
        Basis::LegalObligation => "Legal obligations",
        Basis::LegitimateInterest => "Legitimate interests",
        Basis::VitalInterest => "Vital interests",
    };
    let declarations: Vec<Value> = book
        .purposes_in_use()
        .map(|purpose| {
            let data: BTreeSet<String> = categories(book, purpose).into_iter().filter_map(key).collect();
            json!({
                "name": purpose.says,
                "data_use": purpose.fides,
                "data_categories": data,
                "data_subjects": ["customer"],
                "legal_basis_for_processing": basis(purpose.basis),
                "dataset_references": [format!("{id}_rows")],
            })
        })
        .collect();
    json!({
        "dataset": [{ "fides_key": format!("{id}_rows"), "name": "rows", "collections": collections }],
        "system": [{
            "fides_key": format!("{id}_printkeep"),
            "name": "Printkeep",
            "system_type": "Application",
            "privacy_declarations": declarations,
        }],
    })
}

/// The record of processing activities (Art. 30(1) GDPR).
pub fn ropa(book: &Book) -> Value {
    let profile = book.profile();
    let activities: Vec<Value> = book
        .purposes_in_use()
        .map(|purpose| {
            let data: Vec<&str> = categories(book, purpose)
                .into_iter()
                .filter_map(|name| Some(book.map().category(name)?.says.as_str()))
                .collect();
            let limits = limits(book, purpose);
            let recipients: Vec<Value> = profile
                .recipient
                .iter()
                .map(Spanned::get_ref)
                .filter(|r| r.purposes.iter().any(|p| p.get_ref() == purpose.id.get_ref()))
                .map(|r| {
                    let mut recipient = Map::new();
                    recipient.insert("name".to_owned(), json!(r.name));
                    recipient.insert("country".to_owned(), json!(r.country.get_ref()));
                    let safeguards: Vec<&str> = r.footings().map(|footing| footing.is.says()).collect();
                    if !safeguards.is_empty() {
                        recipient.insert("safeguard".to_owned(), json!(safeguards.join(", ")));
                    }
                    Value::Object(recipient)
                })
                .collect();
            json!({
                "purpose": format!("to {}", purpose.says),
                "legal_basis": purpose.basis.says(),
                "law": purpose.law,
                "people": "people with an account in this house",
                "data": data,
                "time_limits": limits,
                "recipients": recipients,
            })
        })
        .collect();
    json!({
        "controller": profile.controller.names,
        "contact": profile.controller.contact,
        "policy": format!("{} version {}", profile.policy.id, profile.policy.version),
        "activities": activities,
        "security": [
            "cells and files sealed under a key of each person (AES-256-GCM-SIV)",
            "an access log as a Merkle tree with signed checkpoints",
            "files of strangers are read in a confined process without network",
        ],
    })
}
