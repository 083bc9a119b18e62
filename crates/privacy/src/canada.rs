//! What a purpose rests on for people in Canada, where the policy has rules of its own for them: consent, express or implied with its
//! circumstances, or one of eleven exceptions (PIPEDA Schedule 1, 4.3, and s. 7).
//!
//! The list is closed and has no "other" (TP-34). Nothing of it is ever applied to somebody who lives elsewhere or has not said where
//! (TP-26). Pure.

use crate::book::Book;
use crate::profile::{Basis, Purpose};
use crate::request::Region;
use serde::Deserialize;

/// Why data of somebody in Canada is processed without their consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exception {
    /// It clearly benefits the person, and consent cannot be had in time.
    Benefit,
    /// To investigate or prevent fraud.
    Fraud,
    /// A business transaction, under its conditions.
    BusinessTransaction,
    /// A witness's statement that an insurance claim needs.
    InsuranceWitness,
    /// To identify somebody injured, ill or deceased, and to reach next of kin.
    NextOfKin,
    /// Reasonable grounds to suspect financial abuse of the person.
    FinancialAbuse,
    /// To ask would spoil availability or accuracy while a breach of agreement or law is investigated.
    Investigation,
    /// A court's order, warrant, subpoena or rule on records is obeyed.
    CourtOrder,
    /// Made in the course of employment, business or profession, and used consistently with that.
    WorkProduct,
    /// Aims that are journalistic, artistic or literary and nothing else.
    Journalism,
    /// Public information that regulations name.
    PublicInformation,
}

impl Exception {
    /// Every one, in the order in which policies count them.
    pub const ALL: [Self; 11] = [
        Self::Benefit,
        Self::Fraud,
        Self::BusinessTransaction,
        Self::InsuranceWitness,
        Self::NextOfKin,
        Self::FinancialAbuse,
        Self::Investigation,
        Self::CourtOrder,
        Self::WorkProduct,
        Self::Journalism,
        Self::PublicInformation,
    ];

    /// As profiles write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Benefit => "benefit",
            Self::Fraud => "fraud",
            Self::BusinessTransaction => "business-transaction",
            Self::InsuranceWitness => "insurance-witness",
            Self::NextOfKin => "next-of-kin",
            Self::FinancialAbuse => "financial-abuse",
            Self::Investigation => "investigation",
            Self::CourtOrder => "court-order",
            Self::WorkProduct => "work-product",
            Self::Journalism => "journalism",
            Self::PublicInformation => "public-information",
        }
    }
    /// In words, after "since".
    pub const fn says(self) -> &'static str {
        match self {
            Self::Benefit => "it clearly benefits you and your consent cannot be had in time",
            Self::Fraud => "fraud is investigated or prevented",
            Self::BusinessTransaction => {
                "it is part of a business transaction, under the conditions of the law"
            }
            Self::InsuranceWitness => "a witness’s statement is needed for an insurance claim",
            Self::NextOfKin => {
                "somebody injured, ill or deceased must be identified, or their next of kin reached"
            }
            Self::FinancialAbuse => "there are reasonable grounds to suspect financial abuse of you",
            Self::Investigation => {
                "a breach of an agreement or a law is investigated, and asking would spoil what can be found"
            }
            Self::CourtOrder => "a court’s order, warrant, subpoena or rule on records is obeyed",
            Self::WorkProduct => "it was made at work or in a profession, and is used consistently with that",
            Self::Journalism => "the aim is journalistic, artistic or literary and nothing else",
            Self::PublicInformation => "regulations name it as public",
        }
    }
}

/// What a purpose that does not rest on express consent rests on in Canada, as a policy writes it: exactly one of the two.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InCanada {
    /// Consent is implied by these circumstances, in words for people (TP-33).
    #[serde(default)]
    pub implied: Option<String>,
    /// Whether there is no account without it: it is withdrawn by having the account erased.
    #[serde(default)]
    pub ends_account: bool,
    /// There is no consent, on this ground.
    #[serde(default)]
    pub without_consent: Option<Exception>,
}

/// What a purpose rests on for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footing<'a> {
    /// The basis that the policy names for everybody.
    Basis(Basis),
    /// Consent that is implied until it is withdrawn.
    Implied {
        /// By which circumstances.
        by: &'a str,
        /// Whether there is no account without it.
        ends_account: bool,
    },
    /// No consent, on this ground.
    Without(Exception),
    /// Nothing: the policy names none for Canada, and so nothing is done.
    Nothing,
}

/// Whether a region lies in Canada.
pub const fn is_there(region: Region) -> bool {
    matches!(region, Region::Canada | Region::Quebec)
}

