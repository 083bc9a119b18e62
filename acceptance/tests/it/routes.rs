//! Every route, called by everybody: whoever may not come is led to the sign-in or told that there is nothing.

use crate::api::program;
use crate::scene::Scene;
use crate::security::cookie_was_dropped;
use crate::things::{NO_PURPOSE, SECRET, Things, filled};
use acceptance::{Browser, House, Program};
use domain::person::Role;
use reqwest::StatusCode;
use web::{Route, Who};

/// Where invitations and people are.
const CONSOLE: &str = "/console/people";

/// What a slicing is to be, for the one call of a program that has a body.
const CHOICES: &str = r#"{ "quality": "draft", "material": "PLA" }"#;

both! { an_outsider_gets_nowhere_but_to_the_door another_persons_things_do_not_exist_for_any_role }

/// The console is for whoever runs the house or answers for its data, and people are invited and given parts by the
/// operator alone. To others there is nothing there.
fn may_use(role: Role, route: &str) -> bool {
    let of_one = ["/console/people/{id}", "/console/people/{id}/hold", "/console/people/{id}/release"];
    let people = route.starts_with(CONSOLE) && !of_one.contains(&route);
    match role {
        Role::Operator => true,
        Role::PrivacyOfficer => !people,
        Role::Technician | Role::Member | Role::Requester => !route.starts_with("/console"),
    }
}

/// What goes by role and not by owner: printers, people's records, and, for who keeps the printers running, any print.
fn goes_by_role(role: Role, path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let runs_printers = matches!(role, Role::Operator | Role::Technician);
    path.starts_with("/printers/{id}")
        || path.starts_with("/jobs/") && runs_printers && !of_a_picture(path)
        || path == "/strays/{id}/gone" && runs_printers
        || [
            "/console/people/{id}",
            "/console/requests/{id}",
            "/console/disclosures/",
            "/console/acquisitions/",
            "/console/breaches/",
        ]
        .iter()
        .any(|p| path.starts_with(p))
            && may_use(role, path)
}

/// Pictures of prints: what one looks like is its owner's alone, whoever may end it. These toolpaths came without one, so
/// that her own is not there either; `a_model_becomes_a_print` has one that is.
fn of_a_picture(path: &str) -> bool {
    path == "/jobs/{id}/picture" || path == "/history/{id}/picture"
}

/// Whether a route ends the thing in its path, or what hangs on it; once the bed is clear, what waits is printed.
fn ends(route: &Route) -> bool {
    let last = ["erase", "delete", "end", "gone", "dismiss", "cancel", "unit", "bed-is-clear", "take-back"];
    let looks = ["GET", "HEAD"].contains(&route.method);
    let verb = route.path.rsplit('/').next().unwrap_or_default();
    !looks && (route.method == "DELETE" || last.contains(&verb) || route.path == "/printers/{id}/remove")
}

async fn call(who: &Browser, method: &str, path: &str) -> acceptance::Answer {
    match method {
        "GET" => who.get(path).await,
        "POST" => {
            // What a form there would hold, so that a refusal is about whose thing it is and not about a field.
            let form = [
                ("name", "Mine"),
                ("unit", "millimeter"),
                ("quality", "draft"),
                ("material", "PLA"),
                ("verdict", "good"),
                ("question", "1"),
                ("choice", "1"),
                ("on", "yes"),
            ];
            let ids = path.split('/').any(|part| part.len() == 32 || part == NO_PURPOSE);
            who.post(path, if ids { &form } else { &[] }).await
        }
        other => who.send_as(other, path).await,
    }
}

fn routes_of(wanted: impl Fn(Who) -> bool) -> Vec<Route> {
    web::routes().into_iter().filter(|route| wanted(route.who) && route.path != "/sign-out").collect()
}

/// The paths of a route, with a thing of hers in them.
fn paths(route: &Route, hers: &Things) -> Vec<String> {
    if route.path.contains("{id}") {
        hers.in_path(route.path).into_iter().map(|id| filled(route.path, id)).collect()
    } else {
        vec![filled(route.path, "")]
    }
}

/// The status of a call as whoever signed in, or as a program of theirs where only programs may come.
async fn status(route: &Route, path: &str, who: &Browser, key: &Program) -> (StatusCode, String) {
    if matches!(route.who, Who::Program(_)) {
        let (status, body) = key.call(route.method, path, CHOICES).await;
        (status, body.to_string())
    } else {
        let answer = call(who, route.method, path).await;
        (answer.status, answer.body)
    }
}

