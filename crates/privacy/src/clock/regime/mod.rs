//! The laws as data: which limit of time each sets for which kind of request.
//!
//! A period that a law states without a number ("at once", "without undue delay") has no row: it is met by doing, and
//! no clock can excuse a delay.

mod america;
mod elsewhere;
mod europe;

use super::Duty;
use core::fmt;

/// What is asked for. Consent is withdrawn and an objection to direct marketing is granted at once (GDPR Art. 7(3),
/// 21(3)); the row here is for telling the person, or for a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matter {
    /// To know whether and which data are processed, and a copy (GDPR Art. 15).
    Access,
    /// To have data corrected or completed (GDPR Art. 16).
    Rectification,
    /// To have data erased (GDPR Art. 17).
    Erasure,
    /// To have processing restricted (GDPR Art. 18).
    Restriction,
    /// To take data along (GDPR Art. 20).
    Portability,
    /// To object to processing (GDPR Art. 21).
    Objection,
    /// To have an automated decision reviewed by a human (GDPR Art. 22).
    AutomatedDecisionReview,
    /// To withdraw consent (GDPR Art. 7(3)).
    ConsentWithdrawal,
    /// To opt out of sale and sharing (California Civ. Code §1798.120).
    OptOut,
    /// To limit the use of sensitive data (California Civ. Code §1798.121).
    LimitSensitive,
    /// To learn what was disclosed for others' direct marketing (California Civ. Code §1798.83).
    MarketingDisclosures,
    /// A complaint to the controller about data protection (UK DPA 2018 s. 164A; India DPDP Act s. 13).
    Complaint,
    /// A question about the policy or about how data is handled. No law sets a day for it.
    Question,
    /// A report that data of a child may be held, by whoever noticed. No law sets a day for it.
    ChildReport,
    /// To use a right that the standard contractual clauses of a transfer give to those whose data goes abroad (AF-109).
    TransferRights,
    /// That those who received something are told that it was corrected (GDPR Art. 19). The house opens it by itself.
    Recipients,
}

impl Matter {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
        Self::AutomatedDecisionReview,
        Self::ConsentWithdrawal,
        Self::OptOut,
        Self::LimitSensitive,
        Self::MarketingDisclosures,
        Self::Complaint,
        Self::Question,
        Self::ChildReport,
        Self::TransferRights,
        Self::Recipients,
    ];
}

/// The code under which pages and files know it.
impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
            Self::AutomatedDecisionReview => "automated-decision-review",
            Self::ConsentWithdrawal => "consent-withdrawal",
            Self::OptOut => "opt-out",
            Self::LimitSensitive => "limit-sensitive",
            Self::MarketingDisclosures => "marketing-disclosures",
            Self::Complaint => "complaint",
            Self::Question => "question",
            Self::ChildReport => "child-report",
            Self::TransferRights => "transfer-rights",
            Self::Recipients => "recipients",
        })
    }
}

/// A body of law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Regime {
    /// Regulation (EU) 2016/679 in the EU and the EEA.
    Gdpr,
    /// The UK GDPR as changed by the Data (Use and Access) Act 2025.
    UkGdpr,
    /// California: Civ. Code §1798.100 ff. and 11 CCR §7000 ff.
    California,
    /// Switzerland: the Federal Act on Data Protection and its ordinance.
    Switzerland,
    /// Canada: PIPEDA.
    Canada,
    /// Quebec: the Act respecting the protection of personal information in the private sector (P-39.1).
    Quebec,
    /// Brazil: LGPD, Lei 13.709/2018.
    Brazil,
    /// India: the DPDP Act 2023 and the Rules of 2025.
    India,
}

impl Regime {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Gdpr,
        Self::UkGdpr,
        Self::California,
        Self::Switzerland,
        Self::Canada,
        Self::Quebec,
        Self::Brazil,
        Self::India,
    ];

    /// The limits that this law sets for this kind of request; empty if it gives no number.
    pub fn duties(self, matter: Matter) -> &'static [Duty] {
        match self {
            Self::Gdpr => europe::gdpr(matter),
            Self::UkGdpr => europe::uk(matter),
            Self::Switzerland => europe::switzerland(matter),
            Self::California => america::california(matter),
            Self::Canada => america::canada(matter),
            Self::Quebec => america::quebec(matter),
            Self::Brazil => elsewhere::brazil(matter),
            Self::India => elsewhere::india(matter),
        }
    }
}

/// The code under which pages and files know it.
impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gdpr => "gdpr",
            Self::UkGdpr => "uk-gdpr",
            Self::California => "california",
            Self::Switzerland => "switzerland",
            Self::Canada => "canada",
            Self::Quebec => "quebec",
            Self::Brazil => "brazil",
            Self::India => "india",
        })
    }
}
