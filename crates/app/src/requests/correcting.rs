//! Correcting what an account says of its owner, because they asked for it by form, mail or letter (GDPR Art. 16). Whoever has
//! signed in does it by themselves, in Settings.
//!
//! What was there before and what is there now both stand in the request, with who asked (AF-069); the answer says so (SP-35).
//! It is done under the name of whoever does it, and its owner reads so.

use super::staff::may;
use crate::accounts::door_anyone;
use crate::{Context, Error, Refusal, SignedIn, text};
use domain::ids::PersonId;
use domain::person::Reason;
use privacy::{Act, Personal, Whose};
use store::Tx;
use store::people::{self, Change};

/// The categories of what an account says of its owner.
pub(crate) const NAME: &str = "account.name";
pub(crate) const EMAIL: &str = "contact.email";

/// What of an account can be corrected for its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correctable {
    /// The name they go by.
    Name,
    /// Their address.
    Email,
}

impl Correctable {
    /// Everything that can be.
    pub const ALL: [Self; 2] = [Self::Name, Self::Email];

    /// The name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
        }
    }
    /// The category of what is corrected.
    const fn category(self) -> &'static str {
        match self {
            Self::Name => NAME,
            Self::Email => EMAIL,
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Name => "The name they go by",
            Self::Email => "The e-mail address",
        }
    }
}

/// Corrects it under this name, and says what became of what, in the words of the letter.
///
/// # Errors
/// A refusal that names the field; [`Refusal::NotFound`] if there is no such account.
pub(super) async fn correct(
    ctx: &Context,
    tx: &Tx,
    me: &SignedIn,
    account: PersonId,
    what: Correctable,
    value: &str,
) -> Result<String, Error> {
    let whose = Whose::Person(account);
    let value = match what {
        Correctable::Name => text::line("value", value, 80)?,
        Correctable::Email => text::email("value", value)?,
    };
    if what == Correctable::Email {
        let grant = tx.authorise(door_anyone("person")).await?;
        if people::by_email(&grant, &value).await?.is_some_and(|other| other != account) {
            return Err(Refusal::field("value", "This address cannot be used here.").into());
        }
    }
    let grant = tx.authorise_because(may(me, Act::Change, "person", whose), Reason::DataRequest).await?;
    let reading = tx.authorise_because(may(me, Act::Read, "person", whose), Reason::DataRequest).await?;
    let before = people::account(&reading).await?.ok_or(Refusal::NotFound)?;
    let new = Personal::new(value.clone());
    let (label, before, change) = match what {
        Correctable::Name => ("Your name", before.name, Change { name: Some(new), ..Change::default() }),
        Correctable::Email => {
            ("Your e-mail address", before.email, Change { email: Some(Some(new)), ..Change::default() })
        }
    };
    people::change(&grant, change).await?;
    drop((grant, reading));
    let done = became(label, before, &value);
    let done = done.ok_or_else(|| Refusal::field("value", "It reads so already."))?;
    super::after_correction(ctx, tx, account, what.category(), &done).await?;
    Ok(done)
}

/// What became of a value, in the words of the letter; nothing if it is the same.
pub(crate) fn became(label: &str, before: Option<Personal<String>>, now: &str) -> Option<String> {
    match before {
        Some(before) if before.reveal() == now => None,
        Some(before) => Some(format!("{label} is now “{now}”. It was “{}”.", before.reveal())),
        None => Some(format!("{label} is now “{now}”. There was none.")),
    }
}
