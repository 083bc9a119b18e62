//! See, take, erase; who looked.

use acceptance::{House, PASSWORD, email};
use domain::person::Role;
use reqwest::StatusCode;

#[tokio::test]
async fn everything_about_me_and_nothing_about_others_is_in_my_archive() {
    domain::proves!("AF-068", by = "store::export::Store::export");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let mine = ada.post("/privacy/take", &[]).await.body;
    assert!(mine.contains("ada@example.org") && !mine.to_lowercase().contains("olga"), "{mine}");
    assert!(
        mine.contains("useless to you and useful to a thief"),
        "what is left out is said with its reason"
    );
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
