//! A print from the queue to its end; what keeps it from starting; what nobody knows.

use crate::house::House;
use app::Refusal;
use app::queue::Wish;
use domain::job::{JobState, Move, Verdict};
use domain::person::{Actor, Chore, Role};
use domain::printer::Activity;
use domain::queue::Wait;
use printers::Printer as _;
use privacy::{Act, Ask, Whose};
use store::jobs::{self, Beside};

both! { a_print_goes_from_the_queue_to_its_end a_bed_that_nobody_said_is_clear_takes_no_print lost_contact_is_unknown
what_the_gate_refuses_is_not_stored commands_need_the_right_to_them a_print_survives_a_restart
an_end_that_never_reached_the_printer_is_sent_again a_printer_with_files_on_it_stays }

async fn a_print_goes_from_the_queue_to_its_end(house: House) {
    domain::proves!("AF-157", by = "app::work::actions::start");
    let (me, printer) = house.ready().await;
    let job = house.add(&me, "bracket", false).await;
    house.until_state(&me, job, Some(JobState::Printing)).await;
    let shown = app::queue::get(&house.ctx, &me, job).await.unwrap();
    assert_eq!(shown.name.unwrap().reveal(), "bracket");
    assert_eq!(house.machine.started().len(), 1);

    app::printers::pause(&house.ctx, &me, job).await.unwrap();
    house.until_state(&me, job, Some(JobState::Paused)).await;
    app::printers::resume(&house.ctx, &me, job).await.unwrap();
    house.until_state(&me, job, Some(JobState::Printing)).await;
    house.until_state(&me, job, None).await;
    house.quiet().await;
    assert_eq!(house.machine.started().len(), 1);
    let shown = app::printers::get(&house.ctx, &me, printer).await.unwrap();
    assert_eq!(shown.state, domain::printer::State::FinishedClearTheBed);
}

async fn a_bed_that_nobody_said_is_clear_takes_no_print(house: House) {
    let (me, printer) = house.ready().await;
    let first = house.add(&me, "first", false).await;
    let second = house.add(&me, "second", false).await;
    house.until_state(&me, first, None).await;
    for _ in 0..20 {
        house.turn().await;
    }
    let shown = app::queue::get(&house.ctx, &me, second).await.unwrap();
    assert_eq!((shown.state, shown.wait), (JobState::Queued, Some(Wait::ClearBed(printer))));
    assert_eq!(house.machine.started().len(), 1);
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    house.until_state(&me, second, Some(JobState::Printing)).await;
    assert_eq!(house.machine.started().len(), 2);
}

async fn lost_contact_is_unknown(house: House) {
    let (me, _) = house.ready().await;
    let job = house.add(&me, "bracket", false).await;
    house.until_state(&me, job, Some(JobState::Printing)).await;
    house.machine.unplug();
    house.until_state(&me, job, Some(JobState::Unknown)).await;
    house.machine.plug_in();
    house.until_state(&me, job, None).await;
    assert_eq!(house.machine.started().len(), 1, "it was asked, and not started again");

    // and if the printer knows nothing any more, a person says it
    let second = house.add(&me, "plate", false).await;
    let printer = app::printers::list(&house.ctx, &me).await.unwrap()[0].id;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    house.until_state(&me, second, Some(JobState::Printing)).await;
    house.machine.power_cycle();
    house.until_state(&me, second, Some(JobState::Unknown)).await;
    app::queue::say(&house.ctx, &me, second, Verdict::Lost).await.unwrap();
    assert_eq!(house.state(&me, second).await, None);
    assert_eq!(house.machine.started().len(), 2);
}

async fn what_the_gate_refuses_is_not_stored(house: House) {
    let (me, _) = house.ready().await;
    let files = crate::traces::files(&house.data().join("blobs"));
    let wish = Wish { name: "hot".to_owned(), ..Wish::default() };
    let refused = house.add_gcode(&me, b"M104 S999\n", &wish).await.unwrap_err();
    assert!(matches!(refused, app::Error::Refused(Refusal::Field { field: "file", .. })));
    let empty = house.add_gcode(&me, b"", &wish).await.unwrap_err();
    assert!(matches!(empty, app::Error::Refused(Refusal::Field { field: "file", .. })));
    assert!(house.queue(&me).await.is_empty());
    assert_eq!(crate::traces::files(&house.data().join("blobs")), files);
}

