//! People in Canada: what is implied there is told, stands in the ledger, and is taken back like any consent; nobody elsewhere is
//! asked for it.

use acceptance::{Browser, House};
use domain::person::Role;
use reqwest::StatusCode;

mod what_is_implied_is_told_and_taken_back {
    #[tokio::test]
    async fn on_sqlite() {
        super::what_is_implied_is_told_and_taken_back(acceptance::House::new("threedpros").await).await;
    }
    #[tokio::test]
    async fn on_postgres() {
        super::what_is_implied_is_told_and_taken_back(acceptance::House::on_postgres("threedpros").await)
            .await;
    }
}

async fn lives(who: &Browser, region: &str) {
    let said = who.post("/settings/region", &[("region", region)]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
}

/// Whether whoever runs the house can open this record to help.
async fn opens(olga: &Browser, of: &str) -> StatusCode {
    olga.post(&format!("/console/people/{of}"), &[("reason", "asked-for-help")]).await.status
}

async fn what_is_implied_is_told_and_taken_back(house: House) {
    domain::proves!("TP-33", by = "app::consents::imply");
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let number = ada.who(&house).await.person.to_string();
    const IMPLIED: &str = "You ask for help, or something of yours does not work.";
    assert!(!ada.get("/privacy").await.body.contains(IMPLIED), "nobody knows where she lives");
    assert_eq!(
        ada.post("/settings/region", &[("region", "mars")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    lives(&ada, "ca").await;
    let page = ada.get("/privacy").await.body;
    assert!(page.contains(IMPLIED) && page.contains("<strong>Implied</strong>"), "{page}");
    assert!(house.outsider().get("/privacy/notice").await.body.contains("For people in Canada"));
    let ledger = ada.taken("/privacy/take").await.expect("an archive");
    let ledger = String::from_utf8_lossy(&ledger["data/consent.json"]).into_owned();
    assert!(ledger.contains("\"implied\"") && ledger.contains(IMPLIED), "{ledger}");
    assert_eq!(opens(&olga, &number).await, StatusCode::OK);

    let no = ada.post("/privacy/consents/support", &[("on", "no")]).await;
    assert_eq!(no.status, StatusCode::SEE_OTHER, "{}", no.body);
    assert_eq!(opens(&olga, &number).await, StatusCode::FORBIDDEN, "taken back at any time");
    let leave = ada.post("/privacy/consents/account", &[("on", "no")]).await;
    assert_eq!(leave.status, StatusCode::CONFLICT, "{}", leave.body);
    lives(&ada, "ca-qc").await;
    assert_eq!(opens(&olga, &number).await, StatusCode::FORBIDDEN, "what she said stands");
    ada.post("/privacy/consents/support", &[("on", "yes")]).await;
    assert_eq!(opens(&olga, &number).await, StatusCode::OK);

    ada.post("/privacy/consents/support", &[("on", "no")]).await;
    lives(&ada, "eea").await;
    assert_eq!(opens(&olga, &number).await, StatusCode::OK, "the rules for Canada are for people there");
    let elsewhere = ada.post("/privacy/consents/support", &[("on", "no")]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}
