//! The access log: what leaves a line, that foreign tools can check it, that an altered byte is found.

use crate::blobs::walk;
use crate::house::{House, ask, me};
use domain::ids::PersonId;
use domain::person::Role;
use privacy::Act;
use std::path::Path;
use std::process::Command;
use store::people::log;
use store::{Broken, Database, tree, verify};

both! { looks_by_others_leave_a_line_and_ones_own_do_not one_look_in_a_quarter_of_an_hour_is_one_line
an_altered_note_is_found a_note_outlives_whoever_looked
the_tree_grows_and_checks_out the_log_still_checks_out_after_an_erasure }

async fn act(house: &House, who: PersonId, role: Role, act: Act, whose: PersonId, purpose: &str) {
    let tx = house.store.begin().await.unwrap();
    drop(tx.authorise(ask(me(who, role), act, "person", whose, purpose)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn lines(house: &House, whose: PersonId) -> Vec<log::Look> {
    let tx = house.store.look().await.unwrap();
    let grant =
        tx.authorise(ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights")).await.unwrap();
    log::list(&grant, 1000).await.unwrap()
}

async fn looks_by_others_leave_a_line_and_ones_own_do_not(house: House) {
    domain::proves!("AF-116", by = "privacy::decide::decide");
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    act(&house, ada, Role::Member, Act::Read, ada, "account").await;
    act(&house, ada, Role::Member, Act::Change, ada, "account").await;
    assert_eq!(lines(&house, ada).await, []);
    act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
    act(&house, ada, Role::Member, Act::Export, ada, "rights").await;
    let seen: Vec<_> = lines(&house, ada).await.into_iter().map(|l| (l.role, l.act, l.purpose)).collect();
    let expected = [("member", "export", "rights"), ("operator", "read", "administration")];
    assert_eq!(seen, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
}

async fn one_look_in_a_quarter_of_an_hour_is_one_line(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    for _ in 0..3 {
        act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
        house.clock.advance(60);
    }
    assert_eq!(lines(&house, ada).await.len(), 1);
    act(&house, boss, Role::Operator, Act::Change, ada, "administration").await;
    assert_eq!(lines(&house, ada).await.len(), 2, "another act is another line");
    house.clock.advance(15 * 60);
    act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
    assert_eq!(lines(&house, ada).await.len(), 3);
}

/// Alters the rows behind the store's back.
pub async fn tamper(house: &House, sql: &str) {
    use sqlx::{Connection as _, Executor as _};
    let done = match &house.settings.database {
        Database::Embedded => {
            let file = house.settings.data.join("state.db");
            let mut db =
                sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
            db.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap().rows_affected()
        }
        Database::Postgres { state, .. } => {
            let mut db = sqlx::PgConnection::connect(state).await.unwrap();
            db.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap().rows_affected()
        }
    };
    assert_eq!(done, 1, "{sql}");
}

/// The notes about somebody against the log as it is in the files.
async fn checked(house: &House, whose: PersonId) -> log::Notes {
    let log = verify(house.store.log_folder(), &house.store.log_verifier()).unwrap();
    let tx = house.store.look().await.unwrap();
    let grant =
        tx.authorise(ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights")).await.unwrap();
    log::check(&grant, &log).await.unwrap()
}

async fn an_altered_note_is_found(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
    assert_eq!(checked(&house, ada).await, log::Notes { waiting: vec![1], ..log::Notes::default() });
    act(&house, ada, Role::Member, Act::Export, ada, "rights").await;
    house.store.integrate_log().await.unwrap();
    let sound = log::Notes { sound: 2, ..log::Notes::default() };
    assert_eq!(checked(&house, ada).await, sound);
    for (column, wrong, right) in [
        ("role", "'member'", "'operator'"),
        ("purpose", "'rights'", "'administration'"),
        ("act", "'change'", "'read'"),
        ("what", "'model'", "'person'"),
        ("at", "at + 1", "at - 1"),
    ] {
        tamper(&house, &format!("UPDATE access_note SET {column} = {wrong} WHERE leaf = 1")).await;
        let found = checked(&house, ada).await;
        assert_eq!((found.sound, found.altered), (1, vec![1]), "{column}");
        tamper(&house, &format!("UPDATE access_note SET {column} = {right} WHERE leaf = 1")).await;
        assert_eq!(checked(&house, ada).await, sound, "{column}");
    }
    tamper(
        &house,
        "UPDATE access_note SET actor = (SELECT actor FROM access_note WHERE leaf = 2) WHERE leaf = 1",
    )
    .await;
    assert_eq!(checked(&house, ada).await.altered, [1], "somebody else is said to have looked");
    tamper(&house, "UPDATE access_note SET actor = NULL WHERE leaf = 1").await;
    assert_eq!(checked(&house, ada).await.nameless, [1]);
    // a leaf altered to fit is not the one in the tree
    let (from, to) = ("SELECT leaf FROM access_leaf WHERE id = 2", "UPDATE access_leaf SET leaf =");
    tamper(&house, &format!("{to} ({from}) WHERE id = 1")).await;
    assert_eq!(checked(&house, ada).await.altered, [1]);
}

async fn a_note_outlives_whoever_looked(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
    house.store.erase(me(boss, Role::Operator), boss).await.unwrap();
    house.store.purge(boss).await.unwrap();
    house.store.integrate_log().await.unwrap();
    let found = checked(&house, ada).await;
    assert_eq!((found.nameless, found.altered), (vec![1], vec![]), "the name is gone, the rest still binds");
}

/// A log of `count` leaves, written in several goes.
async fn fill(house: &House, count: usize) {
    let ada = house.person("ada", Role::Member).await;
    let tx = house.store.begin().await.unwrap();
    for n in 0..count {
        drop(tx.authorise(ask(me(ada, Role::Member), Act::Export, "person", ada, "rights")).await.unwrap());
        let _ = n;
    }
    tx.commit().await.unwrap();
}

async fn the_tree_grows_and_checks_out(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let mut sizes = Vec::new();
    for batch in [1, 2, 250, 3, 300] {
        let tx = house.store.begin().await.unwrap();
        for _ in 0..batch {
            drop(
                tx.authorise(ask(me(ada, Role::Member), Act::Export, "person", ada, "rights")).await.unwrap(),
            );
        }
        tx.commit().await.unwrap();
        let size = house.store.integrate_log().await.unwrap();
        let checked = verify(house.store.log_folder(), &house.store.log_verifier()).unwrap();
        assert_eq!(checked.checkpoint.size, size);
        sizes.push((size, checked.checkpoint.root));
    }
    let all = verify(house.store.log_folder(), &house.store.log_verifier()).unwrap().leaves;
    for (size, root) in &sizes {
        let proof = tree::consistency(&all, *size).unwrap();
        let (last, top) = sizes.last().unwrap();
        assert!(tree::continues(*size, *last, &proof, root, top));
    }
    let house = house.reopened().await;
    assert_eq!(house.store.integrate_log().await.unwrap(), 556, "a restart goes on where it was");
    verify(house.store.log_folder(), &house.store.log_verifier()).unwrap();
}

async fn the_log_still_checks_out_after_an_erasure(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    act(&house, boss, Role::Operator, Act::Read, ada, "administration").await;
    house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    house.store.purge(ada).await.unwrap();
    assert_eq!(house.store.integrate_log().await.unwrap(), 2);
    verify(house.store.log_folder(), &house.store.log_verifier()).unwrap();
}

#[tokio::test]
async fn one_altered_byte_is_located() {
    domain::proves!("AF-116", by = "store::log::verify::verify");
    let house = House::sqlite().await;
    fill(&house, 600).await;
    house.store.integrate_log().await.unwrap();
    let (folder, verifier) = (house.store.log_folder().to_owned(), house.store.log_verifier());
    for file in walk(&folder) {
        let good = std::fs::read(&file).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x20;
        std::fs::write(&file, &bad).unwrap();
        let found = verify(&folder, &verifier).unwrap_err();
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        match found {
            Broken::Leaves(numbers) => {
                let tile: u64 = name.split('/').nth(2).unwrap()[..3].parse().unwrap();
                assert_eq!(numbers.len(), 1, "{name}");
                assert_eq!(numbers[0] / 256, tile, "{name}: {numbers:?}");
            }
            Broken::File(path) | Broken::Tile(path) => assert_eq!(path, name),
            Broken::Checkpoint(_) => assert_eq!(name, "checkpoint"),
            Broken::Root => panic!("{name}: not located"),
        }
        std::fs::write(&file, &good).unwrap();
    }
    verify(&folder, &verifier).unwrap();
}

/// A second implementation, in another language, that shares no code with this one.
fn foreign(folder: &Path, verifier: &str, arguments: &[&str]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../acceptance/independent/check_log.py");
    #[allow(clippy::disallowed_methods, reason = "the test asks a foreign program")]
    let output =
        Command::new("python3").arg(script).arg(folder).arg(verifier).args(arguments).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

#[tokio::test]
async fn a_foreign_program_agrees_and_finds_the_altered_byte() {
    let house = House::sqlite().await;
    fill(&house, 300).await;
    house.store.integrate_log().await.unwrap();
    let (folder, verifier) = (house.store.log_folder().to_owned(), house.store.log_verifier());
    let before = house.folder.path().join("checkpoint-300");
    std::fs::copy(folder.join("checkpoint"), &before).unwrap();
    let bob = house.person("bob", Role::Member).await;
    act(&house, bob, Role::Member, Act::Export, bob, "rights").await;
    assert_eq!(house.store.integrate_log().await.unwrap(), 301);

    let ours = verify(&folder, &verifier).unwrap();
    let hex = |hash: &[u8]| hash.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (ok, text) = foreign(&folder, &verifier, &[]);
    assert!(ok && text.contains(&hex(&ours.checkpoint.root)), "{text}");

    // our inclusion and consistency proofs, judged by the foreign program
    let path = tree::inclusion(&ours.leaves, 299).unwrap();
    let proof: Vec<String> = path.iter().map(|h| hex(h)).collect();
    let (ok, text) = foreign(&folder, &verifier, &["inclusion", "299", &proof.join(",")]);
    assert!(ok, "{text}");
    let (ok, _) = foreign(&folder, &verifier, &["inclusion", "298", &proof.join(",")]);
    assert!(!ok, "a proof for another leaf");
    let path = tree::consistency(&ours.leaves, 300).unwrap();
    let proof: Vec<String> = path.iter().map(|h| hex(h)).collect();
    let (ok, text) =
        foreign(&folder, &verifier, &["consistency", before.to_str().unwrap(), &proof.join(",")]);
    assert!(ok, "{text}");

    let bundle = folder.join("tile/entries/000");
    let mut bytes = std::fs::read(&bundle).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let (ok, text) = foreign(&folder, &verifier, &[]);
    assert!(!ok && text.contains("leaf 0 "), "{text}");
}