async fn an_outsider_gets_nowhere_but_to_the_door(house: House) {
    domain::proves!("AF-114", by = "web::session::check");
    let (Scene { house, olga, .. }, hers) = Things::new(house).await;
    let reads = program(&olga, &["read"]).await;
    let forged = house.outsider().program("pk_forged");
    for route in web::routes() {
        for path in paths(&route, &hers) {
            let answer = call(&house.outsider(), route.method, &path).await;
            let place = format!("{} {path}: {}", route.method, answer.status);
            match route.who {
                Who::SignedIn => {
                    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{place}");
                    assert!(answer.location.unwrap().starts_with("/sign-in"), "{place}");
                    assert_eq!(answer.body, "", "{place}");
                }
                Who::Program(scope) => {
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{place}");
                    // A person who has signed in is no program, and neither is a key that nobody made.
                    let signed_in = call(&olga, route.method, &path).await;
                    assert_eq!(signed_in.status, StatusCode::UNAUTHORIZED, "{place}");
                    assert_eq!(forged.call(route.method, &path, CHOICES).await.0, StatusCode::UNAUTHORIZED);
                    if scope == app::accounts::Scope::Print {
                        let (status, _) = reads.call(route.method, &path, CHOICES).await;
                        assert_eq!(
                            status,
                            StatusCode::UNAUTHORIZED,
                            "with a key that may only read: {place}"
                        );
                    }
                }
                Who::Anybody => {
                    assert!(!answer.status.is_server_error(), "{place} {}", answer.body);
                    assert!(!answer.body.contains(SECRET), "{place}");
                    if route.path.starts_with("/receipt/") {
                        assert_eq!(answer.status, StatusCode::NOT_FOUND, "of somebody who is there: {place}");
                    }
                }
            }
        }
    }
}

async fn another_persons_things_do_not_exist_for_any_role(house: House) {
    domain::proves!("AF-114", "KA-33", "SP-28", by = "privacy::decide::decide");
    witness::log::captured();
    let (Scene { house, olga, .. }, hers) = Things::new(house).await;
    let (key, routes) = (program(&olga, &["read", "print"]).await, routes_of(|who| who != Who::Anybody));
    let with_things = || routes.iter().filter(|route| route.path.contains("{id}"));

    // They are there for her, at every route: what others are not shown is not shown because it is hers.
    // (Nobody gives themselves another part in the house.)
    let own_part = "/console/people/{id}/role";
    for route in with_things().filter(|r| !ends(r) && r.path != own_part && !of_a_picture(r.path)) {
        let path = &paths(route, &hers)[0];
        let (status, body) = status(route, path, &olga, &key).await;
        assert_ne!(status, StatusCode::NOT_FOUND, "her own: {} {path}", route.method);
        assert!(!status.is_server_error(), "{} {path}: {body}", route.method);
    }

    for (name, role) in [
        ("Mia", Role::Member),
        ("Tom", Role::Technician),
        ("Pia", Role::PrivacyOfficer),
        ("Otto", Role::Operator),
    ] {
        let somebody = house.invited(&olga, name, role).await;
        let theirs = program(&somebody, &["read", "print"]).await;
        for route in &routes {
            let anothers_thing = route.path.contains('{');
            if goes_by_role(role, route.path) {
                continue;
            }
            for path in paths(route, &hers) {
                let (status, body) = status(route, &path, &somebody, &theirs).await;
                let place = format!("{role} {} {path}: {status}", route.method);
                assert!(!status.is_server_error(), "{place} {body}");
                let closed = !may_use(role, route.path);
                if anothers_thing || (closed && route.method == "GET") {
                    assert_eq!(status, StatusCode::NOT_FOUND, "{place}");
                } else if closed {
                    assert!(status.is_client_error(), "{place}");
                }
                assert!(!body.contains(SECRET), "{place} {body}");
                for id in hers.hidden() {
                    let by_role = hers.jobs.iter().any(|job| job == id) && goes_by_role(role, "/jobs/{id}");
                    assert!(by_role || !body.contains(id), "{place} shows {id}: {body}");
                }
            }
        }
        // Who keeps the printers running may end any print, and never learns what it is called.
        let seen = [
            somebody.get(&format!("/jobs/{}/cancel", hers.jobs[0])).await.body,
            theirs.call("GET", &format!("/api/v1/jobs/{}", hers.jobs[0]), "").await.1.to_string(),
        ];
        assert!(!seen.iter().any(|body| body.contains(SECRET)), "{role}: {seen:?}");
    }
    let mia = house.signed_in("Mia").await;
    for path in ["duty", "rename", "touch", "equip", "remove"] {
        let refused = mia.post(&format!("/printers/{}/{path}", hers.printer), &[("name", "Mine")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(mia.get("/queue").await.body.contains("Someone’s print"));

    // Nothing of hers was touched: each thing is there to be ended, once by every route that ends it.
    let mut ending: Vec<&Route> = with_things().filter(|route| ends(route)).collect();
    // What hangs on another thing goes before it.
    let order =
        |path: &str| (!path.contains("/slicings/"), path.contains("/printers/"), path.ends_with("/remove"));
    ending.sort_by_key(|route| order(route.path));
    let mut ended = std::collections::BTreeSet::new();
    for route in ending {
        let all = hers.in_path(route.path);
        let id = *all.iter().find(|id| !ended.contains(**id)).unwrap_or(&all[0]);
        let path = filled(route.path, id);
        let (status, body) = status(route, &path, &olga, &key).await;
        assert_ne!(status, StatusCode::NOT_FOUND, "her own: {} {path}", route.method);
        assert!(!status.is_server_error(), "{} {path}: {body}", route.method);
        // What was refused, or goes on, is still there for the next.
        if status.is_success() || status.is_redirection() {
            ended.insert(id);
        }
    }
    assert!(!cookie_was_dropped(), "a route sets a cookie that is not in policy/data.toml");
}
