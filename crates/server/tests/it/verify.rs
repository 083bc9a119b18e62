//! What people are given over HTTP is checked by the command, without the house: each kind passes, and nothing else does.
//! The house of a story needs the confined child of `acceptance`: run it with `-p acceptance -p server`.

use crate::commands::{printkeep, text};
use acceptance::{Browser, House, PASSWORD};
use domain::person::Role;
use reqwest::StatusCode;
use std::path::{Path, PathBuf};

/// A person's file, as a browser saves it.
async fn saved(who: &Browser, path: &str, folder: &Path, name: &str) -> PathBuf {
    let answer = who.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    let file = folder.join(name);
    std::fs::write(&file, answer.body).unwrap();
    file
}

/// Whether the command takes it, and what it says.
fn judged(file: &Path, key: &str, more: &[&str]) -> (bool, String) {
    let output = printkeep(&[&["verify", file.to_str().unwrap(), "--key", key], more].concat());
    let words = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success() || output.status.code() == Some(1), "{words}");
    assert_eq!(words.trim_end().lines().count(), 1, "one line: {words}");
    (output.status.success(), words)
}

/// Alters a byte here and there: the command refuses what comes of it.
fn each_part_counts(file: &Path, key: &str, more: &[&str]) {
    let good = std::fs::read(file).unwrap();
    for place in (0..good.len()).step_by(good.len() / 11) {
        let mut bad = good.clone();
        bad[place] ^= 1;
        std::fs::write(file, bad).unwrap();
        assert!(!judged(file, key, more).0, "byte {place} of {}", file.display());
    }
    std::fs::write(file, good).unwrap();
    assert!(judged(file, key, more).0);
}

/// The address behind a prefix on a page.
fn first(page: &str, prefix: &str) -> String {
    let rest = page.split(prefix).nth(1).unwrap_or_else(|| panic!("no {prefix} in {page}"));
    format!("{prefix}{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn what_people_keep_is_checked_without_the_house() {
    kept(House::new("house").await).await;
}

#[tokio::test]
async fn what_people_keep_is_checked_without_the_house_on_postgres() {
    kept(House::on_postgres("house").await).await;
}

async fn kept(house: House) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let eve = house.invited(&olga, "Eve", Role::Member).await;
    olga.get("/console/people").await;
    ada.post("/privacy/consents/history", &[("on", "yes")]).await;
    let page = ada.get("/privacy").await.body;
    let key = house.ctx.store.log_verifier();
    assert!(page.contains(&key.replace('+', "&#43;")) || page.contains(&key), "{key} in {page}");
    let (line, said) = (first(&page, "/privacy/looks/"), first(&page, "/privacy/receipts/"));
    let proof = saved(&ada, &line, folder, "line.tlog-proof").await;
    let consent = saved(&ada, &said, folder, "consent.txt").await;
    let old = saved(&house.outsider(), "/log/checkpoint", folder, "old.txt").await;
    for path in [&line, &said, "/privacy/looks/999", "/privacy/looks/x", "/privacy/receipts/x"] {
        for other in [&olga, &eve] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{path} is not theirs");
        }
    }

    let (ok, words) = judged(&proof, &key, &[]);
    let number = ada.who(&house).await.person.to_string();
    assert!(ok && words.contains("operator") && words.contains("administration"), "{words}");
    assert!(words.contains(&number), "{words}");
    let (ok, words) = judged(&consent, &key, &[]);
    assert!(ok && words.contains("ConsentGiven") && words.contains("local:history"), "{words}");
    let asks = house.ctx.store.book().profile().purpose("history").unwrap().asks.clone().unwrap();
    let (_, receipt) = judged(&consent, &key, &["--json"]);
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let record = &receipt["says"]["dpv:hasRecordOfActivity"];
    assert_eq!(record["events"]["dpv:hasConsentStatus"]["dct:description"], asks, "{receipt}");
    assert_eq!(
        record["header"]["dpv:hasDataSubject"]["@id"].as_str().unwrap().replace('-', ""),
        format!("urn:uuid:{number}")
    );
    assert!(judged(&old, &key, &[]).1.starts_with("a signed checkpoint"));

    // She goes, and keeps her receipt.
    house.clock.advance(3600);
    let ada = house.signed_in("Ada").await;
    let gone = ada.post("/privacy/erase", &[("name", "Ada"), ("password", PASSWORD), ("now", "1")]).await;
    let receipt = format!("{}/signed", gone.location.unwrap());
    let erasure = saved(&house.outsider(), &receipt, folder, "erased.txt").await;
    let (ok, words) = judged(&erasure, &key, &[]);
    assert!(ok && words.contains("brought back after 2026-12-27") && words.contains("of the log"), "{words}");
    let says = std::fs::read_to_string(&erasure).unwrap();
    assert!(says.contains("your account") && !says.contains("Ada") && !says.contains(&number), "{says}");
    let living = format!("/receipt/{}/signed", eve.who(&house).await.person);
    assert_eq!(eve.get(&living).await.status, StatusCode::NOT_FOUND, "of somebody who is there");
    assert!(judged(&proof, &key, &[]).0, "what was proved stays proved");

    // The log goes on from what she kept.
    let since = ["--since", old.to_str().unwrap()];
    let size = std::fs::read_to_string(&old).unwrap().lines().nth(1).unwrap().to_owned();
    let eve = house.signed_in("Eve").await;
    let continues = saved(&eve, &format!("/log/continues?from={size}"), folder, "continues.txt").await;
    let (ok, words) = judged(&continues, &key, &since);
    assert!(ok && words.contains(&format!("continues that of {size}")), "{words}");
    for wrong in ["", "x", "0", "999999", "-1"] {
        let refused = eve.get(&format!("/log/continues?from={wrong}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", refused.body);
    }
    let log = house.ctx.store.log_folder().to_owned();
    assert!(judged(&log, &key, &since).1.contains("they continue the kept checkpoint"));
    assert!(judged(&log, &key, &[]).0);

    let another = House::new("house").await.ctx.store.log_verifier();
    let none: &[&str] = &[];
    for (file, more) in
        [(&proof, none), (&consent, none), (&erasure, none), (&old, none), (&continues, &since[..])]
    {
        each_part_counts(file, &key, more);
        assert!(!judged(file, &another, more).0, "{} under another key", file.display());
        // None of them is a checkpoint to go on from, but the one that is.
        let kept = ["--since", file.to_str().unwrap()];
        assert_eq!(judged(&log, &key, &kept).0, file == &old, "{}", file.display());
    }
    assert!(!judged(&continues, &key, &[]).0, "against nothing that was kept, it shows nothing");
    assert!(!judged(&folder.join("nothing"), &key, &[]).0);
}
