//! Toolpaths: by the real PrusaSlicer, cancelled, and ready-made through the same gate.

use crate::house::{House, sample};
use app::models::{self, Choices, State};
use app::printers::{Equipment, Setup};
use app::{Error, Refusal, SignedIn};
use domain::ids::{ModelId, SlicingId};
use domain::person::Role;
use domain::printer::Volume;
use domain::units::Millimetres;
use prepare::slice::profile::{Material, Quality};
use std::time::{Duration, Instant};

pub const GOOD: &str = "M140 S60\nM104 S210\nG28\nG90\nM83\nG1 Z0.2 F600\nG1 X10 Y10 F3000\n\
    G1 X60 Y10 E2 F1200 ;TYPE:Perimeter by ADACANARY\nG1 X60 Y60 E2\nG1 X10 Y60 E2\nG1 X10 Y10 E2\nM104 S0\n";

/// For a common printer.
pub const fn choices(quality: Quality, material: Material, supports: bool) -> Choices {
    Choices { printer: None, quality, material, supports }
}

pub async fn settled(house: &House, me: &SignedIn, id: SlicingId) -> models::Slicing {
    let mut changes = app::workshop::changes(&house.ctx);
    loop {
        let now = models::slicing(&house.ctx, me, id).await.unwrap();
        if !now.state.runs() {
            return now;
        }
        let _ = changes.recv().await.unwrap();
    }
}

