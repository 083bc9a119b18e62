//! The decision: who may do what to whose data, for which purpose. A pure function of the book, the question
//! and the facts. Deny beats allow, silence denies, and what you may not see does not exist.

use crate::book::Book;
use crate::canada::{self, Footing};
use crate::profile::{Basis, Ground, Purpose};
use crate::request::Region;
use crate::restriction;
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
    /// The person objected to this purpose (Art. 21), and it is not decided yet or they were right.
    pub objected: bool,
    /// Nothing was agreed with the person: they have asked about their data, and have no account.
    pub no_agreement: bool,
    /// Purposes the person has consented to and not withdrawn.
    pub consents: BTreeSet<String>,
    /// Where the person lives, if they said so.
    pub region: Option<Region>,
    /// Purposes whose implied consent the person has withdrawn.
    pub withdrawn: BTreeSet<String>,
    /// The house needs their data for a legal claim: nothing of it goes until that ends.
    pub held: bool,
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
    /// It rests on what was agreed with the person, and nothing was.
    #[error("this rests on an agreement with the person, and there is none")]
    AgreementMissing,
    /// Whoever asks must say why first.
    #[error("say why you open this record; the person will see it")]
    ReasonMissing,
    /// Whoever asks must prove first that it is them.
    #[error("prove that it is you; you signed in a while ago")]
    ProofMissing,
    /// The person has restricted the use of their data.
    #[error("the use of these data is restricted: they are kept and not used")]
    Restricted,
    /// The house needs these data for a legal claim.
    #[error(
        "this house needs these data for a legal claim, and nothing of them can be erased until that ends"
    )]
    Held,
}

/// Purposes that stay open under a restriction (Art. 18(2)): the person's own rights and the record of what was done with
/// their data; their way in, since whoever cannot sign in cannot lift it; and the safety of others, for which whoever keeps
/// the printers running may stop any print. That leaves its line like any other act.
const UNDER_RESTRICTION: [&str; 5] = ["rights", "accountability", "account", "security", "operate"];

/// Whether a restriction leaves this open. A part in the house can be taken from anybody: that protects the others.
/// Disclosures stay open where their ground holds all the same.
fn open_under_restriction(ask: &Ask<'_>, purpose: &Purpose) -> bool {
    let takes_a_part = ask.act == Act::Change && ask.purpose == "administration";
    let holds = purpose.ground.is_some_and(Ground::holds_under_restriction);
    // Art. 18(2): the rights of another; and whoever restricted it did not mean their own life.
    let vital = purpose.basis == Basis::VitalInterest;
    ask.act == Act::Erase || takes_a_part || holds || vital || UNDER_RESTRICTION.contains(&ask.purpose)
}

/// Whether an erasure takes away what somebody may have to show: an account, one kind of things, a model. Signing out, ending a key
/// and the house's own tidying take nothing of that away.
fn destroys(ask: &Ask<'_>) -> bool {
    ask.purpose == "rights" || (ask.actor.person().is_some() && ask.purpose == "print")
}

/// Whether somebody in Canada has taken back what was implied there: their data is kept for this purpose and not used. To take
/// back what no account can do without is to leave.
fn withdrew_implied(book: &Book, purpose: &Purpose, facts: &Facts) -> bool {
    let footing = canada::footing(book, purpose, facts.region);
    matches!(footing, Footing::Implied { ends_account: false, .. })
        && facts.withdrawn.contains(purpose.id.get_ref())
}

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
        Permission::Granted(needs) if needs.proof && !ask.actor.is_proven() => {
            return Err(Refusal::ProofMissing);
        }
        Permission::Granted(needs) if needs.reason && facts.reason.is_none() => {
            return Err(Refusal::ReasonMissing);
        }
        Permission::Granted(_) => {}
    }
    let personal = book.map().categories_of(ask.what);
    let mut categories: BTreeSet<String> = personal
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
    let footing = canada::footing(book, purpose, facts.region);
    // A contract carries what is done for whoever made it (KA-21), and their data goes whether there is one or not.
    if footing == Footing::Basis(Basis::Contract) && facts.no_agreement && ask.act != Act::Erase {
        return Err(Refusal::AgreementMissing);
    }
    let lacks_consent = match footing {
        Footing::Basis(Basis::Consent) => !facts.consents.contains(ask.purpose),
        Footing::Basis(_) | Footing::Implied { .. } | Footing::Without(_) => false,
        Footing::Nothing => true,
    };
    if lacks_consent {
        return Err(Refusal::ConsentMissing { purpose: ask.purpose.to_owned() });
    }
    if facts.held && ask.act == Act::Erase && destroys(ask) {
        return Err(Refusal::Held);
    }
    if facts.restricted && !open_under_restriction(ask, purpose) {
        return Err(Refusal::Restricted);
    }
    if withdrew_implied(book, purpose, facts) && ask.act != Act::Erase {
        return Err(Refusal::Restricted);
    }
    if facts.objected && ask.act != Act::Erase {
        // What the house cannot do without goes on with what it needs, until somebody has weighed the objection. What
        // a law merely permits, it can do without.
        if !purpose.necessary || purpose.ground.is_some_and(|ground| !ground.holds_under_restriction()) {
            return Err(Refusal::Restricted);
        }
        for category in restriction::dispensable(book, ask.purpose) {
            categories.remove(category);
        }
    }
    let by_the_house = matches!(ask.actor, Actor::House(_));
    let leaves_or_ends = matches!(ask.act, Act::Erase | Act::Export | Act::Disclose);
    Ok(Scope { categories, logged: leaves_or_ends || !(own || by_the_house) })
}

