//! The house passes to somebody else: everybody is told and has time, two people decide, whoever objects stays, and what goes carries
//! the rules that bind each person.

use acceptance::{Answer, Browser, House, PASSWORD};
use domain::person::Role;
use reqwest::StatusCode;

macro_rules! under {
    ($($story:ident: $profile:literal)+) => {$(
        mod $story {
            #[tokio::test]
            async fn on_sqlite() {
                super::$story(acceptance::House::new($profile).await).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$story(acceptance::House::on_postgres($profile).await).await;
            }
        }
    )+};
}

under! {
    everybody_is_told_before_anything_goes: "stelloloxon"
    one_event_hands_everything_to_a_named_acquirer: "kallas"
    who_takes_over_takes_over_the_rules: "formlabs"
    a_negotiation_is_named_and_ends: "threedpros"
}

pub const DAY: i64 = 24 * 3600;
pub const SALE: [(&str, &str); 4] = [
    ("kind", "acquisition"),
    ("acquirer", "Big Prints Ltd"),
    ("address", "1 High Street, London, GB"),
    ("says", "We merge with them on 1 January."),
];

async fn done(who: &Browser, path: &str, form: &[(&str, &str)]) {
    let answer = who.post(path, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

pub fn conflict(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(answer.body.contains(why), "«{why}» in {}", answer.body);
}

/// Where one that was recorded can be announced, released or dropped.
pub async fn recorded(staff: &Browser, form: &[(&str, &str)]) -> String {
    done(staff, "/console/acquisitions", form).await;
    let page = staff.get("/console/acquisitions").await.body;
    let id = page.split("action=\"/console/acquisitions/").nth(1).unwrap_or_else(|| panic!("{page}"));
    format!("/console/acquisitions/{}", &id[..32])
}

struct Scene {
    house: House,
    olga: Browser,
    pia: Browser,
    ada: Browser,
    bob: Browser,
    sale: String,
}

/// Two who decide, two whose data it is, and a sale that was recorded.
async fn scene(house: House, form: &[(&str, &str)]) -> Scene {
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    let sale = recorded(&olga, form).await;
    Scene { house, olga, pia, ada, bob, sale }
}

impl Scene {
    async fn does(&self, who: &Browser, deed: &str) -> Answer {
        who.post(&format!("{}/{deed}", self.sale), &[]).await
    }
    async fn told_for(&self, days: i64) {
        assert_eq!(self.does(&self.olga, "announce").await.status, StatusCode::SEE_OTHER);
        self.house.clock.advance(days * DAY);
    }
    async fn number(&self, who: &Browser) -> String {
        who.who(&self.house).await.person.to_string()
    }
}

async fn everybody_is_told_before_anything_goes(house: House) {
    domain::proves!("SP-24", by = "app::disclosures::acquisitions::from");
    let scene = scene(house, &SALE).await;
    let (olga, pia, ada) = (&scene.olga, &scene.pia, &scene.ada);
    assert_eq!(ada.get("/console/acquisitions").await.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.does(ada, "announce").await.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.does(ada, "release").await.status, StatusCode::NOT_FOUND);
    conflict(&scene.does(pia, "release").await, "People must be told first");
    assert!(!ada.get("/").await.body.contains("Big Prints Ltd"), "only recorded yet");

    scene.told_for(13).await;
    for page in
        [ada.get("/").await, house_door(&scene).await, scene.house.outsider().get("/privacy/notice").await]
    {
        assert!(
            page.body.contains("Big Prints Ltd") && page.body.contains("We merge with them"),
            "{}",
            page.body
        );
    }
    conflict(&scene.does(pia, "release").await, "their time to object");
    conflict(&scene.does(olga, "announce").await, "told already");
    scene.house.clock.advance(DAY);
    conflict(&scene.does(olga, "release").await, "somebody else must look at it");
    pia.proves_who_it_is().await;
    assert!(pia.taken(&format!("{}/release", scene.sale)).await.is_some(), "it goes");
    assert!(!house_door(&scene).await.body.contains("Big Prints Ltd"), "it is settled");

    // One that comes to nothing is told no longer, and never goes.
    let other = recorded(olga, &SALE).await;
    done(olga, &format!("{other}/announce"), &[]).await;
    done(olga, &format!("{other}/drop"), &[]).await;
    scene.house.clock.advance(30 * DAY);
    let (olga, pia) = (scene.house.signed_in("Olga").await, scene.house.signed_in("Pia").await);
    conflict(&pia.post(&format!("{other}/release"), &[]).await, "settled already");
    let bad = [("kind", "acquisition"), ("acquirer", "Big"), ("address", "here"), ("says", " ")];
    assert_eq!(olga.post("/console/acquisitions", &bad).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn house_door(scene: &Scene) -> Answer {
    scene.house.outsider().get("/sign-in").await
}

async fn one_event_hands_everything_to_a_named_acquirer(house: House) {
    domain::proves!("KA-29", by = "app::disclosures::acquisitions::one");
    let scene = scene(house, &SALE).await;
    scene.told_for(1).await;
    let (ada, bob) = (scene.number(&scene.ada).await, scene.number(&scene.bob).await);
    let told = scene.bob.get("/").await.body;
    assert!(told.contains("/privacy/restriction#acquisition"), "{told}");
    let objecting = scene.bob.get("/privacy/restriction").await.body;
    assert!(objecting.contains("id=\"acquisition\""), "{objecting}");
    done(&scene.bob, "/privacy/objections/acquisition", &[]).await;
    scene.house.clock.advance(10 * DAY);
    let eve = scene.house.invited(&scene.olga, "Eve", Role::Member).await;
    let leaving = scene.number(&eve).await;
    done(&eve, "/privacy/erase", &[("name", "Eve"), ("password", PASSWORD)]).await;
    let asked = [("matter", "access"), ("region", "eea"), ("email", "nina@example.org")];
    done(&scene.house.outsider(), "/ask", &asked).await;
    scene.house.clock.advance(4 * DAY);
    assert!(scene.ada.get("/").await.body.contains("any day now"));
    scene.pia.proves_who_it_is().await;
    let file = scene.pia.taken(&format!("{}/release", scene.sale)).await.expect("a whole file");
    let person = String::from_utf8_lossy(&file[&format!("people/{ada}/data/person.json")]).into_owned();
    assert!(person.contains("\"Ada\""), "{person}");
    assert!(!file.keys().any(|path| path.contains(&bob)), "whoever objects stays");
    assert!(!file.keys().any(|path| path.contains(&leaving)), "whoever leaves goes nowhere else");
    assert!(file.keys().any(|path| path.ends_with("/data/request.json")), "what is asked without an account");
    let about = String::from_utf8_lossy(&file["about.json"]).into_owned();
    assert!(about.contains("Big Prints Ltd") && about.contains("\"left_out\": 2"), "{about}");
    conflict(&scene.does(&scene.pia, "release").await, "goes once");

    let mine = scene.ada.get("/privacy").await.body;
    assert!(mine.contains("Big Prints Ltd") && mine.contains("this house passes to somebody else"), "{mine}");
    assert!(scene.ada.get("/").await.body.contains("Data about you was handed over"));
    assert!(!scene.bob.get("/privacy").await.body.contains("Big Prints Ltd"));
    let log = scene.olga.get("/console/acquisitions").await.body;
    assert!(log.contains("of 2 it stayed"), "{log}");
}

async fn who_takes_over_takes_over_the_rules(house: House) {
    domain::proves!("FL-76", by = "app::disclosures::acquisitions::one");
    let scene = scene(house, &SALE).await;
    let (ada, bob) = (scene.number(&scene.ada).await, scene.number(&scene.bob).await);
    done(&scene.ada, "/privacy/consents/history", &[("on", "yes")]).await;
    done(&scene.bob, "/privacy/restriction", &[("ground", "own-wish")]).await;
    scene.told_for(15).await;
    scene.pia.proves_who_it_is().await;
    let file = scene.pia.taken(&format!("{}/release", scene.sale)).await.expect("a whole file");
    let text = |path: String| String::from_utf8_lossy(&file[&path]).into_owned();
    let bound = text(format!("people/{ada}/bound.json"));
    assert!(
        bound.contains("\"policy\": \"formlabs/1\"") && bound.contains("\"restricted\": false"),
        "{bound}"
    );
    assert!(text(format!("people/{ada}/data/consent.json")).contains("\"given\""));
    assert!(text(format!("people/{bob}/bound.json")).contains("\"restricted\": true"));
    assert!(file.contains_key(&format!("people/{bob}/data/restriction.json")));
    assert!(text("policy/1.md".to_owned()).contains("Who answers for it"), "the rules go along in words");
}

async fn a_negotiation_is_named_and_ends(house: House) {
    domain::proves!("TP-39", by = "app::disclosures::acquisitions::enter");
    let mut negotiation = SALE.to_vec();
    negotiation[0] = ("kind", "negotiation");
    let olga = house.operator("Olga").await;
    for ends in ["", "2026-01-01", "soon", "2026-12-01"] {
        let mut form = negotiation.clone();
        form.push(("ends_on", ends));
        let refused = olga.post("/console/acquisitions", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{ends}");
        assert!(refused.body.contains("Name the day on which the negotiation ends"), "{}", refused.body);
    }
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    negotiation.push(("ends_on", "2026-12-31"));
    let sale = recorded(&olga, &negotiation).await;
    done(&olga, &format!("{sale}/announce"), &[]).await;
    assert!(ada.get("/").await.body.contains("Somebody negotiates to take this house over"));
    house.clock.advance(15 * DAY);
    pia.proves_who_it_is().await;
    assert!(pia.taken(&format!("{sale}/release")).await.is_some());
    let mine = ada.get("/privacy").await.body;
    assert!(
        mine.contains("somebody negotiates to take this house over") && mine.contains("until 2026-12-31"),
        "{mine}"
    );

    let late = recorded(&olga, &negotiation).await;
    done(&olga, &format!("{late}/announce"), &[]).await;
    house.clock.advance(30 * DAY);
    let door = house.outsider().get("/sign-in").await.body;
    assert!(!door.contains("Somebody negotiates"), "it is over: {door}");
    let (olga, pia) = (house.signed_in("Olga").await, house.signed_in("Pia").await);
    conflict(&pia.post(&format!("{late}/release"), &[]).await, "ends is past");
    assert!(olga.get("/console/acquisitions").await.body.contains("confirm that what they saw is destroyed"));
}
