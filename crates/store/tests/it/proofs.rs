//! What people keep of the log, checked without it: lines, checkpoints, receipts; and that nothing passes for what it is not.

use crate::access_log::tamper;
use crate::house::{House, ask, me};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::ids::PersonId;
use domain::person::{Reason, Role};
use domain::time::Clock as _;
use privacy::Act;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use store::people::log;
use store::{Paper, Statement, verify, verify_paper, verify_since};

both! { a_line_is_proved_without_the_log a_log_continues_every_one_that_was_kept
the_leaf_of_an_erasure_is_found_by_its_receipt }

async fn looked_at(house: &House, boss: PersonId, whose: PersonId) {
    let tx = house.store.begin().await.unwrap();
    let look = ask(me(boss, Role::Operator), Act::Read, "person", whose, "support");
    drop(tx.authorise_because(look, Reason::DataRequest).await.unwrap());
    tx.commit().await.unwrap();
    house.clock.advance(3600);
}

/// Writes leaves and gives them their places.
async fn grown(house: &House, who: PersonId, by: usize) -> u64 {
    let tx = house.store.begin().await.unwrap();
    for _ in 0..by {
        drop(tx.authorise(ask(me(who, Role::Member), Act::Export, "person", who, "rights")).await.unwrap());
    }
    tx.commit().await.unwrap();
    house.store.integrate_log().await.unwrap()
}

/// The numbers of somebody's lines, the newest first.
async fn numbers(house: &House, whose: PersonId) -> Vec<i64> {
    let tx = house.store.look().await.unwrap();
    let read = ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights");
    let lines = log::list(&tx.authorise(read).await.unwrap(), 1000).await.unwrap();
    lines.into_iter().map(|line| line.leaf).collect()
}

async fn proof(house: &House, whose: PersonId, number: i64) -> Option<String> {
    let tx = house.store.look().await.unwrap();
    let read = ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights");
    log::prove(&tx.authorise(read).await.unwrap(), number).await.unwrap()
}

/// Alters each byte, one after the other: none of what comes of it may pass.
fn each_byte_counts(text: &str, verifier: &str, kept: Option<&str>) {
    verify_paper(text, verifier, kept).unwrap();
    for place in 0..text.len() {
        for bit in [1, 0x20] {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] ^= bit;
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let found = verify_paper(&altered, verifier, kept);
            assert!(found.is_err(), "byte {place} of {text}: {found:?}");
        }
    }
}

/// The verifier key of another house.
async fn another_key() -> String {
    House::sqlite().await.store.log_verifier()
}