async fn commands_need_the_right_to_them(house: House) {
    let (operator, printer) = house.ready().await;
    let (ada, bob) = (house.person(Role::Member).await, house.person(Role::Member).await);
    let job = house.add(&ada, "hers", false).await;
    house.until_state(&operator, job, Some(JobState::Printing)).await;
    let refused = app::printers::cancel(&house.ctx, &bob, job, true).await.unwrap_err();
    assert!(matches!(refused, app::Error::Refused(Refusal::NotFound)), "{refused}");
    assert!(app::printers::rename(&house.ctx, &ada, printer, "Mine").await.is_err());
    let unsure = app::printers::cancel(&house.ctx, &ada, job, false).await.unwrap_err();
    assert!(matches!(unsure, app::Error::Refused(Refusal::Confirm(_))), "{unsure}");
    // whoever keeps the printers running may end it, and never learns what it is
    let shown = app::queue::get(&house.ctx, &operator, job).await.unwrap();
    assert!(shown.name.is_none() && shown.facts.is_none() && !shown.mine);
    app::printers::cancel(&house.ctx, &operator, job, true).await.unwrap();
    house.until_state(&operator, job, None).await;
    // and she sees that it was done
    let log = app::privacy_centre::looks(&house.ctx, &ada).await.unwrap();
    let lines: Vec<_> = log.iter().filter(|l| l.what == "job" && l.purpose == "operate").collect();
    assert_eq!(lines.len(), 1, "{log:?}");
    assert_eq!((lines[0].role.as_str(), lines[0].act.as_str()), ("operator", "change"));
}

async fn a_print_survives_a_restart(house: House) {
    let (me, _) = house.ready().await;
    let job = house.add(&me, "bracket", false).await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    house.until_state(&me, job, Some(JobState::Printing)).await;
    let house = house.restarted().await;
    assert_eq!(house.state(&me, job).await, Some(JobState::Printing));
    house.until_state(&me, job, None).await;
    house.quiet().await;
    assert_eq!(house.machine.started().len(), 1);
    let page = app::history::page(&house.ctx, &me, &Default::default(), 0).await.unwrap();
    assert_eq!(page.entries.len(), 1);
}

/// Saved, and cut short before the printer was told.
async fn saved_only(house: &House, job: domain::ids::JobId, to: JobState) {
    let tx = house.ctx.store.begin().await.unwrap();
    let actor = Actor::House(Chore::Dispatcher);
    let ask = Ask { actor, act: Act::Change, what: "job", whose: Whose::Anyone, purpose: "print" };
    let grant = tx.authorise(ask).await.unwrap();
    let moved = Move { from: JobState::Printing, to };
    assert!(jobs::step(&grant, job, moved, &Beside::default()).await.unwrap());
    drop(grant);
    tx.commit().await.unwrap();
}

async fn an_end_that_never_reached_the_printer_is_sent_again(house: House) {
    let (me, printer) = house.ready().await;
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let ending = async || house.machine.report().await.unwrap().activity == Activity::Cancelling;
    // whoever asks again is heard
    let first = house.add(&me, "first", false).await;
    house.until_state(&me, first, Some(JobState::Printing)).await;
    saved_only(&house, first, JobState::Cancelling).await;
    app::printers::cancel(&house.ctx, &me, first, true).await.unwrap();
    assert!(ending().await);
    let again = app::printers::cancel(&house.ctx, &me, first, true).await.unwrap_err();
    assert!(matches!(again, app::Error::Refused(Refusal::Conflict(_))), "{again}");
    house.until_state(&me, first, None).await;
    // and nobody has to
    let second = house.add(&me, "second", false).await;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    house.until_state(&me, second, Some(JobState::Printing)).await;
    saved_only(&house, second, JobState::Pausing).await;
    house.until_state(&me, second, Some(JobState::Paused)).await;
    app::printers::resume(&house.ctx, &me, second).await.unwrap();
    house.until_state(&me, second, Some(JobState::Printing)).await;
    saved_only(&house, second, JobState::Cancelling).await;
    house.until_state(&me, second, None).await;
    let entry = app::history::entry(&house.ctx, &me, second).await.unwrap();
    assert_eq!(entry.outcome.verdict, Verdict::Cancelled);
}

