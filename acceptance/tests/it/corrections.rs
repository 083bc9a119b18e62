//! What is wrong about somebody, corrected: by themselves, or by the house because they wrote.

use acceptance::{Browser, House, PASSWORD};
use app::requests::deliver;
use courier::Courier;
use domain::person::Role;
use reqwest::StatusCode;
use witness::smtp::Sink;

both! { what_is_wrong_is_corrected_and_the_answer_says_how_it_reads a_consent_is_withdrawn_by_telephone }

async fn request(staff: &Browser) -> String {
    let list = staff.get("/console/requests").await.body;
    format!("/console/requests/{}", &list.split("href=\"/console/requests/").nth(1).unwrap()[..32])
}

async fn what_is_wrong_is_corrected_and_the_answer_says_how_it_reads(house: House) {
    domain::proves!("AF-069", "SP-35", by = "app::requests::correcting::correct");
    let house = house.with_mail().await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Adda", Role::Member).await;
    house.invited(&olga, "Bob", Role::Member).await;
    // By herself, without anybody.
    assert_eq!(ada.post("/settings/name", &[("name", "Adah")]).await.status, StatusCode::SEE_OTHER);
    assert!(ada.get("/settings").await.body.contains("Adah"));

    // Because she wrote. Nothing is corrected before it is known who asks.
    let form = [
        ("matter", "rectification"),
        ("email", "adda@example.org"),
        ("amends", "error"),
        ("words", "I am Ada, no h"),
    ];
    assert_eq!(house.outsider().post("/ask", &form).await.status, StatusCode::SEE_OTHER);
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    let deliver = async || deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    assert_eq!(deliver().await, 1);
    let letter = sink.until(1).await.remove(0).text;
    let code = letter.split("/ask/prove/").nth(1).unwrap().split_whitespace().next().unwrap();
    let at = request(&olga).await;
    let named = |value| [("deed", "correct"), ("what", "name"), ("value", value)];
    let early = olga.post(&at, &named("Ada")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.body);
    assert!(ada.get("/settings").await.body.contains("Adah"));
    assert_eq!(house.outsider().post(&format!("/ask/prove/{code}"), &[]).await.status, StatusCode::OK);
    for (value, why) in [("", "name"), ("evil\u{202e}", "cannot be shown")] {
        let wrong = olga.post(&at, &named(value)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}: {}", wrong.body);
    }
    let wrong = olga.post(&at, &[("deed", "correct"), ("what", "role"), ("value", "operator")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = olga.post(&at, &[("deed", "correct"), ("what", "email"), ("value", "bob@example.org")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "another's address: {}", taken.body);
    assert!(ada.get("/settings").await.body.contains("Adah"), "nothing by halves");
    assert_eq!(olga.post(&at, &named("Ada")).await.status, StatusCode::SEE_OTHER);
    let settings = ada.get("/settings").await.body;
    assert!(settings.contains("value=\"Ada\"") && !settings.contains("Adah"), "{settings}");

    // Old and new value, who decided and who asked stand in the request; the letter confirms the new one.
    let page = olga.get(&at).await.body;
    assert!(
        page.contains("Your name is now “Ada”. It was “Adah”.") && page.contains("I am Ada, no h"),
        "{page}"
    );
    assert!(page.contains("Decided: to be carried out, by the operator "), "{page}");
    assert_eq!(deliver().await, 1);
    assert!(sink.until(2).await[1].text.contains("Your name is now “Ada”"));

    // She reads that somebody did it, and who.
    let looks = ada.get("/privacy").await.body;
    assert!(
        looks.contains("they asked for something about their data") && looks.contains("change"),
        "{looks}"
    );

    // Another address, asked for from the one that is known; decided first, and then done.
    let form = [
        ("matter", "rectification"),
        ("email", "adda@example.org"),
        ("amends", "outdated"),
        ("words", "another address"),
    ];
    assert_eq!(house.outsider().post("/ask", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(deliver().await, 1);
    let letter = sink.until(3).await.remove(2).text;
    let code = letter.split("/ask/prove/").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(house.outsider().post(&format!("/ask/prove/{code}"), &[]).await.status, StatusCode::OK);
    let at = request(&olga).await;
    let moved = [("deed", "correct"), ("what", "email"), ("value", "ada@example.net")];
    assert_eq!(olga.post(&at, &[("deed", "accept")]).await.status, StatusCode::SEE_OTHER);
    assert!(olga.get(&at).await.body.contains("Correct it, and write the answer"));
    let done = olga.post(&at, &moved).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(deliver().await, 1);
    let letter = sink.until(4).await.remove(3);
    assert!(
        letter.to.contains(&"adda@example.org".to_owned()),
        "who has the old address is told: {:?}",
        letter.to
    );
    assert!(letter.text.contains("Your e-mail address is now “ada@example.net”"));
    // Who has signed in changes it by themselves.
    let form = [("matter", "rectification"), ("amends", "outdated"), ("words", "yet another address")];
    assert_eq!(ada.post("/privacy/requests", &form).await.status, StatusCode::SEE_OTHER);
    let refused = olga.post(&request(&olga).await, &moved).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let mut again = house.outsider();
    let signed_in = again.sign_in("ada@example.net", PASSWORD, None).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.body);
    assert!(ada.archive_text().await.contains("ada@example.net"));
}

/// By the contact details as well as on one's own page: it reaches the account whose number stands on the person's page.
async fn a_consent_is_withdrawn_by_telephone(house: House) {
    domain::proves!("TP-57", by = "app::requests::withdrawing::withdraw");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let answer = ada.post("/privacy/consents/history", &[("on", "yes")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let entered =
        |matter| [("came", "phone"), ("received", "2026-11-20"), ("matter", matter), ("region", "eea")];
    let at = olga.post("/console/requests", &entered("consent-withdrawal")).await.location.unwrap();
    let withdraw = |purpose| [("deed", "withdraw"), ("purpose", purpose)];
    let early = olga.post(&at, &withdraw("history")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody knows who calls: {}", early.body);
    let number = crate::console::number_of(&olga, "Ada").await;
    let known = |account| [("deed", "know-who"), ("words", "called back"), ("account", account)];
    let own = olga.who(&house).await.person.to_string();
    for wrong in ["0123", own.as_str()] {
        let refused = olga.post(&at, &known(wrong)).await;
        assert!(
            [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&refused.status),
            "{wrong}"
        );
    }
    let said = olga.post(&at, &known(&number)).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let alone = olga.post(&at, &withdraw("history")).await;
    assert_eq!(alone.status, StatusCode::CONFLICT, "who said whose it is does not decide it: {}", alone.body);
    let unknown = pia.post(&at, &withdraw("account")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "an account rests on no consent");
    assert!(ada.get("/privacy").await.body.contains("You said yes"));
    let page = pia.get(&at).await.body;
    assert!(page.contains("value=\"history\""), "{page}");
    let done = pia.post(&at, &withdraw("history")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = olga.get(&at).await.body;
    assert!(page.contains("Withdrawn: “") && page.contains("No entry is made any more"), "{page}");
    assert!(ada.get("/privacy").await.body.contains("<strong>Off</strong>"));
    let ledger = &ada.archive().await.unwrap()["data/consent.json"];
    let ledger: serde_json::Value = serde_json::from_slice(ledger).unwrap();
    let rows = ledger["rows"].as_array().unwrap().iter().filter(|row| row["purpose"] == "history");
    let words: Vec<_> =
        rows.map(|row| (row["status"].as_str().unwrap(), row["actor"].as_str().unwrap())).collect();
    assert_eq!(
        words,
        [("given", "self"), ("withdrawn", "privacy-officer")],
        "what was before stays on record"
    );
}

/// An error, something out of date, and what is missing are three kinds of asking; what is missing is added.
#[tokio::test]
async fn a_correction_says_what_it_puts_right_and_what_is_missing_is_added() {
    domain::proves!("FL-91", by = "app::requests::asking::amends");
    let field = "[[people.field]]\nid = \"company\"\nsays = \"Your company\"\nfor = \"account\"\nrequired = false\n\n[keys]";
    let rules = "[[rule]]\ndata = [\"account.extra\"]\nfor = \"account\"\nkeep = {}\n\n[[rule]]\ndata = [\"account.extra\"]\nfor = \"rights\"\nkeep = {}\n\n[[rule]]\ndata = [\"print.facts\"]";
    let sources = acceptance::named("formlabs").edited("profile", "[keys]", field);
    let house = House::with(sources.edited("profile", "[[rule]]\ndata = [\"print.facts\"]", rules)).await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    for unsaid in ["", "whatever"] {
        let form = [("matter", "rectification"), ("amends", unsaid), ("words", "It is not so")];
        let refused = ada.post("/privacy/requests", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.body.contains("something wrong, something out of date, or something missing"),
            "{}",
            refused.body
        );
    }
    for kind in privacy::request::Amends::ALL {
        let form = [("matter", "rectification"), ("amends", kind.name()), ("words", "It is not so")];
        assert_eq!(ada.post("/privacy/requests", &form).await.status, StatusCode::SEE_OTHER);
    }
    let list = olga.get("/console/requests").await.body;
    let mut seen = String::new();
    for id in list.split("href=\"/console/requests/").skip(1) {
        seen += &olga.get(&format!("/console/requests/{}", &id[..32])).await.body;
    }
    for kind in privacy::request::Amends::ALL {
        assert!(seen.contains(&format!("<dd>{}</dd>", kind.says())), "staff reads: {}", kind.says());
    }
    let archive = ada.archive_text().await;
    for kind in privacy::request::Amends::ALL {
        assert!(archive.contains(&format!("\"amends\": \"{}\"", kind.name())), "{}: {archive}", kind.name());
    }
    assert!(!archive.contains("Ada & Co"));
    let added = ada.post("/settings/fields", &[("extra-company", "Ada & Co")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    assert!(ada.archive_text().await.contains("Ada & Co"), "what was missing is there");
}
