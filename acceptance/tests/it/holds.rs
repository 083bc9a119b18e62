//! Legal holds: what the house needs for a claim stays until the day that was said, and goes then by itself.

use crate::acquisitions::DAY;
use crate::console::number_of;
use acceptance::{Browser, House, PASSWORD};
use app::privacy_centre::{erase_due, receipt};
use app::restrictions::turn_due;
use domain::person::Role;
use reqwest::StatusCode;

both! { what_is_held_stays_until_its_day_and_goes_by_itself }

async fn what_is_held_stays_until_its_day_and_goes_by_itself(house: House) {
    domain::proves!("AF-105", "FL-67", by = "store::tx::stays_for_a_claim_alone");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let person = ada.who(&house).await.person;
    let model = crate::models::stored(&ada, "torus.3mf").await;
    let record = format!("/console/people/{}", number_of(&olga, "Ada").await);
    let hold = format!("{record}/hold");
    let claim = [("claim", "Case 7 C 12/26"), ("until", "2027-01-10")];

    // Not by a member, not about oneself, not for ever, not for nothing, not at a browser that was left open.
    assert_eq!(ada.post(&hold, &claim).await.status, StatusCode::NOT_FOUND);
    let own = format!("/console/people/{}/hold", olga.who(&house).await.person);
    assert_eq!(olga.post(&own, &claim).await.status, StatusCode::CONFLICT);
    for wrong in [
        [("claim", "Case 7 C 12/26"), ("until", "2036-01-01")],
        [("claim", "Case 7 C 12/26"), ("until", "2026-11-01")],
        [("claim", "Case 7 C 12/26"), ("until", "some day")],
        [("claim", ""), ("until", "2027-01-10")],
    ] {
        assert_eq!(pia.post(&hold, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    house.clock.advance(16 * 60);
    let unproven = pia.post(&hold, &claim).await;
    assert_eq!(unproven.location.as_deref(), Some(format!("/prove?next={record}").as_str()));
    pia.proves_who_it_is().await;
    assert_eq!(pia.post(&hold, &claim).await.status, StatusCode::SEE_OTHER);

    // She reads it, uses everything as before, and nothing of hers goes.
    let told = ada.get("/privacy/restriction").await.body;
    assert!(told.contains("Case 7 C 12/26") && told.contains("10 January 2027"), "{told}");
    assert!(!told.contains("/lift"), "it is not hers to lift: {told}");
    assert_eq!(ada.get("/models").await.status, StatusCode::OK);
    for (path, form) in [
        (format!("/models/{model}/erase"), vec![]),
        ("/privacy/erase/only/models".to_owned(), vec![("password", PASSWORD)]),
        ("/privacy/erase".to_owned(), vec![("name", "Ada"), ("password", PASSWORD), ("now", "1")]),
    ] {
        let refused = ada.post(&path, &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}: {}", refused.body);
        assert!(refused.body.contains("needs your data for a legal claim"), "{path}: {}", refused.body);
    }
    assert_eq!(ada.get(&format!("/models/{model}")).await.status, StatusCode::OK);
    assert!(
        ada.get("/privacy/erase").await.body.contains("name=\"password\""),
        "no wish was kept of what was refused"
    );
    assert!(!ada.get("/privacy").await.body.contains("Your account will be erased on"));
    let asked = ada.post("/privacy/requests", &[("matter", "erasure")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let list = olga.get("/console/requests").await.body;
    let request = format!("/console/requests/{}", &list.split("/console/requests/").nth(1).unwrap()[..32]);
    let accepted = olga.post(&request, &[("deed", "accept")]).await;
    assert_eq!(accepted.status, StatusCode::CONFLICT, "it is answered, and not promised: {}", accepted.body);
    assert!(accepted.body.contains("on the ground of legal claims"), "{}", accepted.body);
    let asked = ada.post("/privacy/erase", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "she can ask for it: {}", asked.body);
    let looks = async |who: &Browser| {
        who.proves_who_it_is().await;
        who.post(&record, &[("reason", domain::person::Reason::AskedForHelp.name())]).await
    };
    assert!(looks(&olga).await.body.contains("ada@example.org"), "until its day it is used as before");
    house.clock.advance(20 * DAY);
    // Its day is over: what stays serves the claim and her rights, and nothing else. On which ground it stays is on record.
    let refused = looks(&olga).await;
    assert!(!refused.body.contains("ada@example.org"), "{}", refused.body);
    let ada = house.signed_in("Ada").await;
    assert_eq!(ada.get(&format!("/models/{model}")).await.status, StatusCode::FORBIDDEN);
    let told = ada.get("/privacy/restriction").await.body;
    assert!(
        told.contains("Case 7 C 12/26") && told.contains("This house needs it for a legal claim"),
        "{told}"
    );
    assert!(ada.archive_text().await.contains("Case 7 C 12/26"));
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 0, "it waits, and is no fault");
    assert!(receipt(&house.ctx, person).await.is_err());

    // On its day it ends by itself, and what waited for it happens.
    house.clock.advance(29 * DAY);
    assert_eq!(turn_due(&house.ctx).await.unwrap(), 1);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 1);
    assert!(receipt(&house.ctx, person).await.is_ok());
}

#[tokio::test]
async fn a_hold_can_be_let_go_before_its_day_and_holds_what_expires() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let record = format!("/console/people/{}", number_of(&olga, "Ada").await);
    olga.post(&format!("{record}/hold"), &[("claim", "Case 1"), ("until", "2031-01-10")]).await;
    ada.post("/privacy/requests", &[("matter", "complaint")]).await;
    let taken = ada.archive_text().await;
    assert!(taken.contains("Case 1"), "it is hers to take");

    let opened = olga.post(&record, &[("reason", domain::person::Reason::AskedForHelp.name())]).await.body;
    let id = opened.split("name=\"hold\" value=\"").nth(1).expect(&opened)[..32].to_owned();
    let none = olga.post(&format!("{record}/release"), &[("hold", &"0".repeat(32))]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(olga.post(&format!("{record}/release"), &[("hold", &id)]).await.status, StatusCode::SEE_OTHER);
    let page = ada.get("/privacy/restriction").await.body;
    assert!(!page.contains("<h2>This house needs it"), "it holds no more: {page}");
    let gone = ada.post("/privacy/erase", &[("name", "Ada"), ("password", PASSWORD), ("now", "1")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
}