async fn a_line_is_proved_without_the_log(house: House) {
    let (ada, boss) = (house.person("ada", Role::Member).await, house.person("boss", Role::Operator).await);
    let eve = house.person("eve", Role::Member).await;
    looked_at(&house, boss, ada).await;
    grown(&house, eve, 2).await;
    let (number, verifier) = (numbers(&house, ada).await[0], house.store.log_verifier());
    let text = proof(&house, ada, number).await.unwrap();
    let Ok(Paper::Line { index, size, line }) = verify_paper(&text, &verifier, None) else {
        panic!("{:?}", verify_paper(&text, &verifier, None))
    };
    assert_eq!((index, size), (0, 3));
    assert_eq!([&line.role, &line.act, &line.what, &line.purpose], ["operator", "read", "person", "support"]);
    assert_eq!(
        line.about,
        Some((ada.uuid(), Some("data-request".to_owned()))),
        "whose it is, and why, is opened"
    );
    assert!(!text.contains(&boss.to_string()), "who acted is not");
    each_byte_counts(&text, &verifier, None);
    assert!(verify_paper(&text, &another_key().await, None).is_err(), "under another house's key");
    // The same said in another form is not the same file.
    let extra = text.lines().nth(1).unwrap().strip_prefix("extra ").unwrap();
    let said = String::from_utf8(BASE64_STANDARD.decode(extra).unwrap()).unwrap();
    let number_of_ada = ada.uuid().to_string();
    for other in
        [said.replace("\"leaf\":", "\"leaf\": "), said.replace(&number_of_ada, &number_of_ada.to_uppercase())]
    {
        assert_ne!(other, said);
        let other = text.replace(extra, &BASE64_STANDARD.encode(other));
        assert!(verify_paper(&other, &verifier, None).is_err(), "{other}");
    }

    assert_eq!(proof(&house, eve, number).await, None, "another person's line is not there");
    assert_eq!(proof(&house, ada, 999).await, None);
    // Under a bar it is there for nobody; once they may know, its day is part of what is opened.
    let told_at = house.clock.now().plus_seconds(3600);
    let tx = house.store.begin().await.unwrap();
    let look = ask(me(boss, Role::Operator), Act::Read, "person", ada, "support");
    drop(tx.authorise_untold(look, Reason::LegalDuty, told_at).await.unwrap());
    tx.commit().await.unwrap();
    house.store.integrate_log().await.unwrap();
    let barred = number + 3;
    assert_eq!(proof(&house, ada, barred).await, None);
    house.clock.advance(3601);
    assert_eq!(numbers(&house, ada).await[0], barred);
    let told = proof(&house, ada, barred).await.unwrap();
    assert!(matches!(verify_paper(&told, &verifier, None), Ok(Paper::Line { index: 3, .. })));
    each_byte_counts(&told, &verifier, None);
    // What was proved stays proved, though whoever looked is gone and the log goes on.
    house.store.erase(me(boss, Role::Operator), boss).await.unwrap();
    house.store.purge(boss).await.unwrap();
    grown(&house, eve, 300).await;
    let later = proof(&house, ada, number).await.unwrap();
    assert!(later != text && verify_paper(&later, &verifier, None).is_ok());
    verify_paper(&text, &verifier, None).unwrap();
}

async fn a_log_continues_every_one_that_was_kept(house: House) {
    let ada = house.person("ada", Role::Member).await;
    let verifier = house.store.log_verifier();
    assert_eq!(house.store.continues(0).await.unwrap(), None, "an empty log proves nothing");
    let mut kept = vec![];
    for by in [1, 1, 3, 250, 1, 1, 300] {
        let size = grown(&house, ada, by).await;
        kept.push((size, house.store.checkpoint().unwrap()));
    }
    let (newest, _) = kept.last().unwrap().clone();
    let all = numbers(&house, ada).await;
    for at in [0, 1, 40, 256, 300, 301, 302, 555, 556] {
        let found = verify_paper(&proof(&house, ada, all[at]).await.unwrap(), &verifier, None);
        let place = newest - 1 - at as u64;
        assert!(matches!(found, Ok(Paper::Line { index, .. }) if index == place), "{place}: {found:?}");
    }
    let whole = verify(house.store.log_folder(), &verifier).unwrap();
    for (size, checkpoint) in &kept {
        let text = house.store.continues(*size).await.unwrap().unwrap();
        let found = verify_paper(&text, &verifier, Some(checkpoint)).unwrap();
        assert!(matches!(found, Paper::Continues { old, newer } if old == *size && newer.size == newest));
        assert!(verify_paper(&text, &verifier, None).unwrap_err().contains("--since"));
        assert_eq!(verify_since(&whole, &verifier, checkpoint).unwrap().size, *size);
    }
    let (size, old) = &kept[3];
    let text = house.store.continues(*size).await.unwrap().unwrap();
    each_byte_counts(&text, &verifier, Some(old));
    for (other, checkpoint) in kept.iter().filter(|(other, _)| other != size) {
        assert!(verify_paper(&text, &verifier, Some(checkpoint)).is_err(), "kept at {other}, not at {size}");
    }
    assert_eq!(house.store.continues(newest + 1).await.unwrap(), None, "it never had as many");
    // Another history of the same length, signed by the same key, is not what was kept.
    let forged = whole.leaves.iter().rev().copied().collect::<Vec<_>>();
    let forged = store::Verified { leaves: forged, checkpoint: whole.checkpoint.clone() };
    assert!(verify_since(&forged, &verifier, old).is_err());
    let cut = store::Verified { leaves: whole.leaves[..5].to_vec(), checkpoint: whole.checkpoint.clone() };
    assert!(verify_since(&cut, &verifier, old).unwrap_err().contains("cut off"));
    each_byte_counts(old, &verifier, None);
}

