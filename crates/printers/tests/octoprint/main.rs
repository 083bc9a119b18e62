//! The OctoPrint driver against a real OctoPrint with its virtual printer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops; the helpers here are part of the tests"
)]

mod house;
mod lossy;

use domain::ids::PrintReference;
use domain::job::{self, Event, JobState, reading};
use domain::printer::{Activity, Command, NotDone, Recollection, Refusal, Report};
use domain::time::Clock;
use futures::StreamExt;
use house::{CANARY, House, address, at, gcode, order, seen};
use printers::contract;
use printers::link::Contact;
use printers::octoprint::pairing::{Decision, Pairing};
use printers::{Printer, octoprint};
use std::collections::BTreeSet;
use std::time::Duration;
use witness::octoprint::until;

#[tokio::test]
async fn keeps_the_contract() {
    contract::holds(&House::paired().await).await.unwrap();
}

#[tokio::test]
async fn a_key_is_granted_refused_forgotten_and_taken_back() {
    let house = House::paired().await;
    assert_eq!(house.printer.report().await.unwrap().activity, Activity::Idle);

    let refused = Pairing::request(address(house.link.port), Some("house")).await.unwrap();
    house.peer.decide(false).await;
    assert!(matches!(refused.poll().await, Ok(Decision::NotGranted)));

    let forgotten = Pairing::request(address(house.link.port), Some("house")).await.unwrap();
    until("OctoPrint drops a request that nobody asks about", || async {
        house.peer.requests().await.is_empty()
    })
    .await;
    assert!(matches!(forgotten.poll().await, Ok(Decision::NotGranted)));

    let watched = house.supervised();
    seen(&watched, "in contact", |s| s.contact == Contact::Made).await;
    house.peer.revoke(house.key.secret()).await;
    let refused = NotDone::Refused(Refusal::KeyRefused);
    assert_eq!(house.printer.report().await, Err(refused));
    let reference = PrintReference::fresh(&house.random);
    assert_eq!(house.tell(Command::Start(reference)).await, Err(refused));
    assert_eq!(house.printer.place(order(reference, gcode(1))).await, Err(refused));
    watched.hurry();
    let told =
        seen(&watched, "the key is refused", |s| matches!(s.contact, Contact::KeyRefused { .. })).await;
    assert_eq!(told.report.unwrap().activity, Activity::Idle, "what was last seen stays");
}

/// Every header that the driver may send; none says who we are.
const HEADERS: [&str; 8] = [
    "accept",
    "connection",
    "content-disposition",
    "content-length",
    "content-type",
    "host",
    "upgrade",
    "x-api-key",
];
/// Every path that the driver may ask for, beside files and recordings of ours and the request for a key.
const PATHS: [&str; 8] = [
    "/api/files/local",
    "/api/job",
    "/api/login",
    "/api/printer",
    "/api/timelapse?unrendered=true&force=true",
    "/plugin/appkeys/probe",
    "/plugin/appkeys/request",
    "/sockjs/websocket",
];
const REQUEST: &str = "/plugin/appkeys/request/";

fn header_names(sent: &str) -> BTreeSet<String> {
    let name = |line: &str| line.split_once(": ").map(|(name, _)| name.to_ascii_lowercase());
    let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    sent.lines().filter_map(name).filter(plain).collect()
}

/// The path of a request's first line. Requests without a body leave no line end before the next, hence the search.
fn request_path(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(" HTTP/1.1")?;
    before.rsplit_once(' ').map(|(_, path)| path)
}

#[tokio::test]
async fn prints_to_the_end_and_leaves_no_more_than_it_says() {
    let house = House::paired().await;
    let watched = house.supervised();
    let reference = house.started(gcode(150)).await;
    let first = seen(&watched, "printing", |s| at(s, &Activity::Printing)).await.report.unwrap();
    let later = seen(&watched, "further", |s| {
        s.report.as_ref().and_then(|r| r.print).is_some_and(|p| p.progress.fraction > 0.5)
    })
    .await;
    assert_eq!(first.running(), Some(reference));
    assert!(later.report.unwrap().temperatures.nozzle.is_some());
    let end = seen(&watched, "finished", |s| at(s, &Activity::Finished)).await.report.unwrap();
    assert_eq!(end.print.unwrap().reference, reference);
    until("its record is written", || async {
        house.printer.recall(reference).await == Ok(Recollection::Finished)
    })
    .await;

    // OctoPrint makes recordings only with a camera, so these are put where it would put them.
    let recordings = house.peer.folder().join("timelapse");
    std::fs::create_dir_all(&recordings).unwrap();
    let theirs = recordings.join("theirs_20261122.mp4");
    for name in [format!("{reference}_20261122.mp4"), "theirs_20261122.mp4".to_owned()] {
        std::fs::write(recordings.join(name), b"a film").unwrap();
    }
    let unrendered = house.peer.folder().join("timelapse/tmp");
    std::fs::create_dir_all(&unrendered).unwrap();
    std::fs::write(unrendered.join(format!("{reference}_20261122-0.jpg")), b"a picture").unwrap();

    house.removed(reference).await;
    assert_eq!(house.printer.own_files().await, Ok(Vec::new()));
    assert!(theirs.exists(), "somebody else's recording stays");

    // Only in the log of the virtual printer is there a line of it, as RESIDUE says of the serial log.
    let serial_log = std::path::Path::new("logs/plugin_virtual_printer_serial.log");
    let mut with_toolpath = house.peer.files_with(b"G1 X69 Y20 Z0.20 E0.02 F6000");
    with_toolpath.retain(|path| path != serial_log);
    assert_eq!(with_toolpath, [] as [std::path::PathBuf; 0], "a line of the toolpath is left");
    assert_eq!(house.peer.files_with(CANARY.as_bytes()), [] as [std::path::PathBuf; 0]);
    let named = house.peer.files_with(reference.to_string().as_bytes());
    for path in &named {
        let told = path.starts_with("logs") || path.starts_with("data/achievements");
        assert!(told, "{} still names the print, and nobody was told", path.display());
    }
    assert!(!octoprint::RESIDUE.is_empty() && !named.is_empty(), "the residue is real: {named:?}");

    let sent = String::from_utf8_lossy(&house.link.sent()).into_owned();
    assert!(!sent.contains(CANARY), "a comment was sent to the printer");
    let told: BTreeSet<String> = header_names(&sent);
    let wanted = |name: &String| HEADERS.contains(&name.as_str()) || name.starts_with("sec-websocket-");
    assert!(told.iter().all(wanted), "headers that say more than they need to: {told:?}");
    let contacted: BTreeSet<&str> = sent.lines().filter_map(request_path).collect();
    let ours = format!("/api/files/local/{reference}.gcode");
    let named =
        |path: &&str| !PATHS.contains(path) && **path != ours && !path.contains(&reference.to_string());
    let strange: Vec<&&str> = contacted.iter().filter(|p| named(p) && !p.starts_with(REQUEST)).collect();
    assert!(strange.is_empty(), "undeclared requests: {strange:?}");
}

