//! See, take, erase; who looked.

use acceptance::{House, PASSWORD, email};
use domain::person::Role;
use privacy::Sources;
use reqwest::StatusCode;

#[tokio::test]
async fn everything_about_me_and_nothing_about_others_is_in_my_archive() {
    domain::proves!("AF-068", "TP-49", "FL-90", "KA-38", by = "store::export::Store::export");
    domain::proves!("FL-11", by = "privacy::plan::export");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let model = crate::models::stored(&ada, "torus.3mf").await;
    crate::models::sliced(&ada, &model).await;
    let files = ada.archive().await.unwrap();
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
    assert!(
        text("data/session.json").contains("127.0.0.1"),
        "a network address is personal data like any other"
    );
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
    assert!(olga.archive().await.is_none());
}

#[tokio::test]
async fn a_look_by_the_operator_is_seen_by_the_person() {
    domain::proves!("AF-116", by = "store::tx::Tx::authorised");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    assert!(ada.get("/privacy").await.body.contains("nobody but you has looked"));
    olga.get("/console/people").await;
    let page = ada.get("/privacy").await.body;
    assert!(page.contains("operator") && page.contains("run this installation"), "{page}");
}

#[tokio::test]
async fn an_account_is_erased_after_the_days_of_grace_or_at_once() {
    domain::proves!("AF-104", "TP-51", "FL-66", by = "app::privacy_centre::erase_due");
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
    let waiting = eve.get("/privacy/erase").await.body;
    let kept = format!("/receipt/{}", &waiting.split("/receipt/").nth(1).unwrap()[..32]);
    assert_eq!(house.outsider().get(&kept).await.status, StatusCode::NOT_FOUND, "not before it is done");
    house.clock.advance(14 * 24 * 3600 + 1);
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 1);
    let mut gone = house.outsider();
    assert_eq!(gone.sign_in(&email("Eve"), PASSWORD, None).await.status, StatusCode::UNAUTHORIZED);
    let receipt = house.outsider().get(&kept).await.body;
    assert!(receipt.contains("your account") && !receipt.contains("Eve"), "kinds and nobody: {receipt}");

    let ada = house.signed_in("Ada").await;
    let done = ada.post("/privacy/erase", &confirm(true)).await;
    let receipt = house.outsider().get(&done.location.expect("the way to the receipt")).await;
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
    domain::proves!("AF-126", "KA-52", "SP-01", "TP-02", by = "web::pages::privacy::notice");
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

#[tokio::test]
async fn the_notice_names_who_answers_what_is_covered_and_where_to_complain() {
    domain::proves!(
        "AF-001",
        "AF-004",
        "AF-046",
        "AF-079",
        "AF-093",
        "AF-117",
        "AF-128",
        by = "web::pages::privacy::notice"
    );
    let sources = Sources::built_in("atomform")
        .unwrap()
        .edited("profile", "names = [\"\"]", "names = [\"Parent Ltd\", \"Affiliate GmbH\"]")
        .edited("profile", "contact = \"\"", "contact = \"privacy@example.org\"")
        .edited("profile", "authority = \"\"", "authority = \"The Authority of Tests, Main Street 1\"");
    let house = House::with(sources).await;
    let olga = house.operator("Olga").await;
    let notice = house.outsider().get("/privacy/notice").await.body;
    let profile = house.ctx.store.book().profile();
    for entity in ["Parent Ltd", "Affiliate GmbH", "The Authority of Tests, Main Street 1"] {
        assert!(notice.contains(entity), "{entity}");
    }
    for covered in &profile.policy.covers {
        assert!(notice.contains(&covered.get_ref().says), "{covered:?}");
    }
    let in_use = house.ctx.store.book().purposes_in_use();
    let mut weighed = in_use.filter_map(|p| p.assessment.as_ref()).peekable();
    assert!(weighed.peek().is_some());
    for assessment in weighed {
        assert!(notice.contains(assessment.as_str()), "{assessment}");
    }
    assert!(notice.contains("<a rel=\"external noreferrer\" href=\"https://www.edpb.europa.eu/"));
    assert!(notice.contains("this notice does not apply"));
    assert!(notice.contains("nobody can promise that data is safe in every event"));
    // the way to write stands wherever a right is told, and the policy is linked from every page
    let archive = olga.archive_text().await;
    for page in [&notice, &olga.get("/privacy").await.body, &archive] {
        assert!(page.contains("mailto:privacy@example.org"));
    }
    assert!(archive.contains("Parent Ltd") && archive.contains("Affiliate GmbH"));
    for page in ["/", "/printers", "/queue", "/models", "/history", "/settings", "/help"] {
        assert!(olga.get(page).await.body.contains("href=\"/privacy/notice\""), "{page}");
    }
}

