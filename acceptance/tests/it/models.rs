//! The main job over HTTP: a real model goes in, is checked and pictured, sliced by the real slicer, and printed.

use crate::scene::Scene;
use acceptance::{Browser, House};
use reqwest::StatusCode;

/// Stores a sample model and returns its number once it is ready.
pub async fn stored(who: &Browser, name: &str) -> String {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/prepare/tests/models").join(name);
    let bytes = std::fs::read(file).unwrap();
    // some policies take shapes only with a consent for that; the others know no such consent
    who.post("/privacy/consents/geometry", &[("on", "yes")]).await;
    let added = who.post_file("/models", &[], name, bytes).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let library = who.until("/models", "/picture").await.body;
    library.split("href=\"/models/").nth(1).unwrap()[..32].to_owned()
}

/// Slices it and returns its page once the toolpath is ready.
pub async fn sliced(who: &Browser, model: &str) -> String {
    let form = [("quality", "draft"), ("material", "PLA")];
    let asked = who.post(&format!("/models/{model}/slice"), &form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    who.until(&format!("/models/{model}"), "/toolpath\"").await.body
}

#[tokio::test]
async fn a_shape_comes_in_only_with_the_consent_for_it() {
    domain::proves!("FL-22", by = "app::models::admission::may_bring_a_shape");
    let house = House::new("formlabs").await;
    let olga = house.operator("Olga").await;
    let bytes = || {
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/prepare/tests/models/torus.3mf"))
            .unwrap()
    };
    let refused = async || {
        let answer = olga.post_file("/models", &[], "torus.3mf", bytes()).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        assert!(answer.body.contains("only with your consent"), "{}", answer.body);
        assert!(!olga.get("/models").await.body.contains("torus"), "nothing of it is kept");
    };
    refused().await;
    stored(&olga, "torus.3mf").await;
    olga.post("/privacy/consents/geometry", &[("on", "no")]).await;
    let library = olga.get("/models").await.body;
    let answer = olga.post_file("/models", &[], "encore.3mf", bytes()).await;
    assert!(answer.status.is_client_error(), "taken back, it ends");
    assert!(
        library.contains("torus") && !olga.get("/models").await.body.contains("encore"),
        "what came before stays"
    );
}

both! { a_model_becomes_a_print }

async fn a_model_becomes_a_print(house: House) {
    let scene = Scene::simulated(house).await;
    let Scene { olga, printer, .. } = &scene;

    let model = stored(olga, "torus.3mf").await;
    let page = olga.get(&format!("/models/{model}")).await.body;
    assert!(page.contains("24.0") && page.contains("2\u{202f}200"), "size and triangles: {page}");
    let picture = olga.get(&format!("/models/{model}/picture")).await;
    assert_eq!(picture.headers["content-type"], "image/png");
    assert_eq!(picture.headers["cache-control"], "no-store");

    olga.post("/history/choice", &[("on", "yes")]).await;
    let page = sliced(olga, &model).await;
    assert!(page.contains(" g ") && page.contains("layers"), "{page}");
    let slicing = page.split("action=\"/slicings/").nth(1).unwrap()[..32].to_owned();
    let printed = olga.post(&format!("/slicings/{slicing}/print"), &[]).await;
    assert_eq!(printed.status, StatusCode::SEE_OTHER, "{}", printed.body);
    let queue = olga.get("/queue").await.body;
    assert!(queue.contains("torus.3mf") && queue.contains("bed of Rook is clear"), "{queue}");
    let is_shown = async |page: &str, of: &str| {
        let id = page.split(&format!("src=\"/{of}/")).nth(1).unwrap()[..32].to_owned();
        let shown = olga.get(&format!("/{of}/{id}/picture")).await;
        assert_eq!((shown.status, &shown.body), (StatusCode::OK, &picture.body));
        assert_eq!(shown.headers["content-type"], "image/png");
        assert_eq!(shown.headers["cache-control"], "no-store");
        id
    };
    let job = is_shown(&queue, "jobs").await;
    scene.say_the_bed_is_clear().await;
    is_shown(&scene.until(printer, "<progress").await, "jobs").await;
    scene.until(printer, "Clear the bed").await;
    let id = is_shown(&scene.until("/history", "torus.3mf").await, "history").await;
    assert_eq!(olga.get(&format!("/jobs/{job}/picture")).await.status, StatusCode::NOT_FOUND);
    olga.post(&format!("/history/{id}/delete"), &[]).await;
    assert_eq!(olga.get(&format!("/history/{id}/picture")).await.status, StatusCode::NOT_FOUND);

    // and it goes when its owner says so
    assert_eq!(olga.post(&format!("/models/{model}/erase"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(olga.get(&format!("/models/{model}")).await.status, StatusCode::NOT_FOUND);
}
