//! The clocks of privacy requests: from when, by when, and why.
//!
//! A [`Terms`] says what is asked, under which laws and promises, and in whose days. A [`Clock`] is opened by the
//! receipt of the request and moved by what happens to it; [`Clock::state`] answers what is due next, until when, by
//! which rule and article. Every limit counts for itself and the earliest counts for the house, so that a promise can
//! be stricter than the law, and an unclear residence can be met by all laws at once.
//!
//! What is kept is what happened; dates are always computed from it ([`Clock::replay`]). Pure: time, time zone and
//! public holidays are arguments. Where a law leaves room and nobody has decided, the reading that ends earlier is
//! taken, and the constant says so.

mod count;
mod due;
mod duty;
mod error;
mod events;
mod holidays;
mod period;
mod regime;
mod terms;
mod track;
mod yearly;

#[cfg(test)]
mod tests;

pub use due::{By, Due, Step, Why};
pub use duty::{Duty, Effect, Extension, Hold, Need, Reason, Stage};
pub use error::Error;
pub use events::{Clock, Event, State};
pub use holidays::Holidays;
pub use period::Period;
pub use regime::{Matter, Regime};
pub use terms::{Law, Promise, Terms};
pub use yearly::once_a_calendar_year;
