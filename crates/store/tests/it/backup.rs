//! The restore drill: what was backed up comes back, who was erased does not.

use crate::blobs::{model, pass, read};
use crate::house::{House, ask, me, open};
use domain::ids::ModelId;
use domain::person::Role;
use domain::time::Clock as _;
use privacy::{Act, Refusal};
use std::sync::Arc;
use store::{BackupError, Settings, SystemRandom, people, restore};

#[tokio::test]
async fn a_backup_that_is_older_than_the_policy_lets_it_be_is_refused() {
    let house = House::sqlite().await;
    house.person("ada", Role::Member).await;
    let at = |name: &str| house.folder.path().join(name);
    house.store.backup(&at("data.tar"), &at("keys.sealed"), "correct horse").await.unwrap();
    let bring = async |keys: &str, folder: &str| {
        let (data, kept, random) = (at(folder), at(&format!("{folder}-keys")), Arc::new(SystemRandom));
        restore(&at("data.tar"), &at(keys), "correct horse", &data, &kept, random, house.clock.now()).await
    };
    house.clock.advance(35 * 24 * 3600);
    assert!(bring("keys.sealed", "in-time").await.is_ok());
    house.clock.advance(1);
    assert!(matches!(bring("keys.sealed", "late").await, Err(BackupError::Expired(_))));
    assert!(!at("late").exists(), "nothing is written");
    let mut bytes = std::fs::read(at("keys.sealed")).unwrap();
    bytes["printkeep keys 2\n".len()] ^= 1;
    std::fs::write(at("keys.later"), bytes).unwrap();
    assert!(
        matches!(bring("keys.later", "forged").await, Err(BackupError::Passphrase)),
        "the time cannot be moved"
    );
}

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
        let now = house.clock.now();
        restore(&at("data.tar"), &at("keys.sealed"), passphrase, &to.data, &to.keys, random.clone(), now)
            .await
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
