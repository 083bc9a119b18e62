//! From a stored file to a finished print on the simulated printer.

use crate::house::{House, sample};
use crate::slicing::{GOOD, choices, settled};
use app::history::{Filter, Page};
use app::models::{self, Choices, State};
use app::printers::Setup;
use app::queue::{Queued, Wish};
use app::{Error, Refusal, SignedIn};
use domain::ids::{JobId, PrinterId};
use domain::job::{JobState, Verdict};
use domain::person::Role;
use domain::time::Clock as _;
use prepare::slice::profile::{Material, Quality};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a slow machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// Drives the dispatcher until this holds. A second passes with each turn.
pub async fn until(house: &House, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < DEADLINE, "waited in vain: {what}");
        house.clock.advance(1);
        house.ctx.fleet().hurry();
        let mut changes = house.ctx.fleet().changes();
        app::work::pass(&house.ctx).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(20), changes.changed()).await;
    }
}

/// Somebody who keeps a history, and a simulated printer whose bed is clear.
pub async fn ready(house: &House, name: &str) -> (SignedIn, PrinterId) {
    let me = SignedIn { role: Role::Operator, ..house.person(name).await };
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let setup = Setup { name: "Left".to_owned(), ..Setup::default() };
    let printer = app::printers::add_simulated(&house.ctx, &me, &setup).await.unwrap();
    until(house, "contact", async || {
        let seen = app::printers::get(&house.ctx, &me, printer).await.unwrap();
        seen.report.is_some_and(|report| report.at == house.clock.now())
    })
    .await;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    (me, printer)
}

async fn job(house: &House, me: &SignedIn, id: JobId) -> Queued {
    app::queue::get(&house.ctx, me, id).await.unwrap()
}

/// Until the print is over.
pub async fn printed(house: &House, me: &SignedIn, id: JobId) -> Page {
    until(house, "its end", async || app::queue::get(&house.ctx, me, id).await.is_err()).await;
    app::history::page(&house.ctx, me, &Filter::default(), 0).await.unwrap()
}

/// One command that nobody knows, in its fourth line.
fn unknown() -> String {
    GOOD.replace("G28\n", "G28\nM9876 P1\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_somebody_looked_at_are_printed() {
    let mut house = House::sqlite().await;
    house.work();
    let (ada, printer) = ready(&house, "Ada").await;
    let ctx = &house.ctx;
    let odd = house.upload(&ada, "odd.gcode", unknown().as_bytes()).await.unwrap();
    let made = models::slicings(ctx, &ada, odd).await.unwrap().remove(0);
    assert!(models::print(ctx, &ada, made.id, false).await.is_err(), "not before somebody looked");
    models::accept(ctx, &ada, made.id).await.unwrap();
    let id = models::print(ctx, &ada, made.id, false).await.unwrap();
    assert_eq!(job(&house, &ada, id).await.state, JobState::Queued, "nobody looks twice");
    let history = printed(&house, &ada, id).await;
    assert_eq!(history.entries[0].outcome.verdict, Verdict::Good);

    // Printed again there, it is known; on any printer, somebody looks once more.
    let elsewhere = app::history::print_again(ctx, &ada, id, None, false).await.unwrap();
    assert_eq!(job(&house, &ada, elsewhere).await.state, JobState::Held);
    app::queue::remove(ctx, &ada, elsewhere).await.unwrap();
    app::printers::bed_is_clear(ctx, &ada, printer).await.unwrap();
    let there = app::history::print_again(ctx, &ada, id, Some(printer), false).await;
    assert_eq!(job(&house, &ada, there.unwrap()).await.state, JobState::Queued);
    house.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_toolpath_with_unknown_lines_waits_in_the_queue_for_its_owner() {
    let house = House::sqlite().await;
    let (otto, printer) = ready(&house, "Otto").await;
    let (ada, ctx) = (house.person("Ada").await, &house.ctx);
    app::history::choose(ctx, &ada, true).await.unwrap();
    for incognito in [false, true] {
        let mut file = app::queue::begin(ctx).await.unwrap();
        file.write(unknown().as_bytes()).unwrap();
        let wish = Wish { name: "odd".to_owned(), incognito, ..Wish::default() };
        let id = app::queue::add(ctx, &ada, file, &wish).await.unwrap();
        let seen = job(&house, &ada, id).await;
        assert_eq!((seen.state, seen.look_first), (JobState::Held, true));
        let line = &seen.findings.lines[0];
        assert_eq!((line.line, line.command.as_str()), (4, "M9876"));
        assert!(app::queue::trouble_in_words(&seen.trouble.unwrap()).contains("nobody here knows"));

        // Whoever keeps the printers running sees that it waits for her, and not for what.
        assert!(job(&house, &otto, id).await.findings.is_empty());
        let refused = app::queue::release(ctx, &otto, id).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(Refusal::Conflict(_))), "{refused}");
        for _ in 0..5 {
            app::work::pass(ctx).await.unwrap();
        }
        assert_eq!(job(&house, &ada, id).await.state, JobState::Held);

        app::queue::release(ctx, &ada, id).await.unwrap();
        let seen = job(&house, &ada, id).await;
        assert!(seen.trouble.is_none() && seen.findings.is_empty(), "{seen:?}");
        app::printers::bed_is_clear(ctx, &otto, printer).await.unwrap();
        let history = printed(&house, &ada, id).await;
        assert_eq!(history.entries.len(), 1, "incognito left none");
        assert_eq!(history.entries[0].outcome.verdict, Verdict::Good);
    }
}

