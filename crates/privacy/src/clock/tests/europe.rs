//! GDPR Art. 12(3), counted by Regulation 1182/71 Art. 3, with the public holidays of Germany.

use super::*;
use crate::clock::Event::{Acknowledged, Answered, Extended, Paused, Resumed};
use crate::clock::Need::{Clarification, Identity};
use crate::clock::Reason::{Complexity, NumberOfRequests};

#[test]
fn a_month_ends_with_the_same_date_or_the_last_day() {
    let access = eu(Matter::Access);
    let due = |received, expected, why| check(&access, received, &[], expected, why);
    due("2026-06-10T10:00", "answer 2026-07-10", "same date of the next month: 1182/71 Art. 3(2)(c)");
    due("2026-08-31T10:00", "answer 2026-09-30", "September has no 31st: last day, Art. 3(2)(c)");
    due("2028-01-31T10:00", "answer 2028-02-29", "leap year: last day of February, Art. 3(2)(c)");
    due("2028-01-30T10:00", "answer 2028-02-29", "leap year: no 30 February, Art. 3(2)(c)");
    due("2028-01-29T10:00", "answer 2028-02-29", "leap year: the same date exists, Art. 3(2)(c)");
    due("2028-02-29T10:00", "answer 2028-03-29", "from a leap day: the same date, not the month's end");
    due("2027-01-31T10:00", "answer 2027-03-01", "28 Feb is a Sunday: Monday, Art. 3(4)");
    due("2027-01-30T10:00", "answer 2027-03-01", "no 30 February, then Sunday: Monday, Art. 3(2)(c) and (4)");
    due("2027-01-29T10:00", "answer 2027-03-01", "no 29 February in 2027, then Sunday: Monday");
    due("2027-01-28T10:00", "answer 2027-03-01", "28 Feb itself, a Sunday: Monday, Art. 3(4)");
}

#[test]
fn a_last_day_that_is_not_worked_gives_way() {
    let access = eu(Matter::Access);
    let due = |received, expected, why| check(&access, received, &[], expected, why);
    due("2027-01-27T10:00", "answer 2027-03-01", "a Saturday: Monday, Art. 3(4)");
    due("2026-12-01T10:00", "answer 2027-01-04", "New Year on a Friday: Monday, Art. 3(4)");
    due("2026-03-03T10:00", "answer 2026-04-07", "Good Friday: Tuesday after Easter Monday, Art. 3(4)");
    due("2026-03-05T10:00", "answer 2026-04-07", "Easter Sunday: Tuesday, Art. 3(4)");
    due("2026-11-24T10:00", "answer 2026-12-24", "Christmas Eve is no public holiday: it stays");
    due("2026-11-25T10:00", "answer 2026-12-28", "Christmas Day on a Friday: Monday, Art. 3(4)");
    due("2026-04-01T10:00", "answer 2026-05-04", "1 May on a Friday: Monday, Art. 3(4)");
    due("2026-04-25T10:00", "answer 2026-05-26", "Whit Monday: Tuesday, Art. 3(4)");
}

#[test]
fn every_right_of_articles_15_to_22_has_a_month() {
    check(&eu(Matter::Erasure), "2026-10-31T10:00", &[], "answer 2026-11-30", "Art. 17 by 12(3)");
    check(
        &eu(Matter::Portability),
        "2026-12-31T10:00",
        &[],
        "answer 2027-02-01",
        "Art. 20; 31 Jan is a Sunday",
    );
    for matter in
        [Matter::Rectification, Matter::Restriction, Matter::Objection, Matter::AutomatedDecisionReview]
    {
        check(&eu(matter), "2026-06-10T10:00", &[], "answer 2026-07-10", "Art. 16, 18, 21, 22 by 12(3)");
    }
}

#[test]
fn the_day_is_the_controllers() {
    let access = eu(Matter::Access);
    check(
        &access,
        "2026-06-30T23:59",
        &[],
        "answer 2026-07-30",
        "a minute before midnight is still that day",
    );
    check(
        &access,
        "2026-06-30T22:30Z",
        &[],
        "answer 2026-08-03",
        "in Berlin it is 1 July: 1 Aug, Saturday, Monday",
    );
    check_instant(&access, "2026-02-28T10:00", "2026-03-30T22:00:00Z", "ends at midnight of summer time");
    check_instant(&access, "2026-09-25T10:00", "2026-10-26T23:00:00Z", "ends at midnight of winter time");
}

#[test]
fn two_further_months_are_counted_from_receipt() {
    let access = eu(Matter::Access);
    let due = |received, notice, reason, expected, why| {
        check(&access, received, &[(notice, Extended(reason))], expected, why);
    };
    due(
        "2026-03-10T10:00",
        "2026-04-09T10:00",
        Complexity,
        "answer after extension 2026-06-10",
        "from receipt, not from the notice: Art. 12(3)",
    );
    due(
        "2026-01-31T10:00",
        "2026-02-20T10:00",
        Complexity,
        "answer after extension 2026-04-30",
        "three months from 31 January, not two from 28 February",
    );
    due(
        "2026-11-30T10:00",
        "2026-12-29T10:00",
        NumberOfRequests,
        "answer after extension 2027-03-01",
        "28 Feb 2027 is a Sunday: Art. 3(2)(c) and (4)",
    );
    due(
        "2026-06-15T10:00",
        "2026-07-15T23:59",
        NumberOfRequests,
        "answer after extension 2026-09-15",
        "the notice goes out in the last minute of the month: Art. 12(3)",
    );
    due(
        "2027-01-31T10:00",
        "2027-03-01T23:59",
        Complexity,
        "answer after extension 2027-04-30",
        "in time on the day to which the month has moved: Art. 3(4)",
    );
}

