//! What leaves the house: an envelope that holds exactly the fields `policy/egress.toml` lists for its
//! destination, and nothing else. Couriers and printers send only an [`Outbound`].

use crate::book::Book;
use crate::map::Column;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// `policy/egress.toml`, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Egress {
    /// Every place data may go, by name.
    pub destination: BTreeMap<String, Spanned<Destination>>,
}

impl Egress {
    /// The place of this name.
    pub fn place(&self, name: &str) -> Option<&Destination> {
        self.destination.get(name).map(Spanned::get_ref)
    }
}

/// A place data may go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// What it is, in words a person understands.
    pub says: String,
    /// Whether it stands in the house (a machine on the same network), so that nothing is disclosed to anyone.
    pub local: bool,
    /// The purpose for which it may be sent to.
    #[serde(rename = "for")]
    pub purpose: String,
    /// Every field it may be sent, and what each holds.
    pub field: BTreeMap<String, Column>,
}

/// A sealed envelope to one destination. Its fields are private and [`Outbound::to`] is the only way to make
/// one, so that a field nobody declared cannot be sent.
///
/// ```compile_fail
/// let forged = privacy::Outbound { destination: "printer-octoprint".into(), fields: Default::default() };
/// ```
#[derive(Debug)]
pub struct Outbound {
    destination: String,
    fields: BTreeMap<String, Vec<u8>>,
}

/// The envelope could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSendable {
    /// The destination is not in `policy/egress.toml`.
    #[error("nothing may be sent to `{0}`: policy/egress.toml does not list it")]
    Nowhere(String),
    /// The field is not listed for the destination.
    #[error("`{field}` may not be sent to `{destination}`: policy/egress.toml does not list it there")]
    Undeclared {
        /// Where to.
        destination: String,
        /// Which field.
        field: String,
    },
    /// The policy in force has no rule that lets the field's category serve the destination's purpose.
    #[error("the policy in force does not allow `{category}` to be sent to `{destination}`")]
    Forbidden {
        /// Where to.
        destination: String,
        /// Which category.
        category: String,
    },
}

impl Outbound {
    /// Puts these fields into an envelope to `destination`. A file that is streamed beside the envelope is
    /// declared by its field with no bytes.
    ///
    /// # Errors
    /// [`NotSendable`] if the destination or a field is not listed, or the policy forbids it.
    pub fn to<'a>(
        book: &Book,
        destination: &str,
        fields: impl IntoIterator<Item = (&'a str, Vec<u8>)>,
    ) -> Result<Self, NotSendable> {
        let Some(listed) = book.egress().place(destination) else {
            return Err(NotSendable::Nowhere(destination.to_owned()));
        };
        let mut kept = BTreeMap::new();
        for (name, value) in fields {
            let Some(column) = listed.field.get(name) else {
                return Err(NotSendable::Undeclared {
                    destination: destination.to_owned(),
                    field: name.to_owned(),
                });
            };
            if let Some(category) = column.category()
                && !book.allows(category, &listed.purpose)
            {
                return Err(NotSendable::Forbidden {
                    destination: destination.to_owned(),
                    category: category.to_owned(),
                });
            }
            kept.insert(name.to_owned(), value);
        }
        Ok(Self { destination: destination.to_owned(), fields: kept })
    }

    /// Where it goes.
    pub fn destination(&self) -> &str {
        &self.destination
    }
    /// A field's bytes.
    pub fn bytes(&self, field: &str) -> Option<&[u8]> {
        self.fields.get(field).map(Vec::as_slice)
    }
    /// A field as text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.bytes(field).and_then(|b| core::str::from_utf8(b).ok())
    }
    /// The names of the fields it holds.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Sources;

    #[test]
    fn holds_what_is_listed_and_nothing_else() {
        domain::proves!("FL-55", by = "privacy::outbound::Outbound::to");
        let book = Sources::built_in("house").unwrap().compile().unwrap();
        let good = Outbound::to(&book, "printer-simulated", [("file.reference", b"5f2c".to_vec())]).unwrap();
        assert_eq!(good.text("file.reference"), Some("5f2c"));
        let named = Outbound::to(&book, "printer-simulated", [("file.owner", b"Ada".to_vec())]);
        assert!(matches!(named, Err(NotSendable::Undeclared { field, .. }) if field == "file.owner"));
        let nowhere = Outbound::to(&book, "advertiser", []);
        assert!(matches!(nowhere, Err(NotSendable::Nowhere(_))));
    }
}
