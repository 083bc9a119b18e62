//! Printing over HTTP on the simulated printer: print, history, incognito, reprint, and what is refused.

use acceptance::{Browser, House};
use reqwest::StatusCode;

/// A small toolpath with a name and a comment that must not travel.
pub fn toolpath() -> Vec<u8> {
    let mut text = String::from(
        "; printing object CANARYPART\nG21\nG90\nM82\nM104 S205\nM140 S60\nM109 S205\nG28\nG92 E0\n",
    );
    let mut e = 0.0;
    for layer in 1..=5 {
        text.push_str(&format!(";LAYER_CHANGE\nG1 Z{:.1} F600\n", f64::from(layer) * 0.2));
        for (x, y) in [(60, 60), (80, 60), (80, 80), (60, 80), (60, 60)] {
            e += 0.6;
            text.push_str(&format!("G1 X{x} Y{y} E{e:.2} F1800\n"));
        }
    }
    text.push_str("M104 S0\nM140 S0\nM84\n");
    text.into_bytes()
}

async fn with_printer(house: &House) -> (Browser, String) {
    let olga = house.operator("Olga").await;
    let made = olga.post("/printers/simulated", &[("name", "Rook")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let printer = made.location.unwrap();
    olga.until(&printer, "The bed is clear").await;
    assert_eq!(olga.post(&format!("{printer}/bed-is-clear"), &[]).await.status, StatusCode::SEE_OTHER);
    (olga, printer)
}

/// Moves the clock on until the page shows the text.
pub async fn print_until(house: &House, browser: &Browser, path: &str, text: &str) -> String {
    for _ in 0..600 {
        let page = browser.get(path).await.body;
        if page.contains(text) {
            return page;
        }
        house.clock.advance(5);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path} never showed «{text}»: {}", browser.get(path).await.body);
}

#[tokio::test]
async fn a_print_ends_up_in_the_history_of_who_wants_one() {
    domain::proves!("AF-159", by = "app::work::ending::end");
    let house = House::new("house").await;
    let (olga, printer) = with_printer(&house).await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    let added = olga.post_file("/queue", &[], "bracket.gcode", toolpath()).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    print_until(&house, &olga, &printer, "Clear the bed").await;
    let history = print_until(&house, &olga, "/history", "bracket.gcode").await;
    assert!(history.contains("Print again"));
    let id = history.split("/history/").find_map(|t| t.split_once("/again")).unwrap().0.to_owned();
    olga.post(&format!("/history/{id}/say"), &[("verdict", "partly")]).await;
    assert!(olga.get("/history").await.body.contains("Partly"));
    let csv = olga.get("/history.csv").await.body;
    assert!(csv.contains("bracket.gcode") && csv.contains("partly"), "{csv}");

    olga.post(&format!("{printer}/bed-is-clear"), &[]).await;
    let again = olga.post(&format!("/history/{id}/again"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    assert!(olga.get("/queue").await.body.contains("bracket.gcode"));
    olga.post(&format!("/history/{id}/delete"), &[]).await;
    assert!(!olga.get("/history").await.body.contains("bracket.gcode"));
}

#[tokio::test]
async fn history_off_and_incognito_leave_no_entry() {
    domain::proves!("AF-027", "AF-160", "AF-166", by = "app::work::ending::end");
    let house = House::new("house").await;
    let (olga, printer) = with_printer(&house).await;
    olga.post("/history/choice", &[("on", "no")]).await;
    olga.post_file("/queue", &[], "CANARYOFF.gcode", toolpath()).await;
    print_until(&house, &olga, &printer, "Clear the bed").await;
    print_until(&house, &olga, "/queue", "The queue is empty").await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    olga.post(&format!("{printer}/bed-is-clear"), &[]).await;
    olga.post_file("/queue", &[("incognito", "1")], "CANARYINC.gcode", toolpath()).await;
    print_until(&house, &olga, &printer, "Clear the bed").await;
    print_until(&house, &olga, "/queue", "The queue is empty").await;
    let history = olga.get("/history").await.body;
    assert!(history.contains("Nothing printed yet"), "{history}");
    let mine = olga.post("/privacy/take", &[]).await.body;
    assert!(!mine.contains("CANARYOFF") && !mine.contains("CANARYINC"));
}

#[tokio::test]
async fn a_toolpath_that_would_harm_the_printer_is_refused_with_its_line() {
    domain::proves!("AF-158", by = "app::gate::ConfinedGate::check");
    let house = House::new("house").await;
    let (olga, _) = with_printer(&house).await;
    let mut hot = toolpath();
    hot.splice(0..0, *b"G21\nG90\nM104 S999\n");
    let refused = olga.post_file("/queue", &[], "hot.gcode", hot).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("999") && refused.body.contains("Line 3"), "{}", refused.body);
    let mesh =
        olga.post_file("/queue", &[], "mesh.gcode", b"solid part\nfacet normal 0 0 1\n".to_vec()).await;
    assert_eq!(mesh.status, StatusCode::UNPROCESSABLE_ENTITY, "a mesh is no toolpath");
    let nothing = olga.post_file("/queue", &[], "", vec![]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(olga.get("/queue").await.body.contains("The queue is empty"));
}

#[tokio::test]
async fn cancelling_says_what_is_lost_before_anything_is_sent() {
    let house = House::new("house").await;
    let (olga, printer) = with_printer(&house).await;
    olga.post_file("/queue", &[], "bracket.gcode", toolpath()).await;
    let page = print_until(&house, &olga, &printer, "Cancel the print").await;
    let id = page.split("/jobs/").nth(1).unwrap()[..32].to_owned();
    let asked = olga.get(&format!("/jobs/{id}/cancel")).await.body;
    assert!(asked.contains("bracket.gcode") && asked.contains("Rook") && asked.contains("Keep printing"));
    assert!(!olga.get(&printer).await.body.contains("Ending the print"), "nothing was sent");
    olga.post(&format!("/jobs/{id}/cancel"), &[]).await;
    print_until(&house, &olga, &printer, "Clear the bed").await;
}
