//! The JSON interface: its description is its routes, and a program can do the main job with a key.

use acceptance::{Browser, House, Program};
use domain::person::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A program with a key of these scopes.
pub async fn program(who: &Browser, scopes: &[&str]) -> Program {
    who.program(&who.key(scopes).await)
}

#[tokio::test]
async fn the_description_is_the_routes_and_nothing_else() {
    let house = House::new("house").await;
    let text = house.outsider().get("/api/openapi.json").await.body;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let mut described = BTreeSet::new();
    for (path, acts) in document["paths"].as_object().unwrap() {
        for (method, act) in acts.as_object().unwrap() {
            described.insert((method.to_uppercase(), path.clone()));
            assert!(act["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path} says nothing");
            assert!(act["responses"].as_object().unwrap().len() > 4, "{method} {path} hides its refusals");
        }
    }
    let routes = web::routes().into_iter().filter(|route| route.path.starts_with("/api/v1/"));
    let routes: BTreeSet<_> = routes.map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    assert_eq!(described, routes);
    // every shape that is named is there
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
}

/// The clock runs faster here than the house hears of the machine, so that a command may come a moment too soon.
async fn press(house: &House, program: &Program, path: &str) {
    let done = async {
        loop {
            let (status, answer) = program.call("POST", path, "").await;
            if status == StatusCode::NO_CONTENT {
                return;
            }
            assert_eq!(status, StatusCode::CONFLICT, "{path}: {answer}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    house.while_time_passes(done).await;
}

#[tokio::test]
async fn a_program_does_the_main_job() {
    domain::proves!("KA-53", by = "app::queue::intake::add");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    olga.post("/printers/simulated", &[("name", "Rook")]).await;
    let program = program(&olga, &["read", "print"]).await;
    let number = |made: &Value| made["id"].as_str().unwrap().to_owned();

    let printers = program.until("/api/v1/printers", |p| p[0]["state"] == "clear-the-bed").await;
    let printer = number(&printers[0]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/prepare/tests/models/torus.3mf");
    let torus = std::fs::read(file).unwrap();
    let (status, made) = program.call("POST", "/api/v1/models?name=torus.3mf", torus).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{made}");
    let model = format!("/api/v1/models/{}", number(&made));
    let model_now = program.until(&model, |m| m["state"] == "ready").await;
    assert_eq!((&model_now["printable"], &model_now["triangles"]), (&json!(true), &json!(2200)));

    let wrong = json!({ "quality": "finest", "material": "PLA" }).to_string();
    let (status, refused) = program.call("POST", &format!("{model}/slicings"), wrong).await;
    assert_eq!((status, &refused["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("quality")));
    let choices = json!({ "quality": "draft", "material": "PLA" }).to_string();
    let (_, made) = program.call("POST", &format!("{model}/slicings"), choices).await;
    let slicing = format!("/api/v1/slicings/{}", number(&made));
    let sliced = program.until(&slicing, |s| s["state"] == "ready").await;
    assert!(sliced["seconds"].as_f64().unwrap() > 60.0 && sliced["layers"].as_u64().unwrap() > 10);

    let (_, made) = program.call("POST", &format!("{slicing}/print"), "").await;
    let job = format!("/api/v1/jobs/{}", number(&made));
    let waits = program.until(&job, |j| j["why"].is_string()).await;
    assert_eq!((&waits["mine"], &waits["name"]), (&json!(true), &json!("torus.3mf")));
    assert_eq!(waits["seconds"], sliced["seconds"], "what slicing found out is known in the queue");
    let clear = format!("/api/v1/printers/{printer}/bed-is-clear");
    assert_eq!(program.call("POST", &clear, "").await.0, StatusCode::NO_CONTENT);
    house.while_time_passes(program.until(&job, |j| j["state"] == "printing")).await;
    press(&house, &program, &format!("{job}/pause")).await;
    house.while_time_passes(program.until(&job, |j| j["state"] == "paused")).await;
    press(&house, &program, &format!("{job}/resume")).await;
    house.while_time_passes(program.until(&job, |j| j["state"] == "printing")).await;
    let unsure = program.call("POST", &format!("{job}/cancel"), "").await;
    assert_eq!(unsure.0, StatusCode::CONFLICT, "what is lost must be confirmed: {}", unsure.1);
    let ended = program.call("POST", &format!("{job}/cancel?confirm=true"), "").await;
    assert_eq!(ended.0, StatusCode::NO_CONTENT, "{}", ended.1);

    let over = program.until("/api/v1/history", |h| h["entries"][0].is_object());
    let history = house.while_time_passes(over).await;
    assert_eq!(history["entries"][0]["verdict"], "cancelled");
    let entry = format!("/api/v1/history/{}", number(&history["entries"][0]));
    let (status, again) = program.call("POST", &format!("{entry}/again"), "").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{again}");
    let again = format!("/api/v1/jobs/{}", number(&again));
    assert_eq!(program.call("DELETE", &again, "").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.call("DELETE", &entry, "").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.call("GET", "/api/v1/history", "").await.1["entries"], json!([]));
    assert_eq!(program.call("DELETE", &model, "").await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.call("GET", &slicing, "").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_for_whom_it_was_made() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let model = crate::models::stored(&olga, "torus.3mf").await;
    let reads = program(&olga, &["read"]).await;
    let hers = program(&ada, &["read", "print"]).await;
    let path = format!("/api/v1/models/{model}");
    assert_eq!(reads.call("GET", &path, "").await.0, StatusCode::OK);
    assert_eq!(reads.call("DELETE", &path, "").await.0, StatusCode::UNAUTHORIZED);
    for method in ["GET", "DELETE"] {
        assert_eq!(hers.call(method, &path, "").await.0, StatusCode::NOT_FOUND, "{method} another's model");
    }
    assert_eq!(hers.call("GET", "/api/v1/models", "").await.1, json!([]));
    let none = house.outsider().program("pk_forged");
    assert_eq!(none.call("GET", "/api/v1/models", "").await.0, StatusCode::UNAUTHORIZED);
}