async fn the_leaf_of_an_erasure_is_found_by_its_receipt(house: House) {
    let (ada, eve) = (house.person("ada", Role::Member).await, house.person("eve", Role::Member).await);
    grown(&house, eve, 3).await;
    house.clock.advance(60);
    let receipt = house.store.erase(me(ada, Role::Member), ada).await.unwrap();
    house.store.purge(ada).await.unwrap();
    assert_eq!(house.store.erasure_logged(receipt.at).await.unwrap(), None, "its leaf has no place yet");
    house.store.integrate_log().await.unwrap();
    let logged = house.store.erasure_logged(receipt.at).await.unwrap().unwrap();
    assert!(!logged.contains(&ada.to_string()));
    let says = json!({
        "at": receipt.at.to_string(), "at_micros": receipt.at.micros(),
        "final_at": receipt.final_at.to_string(), "log": logged,
    });
    let verifier = house.store.log_verifier();
    let text = house.store.states(Statement::Erasure, &says).unwrap();
    let found = verify_paper(&text, &verifier, None).unwrap();
    assert!(matches!(found, Paper::Erasure { logged: Some((3, 4)), .. }), "{found:?}");
    each_byte_counts(&text, &verifier, None);
    // A leaf of the log that is not of this erasure is refused, though the statement is signed.
    let mut other = says.clone();
    other["at_micros"] = json!(receipt.at.micros() + 1);
    let other = house.store.states(Statement::Erasure, &other).unwrap();
    assert!(verify_paper(&other, &verifier, None).unwrap_err().contains("not of this erasure"));
    let mut other = says;
    other["log"] = json!(proof(&house, eve, numbers(&house, eve).await[0]).await.unwrap());
    let other = house.store.states(Statement::Erasure, &other).unwrap();
    assert!(verify_paper(&other, &verifier, None).unwrap_err().contains("not of this erasure"));
    assert_eq!(house.store.erasure_logged(receipt.at.plus_seconds(1)).await.unwrap(), None);
}

#[tokio::test]
async fn nothing_that_the_key_signs_passes_for_something_else() {
    let house = House::sqlite().await;
    let ada = house.person("ada", Role::Member).await;
    grown(&house, ada, 2).await;
    let verifier = house.store.log_verifier();
    let erasure = house.store.states(Statement::Erasure, &json!({ "at": "then" })).unwrap();
    let consent = house.store.states(Statement::Consent, &json!({ "at": "then" })).unwrap();
    let checkpoint = house.store.checkpoint().unwrap();
    let origin = verifier.split('+').next().unwrap();
    assert!(matches!(verify_paper(&erasure, &verifier, None), Ok(Paper::Erasure { .. })));
    assert!(matches!(verify_paper(&consent, &verifier, None), Ok(Paper::Consent { .. })));
    assert!(matches!(verify_paper(&checkpoint, &verifier, None), Ok(Paper::Checkpoint(_))));
    for text in [&erasure, &consent, &checkpoint] {
        each_byte_counts(text, &verifier, None);
        assert!(verify_paper(text, &another_key().await, None).is_err());
        let (_, rest) = text.split_once('\n').unwrap();
        for title in ["printkeep erasure receipt v1", "printkeep consent receipt v1", origin] {
            let other = format!("{title}\n{rest}");
            assert!(other == *text || verify_paper(&other, &verifier, None).is_err(), "{other}");
        }
        assert!(verify_paper(text, &verifier, Some(&checkpoint)).is_err(), "{text}");
    }
    // A statement that goes on like a checkpoint is none.
    let (_, rest) = checkpoint.split_once('\n').unwrap();
    let root = rest.lines().nth(1).unwrap();
    let says = json!(format!("1\n{root}"));
    let like = house.store.states(Statement::Consent, &says).unwrap();
    let proof = house.store.continues(2).await.unwrap().unwrap();
    assert!(verify_paper(&proof, &verifier, Some(&like)).is_err());
    let behind = format!("old 2\n\n{like}");
    assert!(verify_paper(&behind, &verifier, Some(&checkpoint)).unwrap_err().contains("not a checkpoint"));
    for nothing in ["", "\n\n", "old", "old 1\n\n", "c2sp.org/tlog-proof@v1\n\n", "a file\n"] {
        assert!(verify_paper(nothing, &verifier, Some(&checkpoint)).is_err(), "{nothing:?}");
        assert!(verify_paper(nothing, &verifier, None).is_err(), "{nothing:?}");
    }
}

