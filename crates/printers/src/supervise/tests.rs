//! A supervised printer whose link comes and goes. Time is tokio's own paused time, so nothing really waits.

use super::*;
use crate::driver::{PrintOrder, Removal};
use crate::egress::Field;
use crate::simulated::Simulated;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Abilities, Activity, Command, Outcome, Recollection};
use domain::random::Counting;
use futures::future::BoxFuture;

/// A clock that follows tokio's.
struct Follows(tokio::time::Instant);

impl Clock for Follows {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.elapsed().as_micros() as i64)
    }
}

async fn until(watched: &Supervised, wanted: impl FnMut(&Sighting) -> bool) -> Sighting {
    let mut sightings = watched.sightings();
    let seen = tokio::time::timeout(Duration::from_mins(10), sightings.wait_for(wanted)).await;
    seen.expect("it never came true").unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn a_lost_link_keeps_the_last_reading_and_is_found_again() {
    let clock = Arc::new(Follows(tokio::time::Instant::now()));
    let random = Counting::default();
    let printer = Arc::new(Simulated::new(clock.clone()));
    let reference = PrintReference::fresh(&random);
    let gcode = b"M83\nG1 Z0.2 F600\nG1 X50000 E2 F600\n".to_vec();
    let bytes = gcode.len() as u64;
    printer
        .place(PrintOrder { reference, bytes, gcode: Box::new(std::io::Cursor::new(gcode)) })
        .await
        .unwrap();
    printer.command(CommandId::fresh(&random), Command::Start(reference)).await.unwrap();

    let watched = supervise(printer.clone(), clock.clone(), Pace::default(), 0);
    let seen = until(&watched, |s| s.report.is_some()).await;
    assert_eq!((seen.contact, &seen.report.unwrap().activity), (Contact::Made, &Activity::Printing));

    printer.unplug();
    let lost = until(&watched, |s| matches!(s.contact, Contact::Lost { .. })).await;
    let report = lost.report.unwrap();
    assert_eq!(report.activity, Activity::Printing, "what was last seen stays what was last seen");
    assert_eq!(lost.contact, Contact::Lost { since: report.at });

    printer.plug_in();
    let found = until(&watched, |s| s.contact == Contact::Made).await;
    assert_eq!(found.report.unwrap().running(), Some(reference));
}

#[tokio::test(start_paused = true)]
async fn whoever_is_curious_need_not_wait() {
    let clock = Arc::new(Follows(tokio::time::Instant::now()));
    let printer = Arc::new(Simulated::new(clock.clone()));
    let slow = Pace { poll: 3_600_000, ..Pace::default() };
    let watched = supervise(printer.clone(), clock.clone(), slow, 0);
    until(&watched, |s| s.contact == Contact::Made).await;
    printer.start_from_card();
    watched.hurry();
    until(&watched, |s| s.report.as_ref().is_some_and(|r| r.activity == Activity::Busy)).await;
    assert!(clock.now() < Instant::from_micros(0).plus_seconds(10));
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_told_as_such() {
    let clock = Arc::new(Follows(tokio::time::Instant::now()));
    let printer = Arc::new(Simulated::new(clock.clone()));
    printer.refuse_next(Refusal::KeyRefused);
    let watched = supervise(printer, clock, Pace::default(), 0);
    until(&watched, |s| s.contact == Contact::KeyRefused { since: None }).await;
    until(&watched, |s| s.contact == Contact::Made).await;
}

/// A printer that takes every question and answers none.
struct Mute(Simulated);

impl Printer for Mute {
    fn abilities(&self) -> Abilities {
        Abilities { watch: true, ..self.0.abilities() }
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        self.0.report()
    }
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        Box::pin(std::future::pending())
    }
    fn command(&self, id: CommandId, command: Command) -> BoxFuture<'_, Outcome> {
        self.0.command(id, command)
    }
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        self.0.place(order)
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        self.0.remove(reference)
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        self.0.own_files()
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        self.0.recall(reference)
    }
    fn egress_fields(&self) -> &'static [Field] {
        self.0.egress_fields()
    }
    fn residue(&self) -> &'static [&'static str] {
        self.0.residue()
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_never_opens_is_given_up_and_the_printer_asked_instead() {
    let clock = Arc::new(Follows(tokio::time::Instant::now()));
    let printer = Arc::new(Mute(Simulated::new(clock.clone())));
    let watched = supervise(printer.clone(), clock.clone(), Pace::default(), 0);
    until(&watched, |s| s.contact == Contact::Made).await;
    printer.0.start_from_card();
    until(&watched, |s| s.report.as_ref().is_some_and(|r| r.activity == Activity::Busy)).await;
}
