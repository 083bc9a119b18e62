//! The print history: print again, say how it turned out, delete, expire, take as a table.

use crate::house::House;
use crate::house::SILENT;
use app::history::{Choice, Filter};
use app::printers::Equipment;
use app::queue::Wish;
use app::{Refusal, SignedIn};
use domain::ids::JobId;
use domain::job::{JobState, SaidBy, Verdict};
use domain::queue::Wait;
use futures::StreamExt as _;
use store::ReadPass;
use store::jobs::Facts;

both! { an_entry_is_printed_again an_entry_is_deleted_with_its_files entries_expire_after_ninety_days
a_person_says_how_it_turned_out switching_off_keeps_what_was_kept_and_adds_nothing
a_picture_is_its_owners_and_goes_with_the_print an_incognito_prints_picture_goes_with_it
a_print_that_never_began_leaves_no_entry a_reprint_waits_for_its_material_and_keeps_its_estimate whose_files_are_gone_is_not_printed_again }

const DAY: i64 = 24 * 3600;

/// A print of somebody who keeps a history.
async fn printed(house: &House, name: &str) -> (SignedIn, JobId) {
    let (me, _) = house.ready().await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let job = house.add(&me, name, false).await;
    house.until_state(&me, job, None).await;
    house.quiet().await;
    (me, job)
}

async fn count(house: &House, me: &SignedIn) -> usize {
    app::history::page(&house.ctx, me, &Filter::default(), 0).await.unwrap().entries.len()
}

async fn an_entry_is_printed_again(house: House) {
    domain::proves!("AF-159", by = "app::history::print_again");
    let (me, job) = printed(&house, "bracket").await;
    let printer = app::printers::list(&house.ctx, &me).await.unwrap()[0].id;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    let again = app::history::print_again(&house.ctx, &me, job, None, false).await.unwrap();
    house.until_state(&me, again, None).await;
    assert_eq!(house.machine.started().len(), 2);
    assert_eq!(count(&house, &me).await, 2);
    let table = app::history::csv(&house.ctx, &me, &Filter::default()).await.unwrap();
    assert_eq!(table.lines().filter(|line| line.starts_with("bracket,Left,")).count(), 2, "{table}");
}

async fn an_entry_is_deleted_with_its_files(house: House) {
    domain::proves!("AF-170", by = "app::history::delete");
    let (me, job) = printed(&house, "bracket").await;
    assert_eq!(crate::traces::files(&house.data().join("blobs")).len(), 1);
    app::history::delete(&house.ctx, &me, job).await.unwrap();
    assert_eq!(count(&house, &me).await, 0);
    assert!(crate::traces::files(&house.data().join("blobs")).is_empty());
    let again = app::history::print_again(&house.ctx, &me, job, None, false).await;
    assert!(matches!(again.unwrap_err(), app::Error::Refused(Refusal::NotFound)));
}

async fn entries_expire_after_ninety_days(house: House) {
    domain::proves!("AF-171", "AF-173", by = "privacy::plan::retention");
    let (me, job) = printed(&house, "bracket").await;
    house.clock.advance(89 * DAY);
    assert_eq!(count(&house, &me).await, 1);
    house.clock.advance(2 * DAY);
    assert_eq!(count(&house, &me).await, 0, "hidden before the sweep comes");
    assert!(app::history::print_again(&house.ctx, &me, job, None, false).await.is_err());
    house.ctx.store.sweep().await.unwrap();
    let left = crate::traces::rows(&house).await;
    assert_eq!((left["print_record"], left["blob"]), (0, 0));
    assert!(crate::traces::files(&house.data().join("blobs")).is_empty());
}

