//! Keys: epochs, what the key folder must be, what a copy of the key database is worth.

use crate::house::{House, ask, database, me, open, try_open};
use domain::ids::PersonId;
use domain::person::Role;
use domain::time::Clock as _;
use privacy::Act;
use store::people;
use store::{Database, Settings, SystemRandom};

both! { an_epoch_ends_when_its_time_is_over_and_that_is_noted a_new_epoch_changes_nothing_for_the_living a_key_without_a_person_goes_and_nobody_elses }

/// After a breach it is told from that which keys fit which.
async fn an_epoch_ends_when_its_time_is_over_and_that_is_noted(house: House) {
    let turn = async || house.store.turn_epoch().await.unwrap();
    let ended = async || -> Vec<_> {
        let turns = house.store.look().await.unwrap().epochs_ended().await.unwrap();
        turns.into_iter().inspect(|turn| assert!(turn.began <= turn.ended)).map(|turn| turn.ended).collect()
    };
    assert_eq!(turn().await, None, "the first begins");
    let period = house.store.versions().shortest(|profile| profile.keys.epoch.get_ref());
    let due = house.clock.now().plus_period(&period);
    house.clock.advance(due.seconds_since(house.clock.now()) - 1);
    assert_eq!(turn().await, None);
    assert!(ended().await.is_empty());
    house.clock.advance(1);
    assert_eq!(turn().await, Some(2));
    assert_eq!(ended().await, [due]);
    house.clock.advance(3600);
    assert_eq!(turn().await, None, "once");
    house.clock.advance(due.plus_period(&period).seconds_since(house.clock.now()));
    assert_eq!(turn().await, Some(3));
    assert_eq!(ended().await, [due, house.clock.now()], "each stands there");
}

async fn a_new_epoch_changes_nothing_for_the_living(house: House) {
    let ada = house.person("ada", Role::Member).await;
    assert_eq!(house.store.rotate_keys().await.unwrap(), 2);
    let epochs: Vec<_> = std::fs::read_dir(&house.settings.keys)
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().into_string().ok().filter(|n| n.starts_with("epoch-")))
        .collect();
    assert_eq!(epochs, ["epoch-000002.key"], "the old epoch key is gone");
    let house = house.reopened().await;
    let tx = house.store.look().await.unwrap();
    let grant = tx.authorise(ask(me(ada, Role::Member), Act::Read, "person", ada, "account")).await.unwrap();
    assert_eq!(people::account(&grant).await.unwrap().unwrap().name.unwrap().reveal(), "ada-name");
}

/// A second process on the same house: nothing in memory is shared.
async fn beside(house: &House) -> House {
    let store = open(&house.settings, &house.clock, "house").await;
    let folder = tempfile::TempDir::new().unwrap();
    House { store, clock: house.clock.clone(), settings: house.settings.clone(), folder }
}

async fn opens(house: &House, person: PersonId, name: &str) {
    let tx = house.store.look().await.unwrap();
    let ask = ask(me(person, Role::Member), Act::Read, "person", person, "account");
    let grant = tx.authorise(ask).await.unwrap();
    assert_eq!(people::account(&grant).await.unwrap().unwrap().name.unwrap().reveal(), name);
}

#[tokio::test]
async fn whom_one_process_makes_after_another_began_an_epoch_is_readable_for_ever() {
    let house = House::postgres().await;
    let other = beside(&house).await;
    let ada = house.person("ada", Role::Member).await;
    assert_eq!(house.store.rotate_keys().await.unwrap(), 2);
    let bob = other.person("bob", Role::Member).await;
    opens(&other, ada, "ada-name").await;
    assert_eq!(other.store.rotate_keys().await.unwrap(), 3);
    let eve = house.person("eve", Role::Member).await;
    for house in [house.reopened().await, other.reopened().await] {
        opens(&house, ada, "ada-name").await;
        opens(&house, bob, "bob-name").await;
        opens(&house, eve, "eve-name").await;
    }
}

