//! Rows about people: what is sealed, what a grant covers, what it refuses.

use crate::house::{House, ask, door, me};
use domain::ids::{ApiKeyId, PersonId, SessionId};
use domain::person::{Actor, Chore, Reason, Role};
use domain::random::Random as _;
use privacy::{Act, Ask, Refusal, Whose};
use std::sync::{Arc, Mutex};
use store::people::{self, Change, codes, consents, sessions};
use store::{Error, SystemRandom};
use tracing::subscriber::DefaultGuard;

both! { an_account_is_found_by_its_address the_stranger_sees_nothing nothing_was_agreed_with_whoever_only_asks every_one_has_their_own_key
a_look_by_another_opens_what_the_purpose_shows a_session_lives_as_long_as_it_says an_api_key_is_known_by_its_digest
nothing_stays_of_a_transaction_that_was_dropped the_last_word_counts_whatever_the_clock_says a_reading_transaction_cannot_change
a_use_without_a_basis_is_refused_and_logged }

async fn an_account_is_found_by_its_address(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let tx = house.store.look().await.unwrap();
    let anyone = Ask {
        actor: Actor::House(Chore::Doorkeeper),
        act: Act::Read,
        what: "person",
        whose: Whose::Anyone,
        purpose: "security",
    };
    let grant = tx.authorise(anyone).await.unwrap();
    assert_eq!(people::by_email(&grant, "ada-mail@example.org").await.unwrap(), Some(ada));
    assert_eq!(people::by_email(&grant, "bob-mail@example.org").await.unwrap(), None);
    let own = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await.unwrap();
    let account = people::account(&own).await.unwrap().unwrap();
    assert_eq!(account.name.unwrap().reveal(), "ada-name");
    assert_eq!(account.email.unwrap().reveal(), "ada-mail@example.org");
}

async fn the_last_word_counts_whatever_the_clock_says(house: House) {
    let ada = house.person("ada", Role::Member).await;
    // many, because words of one instant may stand right by chance
    for (turn, status) in ["given", "withdrawn"].into_iter().cycle().take(20).enumerate() {
        house.clock.advance(-1);
        let tx = house.store.begin().await.unwrap();
        let grant =
            tx.authorise(ask(me(ada, Role::Member), Act::Create, "consent", ada, "account")).await.unwrap();
        consents::add(&grant, &SystemRandom, "history", status, "Keep a history", "button").await.unwrap();
        drop(grant);
        tx.commit().await.unwrap();
        let tx = house.store.look().await.unwrap();
        let history =
            tx.authorise(ask(me(ada, Role::Member), Act::Read, "print_record", ada, "history")).await;
        assert_eq!(history.is_ok(), status == "given", "{turn}: {status}");
    }
}

/// What the program writes into its log while this is in hand.
fn logged() -> (Arc<Mutex<Vec<u8>>>, DefaultGuard) {
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || Shared(Arc::clone(&to)));
    (lines, tracing::subscriber::set_default(subscriber.finish()))
}

async fn a_use_without_a_basis_is_refused_and_logged(house: House) {
    domain::proves!("KA-25", "TP-10", by = "store::tx::note_refusal");
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    let (lines, _guard) = logged();
    let tx = house.store.begin().await.unwrap();
    let dispatcher = Actor::House(Chore::Dispatcher);
    let refused = tx.authorise(ask(dispatcher, Act::Create, "print_record", ada, "history")).await;
    assert!(matches!(refused.unwrap_err().refusal(), Some(Refusal::ConsentMissing { .. })));
    let disclose = ask(me(boss, Role::Operator), Act::Disclose, "person", ada, "safety");
    let refused = tx.authorise_because(disclose, Reason::LegalDuty).await;
    assert!(matches!(refused.unwrap_err().refusal(), Some(Refusal::PolicyForbids { .. })));
    let undeclared = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "curiosity")).await;
    assert!(matches!(undeclared.unwrap_err().refusal(), Some(Refusal::NotFound)));
    let asked = ask(dispatcher, Act::Create, "print_record", ada, "history");
    assert!(tx.would_refuse(asked).await.unwrap().is_some(), "to ask is to try nothing");
    let absent = tx.authorise(ask(Actor::Outsider, Act::Read, "person", ada, "account")).await;
    assert!(absent.is_err());
    let log = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
    let found: Vec<&str> =
        log.lines().filter(|line| line.contains("without a legal basis was refused")).collect();
    assert_eq!(found.len(), 3, "what does not exist for somebody is no use: {log}");
    assert!(found[0].contains("kind=\"print_record\" purpose=\"history\""), "{log}");
    assert!(found[1].contains("kind=\"person\" purpose=\"safety\""), "{log}");
    assert!(found[2].contains("purpose=\"curiosity\""), "{log}");
    assert!(!log.contains(&ada.to_string()) && !log.contains("ada"), "it names nobody: {log}");
}

async fn nothing_was_agreed_with_whoever_only_asks(house: House) {
    domain::proves!("KA-21", by = "store::tx::agreed_to_nothing");
    let boss = house.person("boss", Role::Operator).await;
    for (role, agreed) in [(Role::Requester, false), (Role::Member, true)] {
        let person = house.person(role.name(), role).await;
        let tx = house.store.begin().await.unwrap();
        let administer = ask(me(boss, Role::Operator), Act::Read, "person", person, "administration");
        let refused = tx.authorise(administer).await.err().and_then(|error| error.refusal().cloned());
        assert_eq!(refused, (!agreed).then_some(Refusal::AgreementMissing), "{role}");
        let answer = ask(Actor::House(Chore::Clerk), Act::Read, "request", person, "rights");
        assert!(tx.authorise(answer).await.is_ok(), "{role}: a right needs no contract");
    }
}

