//! Brazil and India.

use super::Matter;
use crate::clock::Period;
use crate::clock::duty::{Duty, Stage};

/// LGPD Art. 19 II: the full statement within 15 days of the request. The simplified form of Art. 19 I is due at
/// once, which is no number.
const BRAZIL: &[Duty] = &[days(15, "LGPD Art. 19 II")];

pub(super) fn brazil(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access => BRAZIL,
        _ => &[],
    }
}

/// DPDP Rules 2025, Rule 14: the controller publishes its own time, at most 90 days. Sources disagree about the
/// figure: an operator in India should promise less and have it confirmed.
const INDIA: &[Duty] = &[days(90, "DPDP Rules 2025, Rule 14")];

pub(super) fn india(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access | Matter::Rectification | Matter::Erasure | Matter::Complaint => INDIA,
        _ => &[],
    }
}

const fn days(count: u16, article: &'static str) -> Duty {
    Duty {
        stage: Stage::Answer,
        period: Period::Days(count),
        article,
        rolls: None,
        extension: None,
        holds: &[],
    }
}