#[tokio::test]
async fn epochs_begun_at_once_by_two_processes_follow_each_other() {
    let house = House::postgres().await;
    let other = beside(&house).await;
    let ada = house.person("ada", Role::Member).await;
    let mut last = 1;
    for _ in 0..5 {
        let (one, two, bob) = tokio::join!(
            house.store.rotate_keys(),
            other.store.rotate_keys(),
            other.person("bob", Role::Member)
        );
        let mut began = [one.unwrap(), two.unwrap()];
        began.sort_unstable();
        assert_eq!(began, [last + 1, last + 2]);
        last += 2;
        let third = beside(&house).await;
        opens(&third, ada, "ada-name").await;
        opens(&third, bob, "bob-name").await;
        third.store.erase(me(bob, Role::Member), bob).await.unwrap();
        third.store.purge(bob).await.unwrap();
        third.store.close().await;
    }
}

#[tokio::test]
async fn two_processes_that_start_a_house_at_once_start_one_house() {
    let clock = House::sqlite().await.clock;
    for _ in 0..5 {
        let folder = tempfile::TempDir::new().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            keys: folder.path().join("keys"),
            database: Database::Postgres { state: database().await, keys: database().await },
        };
        let start = || {
            let (settings, clock) = (settings.clone(), clock.clone());
            tokio::spawn(async move { try_open(&settings, &clock, "house").await })
        };
        let (one, two) = (start(), start());
        let (one, two) = (one.await.unwrap().unwrap(), two.await.unwrap().unwrap());
        assert_eq!(one.log_verifier(), two.log_verifier(), "one key signs the log");
        let house = House { store: one, clock: clock.clone(), settings, folder };
        let ada = house.person("ada", Role::Member).await;
        two.close().await;
        opens(&house.reopened().await, ada, "ada-name").await;
    }
}

#[tokio::test]
async fn a_copy_of_the_key_database_is_noise_after_an_epoch() {
    let house = House::sqlite().await;
    house.person("ada", Role::Member).await;
    let (settings, clock) = (house.settings.clone(), house.clock.clone());
    let old = house.folder.path().join("old-keys.db");
    std::fs::copy(settings.data.join("keys.db"), &old).unwrap();
    house.store.rotate_keys().await.unwrap();
    house.store.close().await;
    std::fs::copy(&old, settings.data.join("keys.db")).unwrap();
    let refused = try_open(&settings, &clock, "house").await;
    let text = refused.err().unwrap().to_string();
    assert!(text.contains("epoch key could not be read"), "{text}");
}

#[tokio::test]
async fn the_key_folder_may_not_lie_in_the_data_folder() {
    let house = House::sqlite().await;
    let data = house.folder.path().join("other");
    let settings = Settings { keys: data.join("keys"), data, database: Database::Embedded };
    let text = try_open(&settings, &house.clock, "house").await.err().unwrap().to_string();
    assert!(text.contains("--keys"), "{text}");
}

#[tokio::test]
async fn the_embedded_database_has_one_process() {
    let house = House::sqlite().await;
    let text = try_open(&house.settings, &house.clock, "house").await.err().unwrap().to_string();
    assert!(text.contains("another process"), "{text}");
}

#[tokio::test]
async fn keys_and_rows_in_one_database_are_refused() {
    let house = House::sqlite().await;
    let url = database().await;
    let settings = Settings {
        data: house.folder.path().join("other"),
        keys: house.folder.path().join("other-keys"),
        database: Database::Postgres { state: url.clone(), keys: url },
    };
    let text = try_open(&settings, &house.clock, "house").await.err().unwrap().to_string();
    assert!(text.contains("second database"), "{text}");
}

#[tokio::test]
async fn secrets_are_readable_by_the_server_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::sqlite().await;
    for file in ["epoch-000001.key", "log.key"] {
        let mode = std::fs::metadata(house.settings.keys.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let mode = std::fs::metadata(&house.settings.keys).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

async fn a_key_without_a_person_goes_and_nobody_elses(house: House) {
    let ada = house.person("ada", Role::Member).await;
    // an account that was given up half-way: its key was born first
    let tx = house.store.begin().await.unwrap();
    let half = PersonId::fresh(&SystemRandom);
    let door = domain::person::Actor::House(domain::person::Chore::Doorkeeper);
    tx.authorise(ask(door, Act::Create, "person", half, "account")).await.map(drop).unwrap();
    drop(tx);
    assert_eq!(house.store.sweep().await.unwrap().keys, 0, "not yet: the account may be on its way in");
    house.clock.advance(2 * 3600);
    assert_eq!(house.store.sweep().await.unwrap().keys, 1);
    assert_eq!(house.store.sweep().await.unwrap().keys, 0);
    opens(&house, ada, "ada-name").await;
}
