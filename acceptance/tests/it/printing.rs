//! The stories of a print over HTTP, the same on the simulated printer and on a real OctoPrint, on both engines: watched
//! and kept, printed again, without a trace, ended early; and what is refused.

use crate::scene::{Scene, toolpath};
use acceptance::{House, PASSWORD};
use reqwest::StatusCode;
use std::collections::BTreeMap;
use witness::traces::Hunt;

both! { a_print_is_watched_kept_and_printed_again nothing_is_kept_of_a_print_unless_somebody_wants_it
cancelling_says_what_is_lost_before_anything_is_sent on_a_real_octoprint }

async fn on_a_real_octoprint(house: House) {
    domain::proves!("AF-157", by = "printers::octoprint::OctoPrint::command");
    let scene = Scene::octoprint(house).await;
    let queue = scene.olga.get("/queue").await.body;
    assert!(queue.contains("What Bishop still holds after a print"), "said before the print: {queue}");
    watched_kept_and_printed_again(&scene).await;
    without_a_trace(&scene).await;
    cancelled(&scene).await;
}

async fn a_print_is_watched_kept_and_printed_again(house: House) {
    domain::proves!("AF-159", by = "app::work::ending::end");
    watched_kept_and_printed_again(&Scene::simulated(house).await).await;
}

