//! A house for a test: folders of its own, a clock that stands still, and people.

use domain::ids::PersonId;
use domain::person::{Actor, Chore, Role};
use domain::time::Standing;
use privacy::{Act, Ask, Personal, Sources, Whose};
use sqlx::{Connection as _, Executor as _};
use std::path::PathBuf;
use std::sync::Arc;
use store::people::{self, Change, NewPerson};
use store::{Database, Settings, Store, SystemRandom};
use tempfile::TempDir;

pub struct House {
    pub store: Store,
    pub clock: Arc<Standing>,
    pub settings: Settings,
    pub folder: TempDir,
}

impl House {
    pub async fn sqlite() -> Self {
        Self::open(TempDir::new().unwrap(), |_| Database::Embedded).await
    }

    pub async fn postgres() -> Self {
        let state = database().await;
        let keys = database().await;
        Self::open(TempDir::new().unwrap(), |_| Database::Postgres { state, keys }).await
    }

    async fn open(folder: TempDir, database: impl FnOnce(&TempDir) -> Database) -> Self {
        let settings = Settings {
            data: folder.path().join("data"),
            keys: folder.path().join("keys"),
            database: database(&folder),
        };
        let clock = Arc::new(Standing::at_iso("2026-11-22T09:00:00Z"));
        let store = open(&settings, &clock, "house").await;
        Self { store, clock, settings, folder }
    }

    /// The same house after a restart.
    pub async fn reopened(self) -> Self {
        self.store.close().await;
        let store = open(&self.settings, &self.clock, "house").await;
        Self { store, ..self }
    }

    /// A person with unmistakable values in every field of their account.
    pub async fn person(&self, canary: &str, role: Role) -> PersonId {
        let id = PersonId::fresh(&SystemRandom);
        let tx = self.store.begin().await.unwrap();
        let grant = tx.authorise(door(Act::Create, "person", id)).await.unwrap();
        let new = NewPerson {
            role,
            name: personal(format!("{canary}-name")),
            email: Some(personal(format!("{canary}-mail@example.org").to_lowercase())),
            old_enough: Some(true),
            extra: None,
        };
        people::insert(&grant, &new).await.unwrap();
        let security = ask(Actor::House(Chore::Doorkeeper), Act::Change, "person", id, "security");
        let grant = tx.authorise(security).await.unwrap();
        let password = Change { password: Some(personal(format!("{canary}-password"))), ..Change::default() };
        people::change(&grant, password).await.unwrap();
        drop(grant);
        tx.commit().await.unwrap();
        id
    }

    pub fn data(&self) -> PathBuf {
        self.settings.data.clone()
    }
}

pub async fn open(settings: &Settings, clock: &Arc<Standing>, profile: &str) -> Store {
    try_open(settings, clock, profile).await.unwrap()
}

pub async fn try_open(
    settings: &Settings,
    clock: &Arc<Standing>,
    profile: &str,
) -> Result<Store, store::Fault> {
    let book =
        Arc::new(Sources::built_in(&witness::policy::or_in_force(profile)).unwrap().compile().unwrap());
    Store::open(settings.clone(), book, clock.clone(), Arc::new(SystemRandom)).await
}

pub fn personal(text: String) -> Personal<String> {
    Personal::new(text)
}

/// The doorkeeper asks about somebody's account.
pub fn door(act: Act, what: &str, person: PersonId) -> Ask<'_> {
    ask(Actor::House(Chore::Doorkeeper), act, what, person, "account")
}

pub fn ask<'a>(actor: Actor, act: Act, what: &'a str, person: PersonId, purpose: &'a str) -> Ask<'a> {
    Ask { actor, act, what, whose: Whose::Person(person), purpose }
}

pub fn me(id: PersonId, role: Role) -> Actor {
    Actor::Person { id, role, key: None, proven: true }
}

/// A new empty database on the run's PostgreSQL.
pub async fn database() -> String {
    let server = std::env::var("PRINTKEEP_TEST_POSTGRES")
        .expect("no PostgreSQL for this run: use `cargo nextest run`, which starts one");
    let name = format!("t{}", PersonId::fresh(&SystemRandom));
    let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0")))
        .await
        .unwrap();
    server.replace("/postgres?", &format!("/{name}?"))
}
