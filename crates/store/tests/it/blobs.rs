//! Sealed files: streamed, bound to their person, void when erasure begins.

use crate::house::{House, ask, me};
use domain::ids::{ModelId, PersonId};
use domain::person::Role;
use futures::StreamExt as _;
use privacy::Act;
use store::{ReadPass, Store, SystemRandom, Value};

both! { a_file_comes_back_as_it_went_in an_altered_file_does_not_open a_pass_runs_out another_persons_file_does_not_exist
a_file_nobody_took_is_swept }

/// Stores a model of `size` bytes for a person and returns the bytes.
pub async fn model(house: &House, person: PersonId, model: ModelId, bytes: &[u8]) {
    let mut staging = house.store.stage().await.unwrap();
    for piece in bytes.chunks(100_000) {
        staging.write(piece).await.unwrap();
    }
    let staged = staging.finish().await.unwrap();
    let tx = house.store.begin().await.unwrap();
    let grant =
        tx.authorise(ask(me(person, Role::Member), Act::Create, "model", person, "print")).await.unwrap();
    let values: [(&str, Value); 4] = [
        ("name", "bracket.stl".into()),
        ("size", (bytes.len() as i64).into()),
        ("state", "stored".into()),
        ("created_at", tx.now().into()),
    ];
    store::models::insert_raw(&grant, model, &values).await.unwrap();
    grant.blob_insert("model-source", model.uuid(), staged).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
}

pub async fn pass(house: &House, person: PersonId, model: ModelId) -> Option<ReadPass> {
    let tx = house.store.look().await.unwrap();
    let grant =
        tx.authorise(ask(me(person, Role::Member), Act::Read, "model", person, "print")).await.unwrap();
    grant.blob_pass("model-source", model.uuid()).await.unwrap()
}

pub async fn read(store: &Store, pass: ReadPass) -> Result<Vec<u8>, store::Fault> {
    let mut all = Vec::new();
    let mut pieces = std::pin::pin!(store.read(pass));
    while let Some(piece) = pieces.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

fn noise(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i * 31 + i / 251) as u8).collect()
}

fn fresh() -> ModelId {
    ModelId::fresh(&SystemRandom)
}

async fn a_file_comes_back_as_it_went_in(house: House) {
    let ada = house.person("ada", Role::Member).await;
    // empty, smaller than a piece, exactly one piece, one byte more, several
    for size in [0, 1000, 256 * 1024, 256 * 1024 + 1, 3 * 256 * 1024, 900_001] {
        let (id, bytes) = (fresh(), noise(size));
        model(&house, ada, id, &bytes).await;
        let back = read(&house.store, pass(&house, ada, id).await.unwrap()).await.unwrap();
        assert_eq!(back, bytes, "{size}");
    }
}

async fn an_altered_file_does_not_open(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let id = fresh();
    model(&house, ada, id, &noise(600_000)).await;
    let file = walk(&house.data().join("blobs")).into_iter().next().unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let mut altered = bytes.clone();
    altered[300_000] ^= 1;
    for broken in [altered, bytes[..bytes.len() - 1].to_vec()] {
        std::fs::write(&file, broken).unwrap();
        assert!(read(&house.store, pass(&house, ada, id).await.unwrap()).await.is_err());
    }
}

async fn a_pass_runs_out(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let id = fresh();
    model(&house, ada, id, &noise(1000)).await;
    let late = pass(&house, ada, id).await.unwrap();
    house.clock.advance(3600);
    assert!(read(&house.store, late).await.is_err());
    let fenced = pass(&house, ada, id).await.unwrap();
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    assert!(read(&house.store, fenced).await.is_err(), "the key was in hand, but the fence is up");
}

async fn another_persons_file_does_not_exist(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let id = fresh();
    model(&house, ada, id, &noise(1000)).await;
    assert!(pass(&house, bob, id).await.is_none());
}

async fn a_file_nobody_took_is_swept(house: House) {
    let ada = house.person("ada", Role::Member).await;
    model(&house, ada, fresh(), &noise(1000)).await;
    let mut staging = house.store.stage().await.unwrap();
    staging.write(b"abandoned").await.unwrap();
    drop(staging.finish().await.unwrap());
    assert_eq!(walk(&house.data().join("blobs")).len(), 2);
    assert_eq!(house.store.sweep().await.unwrap().files, 0, "not yet: it may be on its way in");
    // files carry the operating system's time, so the house's clock is set after it
    house.clock.advance(100 * 365 * 24 * 3600);
    assert_eq!(house.store.sweep().await.unwrap().files, 1);
    assert_eq!(walk(&house.data().join("blobs")).len(), 1, "and nobody else's");
}

/// Every file below a folder.
pub fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test]
async fn an_erasure_ends_what_another_process_was_reading() {
    let house = House::postgres().await;
    let other = crate::house::open(&house.settings, &house.clock, "house").await;
    let ada = house.person("ada", Role::Member).await;
    let id = fresh();
    model(&house, ada, id, &noise(1_000_000)).await;
    let pass = pass(&house, ada, id).await.unwrap();
    let mut pieces = std::pin::pin!(house.store.read(pass));
    assert!(pieces.next().await.unwrap().is_ok(), "it is being read");
    other.erase(me(ada, Role::Member), ada).await.unwrap();
    assert!(pieces.next().await.unwrap().is_err(), "not one piece more");
    assert!(pieces.next().await.is_none());
}