both! { a_models_picture_goes_with_its_print }

/// Whoever else asks for it: there is nothing.
async fn is_hidden(house: &House, from: &SignedIn, id: JobId) {
    for result in
        [app::queue::picture(&house.ctx, from, id).await, app::history::picture(&house.ctx, from, id).await]
    {
        assert!(matches!(result, Err(Error::Refused(Refusal::NotFound))), "{result:?}");
    }
}

async fn a_models_picture_goes_with_its_print(mut house: House) {
    domain::proves!("AF-174", by = "app::models::slicings::print");
    domain::proves!("AF-174", by = "app::work::ending::remember");
    house.work();
    let (ada, printer) = ready(&house, "Ada").await;
    let (bob, _) = ready(&house, "Bob").await;
    let ctx = &house.ctx;
    let model = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    let picture = house.bytes(models::picture(ctx, &ada, model).await.unwrap()).await;
    let wanted = Choices { printer: Some(printer), ..choices(Quality::Draft, Material::Pla, false) };
    let id = models::slice(ctx, &ada, model, wanted).await.unwrap();
    assert!(matches!(settled(&house, &ada, id).await.state, State::Ready));
    let kept = models::print(ctx, &ada, id, false).await.unwrap();
    let quiet = models::print(ctx, &ada, id, true).await.unwrap();
    for job in [kept, quiet] {
        let pass = app::queue::picture(ctx, &ada, job).await.unwrap();
        assert_eq!(house.bytes(pass).await, picture);
        is_hidden(&house, &bob, job).await;
    }
    // It is the print's own: the model goes, and it stays.
    models::erase(ctx, &ada, model).await.unwrap();
    let history = printed(&house, &ada, kept).await;
    assert!(history.pictured.contains(&kept));
    let pass = app::history::picture(ctx, &ada, kept).await.unwrap();
    assert_eq!(house.bytes(pass).await, picture);
    is_hidden(&house, &bob, kept).await;
    app::printers::bed_is_clear(ctx, &ada, printer).await.unwrap();
    assert_eq!(printed(&house, &ada, quiet).await.entries.len(), 1);
    app::history::delete(ctx, &ada, kept).await.unwrap();
    is_hidden(&house, &ada, kept).await;
    is_hidden(&house, &ada, quiet).await;
    house.rest().await;
    assert!(house.blobs().is_empty(), "no picture stays");
}