/// What this purpose rests on for whoever lives there: in Canada by the rules for Canada, if the policy has them (TP-26).
pub fn footing<'a>(book: &Book, purpose: &'a Purpose, region: Option<Region>) -> Footing<'a> {
    if !(book.has_rules_for_canada() && region.is_some_and(is_there)) || purpose.basis == Basis::Consent {
        return Footing::Basis(purpose.basis);
    }
    match purpose.canada.as_ref() {
        Some(InCanada { without_consent: Some(exception), .. }) => Footing::Without(*exception),
        Some(InCanada { implied: Some(by), ends_account, .. }) => {
            Footing::Implied { by, ends_account: *ends_account }
        }
        _ => Footing::Nothing,
    }
}

/// The purposes in use whose consent is implied there, with the circumstances and whether there is no account without it.
pub fn implied(book: &Book, region: Option<Region>) -> impl Iterator<Item = (&Purpose, &str, bool)> {
    book.purposes_in_use().filter_map(move |purpose| match footing(book, purpose, region) {
        Footing::Implied { by, ends_account } => Some((purpose, by, ends_account)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Sources;
    use crate::decide::{Act, Ask, Facts, Refusal, Whose, decide};
    use domain::ids::PersonId;
    use domain::person::{Actor, Reason, Role};
    use domain::random::Counting;

    fn threedpros() -> Sources {
        Sources::built_in("threedpros").unwrap()
    }

    #[test]
    fn the_exceptions_are_eleven_and_no_text() {
        domain::proves!("TP-35", "TP-36", "TP-37", "TP-38", by = "privacy::canada::footing");
        let coded = [
            ["benefit", "fraud", "business-transaction"].as_slice(),
            &["insurance-witness", "next-of-kin", "financial-abuse"],
            &["investigation", "court-order"],
            &["work-product", "journalism", "public-information"],
        ]
        .concat();
        assert_eq!(Exception::ALL.map(Exception::name).to_vec(), coded, "as the policy counts them");
        let says = "without_consent = \"next-of-kin\"";
        for exception in Exception::ALL {
            let named = format!("without_consent = \"{}\"", exception.name());
            let book = threedpros().edited("profile", says, &named).compile().unwrap();
            let vital = book.profile().purpose("vital").unwrap();
            assert_eq!(footing(&book, vital, Some(Region::Canada)), Footing::Without(exception));
            assert_eq!(footing(&book, vital, Some(Region::Eea)), Footing::Basis(Basis::VitalInterest));
        }
        for none in ["without_consent = \"we want to\"", "without_consent = \"\"", "ends_account = true"] {
            assert!(threedpros().edited("profile", says, none).compile().is_err(), "{none}");
        }
    }

    #[test]
    fn the_canadian_rules_are_for_people_there_alone() {
        domain::proves!("TP-26", by = "privacy::canada::footing");
        domain::proves!("TP-33", by = "privacy::decide::withdrew_implied");
        let book = threedpros().compile().unwrap();
        let random = Counting::default();
        let (olga, ada) = (PersonId::fresh(&random), PersonId::fresh(&random));
        let actor = Actor::Person { id: olga, role: Role::Operator, key: None, proven: true };
        let ask =
            Ask { actor, act: Act::Read, what: "person", whose: Whose::Person(ada), purpose: "support" };
        let decided = |region, withdrawn: &[&str]| {
            let withdrawn = withdrawn.iter().map(|id| (*id).to_owned()).collect();
            let reason = Some(Reason::AskedForHelp);
            decide(&book, &ask, &Facts { region, withdrawn, reason, ..Facts::default() })
        };
        for region in Region::ALL.map(Some).into_iter().chain([None]) {
            let there = region.is_some_and(is_there);
            assert!(decided(region, &[]).is_ok(), "{region:?}: implied until it is withdrawn");
            let refused = decided(region, &["support"]);
            assert_eq!(refused == Err(Refusal::Restricted), there, "{region:?}: {refused:?}");
            assert!(decided(region, &["print"]).is_ok(), "{region:?}: each purpose by itself");
        }
        let house = Sources::built_in("house").unwrap().compile().unwrap();
        assert_eq!(implied(&house, Some(Region::Quebec)).count(), 0, "only where the policy has such rules");
        assert!(implied(&book, Some(Region::Quebec)).count() > 5);
    }

    #[test]
    fn every_purpose_has_its_footing_in_canada() {
        domain::proves!("TP-34", by = "privacy::check::Checker::canada");
        let book = threedpros().compile().unwrap();
        for purpose in book.purposes_in_use() {
            let footing = footing(&book, purpose, Some(Region::Canada));
            assert_ne!(footing, Footing::Nothing, "{}", purpose.id.get_ref());
        }
        let without = threedpros().edited("profile", "canada = { without_consent = \"next-of-kin\" }\n", "");
        let problems = without.compile().unwrap_err();
        assert!(
            problems.iter().any(|p| p.what.contains("`vital`") && p.what.contains("Canada")),
            "{problems:#?}"
        );
    }
}
