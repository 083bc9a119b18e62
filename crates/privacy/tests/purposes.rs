//! What purposes a policy has, and that nothing is done for any other.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]
use domain::ids::PersonId;
use domain::person::{Actor, Chore, Reason, Role};
use domain::random::Counting;
use privacy::{Act, Ask, Basis, Book, Facts, Refusal, Sources, Whose, decide};

fn book(profile: &str) -> Book {
    Sources::built_in(profile).unwrap().compile().unwrap()
}

/// Asked by somebody with this role about another's data, or about their own.
fn asked(book: &Book, role: Role, own: bool, act: Act, what: &str, purpose: &str) -> Result<(), Refusal> {
    let random = Counting::default();
    let (ada, bob) = (PersonId::fresh(&random), PersonId::fresh(&random));
    let actor = Actor::Person { id: if own { ada } else { bob }, role, key: None, proven: true };
    let facts = Facts { reason: Some(Reason::AskedForHelp), ..Facts::default() };
    decide(book, &Ask { actor, act, what, whose: Whose::Person(ada), purpose }, &facts).map(|_| ())
}

#[test]
fn what_a_service_needs_is_read_for_the_service_and_for_nothing_else() {
    domain::proves!("KA-12", by = "privacy::decide::decide");
    let kallas = book("kallas");
    for (task, role, own, what, purpose) in [
        ("running printers", Role::Technician, false, "job", "operate"),
        ("managing an account", Role::Member, true, "person", "account"),
        ("managing accounts", Role::Operator, false, "person", "administration"),
        ("carrying out prints", Role::Member, true, "job", "print"),
        ("helping", Role::Operator, false, "person", "support"),
    ] {
        assert_eq!(asked(&kallas, role, own, Act::Read, what, purpose), Ok(()), "{task}");
        let fides = &kallas.profile().purpose(purpose).unwrap().fides;
        assert_eq!(fides, "essential.service", "{task}: `{purpose}` is the service");
        for other in ["improvement", "marketing", "fraud", "curiosity", ""] {
            let refused = asked(&kallas, role, own, Act::Read, what, other);
            assert!(refused.is_err(), "{task} named `{other}`");
        }
    }
}

#[test]
fn an_account_is_used_by_whoever_registered() {
    domain::proves!("AF-047", by = "privacy::decide::decide");
    let atomform = book("atomform");
    for act in [Act::Create, Act::Read, Act::Change] {
        let random = Counting::default();
        let whose = Whose::Person(PersonId::fresh(&random));
        let ask = Ask { actor: Actor::Outsider, act, what: "person", whose, purpose: "account" };
        assert_eq!(decide(&atomform, &ask, &Facts::default()), Err(Refusal::NotFound), "without registering");
        assert_eq!(asked(&atomform, Role::Member, true, act, "person", "account"), Ok(()), "{act:?}");
    }
    for category in ["account.name", "contact.email", "account.settings", "account.reference"] {
        assert!(
            atomform.allows(category, "account"),
            "what was given, and what was added or changed: {category}"
        );
    }
}

#[test]
fn each_purpose_of_the_summary_is_an_entry_of_its_own() {
    domain::proves!("TP-08", by = "privacy::check::Checker::rules");
    let threedpros = || Sources::built_in("threedpros").unwrap();
    let compiled = threedpros().compile().unwrap();
    let named = [
        ("providing", "print"),
        ("improving", "improvement"),
        ("administering", "administration"),
        ("communicating", "communication"),
        ("security", "security"),
        ("fraud prevention", "fraud"),
        ("legal compliance", "rights"),
    ];
    for (word, id) in named {
        let entries = compiled.profile().purpose.iter().filter(|p| p.get_ref().id.get_ref() == id).count();
        assert_eq!(entries, 1, "{word}");
        let others = named.iter().filter(|(_, other)| *other != id);
        let says = |id: &str| compiled.profile().purpose(id).unwrap().says.clone();
        assert!(others.into_iter().all(|(_, other)| says(other) != says(id)), "{word} is no other's name");
    }
    // A use without an entry of its own in the matrix is refused.
    let used = threedpros().edited("profile", "for = \"communication\"", "for = \"talking\"");
    let problems = used.compile().unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("no purpose `talking`")), "{problems:?}");
}