#[tokio::test]
async fn killed_and_started_again_in_mid_print_is_unknown_and_not_started_twice() {
    let mut house = House::paired().await;
    let watched = house.supervised();
    let started = house.clock.now();
    let reference = house.started(gcode(1_200)).await;
    seen(&watched, "printing", |s| s.report.as_ref().and_then(|r| r.running()) == Some(reference)).await;

    house.peer.kill();
    let lost = seen(&watched, "the link is lost", |s| matches!(s.contact, Contact::Lost { .. })).await;
    assert_eq!(lost.report.unwrap().activity, Activity::Printing, "and not idle, and not failed");
    let moved = job::step(JobState::Printing, Event::ContactLost).unwrap();
    assert_eq!(moved.to, JobState::Unknown);

    house.peer.start_again().await;
    let found = seen(&watched, "found again", |s| s.contact == Contact::Made && at(s, &Activity::Idle)).await;
    assert_eq!(house.printer.recall(reference).await, Ok(Recollection::NothingKnown));
    let recalled = job::step(JobState::Unknown, Event::Recalled(Recollection::NothingKnown)).unwrap();
    assert_eq!(recalled.to, JobState::Unknown, "only a person can tell now");
    let late = Report { at: started.plus_seconds(3_600), ..(*found.report.unwrap()).clone() };
    assert_eq!(reading::event_of(&late, reference, started), Some(Event::SeenWithoutIt));
    assert_eq!(house.peer.starts_of(reference), 1);
    house.removed(reference).await;
}

#[tokio::test]
async fn its_own_user_ends_our_print_and_the_push_socket_tells() {
    let house = House::paired().await;
    let mut pushed = house.printer.watch().await.unwrap();
    let reference = house.started(gcode(1_200)).await;
    let mut told = async |wanted: Activity| {
        while let Some(report) = pushed.next().await {
            if report.unwrap().activity == wanted {
                return;
            }
        }
        panic!("the push socket closed before it told {wanted:?}");
    };
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, told(Activity::Printing)).await.expect("never told as printing");
    house.peer.cancel().await;
    // Asked, OctoPrint only knows that it did not come to its end; the event tells that somebody ended it.
    tokio::time::timeout(patience, told(Activity::Cancelled)).await.expect("never told as cancelled");
    assert_eq!(house.printer.recall(reference).await, Ok(Recollection::EndedEarly));
    house.removed(reference).await;
}

#[tokio::test]
async fn somebody_else_is_quicker_by_a_hair() {
    let house = House::paired().await;
    house.peer.upload("theirs.gcode", &gcode(1_200)).await;
    let reference = house.placed(gcode(10)).await;

    // Our START has looked, found it idle, and is on its way; theirs arrives first.
    house.link.hold("POST /api/files/local/");
    let meanwhile = async {
        house.link.held().await;
        house.peer.print("theirs.gcode").await;
        house.link.release();
    };
    let (outcome, ()) = tokio::join!(house.tell(Command::Start(reference)), meanwhile);
    assert_eq!(outcome, Err(NotDone::Busy));
    assert_eq!(house.printer.report().await.unwrap().activity, Activity::Busy);
    assert_eq!(
        (house.peer.starts_of(reference), house.printer.recall(reference).await),
        (0, Ok(Recollection::NothingKnown))
    );
    house.peer.cancel().await;
}

#[tokio::test]
async fn a_name_that_exists_is_never_written_over_unseen() {
    let house = House::paired().await;
    let reference = PrintReference::fresh(&house.random);
    let name = format!("{reference}.gcode");

    // Nothing is there when we look; when our file arrives, one of the same name is.
    house.link.hold("POST /api/files/local HTTP");
    let meanwhile = async {
        house.link.held().await;
        house.peer.upload(&name, &gcode(200)).await;
        house.link.release();
    };
    let (outcome, ()) = tokio::join!(house.printer.place(order(reference, gcode(10))), meanwhile);
    assert_eq!(outcome, Err(NotDone::Refused(Refusal::FileExists)));

    // One that was printed already stays: a reference is for one print only.
    house.peer.print(&name).await;
    until("it is printed", || async {
        house.printer.recall(reference).await == Ok(Recollection::Finished)
            && !house.printer.report().await.unwrap().activity.is_printing()
    })
    .await;
    until("its record is written", || async {
        house.printer.place(order(reference, gcode(10))).await == Err(NotDone::Refused(Refusal::FileExists))
    })
    .await;
    house.removed(reference).await;
}
