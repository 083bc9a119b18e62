//! Passkeys and the proof, again, of who somebody is.

use crate::key_in_a_pocket::KeyInAPocket;
use acceptance::{Browser, House, PASSWORD};
use domain::person::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn asked(browser: &Browser, path: &str) -> (String, Value) {
    let begun = browser.post_json(path, &json!({})).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).unwrap();
    (begun["ceremony"].as_str().unwrap().to_owned(), begun["options"].clone())
}

/// Adds a passkey for whoever sits there.
pub async fn added(browser: &Browser, key: &mut KeyInAPocket, name: &str) {
    let (ceremony, options) = asked(browser, "/settings/passkeys").await;
    let answer = json!({ "ceremony": ceremony, "answer": key.made(&options), "name": name });
    let said = browser.post_json("/settings/passkeys/add", &answer).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.body);
}

/// Where an answer goes that signs in, and one that proves again who somebody is.
const DOOR: &str = "/sign-in/passkey/answer";
const AGAIN: &str = "/prove/passkey";

/// An answer of this key to a question of its own, on the way to a page.
async fn answered(browser: &Browser, key: &mut KeyInAPocket, next: &str) -> Value {
    let (ceremony, options) = asked(browser, "/sign-in/passkey").await;
    json!({ "ceremony": ceremony, "answer": key.proof(&options), "next": next })
}

