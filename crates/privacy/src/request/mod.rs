//! A request about one's own data, from its receipt to its answer: where it stands, what may come next, and by when.
//!
//! A [`Case`] is what happened to a request, told again in order; its state is computed from that and is never set. It
//! never lets anything be carried out or handed over before it is known who asks and a named person has decided, never
//! lets a request be refused without a ground of the closed list, and never closes it without an answer. Pure.

mod amends;
mod case;
mod ground;
mod happened;
mod region;

#[cfg(test)]
mod tests;

pub use amends::Amends;
pub use case::{Case, State, Wrong};
pub use ground::Ground;
pub use happened::{ByNobody, Happened, decided_by};
pub use region::Region;

use crate::book::Book;
use crate::clock::{Clock, Error, Holidays, Law, Matter, Period, Promise, Reason, Terms};
use core::str::FromStr;
use domain::time::Instant;
use jiff::Span;
use jiff::tz::TimeZone;

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Came {
    /// From somebody who has signed in.
    Page,
    /// By the form that needs no account.
    Form,
    /// By e-mail, entered by staff.
    Mail,
    /// By telephone, entered by staff.
    Phone,
    /// By letter, entered by staff.
    Post,
    /// At a place that is no channel for requests (a chat, a fair), entered by staff (AF-080).
    Elsewhere,
    /// The house noticed by itself what is to be done, and nobody asked (AF-122).
    Noticed,
}

impl Came {
    /// Every way.
    pub const ALL: [Self; 7] =
        [Self::Page, Self::Form, Self::Mail, Self::Phone, Self::Post, Self::Elsewhere, Self::Noticed];
    /// The ways of what staff enters.
    pub const ENTERED: [Self; 5] = [Self::Mail, Self::Phone, Self::Post, Self::Elsewhere, Self::Noticed];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Form => "form",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::Post => "post",
            Self::Elsewhere => "elsewhere",
            Self::Noticed => "noticed",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Page => "on the privacy page",
            Self::Form => "by the form without an account",
            Self::Mail => "by e-mail",
            Self::Phone => "by telephone",
            Self::Post => "by letter",
            Self::Elsewhere => "at a place that is not for requests",
            Self::Noticed => "noticed by this house",
        }
    }
}

/// A word that is not one of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such word in this list")]
pub struct Unknown;

impl FromStr for Came {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|came| came.name() == text).ok_or(Unknown)
    }
}

/// What somebody asks for, as they would say it.
pub const fn says(matter: Matter) -> &'static str {
    match matter {
        Matter::Access => "To know what you hold about me, and to have a copy",
        Matter::Rectification => "To have something about me corrected or completed",
        Matter::Erasure => "To have data about me erased",
        Matter::Restriction => "To have my data kept but not used",
        Matter::Portability => "To take my data elsewhere",
        Matter::Objection => "To object to a use of my data",
        Matter::AutomatedDecisionReview => "To have a person look at an automatic decision",
        Matter::ConsentWithdrawal => "To withdraw a consent",
        Matter::OptOut => "To opt out of any sale or sharing of my data",
        Matter::LimitSensitive => "To limit the use of sensitive data about me",
        Matter::MarketingDisclosures => "To know to whom my data went for their marketing",
        Matter::Complaint => "To complain about how my data is handled",
        Matter::Question => "To ask something about the privacy notice, or about how data is handled",
        Matter::ChildReport => "To report that data of a child may be held here",
        Matter::TransferRights => "To use a right that the clauses of a transfer abroad give me",
        Matter::Recipients => "To tell those who received something about me that it was corrected",
    }
}

/// The matter of this name.
///
/// # Errors
/// [`Unknown`].
pub fn matter(name: &str) -> Result<Matter, Unknown> {
    Matter::ALL.iter().copied().find(|matter| matter.to_string() == name).ok_or(Unknown)
}

/// Whether it must be known who asks. An opt-out and a limit need no proof (11 CCR 7060(b)); anybody may complain, ask a
/// question, or report that data of a child is held.
pub const fn needs_identity(matter: Matter) -> bool {
    !matches!(matter, Matter::OptOut | Matter::LimitSensitive) && !is_answered(matter)
}

/// Whether somebody who asks for another must show that they may: wherever the law gives a right to one person.
pub const fn needs_authority(matter: Matter) -> bool {
    !is_answered(matter)
}

/// Whether it is looked into and answered, and is nothing that a law lets the house refuse.
pub const fn is_answered(matter: Matter) -> bool {
    matches!(matter, Matter::Complaint | Matter::Question | Matter::ChildReport | Matter::Recipients)
}

/// Whether somebody can ask for it; the house does the rest by itself.
pub const fn can_be_asked(matter: Matter) -> bool {
    !matches!(matter, Matter::Recipients)
}

/// Whether whoever asks leaves an address only if they want an answer: for a report about a child no more is asked for than
/// what it takes to find the data (AF-123).
pub const fn needs_no_address(matter: Matter) -> bool {
    matches!(matter, Matter::ChildReport)
}