async fn a_person_says_how_it_turned_out(house: House) {
    let (me, job) = printed(&house, "bracket").await;
    let entry = app::history::entry(&house.ctx, &me, job).await.unwrap();
    assert_eq!((entry.outcome.verdict, entry.outcome.said_by), (Verdict::Good, SaidBy::Printer));
    assert_eq!(entry.grams, Some(12.5));
    app::history::say(&house.ctx, &me, job, Verdict::Partly).await.unwrap();
    let entry = app::history::entry(&house.ctx, &me, job).await.unwrap();
    assert_eq!((entry.outcome.verdict, entry.outcome.said_by), (Verdict::Partly, SaidBy::Person));
    let failed = Filter { verdict: Some(Verdict::Failed), ..Filter::default() };
    assert!(app::history::page(&house.ctx, &me, &failed, 0).await.unwrap().entries.is_empty());
}

async fn switching_off_keeps_what_was_kept_and_adds_nothing(house: House) {
    domain::proves!("AF-169", "AF-167", by = "app::history::choose");
    let (me, _) = printed(&house, "bracket").await;
    app::history::choose(&house.ctx, &me, false).await.unwrap();
    assert_eq!(app::history::choice(&house.ctx, &me).await.unwrap(), Choice::Off);
    let printer = app::printers::list(&house.ctx, &me).await.unwrap()[0].id;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    let job = house.add(&me, "second", false).await;
    house.until_state(&me, job, None).await;
    assert_eq!(house.machine.started().len(), 2);
    assert_eq!(count(&house, &me).await, 1);
}

/// Leave to read something that the house has already.
async fn stored(house: &House, me: &SignedIn, bytes: &[u8]) -> ReadPass {
    let mut staging = house.ctx.store.stage().await.unwrap();
    staging.write(bytes).await.unwrap();
    house.ctx.store.hold(staging.finish().await.unwrap()).pass(me.person)
}