/// Slices a model, as far as that the slicer itself says how far it is.
async fn begun(house: &House, me: &SignedIn, model: ModelId, choices: Choices) -> SlicingId {
    let mut changes = app::workshop::changes(&house.ctx);
    let id = models::slice(&house.ctx, me, model, choices).await.unwrap();
    loop {
        let now = models::slicing(&house.ctx, me, id).await.unwrap();
        if matches!(&now.state, State::Running(Some(progress)) if progress.percent.is_some()) {
            return id;
        }
        assert!(now.state.runs(), "{now:?}");
        let _ = changes.recv().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_sliced_by_the_real_slicer() {
    let mut house = House::sqlite().await;
    house.work();
    let (ada, bob) = (house.person("Ada").await, house.person("Bob").await);
    let model = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    let ctx = &house.ctx;
    let id = models::slice(ctx, &ada, model, choices(Quality::Draft, Material::Pla, false)).await.unwrap();
    let early = models::toolpath(ctx, &ada, id).await;
    assert!(matches!(early, Err(Error::Refused(Refusal::Conflict(_)))));
    let made = settled(&house, &ada, id).await;
    assert!(matches!(made.state, State::Ready), "{made:?}");
    assert!(made.facts.seconds.unwrap() > 60.0 && made.facts.grams.unwrap() > 0.1 && made.facts.layers > 5);
    let (pass, facts) = models::toolpath(ctx, &ada, id).await.unwrap();
    assert_eq!(facts, made.facts);
    let text = String::from_utf8(house.bytes(pass).await).unwrap();
    assert!(text.lines().count() > 1000 && !text.contains(';'));
    for result in [
        models::toolpath(ctx, &bob, id).await.map(drop),
        models::cancel(ctx, &bob, id).await,
        models::erase_slicing(ctx, &bob, id).await,
    ] {
        assert!(matches!(result, Err(Error::Refused(Refusal::NotFound))));
    }
    // with the model goes its toolpath
    models::erase(ctx, &ada, model).await.unwrap();
    assert!(models::slicing(ctx, &ada, id).await.is_err());
    house.rest().await;
    assert!(house.blobs().is_empty() && house.work_folder().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancel_ends_slicing_within_two_seconds() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let model = house.upload(&ada, "helix.stl", &sample("helix.stl")).await.unwrap();
    let id = begun(&house, &ada, model, choices(Quality::Fine, Material::Petg, true)).await;
    let asked = Instant::now();
    models::cancel(&house.ctx, &ada, id).await.unwrap();
    while !house.work_folder().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    let now = models::slicing(&house.ctx, &ada, id).await.unwrap();
    assert!(matches!(now.state, State::Cancelled), "{now:?}");
    assert!(models::cancel(&house.ctx, &ada, id).await.is_err(), "once is enough");
    house.rest().await;
    assert_eq!(house.blobs().len(), 3, "the model alone");
    assert!(!house.has_work().await);
}

/// Work that was under way when the server stopped is taken up again when it starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_after_a_restart() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let model = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    let id = begun(&house, &ada, model, choices(Quality::Draft, Material::Pla, false)).await;
    house.rest().await;
    assert!(models::slicing(&house.ctx, &ada, id).await.unwrap().state.runs(), "put back, not failed");
    house.work();
    assert!(matches!(settled(&house, &ada, id).await.state, State::Ready));
    house.rest().await;
}

/// What is made of data whose use its owner restricts stops at once, waits without being claimed, and is done once they lift it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slicing_waits_while_its_owner_restricts_the_use_of_their_data() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let model = house.upload(&ada, "helix.stl", &sample("helix.stl")).await.unwrap();
    let id = begun(&house, &ada, model, choices(Quality::Fine, Material::Petg, true)).await;
    let ctx = &house.ctx;
    app::restrictions::restrict(ctx, &ada, "own-wish", "").await.unwrap();
    let asked = Instant::now();
    while !house.work_folder().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(house.blobs().len(), 3, "the model alone");
    // Two idle workers look once a second, and neither takes it; nor does anybody else, however late.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(house.work_folder().is_empty() && !house.has_work().await);
    let restriction = app::restrictions::in_force(ctx, &ada).await.unwrap().unwrap();
    app::restrictions::lift(ctx, &ada, &restriction.id.to_string()).await.unwrap();
    let made = settled(&house, &ada, id).await;
    assert!(matches!(made.state, State::Ready), "{made:?}");
    house.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_loose_triangles_is_stored_but_not_sliced() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let model = house.upload(&ada, "soup.stl", &sample("soup_unrepairable.stl")).await.unwrap();
    house.rest().await;
    let seen = models::get(&house.ctx, &ada, model).await.unwrap();
    assert_eq!(seen.report.findings[0].code, "soup");
    let refused = models::slice(&house.ctx, &ada, model, choices(Quality::Draft, Material::Pla, false)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Conflict(_)))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ready_made_gcode_passes_the_same_gate() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = house.person("Ada").await;
    let ctx = house.ctx.clone();
    let good = house.upload(&ada, "square.gcode", GOOD.as_bytes()).await.unwrap();
    let made = &models::slicings(&ctx, &ada, good).await.unwrap()[0];
    assert!(matches!(made.state, State::Ready), "{made:?}");
    let (pass, _) = models::toolpath(&ctx, &ada, made.id).await.unwrap();
    let text = String::from_utf8(house.bytes(pass).await).unwrap();
    assert!(text.contains("G1 X60") && !text.contains("ADACANARY"), "{text}");

    // a command that nobody knows holds it until somebody has looked
    let unknown = GOOD.replace("G28\n", "G28\nM9876 P1\n");
    let held = house.upload(&ada, "odd.gcode", unknown.as_bytes()).await.unwrap();
    let made = &models::slicings(&ctx, &ada, held).await.unwrap()[0];
    assert!(matches!(made.state, State::Held), "{made:?}");
    assert_eq!((made.facts.findings[0].line, made.facts.findings[0].command.as_str()), (4, "M9876"));
    assert!(models::toolpath(&ctx, &ada, made.id).await.is_err());
    models::accept(&ctx, &ada, made.id).await.unwrap();
    assert!(models::toolpath(&ctx, &ada, made.id).await.is_ok());

    let hot = house.upload(&ada, "hot.gcode", GOOD.replace("S210", "S999").as_bytes()).await.unwrap_err();
    assert!(hot.contains("Line 2 (M104)"), "{hot}");
    house.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_toolpath_is_made_and_gated_by_the_limits_of_the_chosen_printer() {
    let mut house = House::sqlite().await;
    house.work();
    let ada = SignedIn { role: Role::Operator, ..house.person("Ada").await };
    let ctx = &house.ctx;
    let side = Millimetres(60.0);
    let small = Equipment { volume: Some(Volume::new(side, side, side)), ..Equipment::default() };
    let setup = Setup { name: "Small".to_owned(), equipment: small.clone() };
    let printer = app::printers::add_simulated(ctx, &ada, &setup).await.unwrap();
    let model = house.upload(&ada, "torus.3mf", &sample("torus.3mf")).await.unwrap();
    let wanted = Choices { printer: Some(printer), ..choices(Quality::Draft, Material::Pla, false) };
    let id = models::slice(ctx, &ada, model, wanted).await.unwrap();
    let made = settled(&house, &ada, id).await;
    assert!(matches!(made.state, State::Ready), "{made:?}");
    let (pass, _) = models::toolpath(ctx, &ada, id).await.unwrap();
    let text = String::from_utf8(house.bytes(pass).await).unwrap();
    let numbers =
        text.split_whitespace().filter_map(|word| word.strip_prefix(['X', 'Y'])?.parse::<f64>().ok());
    let farthest = numbers.fold(0.0, f64::max);
    assert!((30.0..=60.0).contains(&farthest), "it stands in the middle of this bed: {farthest}");

    // One that was made for a common printer leaves this bed, and is not let through to it.
    let common =
        models::slice(ctx, &ada, model, choices(Quality::Draft, Material::Pla, false)).await.unwrap();
    assert!(matches!(settled(&house, &ada, common).await.state, State::Ready));
    let refused = models::print(ctx, &ada, common, false).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::Field { field: "file", .. })), "{refused}");
    models::print(ctx, &ada, id, false).await.unwrap();

    // What the printer cannot reach is not made for it.
    let cool = Equipment { nozzle_most: Some(200.0), ..small };
    app::printers::equip(ctx, &ada, printer, &cool).await.unwrap();
    let hot = models::slice(ctx, &ada, model, wanted).await.unwrap();
    let State::Failed(why) = settled(&house, &ada, hot).await.state else { panic!("it was made") };
    assert!(why.reveal().contains("more than this printer allows"), "{}", why.reveal());
    house.rest().await;
}
