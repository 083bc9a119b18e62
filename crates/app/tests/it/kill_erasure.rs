//! The process is killed at every named place of an erasure, and started again: before anything is served the erasure is
//! whole, its leaf and its receipt are there, and the other person has everything.

use crate::house::{GCODE, context, person};
use crate::traces::files;
use app::queue::Wish;
use app::{By, Context, SignedIn};
use domain::ids::{JobId, PersonId, SessionId};
use domain::person::Role;
use domain::time::Standing;
use futures::TryStreamExt as _;
use printers::simulated::Simulated;
use privacy::{Act, Ask, Refusal, Whose};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use store::{Database, Settings};
use tempfile::TempDir;
use witness::postgres::database;

const FOLDER: &str = "PRINTKEEP_TEST_ERASURE";
const STATE: &str = "PRINTKEEP_TEST_STATE";
const KEYS: &str = "PRINTKEEP_TEST_KEYS";

const PLACES: [&str; 6] =
    ["erase:ledger", "erase:fence", "erase:key", "erase:files", "erase:rows", "nowhere"];

/// The house in this folder, as a process that starts at this instant opens it.
async fn opened(folder: &Path, database: Database, at: &str) -> Context {
    let settings = Settings { data: folder.join("data"), keys: folder.join("keys"), database };
    let clock = Arc::new(Standing::at_iso(at));
    let machine = Arc::new(Simulated::new(clock.clone()));
    context(&settings, &clock, &machine).await
}

async fn add(ctx: &Context, me: &SignedIn, name: &str) -> JobId {
    let mut incoming = app::queue::begin(ctx).await.unwrap();
    incoming.write(GCODE).unwrap();
    let wish = Wish { name: name.to_owned(), hold: true, ..Wish::default() };
    app::queue::add(ctx, me, incoming, &wish).await.unwrap()
}

/// The process that is killed: does nothing unless it is given a house.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let database = match (std::env::var(STATE), std::env::var(KEYS)) {
        (Ok(state), Ok(keys)) => Database::Postgres { state, keys },
        _ => Database::Embedded,
    };
    let ctx = opened(&folder, database, "2026-11-22T09:00:00Z").await;
    let (ada, bob) = (person(&ctx, Role::Member).await, person(&ctx, Role::Member).await);
    add(&ctx, &ada, "hers").await;
    let his = add(&ctx, &bob, "his").await;
    let leaves = ctx.store.integrate_log().await.unwrap();
    let known = [ada.person.to_string(), bob.person.to_string(), his.to_string(), leaves.to_string()];
    std::fs::write(folder.join("known"), known.join(" ")).unwrap();
    app::privacy_centre::erase_now(&ctx, &ada).await.unwrap();
}

#[allow(clippy::disallowed_methods, reason = "the process that dies is this test's own")]
async fn killed_at(place: &str, database: Database) {
    let folder = TempDir::new().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["kill_erasure::child", "--exact"]).env(FOLDER, folder.path());
    if let Database::Postgres { state, keys } = &database {
        child.env(STATE, state).env(KEYS, keys);
    }
    let died = child.env("PRINTKEEP_FAILPOINT", place).output().unwrap();
    assert_eq!(died.status.success(), place == "nowhere", "{place}: {died:?}");

    let known = std::fs::read_to_string(folder.path().join("known")).unwrap();
    let [ada, bob, his, leaves] = known.split(' ').collect::<Vec<_>>()[..] else { panic!("{known}") };
    let (ada, bob): (PersonId, PersonId) = (ada.parse().unwrap(), bob.parse().unwrap());
    let his: JobId = his.parse().unwrap();
    let ctx = opened(folder.path(), database, "2026-11-22T10:00:00Z").await;

    let member = |id: PersonId| SignedIn {
        person: id,
        role: Role::Member,
        by: By::Session(SessionId::from_uuid(id.uuid())),
        proven: true,
    };
    let reading = |id: PersonId| Ask {
        actor: member(id).actor(),
        act: Act::Read,
        what: "job",
        whose: Whose::Person(id),
        purpose: "print",
    };
    let tx = ctx.store.look().await.unwrap();
    let refused = tx.authorise(reading(ada)).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::NotFound), "{place}");
    let grant = tx.authorise(reading(bob)).await.unwrap();
    let pass = grant.blob_pass("job-toolpath", his.uuid()).await.unwrap().unwrap();
    let name = store::jobs::get(&grant, his).await.unwrap().unwrap().name.unwrap();
    drop(grant);
    drop(tx);
    assert_eq!(name.reveal(), "his", "{place}");
    let pieces: Vec<_> = ctx.store.read(pass).try_collect().await.unwrap();
    assert_eq!(pieces.concat(), GCODE, "{place}");

    assert_eq!(files(&folder.path().join("data/blobs")).len(), 1, "{place}: his file alone is left");
    assert_eq!(ctx.store.purge(ada).await.unwrap(), 0, "{place}: no row was left to remove");
    let receipts = ctx.store.receipts().await.unwrap();
    let [(who, receipt)] = &receipts[..] else { panic!("{place}: {receipts:?}") };
    assert_eq!((*who, receipt.at.to_string().as_str()), (ada, "2026-11-22T09:00:00Z"), "{place}");
    let expected = leaves.parse::<u64>().unwrap() + 1;
    assert_eq!(ctx.store.integrate_log().await.unwrap(), expected, "{place}: one leaf for one erasure");
    store::verify(ctx.store.log_folder(), &ctx.store.log_verifier()).unwrap();
}

#[tokio::test]
async fn an_erasure_survives_its_process_at_every_place_on_sqlite() {
    domain::proves!("TP-45", by = "store::erase::Store::replay_erasures");
    for place in PLACES {
        killed_at(place, Database::Embedded).await;
    }
}

#[tokio::test]
async fn an_erasure_survives_its_process_at_every_place_on_postgres() {
    domain::proves!("TP-45", by = "store::erase::Store::replay_erasures");
    for place in PLACES {
        let (state, keys) = (database().await, database().await);
        killed_at(place, Database::Postgres { state, keys }).await;
    }
}