/// Decides about somebody whom an earlier version of the policy binds still, since a later one takes rights away and they
/// have not agreed to it (AF-124).
///
/// What they do, and what the house does for them, goes by the version that binds them: to ask the newest too would take
/// away what it dropped, and a no takes nothing away. What other people want with their data, and what leaves the house,
/// must be allowed by both.
///
/// # Errors
/// As [`decide`].
pub fn decide_bound(bound: &Book, newest: &Book, ask: &Ask<'_>, facts: &Facts) -> Result<Scope, Refusal> {
    let earlier = decide(bound, ask, facts)?;
    let own = matches!(ask.whose, Whose::Person(id) if ask.actor.person() == Some(id));
    let for_them = own || matches!(ask.actor, Actor::House(_));
    if bound.version() == newest.version() || (for_them && ask.act != Act::Disclose) {
        return Ok(earlier);
    }
    let now = decide(newest, ask, facts)?;
    let categories: BTreeSet<String> = earlier.categories.intersection(&now.categories).cloned().collect();
    if categories.is_empty() {
        let categories = earlier.categories.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Refusal::PolicyForbids { categories, purpose: ask.purpose.to_owned() });
    }
    Ok(Scope { categories, logged: earlier.logged || now.logged })
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
        Actor::Person { id, role, key: None, proven: true }
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
    fn a_browser_left_open_opens_nobodys_record_and_hands_nothing_over() {
        let h = house();
        let left_open = |role| Actor::Person { id: h.bob, role, key: None, proven: false };
        let facts = Facts { reason: Some(Reason::LegalDuty), ..Facts::default() };
        for role in [Role::Operator, Role::PrivacyOfficer] {
            for (act, purpose) in
                [(Act::Read, "support"), (Act::Disclose, "legal-compulsion"), (Act::Disclose, "acquisition")]
            {
                let answer = |actor| ask(&h, actor, act, "person", purpose, &facts);
                assert_eq!(answer(left_open(role)), Err(Refusal::ProofMissing), "{role} {purpose}");
                let proven = answer(person(h.bob, role));
                assert!(
                    !matches!(proven, Err(Refusal::ProofMissing | Refusal::NotFound)),
                    "{role} {purpose}"
                );
            }
        }
        let nobody = ask(&h, left_open(Role::Member), Act::Read, "person", "support", &facts);
        assert_eq!(nobody, Err(Refusal::NotFound), "who may not look is told nothing more");
        let own = Actor::Person { id: h.ada, role: Role::Member, key: None, proven: false };
        assert!(ask(&h, own, Act::Read, "person", "account", &facts).is_ok(), "one's own are open");
    }

    #[test]
    fn a_contract_carries_nothing_for_whoever_made_none() {
        domain::proves!("KA-21", by = "privacy::decide::decide");
        let h = house();
        let facts = Facts { no_agreement: true, reason: Some(Reason::AskedForHelp), ..Facts::default() };
        let operator = person(h.bob, Role::Operator);
        for (purpose, act) in
            [("support", Act::Read), ("administration", Act::Read), ("administration", Act::Change)]
        {
            let refused = ask(&h, operator, act, "person", purpose, &facts);
            assert_eq!(refused, Err(Refusal::AgreementMissing), "{purpose}");
            let agreed = Facts { no_agreement: false, ..facts.clone() };
            assert!(ask(&h, operator, act, "person", purpose, &agreed).is_ok(), "{purpose}");
        }
        assert!(
            ask(&h, operator, Act::Read, "request", "rights", &facts).is_ok(),
            "a law's duty asks for no contract"
        );
        let clerk = Actor::House(Chore::Clerk);
        assert!(ask(&h, clerk, Act::Erase, "person", "rights", &facts).is_ok());
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
        assert!(ask(&h, ada, Act::Read, "session", "security", &facts).is_ok(), "they can still sign in");
        for what in ["model", "job"] {
            let refused = ask(&h, ada, Act::Read, what, "print", &facts);
            assert_eq!(refused, Err(Refusal::Restricted), "not even they use it, before they lift it");
        }
        let operator = person(h.bob, Role::Operator);
        let refused = ask(&h, operator, Act::Read, "person", "administration", &facts);
        assert_eq!(refused, Err(Refusal::Restricted));
        let looked = Facts { reason: Some(Reason::AskedForHelp), ..facts.clone() };
        assert_eq!(ask(&h, operator, Act::Read, "person", "support", &looked), Err(Refusal::Restricted));
        assert!(
            ask(&h, operator, Act::Change, "person", "administration", &facts).is_ok(),
            "nobody keeps a part by restricting"
        );
        let bob = person(h.bob, Role::Technician);
        assert!(
            ask(&h, bob, Act::Change, "job", "operate", &facts).unwrap().logged,
            "a print can be stopped"
        );
        assert!(ask(&h, Actor::House(Chore::Clerk), Act::Erase, "person", "rights", &facts).is_ok());
    }

    /// What somebody asked for about their data is open to nobody who prints, runs machines or gives parts.
    #[test]
    fn nothing_depends_on_who_used_a_right() {
        domain::proves!("TP-81", "TP-84", by = "privacy::decide::decide");
        let book = Sources::built_in("threedpros").unwrap().compile().unwrap();
        let h = House { book, ..house() };
        let people = Role::ALL.map(|role| person(h.bob, role));
        let chores = [Chore::Doorkeeper, Chore::Dispatcher, Chore::Preparer].map(Actor::House);
        let facts = Facts { reason: Some(Reason::AskedForHelp), ..Facts::default() };
        let mut tried = 0;
        for purpose in h.book.purposes_in_use().filter(|p| p.ground.is_none()) {
            let purpose = purpose.id.get_ref();
            for what in ["request", "request_event", "restriction", "disclosure"] {
                for actor in people.into_iter().chain(chores) {
                    for act in [Act::Read, Act::Change, Act::Export] {
                        let open = ask(&h, actor, act, what, purpose, &facts).is_ok();
                        assert!(!open || purpose == "rights", "{actor:?} {act:?} {what} for {purpose}");
                        tried += 1;
                    }
                }
            }
        }
        assert!(tried > 200, "{tried}");
    }

    #[test]
    fn an_objection_leaves_a_purpose_what_it_cannot_do_without() {
        let h = house();
        let door = Actor::House(Chore::Doorkeeper);
        let all = ask(&h, door, Act::Create, "session", "security", &Facts::default()).unwrap();
        assert!(all.categories.contains("network.address"));
        let facts = Facts { objected: true, ..Facts::default() };
        let left = ask(&h, door, Act::Create, "session", "security", &facts).unwrap();
        assert!(!left.categories.contains("network.address"));
        assert!(left.categories.contains("security.session"), "they can still sign in");
    }

    #[test]
    fn an_objection_stops_a_purpose_that_is_not_necessary() {
        domain::proves!("KA-22", by = "privacy::decide::decide");
        let optional = Sources::built_in("house").unwrap().edited(
            "profile",
            "nothing is used to learn about anybody.\"\nnecessary = true",
            "nothing is used to learn about anybody.\"",
        );
        let h = House { book: optional.compile().unwrap(), ..house() };
        let facts = Facts { objected: true, ..Facts::default() };
        let ada = person(h.ada, Role::Member);
        assert!(ask(&h, ada, Act::Read, "session", "security", &Facts::default()).is_ok());
        assert_eq!(ask(&h, ada, Act::Read, "session", "security", &facts), Err(Refusal::Restricted));
    }

    /// A policy calls every ground of disclosure necessary; what a law merely permits is not.
    #[test]
    fn an_objection_stops_what_a_law_merely_permits() {
        let h = House { book: Sources::built_in("atomform").unwrap().compile().unwrap(), ..house() };
        let looked = Facts { reason: Some(Reason::LegalDuty), ..Facts::default() };
        let facts = Facts { objected: true, ..looked.clone() };
        let pia = person(h.bob, Role::PrivacyOfficer);
        let grounds = [Ground::LegalCompulsion, Ground::LegalPermission, Ground::OwnRights, Ground::Safety];
        let served = grounds.into_iter().filter(|g| h.book.profile().grounds().contains(g));
        let mut stopped = 0;
        for ground in served {
            assert!(ask(&h, pia, Act::Disclose, "person", ground.name(), &looked).is_ok());
            let answer = ask(&h, pia, Act::Disclose, "person", ground.name(), &facts);
            assert_eq!(answer.is_ok(), ground.holds_under_restriction(), "{}", ground.name());
            stopped += usize::from(answer == Err(Refusal::Restricted));
        }
        assert_eq!(stopped, 1);
    }
}
