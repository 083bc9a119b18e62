//! The register of breaches: whose data it was is counted by what lay there then; it outlives whoever wrote it, and its time.

use crate::house::{House, ask, me, personal};
use domain::ids::{BreachId, ModelId, PersonId};
use domain::person::{Actor, Role};
use domain::time::{Clock as _, Instant};
use privacy::breach::{Exposed, Exposure, Happened, Risk, Topic, places};
use privacy::{Act, Ask, Whose};
use store::breaches::{self, Breach, NewBreach};
use store::models::{self, NewModel};
use store::{SystemRandom, Tx};

both! { whose_it_was_is_counted_by_what_lay_there_then the_register_outlives_whoever_wrote_it
two_steps_at_once_do_not_both_count it_goes_five_years_after_it_was_closed }

const DAY: i64 = 24 * 3600;

fn exposed(what: Exposure, until: Instant) -> [Exposed; 1] {
    [Exposed { what, from: until.plus_seconds(-60), until }]
}

async fn counted(house: &House, what: Exposure, until: Instant, whom: Option<PersonId>) -> Vec<PersonId> {
    let places = places(house.store.book(), &exposed(what, until));
    let tx = house.store.look().await.unwrap();
    let found = breaches::concerned(&tx, &places, whom).await.unwrap();
    assert!(found.iter().all(|found| found.has_account));
    found.into_iter().map(|found| found.person).collect()
}

async fn whose_it_was_is_counted_by_what_lay_there_then(house: House) {
    let ada = house.person("ADA", Role::Member).await;
    let first = house.clock.now();
    house.clock.advance(DAY);
    let bob = house.person("BOB", Role::Member).await;
    house.clock.advance(DAY);
    let now = house.clock.now();
    let mut both = vec![ada, bob];
    both.sort();
    assert_eq!(counted(&house, Exposure::Database, now, None).await, both);
    assert_eq!(counted(&house, Exposure::Database, first, None).await, [ada], "he came later");
    assert_eq!(counted(&house, Exposure::Database, first.plus_seconds(-1), None).await, [], "so did she");
    assert_eq!(counted(&house, Exposure::Account, now, Some(bob)).await, [bob], "one account alone");
    assert_eq!(counted(&house, Exposure::Database, first, Some(bob)).await, [], "not his, then");
    assert_eq!(counted(&house, Exposure::Files, now, None).await, [], "neither has a file");
    assert_eq!(counted(&house, Exposure::KeyDatabase, now, None).await, [], "keys alone are nobody’s data");
    // By category: she has something there, he has not.
    let tx = house.store.begin().await.unwrap();
    let own = ask(me(ada, Role::Member), Act::Create, "model", ada, "print");
    let grant = tx.authorise(own).await.unwrap();
    let new = NewModel {
        id: ModelId::fresh(&SystemRandom),
        name: personal("a gift".to_owned()),
        format: "stl".to_owned(),
        size: 1,
        facts: None,
        report: None,
    };
    models::insert(&grant, &new).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    let all = exposed(Exposure::Database, house.clock.now());
    for (category, whose) in [("model.name", vec![ada]), ("model.facts", vec![]), ("account.name", both)] {
        let places = places(house.store.book(), &all).into_iter().filter(|p| p.category == category);
        let places: Vec<_> = places.collect();
        assert!(!places.is_empty());
        let tx = house.store.look().await.unwrap();
        let found = breaches::concerned(&tx, &places, None).await.unwrap();
        assert_eq!(found.iter().map(|f| f.person).collect::<Vec<_>>(), whose, "{category}");
    }
}

/// Records a breach with words, by somebody.
async fn recorded(house: &House, by: Actor) -> BreachId {
    let id = BreachId::fresh(&SystemRandom);
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(own(by, "breach")).await.unwrap();
    breaches::enter(&grant, NewBreach { id, aware_at: tx.now(), subject: None }).await.unwrap();
    drop(grant);
    assert!(step(&tx, by, id, 0, Happened::Learned(Topic::Nature), "A-LAPTOP-WAS-LOST").await);
    tx.commit().await.unwrap();
    id
}

