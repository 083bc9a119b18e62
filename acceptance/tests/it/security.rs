//! What stands around every page.

use acceptance::{House, PASSWORD};
use privacy::Sources;
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use web::Who;

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    domain::proves!("AF-113", by = "web::security::around");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let refused = olga.post_from_elsewhere("/settings/name", &[("name", "Eve")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(olga.get("/settings").await.body.contains("Olga"));
}

#[tokio::test]
async fn public_pages_ask_for_nothing() {
    domain::proves!("FL-07", by = "web::routes::routes");
    let house = House::new("house").await;
    house.operator("Olga").await;
    for page in ["/privacy/notice", "/help", "/sign-in", "/api/openapi.json"] {
        let answer = house.outsider().get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert!(answer.cookies.is_empty(), "{page} knows its visitor again: {:?}", answer.cookies);
    }
}

/// What the server says of a cookie that it drops, since the data map does not declare it.
pub const DROPPED: &str = "a cookie that the data map does not declare was dropped";

/// Whether a cookie was dropped since the log was captured first.
pub fn cookie_was_dropped() -> bool {
    String::from_utf8_lossy(&witness::log::captured().bytes()).contains(DROPPED)
}

#[tokio::test]
async fn only_declared_cookies_are_set() {
    domain::proves!("FL-78", by = "web::cookie::set_session");
    witness::log::captured();
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let inventory = &house.ctx.store.book().map().cookie;
    let declared = |name: &str| inventory.get(name).is_some_and(|cookie| cookie.get_ref().sent);
    let form = [("email", "olga@example.org"), ("password", PASSWORD), ("next", "/")];
    let mut set = house.outsider().post("/sign-in", &form).await.cookies;
    assert!(!set.is_empty(), "signing in sets one");
    for route in web::routes().into_iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
        set.extend(olga.get(route.path).await.cookies);
        set.extend(house.outsider().get(route.path).await.cookies);
    }
    set.extend(olga.post("/settings/look", &[("look", "dark")]).await.cookies);
    set.extend(olga.post("/sign-out", &[]).await.cookies);
    for cookie in set {
        let name = cookie.split('=').next().unwrap();
        assert!(declared(name), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Domain="), "for this host alone: {cookie}");
    }
    // One that is not declared never reaches a browser: that it was about to be set stands in the log.
    assert!(!cookie_was_dropped(), "a page sets a cookie that is not in policy/data.toml");
}

/// What the inventory does not name does not reach a browser, whatever sets it.
#[tokio::test]
async fn what_is_not_in_the_inventory_is_not_set() {
    domain::proves!("TP-17", by = "web::security::drop_undeclared_cookies");
    let sources = Sources::built_in(&witness::policy::or_in_force("house")).unwrap();
    let it = "class = \"essential\"\nsays = \"keeps you signed in\"";
    let house = House::with(sources.edited("data", it, &format!("sent = false\n{it}"))).await;
    let code = app::accounts::begin_setup(&house.ctx).await.unwrap();
    app::accounts::finish_setup(&house.ctx, &code, acceptance::joining("Olga")).await.unwrap();
    let form = [("email", "olga@example.org"), ("password", PASSWORD), ("next", "/")];
    let signed_in = house.outsider().post("/sign-in", &form).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.body);
    assert!(signed_in.cookies.is_empty(), "{:?}", signed_in.cookies);
}

#[tokio::test]
async fn global_privacy_control_is_honoured_and_shown() {
    let house = House::new("house").await;
    let asked = |signal: Option<&str>| {
        let request = reqwest::Client::new().get(format!("{}/privacy/cookies", house.url));
        signal.iter().fold(request, |request, value| request.header("sec-gpc", *value))
    };
    for (signal, shown) in [(Some("1"), true), (Some("0"), false), (None, false)] {
        let page = asked(signal).send().await.unwrap().text().await.unwrap();
        assert_eq!(page.contains("asks by <strong>Global Privacy Control</strong>"), shown, "{signal:?}");
    }
    let said = house.outsider().get("/.well-known/gpc.json").await.body;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said, serde_json::json!({ "gpc": true, "lastUpdate": "2026-11-22" }));
}

