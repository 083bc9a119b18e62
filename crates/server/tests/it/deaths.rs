//! The machine is killed at every named place of a print, and processes of the program in the midst of one: a print begins
//! at most once, leaves one entry in the history and no file on the machine. The program is the one that is installed, and
//! the machine is a real OctoPrint.

use crate::running::{Home, Server, paired, toolpath};
use acceptance::Program;
use reqwest::StatusCode;
use std::time::{Duration, Instant};
use witness::octoprint::Peer;

const SOON: Duration = Duration::from_secs(90);

/// Every named place at which nothing has begun yet, and those after which it may have.
const BEFORE: [&str; 5] =
    ["print:queued", "print:assigned", "print:placed", "print:placed-saved", "print:start-saved"];
const AFTER: [&str; 5] =
    ["print:start-sent", "print:start-answered", "print:ending", "print:ended", "print:removed"];

#[tokio::test]
async fn an_octoprint_dies_before_a_print_begins() {
    an_octoprint_dies_at(&BEFORE, |starts| starts == 1).await;
}

#[tokio::test]
async fn an_octoprint_dies_when_a_print_may_have_begun() {
    // What it did not live to write into its log nobody can count.
    an_octoprint_dies_at(&AFTER, |starts| starts <= 1).await;
}

async fn an_octoprint_dies_at(places: &[&str], right: impl Fn(usize) -> bool) {
    let (home, mut peer) = (Home::embedded(), Peer::start().await);
    let first = Server::start(&home, None);
    let olga = first.operator().await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    let printer = paired(&olga, &peer).await;
    let key = olga.key(&["read", "print"]).await;
    first.dies();
    for (prints, place) in places.iter().enumerate() {
        let server = Server::start(&home, Some(place));
        let house = server.program(&key);
        let before = peer.starts().len();
        house.until(&format!("/api/v1/printers/{printer}"), is_there).await;
        say_the_bed_is_clear(&house, &printer).await;
        let asking = server.program(&key);
        let asked =
            tokio::spawn(async move { asking.call("POST", "/api/v1/jobs?name=part", toolpath(20)).await });
        server.stands_still().await;
        peer.kill();
        server.goes_on();
        assert_eq!(asked.await.unwrap().0, StatusCode::ACCEPTED, "{place}");
        peer.start_again().await;
        to_the_end(&server, &house, &printer).await;
        let starts = peer.starts().len() - before;
        assert!(right(starts), "{place}: it began {starts} times");
        let history = house.call("GET", "/api/v1/history", "").await.1;
        assert_eq!(history["entries"].as_array().unwrap().len(), prints + 1, "{place}: {history:#}");
        let what = format!("{place}: its file is gone from the machine, and the house knows");
        let (olga, remove) = (server.signed_in().await, format!("/printers/{printer}/remove"));
        witness::octoprint::until(&what, || async {
            peer.uploads().is_empty()
                && olga.get(&remove).await.body.contains("No file of a print lies on it")
        })
        .await;
    }
}

fn is_there(printer: &serde_json::Value) -> bool {
    !matches!(printer["state"].as_str(), None | Some("no-contact" | "busy"))
}

async fn say_the_bed_is_clear(house: &Program, printer: &str) {
    let said = house.call("POST", &format!("/api/v1/printers/{printer}/bed-is-clear"), "").await;
    assert!(matches!(said.0, StatusCode::NO_CONTENT | StatusCode::CONFLICT), "{said:?}");
}

/// Does what the house asks of a person, until nothing waits and nothing goes on.
async fn to_the_end(server: &Server, house: &Program, printer: &str) {
    let (olga, began) = (server.signed_in().await, Instant::now());
    loop {
        let jobs = house.call("GET", "/api/v1/jobs", "").await.1;
        let Some(job) = jobs.as_array().unwrap().first() else { return };
        assert!(began.elapsed() < SOON, "it never ends: {job:#}");
        let id = job["id"].as_str().unwrap();
        let why = job["why"].as_str().unwrap_or_default();
        match job["state"].as_str().unwrap() {
            "held" => {
                house.call("POST", &format!("/api/v1/jobs/{id}/release"), "").await;
            }
            // It was asked, and knows nothing of it: a person looks.
            "unknown" if why.contains("Nobody knows") => {
                olga.post(&format!("/jobs/{id}/say"), &[("verdict", "failed")]).await;
            }
            "queued" | "sending" if why.contains("bed") => say_the_bed_is_clear(house, printer).await,
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn two_processes_serve_one_house_and_each_may_die_in_mid_print() {
    let (home, peer) = (Home::on_postgres().await, Peer::start().await);
    let first = Server::start(&home, None);
    let olga = first.operator().await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    let second = Server::start(&home, None);
    let printer = paired(&olga, &peer).await;
    let key = olga.key(&["read", "print"]).await;
    let mut living = vec![first, second];
    for prints in 1..=2 {
        let dies = living.remove(0);
        let (here, there) = (dies.program(&key), living[0].program(&key));
        let machine = format!("/api/v1/printers/{printer}");
        there.until(&machine, is_there).await;
        say_the_bed_is_clear(&there, &printer).await;
        let asked = here.call("POST", "/api/v1/jobs?name=part", toolpath(150)).await;
        assert_eq!(asked.0, StatusCode::ACCEPTED, "{asked:?}");
        let prints_on = |jobs: &serde_json::Value| jobs[0]["state"] == "printing";
        tokio::join!(here.until("/api/v1/jobs", prints_on), there.until("/api/v1/jobs", prints_on));
        dies.dies();
        let both = |history: &serde_json::Value| history["entries"].as_array().map(Vec::len) == Some(prints);
        there.until("/api/v1/history", both).await;
        assert_eq!(peer.starts().len(), prints);
        living.push(Server::start(&home, None));
    }
}