#[tokio::test]
async fn a_passkey_signs_in_on_both_engines() {
    for house in [House::new("house").await, House::on_postgres("house").await] {
        let olga = house.operator("Olga").await;
        let mut key = KeyInAPocket::shared();
        added(&olga, &mut key, "My phone").await;
        assert!(olga.get("/settings").await.body.contains("My phone"));

        let mut elsewhere = house.outsider();
        let answer = answered(&elsewhere, &mut key, "/history").await;
        let said = elsewhere.post_json(DOOR, &answer).await;
        assert_eq!((said.status, said.body.as_str()), (StatusCode::OK, r#"{"next":"/history"}"#));
        elsewhere.keep(&said);
        assert_eq!(elsewhere.get("/history").await.status, StatusCode::OK);
        let again = house.outsider().post_json(DOOR, &answer).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED, "an answer is good once");

        let archive = olga.archive().await.unwrap();
        let listed = String::from_utf8_lossy(&archive["data/passkey.json"]).into_owned();
        assert!(listed.contains("My phone"), "{listed}");
        assert!(!listed.contains("counter") && !listed.contains(&key.number()), "{listed}");
    }
}

#[tokio::test]
async fn nothing_else_signs_in() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let (mut key, mut strange) = (KeyInAPocket::default(), KeyInAPocket::default());
    added(&olga, &mut key, "My phone").await;
    let outsider = house.outsider();

    let mut forged = answered(&outsider, &mut key, "/").await;
    let signature = forged["answer"]["response"]["signature"].as_str().unwrap().to_owned();
    let turned = if signature.ends_with("AA") { "BB" } else { "AA" };
    forged["answer"]["response"]["signature"] =
        json!(format!("{}{turned}", &signature[..signature.len() - 2]));
    let honest = answered(&outsider, &mut key, "/").await;
    strange.is_called_like(&key);
    let by_another = answered(&outsider, &mut strange, "/").await;
    let (ceremony, options) = asked(&outsider, "/sign-in/passkey").await;
    let elsewhere = key.proof_for("https://evil.example", &options);
    let for_another_site = json!({ "ceremony": ceremony, "answer": elsewhere });
    let (ceremony, options) = asked(&outsider, "/sign-in/passkey").await;
    let without_its_owner = json!({ "ceremony": ceremony, "answer": key.proof_unseen(&options) });
    let mut never_asked = honest.clone();
    never_asked["ceremony"] = json!("0".repeat(32));
    for (answer, why) in [
        (&forged, "a signature that was changed"),
        (&by_another, "another key under the same number"),
        (&for_another_site, "an answer given to another site"),
        (&without_its_owner, "a device that did not ask for its owner"),
        (&never_asked, "an answer to no question"),
    ] {
        let said = outsider.post_json(DOOR, answer).await;
        assert_eq!(said.status, StatusCode::UNAUTHORIZED, "{why}: {}", said.body);
        assert!(said.cookies.is_empty(), "{why}");
    }
    house.clock.advance(301);
    let said = outsider.post_json(DOOR, &honest).await;
    assert_eq!(said.status, StatusCode::UNAUTHORIZED, "too late");

    let mut copy = key.clone();
    let answer = answered(&outsider, &mut key, "/").await;
    let said = outsider.post_json(DOOR, &answer).await;
    assert_eq!(said.status, StatusCode::OK, "the key itself is as good as ever");
    copy.counted_back_to(1);
    let answer = answered(&outsider, &mut copy, "/").await;
    assert_eq!(
        outsider.post_json(DOOR, &answer).await.status,
        StatusCode::UNAUTHORIZED,
        "a copy counts behind"
    );

    let settings = olga.get("/settings").await.body;
    let id = settings.split("/settings/passkeys/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    assert_eq!(olga.post(&format!("/settings/passkeys/{id}/end"), &[]).await.status, StatusCode::SEE_OTHER);
    let answer = answered(&outsider, &mut key, "/").await;
    assert_eq!(outsider.post_json(DOOR, &answer).await.status, StatusCode::UNAUTHORIZED, "ended");
}

#[tokio::test]
async fn a_browser_left_open_proves_nothing() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let (mut olgas, mut adas) = (KeyInAPocket::default(), KeyInAPocket::default());
    added(&olga, &mut olgas, "My phone").await;
    added(&ada, &mut adas, "My phone").await;
    let record = format!("/console/people/{}", ada.who(&house).await.person);
    let look = [("reason", "asked-for-help")];
    assert!(olga.post(&record, &look).await.body.contains("<h2>Ada</h2>"));

    house.clock.advance(15 * 60);
    let led = Some(format!("/prove?next={record}"));
    assert_eq!(olga.get(&record).await.location, led);
    assert_eq!(olga.post(&record, &look).await.location, led);
    assert_eq!(olga.post(&format!("{record}/role"), &[("role", "technician")]).await.location, led);
    assert_eq!(
        olga.post_json("/settings/passkeys", &json!({})).await.location.as_deref(),
        Some("/prove?next=/settings")
    );
    // Nor does it let anybody else in: with a part of their own, a key for programs, or an account elsewhere.
    let request = ada.post("/privacy/requests", &[("matter", "access")]).await;
    assert_eq!(request.status, StatusCode::SEE_OTHER, "{}", request.body);
    let list = olga.get("/console/requests").await.body;
    let uses = format!("/console/requests/{}/uses", &list.split("/console/requests/").nth(1).unwrap()[..32]);
    for (path, form) in [
        ("/console/people/invite", vec![("role", "operator")]),
        ("/settings/keys", vec![("key_name", "mine")]),
    ] {
        let led = olga.post(path, &form).await.location.unwrap_or_default();
        assert!(led.starts_with("/prove?next=/"), "{path}: {led}");
    }
    assert_eq!(olga.get(&uses).await.location, Some(format!("/prove?next={uses}")));
    assert_eq!(olga.get("/console").await.status, StatusCode::OK, "what shows nobody's record stays open");

    let wrong = olga.post("/prove", &[("password", "wrong horse battery"), ("next", &record)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(olga.get(&record).await.location, led);
    let by_ada = answered(&olga, &mut adas, &record).await;
    let said = olga.post_json(AGAIN, &by_ada).await;
    assert_eq!(said.status, StatusCode::UNAUTHORIZED, "somebody else's passkey");
    assert_eq!(olga.get(&record).await.location, led);

    let by_olga = answered(&olga, &mut olgas, &record).await;
    let said = olga.post_json(AGAIN, &by_olga).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.body);
    assert!(olga.post(&record, &look).await.body.contains("<h2>Ada</h2>"));
    house.clock.advance(15 * 60);
    let proved = olga.post("/prove", &[("password", PASSWORD), ("next", &record)]).await;
    assert_eq!(proved.location.as_deref(), Some(record.as_str()));
    assert!(olga.post(&record, &look).await.body.contains("<h2>Ada</h2>"));
}