/// What the deadlines of a request depend on: the laws of where the person lives, and what the policy promises. Where it is
/// not known where they live every law counts, and so the earliest limit.
pub fn terms(book: &Book, matter: Matter, region: Region) -> Terms {
    let laws = region.laws().iter().map(|regime| Law::new(*regime, Holidays::none()));
    let terms = laws.fold(Terms::new(matter, TimeZone::UTC), Terms::under);
    let asked = &book.profile().requests;
    let mut promises = Vec::new();
    // Where nobody knows whose law counts, there is none that could override.
    let overridden = asked.local_law_overrides && region != Region::Unknown && terms.law_sets_the_answer();
    if let Some(deadline) = period_of(asked.deadline.as_ref()).filter(|_| !overridden) {
        let promise = Promise::new("deadline", deadline);
        promises.push(match period_of(asked.extension.as_ref()) {
            Some(more) => promise.extended_to(both(deadline, more), REASONS),
            None => promise,
        });
    }
    if let Some(limit) = period_of(asked.sale_opt_out.as_ref()).filter(|_| matter == Matter::OptOut) {
        promises.push(Promise::new("sale_opt_out", limit));
    }
    promises.extend(target(book, matter).map(|target| Promise::new("target", target)));
    if matter == Matter::ChildReport {
        promises.push(Promise::new("child_data", child_data(book)));
    }
    if promises.is_empty() && region.laws().iter().all(|law| law.duties(matter).is_empty()) {
        // No law names a day and the policy is silent: the strict default, which the notice states.
        promises.push(Promise::new("deadline", Period::Months(1)));
    }
    promises.into_iter().fold(terms, Terms::promising)
}

/// Within which time the house means to have corrected or erased, where its policy says so (FL-96).
fn target(book: &Book, matter: Matter) -> Option<Period> {
    let promptly = matches!(matter, Matter::Rectification | Matter::Erasure);
    period_of(book.profile().requests.target.as_ref()).filter(|_| promptly)
}

/// Within which time data of a child goes once it is known of (AF-122); where the policy is silent, a week.
pub fn child_data(book: &Book) -> Period {
    period_of(book.profile().requests.child_data.as_ref()).unwrap_or(Period::Days(7))
}

fn period_of(text: Option<&toml::Spanned<String>>) -> Option<Period> {
    text.and_then(|text| period(text.get_ref()))
}

/// Why a company puts off an answer that it promised: what the GDPR allows, and no more (AF-084).
const REASONS: &[Reason] = &[Reason::Complexity, Reason::NumberOfRequests];

/// The clock of a request after all that has happened to it. What has happened stands, also where the rules of today would
/// not have let it happen: they can change while a request is open.
///
/// # Errors
/// No day can be told at all.
pub fn clock<'a>(
    terms: &Terms,
    received: Instant,
    events: impl IntoIterator<Item = (Instant, &'a Happened)>,
) -> Result<Clock, Error> {
    let mut clock = Clock::received(terms, received)?;
    for (at, happened) in events {
        // One that moves nothing by these rules moves nothing.
        let _ = happened.for_the_clock().map(|event| clock.apply(at, event));
    }
    Ok(clock)
}

/// Lets this happen now.
///
/// # Errors
/// The rules of today do not let it: a notice of extension that is too late, say.
pub fn goes_on(clock: &mut Clock, at: Instant, happened: Happened) -> Result<(), Error> {
    let Some(Err(error)) = happened.for_the_clock().map(|event| clock.apply(at, event)) else {
        return Ok(());
    };
    match error {
        // Under this law time goes on while something is asked for; and to be told twice that it arrived does no harm.
        Error::CannotPause(_)
        | Error::PausedTooLate(_)
        | Error::AlreadyPaused(_)
        | Error::NotPaused(_)
        | Error::AlreadyAcknowledged(_) => Ok(()),
        error => Err(error),
    }
}

/// An ISO 8601 period of the policy as deadlines count it.
fn period(text: &str) -> Option<Period> {
    let span: Span = text.parse().ok()?;
    let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let whole = |n: i64| u16::try_from(n).ok();
    match (months, days, i64::from(span.get_hours())) {
        (0, 0, 0) => None,
        (months, 0, 0) => whole(months).map(Period::Months),
        (0, days, 0) => whole(days).map(Period::Days),
        (0, 0, hours) => whole(hours).map(Period::Hours),
        // A mixture is counted in days, the month at its shortest: the earlier end.
        (months, days, hours) => whole(months * 28 + days + hours / 24).map(Period::Days),
    }
}

/// The whole time with its extension.
fn both(first: Period, more: Period) -> Period {
    match (first, more) {
        (Period::Months(a), Period::Months(b)) => Period::Months(a.saturating_add(b)),
        (Period::Days(a), Period::Days(b)) => Period::Days(a.saturating_add(b)),
        // What cannot be added up is not extended.
        _ => first,
    }
}
