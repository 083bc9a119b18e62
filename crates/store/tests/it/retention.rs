//! What has expired is not returned, and the sweep removes it.

use crate::blobs::model;
use crate::house::{House, ask, me, personal};
use domain::ids::{JobId, ModelId, PersonId, PrintReference, RestrictionId, SessionId};
use domain::job::JobState;
use domain::person::{Actor, Chore, Role};
use privacy::Act;
use privacy::restriction::Ground;
use store::jobs::{self, Facts, NewJob};
use store::people::restrictions::{self, New, Turn};
use store::people::{log, sessions};
use store::{Kept, SystemRandom};

both! { the_file_of_an_expired_row_is_not_given_out expired_lines_are_hidden_at_once_and_swept_later a_preview_touches_nothing ten_years_of_sweeps_leave_nothing_over_age
what_somebody_needs_for_a_claim_is_kept_until_their_restriction_ends }

const YEAR: i64 = 365 * 24 * 3600;

/// A look by the operator at somebody's account, which leaves a line in the access log.
async fn look(house: &House, who: PersonId, whose: PersonId) {
    let tx = house.store.begin().await.unwrap();
    drop(
        tx.authorise(ask(me(who, Role::Operator), Act::Read, "person", whose, "administration"))
            .await
            .unwrap(),
    );
    tx.commit().await.unwrap();
}