#[tokio::test]
async fn consent_is_asked_for_one_thing_given_and_taken_back() {
    domain::proves!("AF-078", "KA-44", "KA-23", "KA-24", "TP-27", "FL-33", by = "app::consents::say");
    domain::proves!("AF-168", by = "app::consents::list");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let purpose = house.ctx.store.book().profile().purpose("history").unwrap();
    let stops = purpose.stops.clone().unwrap();
    let page = olga.get("/privacy").await.body;
    assert!(page.contains(purpose.asks.as_ref().unwrap()) && page.contains("<strong>Off</strong>"));
    let said = async |word: &str| olga.post("/privacy/consents/history", &[("on", word)]).await.status;
    assert_eq!(said("perhaps").await, StatusCode::UNPROCESSABLE_ENTITY, "silence is no");
    assert_eq!(said("yes").await, StatusCode::SEE_OTHER);
    let page = olga.get("/privacy").await.body;
    assert!(
        page.contains("You said yes") && page.contains(&stops),
        "what stops is told before it is taken back"
    );
    house.clock.advance(3600);
    assert_eq!(said("no").await, StatusCode::SEE_OTHER);
    assert!(olga.get("/privacy").await.body.contains("<strong>Off</strong>"));
    for demanded in ["account", "rights", "accountability"] {
        assert_eq!(
            olga.post(&format!("/privacy/consents/{demanded}"), &[("on", "no")]).await.status,
            StatusCode::NOT_FOUND,
            "what does not rest on consent is not asked for, and cannot be switched off by withdrawing one"
        );
    }
    // both words stay on record, each with its time and for this purpose alone
    let ledger: serde_json::Value =
        serde_json::from_slice(&olga.archive().await.unwrap()["data/consent.json"]).unwrap();
    let words: Vec<_> = ledger["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["purpose"] == "history")
        .map(|row| (row["status"].as_str().unwrap(), row["at"].as_str().unwrap()))
        .collect();
    assert_eq!(words, [("given", "2026-11-22T09:00:00Z"), ("withdrawn", "2026-11-22T10:00:00Z")]);
}

#[tokio::test]
async fn what_is_wrong_about_me_i_put_right_myself() {
    domain::proves!("TP-50", "TP-48", "TP-86", by = "app::accounts::profile::change_name");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    assert_eq!(olga.post("/settings/name", &[("name", "Olga Right")]).await.status, StatusCode::SEE_OTHER);
    let mine = olga.archive_text().await;
    assert!(mine.contains("Olga Right"));
    assert!(olga.get("/console/people").await.body.contains("Olga Right"), "everywhere at once");
}

#[tokio::test]
async fn what_no_safeguard_can_promise_is_said_where_uploads_start() {
    domain::proves!("KA-35", "TP-47", "SP-33", by = "web::pages::models::library::show");
    let house = House::new("house").await;
    let ada = house.operator("Ada").await;
    let caution = house.ctx.store.book().profile().policy.caution().to_owned();
    for page in ["/models", "/queue", "/privacy/notice"] {
        let body = ada.get(page).await.body;
        assert!(body.contains(&caution), "{page}: «{caution}» in {body}");
    }
}

#[tokio::test]
async fn whoever_is_let_into_an_account_is_told_of_beforehand() {
    domain::proves!("AF-118", by = "web::pages::settings::page");
    let house = House::new("house").await;
    let ada = house.operator("Ada").await;
    let settings = ada.get("/settings").await.body;
    for part in
        ["sees everything in it", "use your printers", "change your settings", "traces in your records"]
    {
        assert!(settings.contains(part), "{part}: {settings}");
    }
}

#[tokio::test]
async fn nobody_is_led_to_write_down_what_is_most_private() {
    domain::proves!("TP-05", by = "web::pages::ask::page");
    domain::proves!("TP-05", by = "web::pages::restriction::page");
    let house = House::new("house").await;
    let ada = house.operator("Ada").await;
    for (who, page) in [(house.outsider(), "/ask"), (ada, "/privacy/restriction")] {
        let body = who.get(page).await.body;
        let (fields, warnings) =
            (body.matches("<textarea").count(), body.matches("health, beliefs, origin").count());
        assert!(fields > 0 && warnings >= fields, "{page}: {fields} fields, {warnings} warnings: {body}");
    }
}

#[tokio::test]
async fn links_to_other_sites_say_that_this_notice_ends_there() {
    domain::proves!("FL-61", by = "web::pages::privacy::notice");
    let house = House::new("house").await;
    let notice = house.outsider().get("/privacy/notice").await.body;
    assert!(notice.contains(privacy::notice::ELSEWHERE), "{notice}");
    let outward = notice.matches("href=\"https://").count();
    assert!(outward > 5 && notice.matches("rel=\"external noreferrer\"").count() == outward, "{notice}");
    // No other page leads away from the house.
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/web/templates");
    let mut folders = vec![std::path::PathBuf::from(templates)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let leads = text.contains("href=\"http") || text.contains("rel=\"external");
            assert!(!leads || path.ends_with("privacy/notice.html"), "{}", path.display());
        }
    }
}

