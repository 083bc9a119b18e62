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

/// The place that people who sign in elsewhere are sent to.
pub(crate) const PROVIDER: &str = "sign-in-provider";

/// What somebody else may do for the house, if the register of recipients names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Carry letters.
    Mail,
    /// Say who somebody is who signs in.
    SignIn,
}

impl Service {
    /// Of which class whoever does it is in the register.
    const fn class(self) -> &'static str {
        match self {
            Self::Mail => MAIL,
            Self::SignIn => "identity",
        }
    }

    /// Where data goes for it.
    const fn places(self) -> &'static [&'static str] {
        match self {
            Self::Mail => &[MAIL, NOTICE],
            Self::SignIn => &[PROVIDER],
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Mail => "carries letters",
            Self::SignIn => "says who signs in",
        }
    }

    const fn not_done(self) -> &'static str {
        match self {
            Self::Mail => "carries no letters",
            Self::SignIn => "says of nobody who they are",
        }
    }

    /// What the operator says of a server of the house's own.
    const fn own(self) -> &'static str {
        match self {
            Self::Mail => "--mail-own if the mail server is this house's own",
            Self::SignIn => "--sign-in-own if the provider is this house's own",
        }
    }
}

/// Why nobody does something for this house today.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotServed {
    /// The register names nobody of this class.
    #[error("the policy names nobody who {done}: add a [[recipient]] of class \"{class}\" with its contract, or say {own}",
        done = .0.done(), class = .0.class(), own = .0.own())]
    NotRegistered(Service),
    /// It is registered, and may receive nothing today.
    #[error("{1} {not_done}: {2}", not_done = .0.not_done())]
    Idle(Service, String, Idle),
    /// It is registered for something else.
    #[error("{1} {not_done}: the register does not name it for `{2}`", not_done = .0.not_done())]
    NotFor(Service, String, String),
    /// It may not receive what it would need.
    #[error("{1} {not_done}: the register does not let it receive `{2}` for `{3}`", not_done = .0.not_done())]
    NotGiven(Service, String, String, String),
}

/// The recipient who may carry letters today.
///
/// # Errors
/// [`NotServed`]: why nobody may.
pub fn carrier(ctx: &Context) -> Result<String, NotServed> {
    serves(ctx, Service::Mail)
}

/// The recipient who may do this for the house today.
///
/// # Errors
/// [`NotServed`]: why nobody may.
pub fn serves(ctx: &Context, service: Service) -> Result<String, NotServed> {
    let book = ctx.store.book();
    let today = day(ctx.store.clock().now());
    let mut why = NotServed::NotRegistered(service);
    for recipient in book.profile().recipients().filter(|r| r.class == service.class()) {
        let mut places = service.places().iter().filter_map(|name| book.egress().place(name));
        match places.try_for_each(|place| may(book.profile(), recipient, service, place, today)) {
            Ok(()) => return Ok(recipient.id.get_ref().clone()),
            Err(not) => why = not,
        }
    }
    Err(why)
}

fn may(
    profile: &Profile,
    recipient: &Recipient,
    service: Service,
    place: &Destination,
    today: Date,
) -> Result<(), NotServed> {
    let name = || recipient.name.clone();
    profile.may_receive(recipient, today).map_err(|why| NotServed::Idle(service, name(), why))?;
    if recipient.purposes.iter().all(|purpose| *purpose.get_ref() != place.purpose) {
        return Err(NotServed::NotFor(service, name(), place.purpose.clone()));
    }
    let receives = |category: &&str| recipient.receives.iter().any(|known| known.get_ref() == category);
    match place.field.values().filter_map(Column::category).find(|category| !receives(category)) {
        Some(category) => {
            Err(NotServed::NotGiven(service, name(), category.to_owned(), place.purpose.clone()))
        }
        None => Ok(()),
    }
}

/// Whether whoever carries letters today may carry them to people with whom nothing was agreed: not where their country lies abroad
/// and a contract with each person is all that makes a transfer there safe (FL-75).
pub(crate) fn carries_for_anybody(ctx: &Context) -> bool {
    let (profile, today) = (ctx.store.book().profile(), day(ctx.store.clock().now()));
    let carrier = carrier(ctx).ok();
    let entry = profile.recipients().find(|known| Some(known.id.get_ref()) == carrier.as_ref());
    entry.is_some_and(|entry| !profile.rests_on_contract(entry, today))
}

/// Who receives data abroad on nothing but what is agreed with each person: told before they accept anything (FL-75).
pub fn under_contract(ctx: &Context) -> Vec<(String, String)> {
    let (profile, today) = (ctx.store.book().profile(), day(ctx.store.clock().now()));
    let active = profile.recipients().filter(|entry| profile.may_receive(entry, today).is_ok());
    let abroad = active.filter(|entry| profile.rests_on_contract(entry, today));
    abroad.map(|entry| (entry.name.clone(), entry.country.get_ref().clone())).collect()
}

/// What the console says of it, to whoever runs the house: a mail server is set, and nobody may carry letters.
pub fn silent(ctx: &Context) -> Option<String> {
    let registered = ctx.mail == Mail::Registered;
    carrier(ctx).err().filter(|_| registered).map(|why| format!("letters are for staff to send: {why}"))
}

/// The same of a provider by which people would sign in.
pub fn unsaid(ctx: &Context) -> Option<String> {
    let others = ctx.elsewhere.as_ref().is_some_and(|elsewhere| !elsewhere.own);
    let why = serves(ctx, Service::SignIn).err().filter(|_| others);
    why.map(|why| format!("nobody signs in by another service: {why}"))
}

/// The day of an instant, by which contracts and safeguards end.
pub fn day(instant: Instant) -> Date {
    instant.timestamp().to_zoned(TimeZone::UTC).date()
}
