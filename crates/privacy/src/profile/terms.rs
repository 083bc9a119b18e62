//! What a policy says about the house's dealings with people, beyond which data serves what: requests, changes of the
//! policy, disclosure, transfers, signals, messages, duties.
//!
//! A policy may be silent on any of these; then the strict default is in force, and the notice says so. A
//! statement that is not true of the rest of the policy is a contradiction that the compiler finds.

use super::Basis;
use crate::notice::kinds::in_words;
use crate::request;
use domain::time::Instant;
use jiff::Span;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// What the company says it collects, and what not.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collect {
    /// Categories it says it collects. Empty: it gives no list.
    #[serde(default)]
    pub data: Vec<Spanned<String>>,
    /// Categories it says it does not collect (TP-69).
    #[serde(default)]
    pub not: Vec<Spanned<String>>,
    /// The only categories people are asked for (TP-11). Empty: it makes no such promise.
    #[serde(default)]
    pub asks_only: Vec<Spanned<String>>,
    /// Categories that people are asked for all the same.
    #[serde(default)]
    pub asks: Vec<Spanned<String>>,
    /// Whether special categories of data are never collected (TP-05): then nothing that could hold them may be there at all.
    #[serde(default)]
    pub never_special: bool,
    /// Categories that everybody can always see (AF-090).
    #[serde(default)]
    pub public: Vec<Spanned<String>>,
}

/// The longest time that data may be kept for any purpose, unless a law is cited (TP-43).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The categories; empty for all.
    #[serde(default)]
    pub data: Vec<String>,
    /// ISO 8601 period.
    pub at_most: Spanned<String>,
    /// The promise it keeps.
    pub promise: String,
}

impl Duty {
    /// How often, in words.
    pub fn every_in_words(&self) -> String {
        in_words(&self.every.get_ref().parse().unwrap_or_default())
    }
    /// When it is due, if it was done last at this instant. What was never done is due.
    pub fn due_at(&self, last: Option<Instant>) -> Option<Instant> {
        let every: Span = self.every.get_ref().parse().unwrap_or_default();
        last.map(|last| last.plus_period(&every))
    }
}

/// How a request about one's own data is made and answered.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// ISO 8601 period to the answer, as promised. The law of the person's region stands beside it, and the
    /// earlier wins.
    #[serde(default)]
    pub deadline: Option<Spanned<String>>,
    /// Whether the law of the person's region, where it sets a time for the answer, counts instead of `deadline`, be it shorter
    /// or longer (AF-085).
    #[serde(default)]
    pub local_law_overrides: bool,
    /// ISO 8601 period within which the house means to have corrected or erased (FL-96): its own target, and no promise that
    /// anything waits for.
    #[serde(default)]
    pub target: Option<Spanned<String>>,
    /// ISO 8601 period by which the answer may be put off, once and with a reason. Silent: never.
    #[serde(default)]
    pub extension: Option<Spanned<String>>,
    /// ISO 8601 period for print data and the consent to it (AF-167, AF-170).
    #[serde(default)]
    pub print_data: Option<Spanned<String>>,
    /// ISO 8601 period for an opt-out of sale (TP-87).
    #[serde(default)]
    pub sale_opt_out: Option<Spanned<String>>,
    /// Within which time data of a child is erased once it is known of (ISO 8601, AF-122). Silent: a week.
    #[serde(default)]
    pub child_data: Option<Spanned<String>>,
    /// The grounds that the policy names against an erasure (AF-071, TP-78), beside those against answering anybody at all.
    /// Silent: every ground that the law knows.
    #[serde(default)]
    pub erasure_grounds: Vec<request::Ground>,
    /// Ways in which a request can come.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

/// A way to reach people, or to be reached by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A form that needs no account.
    Form,
    /// E-mail.
    Mail,
    /// Telephone.
    Phone,
    /// A letter.
    Post,
    /// A notice on the site or inside the service.
    Site,
}

impl Channel {
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Form => "a form on this site",
            Self::Mail => "e-mail",
            Self::Phone => "telephone",
            Self::Post => "letter",
            Self::Site => "a notice on this site",
        }
    }
}

/// How the policy itself may change.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Channels of which at least one announces a material change. Silent: site and mail.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Whether a version that reduces a person's rights binds that person only after consent (AF-124). Silent: yes.
    #[serde(default)]
    pub reduction_needs_consent: Option<bool>,
    /// Whether a minor change may go without individual notice (SP-53). Silent: no.
    #[serde(default)]
    pub minor_silent: Option<bool>,
    /// Whether a purpose that no version before it named starts only with the consent of each person (TP-09). Silent: no,
    /// and then it is told like any other change.
    #[serde(default)]
    pub new_purpose_asks: bool,
    /// Whether the policy and the terms of use are one contract (AF-129): neither is published without the other.
    #[serde(default)]
    pub one_contract: bool,
    /// Every name that the policy gives to its date of last update (SP-01).
    #[serde(default)]
    pub date_names: Vec<Spanned<String>>,
}

impl Changes {
    /// The channels that the policy offers for announcing a change; where it is silent, site and mail.
    pub fn offered(&self) -> &[Channel] {
        let silent: &[Channel] = &[Channel::Site, Channel::Mail];
        if self.channels.is_empty() { silent } else { &self.channels }
    }
}