/// The cookie notice says what is set, for how long and what does not work without it; it is a press away from wherever cookies
/// are spoken of. Without any of them everything for everybody works, and the rest says why it does not.
#[tokio::test]
async fn the_cookie_notice_is_the_inventory_and_nobody_needs_a_cookie_to_read() {
    domain::proves!("AF-051", "SP-51", "TP-42", "TP-58", by = "web::pages::privacy::cookies::cookies");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let mut visitor = house.outsider();
    let notice = visitor.get("/privacy/cookies").await.body;
    for (name, cookie) in &house.ctx.store.book().map().cookie {
        let cookie = cookie.get_ref();
        assert!(!cookie.lasts().is_empty(), "{name} says how long it lasts");
        let refused = cookie.chosen.clone().unwrap_or_default();
        for said in [name, &cookie.says, &cookie.lasts(), &cookie.without, &refused] {
            assert!(notice.contains(said.as_str()), "{said}: {notice}");
        }
    }
    assert!(notice.contains("one by one or all at once"), "{notice}");
    let mut spoken_of = 0;
    for route in web::routes().into_iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
        for who in [&olga, &visitor] {
            let page = who.get(route.path).await;
            let words = page.body.to_lowercase();
            if page.status == StatusCode::OK && words.contains("cookie") && words.contains("</html>") {
                spoken_of += 1;
                let linked = words.contains("href=\"/privacy/cookies\"");
                assert!(linked || route.path == "/privacy/cookies", "{}: {words}", route.path);
            }
        }
    }
    assert!(spoken_of >= 4, "the notice, the door, and more: {spoken_of}");
    // A browser that refuses the cookie: whoever signs in is led to the door again, where it stands why.
    let form = [("email", "olga@example.org"), ("password", PASSWORD), ("next", "/queue")];
    let signed_in = visitor.post("/sign-in", &form).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    visitor.cookie = None;
    for public in ["/privacy/notice", "/help", "/ask", "/privacy/versions"] {
        assert_eq!(visitor.get(public).await.status, StatusCode::OK, "{public}");
    }
    let led = visitor.get("/queue").await;
    assert_eq!(led.location.as_deref().map(|to| to.split('?').next().unwrap()), Some("/sign-in"));
    assert!(visitor.get("/sign-in").await.body.contains("does not work without it"));
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere_and_are_not_kept() {
    domain::proves!("SP-50", by = "web::security::around");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    for route in web::routes().into_iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
        let page = match route.who {
            Who::Program(_) => continue,
            Who::Anybody | Who::SignedIn => olga.get(route.path).await,
        };
        let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{}", route.path);
        assert_eq!(page.headers[CACHE_CONTROL], "no-store", "{}", route.path);
        for attribute in ["src=\"", "href=\"", "action=\""] {
            for target in page.body.split(attribute).skip(1) {
                let good = target.starts_with(['/', '#', '"']) && !target.starts_with("//");
                // A link may lead elsewhere, where it says so and takes nothing along; nothing is loaded from there.
                let leads = attribute == "href=\"" && page.body.contains(&external(target));
                let good = good || leads;
                assert!(
                    good || target.starts_with("mailto:"),
                    "{}: {attribute}{}",
                    route.path,
                    &target[..40]
                );
            }
        }
        assert!(!page.body.contains("style=\"") && !page.body.contains("<script>"), "{}", route.path);
    }
}

/// A link to another site, as every one of them must be written.
fn external(target: &str) -> String {
    format!("<a rel=\"external noreferrer\" href=\"{}", target.split('"').next().unwrap())
}

#[tokio::test]
async fn a_sign_out_stands_on_every_page() {
    domain::proves!("AF-120", by = "web::shell::Shell::of");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    for route in web::routes()
        .into_iter()
        .filter(|r| r.method == "GET" && r.who == Who::SignedIn && !r.path.contains('{'))
    {
        let page = olga.get(route.path).await;
        // What is wrong with an address is told without a frame.
        let is_page = page.status.is_success()
            && page.headers["content-type"].to_str().unwrap().starts_with("text/html");
        assert!(!is_page || page.body.contains("action=\"/sign-out\""), "{}", route.path);
    }
}