#[test]
fn time_stands_while_identity_or_scope_is_awaited() {
    let access = eu(Matter::Access);
    let due =
        |received, events: &[(&str, Event)], expected, why| check(&access, received, events, expected, why);
    let id = (Paused(Identity), Resumed(Identity));
    let scope = (Paused(Clarification), Resumed(Clarification));
    due(
        "2026-06-01T10:00",
        &[("2026-06-03T10:00", id.0)],
        "waiting for identity",
        "no day is known until the person answers: EDPB 01/2022",
    );
    due(
        "2026-06-01T10:00",
        &[("2026-06-03T10:00", id.0), ("2026-06-10T10:00", id.1)],
        "answer 2026-07-08",
        "seven days later than 1 July: EDPB 01/2022",
    );
    due(
        "2026-06-01T10:00",
        &[("2026-06-03T09:00", id.0), ("2026-06-03T15:00", id.1)],
        "answer 2026-07-01",
        "answered on the day of asking: nothing is gained",
    );
    due(
        "2026-01-31T10:00",
        &[("2026-02-25T10:00", id.0), ("2026-03-04T10:00", id.1)],
        "answer 2026-03-09",
        "across the month's end: 28 Feb and seven days, Saturday, Monday",
    );
    due(
        "2026-06-01T10:00",
        &[
            ("2026-06-03T10:00", id.0),
            ("2026-06-05T10:00", id.1),
            ("2026-06-10T10:00", scope.0),
            ("2026-06-15T10:00", scope.1),
        ],
        "answer 2026-07-08",
        "two questions, two days and five",
    );
    due(
        "2026-06-01T10:00",
        &[
            ("2026-06-03T10:00", id.0),
            ("2026-06-05T10:00", scope.0),
            ("2026-06-10T10:00", id.1),
            ("2026-06-16T10:00", scope.1),
        ],
        "answer 2026-07-14",
        "two questions at once stand for thirteen days, from the first to the last",
    );
    due(
        "2026-07-01T10:00",
        &[("2026-08-02T10:00", id.0), ("2026-08-05T10:00", id.1)],
        "answer 2026-08-06",
        "asked on the Sunday before a moved end: the one day left is left afterwards",
    );
    due(
        "2026-06-01T10:00",
        &[("2026-06-03T10:00", id.0), ("2026-06-10T10:00", id.1), ("2026-07-08T10:00", Extended(Complexity))],
        "answer after extension 2026-09-08",
        "the notice is in time by the moved end, and the pause counts in the longer period",
    );
}

#[test]
fn an_answer_ends_it_and_tells_what_was_late() {
    let access = eu(Matter::Access);
    check(&access, "2026-06-01T10:00", &[("2026-07-01T23:59", Answered)], "answered, 0 late", "last minute");
    check(
        &access,
        "2026-06-01T10:00",
        &[("2026-07-02T00:00", Answered)],
        "answered, 1 late",
        "the minute after",
    );
    check(
        &access,
        "2026-06-01T10:00",
        &[("2026-06-03T10:00", Paused(Identity)), ("2026-12-01T10:00", Answered)],
        "answered, 0 late",
        "refused because identity was never proved: Art. 12(6)",
    );
    check(
        &access,
        "2026-06-01T10:00",
        &[("2026-06-01T10:00", Acknowledged)],
        "answer 2026-07-01",
        "courtesy",
    );
}

#[test]
fn switzerland_counts_thirty_days() {
    for matter in [Matter::Access, Matter::Portability] {
        let terms = terms(Regime::Switzerland, matter);
        check(&terms, "2026-01-31T10:00", &[], "answer 2026-03-02", "30 days, not a month: DPO Art. 18(1)");
        check(&terms, "2026-12-02T10:00", &[], "answer 2027-01-01", "a holiday stays: no rule moves it");
    }
}

#[test]
fn the_reckoning_can_be_read() {
    let events = [
        ("2026-06-03T10:00", Paused(Identity)),
        ("2026-06-06T10:00", Resumed(Identity)),
        ("2026-07-01T10:00", Extended(Complexity)),
    ];
    let clock = run(&eu(Matter::Access), "2026-05-31T10:00", &events).unwrap();
    let State::Due(due) = clock.state() else { panic!("{:?}", clock.state()) };
    assert_eq!(
        due.why.to_string(),
        "gdpr: 3 months from 2026-05-31 (GDPR Art. 12(3)); extended for complexity (GDPR Art. 12(3)); held from \
         2026-06-03 to 2026-06-06, 3 day(s) later (GDPR Art. 12(6), EDPB Guidelines 01/2022)"
    );
    let clock = run(&eu(Matter::Access), "2027-01-31T10:00", &[]).unwrap();
    let State::Due(due) = clock.state() else { panic!("{:?}", clock.state()) };
    assert_eq!(
        due.why.to_string(),
        "gdpr: one month from 2027-01-31 (GDPR Art. 12(3)); the month ends before that date: its last day; 2027-02-28 \
         is not a working day: the next that is (Regulation 1182/71 Art. 3(4))"
    );
}