async fn the_stranger_sees_nothing(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let tx = house.store.begin().await.unwrap();
    for actor in [me(bob, Role::Member), me(bob, Role::Technician), Actor::Outsider] {
        for act in [Act::Read, Act::Change, Act::Erase, Act::Export] {
            let refused = tx.authorise(ask(actor, act, "person", ada, "account")).await;
            assert_eq!(refused.unwrap_err().refusal(), Some(&Refusal::NotFound), "{actor:?} {act:?}");
        }
    }
}

async fn every_one_has_their_own_key(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let tx = house.store.begin().await.unwrap();
    let grant =
        tx.authorise(ask(me(bob, Role::Member), Act::Change, "person", bob, "account")).await.unwrap();
    let change = Change { name: Some(crate::house::personal("Bobby".into())), ..Change::default() };
    assert!(people::change(&grant, change).await.unwrap());
    drop(grant);
    let own = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await.unwrap();
    assert_eq!(people::account(&own).await.unwrap().unwrap().name.unwrap().reveal(), "ada-name");
}

async fn a_look_by_another_opens_what_the_purpose_shows(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    let tx = house.store.begin().await.unwrap();
    let look = ask(me(boss, Role::Operator), Act::Read, "person", ada, "administration");
    let grant = tx.authorise(look).await.unwrap();
    let account = people::account(&grant).await.unwrap().unwrap();
    assert_eq!(account.name.unwrap().reveal(), "ada-name");
    let credentials = people::credentials(&grant).await.unwrap().unwrap();
    assert!(credentials.password.is_none(), "administration shows no digest of a password");
}

async fn a_session_lives_as_long_as_it_says(house: House) {
    domain::proves!("AF-016", by = "store::people::sessions::insert");
    let ada = house.person("ada", Role::Member).await;
    let id = SessionId::fresh(&SystemRandom);
    let mut token = [0; 32];
    SystemRandom.fill(&mut token);
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(door_security(Act::Create, ada)).await.unwrap();
    let new = sessions::NewSession {
        id,
        token: token.to_vec(),
        ends_at: tx.now().plus_seconds(3600),
        proven: true,
        shared: false,
        agent: crate::house::personal("Firefox on a phone".into()),
        address: crate::house::personal("192.0.2.7".into()),
    };
    sessions::insert(&grant, &new).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();

    let find = async |token: &[u8]| {
        let tx = house.store.look().await.unwrap();
        let anyone = Ask { whose: Whose::Anyone, ..door_security(Act::Read, ada) };
        let grant = tx.authorise(anyone).await.unwrap();
        sessions::by_token(&grant, token).await.unwrap().map(|s| s.person)
    };
    assert_eq!(find(&token).await, Some(ada));
    assert_eq!(find(b"guessed").await, None);
    house.clock.advance(3601);
    assert_eq!(find(&token).await, None, "ended, though no sweep has come");
}

fn door_security(act: Act, person: PersonId) -> Ask<'static> {
    Ask {
        actor: Actor::House(Chore::Doorkeeper),
        act,
        what: "session",
        whose: Whose::Person(person),
        purpose: "security",
    }
}

async fn an_api_key_is_known_by_its_digest(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let tx = house.store.begin().await.unwrap();
    let grant =
        tx.authorise(ask(me(ada, Role::Member), Act::Create, "api_key", ada, "account")).await.unwrap();
    let id = ApiKeyId::fresh(&SystemRandom);
    // A digest of a secret may serve security and nothing else.
    let refused = codes::api_key_insert(&grant, id, b"token", "slicer", "print").await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PolicyForbids { .. }))), "{refused:?}");
    let grant =
        tx.authorise(ask(me(ada, Role::Member), Act::Create, "api_key", ada, "security")).await.unwrap();
    codes::api_key_insert(&grant, id, b"token", "slicer", "print").await.unwrap();
    drop(grant);
    let anyone = Ask {
        actor: Actor::House(Chore::Doorkeeper),
        act: Act::Read,
        what: "api_key",
        whose: Whose::Anyone,
        purpose: "security",
    };
    let grant = tx.authorise(anyone).await.unwrap();
    assert_eq!(codes::api_key_by_token(&grant, b"token").await.unwrap().unwrap().person, ada);
}

async fn nothing_stays_of_a_transaction_that_was_dropped(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let tx = house.store.begin().await.unwrap();
    let grant =
        tx.authorise(ask(me(ada, Role::Member), Act::Change, "person", ada, "account")).await.unwrap();
    let change = Change { name: Some(crate::house::personal("Eve".into())), ..Change::default() };
    people::change(&grant, change).await.unwrap();
    drop(grant);
    drop(tx);
    let tx = house.store.look().await.unwrap();
    let grant = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await.unwrap();
    assert_eq!(people::account(&grant).await.unwrap().unwrap().name.unwrap().reveal(), "ada-name");
}

async fn a_reading_transaction_cannot_change(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let tx = house.store.look().await.unwrap();
    assert!(tx.authorise(ask(me(ada, Role::Member), Act::Change, "person", ada, "account")).await.is_err());
    assert!(tx.authorise(door(Act::Create, "person", PersonId::fresh(&SystemRandom))).await.is_err());
}
