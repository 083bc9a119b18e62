//! The print history: print again, say how it turned out, delete, expire, take as a table.

use crate::house::House;
use app::history::{Choice, Filter};
use app::{Refusal, SignedIn};
use domain::ids::JobId;
use domain::job::{SaidBy, Verdict};
use futures::StreamExt as _;

both! { an_entry_is_printed_again an_entry_is_deleted_with_its_files entries_expire_after_ninety_days
a_person_says_how_it_turned_out switching_off_keeps_what_was_kept_and_adds_nothing
a_picture_is_its_owners_and_goes_with_the_print whose_files_are_gone_is_not_printed_again }

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

async fn a_picture_is_its_owners_and_goes_with_the_print(house: House) {
    domain::proves!("AF-174", by = "app::work::ending::remember");
    let (me, _) = house.ready().await;
    let bob = house.person(domain::person::Role::Member).await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let job = house.add(&me, "bracket", false).await;
    let png = b"\x89PNG\r\n\x1a\nCANARY".to_vec();
    assert!(app::queue::set_picture(&house.ctx, &me, job, b"GIF89a").await.is_err());
    assert!(app::queue::set_picture(&house.ctx, &bob, job, &png).await.is_err());
    app::queue::set_picture(&house.ctx, &me, job, &png).await.unwrap();
    assert!(app::queue::picture(&house.ctx, &me, job).await.unwrap().is_some());
    assert!(app::queue::picture(&house.ctx, &bob, job).await.unwrap().is_none());
    house.until_state(&me, job, None).await;
    assert!(app::queue::picture(&house.ctx, &me, job).await.unwrap().is_none());
    assert!(app::history::picture(&house.ctx, &bob, job).await.unwrap().is_none());
    let pass = app::history::picture(&house.ctx, &me, job).await.unwrap().unwrap();
    let pieces: Vec<_> = house.ctx.store.read(pass).collect().await;
    assert_eq!(pieces.into_iter().map(|p| p.unwrap()).collect::<Vec<_>>().concat(), png);
    app::history::delete(&house.ctx, &me, job).await.unwrap();
    assert!(crate::traces::files(&house.data().join("blobs")).is_empty());
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