/// A print with a picture, as prints of models are.
pub async fn pictured(house: &House, me: &SignedIn, incognito: bool) -> JobId {
    let (file, picture) = (stored(house, me, crate::house::GCODE).await, stored(house, me, PICTURE).await);
    let wish = Wish { name: "bracket".to_owned(), incognito, ..Wish::default() };
    app::queue::add_file(&house.ctx, me, file, Some(picture), &wish).await.unwrap()
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nCANARY-PICTURE-20af";

async fn bytes(house: &House, pass: ReadPass) -> Vec<u8> {
    let pieces: Vec<_> = house.ctx.store.read(pass).collect().await;
    pieces.into_iter().map(|piece| piece.unwrap()).collect::<Vec<_>>().concat()
}

/// What one process left behind of files that no row owns: the two that were stored for the print to copy.
pub const STORED: usize = 2;

async fn a_picture_is_its_owners_and_goes_with_the_print(house: House) {
    let (me, printer) = house.ready().await;
    let bob = house.person(domain::person::Role::Operator).await;
    let ctx = &house.ctx;
    app::history::choose(ctx, &me, true).await.unwrap();
    let job = pictured(&house, &me, false).await;
    assert!(house.queue(&me).await[0].picture && !house.queue(&bob).await[0].picture);
    assert!(app::queue::picture(ctx, &bob, job).await.is_err());
    let pass = app::queue::picture(ctx, &me, job).await.unwrap();
    assert_eq!(bytes(&house, pass).await, PICTURE);
    house.until_state(&me, job, None).await;
    assert!(app::queue::picture(ctx, &me, job).await.is_err());
    assert!(app::history::picture(ctx, &bob, job).await.is_err());
    let pass = app::history::picture(ctx, &me, job).await.unwrap();
    assert_eq!(bytes(&house, pass).await, PICTURE);
    let page = app::history::page(ctx, &me, &Filter::default(), 0).await.unwrap();
    assert!(page.pictured.contains(&job));

    // printed again, it has it again
    app::printers::bed_is_clear(ctx, &me, printer).await.unwrap();
    let again = app::history::print_again(ctx, &me, job, None, false).await.unwrap();
    assert!(app::queue::picture(ctx, &me, again).await.is_ok());
    house.until_state(&me, again, None).await;
    for job in [job, again] {
        app::history::delete(ctx, &me, job).await.unwrap();
    }
    assert_eq!(crate::traces::files(&house.data().join("blobs")).len(), STORED);
}

async fn an_incognito_prints_picture_goes_with_it(house: House) {
    let (me, _) = house.ready().await;
    let bob = house.person(domain::person::Role::Operator).await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let job = pictured(&house, &me, true).await;
    let pass = app::queue::picture(&house.ctx, &me, job).await.unwrap();
    assert_eq!(bytes(&house, pass).await, PICTURE);
    assert!(app::queue::picture(&house.ctx, &bob, job).await.is_err());
    let nowhere: [&str; 0] = [];
    assert_eq!(crate::traces::found(&house, &crate::traces::Hunt::of([PICTURE])).await, nowhere);
    house.until_state(&me, job, None).await;
    assert_eq!(crate::traces::files(&house.data().join("blobs")).len(), STORED);
    assert_eq!(count(&house, &me).await, 0);
}

async fn a_print_that_never_began_leaves_no_entry(house: House) {
    let house = crate::stubborn::house(house);
    let (me, _) = house.ready().await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let job = house.add(&me, "bracket", false).await;
    house.until_state(&me, job, Some(JobState::Held)).await;
    assert!(house.machine.started().is_empty());
    app::queue::remove(&house.ctx, &me, job).await.unwrap();
    assert!(house.queue(&me).await.is_empty());
    assert_eq!(count(&house, &me).await, 0);
}

async fn a_reprint_waits_for_its_material_and_keeps_its_estimate(house: House) {
    let (me, printer) = house.ready().await;
    let ctx = &house.ctx;
    app::history::choose(ctx, &me, true).await.unwrap();
    let load = async |material: &str| {
        let loaded = Equipment { material: Some(material.to_owned()), ..Equipment::default() };
        app::printers::equip(ctx, &me, printer, &loaded).await.unwrap();
    };
    load("PETG").await;
    let known = Facts { material: Some("PETG".to_owned()), seconds: Some(4242.0), ..Facts::default() };
    let wish = Wish { name: "bracket".to_owned(), known, ..Wish::default() };
    let job = house.add_gcode(&me, SILENT, &wish).await.unwrap();
    house.until_state(&me, job, None).await;
    let entry = app::history::entry(ctx, &me, job).await.unwrap();
    assert_eq!((entry.material.as_deref(), entry.estimate), (Some("PETG"), Some(4242.0)));
    assert!(entry.seconds.unwrap() < 4242.0, "how long it really took is another thing");

    load("PLA").await;
    app::printers::bed_is_clear(ctx, &me, printer).await.unwrap();
    let again = app::history::print_again(ctx, &me, job, None, false).await.unwrap();
    for _ in 0..5 {
        house.turn().await;
    }
    let shown = app::queue::get(ctx, &me, again).await.unwrap();
    assert!(matches!(shown.wait, Some(Wait::NeedsMaterial(p, _)) if p == printer), "{:?}", shown.wait);
    assert_eq!(shown.facts.unwrap().seconds, Some(4242.0), "as the slicer said");
    load("PETG").await;
    house.until_state(&me, again, None).await;
    assert_eq!(app::history::entry(ctx, &me, again).await.unwrap().estimate, Some(4242.0));
}

async fn whose_files_are_gone_is_not_printed_again(house: House) {
    let (me, job) = printed(&house, "bracket").await;
    let tx = house.ctx.store.begin().await.unwrap();
    let ask = privacy::Ask {
        actor: me.actor(),
        act: privacy::Act::Erase,
        what: "print_record",
        whose: privacy::Whose::Person(me.person),
        purpose: "rights",
    };
    let grant = tx.authorise(ask).await.unwrap();
    grant.files_drop(job.uuid()).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    let refused = app::history::print_again(&house.ctx, &me, job, None, false).await.unwrap_err();
    assert!(refused.to_string().contains("files are gone"), "{refused}");
    assert!(house.queue(&me).await.is_empty());
}
