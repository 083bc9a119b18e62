//! Signing in by a service elsewhere, against real OpenID providers.

use acceptance::{Answer, Browser, House};
use app::accounts::Elsewhere;
use domain::ids::ProviderAccountId;
use domain::person::Role;
use privacy::{Act, Ask, Personal, Sources, Whose};
use reqwest::{StatusCode, Url};
use store::SystemRandom;
use store::people::provider_accounts;
use witness::oidc::{Kind, Provider};

/// Where a provider of these stories sends people back to.
const BACK: &str = "https://print.example.org/sign-in/elsewhere/back";

fn asks(provider: &Provider, own: bool) -> Elsewhere {
    let (client, secret) = (Provider::CLIENT, Provider::SECRET);
    let provider = courier::Provider::new(&provider.issuer, client, secret, BACK).unwrap();
    Elsewhere { provider, name: "Our school".to_owned(), own }
}

/// The cookies of whoever left with this answer, and where they were sent.
fn left(browser: &Browser, answer: &Answer) -> (Browser, String) {
    let away =
        answer.cookies.iter().find(|cookie| cookie.starts_with("printkeep_sign_in=")).expect("a cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/sign-in/elsewhere", "Max-Age=300"] {
        assert!(away.contains(attribute), "{away}");
    }
    let away = away.split(';').next().unwrap_or_default();
    let mut away_browser = browser.clone();
    away_browser.cookie =
        Some(browser.cookie.iter().map(String::as_str).chain([away]).collect::<Vec<_>>().join("; "));
    let link = answer.body.split("href=\"http").nth(1).and_then(|rest| rest.split('"').next());
    let link = link.map(|link| format!("http{}", link.replace("&#38;", "&").replace("&amp;", "&")));
    (away_browser, answer.location.clone().or(link).expect("where to go on"))
}

