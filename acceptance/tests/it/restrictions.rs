//! Data that is kept and not used: restricted by its owner at once and without staff, lifted the same way, never ended before
//! they were told; and objections, which restrict the use objected to until somebody has decided.

use crate::scene::{Scene, toolpath};
use acceptance::{Browser, House};
use app::requests::deliver;
use courier::Courier;
use domain::person::Role;
use privacy::restriction::Ground;
use reqwest::StatusCode;
use std::time::Duration;
use witness::smtp::Sink;

both! { restricted_data_is_kept_and_not_used nobody_loses_a_restriction_before_they_were_told
an_objection_restricts_until_it_is_decided an_objection_is_as_good_by_any_way
an_incognito_print_waits_too_and_the_machines_go_on }

const DAY: i64 = 24 * 3600;
const MINE: &str = "/privacy/restriction";

async fn does(who: &Browser, path: &str, form: &[(&str, &str)]) {
    let done = who.post(path, form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{path} {form:?}: {}", done.body);
}

/// Lifts what stands on the page as the first that can be lifted.
async fn lift(who: &Browser) {
    let page = who.get(MINE).await.body;
    let id = page
        .split("/privacy/restriction/")
        .find(|text| text.get(32..).is_some_and(|t| t.starts_with("/lift")));
    let id = &id.unwrap_or_else(|| panic!("{page}"))[..32];
    does(who, &format!("{MINE}/{id}/lift"), &[]).await;
}

async fn restricted_data_is_kept_and_not_used(house: House) {
    domain::proves!("KA-41", "SP-37", by = "privacy::decide::open_under_restriction");
    domain::proves!("AF-072", "TP-52", "TP-86", by = "app::restrictions::restrict");
    let scene = Scene::simulated(house).await;
    let (house, olga) = (&scene.house, &scene.olga);
    let ada = house.invited(olga, "Ada", Role::Member).await;
    crate::models::stored(&ada, "torus.3mf").await;
    let added = ada.post_file("/queue", &[], "CANARY.gcode", toolpath(120)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let refused = ada.post(MINE, &[("ground", "objection-pending")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "not a ground that anybody chooses");
    does(&ada, "/privacy/consents/history", &[("on", "yes")]).await;
    does(&ada, MINE, &[("ground", "unlawful-use")]).await;
    let me = ada.who(house).await;
    let choice = app::history::choice(&house.ctx, &me).await.unwrap();
    assert_eq!(choice, app::history::Choice::On, "what they said once they are not asked again");

    // Nobody uses it, not even they.
    for page in ["/", "/models", "/queue"] {
        let closed = ada.get(page).await;
        assert_eq!(closed.status, StatusCode::FORBIDDEN, "{page}");
        assert!(closed.body.contains("kept and not used") && closed.body.contains(MINE), "{}", closed.body);
    }
    let more = ada.post_file("/queue", &[], "more.gcode", toolpath(3)).await;
    assert_eq!(more.status, StatusCode::FORBIDDEN, "{}", more.body);
    let list = olga.get("/console/people").await.body;
    assert!(
        !list.contains("Ada") && list.contains("Kept and not used"),
        "the list shows that there is somebody, and no name: {list}"
    );
    let record = list.split("href=\"/console/people/").filter_map(|text| text.get(..32));
    let mut closed = 0;
    for id in record {
        let opened = olga.post(&format!("/console/people/{id}"), &[("reason", "asked-for-help")]).await;
        closed +=
            usize::from(opened.status == StatusCode::FORBIDDEN && !opened.body.contains("ada@example.org"));
    }
    assert_eq!(closed, 1, "hers does not open, whatever the reason");

    // What waited does not start, although the bed is clear and the printer idle.
    scene.say_the_bed_is_clear().await;
    scene.until("/queue", "Held").await;
    for _ in 0..20 {
        house.clock.advance(5);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let printer = olga.get(&scene.printer).await.body;
    assert!(!printer.contains("<progress"), "{printer}");
    let queue = olga.get("/queue").await.body;
    let job = queue.split("/jobs/").nth(1).map(|text| text[..32].to_owned()).unwrap();
    does(olga, &format!("/jobs/{job}/release"), &[]).await;
    scene.until("/queue", "Held").await;

    // All of it is there, for them.
    let archive = ada.archive_text().await;
    assert!(archive.contains("CANARY") && archive.contains("torus") && archive.contains("unlawful-use"));
    let page = ada.get("/privacy").await.body;
    assert!(page.contains("Your data is kept and not used"), "{page}");
    let twice = ada.post(MINE, &[("ground", "own-wish")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.body);

    lift(&ada).await;
    assert!(ada.get("/models").await.body.contains("torus"));
    assert!(!ada.get("/privacy").await.body.contains("Your data is kept and not used"));
    assert!(olga.get("/console/people").await.body.contains("Ada"));
    does(&ada, &format!("/jobs/{job}/release"), &[]).await;
    scene.until(&scene.printer, "<progress").await;

    // Any of the grounds of the law will do, and none is asked for proof.
    for ground in Ground::CHOSEN {
        does(&ada, MINE, &[("ground", ground.name())]).await;
        assert!(ada.get(MINE).await.body.contains(ground.says()));
        assert_eq!(ada.get("/models").await.status, StatusCode::FORBIDDEN, "{}", ground.name());
        lift(&ada).await;
    }
}

async fn nobody_loses_a_restriction_before_they_were_told(house: House) {
    domain::proves!("AF-073", by = "privacy::restriction::due");
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let turn = async || app::restrictions::turn_due(&house.ctx).await.unwrap();
    for day in ["soon", "2026-11-21", "2026-11-24", "2036-01-01"] {
        let refused = ada.post(MINE, &[("ground", "own-wish"), ("until", day)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(refused.body.contains("at least four days"), "{}", refused.body);
    }
    does(&ada, MINE, &[("ground", "accuracy-contested"), ("until", "2026-12-01")]).await;
    assert!(ada.get(MINE).await.body.contains("It is to end on"));

    house.clock.advance(4 * DAY);
    assert_eq!(turn().await, 0);
    assert!(!ada.get("/privacy").await.body.contains("That ends on"), "not told yet");
    // Nothing runs for a month: the day is long past, and nobody was told.
    house.clock.advance(30 * DAY);
    assert_eq!(turn().await, 0);
    let ada = house.signed_in("Ada").await;
    let told = ada.get("/privacy").await.body;
    assert!(told.contains("That ends on <time>29 December 2026"), "{told}");
    house.clock.advance(2 * DAY);
    assert_eq!(turn().await, 0);
    assert_eq!(ada.get("/models").await.status, StatusCode::FORBIDDEN, "told, and not over yet");
    house.clock.advance(DAY);
    assert_eq!(turn().await, 1);
    let ada = house.signed_in("Ada").await;
    assert_eq!(ada.get("/models").await.status, StatusCode::OK);
    assert!(ada.get(MINE).await.body.contains("<h2>Before</h2>"), "that it was stays to be read");

    // A request to restrict holds from when it came, and one that is refused ends the same way.
    let ask = [("matter", "restriction"), ("region", "eea")];
    does(&ada, "/privacy/requests", &ask).await;
    assert_eq!(ada.get("/models").await.status, StatusCode::FORBIDDEN);
    let olga = house.signed_in("Olga").await;
    let request = newest(&olga).await;
    let no = [("deed", "refuse"), ("ground", "still-needed"), ("words", "You have three prints running.")];
    does(&olga, &request, &no).await;
    assert_eq!(turn().await, 0);
    assert_eq!(ada.get("/models").await.status, StatusCode::FORBIDDEN, "told first");
    assert!(ada.get("/privacy").await.body.contains("That ends on"));
    house.clock.advance(3 * DAY);
    assert_eq!(turn().await, 1);
    let ada = house.signed_in("Ada").await;
    assert_eq!(ada.get("/models").await.status, StatusCode::OK);
}

async fn newest(staff: &Browser) -> String {
    let page = staff.get("/console/requests").await.body;
    let id = page.split("href=\"/console/requests/").nth(1).unwrap_or_else(|| panic!("{page}"));
    format!("/console/requests/{}", &id[..32])
}

/// Whether the house knows from where she signed in.
async fn address_is_kept(who: &Browser) -> bool {
    let files = who.archive().await.unwrap();
    String::from_utf8_lossy(&files["data/session.json"]).contains("127.0.0.1")
}

/// Takes the newest request back that can be.
async fn take_back(who: &Browser) {
    let mine = who.get("/privacy/requests").await.body;
    let back = mine.split("action=\"").find(|text| text.contains("/take-back\"")).unwrap();
    does(who, &back[..back.find('"').unwrap()], &[]).await;
}

/// One that was refused runs out; another begins anew meanwhile, and outlasts it.
#[tokio::test]
async fn an_objection_is_not_swallowed_by_one_that_runs_out() {
    const OBJECT: &str = "/privacy/objections/security";
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    does(&ada, OBJECT, &[("words", "no")]).await;
    let words = "There was a break-in.";
    let no = [("deed", "refuse"), ("ground", "overriding-interest"), ("words", words)];
    does(&olga, &newest(&olga).await, &no).await;
    let turn = async || app::restrictions::turn_due(&house.ctx).await.unwrap();
    assert_eq!(turn().await, 0);
    let page = ada.get(MINE).await.body;
    assert!(
        page.contains("That ends on") && page.contains("action=\"/privacy/objections/security\""),
        "{page}"
    );
    does(&ada, OBJECT, &[("words", "there was none")]).await;
    house.clock.advance(3 * DAY);
    assert_eq!(turn().await, 1);
    let ada = house.signed_in("Ada").await;
    assert!(!address_is_kept(&ada).await);
    take_back(&ada).await;
    assert!(address_is_kept(&house.signed_in("Ada").await).await);
}

/// As a request of hers, and by the form for those without an account once she proved that it is from her.
async fn an_objection_is_as_good_by_any_way(house: House) {
    domain::proves!("AF-074", by = "app::restrictions::follow");
    let house = house.with_mail().await;
    house.operator("Olga").await;
    let olga = house.signed_in("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    assert!(address_is_kept(&ada).await);
    does(&ada, "/privacy/requests", &[("matter", "objection"), ("words", "no")]).await;
    assert!(!address_is_kept(&ada).await, "from its filing on");
    take_back(&ada).await;
    let ada = house.signed_in("Ada").await;
    assert!(address_is_kept(&ada).await);

    let form = [("matter", "objection"), ("email", "ada@example.org"), ("words", "no"), ("region", "eea")];
    does(&house.outsider(), "/ask", &form).await;
    assert!(address_is_kept(&ada).await, "anybody can write anybody's address there");
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    let letters = sink.until(1).await;
    let code = letters.iter().find_map(|letter| letter.text.split("/ask/prove/").nth(1)).unwrap();
    let code = code.split_whitespace().next().unwrap();
    assert_eq!(house.outsider().post(&format!("/ask/prove/{code}"), &[]).await.status, StatusCode::OK);
    assert!(!address_is_kept(&ada).await, "once it is known who objects");
    let page = ada.get(MINE).await.body;
    assert!(page.contains("Allow it again"), "it is none of her requests, and hers all the same: {page}");
    lift(&ada).await;
    assert!(address_is_kept(&house.signed_in("Ada").await).await);
}

/// An incognito print has no name in any row, and waits all the same; whoever keeps the machines running goes on with that.
async fn an_incognito_print_waits_too_and_the_machines_go_on(house: House) {
    let scene = Scene::simulated(house).await;
    let (house, olga) = (&scene.house, &scene.olga);
    let tess = house.invited(olga, "Tess", Role::Technician).await;
    let added = tess.post_file("/queue", &[("incognito", "1")], "CANARY.gcode", toolpath(120)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    does(&tess, MINE, &[("ground", "own-wish")]).await;
    scene.say_the_bed_is_clear().await;
    scene.until("/queue", "Held").await;
    for _ in 0..20 {
        house.clock.advance(5);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(tess.get("/").await.status, StatusCode::OK, "the machines are her work");
    let queue = tess.get("/queue").await;
    assert_eq!(queue.status, StatusCode::OK, "{}", queue.body);
    assert!(queue.body.contains("Held"), "{}", queue.body);
    assert!(!tess.get(&scene.printer).await.body.contains("<progress"));
    // Another's print goes on, and she can stop it.
    scene.add("olgas.gcode", &[]).await;
    scene.until(&scene.printer, "<progress").await;
    let page = tess.get(&scene.printer).await;
    assert!(page.status == StatusCode::OK && page.body.contains("/cancel\""), "{}", page.body);
    lift(&tess).await;
    assert!(tess.get("/queue").await.body.contains("CANARY.gcode"));
}

async fn an_objection_restricts_until_it_is_decided(house: House) {
    domain::proves!("AF-074", by = "privacy::restriction::effect");
    domain::proves!("AF-075", "TP-54", by = "privacy::restriction::objection");
    const OBJECT: &str = "/privacy/objections/security";
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let page = ada.get(MINE).await.body;
    for why in ["A law demands it.", "It is needed to give you what you use here."] {
        assert!(page.contains(why), "why one cannot object: {page}");
    }
    let refused = ada.post("/privacy/objections/print", &[("words", "no")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("It is needed to give you what you use here."), "{}", refused.body);
    assert!(ada.get("/privacy/requests").await.body.matches("<section").count() == 0, "nothing half-done");
    assert!(address_is_kept(&ada).await);

    does(&ada, OBJECT, &[("words", "I am being FOLLOWED")]).await;
    assert!(!address_is_kept(&ada).await, "what there was is gone");
    let ada = house.signed_in("Ada").await;
    assert!(!address_is_kept(&ada).await, "nothing comes");
    assert!(address_is_kept(&olga).await, "it is hers that is restricted, and nobody else's");
    assert_eq!(ada.post(OBJECT, &[]).await.status, StatusCode::CONFLICT);
    assert!(ada.get(MINE).await.body.contains("it is not decided yet"));

    // Refused, and told before it ends.
    let request = newest(&olga).await;
    assert!(olga.get(&request).await.body.contains("I am being FOLLOWED"));
    let no = [("deed", "refuse"), ("ground", "overriding-interest"), ("words", "There was a break-in.")];
    does(&olga, &request, &no).await;
    let turn = async || app::restrictions::turn_due(&house.ctx).await.unwrap();
    assert_eq!(turn().await, 0);
    assert!(ada.get(MINE).await.body.contains("That ends on"));
    house.clock.advance(2 * DAY);
    assert_eq!(turn().await, 0);
    assert!(!address_is_kept(&house.signed_in("Ada").await).await);
    house.clock.advance(DAY);
    assert_eq!(turn().await, 1);
    let ada = house.signed_in("Ada").await;
    assert!(address_is_kept(&ada).await, "the house was right, and may");

    // Taken back by whoever objected, it ends at once.
    does(&ada, OBJECT, &[("words", "again")]).await;
    take_back(&ada).await;
    assert!(address_is_kept(&house.signed_in("Ada").await).await);

    // Upheld, it stays, until they allow it again.
    let ada = house.signed_in("Ada").await;
    does(&ada, OBJECT, &[("words", "a third time")]).await;
    let olga = house.signed_in("Olga").await;
    let request = newest(&olga).await;
    let refused = ada.post(&format!("{MINE}/{}/lift", "0".repeat(32)), &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    does(&olga, &request, &[("deed", "accept")]).await;
    does(&olga, &request, &[("deed", "carry-out"), ("words", "addresses are not kept")]).await;
    does(&olga, &request, &[("deed", "answer"), ("words", "You were right.")]).await;
    house.clock.advance(400 * DAY);
    assert_eq!(turn().await, 0);
    let ada = house.signed_in("Ada").await;
    assert!(!address_is_kept(&ada).await);
    assert!(ada.get(MINE).await.body.contains("You objected, and that stands"));
    lift(&ada).await;
    assert!(address_is_kept(&house.signed_in("Ada").await).await);
}
