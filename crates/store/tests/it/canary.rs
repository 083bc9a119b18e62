//! Two people with unmistakable values in every column and every kind of file. One is erased; nothing of hers is left
//! anywhere, and everything of his is there, also in the newest backup.

mod fill;

use crate::blobs::{read, walk};
use crate::house::{House, ask, open};
use domain::ids::PersonId;
use fill::{Canary, actor, fill, write_past};
use privacy::{Act, Seal};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Archive, BackupError, Database, Settings, Store, SystemRandom, restore};
use uuid::Uuid;
use witness::traces::Hunt;

both! { one_is_erased_and_nothing_of_hers_is_left the_search_finds_what_lies_in_the_clear
a_cell_that_lies_open_is_seen }

const ADA: Canary = Canary { sealed: "ADASEALED-7f3a9c", plain: "ADAPLAIN-7f3a9c" };
const BOB: Canary = Canary { sealed: "BOBSEALED-7f3a9c", plain: "BOBPLAIN-7f3a9c" };

/// Looks for a word, also as addresses have it.
fn hunt(word: &str) -> Hunt {
    Hunt::of([word.as_bytes(), word.to_lowercase().as_bytes()])
}

/// Where it is found: in the house's files and rows, in what was logged, in files besides, and in those of its database.
async fn found(house: &House, hunt: &Hunt, besides: &[PathBuf]) -> Vec<String> {
    let folders = [&house.settings.data, &house.settings.keys];
    let mut places: Vec<PathBuf> = folders.into_iter().flat_map(|folder| hunt.files_in(folder)).collect();
    places.extend(besides.iter().filter(|file| hunt.is_in(&std::fs::read(file).unwrap())).cloned());
    for address in addresses(&house.settings) {
        if hunt.is_in(&witness::postgres::content(address).await) {
            places.push("rows".into());
        }
        places.extend(hunt.files_in(&witness::postgres::files(address).await));
    }
    if hunt.is_in(&witness::log::captured().bytes()) {
        places.push("log".into());
    }
    places.into_iter().map(|place| place.display().to_string()).collect()
}

fn addresses(settings: &Settings) -> Vec<&str> {
    match &settings.database {
        Database::Embedded => vec![],
        Database::Postgres { state, keys } => vec![state, keys],
    }
}

/// Everything about somebody: the archive, and the content of each file.
struct All {
    archive: Archive,
    files: BTreeMap<(String, Uuid), Vec<u8>>,
}

impl All {
    async fn of(store: &Store, id: PersonId) -> Self {
        let archive = store.export(actor(id), id).await.unwrap();
        let mut files = BTreeMap::new();
        for file in &archive.files {
            let tx = store.look().await.unwrap();
            let grant = tx.authorise(ask(actor(id), Act::Read, &file.table, id, "rights")).await.unwrap();
            let pass = grant.blob_pass(&file.kind, file.owner).await.unwrap().unwrap();
            drop(grant);
            files.insert((file.kind.clone(), file.owner), read(store, pass).await.unwrap());
        }
        Self { archive, files }
    }

    fn rows(&self, table: &str) -> &[Map<String, Json>] {
        self.archive.parts.iter().find(|part| part.table == table).map_or(&[], |part| &part.rows)
    }

    /// Every column of the data map that is about people, not withheld and open under the policy in force holds something, what is sealed their own word;
    /// and there is a file of every kind.
    fn is_full(&self, house: &House, canary: Canary) {
        let map = house.store.book().map();
        for (name, table) in map.tables().filter(|(_, table)| table.person.is_some()) {
            let stored = |category: &str| house.store.book().may_store(category);
            for (column, about) in table.column.iter().filter(|(_, c)| c.category().is_some_and(stored)) {
                if about.withheld.is_some() {
                    continue;
                }
                let values = || self.rows(name).iter().filter_map(|row| row.get(column));
                assert!(values().any(|value| !value.is_null()), "{name}.{column} is empty");
                let word = values().any(|value| value.to_string().contains(canary.sealed));
                let low = values().any(|value| value.to_string().contains(&canary.sealed.to_lowercase()));
                assert!(about.seal != Seal::Cell || word || low, "{name}.{column} holds no canary");
            }
        }
        for kind in map.blob.keys() {
            let of_kind = || self.files.iter().filter(|((of, _), _)| of == kind);
            let holds = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(canary.sealed);
            assert!(of_kind().count() > 0 && of_kind().all(|(_, bytes)| holds(bytes)), "{kind}");
        }
    }

    /// Everything of before is here as it was. (Taking an archive is itself told: lines may have come since.)
    fn is_as(&self, before: &Self) {
        for part in &before.archive.parts {
            let now = self.rows(&part.table);
            if part.table == "access_note" {
                assert!(part.rows.iter().all(|row| now.contains(row)), "{:?} is not in {now:?}", part.rows);
            } else {
                assert_eq!(now, part.rows, "{}", part.table);
            }
        }
        assert_eq!(self.files, before.files);
    }
}

