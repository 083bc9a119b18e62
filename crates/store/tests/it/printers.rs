//! Machines: the word that a bed is clear is used once, and only by the process that works the machine.

use crate::house::{House, personal};
use domain::ids::{PrinterId, WorkId};
use store::SystemRandom;
use store::printers::{Equipment, Lease, NewMachine};

both! { a_clear_bed_is_used_once_and_by_whoever_works_the_machine a_machines_key_is_sealed }

async fn machine(house: &House) -> PrinterId {
    let id = PrinterId::fresh(&SystemRandom);
    let new = NewMachine {
        name: "Left".to_owned(),
        driver: "octoprint",
        address: Some("http://127.0.0.1:5000".to_owned()),
        secret: Some(personal("MACHINE-KEY-CANARY".to_owned())),
        equipment: Equipment::default(),
    };
    let tx = house.store.begin().await.unwrap();
    tx.printer_add(id, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn say_clear(house: &House, id: PrinterId) {
    let tx = house.store.begin().await.unwrap();
    assert!(tx.printer_bed_clear(id).await.unwrap());
    tx.commit().await.unwrap();
}

async fn take(house: &House, id: PrinterId, worker: WorkId) -> Option<Lease> {
    let tx = house.store.begin().await.unwrap();
    let lease = tx.printer_lease(id, worker.uuid(), 8).await.unwrap();
    tx.commit().await.unwrap();
    lease
}

async fn use_bed(house: &House, id: PrinterId, lease: Lease) -> bool {
    let tx = house.store.begin().await.unwrap();
    let used = tx.printer_use_bed(id, lease).await.unwrap();
    tx.commit().await.unwrap();
    used
}

async fn a_clear_bed_is_used_once_and_by_whoever_works_the_machine(house: House) {
    let id = machine(&house).await;
    let (one, two) = (WorkId::fresh(&SystemRandom), WorkId::fresh(&SystemRandom));
    let first = take(&house, id, one).await.unwrap();
    assert!(!use_bed(&house, id, first).await, "nobody has said that it is clear");
    say_clear(&house, id).await;
    assert!(use_bed(&house, id, first).await);
    assert!(!use_bed(&house, id, first).await, "once");

    say_clear(&house, id).await;
    house.clock.advance(9);
    assert!(!use_bed(&house, id, first).await, "its time is over");
    let second = take(&house, id, two).await.unwrap();
    assert!(!use_bed(&house, id, first).await, "another works it");
    assert!(use_bed(&house, id, second).await);

    // after a silence in which anybody may have printed, nobody's word counts any more
    say_clear(&house, id).await;
    house.clock.advance(3600);
    let third = take(&house, id, one).await.unwrap();
    assert!(!use_bed(&house, id, third).await);
}

async fn a_machines_key_is_sealed(house: House) {
    let id = machine(&house).await;
    let tx = house.store.look().await.unwrap();
    let secret = tx.printer(id).await.unwrap().unwrap().secret.unwrap();
    assert_eq!(secret.reveal(), "MACHINE-KEY-CANARY");
    drop(tx);
    for file in crate::blobs::walk(&house.data()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(18).any(|w| w == b"MACHINE-KEY-CANARY"), "{}", file.display());
    }
}
