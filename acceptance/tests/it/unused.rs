//! Accounts that nobody uses: their owners are told, and whoever comes back keeps theirs.

use crate::acquisitions::DAY;
use acceptance::{Browser, House, email};
use app::accounts::tell_unused;
use app::letters::deliver;
use app::privacy_centre::{erase_due, receipt};
use courier::Courier;
use domain::person::Role;
use witness::smtp::Sink;

// Under a policy that has a time for it.
mod whoever_does_not_come_back_is_told_and_erased {
    use acceptance::House;

    #[tokio::test]
    async fn on_sqlite() {
        super::whoever_does_not_come_back_is_told_and_erased(House::new("stelloloxon").await).await;
    }
    #[tokio::test]
    async fn on_postgres() {
        super::whoever_does_not_come_back_is_told_and_erased(House::on_postgres("stelloloxon").await).await;
    }
}

async fn comes_back(house: &House, name: &str) -> bool {
    let mut browser = house.outsider();
    browser.sign_in(&email(name), acceptance::PASSWORD, None).await.status.is_redirection()
}

async fn whoever_does_not_come_back_is_told_and_erased(house: House) {
    domain::proves!("SP-42", "TP-43", by = "app::accounts::unused::due");
    let house = house.with_mail().await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let ben = house.invited(&olga, "Ben", Role::Member).await;
    let cem = house.invited(&olga, "Cem", Role::Member).await;
    let key = ben.key(&[]).await;
    let mut ids = Vec::new();
    for who in [&olga, &ada, &ben, &cem] {
        ids.push(who.who(&house).await.person);
    }
    let restricted = cem.post("/privacy/restriction", &[("ground", "unlawful-use")]).await;
    assert!(restricted.status.is_redirection(), "{}", restricted.body);

    // Two years are 731 days here, and a month before that they are told.
    house.clock.advance(699 * DAY);
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 0, "not yet");
    house.clock.advance(2 * DAY);
    // A program that acts for somebody is somebody's use of the account.
    let (read, _) = ben.program(&key).call("GET", "/api/v1/jobs", "").await;
    assert!(read.is_success());
    assert_eq!(
        tell_unused(&house.ctx).await.unwrap(),
        1,
        "Ada: not the only operator, nor who may need theirs"
    );
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 0, "once");
    let sink = Sink::start().await;
    let courier =
        Courier::new(&format!("smtp://127.0.0.1:{}?tls=none", sink.port), "Us <us@example.org>").unwrap();
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1);
    let letter = sink.until(1).await.remove(0);
    assert_eq!(letter.to, [email("Ada")]);
    assert!(letter.subject.contains("is erased on 22 November 2028"), "{}", letter.subject);
    assert!(letter.text.contains(&format!("{}/sign-in", house.url)), "{}", letter.text);

    // She comes back and keeps it; whoever does not, loses it on the day that they were told.
    assert!(comes_back(&house, "Ada").await);
    house.clock.advance(31 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 0);
    assert!(comes_back(&house, "Ada").await);
    house.clock.advance(702 * DAY);
    assert!(comes_back(&house, "Olga").await);
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 2, "Ada and Ben");
    house.clock.advance(40 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 0, "nobody goes whose letter waits");
    let olga = house.signed_in("Olga").await;
    assert!(olga.get("/console").await.body.contains("no letter has told: 2."), "and that is said");
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 2);
    house.clock.advance(29 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 0, "not before the day");
    house.clock.advance(2 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 2);
    for (id, gone) in ids.into_iter().zip([false, true, true, false]) {
        assert_eq!(receipt(&house.ctx, id).await.is_ok(), gone);
    }
}

/// Whoever asked to go is not kept by looking once more.
#[tokio::test]
async fn coming_back_takes_no_wish_back() {
    let house = House::new("stelloloxon").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let asked = ada.post("/privacy/erase", &[("name", "Ada"), ("password", acceptance::PASSWORD)]).await;
    assert!(asked.status.is_redirection(), "{}", asked.body);
    house.clock.advance(2 * DAY);
    assert!(comes_back(&house, "Ada").await);
    house.clock.advance(13 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 1);
}

/// Nor is whoever asked to go after they were told that their account goes unused.
#[tokio::test]
async fn a_wish_that_came_after_the_letter_is_not_taken_back_by_a_visit() {
    let house = House::new("stelloloxon").await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Ada", Role::Member).await;
    house.clock.advance(710 * DAY);
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 1);
    // By a request that somebody of the house accepts: she has not come back herself.
    let olga = house.signed_in("Olga").await;
    let asked = [("matter", "erasure"), ("email", "ada@example.org")];
    assert!(house.outsider().post("/ask", &asked).await.status.is_redirection());
    let list = olga.get("/console/requests").await.body;
    let request = format!("/console/requests/{}", &list.split("/console/requests/").nth(1).unwrap()[..32]);
    let account = crate::console::number_of(&olga, "Ada").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let known =
        olga.post(&request, &[("deed", "know-who"), ("words", "by telephone"), ("account", &account)]).await;
    assert!(known.status.is_redirection(), "{}", known.body);
    let accepted = pia.post(&request, &[("deed", "accept")]).await;
    assert!(accepted.status.is_redirection(), "{}", accepted.body);
    assert!(comes_back(&house, "Ada").await);
    house.clock.advance(15 * DAY);
    assert_eq!(erase_due(&house.ctx).await.unwrap(), 1);
}

/// Nobody is told by a mail server that is not there: those who run the house are.
#[tokio::test]
async fn without_mail_the_console_says_whom_nobody_tells() {
    let house = House::new("stelloloxon").await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Ada", Role::Member).await;
    house.clock.advance(710 * DAY);
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 1);
    let olga: Browser = house.signed_in("Olga").await;
    let console = olga.get("/console").await.body;
    assert!(console.contains("no letter has told: 1."), "{console}");
}

/// Where the policy says nothing of it, an account stays however long nobody uses it.
#[tokio::test]
async fn a_policy_that_says_nothing_of_it_keeps_accounts() {
    let house = House::with(privacy::Sources::built_in("house").unwrap()).await;
    let olga = house.operator("Olga").await;
    drop(olga);
    house.clock.advance(3650 * DAY);
    assert_eq!(tell_unused(&house.ctx).await.unwrap(), 0);
}