async fn one_is_erased_and_nothing_of_hers_is_left(mut house: House) {
    domain::proves!(
        "AF-104",
        "AF-112",
        "KA-32",
        "TP-45",
        "SP-18",
        "SP-32",
        by = "store::record::Grant::to_disk"
    );
    witness::log::captured();
    let bob = fill(&house, BOB).await;
    let ada = fill(&house, ADA).await;
    house.store.integrate_log().await.unwrap();

    // Everything is there, of each in their own archive alone; and the search finds what is not sealed, and only that.
    let (hers, his) = (All::of(&house.store, ada).await, All::of(&house.store, bob).await);
    hers.is_full(&house, ADA);
    his.is_full(&house, BOB);
    let text = format!("{:?}", hers.archive.parts);
    assert!(!text.contains(BOB.sealed) && !text.contains(BOB.plain), "{text}");
    for withheld in ["password", "totp", "token", "key\"", "recovery", "invitation"] {
        assert!(!text.contains(&format!("{}-{withheld}", ADA.sealed)), "{withheld}: {text}");
    }
    assert_eq!(found(&house, &hunt(ADA.sealed), &[]).await, Vec::<String>::new());
    assert_ne!(found(&house, &hunt(ADA.plain), &[]).await, Vec::<String>::new());

    house.store.erase(actor(ada), ada).await.unwrap();
    house.store.purge(ada).await.unwrap();
    house.store.rotate_keys().await.unwrap();
    let folder = house.folder.path().to_owned();
    let backup = if matches!(house.settings.database, Database::Embedded) {
        let files = vec![folder.join("data.tar"), folder.join("keys.sealed")];
        house.store.backup(&files[0], &files[1], "correct horse").await.unwrap();
        files
    } else {
        let refused = house.store.backup(&folder.join("d"), &folder.join("k"), "correct horse").await;
        assert!(matches!(refused, Err(BackupError::NotEmbedded)), "its own tools make the copy");
        vec![]
    };
    nothing_of_hers(&house, ada, &backup).await;
    All::of(&house.store, bob).await.is_as(&his);

    // The backup is opened: all of him comes back, and she does not, though nothing tells it of the erasure.
    let to = Settings {
        data: folder.join("restored"),
        keys: folder.join("restored-keys"),
        database: house.settings.database.clone(),
    };
    let to = if let [data, keys] = &backup[..] {
        let random = Arc::new(SystemRandom);
        let now = domain::time::Clock::now(&*house.clock);
        let restored = restore(data, keys, "correct horse", &to.data, &to.keys, random, now).await.unwrap();
        assert_eq!(restored.keys, 2, "his and the house's");
        to
    } else {
        house = house.reopened().await;
        house.store.close().await;
        copied(&house.settings, to).await
    };
    let restored = open(&to, &house.clock, "house").await;
    All::of(&restored, bob).await.is_as(&his);
    assert!(restored.export(actor(ada), ada).await.is_err(), "there is nobody of her number");
    let second = House { store: restored, settings: to, ..house };
    nothing_of_hers(&second, ada, &[]).await;
}

/// Neither her words nor her number are anywhere, save that the ledger of erasures says who is gone; nothing of his lies
/// in the clear that is sealed; and the search still finds what does.
async fn nothing_of_hers(house: &House, ada: PersonId, backup: &[PathBuf]) {
    for word in [ADA.sealed, ADA.plain, BOB.sealed] {
        assert_eq!(found(house, &hunt(word), backup).await, Vec::<String>::new(), "{word}");
    }
    assert_ne!(found(house, &hunt(BOB.plain), backup).await, Vec::<String>::new());
    let number = Hunt::of([ada.uuid().as_bytes().as_slice(), ada.uuid().hyphenated().to_string().as_bytes()]);
    let bytes = |file: &Path| std::fs::read(file).unwrap();
    for file in walk(&house.data()).iter().chain(backup).filter(|f| !f.ends_with("erasures.log")) {
        assert!(!number.is_in(&bytes(file)), "her number is in {}", file.display());
    }
    if let Some(state) = addresses(&house.settings).first() {
        assert!(!number.is_in(&witness::postgres::content(state).await), "her number is in a row");
    }
}

/// A copy of a house on PostgreSQL, as a backup by its own tools, without the ledger of erasures.
async fn copied(from: &Settings, mut to: Settings) -> Settings {
    for (source, target) in [(&from.data, &to.data), (&from.keys, &to.keys)] {
        for file in walk(source).into_iter().filter(|file| !file.ends_with("erasures.log")) {
            let place = target.join(file.strip_prefix(source).unwrap());
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::copy(file, place).unwrap();
        }
    }
    if let Database::Postgres { state, keys } = &mut to.database {
        *state = witness::postgres::copy(state).await;
        *keys = witness::postgres::copy(keys).await;
    }
    to
}

async fn the_search_finds_what_lies_in_the_clear(house: House) {
    std::fs::write(house.data().join("leak"), "…ADASEALED-7f3a9c…").unwrap();
    assert_eq!(found(&house, &hunt(ADA.sealed), &[]).await.len(), 1);
}

/// Every kind of row is there, and each cell that the data map calls sealed is; what is written past the program is seen.
async fn a_cell_that_lies_open_is_seen(house: House) {
    domain::proves!("FL-59", by = "store::safeguards::cells_lying_open");
    fill(&house, ADA).await;
    assert_eq!(house.store.cells_lying_open().await.unwrap(), 0);
    let open = match house.store.engine() {
        store::Engine::Sqlite => "X'414441'",
        store::Engine::Postgres => "'\\x414441'::bytea",
    };
    write_past(&house, &[format!("UPDATE passkey SET name = {open}")]).await;
    assert_eq!(house.store.cells_lying_open().await.unwrap(), 1);
}
