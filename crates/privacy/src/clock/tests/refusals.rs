//! What cannot have happened, or may not: each refusal says what to do, and leaves the clock as it was.

use super::*;
use crate::clock::Event::{Acknowledged, Answered, Extended, Paused, Resumed};
use crate::clock::Need::{Clarification, Fee, Identity};
use crate::clock::Reason::{Complexity, Consultation};
use crate::clock::{Period, Promise};

const DAY: &str = "2026-06-01T10:00";

#[test]
fn extensions() {
    let access = eu(Matter::Access);
    refused(
        &access,
        DAY,
        &[("2026-06-20T10:00", Extended(Complexity)), ("2026-06-21T10:00", Extended(Complexity))],
        "the deadline was extended at 2026-06-20T08:00:00Z, and once only; answer within it",
    );
    refused(
        &access,
        DAY,
        &[("2026-07-02T00:00", Extended(Complexity))],
        "the first deadline ended at 2026-07-01T22:00:00Z, too late for a notice of extension; answer now",
    );
    refused(
        &access,
        DAY,
        &[("2026-06-20T10:00", Extended(Consultation))],
        "`consultation` is no reason to extend here; the law knows: complexity, number of requests",
    );
    for terms in [terms(Regime::Quebec, Matter::Access), terms(Regime::California, Matter::OptOut)] {
        refused(
            &terms,
            DAY,
            &[("2026-06-02T10:00", Extended(Complexity))],
            "no rule here can be extended; answer in time",
        );
    }
}

#[test]
fn pauses() {
    let access = eu(Matter::Access);
    refused(
        &access,
        DAY,
        &[("2026-06-02T10:00", Resumed(Identity))],
        "the person was not asked for this (identity); record the question before the answer",
    );
    refused(
        &access,
        DAY,
        &[("2026-06-02T10:00", Paused(Identity)), ("2026-06-02T11:00", Resumed(Clarification))],
        "the person was not asked for this (clarification); record the question before the answer",
    );
    refused(
        &access,
        DAY,
        &[("2026-06-02T10:00", Paused(Identity)), ("2026-06-03T10:00", Paused(Identity))],
        "the person was asked for this already (identity); record the answer first",
    );
    refused(
        &access,
        DAY,
        &[("2026-07-02T00:00", Paused(Identity))],
        "the deadline ended at 2026-07-01T22:00:00Z, too late to hold it; answer now",
    );
}

#[test]
fn pauses_that_the_law_does_not_know() {
    let none = |terms: Terms, need| {
        let refusal = run(&terms, DAY, &[("2026-06-02T10:00", Paused(need))]).unwrap_err();
        assert_eq!(refusal, Error::CannotPause(need));
    };
    none(eu(Matter::Access), Fee);
    none(terms(Regime::UkGdpr, Matter::Erasure), Clarification);
    for regime in [Regime::California, Regime::Canada, Regime::Quebec, Regime::Brazil, Regime::India] {
        none(terms(regime, Matter::Access), Identity);
    }
    refused(
        &terms(Regime::California, Matter::Access),
        DAY,
        &[("2026-06-02T10:00", Paused(Identity))],
        "no rule here lets time stand still for this (identity); ask, go on, and answer or refuse in time",
    );
}

#[test]
fn order_and_end() {
    let access = eu(Matter::Access);
    refused(
        &access,
        DAY,
        &[("2026-05-31T10:00", Acknowledged)],
        "2026-05-31T08:00:00Z is before 2026-06-01T08:00:00Z, the latest known event; record what happened in the \
         order of time",
    );
    refused(
        &access,
        DAY,
        &[("2026-06-03T10:00", Paused(Identity)), ("2026-06-02T10:00", Resumed(Identity))],
        "2026-06-02T08:00:00Z is before 2026-06-03T08:00:00Z, the latest known event; record what happened in the \
         order of time",
    );
    refused(
        &access,
        DAY,
        &[("2026-06-02T10:00", Acknowledged), ("2026-06-03T10:00", Acknowledged)],
        "the receipt was acknowledged at 2026-06-02T08:00:00Z; once is enough",
    );
    for event in [Answered, Acknowledged, Paused(Identity), Resumed(Identity), Extended(Complexity)] {
        refused(
            &access,
            DAY,
            &[("2026-06-02T10:00", Answered), ("2026-06-03T10:00", event)],
            "the request was answered at 2026-06-02T08:00:00Z; open a new request for what comes after",
        );
    }
}

#[test]
fn a_refused_event_changes_nothing() {
    let access = eu(Matter::Access);
    let mut clock = run(&access, DAY, &[("2026-06-03T10:00", Paused(Identity))]).unwrap();
    let before = format!("{clock:?}");
    let later = at(&access, "2026-06-05T10:00");
    for event in [Paused(Identity), Paused(Fee), Resumed(Clarification), Extended(Consultation)] {
        clock.apply(later, event).unwrap_err();
        assert_eq!(format!("{clock:?}"), before, "{event:?}");
    }
}

#[test]
fn a_request_without_any_rule_has_no_clock() {
    for terms in [
        eu(Matter::OptOut),
        eu(Matter::ConsentWithdrawal),
        terms(Regime::Canada, Matter::Erasure),
        Terms::new(Matter::Access, zone(BERLIN)),
    ] {
        assert_eq!(run(&terms, DAY, &[]).unwrap_err(), Error::NothingApplies(terms.matter));
    }
    let promised = eu(Matter::ConsentWithdrawal).promising(Promise::new("p", Period::Hours(72)));
    check(&promised, DAY, &[], "answer 2026-06-04", "a promise where the law has no number");
}

#[test]
fn the_calendar_ends() {
    let far = Terms::new(Matter::Access, zone(BERLIN)).promising(Promise::new("p", Period::Months(u16::MAX)));
    let beyond = |terms: &Terms, received| run(terms, received, &[]).unwrap_err();
    assert_eq!(beyond(&eu(Matter::Access), "9999-12-15T10:00"), Error::OutOfCalendar);
    assert_eq!(beyond(&terms(Regime::California, Matter::Access), "9999-12-29T10:00"), Error::OutOfCalendar);
    run(&far, DAY, &[]).unwrap();
    assert_eq!(beyond(&far, "9000-06-01T10:00"), Error::OutOfCalendar);
}
