//! The queue of background work: put down with its cause, claimed once, fenced.

use crate::house::House;
use domain::ids::PersonId;
use std::collections::BTreeSet;
use store::SystemRandom;
use store::work::Payload;

both! { work_is_claimed_once work_whose_lease_ran_out_is_claimed_again undeclared_fields_are_refused
work_exists_only_if_its_cause_does many_workers_never_claim_the_same }

fn worker() -> uuid::Uuid {
    PersonId::fresh(&SystemRandom).uuid()
}

async fn put(house: &House, model: &str) {
    let tx = house.store.begin().await.unwrap();
    let payload = Payload::from([("model".to_owned(), model.to_owned())]);
    tx.work_put("inspect-model", None, &payload, tx.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn work_is_claimed_once(house: House) {
    put(&house, "m1").await;
    let claim = house.store.work_claim(worker(), 60).await.unwrap().unwrap();
    assert_eq!((claim.kind.as_str(), claim.payload["model"].as_str()), ("inspect-model", "m1"));
    assert!(house.store.work_claim(worker(), 60).await.unwrap().is_none());
    assert!(house.store.work_done(&claim).await.unwrap());
    assert!(!house.store.work_done(&claim).await.unwrap(), "done twice");
}

async fn work_whose_lease_ran_out_is_claimed_again(house: House) {
    put(&house, "m1").await;
    let lost = house.store.work_claim(worker(), 60).await.unwrap().unwrap();
    house.clock.advance(61);
    let again = house.store.work_claim(worker(), 60).await.unwrap().unwrap();
    assert_eq!(again.attempts, 1);
    assert!(!house.store.work_done(&lost).await.unwrap(), "the first worker's word no longer counts");
    assert!(!house.store.work_extend(&lost, 60).await.unwrap());
    let later = house.clock.as_ref();
    let retry = domain::time::Clock::now(later).plus_seconds(30);
    assert!(house.store.work_failed(&again, "the slicer is not installed", Some(retry)).await.unwrap());
    assert!(house.store.work_claim(worker(), 60).await.unwrap().is_none(), "not due yet");
    house.clock.advance(31);
    assert!(house.store.work_claim(worker(), 60).await.unwrap().is_some());
}

async fn undeclared_fields_are_refused(house: House) {
    let tx = house.store.begin().await.unwrap();
    let payload = Payload::from([("name".to_owned(), "Ada".to_owned())]);
    assert!(tx.work_put("inspect-model", None, &payload, tx.now()).await.is_err());
    assert!(tx.work_put("gossip", None, &Payload::new(), tx.now()).await.is_err());
}

async fn work_exists_only_if_its_cause_does(house: House) {
    let tx = house.store.begin().await.unwrap();
    tx.work_put("inspect-model", None, &Payload::new(), tx.now()).await.unwrap();
    drop(tx);
    assert!(house.store.work_claim(worker(), 60).await.unwrap().is_none());
}

async fn many_workers_never_claim_the_same(house: House) {
    for n in 0..40 {
        put(&house, &format!("m{n}")).await;
    }
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = house.store.clone();
        tasks.spawn(async move {
            let mut mine = Vec::new();
            while let Some(claim) = store.work_claim(worker(), 60).await.unwrap() {
                mine.push(claim.payload["model"].clone());
                assert!(store.work_done(&claim).await.unwrap());
            }
            mine
        });
    }
    let all: Vec<String> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 40);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 40);
}