/// The same place in the house that somebody was sent back to.
fn path_of(back: &Url) -> String {
    assert!(back.as_str().starts_with(BACK), "{back}");
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

/// An account elsewhere that signs somebody in, made without one.
pub async fn connected(house: &House, browser: &Browser, provider: &str) -> String {
    let me = browser.who(house).await;
    let (whose, purpose) = (Whose::Person(me.person), "security");
    let ask = Ask { actor: me.actor(), act: Act::Create, what: "provider_account", whose, purpose };
    let (tx, id) = (house.ctx.store.begin().await.unwrap(), ProviderAccountId::fresh(&SystemRandom));
    let subject = Personal::new("https://id.example\nsomebody".to_owned());
    provider_accounts::insert(&tx.authorise(ask).await.unwrap(), id, &subject, provider).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

async fn connect(browser: &Browser, provider: &Provider, who: &str) -> Answer {
    let (away, question) = left(browser, &browser.post("/settings/elsewhere", &[]).await);
    away.get(&path_of(&provider.vouches(&question, who).await)).await
}

async fn sign_in(house: &House, provider: &Provider, who: &str) -> (Browser, Answer) {
    let (mut away, question) =
        left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere?next=/models").await);
    let answer = away.get(&path_of(&provider.vouches(&question, who).await)).await;
    if answer.status == StatusCode::SEE_OTHER {
        away.keep(&answer);
    }
    (away, answer)
}

#[tokio::test]
async fn an_account_elsewhere_signs_in_whoever_connected_it() {
    let engines =
        [(House::new("house").await, Kind::Strict), (House::on_postgres("house").await, Kind::Lenient)];
    for (house, kind) in engines {
        let provider = Provider::start(kind, BACK).await;
        let house = house.with_elsewhere(asks(&provider, true)).await;
        let olga = house.operator("Olga").await;
        assert!(house.outsider().get("/sign-in").await.body.contains("Sign in with Our school"));

        let connected = connect(&olga, &provider, "olga-at-school").await;
        assert_eq!(connected.location.as_deref(), Some("/settings?done=elsewhere"), "{}", connected.body);
        assert!(
            connected.cookies.iter().any(|c| c.starts_with("printkeep_sign_in=;") && c.contains("Max-Age=0"))
        );
        assert!(olga.get("/settings").await.body.contains("Our school"));

        let (came, answer) = sign_in(&house, &provider, "olga-at-school").await;
        assert_eq!(answer.location.as_deref(), Some("/models"), "{}", answer.body);
        let session = answer.cookies.first().unwrap();
        assert!(session.starts_with("printkeep_session=") && !session.contains("Max-Age"), "{session}");
        assert_eq!(came.who(&house).await.person, olga.who(&house).await.person);

        // Nothing of her name or address there came along, and what the provider calls her cannot be read here.
        let archive = olga.archive().await.unwrap();
        let listed = String::from_utf8_lossy(&archive["data/provider_account.json"]).into_owned();
        assert!(listed.contains("Our school") && !listed.contains("olga-at-school"), "{listed}");

        let settings = olga.get("/settings").await.body;
        let end = settings.split("action=\"/settings/elsewhere/").nth(1).unwrap();
        let end = format!("/settings/elsewhere/{}", end.split('"').next().unwrap());
        assert_eq!(olga.post(&end, &[]).await.location.as_deref(), Some("/settings?done=elsewhere-ended"));
        let (_, ended) = sign_in(&house, &provider, "olga-at-school").await;
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    }
}

/// Nobody gets an account from outside, and nothing about anybody is taken over.
#[tokio::test]
async fn whoever_did_not_connect_is_not_signed_in_and_leaves_nothing() {
    domain::proves!("TP-06", by = "courier::provider::Provider::ask");
    let provider = Provider::start(Kind::Strict, BACK).await;
    let house = House::new("house").await.with_elsewhere(asks(&provider, true)).await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    connect(&olga, &provider, "olga-at-school").await;

    let asked = house.outsider().get("/sign-in/elsewhere").await.location.unwrap();
    let asked = Url::parse(&asked).unwrap();
    let scopes: Vec<_> = asked.query_pairs().filter(|(name, _)| name == "scope").collect();
    assert_eq!(scopes.len(), 1);
    assert_eq!(scopes[0].1, "openid", "a number, and no name or address");

    let (_, stranger) = sign_in(&house, &provider, "a-stranger").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert!(stranger.body.contains("connect your account there under Settings"), "{}", stranger.body);
    let people = olga.get("/console/people").await.body;
    assert!(!people.contains("a-stranger") && !people.contains("elsewhere.example"), "{people}");

    let taken = connect(&ada, &provider, "olga-at-school").await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.body);
    let (came, _) = sign_in(&house, &provider, "olga-at-school").await;
    assert_eq!(came.who(&house).await.person, olga.who(&house).await.person, "still hers");
}

#[tokio::test]
async fn an_answer_is_good_once_for_who_asked_and_in_time() {
    let provider = Provider::start(Kind::Strict, BACK).await;
    let house = House::new("house").await.with_elsewhere(asks(&provider, true)).await;
    let olga = house.operator("Olga").await;
    connect(&olga, &provider, "olga-at-school").await;

    let (away, question) = left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere").await);
    let back = path_of(&provider.vouches(&question, "olga-at-school").await);
    // Somebody else's browser, which was lured to the address that another was sent back to.
    assert_eq!(house.outsider().get(&back).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(away.get(&back).await.status, StatusCode::UNAUTHORIZED, "it was used up by that");

    let (away, question) = left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere").await);
    let back = path_of(&provider.vouches(&question, "olga-at-school").await);
    let by_another = back.replace("iss=http", "iss=https");
    assert_eq!(away.get(&by_another).await.status, StatusCode::UNAUTHORIZED, "from another provider");

    let (away, question) = left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere").await);
    let back = path_of(&provider.vouches(&question, "olga-at-school").await);
    assert_eq!(away.get(&back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(away.get(&back).await.status, StatusCode::UNAUTHORIZED, "once");

    let (away, question) = left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere").await);
    let back = path_of(&provider.vouches(&question, "olga-at-school").await);
    house.clock.advance(301);
    assert_eq!(away.get(&back).await.status, StatusCode::UNAUTHORIZED, "too late");

    let (away, _) = left(&house.outsider(), &house.outsider().get("/sign-in/elsewhere").await);
    let denied = away.get("/sign-in/elsewhere/back?error=access_denied&state=none").await;
    assert_eq!(denied.status, StatusCode::UNAUTHORIZED);
}

/// The service may have known somebody since this morning: what needs a fresh proof needs one given in this house.
#[tokio::test]
async fn being_vouched_for_is_no_fresh_proof() {
    let provider = Provider::start(Kind::Strict, BACK).await;
    let house = House::new("house").await.with_elsewhere(asks(&provider, true)).await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    house.clock.advance(16 * 60);
    let first = ada.post("/settings/elsewhere", &[]).await;
    assert_eq!(first.location.as_deref(), Some("/prove?next=/settings"), "to connect needs one");
    ada.proves_who_it_is().await;
    connect(&ada, &provider, "ada-at-school").await;

    let (came, _) = sign_in(&house, &provider, "ada-at-school").await;
    assert!(!came.who(&house).await.proven);
    let refused = came.post("/settings/elsewhere", &[]).await;
    assert_eq!(refused.location.as_deref(), Some("/prove?next=/settings"));
    came.proves_who_it_is().await;
    assert!(came.who(&house).await.proven);
}

/// On a computer that several use: one begins to connect and goes, another signs in before the way back is opened.
#[tokio::test]
async fn whoever_began_to_connect_is_connected_and_nobody_else() {
    let provider = Provider::start(Kind::Strict, BACK).await;
    let house = House::new("house").await.with_elsewhere(asks(&provider, true)).await;
    let olga = house.operator("Olga").await;
    let mallory = house.invited(&olga, "Mallory", Role::Member).await;
    let (away, question) = left(&mallory, &mallory.post("/settings/elsewhere", &[]).await);
    let back = path_of(&provider.vouches(&question, "mallory-at-school").await);
    let secret = away.cookie.as_deref().unwrap().split("; ").nth(1).unwrap().to_owned();
    let mut there = house.signed_in("Olga").await;
    there.cookie = Some(format!("{}; {secret}", there.cookie.as_deref().unwrap()));
    let refused = there.get(&back).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
    let (_, stranger) = sign_in(&house, &provider, "mallory-at-school").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "it signs in nobody");
}

/// Whoever runs the service is in the policy's register with a contract that runs, or nobody is sent there.
#[tokio::test]
async fn nobody_is_sent_to_a_service_that_the_policy_does_not_name() {
    let provider = Provider::start(Kind::Strict, BACK).await;
    let registered = |purpose: &str, until: &str| {
        let entry = format!(
            "[[recipient]]\nid = \"school\"\nname = \"The school of tests\"\nclass = \"identity\"\nrole = \"controller\"\ncountry = \"DE\"\npolicy = \"https://school.example/privacy\"\nfor = [\"{purpose}\"]\ncontract = \"S-1\"\ncontract_until = \"{until}\"\nconfidential = true\n\n# ---- Purposes"
        );
        Sources::built_in("house").unwrap().edited("profile", "# ---- Purposes", &entry)
    };
    let known =
        [("security", "2026-11-23", true), ("security", "2026-11-21", false), ("print", "2026-11-23", false)];
    for (purpose, until, goes) in known {
        let house =
            House::with(registered(purpose, until)).await.with_elsewhere(asks(&provider, false)).await;
        house.operator("Olga").await;
        let page = house.outsider().get("/sign-in").await.body;
        assert_eq!(page.contains("Sign in with Our school"), goes, "{purpose} {until}");
        let sent = house.outsider().get("/sign-in/elsewhere").await;
        assert_eq!(sent.status == StatusCode::SEE_OTHER, goes, "{purpose} {until}: {}", sent.body);
    }
    let house = House::new("house").await.with_elsewhere(asks(&provider, false)).await;
    let olga = house.operator("Olga").await;
    assert_eq!(house.outsider().get("/sign-in/elsewhere").await.status, StatusCode::CONFLICT);
    assert!(olga.get("/console").await.body.contains("nobody signs in by another service"));
}

#[tokio::test]
async fn a_service_that_does_not_answer_leaves_the_password() {
    let provider = Provider::start(Kind::Strict, BACK).await;
    let elsewhere = asks(&provider, true);
    drop(provider);
    let house = House::new("house").await.with_elsewhere(elsewhere).await;
    let mut olga = house.operator("Olga").await;
    let refused = house.outsider().get("/sign-in/elsewhere").await;
    assert!(refused.body.contains("sign in with your password"), "{}", refused.body);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(
        olga.sign_in("olga@example.org", acceptance::PASSWORD, None).await.status,
        StatusCode::SEE_OTHER
    );
}
