//! A print that leaves no trace, a print with the history off, and the positive control.

use crate::house::{GCODE, House};
use crate::traces::{Hunt, files, found, rows};
use app::queue::Wish;
use domain::ids::JobId;
use domain::job::JobState;
use domain::time::Clock as _;

both! { an_incognito_print_leaves_no_trace history_off_leaves_no_trace with_a_history_the_canary_lies_where_the_map_says
an_incognito_print_in_a_crash_is_never_sent_again an_incognito_print_that_waited_in_a_crash_is_gone
an_incognito_print_goes_with_its_owner }

const NAME: &str = "CANARY-NAME-7f3a";
const LINE: &str = "CANARY LINE 51ce";
const NOWHERE: [&str; 0] = [];

fn gcode() -> Vec<u8> {
    [GCODE, b"M117 ", LINE.as_bytes(), b"\n"].concat()
}

/// For its name, a line of its file, and every piece of its file.
fn hunt() -> Hunt {
    Hunt::of([NAME.as_bytes(), LINE.as_bytes()]).and_pieces_of(&gcode())
}

/// For a job's number, as the engines and programs write it.
fn number(job: JobId) -> Hunt {
    let (plain, hyphened) = (job.to_string(), job.uuid().to_string());
    Hunt::of([job.uuid().as_bytes().as_slice(), plain.as_bytes(), hyphened.as_bytes()])
}

async fn print(house: &House, me: &app::SignedIn, incognito: bool) -> JobId {
    witness::log::captured();
    let gcode = gcode();
    let wish = Wish { name: NAME.to_owned(), incognito, ..Wish::default() };
    house.add_gcode(me, &gcode, &wish).await.unwrap()
}

/// Prints and compares: no row and no file is there that was not there before, and no canary anywhere.
async fn leaves_nothing(house: House, incognito: bool) {
    let (me, printer) = house.ready().await;
    app::history::choose(&house.ctx, &me, incognito).await.unwrap();
    house.turn().await;
    let (before, listed) = (rows(&house).await, files(&house.data().join("blobs")));
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    let job = print(&house, &me, incognito).await;
    if incognito {
        // even while it waits, nothing on the disk leads to its name or its owner
        assert_eq!(found(&house, &hunt()).await, NOWHERE);
    }
    house.until_state(&me, job, Some(JobState::Printing)).await;
    house.until_state(&me, job, None).await;
    house.quiet().await;
    assert_eq!(rows(&house).await, before, "rows");
    assert_eq!(files(&house.data().join("blobs")), listed, "files");
    assert_eq!(found(&house, &hunt()).await, NOWHERE);
    let begun = house.clock.now();
    let number = number(job);
    house.until("its number is gone", async || found(&house, &number).await.is_empty()).await;
    assert!(house.clock.now().seconds_since(begun) <= 10, "within ten seconds");
    let page = app::history::page(&house.ctx, &me, &Default::default(), 0).await.unwrap();
    assert!(page.entries.is_empty());
}

async fn an_incognito_print_leaves_no_trace(house: House) {
    domain::proves!("AF-166", by = "app::queue::intake::add_incognito");
    leaves_nothing(house, true).await;
}

async fn history_off_leaves_no_trace(house: House) {
    domain::proves!("AF-027", "AF-160", "KA-23", by = "app::work::ending::for_history");
    leaves_nothing(house, false).await;
}

async fn with_a_history_the_canary_lies_where_the_map_says(house: House) {
    let (me, _) = house.ready().await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    house.turn().await;
    let (before, listed) = (rows(&house).await, files(&house.data().join("blobs")));
    let job = print(&house, &me, false).await;
    house.until_state(&me, job, Some(JobState::Printing)).await;
    let on_the_printer = found(&house, &hunt()).await;
    assert!(matches!(&on_the_printer[..], [one] if one.starts_with("printer/")), "{on_the_printer:?}");
    house.until_state(&me, job, None).await;
    house.quiet().await;
    let grown: Vec<String> =
        rows(&house).await.into_iter().filter(|(t, n)| before[t] != *n).map(|(t, _)| t).collect();
    assert_eq!(grown, ["blob", "print_record"]);
    assert_eq!(files(&house.data().join("blobs")).len(), listed.len() + 1);
    assert_eq!(found(&house, &hunt()).await, NOWHERE, "what is kept is sealed");
    let entry = app::history::entry(&house.ctx, &me, job).await.unwrap();
    assert_eq!(entry.name.unwrap().reveal(), NAME, "and found through a grant");
    // By its number, which is not sealed, it is found in the two tables of the map that hold it, and nowhere else.
    let engine_s = match house.ctx.store.engine() {
        store::Engine::Sqlite => "data/state.db",
        store::Engine::Postgres => "rows",
    };
    house.ctx.store.settle().await.unwrap();
    let places = found(&house, &number(job)).await;
    assert!(places.iter().all(|place| place.starts_with(engine_s)) && !places.is_empty(), "{places:?}");
    // And what is said aloud is heard.
    tracing::info!(name = NAME, "a line of the log");
    assert_eq!(found(&house, &hunt()).await, ["log"]);
}

async fn an_incognito_print_in_a_crash_is_never_sent_again(house: House) {
    let (me, _) = house.ready().await;
    let job = print(&house, &me, true).await;
    house.until_state(&me, job, Some(JobState::Printing)).await;
    let house = house.restarted().await;
    let shown = &house.queue(&me).await[0];
    assert!(!shown.mine && shown.name.is_none(), "nobody knows whose it is any more");
    house.until("its end", async || house.queue(&me).await.is_empty()).await;
    house.quiet().await;
    assert_eq!(house.machine.started().len(), 1);
    assert!(files(&house.data().join("blobs")).is_empty());
}

async fn an_incognito_print_that_waited_in_a_crash_is_gone(house: House) {
    let me = house.person(domain::person::Role::Operator).await;
    print(&house, &me, true).await;
    print(&house, &me, true).await;
    assert_eq!(files(&house.data().join("blobs")).len(), 2);
    let house = house.restarted().await;
    house.until("its end", async || house.queue(&me).await.is_empty()).await;
    assert!(files(&house.data().join("blobs")).is_empty());
    let told = || house.ctx.fleet().notice(house.clock.now());
    assert!(told().unwrap().starts_with("2 incognito prints"), "it is said, once of both: {:?}", told());
    house.clock.advance(24 * 3600);
    assert_eq!(told(), None, "and not for ever");
}

async fn an_incognito_print_goes_with_its_owner(house: House) {
    let boss = house.person(domain::person::Role::Operator).await;
    let ada = house.person(domain::person::Role::Member).await;
    print(&house, &ada, true).await;
    assert_eq!(house.queue(&boss).await.len(), 1);
    app::privacy_centre::erase_now(&house.ctx, &ada).await.unwrap();
    house.until("its end", async || house.queue(&boss).await.is_empty()).await;
    assert!(files(&house.data().join("blobs")).is_empty());
}
