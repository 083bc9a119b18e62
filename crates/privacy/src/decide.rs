//! The decision: who may do what to whose data, for which purpose. A pure function of the book, the question
//! and the facts. Deny beats allow, silence denies, and what you may not see does not exist.

use crate::book::Book;
use crate::profile::{Basis, Ground};
use crate::roles::Permission;
use domain::ids::PersonId;
use domain::person::{Actor, Reason};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What is done to personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// New data is stored.
    Create,
    /// Data is looked at.
    Read,
    /// Data is altered.
    Change,
    /// Data is destroyed.
    Erase,
    /// Data is copied out for the person.
    Export,
    /// Data leaves the house.
    Disclose,
}

impl Act {
    /// The name in `roles.toml` and in the access log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Change => "change",
            Self::Erase => "erase",
            Self::Export => "export",
            Self::Disclose => "disclose",
        }
    }
}

/// Whose data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One person's.
    Person(PersonId),
    /// Anybody's: lists and chores over many people. Sealed values stay sealed.
    Anyone,
}

/// The question.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Who acts.
    pub actor: Actor,
    /// What is done.
    pub act: Act,
    /// To rows of which table of the data map.
    pub what: &'a str,
    /// Whose rows.
    pub whose: Whose,
    /// Why.
    pub purpose: &'a str,
}

/// What is known about the person when the question is asked. Only `store` can know it, and it has one place
/// that loads it, inside the transaction that authorises the act.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The person's key is fenced or destroyed: they are gone.
    pub erased: bool,
    /// The person restricted processing (Art. 18): data is stored and nothing else.
    pub restricted: bool,
    /// Purposes the person has consented to and not withdrawn.
    pub consents: BTreeSet<String>,
    /// Why somebody of the house wants to look, where they said so.
    pub reason: Option<Reason>,
}

/// What was allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The categories that may be used for this purpose; columns of others stay closed.
    pub categories: BTreeSet<String>,
    /// Whether the act is written into the access log.
    pub logged: bool,
}

/// Why not. Expected, with a code that pages translate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not exist, or not for this actor.
    #[error("there is no such thing here")]
    NotFound,
    /// The policy in force has no rule that lets these data serve this purpose.
    #[error(
        "the policy in force does not allow {categories} to be used for `{purpose}`; see `printkeep policy explain {purpose}`"
    )]
    PolicyForbids {
        /// The categories, as a list for people.
        categories: String,
        /// The purpose.
        purpose: String,
    },
    /// The person has not consented to this purpose, or has withdrawn.
    #[error("this needs the person's consent to `{purpose}`, which is not given")]
    ConsentMissing {
        /// The purpose.
        purpose: String,
    },
    /// Whoever asks must say why first.
    #[error("say why you open this record; the person will see it")]
    ReasonMissing,
    /// The person has restricted the use of their data.
    #[error("the person has restricted the use of these data")]
    Restricted,
}

/// Purposes that stay open under a restriction (Art. 18(2)): the person's own rights, the record of what was done with their
/// data, and the safety of others, for which whoever keeps the printers running may stop any print. That leaves its line
/// like any other act. Disclosures stay open where their ground holds all the same.
const UNDER_RESTRICTION: [&str; 4] = ["rights", "accountability", "account", "operate"];

