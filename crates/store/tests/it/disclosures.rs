//! What a law forbids to tell: not there for the person, nor in anything handed out, until the bar ends; there for everybody
//! else who may look; and no bar can be put on a line later.

use crate::house::{House, ask, me};
use domain::ids::PersonId;
use domain::person::{Actor, Chore, Reason, Role};
use privacy::{Act, Ask, Whose};
use sqlx::{Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::disclosures::{self, NewEntry};
use store::people::log;
use store::{Database, Tx, verify};

both! { a_bar_hides_lines_from_their_person_alone_and_ends_by_itself a_bar_put_on_a_line_later_is_found
a_restriction_does_not_stop_a_court_and_an_erasure_does }

const DAY: i64 = 24 * 3600;

struct Barred {
    olga: Actor,
    ada: PersonId,
}

/// An operator who has handed something over about somebody, of which nobody may tell them for a day.
async fn barred(house: &House) -> Barred {
    let olga = me(house.person("OLGA", Role::Operator).await, Role::Operator);
    let ada = house.person("ADA", Role::Operator).await;
    let tx = house.store.begin().await.unwrap();
    let told_at = tx.now().plus_seconds(DAY);
    let duty = |ask| tx.authorise_untold(ask, Reason::LegalDuty, told_at);
    let disclose = duty(ask(olga, Act::Disclose, "person", ada, "legal-compulsion")).await.unwrap();
    let scope: BTreeSet<String> = ["account.name".to_owned()].into();
    let (parts, files) = store::disclose(&disclose, &scope).await.unwrap();
    assert!(files.is_empty() && parts.len() == 1 && parts[0].rows[0].len() == 1, "{parts:?}");
    let line = duty(ask(olga, Act::Create, "disclosure", ada, "accountability")).await.unwrap();
    let entry = NewEntry {
        told_at,
        recipient: Some("mail"),
        named: None,
        class: "court",
        purpose: "legal-compulsion",
        ground: "legal-compulsion",
        categories: &scope,
        reference: None,
        provision: None,
        barred_by: None,
    };
    disclosures::add(&line, &store::SystemRandom, &entry).await.unwrap();
    drop((disclose, line));
    tx.commit().await.unwrap();
    Barred { olga, ada }
}

/// How many lines of the ledger and of the access log somebody is shown about her.
async fn seen(tx: &Tx, ask: impl Fn(&'static str) -> Ask<'static>) -> (usize, usize) {
    let grant = tx.authorise_because(ask("disclosure"), Reason::LegalDuty).await.unwrap();
    let entries = disclosures::entries(&grant).await.unwrap().len();
    drop(grant);
    let grant = tx.authorise_because(ask("access_note"), Reason::LegalDuty).await.unwrap();
    let looks = log::list(&grant, 100).await.unwrap();
    (entries, looks.iter().filter(|look| look.act == "disclose").count())
}

async fn a_bar_hides_lines_from_their_person_alone_and_ends_by_itself(house: House) {
    let Barred { olga, ada } = barred(&house).await;
    let whose = Whose::Person(ada);
    for (passed, hers) in [(0, (0, 0)), (DAY - 1, (0, 0)), (1, (1, 1))] {
        house.clock.advance(passed);
        let tx = house.store.begin().await.unwrap();
        let own =
            |what| Ask { actor: me(ada, Role::Operator), act: Act::Read, what, whose, purpose: "rights" };
        assert_eq!(seen(&tx, own).await, hers, "herself");
        let (actor, whose_all) = (me(ada, Role::Operator), Whose::Anyone);
        let everybodys =
            Ask { actor, act: Act::Read, what: "access_note", whose: whose_all, purpose: "accountability" };
        if hers == (0, 0) {
            let grant = tx.authorise(everybodys).await.unwrap();
            let looks = log::list(&grant, 100).await.unwrap();
            assert!(!looks.iter().any(|look| look.act == "disclose"), "nor among everybody's: {looks:?}");
        }
        let answer = |what| Ask { actor: olga, act: Act::Export, what, whose, purpose: "rights" };
        assert_eq!(seen(&tx, answer).await, hers, "in an answer to her");
        let clerk = |what| Ask {
            actor: Actor::House(Chore::Clerk),
            act: Act::Export,
            what,
            whose,
            purpose: "rights",
        };
        assert_eq!(seen(&tx, clerk).await.0, hers.0, "in her archive");
        let others = |what| Ask { actor: olga, act: Act::Disclose, what, whose, purpose: "legal-compulsion" };
        assert_eq!(seen(&tx, others).await.0, hers.0, "nor does one who demands learn of another");
        drop(tx);
        let tx = house.store.look().await.unwrap();
        let house_itself = Ask {
            actor: Actor::House(Chore::Clerk),
            act: Act::Read,
            what: "disclosure",
            whose,
            purpose: "rights",
        };
        let grant = tx.authorise(house_itself).await.unwrap();
        assert_eq!(disclosures::entries(&grant).await.unwrap().len(), 1, "it is there all the same");
    }
}

async fn a_bar_put_on_a_line_later_is_found(house: House) {
    let Barred { ada, .. } = barred(&house).await;
    house.clock.advance(DAY);
    house.store.integrate_log().await.unwrap();
    let tree = verify(house.store.log_folder(), &house.store.log_verifier()).unwrap();
    let notes = async || {
        let tx = house.store.look().await.unwrap();
        let own = ask(me(ada, Role::Operator), Act::Read, "access_note", ada, "rights");
        let grant = tx.authorise(own).await.unwrap();
        log::check(&grant, &tree).await.unwrap()
    };
    let before = notes().await;
    assert!(before.altered.is_empty() && before.sound >= 2, "{before:?}");
    let now = house.store.clock().now().micros();
    for day in [now - 1, now + 400 * DAY * 1_000_000] {
        by_hand(&house, format!("UPDATE access_note SET told_at = {day} WHERE act = 'disclose'")).await;
        assert_eq!(notes().await.altered.len(), 1, "sooner or later than it was written");
    }
}

/// Straight into the database, past the program.
async fn by_hand(house: &House, sql: String) {
    match &house.settings.database {
        Database::Embedded => {
            let file = format!("sqlite://{}", house.data().join("state.db").display());
            let mut connection = sqlx::SqliteConnection::connect(&file).await.unwrap();
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        Database::Postgres { state, .. } => {
            let mut connection = sqlx::PgConnection::connect(state).await.unwrap();
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
    }
}

/// What a law compels goes also where somebody restricted the use of their data, and its line is written; of whoever is
/// erased nothing goes, and no line is left to show.
async fn a_restriction_does_not_stop_a_court_and_an_erasure_does(house: House) {
    let restrict = if matches!(house.settings.database, Database::Embedded) { "1" } else { "TRUE" };
    let ada = house.person("ADA", Role::Member).await;
    by_hand(&house, format!("UPDATE person SET restricted = {restrict}")).await;
    let olga = me(house.person("OLGA", Role::Operator).await, Role::Operator);
    let asks = |act, what, purpose| ask(olga, act, what, ada, purpose);
    let tx = house.store.begin().await.unwrap();
    for allowed in [
        asks(Act::Create, "demand", "accountability"),
        asks(Act::Disclose, "person", "legal-compulsion"),
        asks(Act::Create, "disclosure", "accountability"),
    ] {
        drop(tx.authorise_because(allowed, Reason::LegalDuty).await.unwrap());
    }
    let support = asks(Act::Read, "person", "support");
    assert!(tx.authorise_because(support, Reason::LegalDuty).await.is_err(), "and nothing else does");
    tx.commit().await.unwrap();
    house.store.erase(Actor::House(Chore::Clerk), ada).await.unwrap();
    let tx = house.store.begin().await.unwrap();
    let gone = asks(Act::Disclose, "person", "legal-compulsion");
    assert!(tx.authorise_because(gone, Reason::LegalDuty).await.is_err());
}
