//! Every route, called by everybody: whoever may not come is led to the sign-in or told that there is nothing.

use acceptance::{Browser, House};
use domain::person::Role;
use reqwest::StatusCode;
use web::Who;

/// What stands for `{name}` in a path: something of another person's.
struct Anothers {
    session: String,
    key: String,
    invitation: String,
    person: String,
    job: String,
    record: String,
    pairing: String,
    stray: String,
    /// Printers are the house's and nobody's own: everybody sees them, some may change them.
    printer: String,
    model: String,
    slicing: String,
}

/// Nothing that rests on consent.
const NO_PURPOSE: &str = "curiosity";

/// Where invitations and people are.
const CONSOLE: &str = "/console/people";

/// The console is for whoever runs the house or answers for its data, and people are invited and given parts by the
/// operator alone. To others there is nothing there.
fn may_use(role: Role, route: &str) -> bool {
    let people = route.starts_with(CONSOLE) && route != "/console/people/{id}";
    match role {
        Role::Operator => true,
        Role::PrivacyOfficer => !people,
        Role::Technician | Role::Member => !route.starts_with("/console"),
    }
}

fn fill(path: &str, anothers: &Anothers) -> String {
    let id = if path.contains("/sessions/") {
        &anothers.session
    } else if path.contains("/keys/") {
        &anothers.key
    } else if path.contains("/invitations/") {
        &anothers.invitation
    } else if path.starts_with("/console/people/") || path.starts_with("/receipt/") {
        &anothers.person
    } else if path.contains("/jobs/") {
        &anothers.job
    } else if path.contains("/models/") || path.contains("/uploads/") {
        &anothers.model
    } else if path.contains("/slicings/") {
        &anothers.slicing
    } else if path.contains("/history/") {
        &anothers.record
    } else if path.contains("/pairing/") {
        &anothers.pairing
    } else if path.contains("/strays/") {
        &anothers.stray
    } else if path.contains("/printers/") {
        &anothers.printer
    } else if path.contains("/assets/") {
        return "/assets/app.css".to_owned();
    } else if path.contains("/invite/") {
        return path.replace("{code}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    } else if path.contains("/consents/") {
        return path.replace("{purpose}", NO_PURPOSE);
    } else {
        assert!(!path.contains('{'), "{path}: say here what another person's thing at this route is");
        return path.to_owned();
    };
    path.replace("{id}", id)
}

async fn call(who: &Browser, method: &str, path: &str) -> acceptance::Answer {
    match method {
        "GET" => who.get(path).await,
        "POST" => {
            // What a form there would hold, so that a refusal is about whose thing it is and not about a field.
            let form = [
                ("name", "Mine"),
                ("unit", "mm"),
                ("quality", "draft"),
                ("material", "PLA"),
                ("verdict", "good"),
                ("on", "yes"),
            ];
            let ids = path.split('/').any(|part| part.len() == 32 || part == NO_PURPOSE);
            who.post(path, if ids { &form } else { &[] }).await
        }
        other => who.send_as(other, path).await,
    }
}

#[tokio::test]
async fn an_outsider_gets_nowhere_but_to_the_door() {
    domain::proves!("AF-114", by = "web::session::check");
    let house = House::new("house").await;
    house.operator("Olga").await;
    let none = || "0".repeat(32);
    let nothing = Anothers {
        session: none(),
        key: none(),
        invitation: none(),
        person: none(),
        job: none(),
        record: none(),
        pairing: none(),
        stray: none(),
        printer: none(),
        model: none(),
        slicing: none(),
    };
    for route in web::routes() {
        let path = fill(route.path, &nothing);
        let answer = call(&house.outsider(), route.method, &path).await;
        match route.who {
            Who::SignedIn => {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{} {path}", route.method);
                assert!(answer.location.unwrap().starts_with("/sign-in"), "{} {path}", route.method);
                assert_eq!(answer.body, "", "{} {path}", route.method);
            }
            Who::Program(_) => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {path}", route.method),
            Who::Anybody => {
                assert!(!answer.status.is_server_error(), "{} {path}: {}", route.method, answer.body);
            }
        }
    }
}

#[tokio::test]
async fn another_persons_things_do_not_exist_for_any_role() {
    domain::proves!("AF-114", "KA-33", "SP-28", by = "privacy::decide::decide");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Operator).await;
    // something of Ada's of every kind
    ada.post("/settings/keys", &[("key_name", "slicer")]).await;
    ada.post("/console/people/invite", &[("role", "member")]).await;
    let second = house.signed_in("Ada").await;
    let settings = ada.get("/settings").await.body;
    let between = |page: &str, from: &str| page.split(from).nth(1).unwrap()[..32].to_owned();
    let made = ada.post("/printers/simulated", &[("name", "Rook")]).await;
    let printer = made.location.unwrap().rsplit('/').next().unwrap().to_owned();
    let model = crate::models::stored(&ada, "torus.3mf").await;
    let page = crate::models::sliced(&ada, &model).await;
    let slicing = between(&page, "action=\"/slicings/");
    // a print with a picture, that waits since nobody said that the bed is clear
    let added = ada.post(&format!("/slicings/{slicing}/print"), &[]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let job = between(&ada.get("/queue").await.body, "action=\"/jobs/");
    assert_eq!(ada.get(&format!("/jobs/{job}/picture")).await.status, StatusCode::OK);
    let anothers = Anothers {
        job,
        model,
        slicing,
        record: "0".repeat(32),
        pairing: "0".repeat(32),
        stray: "0".repeat(32),
        printer,
        session: between(&settings, "/settings/sessions/"),
        key: between(&settings, "/settings/keys/"),
        invitation: between(&ada.get(CONSOLE).await.body, "/invitations/"),
        person: between(&ada.get(CONSOLE).await.body, "/console/people/"),
    };

    for (name, role) in [
        ("Mia", Role::Member),
        ("Tom", Role::Technician),
        ("Pia", Role::PrivacyOfficer),
        ("Otto", Role::Operator),
    ] {
        let somebody = house.invited(&olga, name, role).await;
        for route in web::routes().into_iter().filter(|r| r.who == Who::SignedIn && r.path != "/sign-out") {
            let path = fill(route.path, &anothers);
            let printers = route.path.contains("/printers/{id}");
            let runs_printers = matches!(role, Role::Operator | Role::Technician);
            // What a print looks like is its owner's alone, whoever may end it.
            let jobs =
                route.path.starts_with("/jobs/") && runs_printers && route.path != "/jobs/{id}/picture";
            let anothers_thing = route.path.contains('{');
            let records = route.path.starts_with("/console/people/{id}") && may_use(role, route.path);
            if printers || jobs || records {
                continue; // by role, not by owner: who keeps the printers running may end any print
            }
            let answer = call(&somebody, route.method, &path).await;
            let place = format!("{role} {} {path}: {}", route.method, answer.status);
            assert!(!answer.status.is_server_error(), "{place} {}", answer.body);
            let closed = !may_use(role, route.path);
            if anothers_thing || (closed && route.method == "GET") {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{place}");
            } else if closed {
                assert!(answer.status.is_client_error(), "{place}");
            }
        }
    }
    let mia = house.signed_in("Mia").await;
    for path in ["duty", "rename", "touch", "equip", "remove"] {
        let refused = mia.post(&format!("/printers/{}/{path}", anothers.printer), &[("name", "Mine")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    let seen = mia.get("/queue").await.body;
    assert!(seen.contains("Someone’s print") && !seen.contains("torus") && !seen.contains(&anothers.job));
    // and nothing of Ada's was touched
    assert_eq!(second.get("/").await.status, StatusCode::OK);
    let settings = ada.get("/settings").await.body;
    assert!(settings.contains(&anothers.session) && settings.contains(&anothers.key));
    assert!(ada.get(CONSOLE).await.body.contains(&anothers.invitation));
}
