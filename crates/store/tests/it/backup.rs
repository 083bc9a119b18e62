//! The restore drill: what was backed up comes back, who was erased does not.

use crate::blobs::{model, pass, read};
use crate::house::{House, ask, me, open};
use domain::ids::ModelId;
use domain::person::Role;
use privacy::{Act, Refusal};
use std::sync::Arc;
use store::{BackupError, Settings, SystemRandom, people, restore};

#[tokio::test]
async fn a_restore_brings_back_the_living_and_not_the_erased() {
    domain::proves!("TP-45", by = "store::erase::Store::replay_erasures");
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let his = ModelId::fresh(&SystemRandom);
    model(&house, bob, his, b"solid bob").await;
    let at = |name: &str| house.folder.path().join(name);
    house.store.backup(&at("data.tar"), &at("keys.sealed"), "correct horse").await.unwrap();
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();

    let to = Settings { data: at("new-data"), keys: at("new-keys"), ..house.settings.clone() };
    std::fs::create_dir_all(&to.data).unwrap();
    std::fs::copy(house.data().join("erasures.log"), to.data.join("erasures.log")).unwrap();
    let random = Arc::new(SystemRandom);
    let bring = async |passphrase| {
        restore(&at("data.tar"), &at("keys.sealed"), passphrase, &to.data, &to.keys, random.clone()).await
    };
    assert!(matches!(bring("wrong horse").await, Err(BackupError::Passphrase)));
    assert!(!to.data.join("state.db").exists(), "a wrong passphrase writes nothing");
    assert_eq!(bring("correct horse").await.unwrap().keys, 3, "ada, bob and the house");
    assert!(matches!(bring("correct horse").await, Err(BackupError::NotEmpty(_))));

    let store = open(&to, &house.clock, "house").await;
    let tx = store.look().await.unwrap();
    let gone = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await;
    assert_eq!(gone.unwrap_err().refusal(), Some(&Refusal::NotFound));
    let grant = tx.authorise(ask(me(bob, Role::Member), Act::Read, "person", bob, "account")).await.unwrap();
    assert_eq!(people::account(&grant).await.unwrap().unwrap().name.unwrap().reveal(), "bob-name");
    drop(grant);
    drop(tx);
    let restored =
        House { store, clock: house.clock.clone(), settings: to, folder: tempfile::TempDir::new().unwrap() };
    assert_eq!(read(&restored.store, pass(&restored, bob, his).await.unwrap()).await.unwrap(), b"solid bob");
    assert_eq!(restored.store.log_verifier(), house.store.log_verifier(), "the log goes on under its key");
    store::verify(restored.store.log_folder(), &restored.store.log_verifier()).unwrap();
}
