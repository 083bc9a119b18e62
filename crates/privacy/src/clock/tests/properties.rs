//! What holds for every date.

use super::*;
use crate::clock::{Due, Need, Period, Promise, Reason};
use proptest::prelude::*;

/// Some minute of the years 2024 to 2031.
fn minute() -> impl Strategy<Value = Instant> {
    (0_i64..8 * 366 * 24 * 60).prop_map(|m| Instant::from_micros((1_704_067_200 + m * 60) * 1_000_000))
}

fn period() -> impl Strategy<Value = Period> {
    (0_u8..4, 0_u16..120).prop_map(|(unit, count)| match unit {
        0 => Period::Months(count % 25),
        1 => Period::Days(count),
        2 => Period::BusinessDays(count),
        _ => Period::Hours(count),
    })
}

/// Whatever has a number, under any law, with a promise beside it or not.
fn any_terms() -> impl Strategy<Value = Terms> {
    let law = (prop::sample::select(Regime::ALL), prop::sample::select(Matter::ALL));
    (law, prop::option::of(period())).prop_filter_map("no number", |((regime, matter), promise)| {
        let terms = terms(regime, matter);
        match promise {
            Some(period) => Some(terms.promising(Promise::new("p", period).with_holidays(holidays(GERMANY)))),
            None => (!regime.duties(matter).is_empty()).then_some(terms),
        }
    })
}

fn dues(terms: &Terms, received: Instant, events: &[(Instant, Event)]) -> Vec<Due> {
    Clock::replay(terms, received, events.iter().copied()).unwrap().dues()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_later_receipt_is_never_due_earlier(terms in any_terms(), one in minute(), other in minute()) {
        let (early, late) = (dues(&terms, one.min(other), &[]), dues(&terms, one.max(other), &[]));
        prop_assert!(early[0].at <= late[0].at, "{:?} {:?}", early[0], late[0]);
    }

    #[test]
    fn nothing_is_due_before_it_came_and_each_day_is_whole(terms in any_terms(), received in minute()) {
        for due in dues(&terms, received, &[]) {
            prop_assert!(due.at >= received);
            let end = due.at.timestamp().to_zoned(terms.zone.clone());
            let whole = matches!(due.why.period, Period::Hours(_));
            prop_assert!(whole || end.time() == jiff::civil::Time::midnight(), "{due:?}");
            prop_assert!(whole || end.date().yesterday().unwrap() == due.on);
        }
    }

    #[test]
    fn the_strictest_is_before_each(terms in any_terms(), received in minute()) {
        let clock = Clock::received(&terms, received).unwrap();
        let State::Due(next) = clock.state() else { return Err(TestCaseError::fail("nothing due")) };
        prop_assert!(clock.dues().iter().all(|due| next.at <= due.at));
    }

    #[test]
    fn an_extension_never_shortens(
        terms in any_terms(), received in minute(), reason in prop::sample::select(Reason::ALL),
    ) {
        let extended = [(received, Event::Extended(reason))];
        let before = dues(&terms, received, &[]);
        if let Ok(clock) = Clock::replay(&terms, received, extended) {
            let after = clock.dues();
            prop_assert!(after.last().unwrap().at > before.last().unwrap().at || after.last() == before.last());
            prop_assert!(after[0].at >= before[0].at);
        }
    }

    #[test]
    fn a_pause_never_shortens_nor_ends_in_itself(
        received in minute(), wait in 0_i64..28 * 24, length in 0_i64..200 * 24,
        regime in prop::sample::select([Regime::Gdpr, Regime::UkGdpr].as_slice()),
        need in prop::sample::select([Need::Identity, Need::Clarification].as_slice()),
    ) {
        let terms = terms(regime, Matter::Access);
        let asked = received.plus_seconds(wait * 3600);
        let given = asked.plus_seconds(length * 3600);
        let before = dues(&terms, received, &[]);
        let after = dues(&terms, received, &[(asked, Event::Paused(need)), (given, Event::Resumed(need))]);
        prop_assert!(after[0].at >= before[0].at);
        prop_assert!(after[0].at > given, "{:?} given {given}", after[0]);
    }

    #[test]
    fn under_the_gdpr_the_last_day_is_worked(received in minute()) {
        let due = dues(&eu(Matter::Access), received, &[]).remove(0);
        prop_assert!(holidays(GERMANY).is_working_day(due.on), "{due:?}");
    }
}
