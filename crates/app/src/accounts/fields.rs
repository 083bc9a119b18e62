//! What an operator has people asked for beyond name and address when they join: the fields that the policy declares, and no others.
//!
//! A field exists once it is declared with its name, its purpose and whether it is required (KA-04). What is not declared is refused
//! before anything is stored.

use super::own;
use crate::{Context, Error, Refusal, SignedIn, text};
use privacy::{Act, Book, Personal};
use std::collections::BTreeMap;
use store::people::{self, Change};

/// What was typed into fields, by their names.
pub type Typed = [(String, String)];

/// A declared field, as a form shows it.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in forms.
    pub id: String,
    /// What people are asked for.
    pub says: String,
    /// What it is for, after "to".
    pub purpose: String,
    /// On what its use rests.
    pub basis: &'static str,
    /// Whether there is no account without it.
    pub required: bool,
    /// What its owner gave.
    pub value: String,
}

/// The fields that the policy declares, with what somebody gave.
pub fn fields(book: &Book, given: Option<&Personal<String>>) -> Vec<Field> {
    let given = given.map(read).unwrap_or_default();
    let fields = book.profile().people.fields().filter_map(|field| {
        let purpose = book.profile().purpose(&field.purpose)?;
        Some(Field {
            value: given.get(&field.id).cloned().unwrap_or_default(),
            id: field.id.clone(),
            says: field.says.clone(),
            purpose: purpose.says.clone(),
            basis: purpose.basis.says(),
            required: field.required,
        })
    });
    fields.collect()
}

fn read(given: &Personal<String>) -> BTreeMap<String, String> {
    serde_json::from_str(given.reveal()).unwrap_or_default()
}

/// What was typed, as it is stored: nothing if nothing was given.
///
/// # Errors
/// A refusal that names the field: nobody declared it, it is required and empty, or it is no line of text.
pub(crate) fn checked(book: &Book, typed: &Typed) -> Result<Option<Personal<String>>, Refusal> {
    let people = &book.profile().people;
    if let Some((name, _)) = typed.iter().find(|(name, _)| people.fields().all(|field| field.id != *name)) {
        let problem = format!("«{name}» is not asked for here. Nothing you typed was kept.");
        return Err(Refusal::field("extra", problem));
    }
    let mut given = BTreeMap::new();
    for field in people.fields() {
        let value = typed.iter().find(|(name, _)| *name == field.id).map_or("", |(_, value)| value.trim());
        if value.is_empty() && field.required {
            return Err(Refusal::field("extra", format!("Fill in «{}».", field.says)));
        }
        if !value.is_empty() {
            given.insert(field.id.as_str(), text::line("extra", value, 200)?);
        }
    }
    if given.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(&given).map_err(|_| Refusal::field("extra", "This cannot be kept."))?;
    Ok(Some(Personal::new(text)))
}

/// Changes what I gave.
///
/// # Errors
/// A refusal that names the field.
pub async fn change_fields(ctx: &Context, me: &SignedIn, typed: &Typed) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Change, "person", "account")).await?;
    let extra = Some(checked(grant.book(), typed)?);
    people::change(&grant, Change { extra, ..Change::default() }).await?;
    drop(grant);
    Ok(tx.commit().await?)
}
