//! California, Canada, Quebec. None of them is rolled to a working day here: the earlier reading.

use super::Matter;
use crate::clock::Period;
use crate::clock::duty::{Duty, Extension, Reason, Stage};

/// 11 CCR §7021(a): receipt of a request to know, delete or correct is confirmed within 10 business days.
const CALIFORNIA_CONFIRM: Duty = Duty {
    stage: Stage::Acknowledge,
    period: Period::BusinessDays(10),
    article: "11 CCR §7021(a)",
    rolls: None,
    extension: None,
    holds: &[],
};

/// 11 CCR §7021(b): 45 calendar days from receipt whatever time verification takes, so nothing holds it; another 45
/// with notice and reason, 90 at most from receipt. Who cannot be verified within 45 days may be denied. The reasons
/// are those of Civ. Code §1798.145(h)(1).
const CALIFORNIA_ANSWER: Duty = Duty {
    stage: Stage::Answer,
    period: Period::Days(45),
    article: "11 CCR §7021(b)",
    rolls: None,
    extension: Some(Extension {
        total: Period::Days(90),
        reasons: &[Reason::Complexity, Reason::NumberOfRequests],
        article: "11 CCR §7021(b), Civ. Code §1798.145(h)(1)",
    }),
    holds: &[],
};

const CALIFORNIA: &[Duty] = &[CALIFORNIA_CONFIRM, CALIFORNIA_ANSWER];

/// 11 CCR §7026(f): an opt-out is carried out as soon as feasible and within 15 business days. It needs no
/// verification (§7060), so nothing holds it.
const CALIFORNIA_OPT_OUT: &[Duty] = &[fifteen_business_days("11 CCR §7026(f)")];

/// 11 CCR §7027: likewise for a limit on the use of sensitive data.
const CALIFORNIA_LIMIT: &[Duty] = &[fifteen_business_days("11 CCR §7027")];

const fn fifteen_business_days(article: &'static str) -> Duty {
    Duty {
        stage: Stage::Answer,
        period: Period::BusinessDays(15),
        article,
        rolls: None,
        extension: None,
        holds: &[],
    }
}

/// Civ. Code §1798.83(b): 30 days at a designated address. The 150 days for what arrives elsewhere are not used: the
/// earlier reading.
const CALIFORNIA_MARKETING: &[Duty] = &[thirty_days("Civ. Code §1798.83(b)")];

const fn thirty_days(article: &'static str) -> Duty {
    Duty { stage: Stage::Answer, period: Period::Days(30), article, rolls: None, extension: None, holds: &[] }
}

pub(super) fn california(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access | Matter::Portability | Matter::Rectification | Matter::Erasure => CALIFORNIA,
        Matter::OptOut => CALIFORNIA_OPT_OUT,
        Matter::LimitSensitive => CALIFORNIA_LIMIT,
        Matter::MarketingDisclosures => CALIFORNIA_MARKETING,
        _ => &[],
    }
}

/// PIPEDA s. 8(3): 30 days from receipt. S. 8(4)(a): 30 more if the limit would unreasonably interfere with the
/// activities of the organisation, or consultations make it impracticable, with notice within the first 30. The
/// conversion into an alternative format of s. 8(4)(b) has no number and is left out.
const CANADA: &[Duty] = &[Duty {
    extension: Some(Extension {
        total: Period::Days(60),
        reasons: &[Reason::UnreasonableInterference, Reason::Consultation],
        article: "PIPEDA s. 8(4)",
    }),
    ..thirty_days("PIPEDA s. 8(3)")
}];

/// Requests under principle 4.9: access and correction.
pub(super) fn canada(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access | Matter::Rectification => CANADA,
        _ => &[],
    }
}

/// P-39.1 s. 32: 30 days from receipt; silence is a refusal. No extension, no pause.
const QUEBEC: &[Duty] = &[thirty_days("P-39.1 s. 32")];

/// Access (s. 27, portability included) and rectification (s. 28, deletion included).
pub(super) fn quebec(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access | Matter::Portability | Matter::Rectification | Matter::Erasure => QUEBEC,
        _ => &[],
    }
}
