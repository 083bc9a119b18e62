//! California, Canada, Quebec, and the calendar days of Brazil and India.

use super::*;
use crate::clock::Event::{Acknowledged, Answered, Extended, Paused, Resumed};
use crate::clock::Need::Identity;
use crate::clock::Reason::{Complexity, Consultation};

fn california(matter: Matter) -> Terms {
    terms(Regime::California, matter)
}

#[test]
fn california_confirms_in_ten_business_days() {
    let due = |received, expected, why| check(&california(Matter::Access), received, &[], expected, why);
    due("2026-12-21T10:00", "acknowledge 2027-01-06", "across Christmas and New Year: 11 CCR §7021(a)");
    due("2026-09-04T10:00", "acknowledge 2026-09-21", "Labor Day is no business day: 11 CCR §7021(a)");
    due("2026-06-01T10:00", "acknowledge 2026-06-15", "two weeks without a holiday");
    for matter in [Matter::Rectification, Matter::Erasure, Matter::Portability] {
        check(
            &california(matter),
            "2026-06-01T10:00",
            &[],
            "acknowledge 2026-06-15",
            "know, delete, correct",
        );
    }
}

#[test]
fn california_answers_in_45_calendar_days() {
    let due = |received: &str, expected, why| {
        check(&california(Matter::Access), received, &[(received, Acknowledged)], expected, why);
    };
    due("2026-12-21T10:00", "answer 2027-02-04", "45 calendar days from receipt: 11 CCR §7021(b)");
    due("2027-01-01T10:00", "answer 2027-02-15", "Presidents' Day is a calendar day like any other");
    due("2028-01-20T10:00", "answer 2028-03-05", "across a leap day, ending on a Sunday that stays");
    due("2026-03-07T23:59", "answer 2026-04-21", "a minute before midnight in California is still that day");
    due("2026-03-08T07:59Z", "answer 2026-04-21", "the same minute told in UTC, where it is the next day");
}

#[test]
fn california_extends_to_ninety_days_from_receipt() {
    check(
        &california(Matter::Access),
        "2026-12-21T10:00",
        &[("2026-12-22T10:00", Acknowledged), ("2027-02-04T10:00", Extended(Complexity))],
        "answer after extension 2027-03-21",
        "90 days at most, a Sunday that stays: 11 CCR §7021(b)",
    );
}

#[test]
fn californias_clock_never_stops() {
    let terms = eu(Matter::Access).under(Law::new(Regime::California, holidays(AMERICA)));
    let asked = [("2026-06-02T10:00", Acknowledged), ("2026-06-03T10:00", Paused(Identity))];
    check(
        &terms,
        "2026-06-01T10:00",
        &asked,
        "answer 2026-07-16",
        "the GDPR waits for identity, California does not: 11 CCR §7021(b)",
    );
    let given = [asked.as_slice(), &[("2026-06-10T10:00", Resumed(Identity))]].concat();
    check(
        &terms,
        "2026-06-01T10:00",
        &given,
        "answer 2026-07-08",
        "then the GDPR's month is the earlier again",
    );
}

#[test]
fn an_answer_confirms_too() {
    let access = california(Matter::Access);
    check(&access, "2026-06-01T10:00", &[("2026-06-10T10:00", Answered)], "answered, 0 late", "in ten days");
    check(
        &access,
        "2026-06-01T10:00",
        &[("2026-07-01T10:00", Answered)],
        "answered, 1 late",
        "answered in time, but nobody confirmed the receipt: 11 CCR §7021(a)",
    );
    let clock = run(&access, "2026-06-01T10:00", &[("2026-06-10T10:00", Answered)]).unwrap();
    assert_eq!(clock.dues(), []);
    assert_eq!(clock.late(at(&access, "2027-06-01T10:00")), [], "what is answered does not grow late");
}

#[test]
fn an_opt_out_takes_fifteen_business_days() {
    for matter in [Matter::OptOut, Matter::LimitSensitive] {
        let terms = california(matter);
        check(
            &terms,
            "2026-12-21T10:00",
            &[],
            "answer 2027-01-13",
            "across two holidays: 11 CCR §7026(f), §7027",
        );
        check(&terms, "2026-05-23T10:00", &[], "answer 2026-06-15", "from a Saturday, past Memorial Day");
    }
    let light = california(Matter::MarketingDisclosures);
    check(&light, "2026-06-15T10:00", &[], "answer 2026-07-15", "30 days: Civ. Code §1798.83(b)");
}

#[test]
fn canada_and_quebec_count_thirty_days() {
    let canada = terms(Regime::Canada, Matter::Access);
    check(&canada, "2026-01-31T10:00", &[], "answer 2026-03-02", "30 days: PIPEDA s. 8(3)");
    check(
        &canada,
        "2026-01-31T10:00",
        &[("2026-03-02T10:00", Extended(Consultation))],
        "answer after extension 2026-04-01",
        "30 more from the first 30, whenever the notice went out: PIPEDA s. 8(4)",
    );
    let quebec = terms(Regime::Quebec, Matter::Erasure);
    check(&quebec, "2026-12-02T10:00", &[], "answer 2027-01-01", "New Year stays: P-39.1 s. 32");
}

#[test]
fn brazil_and_india_count_days() {
    check(
        &terms(Regime::Brazil, Matter::Access),
        "2026-12-18T10:00",
        &[],
        "answer 2027-01-02",
        "LGPD Art. 19 II",
    );
    check(
        &terms(Regime::India, Matter::Complaint),
        "2026-11-15T10:00",
        &[],
        "answer 2027-02-13",
        "DPDP Rule 14",
    );
}
