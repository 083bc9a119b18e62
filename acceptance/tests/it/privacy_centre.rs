//! See, take, erase; who looked.

use acceptance::{House, PASSWORD, email};
use domain::person::Role;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// The files in a ZIP, by path.
fn unpacked(zip: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let paths: Vec<String> = zip.file_names().map(|path| path.unwrap().into_owned()).collect();
    let mut files = BTreeMap::new();
    for path in paths {
        let mut bytes = Vec::new();
        zip.by_name(&path).unwrap().read_to_end(&mut bytes).unwrap();
        files.insert(path, bytes);
    }
    files
}

#[tokio::test]
async fn everything_about_me_and_nothing_about_others_is_in_my_archive() {
    domain::proves!("AF-068", by = "store::export::Store::export");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let model = crate::models::stored(&ada, "torus.3mf").await;
    crate::models::sliced(&ada, &model).await;
    let (kind, zip) = ada.post_for_file("/privacy/take").await.unwrap();
    assert_eq!(kind, "application/zip");
    let files = unpacked(zip);
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    let everything: String = files.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    assert!(everything.contains("ada@example.org") && !everything.to_lowercase().contains("olga"));
    // every kind that the map exports, as a page and as data, and a way there from the first page
    let start = text("start.html");
    for part in privacy::plan::export(house.ctx.store.book()).iter().filter(|p| !p.columns.is_empty()) {
        let data = format!("data/{}.json", part.table);
        if let Some(json) = files.get(&data) {
            let json: serde_json::Value = serde_json::from_slice(json).unwrap();
            assert_eq!(json["kind"], part.table);
            assert!(start.contains(&format!("pages/{}.html", part.table)), "{data} is not to be found");
            assert!(files.contains_key(&format!("pages/{}.html", part.table)));
        } else {
            assert!(part.withheld.is_empty(), "{data} is missing, with what is left out of it");
        }
    }
    assert!(text("data/person.json").contains("useless to you and useful to a thief"));
    // the files themselves, each reachable from the pages
    for (kind, ending) in [("model-source", "model"), ("model-picture", "png"), ("toolpath", "gcode")] {
        let path = files.keys().find(|p| p.starts_with(&format!("files/{kind}/"))).unwrap();
        assert!(path.ends_with(ending) && start.contains(path.as_str()), "{path}");
    }
    let picture = files.iter().find(|(p, _)| p.starts_with("files/model-picture/")).unwrap().1;
    assert_eq!(&picture[1..4], b"PNG", "opened, not as it lies on the disk");
    // what Article 15 wants told, and nothing that needs the network
    let about: serde_json::Value = serde_json::from_slice(&files["data/about.json"]).unwrap();
    for told in ["kinds", "recipients", "source", "rights", "controller", "automated_decisions"] {
        assert!(!about[told].is_null(), "{told}");
    }
    assert!(!everything.contains("src=\"http") && !start.contains("<script"));
}

#[tokio::test]
async fn an_archive_that_cannot_be_whole_fails() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    crate::models::stored(&olga, "torus.3mf").await;
    // the disk loses a file: what comes must not look like a whole archive
    let blobs = house.folder().join("data/blobs");
    for folder in std::fs::read_dir(blobs).unwrap() {
        std::fs::remove_dir_all(folder.unwrap().path()).unwrap();
    }
    assert!(olga.post_for_file("/privacy/take").await.is_none());
}

#[tokio::test]
async fn a_look_by_the_operator_is_seen_by_the_person() {
    domain::proves!("AF-116", by = "store::tx::Tx::authorise");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    assert!(ada.get("/privacy").await.body.contains("Nobody but you has looked."));
    olga.get("/console/people").await;
    let page = ada.get("/privacy").await.body;
    assert!(page.contains("operator") && page.contains("run this installation"), "{page}");
}

#[tokio::test]
async fn an_account_is_erased_after_the_days_of_grace_or_at_once() {
    domain::proves!("AF-070", "AF-104", by = "app::privacy_centre::erase_due");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let confirm = |now: bool| {
        let mut form = vec![("name", "Ada"), ("password", PASSWORD)];
        if now {
            form.push(("now", "1"));
        }
        form
    };
    let wrong = ada.post("/privacy/erase", &[("name", "Ade"), ("password", PASSWORD)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = ada.post("/privacy/erase", &[("name", "Ada"), ("password", "not her password")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(ada.post("/privacy/erase", &confirm(false)).await.status, StatusCode::SEE_OTHER);
    assert!(ada.get("/privacy/erase").await.body.contains("6 December 2026"), "in fourteen days");
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 0);
    ada.post("/privacy/erase/cancel", &[]).await;
    house.clock.advance(15 * 24 * 3600);
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 0, "taken back");

    let eve = house.invited(&house.signed_in("Olga").await, "Eve", Role::Member).await;
    let form = [("name", "Eve"), ("password", PASSWORD)];
    assert_eq!(eve.post("/privacy/erase", &form).await.status, StatusCode::SEE_OTHER);
    house.clock.advance(14 * 24 * 3600 + 1);
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 1);
    let mut gone = house.outsider();
    assert_eq!(gone.sign_in(&email("Eve"), PASSWORD, None).await.status, StatusCode::UNAUTHORIZED);

    let ada = house.signed_in("Ada").await;
    let receipt = ada.post("/privacy/erase", &confirm(true)).await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(receipt.body.contains("25 January 2027"), "backups live 35 days: {}", receipt.body);
    assert_eq!(ada.get("/").await.status, StatusCode::SEE_OTHER);
    let mut gone = house.outsider();
    assert_eq!(gone.sign_in(&email("Ada"), PASSWORD, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.signed_in("Olga").await.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_last_operator_does_not_leave_others_behind() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Ada", Role::Member).await;
    let form = [("name", "Olga"), ("password", PASSWORD), ("now", "1")];
    let refused = olga.post("/privacy/erase", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(olga.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_notice_says_what_the_policy_says() {
    domain::proves!("AF-126", by = "web::pages::privacy::notice");
    let house = House::new("house").await;
    house.operator("Olga").await;
    let notice = house.outsider().get("/privacy/notice").await.body;
    let profile = house.ctx.store.book().profile();
    assert!(notice.contains(&profile.policy.effective) && notice.contains("privacy@example.org"));
    for (name, category) in &house.ctx.store.book().map().category {
        if house.ctx.store.book().may_store(name) {
            assert!(notice.contains(&category.get_ref().says), "{name}");
        }
    }
}