async fn watched_kept_and_printed_again(scene: &Scene) {
    let Scene { olga, printer, .. } = scene;
    olga.post("/history/choice", &[("on", "yes")]).await;
    scene.add("bracket.gcode", &[]).await;
    let queue = scene.until("/queue", &format!("bed of {} is clear", scene.name())).await;
    assert!(queue.contains("bracket.gcode"), "{queue}");
    scene.say_the_bed_is_clear().await;
    let live = scene.until(printer, "<progress").await;
    assert!(live.contains("bracket.gcode"), "{live}");
    scene.press("pause").await;
    scene.press("resume").await;
    scene.until(printer, "Clear the bed").await;

    let history = scene.until("/history", "bracket.gcode").await;
    let id = history.split("/history/").find_map(|t| t.split_once("/again")).unwrap().0.to_owned();
    olga.post(&format!("/history/{id}/say"), &[("verdict", "partly")]).await;
    assert!(olga.get("/history").await.body.contains("Partly"));
    let csv = olga.get("/history.csv").await.body;
    assert!(csv.contains("bracket.gcode") && csv.contains("partly"), "{csv}");

    let again = olga.post(&format!("/history/{id}/again"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    // A part lies on the bed, so that it waits, however ready the machine is.
    scene.until("/queue", &format!("bed of {} is clear", scene.name())).await;
    assert_eq!(scene.starts(), scene.peer.as_ref().map(|_| 1));
    scene.say_the_bed_is_clear().await;
    scene.until(printer, "/pause\"").await;
    scene.until(printer, "Clear the bed").await;
    assert_eq!(scene.starts(), scene.peer.as_ref().map(|_| 2));
    scene.until("/queue", "The queue is empty").await;
    let ids: std::collections::BTreeSet<String> = olga
        .get("/history")
        .await
        .body
        .split("/history/")
        .filter_map(|text| text.split_once("/delete").map(|(id, _)| id.to_owned()))
        .collect();
    assert_eq!(ids.len(), 2, "one entry for each print");
    for id in ids {
        olga.post(&format!("/history/{id}/delete"), &[]).await;
    }
    assert!(!olga.get("/history").await.body.contains("bracket.gcode"));
}

async fn nothing_is_kept_of_a_print_unless_somebody_wants_it(house: House) {
    domain::proves!("AF-027", "AF-160", "AF-166", by = "app::work::ending::end");
    without_a_trace(&Scene::simulated(house).await).await;
}

async fn without_a_trace(scene: &Scene) {
    witness::log::captured();
    let Scene { olga, printer, .. } = scene;
    let file = scene.file();
    let words = [b"CANARYOFF".as_slice(), b"CANARYINC", b"CANARYPART"];
    let hunt = Hunt::of(words).and_pieces_of(&file);
    for (history, name, form) in
        [("no", "CANARYOFF.gcode", &[][..]), ("yes", "CANARYINC.gcode", &[("incognito", "1")][..])]
    {
        olga.post("/history/choice", &[("on", history)]).await;
        scene.say_the_bed_is_clear().await;
        scene.add(name, form).await;
        scene.until(printer, "/pause\"").await;
        let meanwhile = scene.found(&hunt).await;
        let there = if scene.peer.is_some() { "machine/uploads/" } else { "house/data/simulated/" };
        assert!(matches!(&meanwhile[..], [one] if one.starts_with(there)), "{name}: {meanwhile:?}");
        scene.until(printer, "Clear the bed").await;
        scene.until("/queue", "The queue is empty").await;
        witness::octoprint::until("it lets go of the file", || async {
            if scene.peer.is_none() {
                scene.house.clock.advance(1);
            }
            scene.found(&hunt).await.is_empty()
        })
        .await;
    }
    let history = olga.get("/history").await.body;
    assert!(history.contains("Nothing printed yet"), "{history}");
    let mine = olga.archive_text().await;
    assert!(!mine.contains("CANARYOFF") && !mine.contains("CANARYINC"));
}

async fn cancelling_says_what_is_lost_before_anything_is_sent(house: House) {
    cancelled(&Scene::simulated(house).await).await;
}

async fn cancelled(scene: &Scene) {
    let Scene { olga, printer, .. } = scene;
    scene.say_the_bed_is_clear().await;
    scene.add("bracket.gcode", &[]).await;
    let page = scene.until(printer, "Cancel the print").await;
    let id = page.split("/jobs/").nth(1).unwrap()[..32].to_owned();
    let asked = olga.get(&format!("/jobs/{id}/cancel")).await.body;
    assert!(
        asked.contains("bracket.gcode") && asked.contains(scene.name()) && asked.contains("Keep printing")
    );
    assert!(!olga.get(printer).await.body.contains("Ending the print"), "nothing was sent");
    olga.post(&format!("/jobs/{id}/cancel"), &[]).await;
    scene.until(printer, "Clear the bed").await;
}

/// A title is whatever its owner types and nothing else: a warning stands beside the field, and folders of their machine go.
#[tokio::test]
async fn a_title_is_typed_and_reveals_no_machine() {
    domain::proves!("FL-31", by = "app::queue::intake::named_after");
    let house = House::new("house").await;
    let ada = house.operator("Ada").await;
    let page = ada.get("/queue").await.body;
    let field = page.split("<input id=\"name\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!field.contains("value=") && page.contains("could reveal who you are"), "{page}");
    for (file, title, shown) in [
        ("C:\\Users\\ada\\bracket.gcode", None, "bracket.gcode"),
        ("/home/ada/plate.gcode", None, "plate.gcode"),
        ("lid.gcode", Some("A lid"), "A lid"),
        ("lid.gcode", Some("  "), "lid.gcode"),
    ] {
        let form: Vec<_> = [("hold", "1")].into_iter().chain(title.map(|title| ("name", title))).collect();
        let added = ada.post_file("/queue", &form, file, toolpath(5)).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let queue = ada.get("/queue").await.body;
        assert!(
            queue.contains(&format!("<strong>{shown}</strong>")) && !queue.contains("ada"),
            "{file}: {queue}"
        );
    }
}

/// What stands for nobody is in nobody's archive, is no part of anybody's erasure, and leads to nobody who asks.
#[tokio::test]
async fn what_names_nobody_is_neither_produced_nor_erased_nor_traced() {
    domain::proves!("TP-80", by = "app::queue::intake::add_incognito");
    let house = House::new("threedpros").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", domain::person::Role::Member).await;
    for (name, form) in
        [("NAMED.gcode", &[("hold", "1")][..]), ("NOBODYS.gcode", &[("hold", "1"), ("incognito", "1")])]
    {
        let added = ada.post_file("/queue", form, name, toolpath(5)).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    let jobs = |archive: &BTreeMap<String, Vec<u8>>| -> usize {
        let rows: serde_json::Value = serde_json::from_slice(&archive["data/job.json"]).unwrap();
        rows["rows"].as_array().unwrap().len()
    };
    let archive = ada.archive().await.unwrap();
    assert_eq!(jobs(&archive), 1, "the one with a name");
    assert!(!ada.archive_text().await.contains("NOBODYS"));
    let record = format!("/console/people/{}", crate::console::number_of(&olga, "Ada").await);
    let opened = olga.post(&record, &[("reason", domain::person::Reason::DataRequest.name())]).await.body;
    assert!(opened.contains("ada@example.org") && !opened.contains("NOBODYS"), "{opened}");
    let waiting = olga.get("/queue").await.body.matches("action=\"/jobs/").count();
    let gone = ada.post("/privacy/erase", &[("name", "Ada"), ("password", PASSWORD), ("now", "1")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    let left = olga.get("/queue").await.body;
    assert!(left.matches("action=\"/jobs/").count() < waiting || waiting == 0, "{left}");
}

#[tokio::test]
async fn everybody_sees_what_waits_and_nobody_whose_it_is() {
    domain::proves!("FL-29", "FL-30", by = "app::queue::list");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let printer = olga.post("/printers/simulated", &[("name", "Rook")]).await.location.unwrap();
    let ada = house.invited(&olga, "Ada", domain::person::Role::Member).await;
    let bob = house.invited(&olga, "Bob", domain::person::Role::Member).await;
    for (who, name) in [(&ada, "ADACANARY.gcode"), (&olga, "OLGACANARY.gcode"), (&ada, "ADACANARY2.gcode")] {
        let added = who.post_file("/queue", &[("hold", "1")], name, toolpath(5)).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    let own = ada.get("/queue").await.body;
    let ids: Vec<&str> = own.split("action=\"/jobs/").skip(1).map(|rest| &rest[..32]).collect();
    assert!(own.contains("ADACANARY") && !ids.is_empty());
    let page = bob.get("/queue").await.body;
    assert_eq!(page.matches("Someone’s print").count(), 3, "every job is seen: {page}");
    let key = crate::api::program(&bob, &["read"]).await;
    let jobs = key.call("GET", "/api/v1/jobs", "").await.1;
    assert_eq!(jobs.as_array().unwrap().len(), 3);
    for seen in [page, bob.get("/").await.body, bob.get(&printer).await.body, jobs.to_string()] {
        assert!(!seen.contains("CANARY") && !seen.contains("Ada") && !seen.contains("Olga"), "{seen}");
        assert!(ids.iter().all(|id| !seen.contains(id)), "no name that stays the same: {seen}");
    }
    // Ada's two and Olga's one look alike but for their place
    let job = |n: usize| {
        let mut job = jobs[n].clone();
        job["since"] = serde_json::Value::Null;
        job
    };
    assert!(job(0) == job(1) && job(1) == job(2), "{jobs:#}");
}

#[tokio::test]
async fn a_toolpath_that_would_harm_the_printer_is_refused_with_its_line() {
    domain::proves!("AF-158", by = "app::gate::ConfinedGate::check");
    let scene = Scene::simulated(House::new("house").await).await;
    let olga = &scene.olga;
    let mut hot = toolpath(5);
    hot.splice(0..0, *b"G21\nG90\nM104 S999\n");
    let refused = olga.post_file("/queue", &[], "hot.gcode", hot).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("999") && refused.body.contains("Line 3"), "{}", refused.body);
    let mesh =
        olga.post_file("/queue", &[], "mesh.gcode", b"solid part\nfacet normal 0 0 1\n".to_vec()).await;
    assert_eq!(mesh.status, StatusCode::UNPROCESSABLE_ENTITY, "a mesh is no toolpath");
    let nothing = olga.post_file("/queue", &[], "", vec![]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(olga.get("/queue").await.body.contains("The queue is empty"));
}

/// Two processes over one PostgreSQL, one house and one real machine: each print is begun once, whoever is asked.
/// A person's requests stay at one process; the other serves the same house and the same machine meanwhile.
#[tokio::test]
async fn the_stories_hold_on_an_octoprint_beside_a_second_process() {
    let mut scene = Scene::octoprint(House::on_postgres("house").await).await;
    let second = scene.house.second().await;
    scene.olga = second.signed_in("Olga").await;
    let first = std::mem::replace(&mut scene.house, second);
    watched_kept_and_printed_again(&scene).await;
    without_a_trace(&scene).await;
    assert_eq!(
        first.signed_in("Olga").await.get("/").await.status,
        StatusCode::OK,
        "it served all the while"
    );
}

#[tokio::test]
async fn two_processes_serve_one_house_and_one_octoprint() {
    let Scene { house, olga, printer, peer } = Scene::octoprint(House::on_postgres("house").await).await;
    let second = house.second().await;
    let there = second.signed_in("Olga").await;
    there.post("/history/choice", &[("on", "yes")]).await;
    let bed = format!("{printer}/bed-is-clear");
    // asked for here, the bed said clear there, watched on both
    olga.post_file("/queue", &[], "first.gcode", toolpath(60)).await;
    there.until(&printer, "The bed is clear").await;
    assert_eq!(there.post(&bed, &[]).await.status, StatusCode::SEE_OTHER);
    tokio::join!(olga.until(&printer, "/pause\""), there.until(&printer, "/pause\""));
    there.until("/history", "first.gcode").await;
    // the process that has the printer falls silent in the middle of the next one
    olga.post_file("/queue", &[], "second.gcode", toolpath(200)).await;
    olga.until(&printer, "The bed is clear").await;
    assert_eq!(olga.post(&bed, &[]).await.status, StatusCode::SEE_OTHER);
    there.until(&printer, "/pause\"").await;
    house.falls_silent();
    there.until("/history", "second.gcode").await;
    assert_eq!(peer.unwrap().starts().len(), 2);
}
