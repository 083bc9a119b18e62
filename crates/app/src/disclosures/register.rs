//! Who outside the house may receive something today, by the policy's register of recipients: a place that data is sent to is
//! used only while it stands there with a contract that runs, the data that it may get, and what makes a transfer safe (KA-27,
//! KA-28, AF-107, FL-72).

use crate::{Context, Mail};
use domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use privacy::{Column, Destination, Idle, Profile, Recipient};

/// The class of those who carry letters, and the place that letters are sent to.
pub(crate) const MAIL: &str = "mail";
/// Letters that the house writes by itself, through the same server.
pub(crate) const NOTICE: &str = "mail-notice";

/// Why nobody carries letters for this house today.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCarried {
    /// The register names nobody of this class.
    #[error(
        "the policy names nobody who carries letters: add a [[recipient]] of class \"mail\" with its contract, or say \
         --mail-own if the mail server is this house's own"
    )]
    NotRegistered,
    /// It is registered, and may receive nothing today.
    #[error("{0} carries no letters: {1}")]
    Idle(String, Idle),
    /// It may not receive what a letter holds.
    #[error("{0} carries no letters: the register does not let it receive `{1}` for `{2}`")]
    NotGiven(String, String, String),
}

/// The recipient who may carry letters today.
///
/// # Errors
/// [`NotCarried`]: why nobody may.
pub fn carrier(ctx: &Context) -> Result<String, NotCarried> {
    let book = ctx.store.book();
    let places = [MAIL, NOTICE].map(|name| book.egress().place(name));
    let today = day(ctx.store.clock().now());
    let mut why = NotCarried::NotRegistered;
    for recipient in book.profile().recipients().filter(|r| r.class == MAIL) {
        match places.iter().flatten().try_for_each(|place| carries(book.profile(), recipient, place, today)) {
            Ok(()) => return Ok(recipient.id.get_ref().clone()),
            Err(not) => why = not,
        }
    }
    Err(why)
}

fn carries(
    profile: &Profile,
    recipient: &Recipient,
    place: &Destination,
    today: Date,
) -> Result<(), NotCarried> {
    let name = || recipient.name.clone();
    profile.may_receive(recipient, today).map_err(|why| NotCarried::Idle(name(), why))?;
    let serves = recipient.purposes.iter().any(|purpose| *purpose.get_ref() == place.purpose);
    let receives =
        |category: &&str| serves && recipient.receives.iter().any(|known| known.get_ref() == category);
    match place.field.values().filter_map(Column::category).find(|category| !receives(category)) {
        Some(category) => Err(NotCarried::NotGiven(name(), category.to_owned(), place.purpose.clone())),
        None => Ok(()),
    }
}

/// What the console says of it, to whoever runs the house: a mail server is set, and nobody may carry letters.
pub fn silent(ctx: &Context) -> Option<String> {
    let registered = ctx.mail == Mail::Registered;
    carrier(ctx).err().filter(|_| registered).map(|why| format!("letters are for staff to send: {why}"))
}

/// The day of an instant, by which contracts and safeguards end.
pub fn day(instant: Instant) -> Date {
    instant.timestamp().to_zoned(TimeZone::UTC).date()
}