/// What is kept and why is told by the notice, and by a word where data comes in. The third way is an answer of one's own, by mail.
#[tokio::test]
async fn what_is_done_with_data_is_told_in_the_notice_and_where_data_comes_in() {
    domain::proves!("AF-067", by = "web::pages::models::library::show");
    let house = House::new("atomform").await;
    let olga = house.operator("Olga").await;
    let notice = house.outsider().get("/privacy/notice").await.body;
    let book = house.ctx.store.book();
    for (name, category) in &book.map().category {
        let says = &category.get_ref().says;
        assert!(notice.contains(says.as_str()) || !book.may_store(name), "{says}");
    }
    assert!(
        !notice.contains(&book.map().category("camera.media").unwrap().says),
        "what cannot be kept is not told"
    );
    let models = olga.get("/models").await.body;
    assert!(
        models.contains("taken out before it is stored") || models.contains("takes no shapes"),
        "{models}"
    );
    assert!(models.contains(book.profile().policy.caution()), "{models}");
    let queue = olga.get("/queue").await.body;
    assert!(
        queue.contains("comments and pictures are taken out") && queue.contains("Keep a history of"),
        "{queue}"
    );
}

/// Websites, store, forum and dashboard are one policy, and every page names the same version of it.
#[tokio::test]
async fn one_policy_covers_all_and_every_page_says_which_version() {
    domain::proves!("FL-01", by = "web::shell::Shell::outside");
    let house = House::new("formlabs").await;
    let olga = house.operator("Olga").await;
    let covers = house.outsider().get("/privacy/notice").await.body;
    for part in ["the websites", "the online store", "the community forum", "the printing dashboard"] {
        assert!(covers.contains(part), "{part}");
    }
    let version = format!(">Privacy notice, version {}</a>", house.ctx.store.book().version());
    for path in ["/sign-in", "/privacy/notice", "/privacy/cookies", "/privacy/versions", "/help", "/ask"] {
        assert!(house.outsider().get(path).await.body.contains(&version), "{path}");
    }
    for path in
        ["/", "/printers", "/queue", "/models", "/history", "/settings", "/privacy", "/console", "/help"]
    {
        assert!(olga.get(path).await.body.contains(&version), "{path}");
    }
}