#[test]
fn what_is_kept_has_no_secondary_use_beyond_improving_the_service() {
    domain::proves!("FL-65", by = "privacy::book::Book::allows");
    let formlabs = book("formlabs");
    let kept = formlabs.map().category.keys();
    for category in kept.filter(|category| formlabs.may_store(category)) {
        for purpose in formlabs.purposes_in_use().filter(|p| formlabs.allows(category, p.id.get_ref())) {
            // What the person asked for, has agreed to or is owed by law; what keeps it safe; and what a law takes.
            let primary = purpose.basis != Basis::LegitimateInterest
                || purpose.ground.is_some()
                || purpose.id.get_ref() == "security";
            let improves = purpose.fides.starts_with("functional.service.improve");
            assert!(primary || improves, "`{category}` is kept for `{}`", purpose.id.get_ref());
        }
    }
    for other in ["marketing", "tailored-content", "third-party-marketing", "messages"] {
        assert!(
            !formlabs.allows("print.facts", other) && !formlabs.allows("model.geometry", other),
            "{other}"
        );
    }
    // The time of each use is its own: nothing is kept for a purpose that does not use it.
    for category in ["model.geometry", "account.name", "contact.email"] {
        let rules: Vec<_> = formlabs.rules_in_force(category).collect();
        assert!(
            !rules.is_empty() && rules.iter().all(|r| formlabs.serves(r.purpose.get_ref())),
            "{category}"
        );
    }
}

#[test]
fn data_is_used_within_the_business_with_a_client_alone() {
    domain::proves!("SP-07", by = "privacy::decide::decide");
    let studio = book("stelloloxon");
    for purpose in studio.profile().purpose.iter().map(toml::Spanned::get_ref) {
        let outside = ["marketing", "advertising", "third_party", "train_ai", "sell"];
        assert!(outside.iter().all(|word| !purpose.fides.contains(word)), "{}", purpose.id.get_ref());
    }
    for what in ["person", "model", "job"] {
        for outside in ["marketing", "advertising", "research", "training"] {
            for (role, own) in [(Role::Operator, false), (Role::PrivacyOfficer, false), (Role::Member, true)]
            {
                assert!(asked(&studio, role, own, Act::Read, what, outside).is_err(), "{what} for {outside}");
            }
        }
    }
    assert_eq!(asked(&studio, Role::Member, true, Act::Read, "model", "print"), Ok(()));
}

#[test]
fn a_clients_designs_go_to_nobody_but_where_a_law_compels_it() {
    domain::proves!("SP-18", by = "privacy::book::Book::may_be_disclosed");
    let studio = book("stelloloxon");
    let grounds: Vec<_> = studio.purposes_in_use().filter(|purpose| purpose.ground.is_some()).collect();
    assert!(grounds.len() > 3);
    for purpose in grounds {
        let id = purpose.id.get_ref();
        assert!(studio.allows("account.name", id), "{id}");
        for design in ["model.geometry", "model.picture", "print.file"] {
            assert_eq!(studio.allows(design, id), id == "legal-compulsion", "{design} for {id}");
        }
    }
    for recipient in studio.profile().recipients() {
        let gets = recipient.receives.iter().any(|category| category.get_ref().starts_with("model."));
        assert!(!gets, "{}", recipient.name);
    }
}

#[test]
fn what_falls_on_a_person_is_decided_by_a_named_one() {
    domain::proves!("AF-077", by = "privacy::request::decided_by");
    use privacy::request::{Ground, Happened, decided_by};
    for ground in Ground::ALL {
        assert!(decided_by(Happened::Refused(ground), false).is_err(), "{}", ground.name());
        assert!(decided_by(Happened::Refused(ground), true).is_ok());
    }
    assert!(decided_by(Happened::Accepted, false).is_err() && decided_by(Happened::Accepted, true).is_ok());
    for followed in [Happened::Acknowledged, Happened::CarriedOut, Happened::Answered, Happened::TakenBack] {
        assert!(decided_by(followed, false).is_ok(), "what was decided may be carried out by the house");
    }
    // And no chore of the house takes anything from anybody's part or account on its own.
    let atomform = book("atomform");
    for chore in Chore::ALL {
        for purpose in ["administration", "support", "operate"] {
            let role = chore.role_name();
            let may = atomform.roles().allows(role, Act::Change, "person", false, purpose);
            assert!(!may, "{role} for {purpose}");
        }
    }
}
