//! UK GDPR Art. 12A, as the ICO counts it, with the bank holidays of England and Wales.

use super::*;
use crate::clock::Event::{Acknowledged, Extended, Paused, Resumed};
use crate::clock::Need::{Clarification, Fee, Identity};
use crate::clock::Reason::Complexity;

fn access() -> Terms {
    terms(Regime::UkGdpr, Matter::Access)
}

#[test]
fn the_corresponding_day_of_the_next_month() {
    let due = |received, expected, why| check(&access(), received, &[], expected, why);
    due(
        "2024-11-25T10:00",
        "answer 2024-12-27",
        "the ICO's example: both Christmas holidays are passed over",
    );
    due("2024-01-01T10:00", "answer 2024-02-01", "the ICO's example: received on a bank holiday");
    due("2025-09-03T10:00", "answer 2025-10-03", "the ICO's example: 3 September to 3 October");
    due(
        "2027-01-31T10:00",
        "answer 2027-03-01",
        "the ICO's example: last day of February, then the next Monday",
    );
    due(
        "2026-11-25T10:00",
        "answer 2026-12-29",
        "Boxing Day on a Saturday: its substitute Monday is passed over",
    );
    due("2026-09-25T10:00", "answer 2026-10-26", "the Sunday on which summer time ends: Monday");
    due("2026-06-14T23:30Z", "answer 2026-07-15", "in London it is 15 June already");
}

#[test]
fn the_month_starts_with_identity_and_fee() {
    let due =
        |events: &[(&str, Event)], expected, why| check(&access(), "2026-06-01T10:00", events, expected, why);
    due(
        &[("2026-06-02T10:00", Paused(Identity)), ("2026-06-20T10:00", Resumed(Identity))],
        "answer 2026-07-20",
        "a month from the identity: Art. 12A(2)(b)",
    );
    due(
        &[("2026-06-05T10:00", Paused(Fee)), ("2026-06-30T10:00", Resumed(Fee))],
        "answer 2026-07-30",
        "a month from the fee: Art. 12A(2)(c)",
    );
    due(
        &[
            ("2026-06-02T10:00", Paused(Identity)),
            ("2026-06-02T10:00", Paused(Fee)),
            ("2026-06-10T10:00", Resumed(Identity)),
            ("2026-06-15T10:00", Resumed(Fee)),
        ],
        "answer 2026-07-15",
        "the latest of the two: Art. 12A(2)",
    );
    due(
        &[
            ("2026-06-02T10:00", Paused(Identity)),
            ("2026-06-02T10:00", Paused(Fee)),
            ("2026-06-10T10:00", Resumed(Identity)),
        ],
        "waiting for fee",
        "one of the two is still owed: Art. 12A(2)",
    );
}

#[test]
fn days_of_clarification_do_not_count() {
    let due =
        |events: &[(&str, Event)], expected, why| check(&access(), "2026-06-01T10:00", events, expected, why);
    let (ask, get) = (Paused(Clarification), Resumed(Clarification));
    due(
        &[("2026-06-03T10:00", ask), ("2026-06-10T10:00", get)],
        "answer 2026-07-09",
        "eight days, that of asking and that of the answer included: Art. 12A(5)",
    );
    due(
        &[("2026-06-03T09:00", ask), ("2026-06-03T15:00", get)],
        "answer 2026-07-02",
        "the one day begins and ends with itself: Art. 12A(5)",
    );
    due(
        &[("2026-06-01T12:00", ask), ("2026-06-04T10:00", get)],
        "answer 2026-07-06",
        "the day of receipt is not counted anyway: three days, Saturday, Monday",
    );
    due(
        &[
            ("2026-06-03T10:00", ask),
            ("2026-06-05T10:00", get),
            ("2026-06-05T11:00", ask),
            ("2026-06-08T10:00", get),
        ],
        "answer 2026-07-07",
        "a day that two questions share is left out once: six days",
    );
    due(
        &[
            ("2026-06-02T10:00", ask),
            ("2026-06-03T10:00", Paused(Identity)),
            ("2026-06-04T10:00", get),
            ("2026-06-10T10:00", Resumed(Identity)),
        ],
        "answer 2026-07-10",
        "what was clarified before the month began costs nothing: Art. 12A(2) and (5)",
    );
    due(
        &[("2026-06-03T10:00", ask), ("2026-06-10T10:00", get), ("2026-07-09T10:00", Extended(Complexity))],
        "answer after extension 2026-09-09",
        "the days count neither in the month for the notice nor in the three: Art. 12A(3) to (5)",
    );
}

#[test]
fn a_complaint_is_acknowledged_in_thirty_days() {
    let complaint = terms(Regime::UkGdpr, Matter::Complaint);
    check(
        &complaint,
        "2026-06-19T10:00",
        &[],
        "acknowledge 2026-07-19",
        "a Sunday, not moved: s. 164A DPA 2018",
    );
    check(
        &complaint,
        "2026-06-19T10:00",
        &[("2026-06-22T10:00", Acknowledged)],
        "undated",
        "then without undue delay, which is no number",
    );
}
