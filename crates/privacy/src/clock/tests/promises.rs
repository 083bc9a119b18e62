//! The company's own promises beside the law: the earlier counts.

use super::*;
use crate::clock::Event::{Answered, Extended, Paused, Resumed};
use crate::clock::Need::{Clarification, Identity};
use crate::clock::Reason;
use crate::clock::Reason::{Complexity, Consultation};
use crate::clock::{By, Period, Promise};

fn promised(terms: Terms, period: Period) -> Terms {
    terms.promising(Promise::new("answer", period))
}

fn alone(promise: Promise) -> Terms {
    Terms::new(Matter::ConsentWithdrawal, zone(BERLIN)).promising(promise)
}

#[test]
fn a_month_or_thirty_days_whichever_ends_first() {
    let terms = promised(eu(Matter::Access), Period::Days(30));
    let due = |received, expected, law: bool, why| {
        let clock = run(&terms, received, &[]).unwrap();
        let State::Due(due) = clock.state() else { panic!("{:?}", clock.state()) };
        assert_eq!(due.on.to_string(), expected, "{why}");
        assert_eq!(matches!(due.why.by, By::Law(_)), law, "{why}");
    };
    due("2026-07-20T10:00", "2026-08-19", false, "July has 31 days: the promise ends a day before the month");
    due("2027-02-01T10:00", "2027-03-01", true, "February has 28: GDPR Art. 12(3) ends first");
    due("2026-06-10T10:00", "2026-07-10", true, "June has 30: the same day");
    due("2027-01-31T10:00", "2027-03-01", true, "even moved to Monday the month ends before 2 March");
    due("2026-11-25T10:00", "2026-12-25", false, "the law moves past Christmas, a promise does not");
}

#[test]
fn a_promise_gives_way_only_if_it_says_so() {
    let strict = promised(eu(Matter::Access), Period::Days(30));
    let notice = [("2026-08-10T10:00", Extended(Complexity))];
    check(
        &strict,
        "2026-07-20T10:00",
        &notice,
        "answer 2026-08-19",
        "the law is extended, the promise is not",
    );
    let late = [notice.as_slice(), &[("2026-09-01T10:00", Answered)]].concat();
    check(
        &strict,
        "2026-07-20T10:00",
        &late,
        "answered, 1 late",
        "lawful by Art. 12(3), and yet a broken promise",
    );

    let kind = Promise::new("answer", Period::Days(30))
        .held_while_waiting()
        .extended_to(Period::Days(45), Reason::ALL);
    let kind = Terms::new(Matter::Access, zone(BERLIN)).promising(kind);
    let held = [("2026-06-03T10:00", Paused(Identity)), ("2026-06-10T10:00", Resumed(Identity))];
    check(&kind, "2026-06-01T10:00", &held, "answer 2026-07-08", "30 days and seven that it stood");
    check(
        &kind,
        "2026-06-01T10:00",
        &[("2026-07-01T10:00", Extended(Consultation))],
        "answer after extension 2026-07-16",
        "45 days in all, from receipt",
    );
    let odd = Promise::new("answer", Period::Days(30)).extended_to(Period::Days(10), Reason::ALL);
    check(
        &Terms::new(Matter::Access, zone(BERLIN)).promising(odd),
        "2026-06-01T10:00",
        &[("2026-06-02T10:00", Extended(Complexity))],
        "answer after extension 2026-07-01",
        "an extension never shortens",
    );
}

#[test]
fn seventy_two_hours_are_seventy_two_hours() {
    let terms = alone(Promise::new("print-data", Period::Hours(72)));
    let due = |received, expected, why| check_instant(&terms, received, expected, why);
    due(
        "2026-06-12T17:00",
        "2026-06-15T15:00:00Z",
        "from Friday evening to Monday evening: a weekend counts",
    );
    due("2026-03-27T12:00", "2026-03-30T11:00:00Z", "across the start of summer time: 13:00 on the wall");
    due("2026-10-23T12:00", "2026-10-26T10:00:00Z", "across its end: 11:00 on the wall");
    check(
        &terms,
        "2026-06-12T00:00",
        &[],
        "answer 2026-06-14",
        "ends as the 15th begins: the 14th is the last day",
    );
    let held = alone(Promise::new("print-data", Period::Hours(72)).held_while_waiting());
    let events = [("2026-06-12T18:00", Paused(Clarification)), ("2026-06-13T06:00", Resumed(Clarification))];
    let clock = run(&held, "2026-06-12T17:00", &events).unwrap();
    assert_eq!(clock.dues()[0].at.to_string(), "2026-06-16T03:00:00Z", "twelve hours that it stood");
}

#[test]
fn an_opt_out_in_fifteen_days_is_stricter_than_californias() {
    let terms = promised(terms(Regime::California, Matter::OptOut), Period::Days(15));
    check(&terms, "2026-12-21T10:00", &[], "answer 2027-01-05", "15 calendar days before 15 business days");
}

#[test]
fn business_days_stand_still_in_business_days() {
    let promise = Promise::new("desk", Period::BusinessDays(5)).held_while_waiting();
    let terms = alone(promise.clone());
    let events = [("2026-06-04T10:00", Paused(Identity)), ("2026-06-09T10:00", Resumed(Identity))];
    check(&terms, "2026-06-01T10:00", &[], "answer 2026-06-08", "Tuesday to Monday");
    check(
        &terms,
        "2026-06-01T10:00",
        &events,
        "answer 2026-06-11",
        "Friday, Monday and Tuesday are given back",
    );
    let terms = alone(promise.with_holidays(holidays(&["2026-06-08"])));
    check(&terms, "2026-06-01T10:00", &[], "answer 2026-06-09", "a holiday of the place is left out");
}

#[test]
fn the_strictest_of_all_laws_counts_where_residence_is_unclear() {
    let mut all = Terms::new(Matter::Access, zone(BERLIN));
    for regime in Regime::ALL {
        all = all.under(Law::new(*regime, Holidays::none()));
    }
    check(&all, "2026-06-01T10:00", &[], "acknowledge 2026-06-15", "California's confirmation first");
    let clock = run(&all, "2026-06-01T10:00", &[]).unwrap();
    assert_eq!(clock.dues()[1].why.by, By::Law(Regime::Brazil), "then 15 days: LGPD Art. 19 II");
    assert_eq!(clock.dues().len(), 9);
}

#[test]
fn an_alarm_knows_how_much_is_spent() {
    let terms = alone(Promise::new("print-data", Period::Hours(100)));
    let due = run(&terms, "2026-06-01T00:00Z", &[]).unwrap().dues().remove(0);
    let spent = |hours: i64| due.spent(due.from.plus_seconds(hours * 3600));
    assert_eq!([-1, 0, 50, 75, 90, 99, 100, 1000].map(spent), [0, 0, 50, 75, 90, 99, 100, 100]);
    assert!(!due.is_over(due.from.plus_seconds(100 * 3600 - 1)));
    assert!(due.is_over(due.at));
}