/// The bases that a policy names in its summary and in its detailed list (TP-31).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bases {
    /// Those of the summary.
    pub summary: Vec<Spanned<Basis>>,
    /// Those of the detailed list.
    pub detail: Vec<Basis>,
    /// Whether the policy has a set of its own for people in Canada: consent, express or implied, or a coded exception (TP-33,
    /// TP-34).
    #[serde(default)]
    pub canada: bool,
}

/// What consent may look like.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTerms {
    /// Whether the policy promises that registration, use or reading is never consent (FL-34). Always so here;
    /// a purpose that takes use for consent contradicts it.
    #[serde(default)]
    pub never_by_use: bool,
    /// What the policy takes for agreed by mere use, after all.
    #[serde(default)]
    pub by_use: Vec<Spanned<String>>,
}

/// To whom and why data may be disclosed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Whether a recipient receives something only once it has acknowledged the version of the policy in force (FL-57).
    #[serde(default)]
    pub acknowledged: bool,
    /// Whether a recipient receives something only once its measures were found no weaker than the house's own (SP-26).
    #[serde(default)]
    pub same_protection: bool,
    /// The only purposes for which companies of the same group receive anything (KA-26). Empty: those of their entries.
    #[serde(default)]
    pub affiliates_for: Vec<Spanned<String>>,
    /// Grounds of disclosure to courts and authorities. Silent: legal compulsion alone.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// Whether the person is told when and why (SP-21). Silent: yes, unless the law forbids it.
    #[serde(default)]
    pub tell_person: Option<bool>,
    /// Whether people are told before their data goes to a buyer of the company (SP-24). Silent: yes.
    #[serde(default)]
    pub notice_before_sale_of_company: Option<bool>,
    /// The ISO 8601 time between telling people that the house passes to somebody else and their data going (SP-24). Silent: two
    /// weeks.
    #[serde(default)]
    pub notice_of_sale: Option<Spanned<String>>,
    /// Whether data may be shared while a sale of the company is still negotiated (TP-39). Silent: no.
    #[serde(default)]
    pub negotiation: Option<bool>,
    /// Categories that are never shared with anyone (SP-18).
    #[serde(default)]
    pub never: Vec<Spanned<String>>,
    /// Whether the policy states that nothing is disclosed to anyone (TP-75).
    #[serde(default)]
    pub states_nothing_disclosed: Option<Spanned<bool>>,
}

/// A ground of disclosure to courts and authorities, or of another disclosure without consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A law or legal process compels it.
    LegalCompulsion,
    /// A law permits it.
    LegalPermission,
    /// The house believes that its own rights need it.
    OwnRights,
    /// Somebody's safety needs it.
    Safety,
    /// The house passes to somebody else: a merger, a sale (KA-29).
    Acquisition,
    /// Somebody negotiates to take the house over (TP-39). A policy names it by `negotiation = true`.
    Negotiation,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 6] = [
        Self::LegalCompulsion,
        Self::LegalPermission,
        Self::OwnRights,
        Self::Safety,
        Self::Acquisition,
        Self::Negotiation,
    ];
    /// Those that concern the house as a whole, and everybody in it at once.
    pub const OF_THE_HOUSE: [Self; 2] = [Self::Acquisition, Self::Negotiation];

    /// As profiles write it; the purpose of such a disclosure has the same name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LegalCompulsion => "legal-compulsion",
            Self::LegalPermission => "legal-permission",
            Self::OwnRights => "own-rights",
            Self::Safety => "safety",
            Self::Acquisition => "acquisition",
            Self::Negotiation => "negotiation",
        }
    }
    /// Whether it holds also where the person has restricted the use of their data (GDPR Art. 18(2): legal claims, the
    /// rights of others; and what a law compels). What a law merely permits does not. Who takes the house over takes over to keep
    /// and not to use it (FL-76); who only negotiates sees nothing of it.
    pub const fn holds_under_restriction(self) -> bool {
        !matches!(self, Self::LegalPermission | Self::Negotiation)
    }
    /// In words, for notices.
    pub const fn says(self) -> &'static str {
        match self {
            Self::LegalCompulsion => "a law or a court compels it",
            Self::LegalPermission => "a law permits it",
            Self::OwnRights => "the house's own rights need protection",
            Self::Safety => "somebody's safety needs it",
            Self::Acquisition => "this house passes to somebody else",
            Self::Negotiation => "somebody negotiates to take this house over",
        }
    }
}

/// Signals that a browser sends by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signals {
    /// Whether Do Not Track is honoured (TP-60). Silent: yes. Global Privacy Control always is: law demands it.
    #[serde(default)]
    pub do_not_track: Option<bool>,
}

/// Messages to people.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// Whether a person may forbid every contact (FL-92).
    #[serde(default)]
    pub refusable: Option<Spanned<bool>>,
    /// Kinds of message that cannot be refused (FL-99).
    #[serde(default)]
    pub mandatory: Vec<String>,
}

/// How a printer is linked to an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pairing {
    /// Whether everybody linked must have stood before the printer (FL-28).
    pub presence: bool,
    /// Whether the value that links is the printer's own and never changes (FL-26).
    pub fixed_value: Spanned<bool>,
}

/// Something that must be done again and again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its name.
    pub id: Spanned<String>,
    /// What is to be done.
    pub says: String,
    /// ISO 8601 period between two times. A policy that says "regularly" leaves it to the operator, who must set it.
    pub every: Spanned<String>,
    /// The promise it keeps.
    pub promise: String,
}
