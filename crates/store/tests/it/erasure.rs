//! Erasing a person: unreadable at once, gone soon, and never brought back.

use crate::blobs::{model, pass, read};
use crate::house::{House, ask, me, open};
use domain::ids::{ModelId, PersonId};
use domain::person::{Actor, Chore, Role};
use privacy::{Act, Refusal};
use store::SystemRandom;

both! { the_erased_are_unreadable_at_once an_erasure_cut_short_goes_on_at_the_next_start the_receipt_says_when_it_is_final
only_the_person_or_the_clerk_may_erase nothing_can_be_sealed_after_the_fence }

async fn the_erased_are_unreadable_at_once(house: House) {
    domain::proves!("AF-104", "TP-45", by = "store::erase::Store::erase");
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let (hers, his) = (ModelId::fresh(&SystemRandom), ModelId::fresh(&SystemRandom));
    model(&house, ada, hers, b"solid ada").await;
    model(&house, bob, his, b"solid bob").await;
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let tx = house.store.look().await.unwrap();
    let gone = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await;
    assert_eq!(gone.unwrap_err().refusal(), Some(&Refusal::NotFound));
    drop(tx);
    assert!(house.store.purge(ada).await.unwrap() > 0);
    assert_eq!(house.store.purge(ada).await.unwrap(), 0, "twice is once");
    let left = read(&house.store, pass(&house, bob, his).await.unwrap()).await.unwrap();
    assert_eq!(left, b"solid bob");
}

async fn an_erasure_cut_short_goes_on_at_the_next_start(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    model(&house, ada, ModelId::fresh(&SystemRandom), b"solid ada").await;
    // erased, but the process ends before the rows are purged
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let house = house.reopened().await;
    assert_eq!(house.store.purge(ada).await.unwrap(), 0, "the start has purged");
    let tx = house.store.look().await.unwrap();
    drop(tx.authorise(ask(me(bob, Role::Member), Act::Read, "person", bob, "account")).await.unwrap());
}

async fn the_receipt_says_when_it_is_final(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let receipt = house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    assert_eq!(receipt.at.to_string(), "2026-11-22T09:00:00Z");
    // backups live 35 days, which is longer than two key epochs of 7 days
    assert_eq!(receipt.final_at.to_string(), "2026-12-27T09:00:00Z");
    assert_eq!(receipt.policy, "house/1");
}

async fn only_the_person_or_the_clerk_may_erase(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    for actor in [me(boss, Role::Operator), Actor::Outsider, Actor::House(Chore::Preparer)] {
        let refused = house.store.erase(actor, ada).await;
        assert_eq!(refused.unwrap_err().refusal(), Some(&Refusal::NotFound), "{actor:?}");
    }
    house.store.erase(Actor::House(Chore::Clerk), ada).await.unwrap();
}

async fn nothing_can_be_sealed_after_the_fence(house: House) {
    let ada = house.person("ada", Role::Member).await;
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let tx = house.store.begin().await.unwrap();
    for act in [Act::Create, Act::Change] {
        let refused = tx.authorise(ask(me(ada, Role::Member), act, "model", ada, "print")).await;
        assert_eq!(refused.unwrap_err().refusal(), Some(&Refusal::NotFound));
    }
}

#[tokio::test]
async fn a_receipt_stays_as_it_was_when_the_policy_changes() {
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    let given = house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let (settings, clock) = (house.settings.clone(), house.clock.clone());
    house.store.close().await;
    // an erasure of before the ledger held receipts, and a line that was cut short, are erasures all the same
    let old = PersonId::fresh(&SystemRandom);
    let ledger = settings.data.join("erasures.log");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, format!("{text}{old} {}\n", given.at.micros())).unwrap();
    let store =
        crate::versions::start(&settings, &clock, &crate::versions::another("atomform")).await.unwrap();
    let receipts = store.receipts().await.unwrap();
    assert_eq!(receipts[0], (ada, given));
    assert_eq!((receipts[1].0, receipts[1].1.policy.as_str()), (old, "atomform/2"));
}

#[tokio::test]
async fn a_ledger_line_that_a_crash_cut_short_does_not_hide_the_next() {
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    let ledger = house.data().join("erasures.log");
    std::fs::write(&ledger, "0123456789abcdef").unwrap();
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    let settings = house.settings.clone();
    let clock = house.clock.clone();
    house.store.close().await;
    assert!(std::fs::read_to_string(&ledger).unwrap().contains(&ada.to_string()));
    let store = open(&settings, &clock, "house").await;
    assert_eq!(store.purge(ada).await.unwrap(), 0);
}
