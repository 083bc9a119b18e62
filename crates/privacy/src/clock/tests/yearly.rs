//! Once a calendar year.

use super::*;
use crate::clock::once_a_calendar_year;

#[test]
fn the_next_time_is_the_new_year_of_the_controller() {
    let terms = terms(Regime::California, Matter::MarketingDisclosures);
    let ask = |previous, now| once_a_calendar_year(at(&terms, previous), at(&terms, now), &terms.zone);
    let next = Err(Error::OnceAYear("2027-01-01".parse().unwrap()));
    assert_eq!(ask("2026-01-02T10:00", "2026-12-31T23:59"), next, "Civ. Code §1798.83: once a calendar year");
    assert_eq!(ask("2026-12-31T23:00", "2027-01-01T00:00"), Ok(()), "an hour later, but another year");
    assert_eq!(ask("2026-06-01T10:00", "2027-01-01T07:59Z"), next, "in California it is still the old year");
    assert_eq!(ask("2026-06-01T10:00", "2025-06-01T10:00"), next, "a clock that went back opens nothing");
}