async fn lines(house: &House, whose: PersonId) -> usize {
    let tx = house.store.look().await.unwrap();
    let grant =
        tx.authorise(ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights")).await.unwrap();
    log::list(&grant, 100).await.unwrap().len()
}

async fn expired_lines_are_hidden_at_once_and_swept_later(house: House) {
    domain::proves!("AF-103", by = "store::record::Grant::list");
    domain::proves!("TP-44", by = "store::sweep::note");
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    look(&house, boss, ada).await;
    assert_eq!(lines(&house, ada).await, 1);
    house.clock.advance(2 * YEAR - 24 * 3600);
    assert_eq!(lines(&house, ada).await, 1, "a day before its two years are over");
    house.clock.advance(3 * 24 * 3600);
    assert_eq!(lines(&house, ada).await, 0, "refused before the sweep comes");
    let yesterday = house.store.clock().now();
    assert_eq!(house.store.swept_since(yesterday).await.unwrap(), []);
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
    assert_eq!(house.store.sweep().await.unwrap().rows, 0);
    let gone = [("access_note".to_owned(), 1)];
    assert_eq!(
        house.store.swept_since(yesterday).await.unwrap(),
        gone,
        "what went is on record, kind by kind"
    );
    look(&house, boss, ada).await;
    house.clock.advance(2 * YEAR + 3 * 24 * 3600);
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
    assert_eq!(house.store.swept_since(house.store.clock().now()).await.unwrap(), gone, "that day alone");
    assert_eq!(house.store.swept_since(yesterday).await.unwrap(), [("access_note".to_owned(), 2)]);
}

async fn the_file_of_an_expired_row_is_not_given_out(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let mut staging = house.store.stage().await.unwrap();
    staging.write(b"G28").await.unwrap();
    let toolpath = staging.finish().await.unwrap();
    let job = JobId::fresh(&SystemRandom);
    let new = NewJob {
        state: JobState::Queued,
        wanted: None,
        reference: PrintReference::fresh(&SystemRandom),
        name: None,
        facts: Facts::default(),
        trouble: None,
        findings: None,
        incognito: None,
    };
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(ask(me(ada, Role::Member), Act::Create, "job", ada, "print")).await.unwrap();
    jobs::insert(&grant, job, &new).await.unwrap();
    grant.blob_insert("job-toolpath", job.uuid(), toolpath).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    let given = async || {
        let tx = house.store.look().await.unwrap();
        let grant = tx.authorise(ask(me(ada, Role::Member), Act::Read, "job", ada, "print")).await.unwrap();
        grant.blob_pass("job-toolpath", job.uuid()).await.unwrap().is_some()
    };
    house.clock.advance(89 * 24 * 3600);
    assert!(given().await, "a day before its 90 days are over");
    house.clock.advance(2 * 24 * 3600);
    assert!(!given().await, "refused before the sweep comes");
}

async fn a_preview_touches_nothing(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    look(&house, boss, ada).await;
    house.clock.advance(3 * YEAR);
    for _ in 0..2 {
        let due = house.store.sweep_preview().await.unwrap();
        assert_eq!(due.iter().find(|(table, _)| table == "access_note").unwrap().1, 1);
    }
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
}

async fn ten_years_of_sweeps_leave_nothing_over_age(house: House) {
    domain::proves!("AF-103", by = "store::sweep::Store::sweep");
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    let mut written = 0;
    for month in 0..120 {
        look(&house, boss, ada).await;
        written += 1;
        house.clock.advance(30 * 24 * 3600);
        house.store.sweep().await.unwrap();
        let over_age = house.store.sweep_preview().await.unwrap();
        assert!(
            over_age.iter().all(|(_, rows)| *rows == 0),
            "month {month}: hidden is not gone: {over_age:?}"
        );
        let kept = lines(&house, ada).await;
        assert!(kept <= 25, "month {month}: {kept} lines of two years");
        assert!(kept >= written.min(24), "month {month}: only {kept} lines of {written}");
    }
}

/// How much lies in the write-ahead log.
fn remains(house: &House) -> u64 {
    std::fs::metadata(house.data().join("state.db-wal")).unwrap().len()
}

#[tokio::test]
async fn what_a_reader_kept_from_being_cleared_away_goes_with_the_next_sweep() {
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    house.store.sweep().await.unwrap();
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let reader = house.store.look().await.unwrap();
    drop(reader.authorise(ask(me(bob, Role::Member), Act::Read, "person", bob, "account")).await.unwrap());
    house.store.purge(ada).await.unwrap();
    assert!(remains(&house) > 0, "somebody was reading");
    drop(reader);
    house.store.sweep().await.unwrap();
    assert_eq!(remains(&house), 0);
}

#[tokio::test]
async fn a_sweep_leaves_no_remains_of_what_it_or_anybody_removed() {
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    look(&house, boss, ada).await;
    house.clock.advance(3 * YEAR);
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
    assert_eq!(remains(&house), 0, "of what it removed");
    let id = ModelId::fresh(&SystemRandom);
    model(&house, ada, id, b"solid ada").await;
    house.store.sweep().await.unwrap();
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(ask(me(ada, Role::Member), Act::Erase, "model", ada, "print")).await.unwrap();
    let gone = store::models::erase(&grant, id).await.unwrap().unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    house.store.unlink(gone).await.unwrap();
    assert!(remains(&house) > 0);
    house.store.sweep().await.unwrap();
    assert_eq!(remains(&house), 0, "of what somebody removed");
}

/// All of somebody's data is restricted from now on, for this reason.
async fn restrict(house: &House, whose: PersonId, ground: Ground) -> RestrictionId {
    let id = RestrictionId::fresh(&SystemRandom);
    let tx = house.store.begin().await.unwrap();
    let ask = ask(me(whose, Role::Member), Act::Create, "restriction", whose, "rights");
    let new = New { id, purpose: None, ground, ends_at: None, request: None, reference: None };
    restrictions::begin(&tx.authorise(ask).await.unwrap(), &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn signed_in(house: &House, whose: PersonId) {
    let tx = house.store.begin().await.unwrap();
    let door = Actor::House(Chore::Doorkeeper);
    let grant = tx.authorise(ask(door, Act::Create, "session", whose, "security")).await.unwrap();
    let new = sessions::NewSession {
        id: SessionId::fresh(&SystemRandom),
        token: vec![7; 32],
        ends_at: tx.now().plus_seconds(3600),
        proven: true,
        shared: false,
        agent: personal("Firefox".into()),
        address: personal("192.0.2.7".into()),
    };
    sessions::insert(&grant, &new).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
}

async fn sessions_of(house: &House, whose: PersonId) -> usize {
    let tx = house.store.look().await.unwrap();
    let grant =
        tx.authorise(ask(me(whose, Role::Member), Act::Read, "session", whose, "rights")).await.unwrap();
    sessions::list(&grant).await.unwrap().len()
}

async fn what_somebody_needs_for_a_claim_is_kept_until_their_restriction_ends(house: House) {
    domain::proves!("AF-106", by = "store::over_age::is_held");
    domain::proves!("AF-106", by = "store::over_age::OverAge::kept");
    let boss = house.person("boss", Role::Operator).await;
    let mut people = Vec::new();
    for (name, ground) in [
        ("ada", Ground::LegalClaims),
        ("bea", Ground::UnlawfulUse),
        ("eve", Ground::HouseClaims),
        ("cyd", Ground::OwnWish),
        ("dan", Ground::AccuracyContested),
    ] {
        let person = house.person(name, Role::Member).await;
        look(&house, boss, person).await;
        people.push((person, restrict(&house, person, ground).await));
    }
    signed_in(&house, people[0].0).await;
    let before = sessions_of(&house, people[0].0).await;
    house.clock.advance(2 * YEAR + 3 * 24 * 3600);
    let kept = async || {
        let mut kept = Vec::new();
        for (person, _) in &people {
            kept.push(lines(&house, *person).await);
        }
        kept
    };
    assert_eq!(kept().await, [1, 1, 1, 0, 0], "a wish keeps nothing past its time");
    house.store.sweep().await.unwrap();
    assert_eq!(kept().await, [1, 1, 1, 0, 0]);
    assert_eq!((before, sessions_of(&house, people[0].0).await), (1, 0), "no session outlives its end");
    let held = |ground| Kept { table: "access_note".to_owned(), ground, rows: 1 };
    let mut beyond = house.store.kept_over_age().await.unwrap();
    beyond.sort_by_key(|kept| kept.ground.name());
    let grounds = [Ground::HouseClaims, Ground::LegalClaims, Ground::UnlawfulUse].map(held);
    assert_eq!(beyond, grounds, "each that is over age has its ground, and there are no others");
    for (person, id) in &people {
        let tx = house.store.begin().await.unwrap();
        let change = ask(me(*person, Role::Member), Act::Change, "restriction", *person, "rights");
        assert!(restrictions::turn(&tx.authorise(change).await.unwrap(), *id, Turn::Ended).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(kept().await, [0, 0, 0, 0, 0], "it is released with the restriction, and read no more");
    assert!(house.store.sweep().await.unwrap().rows >= 3);
    assert!(house.store.sweep_preview().await.unwrap().iter().all(|(_, over_age)| *over_age == 0));
    assert_eq!(house.store.kept_over_age().await.unwrap(), []);
}
