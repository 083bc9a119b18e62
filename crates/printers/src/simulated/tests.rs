//! The simulated printer keeps the contract, prints as its file says, and is the same every time.

use super::*;
use crate::contract::{self, Stage};
use domain::printer::{Activity, QuestionId};
use domain::random::{Counting, Random};
use domain::time::{Instant, Standing};

struct Beside {
    printer: Arc<Simulated>,
    clock: Arc<Standing>,
    random: Counting,
}

fn beside(folder: Option<&std::path::Path>) -> Beside {
    let clock = Arc::new(Standing::at(Instant::from_micros(0)));
    let printer = match folder {
        Some(folder) => Simulated::with_folder(clock.clone(), folder.to_owned()),
        None => Simulated::new(clock.clone()),
    };
    Beside { printer: Arc::new(printer), clock, random: Counting::default() }
}

/// Ten layers of ten seconds, warmed up first.
fn gcode() -> Vec<u8> {
    let mut gcode = String::from("M140 S60\nM109 S210\nM83\n");
    for layer in 1..=10 {
        gcode.push_str(&format!("G1 Z{:.1} F600\n", f64::from(layer) * 0.2));
        gcode.push_str("G1 X50 E2 F600\nG1 X0 E2\n");
    }
    gcode.into_bytes()
}

impl Stage for Beside {
    fn printer(&self) -> Arc<dyn Printer> {
        self.printer.clone()
    }
    fn random(&self) -> &dyn Random {
        &self.random
    }
    fn long_print(&self) -> Vec<u8> {
        gcode()
    }
    fn cut(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.printer.unplug() })
    }
    fn mend(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.printer.plug_in() })
    }
    fn lose_next_answer(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.printer.lose_next_answer() })
    }
    fn occupy(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.printer.start_from_card() })
    }
    fn vacate(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.printer.end_from_card() })
    }
    fn starts_of(&self, reference: PrintReference) -> BoxFuture<'_, usize> {
        Box::pin(async move { self.printer.started().into_iter().filter(|r| *r == reference).count() })
    }
    fn pass(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.clock.advance(1) })
    }
}

impl Beside {
    async fn placed(&self, gcode: Vec<u8>) -> PrintReference {
        let reference = PrintReference::fresh(&self.random);
        let order =
            PrintOrder { reference, bytes: gcode.len() as u64, gcode: Box::new(std::io::Cursor::new(gcode)) };
        self.printer.place(order).await.unwrap();
        reference
    }
    async fn started(&self, gcode: Vec<u8>) -> PrintReference {
        let reference = self.placed(gcode).await;
        self.tell(Command::Start(reference)).await.unwrap();
        reference
    }
    async fn tell(&self, command: Command) -> Outcome {
        self.printer.command(CommandId::fresh(&self.random), command).await
    }
    async fn activity(&self) -> Activity {
        self.printer.report().await.unwrap().activity
    }
}

#[tokio::test]
async fn keeps_the_contract_in_memory_and_on_disk() {
    contract::holds(&beside(None)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    contract::holds(&beside(Some(folder.path()))).await.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the printer's folder is empty again");
}

#[tokio::test]
async fn keeps_the_contract_with_fewer_abilities() {
    let clock = Arc::new(Standing::at(Instant::from_micros(0)));
    let able = Abilities { cancel: true, files: true, ..Abilities::default() };
    let printer = Arc::new(Simulated::new(clock.clone()).with_abilities(able));
    contract::holds(&Beside { printer, clock, random: Counting::default() }).await.unwrap();
}

#[tokio::test]
async fn heats_then_prints_layer_by_layer_to_the_end() {
    let stage = beside(None);
    let reference = stage.started(gcode()).await;
    let mut layers = Vec::new();
    let mut warmest = 0.0_f64;
    for _ in 0..200 {
        stage.clock.advance(1);
        let report = stage.printer.report().await.unwrap();
        warmest = warmest.max(report.temperatures.nozzle.unwrap().0);
        let progress = report.print.unwrap().progress;
        if let Some(layer) = progress.layer
            && layers.last() != Some(&layer)
        {
            assert!(warmest >= 209.9, "filament was laid at {warmest} degrees");
            layers.push(layer);
        }
        if report.activity == Activity::Finished {
            assert_eq!(progress.fraction, 1.0);
            assert_eq!(stage.printer.recall(reference).await, Ok(Recollection::Finished));
            assert_eq!(layers, (1..=10).collect::<Vec<_>>());
            return;
        }
    }
    panic!("it never finished");
}

#[tokio::test]
async fn the_same_every_time_and_as_fast_as_told() {
    let mut courses = Vec::new();
    for (speed, seconds) in [(1.0, 60), (1.0, 60), (60.0, 1)] {
        let stage = beside(None);
        stage.printer.set_speed(speed);
        stage.started(gcode()).await;
        stage.clock.advance(seconds);
        courses.push(stage.printer.report().await.unwrap().print);
    }
    assert_eq!(courses[0], courses[1]);
    let elapsed = |i: usize| courses[i].unwrap().progress.elapsed.unwrap().0;
    assert!((elapsed(0) - elapsed(2)).abs() < 1e-6, "{courses:?}");
}

#[tokio::test]
async fn asks_when_the_filament_runs_out_and_takes_an_answer_once() {
    let stage = beside(None);
    stage.started(gcode()).await;
    stage.printer.run_out_of_filament();
    let Activity::Asking(question) = stage.activity().await else { panic!("it does not ask") };
    assert_eq!(question.choices.len(), 2);
    let wrong = Command::Answer { question: QuestionId(question.id.0 + 1), choice: 0 };
    assert_eq!(stage.tell(wrong).await, Err(NotDone::Refused(Refusal::NoSuchQuestion)));
    let go_on = Command::Answer { question: question.id, choice: 0 };
    assert_eq!(stage.tell(go_on).await, Ok(()));
    assert_eq!(stage.activity().await, Activity::Printing);
    assert_eq!(stage.tell(go_on).await, Err(NotDone::Refused(Refusal::NoSuchQuestion)));
}

#[tokio::test]
async fn goes_on_printing_while_unplugged_and_forgets_when_switched_off() {
    let stage = beside(None);
    let reference = stage.started(gcode()).await;
    stage.printer.unplug();
    assert_eq!(stage.printer.report().await, Err(NotDone::Unreachable));
    stage.clock.advance(600);
    stage.printer.plug_in();
    assert_eq!(stage.activity().await, Activity::Finished);
    stage.printer.power_cycle();
    assert_eq!(stage.activity().await, Activity::Idle);
    assert_eq!(stage.printer.recall(reference).await, Ok(Recollection::NothingKnown));
}

#[tokio::test]
async fn refuses_and_fails_when_told_to() {
    let stage = beside(None);
    let reference = stage.placed(gcode()).await;
    stage.printer.refuse_next(Refusal::NotPermitted);
    let refused = Err(NotDone::Refused(Refusal::NotPermitted));
    assert_eq!(stage.tell(Command::Start(reference)).await, refused);
    assert_eq!(stage.tell(Command::Start(reference)).await, Ok(()));
    stage.printer.fail();
    assert_eq!(stage.activity().await, Activity::Failed);
}