/// Decides.
///
/// A person's looks at and edits of their own data are not logged, since that would be more data about them;
/// looks by others are, and exports, erasures and disclosures by anyone.
///
/// # Errors
/// A [`Refusal`]; it never says more than the actor may know.
pub fn decide(book: &Book, ask: &Ask<'_>, facts: &Facts) -> Result<Scope, Refusal> {
    if facts.erased || book.map().table(ask.what).is_none() {
        return Err(Refusal::NotFound);
    }
    let own = match ask.whose {
        Whose::Person(id) => ask.actor.person() == Some(id),
        Whose::Anyone => false,
    };
    match book.roles().permission(ask.actor.role_name(), ask.act, ask.what, own, ask.purpose) {
        Permission::Denied => return Err(Refusal::NotFound),
        Permission::WithReason if facts.reason.is_none() => return Err(Refusal::ReasonMissing),
        Permission::WithReason | Permission::Granted => {}
    }
    let personal = book.map().categories_of(ask.what);
    let categories: BTreeSet<String> = personal
        .iter()
        .filter(|category| book.allows(category, ask.purpose))
        .map(|category| (*category).to_owned())
        .collect();
    let Some(purpose) = book.profile().purpose(ask.purpose).filter(|_| !categories.is_empty()) else {
        return Err(Refusal::PolicyForbids {
            categories: personal.join(", "),
            purpose: ask.purpose.to_owned(),
        });
    };
    if purpose.basis == Basis::Consent && !facts.consents.contains(ask.purpose) {
        return Err(Refusal::ConsentMissing { purpose: ask.purpose.to_owned() });
    }
    let holds = purpose.ground.is_some_and(Ground::holds_under_restriction);
    let stays_open = holds || UNDER_RESTRICTION.contains(&ask.purpose);
    if facts.restricted && ask.act != Act::Erase && !stays_open {
        return Err(Refusal::Restricted);
    }
    let by_the_house = matches!(ask.actor, Actor::House(_));
    let leaves_or_ends = matches!(ask.act, Act::Erase | Act::Export | Act::Disclose);
    Ok(Scope { categories, logged: leaves_or_ends || !(own || by_the_house) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Sources;
    use domain::ids::PersonId;
    use domain::person::{Chore, Role};
    use domain::random::Counting;

    struct House {
        book: Book,
        ada: PersonId,
        bob: PersonId,
    }

    fn house() -> House {
        let random = Counting::default();
        House {
            book: Sources::built_in("house").unwrap().compile().unwrap(),
            ada: PersonId::fresh(&random),
            bob: PersonId::fresh(&random),
        }
    }

    fn person(id: PersonId, role: Role) -> Actor {
        Actor::Person { id, role, key: None }
    }

    fn ask(
        house: &House,
        actor: Actor,
        act: Act,
        what: &str,
        purpose: &str,
        facts: &Facts,
    ) -> Result<Scope, Refusal> {
        decide(&house.book, &Ask { actor, act, what, whose: Whose::Person(house.ada), purpose }, facts)
    }

    #[test]
    fn own_data_are_open_and_not_logged() {
        let h = house();
        let scope =
            ask(&h, person(h.ada, Role::Member), Act::Read, "person", "account", &Facts::default()).unwrap();
        assert!(scope.categories.contains("contact.email"));
        assert!(!scope.logged);
    }

    #[test]
    fn exports_are_logged_even_by_oneself() {
        let h = house();
        assert!(
            ask(&h, person(h.ada, Role::Member), Act::Export, "person", "rights", &Facts::default())
                .unwrap()
                .logged
        );
    }

    #[test]
    fn anothers_data_do_not_exist() {
        let h = house();
        for role in [Role::Member, Role::Technician] {
            let refused = ask(&h, person(h.bob, role), Act::Read, "person", "account", &Facts::default());
            assert_eq!(refused, Err(Refusal::NotFound), "{role}");
        }
        assert_eq!(
            ask(&h, Actor::Outsider, Act::Read, "person", "account", &Facts::default()),
            Err(Refusal::NotFound)
        );
    }

    #[test]
    fn a_record_opens_only_with_a_reason() {
        let h = house();
        let operator = person(h.bob, Role::Operator);
        let refused = ask(&h, operator, Act::Read, "person", "support", &Facts::default());
        assert_eq!(refused, Err(Refusal::ReasonMissing));
        let facts = Facts { reason: Some(Reason::AskedForHelp), ..Facts::default() };
        assert!(ask(&h, operator, Act::Read, "person", "support", &facts).unwrap().logged);
        let member = person(h.bob, Role::Member);
        assert_eq!(ask(&h, member, Act::Read, "person", "support", &facts), Err(Refusal::NotFound));
    }

    #[test]
    fn the_erased_do_not_exist_for_themselves_either() {
        let h = house();
        let facts = Facts { erased: true, ..Facts::default() };
        assert_eq!(
            ask(&h, person(h.ada, Role::Member), Act::Read, "person", "account", &facts),
            Err(Refusal::NotFound)
        );
    }

    #[test]
    fn a_purpose_nobody_declared_is_refused() {
        let h = house();
        let refused =
            ask(&h, person(h.ada, Role::Member), Act::Read, "person", "curiosity", &Facts::default());
        assert_eq!(refused, Err(Refusal::NotFound));
    }

    #[test]
    fn restriction_leaves_only_rights_open() {
        let h = house();
        let facts = Facts { restricted: true, ..Facts::default() };
        let ada = person(h.ada, Role::Member);
        assert!(ask(&h, ada, Act::Export, "person", "rights", &facts).is_ok());
        assert_eq!(ask(&h, ada, Act::Read, "session", "security", &facts), Err(Refusal::Restricted));
        let bob = person(h.bob, Role::Technician);
        assert!(
            ask(&h, bob, Act::Change, "job", "operate", &facts).unwrap().logged,
            "a print can be stopped"
        );
        assert!(ask(&h, Actor::House(Chore::Clerk), Act::Erase, "person", "rights", &facts).is_ok());
    }
}
