//! One kind of somebody's things, apart from the rest: erased by its owner or at their request while the account stays, or
//! taken to be carried elsewhere.

use crate::scene::toolpath;
use acceptance::{Browser, House, PASSWORD};
use app::requests::deliver;
use courier::Courier;
use domain::person::Role;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use witness::smtp::Sink;

both! { one_kind_is_erased_and_the_rest_stays what_rests_on_neither_consent_nor_contract_is_not_carried_elsewhere }

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

fn files_in(house: &House) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
        inside.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&house.folder().join("data/blobs"))
}

async fn has_models(who: &Browser) -> bool {
    who.get("/models").await.body.contains("torus")
}

async fn one_kind_is_erased_and_the_rest_stays(house: House) {
    domain::proves!("AF-070", "AF-102", "FL-94", "TP-77", "SP-46", "SP-47", by = "app::apart::erase_in");
    domain::proves!("KA-40", "SP-36", "TP-77", "SP-46", by = "privacy::plan::with_account");
    let house = house.with_mail().await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    for who in [&olga, &ada] {
        let model = crate::models::stored(who, "torus.3mf").await;
        crate::models::sliced(who, &model).await;
    }
    let queued = ada.post_file("/queue", &[("hold", "1")], "kept.gcode", toolpath(3)).await;
    assert_eq!(queued.status, StatusCode::SEE_OTHER, "{}", queued.body);

    // What goes by itself, and of all the rest the ground on which it stays.
    let page = ada.get("/privacy/erase").await.body;
    let (goes, stays) = page.split_once("What goes with the account only").unwrap();
    assert!(goes.contains("your models, with their pictures and toolpaths"), "{goes}");
    for ground in ["a law demands it: GDPR Art. 12 to 22", "your account needs it"] {
        assert!(stays.contains(ground), "«{ground}» in {stays}");
    }
    let kinds = stays.split("<li>").skip(1).map(|line| line.split("</li>").next().unwrap());
    for kind in kinds.take_while(|line| line.len() < 400) {
        assert!(kind.contains(": "), "a kind without its ground: {kind}");
    }

    let before = files_in(&house);
    let only = "/privacy/erase/only/models";
    let wrong = ada.post(only, &[("password", "not hers")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    assert!(has_models(&ada).await && files_in(&house) == before, "nothing has gone yet");
    let none = ada.post("/privacy/erase/only/account", &[("password", PASSWORD)]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let done = ada.post(only, &[("password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(!has_models(&ada).await && has_models(&olga).await, "hers, and nobody else's");
    assert!(files_in(&house) < before, "the files have gone with the rows");
    let archive = ada.archive_text().await;
    assert!(!archive.contains("torus") && archive.contains("kept.gcode"), "the rest stays");

    // The same by a request that came by mail, decided by somebody of the house.
    crate::models::stored(&ada, "torus.3mf").await;
    let asked = [("matter", "erasure"), ("email", "ada@example.org"), ("words", "only my models, please")];
    assert_eq!(house.outsider().post("/ask", &asked).await.status, StatusCode::SEE_OTHER);
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1);
    let letter = sink.until(1).await.remove(0).text;
    let code = letter.split("/ask/prove/").nth(1).unwrap().split_whitespace().next().unwrap();
    let list = olga.get("/console/requests").await.body;
    let request = format!("/console/requests/{}", &list.split("/console/requests/").nth(1).unwrap()[..32]);
    let decide = [("deed", "erase-only"), ("group", "models")];
    let early = olga.post(&request, &decide).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody knows yet who asks: {}", early.body);
    assert_eq!(house.outsider().post(&format!("/ask/prove/{code}"), &[]).await.status, StatusCode::OK);
    assert!(olga.get(&request).await.body.contains("only my models, please"));
    let wrong = olga.post(&request, &[("deed", "erase-only"), ("group", "everything")]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert!(has_models(&ada).await);
    let decided = olga.post(&request, &decide).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    assert!(!has_models(&ada).await);
    assert!(olga.get(&request).await.body.contains("Erased: your models"), "what was done is written down");
    assert!(!ada.get("/privacy").await.body.contains("Your account will be erased on"));
    let answered = [("deed", "answer"), ("words", "Your models are gone; the rest stays with your account.")];
    assert_eq!(olga.post(&request, &answered).await.status, StatusCode::SEE_OTHER);
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1);
    let list = olga.get("/console/requests").await.body;
    assert!(list.contains("Done"), "{list}");
    let handed = ada.get("/privacy").await.body;
    let registered = &house.ctx.store.book().profile().recipient;
    let carrier = registered.iter().find(|r| r.get_ref().id.get_ref() == "mail");
    let carrier = carrier.map_or("the mail server of this house", |carrier| carrier.get_ref().name.as_str());
    assert!(handed.contains(carrier), "who carried the answer to her: {handed}");
}

async fn what_rests_on_neither_consent_nor_contract_is_not_carried_elsewhere(house: House) {
    domain::proves!("KA-42", "AF-076", "TP-53", by = "privacy::plan::portable");
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    crate::models::stored(&ada, "torus.3mf").await;
    ada.post("/privacy/requests", &[("matter", "complaint"), ("words", "WHATEVER")]).await;
    let (all, carried) = (ada.archive().await.unwrap(), ada.taken("/privacy/carry").await.unwrap());

    // What she gave, with the files, in a form that programs read.
    let person: serde_json::Value = serde_json::from_slice(&carried["data/person.json"]).unwrap();
    assert_eq!(person["rows"][0]["name"], "Ada");
    assert!(text(&carried, "data/model.json").contains("torus"));
    let source = |files: &BTreeMap<String, Vec<u8>>| {
        files.iter().find(|(path, _)| path.starts_with("files/model-source/")).unwrap().1.clone()
    };
    assert_eq!(source(&carried), source(&all), "the file as it came");

    // What rests on a law or an interest is left out, and named as left out.
    assert!(text(&all, "data/session.json").contains("127.0.0.1"));
    let sessions = text(&carried, "data/session.json");
    assert!(!sessions.contains("127.0.0.1"), "{sessions}");
    let listed: serde_json::Value = serde_json::from_str(&sessions).unwrap();
    let left_out = listed["withheld"].as_array().unwrap().iter().find(|w| w["column"] == "address").unwrap();
    assert!(left_out["reason"].as_str().unwrap().contains("neither on your consent nor on a contract"));
    assert!(text(&all, "data/request.json").contains("WHATEVER"));
    let requests: serde_json::Value = serde_json::from_slice(&carried["data/request.json"]).unwrap();
    assert!(requests["rows"].as_array().unwrap().is_empty(), "{requests}");
    assert!(!requests["withheld"].as_array().unwrap().is_empty());
}
