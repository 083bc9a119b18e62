//! The European Union and the EEA, the United Kingdom, Switzerland.

use super::Matter;
use crate::clock::Period;
use crate::clock::duty::{Duty, Effect, Extension, Hold, Need, Reason, Stage};

/// Regulation (EEC, Euratom) 1182/71 Art. 3(4): a last day that is a public holiday, Sunday or Saturday gives way to
/// the end of the following working day.
const ROLLS: &str = "Regulation 1182/71 Art. 3(4)";

/// GDPR Art. 12(3), second sentence, and UK GDPR Art. 12A(3): complexity and number of the requests, nothing else.
const COMPLEX_OR_MANY: &[Reason] = &[Reason::Complexity, Reason::NumberOfRequests];

/// GDPR Art. 12(3): one month from receipt for a request under Art. 15 to 22. "Two further months" make three from
/// receipt, not two from the notice. The person is told with reasons within the first month.
///
/// EDPB Guidelines 01/2022 let time be held only while identity (Art. 12(6)) or scope is genuinely awaited and was
/// asked for without undue delay; that it was asked in time is for the controller to show. No fee holds it.
const GDPR: &[Duty] = &[Duty {
    stage: Stage::Answer,
    period: Period::Months(1),
    article: "GDPR Art. 12(3)",
    rolls: Some(ROLLS),
    extension: Some(Extension {
        total: Period::Months(3),
        reasons: COMPLEX_OR_MANY,
        article: "GDPR Art. 12(3)",
    }),
    holds: &[
        Hold {
            need: Need::Identity,
            effect: Effect::Suspends,
            article: "GDPR Art. 12(6), EDPB Guidelines 01/2022",
        },
        Hold {
            need: Need::Clarification,
            effect: Effect::Suspends,
            article: "GDPR recital 63, EDPB Guidelines 01/2022",
        },
    ],
}];

/// Requests under GDPR Art. 15 to 22. Consent is withdrawn at once (Art. 7(3)), which is no number.
pub(super) fn gdpr(matter: Matter) -> &'static [Duty] {
    if is_data_subject_request(matter) { GDPR } else { &[] }
}

/// UK GDPR Art. 12A(2): the month runs from the latest of request, identity asked for under Art. 12(6), and fee under
/// Art. 12(5).
const UK_STARTS: [Hold; 2] = [
    Hold { need: Need::Identity, effect: Effect::Restarts, article: "UK GDPR Art. 12A(2)(b)" },
    Hold { need: Need::Fee, effect: Effect::Restarts, article: "UK GDPR Art. 12A(2)(c)" },
];

/// UK GDPR Art. 12A(5): of an access request, "the period beginning with the day on which the controller makes the
/// request and ending with the day on which the controller receives the information does not count".
const UK_CLARIFICATION: Hold =
    Hold { need: Need::Clarification, effect: Effect::SuspendsBothDays, article: "UK GDPR Art. 12A(5)" };

/// UK GDPR Art. 12A: one month, two further ones on notice (ICO: three months from the original start). The ICO
/// counts to the same date of the next month, else its last day, and on to the next working day.
const fn uk_answer(holds: &'static [Hold]) -> Duty {
    Duty {
        stage: Stage::Answer,
        period: Period::Months(1),
        article: "UK GDPR Art. 12(3), 12A(1)",
        rolls: Some(ROLLS),
        extension: Some(Extension {
            total: Period::Months(3),
            reasons: COMPLEX_OR_MANY,
            article: "UK GDPR Art. 12A(3)",
        }),
        holds,
    }
}

const UK: &[Duty] = &[uk_answer(&UK_STARTS)];

const UK_ACCESS: &[Duty] = &[uk_answer(&[UK_STARTS[0], UK_STARTS[1], UK_CLARIFICATION])];

/// DPA 2018 s. 164A: a complaint is acknowledged within 30 days of its receipt; the answer has no number. No rolling
/// to a working day is taken, the earlier reading.
const UK_COMPLAINT: &[Duty] = &[Duty {
    stage: Stage::Acknowledge,
    period: Period::Days(30),
    article: "DPA 2018 s. 164A",
    rolls: None,
    extension: None,
    holds: &[],
}];

pub(super) fn uk(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access => UK_ACCESS,
        Matter::Complaint => UK_COMPLAINT,
        _ if is_data_subject_request(matter) => UK,
        _ => &[],
    }
}

/// FADP Art. 25(7) with DPO Art. 18(1): information within 30 days of receipt of the request. DPO Art. 18(2) lets the
/// controller name a later date without saying how late: that is no extension with a number, and none is offered.
/// What DPO Art. 19 adds when the person must share in the costs is left out: the earlier reading.
const SWITZERLAND: &[Duty] = &[Duty {
    stage: Stage::Answer,
    period: Period::Days(30),
    article: "FADP Art. 25(7), DPO Art. 18(1)",
    rolls: None,
    extension: None,
    holds: &[],
}];

/// Access, and portability, which DPO Art. 22 treats alike.
pub(super) fn switzerland(matter: Matter) -> &'static [Duty] {
    match matter {
        Matter::Access | Matter::Portability => SWITZERLAND,
        _ => &[],
    }
}

/// Articles 15 to 22.
const fn is_data_subject_request(matter: Matter) -> bool {
    matches!(
        matter,
        Matter::Access
            | Matter::Rectification
            | Matter::Erasure
            | Matter::Restriction
            | Matter::Portability
            | Matter::Objection
            | Matter::AutomatedDecisionReview
    )
}