#[tokio::test]
async fn a_leaf_of_before_is_proved_and_not_opened_and_an_altered_one_is_not_proved() {
    let house = House::sqlite().await;
    let (ada, boss) = (house.person("ada", Role::Member).await, house.person("boss", Role::Operator).await);
    looked_at(&house, boss, ada).await;
    let number = numbers(&house, ada).await[0];
    let as_version = |old: u8, new: u8| {
        let text = format!("replace(CAST(leaf AS TEXT), '\"v\":{old}', '\"v\":{new}')");
        format!("UPDATE access_leaf SET leaf = CAST({text} AS BLOB) WHERE id = {number}")
    };
    // With its one salt, who acted could be found by trying.
    tamper(&house, &as_version(2, 1)).await;
    house.store.integrate_log().await.unwrap();
    let text = proof(&house, ada, number).await.unwrap();
    let found = verify_paper(&text, &house.store.log_verifier(), None).unwrap();
    assert!(matches!(&found, Paper::Line { line, .. } if line.about.is_none()), "{found:?}");
    assert!(found.to_string().contains("does not open"), "{found}");

    tamper(&house, &as_version(1, 2)).await;
    let tx = house.store.look().await.unwrap();
    let read = ask(me(ada, Role::Member), Act::Read, "access_note", ada, "rights");
    let refused = log::prove(&tx.authorise(read).await.unwrap(), number).await.unwrap_err();
    assert!(refused.to_string().contains("does not stand in the log"), "{refused}");
}

/// Asks the second implementation, which shares no code with this one.
fn foreign(verifier: &str, file: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../acceptance/independent/check_log.py");
    #[allow(clippy::disallowed_methods, reason = "the test asks a foreign program")]
    let output = Command::new("python3").arg(script).arg(file).arg(verifier).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

#[tokio::test]
async fn a_foreign_program_checks_a_proof_without_the_log() {
    let house = House::sqlite().await;
    let (ada, boss) = (house.person("ada", Role::Member).await, house.person("boss", Role::Operator).await);
    looked_at(&house, boss, ada).await;
    grown(&house, ada, 300).await;
    let number = *numbers(&house, ada).await.last().unwrap();
    let (text, verifier) = (proof(&house, ada, number).await.unwrap(), house.store.log_verifier());
    let file = house.folder.path().join("line.tlog-proof");
    std::fs::write(&file, &text).unwrap();
    let (ok, said) = foreign(&verifier, &file);
    assert!(ok && said.contains("leaf 0 of 301") && said.contains("\"purpose\":\"support\""), "{said}");
    assert!(said.contains(&format!("about {}", ada.uuid())), "{said}");
    assert!(!foreign(&another_key().await, &file).0);
    let (head, checkpoint) = text.split_once("\n\n").unwrap();
    let extra = head.lines().nth(1).unwrap();
    let swap = |text: &str, from: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[from] = if bytes[from] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let hash = head.len() - 10;
    for broken in [
        text.replace(extra, &swap(extra, extra.len() / 2)),
        text.replace("index 0", "index 1"),
        format!("{}\n\n{checkpoint}", swap(head, hash)),
        swap(&text, text.len() - 20),
    ] {
        std::fs::write(&file, &broken).unwrap();
        assert!(!foreign(&verifier, &file).0, "{broken}");
    }
}