/// Only the embedded database has one writer at a time, behind whom the start can be made to wait.
#[tokio::test]
async fn what_was_given_to_another_printer_meanwhile_is_not_started() {
    let house = House::sqlite().await;
    let (me, left) = house.ready().await;
    let setup = app::printers::Setup { name: "Right".to_owned(), ..Default::default() };
    let right = app::printers::add_simulated(&house.ctx, &me, &setup).await.unwrap();
    let ctx = &house.ctx;
    let dispatcher = |act| {
        let actor = Actor::House(Chore::Dispatcher);
        Ask { actor, act, what: "job", whose: Whose::Anyone, purpose: "print" }
    };
    let job = async |id| {
        let tx = ctx.store.look().await.unwrap();
        let grant = tx.authorise(dispatcher(Act::Read)).await.unwrap();
        jobs::get(&grant, id).await.unwrap().unwrap()
    };
    // Its file lies on the left one and nothing but the word about the bed is missing.
    let wish = Wish { name: "bracket".to_owned(), printer: Some(left), ..Wish::default() };
    let id = house.add_gcode(&me, crate::house::GCODE, &wish).await.unwrap();
    house.machine.unplug();
    house.until_state(&me, id, Some(JobState::Sending)).await;
    let tx = ctx.store.begin().await.unwrap();
    tx.printer_bed_unsure(left).await.unwrap();
    tx.commit().await.unwrap();
    house.machine.plug_in();
    house.until("its file is there", async || job(id).await.placed_at.is_some()).await;
    house.contact(&me, left).await;
    app::printers::bed_is_clear(ctx, &me, left).await.unwrap();

    let tx = ctx.store.begin().await.unwrap();
    app::work::pass(ctx).await.unwrap();
    let grant = tx.authorise(dispatcher(Act::Change)).await.unwrap();
    let reference = Some(domain::ids::PrintReference::fresh(&store::SystemRandom));
    let back = Beside { printer: Some(None), reference, ..Beside::default() };
    let there = Beside { printer: Some(Some(right)), ..Beside::default() };
    for (from, to, beside) in
        [(JobState::Sending, JobState::Queued, &back), (JobState::Queued, JobState::Sending, &there)]
    {
        assert!(jobs::step(&grant, id, Move { from, to }, beside).await.unwrap(), "the start waits");
    }
    drop(grant);
    tx.commit().await.unwrap();
    for _ in 0..10 {
        house.turn().await;
    }
    assert!(house.machine.started().is_empty());
    let now = job(id).await;
    assert_eq!((now.state, now.printer), (JobState::Sending, Some(right)));
    let shown = app::printers::get(ctx, &me, left).await.unwrap();
    assert_ne!(shown.state, domain::printer::State::FinishedClearTheBed, "its clear bed was not used up");
}

async fn a_printer_with_files_on_it_stays(house: House) {
    let (me, printer) = house.ready().await;
    let folder = house.data().join("simulated").join(printer.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    let reference = domain::ids::PrintReference::fresh(&store::SystemRandom);
    let tx = house.ctx.store.begin().await.unwrap();
    tx.placement_add(reference, printer).await.unwrap();
    tx.commit().await.unwrap();
    let refused = app::printers::remove(&house.ctx, &me, printer).await.unwrap_err();
    assert!(matches!(refused, app::Error::Refused(Refusal::Conflict(_))), "{refused}");
    house.quiet().await;
    app::printers::remove(&house.ctx, &me, printer).await.unwrap();
    assert!(!folder.exists(), "its folder goes with it");
}