fn own(by: Actor, what: &'static str) -> Ask<'static> {
    ask(by, Act::Create, what, by.person().unwrap(), "accountability")
}

async fn step(tx: &Tx, by: Actor, id: BreachId, after: i64, happened: Happened, words: &str) -> bool {
    let grant = tx.authorise(own(by, "breach_event")).await.unwrap();
    breaches::note(&grant, &SystemRandom, (id, after), (tx.now(), happened), words).await.unwrap()
}

async fn read(house: &House, by: Actor) -> Vec<Breach> {
    let tx = house.store.begin().await.unwrap();
    let ask =
        Ask { actor: by, act: Act::Read, what: "breach", whose: Whose::Anyone, purpose: "accountability" };
    let grant = tx.authorise(ask).await.unwrap();
    breaches::all(&grant).await.unwrap()
}

async fn the_register_outlives_whoever_wrote_it(house: House) {
    let olga = me(house.person("OLGA", Role::Operator).await, Role::Operator);
    let pia = me(house.person("PIA", Role::PrivacyOfficer).await, Role::PrivacyOfficer);
    recorded(&house, pia).await;
    let before = read(&house, olga).await;
    assert_eq!(before[0].events[0].by, pia.person());
    house.store.erase(pia, pia.person().unwrap()).await.unwrap();
    house.store.purge(pia.person().unwrap()).await.unwrap();
    let after = read(&house, olga).await;
    let event = &after[0].events[0];
    assert_eq!(
        (event.by, event.role.as_str()),
        (None, "privacy-officer"),
        "the part stays, and nobody in it"
    );
    assert_eq!(event.words, "A-LAPTOP-WAS-LOST");
    // On the disk the words are sealed.
    if let store::Database::Embedded = house.settings.database {
        house.store.clone().close().await;
        let bytes = std::fs::read(house.data().join("state.db")).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"A-LAPTOP"));
    }
}

async fn two_steps_at_once_do_not_both_count(house: House) {
    let olga = me(house.person("OLGA", Role::Operator).await, Role::Operator);
    let id = recorded(&house, olga).await;
    let tx = house.store.begin().await.unwrap();
    assert!(step(&tx, olga, id, 1, Happened::Assessed(Risk::High), "keys went with it").await);
    assert!(
        !step(&tx, olga, id, 1, Happened::Assessed(Risk::Unlikely), "no keys").await,
        "decided on what was"
    );
    assert!(step(&tx, olga, id, 2, Happened::Closed, "locks").await);
    assert!(!step(&tx, olga, id, 3, Happened::Learned(Topic::Nature), "more").await, "it is closed");
    tx.commit().await.unwrap();
    let happened: Vec<Happened> =
        read(&house, olga).await.remove(0).events.iter().map(|e| e.happened).collect();
    let all = [Happened::Learned(Topic::Nature), Happened::Assessed(Risk::High), Happened::Closed];
    assert_eq!(happened, all);
}

async fn it_goes_five_years_after_it_was_closed(house: House) {
    let olga = me(house.person("OLGA", Role::Operator).await, Role::Operator);
    let (open, closed) = (recorded(&house, olga).await, recorded(&house, olga).await);
    let tx = house.store.begin().await.unwrap();
    assert!(step(&tx, olga, closed, 1, Happened::Closed, "locks").await);
    tx.commit().await.unwrap();
    house.clock.advance(5 * 365 * DAY);
    assert_eq!(read(&house, olga).await.len(), 2, "PIPEDA wants 24 months, Quebec five years");
    house.clock.advance(2 * DAY);
    let left = read(&house, olga).await;
    assert_eq!(left.iter().map(|b| b.id).collect::<Vec<_>>(), [open], "what is open stays");
    assert!(house.store.sweep().await.unwrap().rows >= 2);
    let left = read(&house, olga).await;
    assert_eq!((left.len(), left[0].events.len()), (1, 1));
}
