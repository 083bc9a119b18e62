//! Dated cases: what came when, what happened, when it is due, and why. The dates were reckoned apart from this code:
//! by hand, from the regulators' own examples, and with another calendar library.

mod america;
mod europe;
mod kingdom;
mod promises;
mod properties;
mod refusals;
mod yearly;

use super::{Clock, Error, Event, Holidays, Law, Matter, Regime, State, Terms};
use domain::time::Instant;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const LONDON: &str = "GMT0BST,M3.5.0/1,M10.5.0";
const LOS_ANGELES: &str = "PST8PDT,M3.2.0,M11.1.0";
const TORONTO: &str = "EST5EDT,M3.2.0,M11.1.0";
const SAO_PAULO: &str = "<-03>3";
const KOLKATA: &str = "IST-5:30";

/// Public holidays in the whole of Germany.
const GERMANY: &[&str] = &[
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-01",
    "2026-05-14",
    "2026-05-25",
    "2026-10-03",
    "2026-12-25",
    "2026-12-26",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
    "2027-05-01",
    "2027-05-06",
    "2027-05-17",
    "2027-10-03",
    "2027-12-25",
    "2027-12-26",
    "2028-01-01",
];
/// Bank holidays in England and Wales.
const ENGLAND: &[&str] = &[
    "2024-01-01",
    "2024-12-25",
    "2024-12-26",
    "2025-01-01",
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
];
/// Federal holidays of the United States.
const AMERICA: &[&str] = &[
    "2026-01-01",
    "2026-01-19",
    "2026-02-16",
    "2026-05-25",
    "2026-06-19",
    "2026-07-03",
    "2026-09-07",
    "2026-10-12",
    "2026-11-11",
    "2026-11-26",
    "2026-12-25",
    "2027-01-01",
    "2027-01-18",
    "2027-02-15",
];

fn zone(posix: &str) -> TimeZone {
    TimeZone::posix(posix).unwrap()
}

fn holidays(dates: &[&str]) -> Holidays {
    Holidays::new(dates.iter().map(|date| date.parse::<Date>().unwrap()))
}

fn terms(regime: Regime, matter: Matter) -> Terms {
    let (posix, dates) = match regime {
        Regime::Gdpr | Regime::Switzerland => (BERLIN, GERMANY),
        Regime::UkGdpr => (LONDON, ENGLAND),
        Regime::California => (LOS_ANGELES, AMERICA),
        Regime::Canada | Regime::Quebec => (TORONTO, [].as_slice()),
        Regime::Brazil => (SAO_PAULO, [].as_slice()),
        Regime::India => (KOLKATA, [].as_slice()),
    };
    Terms::new(matter, zone(posix)).under(Law::new(regime, holidays(dates)))
}

fn eu(matter: Matter) -> Terms {
    terms(Regime::Gdpr, matter)
}

/// A time where the controller is, or in UTC if it ends with Z.
fn at(terms: &Terms, text: &str) -> Instant {
    let timestamp = if text.ends_with('Z') {
        text.parse().unwrap()
    } else {
        text.parse::<DateTime>().unwrap().to_zoned(terms.zone.clone()).unwrap().timestamp()
    };
    Instant::from_micros(timestamp.as_microsecond())
}

fn run(terms: &Terms, received: &str, events: &[(&str, Event)]) -> Result<Clock, Error> {
    let events: Vec<_> = events.iter().map(|(when, event)| (at(terms, when), *event)).collect();
    Clock::replay(terms, at(terms, received), events)
}

fn told(state: &State) -> String {
    match state {
        State::Due(due) => format!("{} {}", due.stage, due.on),
        State::Waiting(needs) => {
            format!("waiting for {}", needs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and "))
        }
        State::Undated => "undated".to_owned(),
        State::Answered { late, .. } => format!("answered, {} late", late.len()),
    }
}

/// What is due after these events, and the reason why, which is there to be read and to name a failure.
#[track_caller]
fn check(terms: &Terms, received: &str, events: &[(&str, Event)], expected: &str, why: &str) {
    let state = run(terms, received, events).unwrap().state();
    assert_eq!(told(&state), expected, "{received}: {why}; reckoned: {state:?}");
}

/// The same, to the instant in UTC that is the first to be too late.
#[track_caller]
fn check_instant(terms: &Terms, received: &str, expected: &str, why: &str) {
    let dues = run(terms, received, &[]).unwrap().dues();
    let due = dues.first().unwrap();
    assert_eq!(due.at.to_string(), expected, "{received}: {why}; reckoned: {due:?}");
}

/// What is refused, as the person at the desk reads it.
#[track_caller]
fn refused(terms: &Terms, received: &str, events: &[(&str, Event)], expected: &str) {
    assert_eq!(run(terms, received, events).unwrap_err().to_string(), expected);
}
