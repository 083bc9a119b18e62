//! Machines as their people know them over HTTP: what they can do and what is loaded, one that never comes back, and a
//! house on whose machine no slicer is installed.

use crate::models::stored;
use crate::scene::{Scene, toolpath};
use acceptance::House;
use domain::person::Role;
use reqwest::StatusCode;
use witness::octoprint::Peer;

/// Fields that say that a printer makes parts of at most 20 millimetres and has PETG loaded.
const SMALL: [(&str, &str); 6] =
    [("x", "20"), ("y", "20"), ("z", "20"), ("nozzle", ""), ("bed", ""), ("material", "PETG")];

#[tokio::test]
async fn a_model_is_sliced_for_the_printer_that_fits_it() {
    let scene = Scene::simulated(House::new("house").await).await;
    let Scene { olga, printer: rook, .. } = &scene;
    let id = |printer: &str| printer.rsplit('/').next().unwrap().to_owned();
    assert_eq!(olga.post(&format!("{rook}/equip"), &SMALL).await.status, StatusCode::SEE_OTHER);
    let made = olga.post("/printers/simulated", &[("name", "Queen")]).await;
    let queen = made.location.unwrap();
    let warm = [("x", "60"), ("y", "60"), ("z", "60"), ("nozzle", "220"), ("bed", ""), ("material", "pla")];
    olga.post(&format!("{queen}/equip"), &warm).await;

    // The torus measures 24 millimetres: it is too large for the first, and the second is chosen.
    let model = stored(olga, "torus.3mf").await;
    let page = olga.get(&format!("/models/{model}")).await.body;
    assert!(page.contains("Rook (20 × 20 × 20 mm, too small for it)"), "{page}");
    assert!(
        page.contains(&format!("<option value=\"{}\" selected>Queen (60 × 60 × 60 mm)", id(&queen))),
        "{page}"
    );
    let slice = async |printer: &str, material| {
        let printer = id(printer);
        let form = [("printer", printer.as_str()), ("quality", "draft"), ("material", material)];
        let asked = olga.post(&format!("/models/{model}/slice"), &form).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    };
    slice(rook, "PLA").await;
    olga.until(&format!("/models/{model}"), "class=\"wrong\"").await;
    slice(&queen, "PETG").await;
    olga.until(&format!("/models/{model}"), "more than this printer allows").await;
    slice(&queen, "PLA").await;
    let page = olga.until(&format!("/models/{model}"), "/toolpath\"").await.body;
    assert!(page.contains("Draft, PLA, for Queen"), "{page}");

    // By now the printer is cooler: the toolpath that was good is held against what it is now.
    let slicing = page.split("/toolpath\"").next().unwrap().rsplit("/slicings/").next().unwrap().to_owned();
    let cold = [("x", "60"), ("y", "60"), ("z", "60"), ("nozzle", "200"), ("bed", ""), ("material", "PLA")];
    olga.post(&format!("{queen}/equip"), &cold).await;
    let refused = olga.post(&format!("/slicings/{slicing}/print"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    olga.post(&format!("{queen}/equip"), &warm).await;
    assert_eq!(olga.post(&format!("/slicings/{slicing}/print"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(olga.get("/queue").await.body.contains("Queen"));
}

#[tokio::test]
async fn a_print_waits_while_another_material_is_loaded() {
    let scene = Scene::simulated(House::new("house").await).await;
    let Scene { olga, printer, .. } = &scene;
    scene.say_the_bed_is_clear().await;
    let loaded =
        |material| [("x", ""), ("y", ""), ("z", ""), ("nozzle", ""), ("bed", ""), ("material", material)];
    olga.post(&format!("{printer}/equip"), &loaded("PETG")).await;
    assert!(olga.get(printer).await.body.contains("PETG"));
    let model = stored(olga, "torus.3mf").await;
    let page = crate::models::sliced(olga, &model).await;
    let slicing = page.split("action=\"/slicings/").nth(1).unwrap()[..32].to_owned();
    olga.post(&format!("/slicings/{slicing}/print"), &[]).await;
    let queue = scene.until("/queue", "Another material is loaded").await;
    assert!(queue.contains("Another material is loaded: Rook needs PLA."), "{queue}");
    olga.post(&format!("{printer}/equip"), &loaded(" pla ")).await;
    scene.until(printer, "<progress").await;
}

#[tokio::test]
async fn a_toolpath_for_any_printer_keeps_to_the_limits_of_every_one() {
    let scene = Scene::simulated(House::new("house").await).await;
    let Scene { olga, printer, .. } = &scene;
    olga.post("/printers/simulated", &[("name", "Queen")]).await;
    olga.post(&format!("{printer}/equip"), &SMALL).await;
    let refused = olga.post_file("/queue", &[], "square.gcode", toolpath(5)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let negative = [("x", "-1"), ("y", "20"), ("z", "20")];
    let wrong = olga.post(&format!("{printer}/equip"), &negative).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("each more than 0"), "{}", wrong.body);
}

/// Whoever says yes looks at OctoPrint's page meanwhile: nobody fetches ours for longer than OctoPrint keeps a request
/// about which nobody asks.
#[tokio::test]
async fn a_pairing_waits_while_nobody_looks_at_its_page() {
    let house = House::new("house").await;
    let peer = Peer::start().await;
    let olga = house.operator("Olga").await;
    let address = format!("http://127.0.0.1:{}", peer.port);
    let form = [("name", "Bishop"), ("address", address.as_str()), ("user", "house")];
    let granted = olga.post("/printers/octoprint", &form).await.location.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    peer.decide(true).await;
    olga.until(&granted, "Open Bishop").await;

    let refused = olga.post("/printers/octoprint", &form).await.location.unwrap();
    peer.decide(false).await;
    let page = olga.until(&refused, "No key was given").await.body;
    assert!(!page.contains("Open Bishop"));
    let mia = house.invited(&olga, "Mia", Role::Technician).await;
    assert_eq!(mia.get(&granted).await.status, StatusCode::NOT_FOUND, "it belongs to whoever began it");
}

#[tokio::test]
async fn what_stays_on_a_machine_that_never_comes_back_is_never_forgotten_silently() {
    let mut scene = Scene::octoprint(House::new("house").await).await;
    let mia = scene.house.invited(&scene.olga, "Mia", Role::Member).await;
    scene.say_the_bed_is_clear().await;
    scene.add("bracket.gcode", &[]).await;
    let printer = scene.printer.clone();
    let page = scene.until(&printer, "/pause\"").await;
    let job = page.split("/jobs/").nth(1).unwrap()[..32].to_owned();
    scene.peer.as_mut().unwrap().kill();
    scene.until("/queue", "Nobody knows").await;
    let remove = format!("{printer}/remove");
    let by_force = [("typed", "Bishop")];
    let busy = scene.olga.post(&remove, &by_force).await;
    assert!(busy.body.contains("A job is on it"), "{}", busy.body);
    assert_eq!(scene.olga.post(&format!("/jobs/{job}/say"), &[("verdict", "failed")]).await.status, 303);

    let told = scene.olga.get(&remove).await.body;
    assert!(told.contains("1 file") && told.contains("cannot be reached"), "{told}");
    assert!(told.contains("Its log files name the print"), "what it holds besides: {told}");
    let refused = scene.olga.post(&remove, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "not silently");
    let unsure = scene.olga.post(&remove, &[("typed", "Rook")]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "not by mistake");
    assert_eq!(mia.post(&remove, &by_force).await.status, StatusCode::NOT_FOUND, "not by anybody");
    assert_eq!(scene.olga.post(&remove, &by_force).await.status, StatusCode::SEE_OTHER);
    assert_eq!(scene.olga.get(&printer).await.status, StatusCode::NOT_FOUND);

    // What is listed is what really lies there, and everybody can see it.
    let [left] = &scene.peer.as_ref().unwrap().uploads()[..] else { panic!("one file lies there") };
    let name = left.file_name().unwrap().to_str().unwrap();
    for page in ["/printers", "/privacy"] {
        let seen = mia.get(page).await.body;
        assert!(
            seen.contains("Outside this house") && seen.contains(name) && seen.contains("Bishop"),
            "{seen}"
        );
        assert!(!seen.contains("Deleted there"));
    }
    let gone = format!("/strays/{}/gone", name.strip_suffix(".gcode").unwrap());
    assert_eq!(mia.post(&gone, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.olga.post(&gone, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!mia.get("/privacy").await.body.contains("Outside this house"));
}

#[tokio::test]
async fn without_a_slicer_everything_else_works_and_the_page_says_what_to_install() {
    let scene = Scene::simulated(House::without_a_slicer("house").await).await;
    let Scene { olga, printer, .. } = &scene;
    let model = stored(olga, "torus.3mf").await;
    let form = [("quality", "draft"), ("material", "PLA")];
    let refused = olga.post(&format!("/models/{model}/slice"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("No slicer is installed") && refused.body.contains("prusa-slicer"));
    assert!(refused.body.contains("None yet"), "and nothing waits for one");
    assert_eq!(olga.get(&format!("/models/{model}/picture")).await.status, StatusCode::OK);

    // A toolpath that was made elsewhere is read, shown and printed.
    let added = olga.post_file("/models", &[], "square.gcode", toolpath(5)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let library = olga.until("/models", "nopicture").await.body;
    let pages = library.split("href=\"/models/").skip(1).map(|rest| rest[..32].to_owned());
    let mut slicing = None;
    for page in pages.filter(|page| *page != model) {
        let page = olga.until(&format!("/models/{page}"), "/print\"").await.body;
        slicing = page.split("action=\"/slicings/").nth(1).map(|rest| rest[..32].to_owned());
    }
    let printed = olga.post(&format!("/slicings/{}/print", slicing.unwrap()), &[]).await;
    assert_eq!(printed.status, StatusCode::SEE_OTHER, "{}", printed.body);
    scene.say_the_bed_is_clear().await;
    scene.until(printer, "Clear the bed").await;
}
