//! The reasons for waiting, one by one, and the properties that hold whatever happens.

use super::world::World;
use super::*;
use crate::printer::report::{Report, Temperatures};
use crate::printer::state::Bed;
use crate::random::Counting;
use crate::units::Millimetres;
use proptest::prelude::*;

const NOON: Instant = Instant::from_micros(1_000_000_000_000);

struct Scene {
    job: Waiting,
    machine: Machine,
}

/// One job and one printer that would take it at once.
fn scene() -> Scene {
    let random = Counting::default();
    let printer = PrinterId::fresh(&random);
    let report =
        Report { at: NOON, activity: Activity::Idle, print: None, temperatures: Temperatures::default() };
    Scene {
        job: Waiting {
            id: JobId::fresh(&random),
            reference: PrintReference::fresh(&random),
            state: JobState::Queued,
            since: NOON,
            printers: vec![printer],
            printer: None,
            placed: None,
            size: None,
            material: None,
            asked: None,
        },
        machine: Machine {
            id: printer,
            standing: Standing { bed: Bed::SaidClear(NOON), report: Some(report), ..Standing::unknown() },
            volume: Some(cube(200.0)),
            material: Some(Material::named("PLA")),
        },
    }
}

fn cube(side: f64) -> Volume {
    Volume::new(Millimetres(side), Millimetres(side), Millimetres(side))
}

fn check_wait(change: impl FnOnce(&mut Scene), expected: impl FnOnce(PrinterId) -> Wait) {
    let mut scene = scene();
    change(&mut scene);
    let plan = plan(&[scene.job.clone()], &[scene.machine.clone()], NOON);
    assert_eq!(plan.actions, []);
    assert_eq!(plan.waiting, [(scene.job.id, expected(scene.machine.id))]);
}

fn check_act(change: impl FnOnce(&mut Scene), expected: impl FnOnce(JobId, PrinterId) -> Action) {
    let mut scene = scene();
    change(&mut scene);
    let plan = plan(&[scene.job.clone()], &[scene.machine.clone()], NOON);
    assert_eq!(plan.actions, [expected(scene.job.id, scene.machine.id)]);
}

fn activity(scene: &mut Scene, activity: Activity) {
    scene.machine.standing.report.as_mut().unwrap().activity = activity;
}

#[test]
fn a_free_printer_takes_the_job() {
    check_act(|_| {}, |job, printer| Action::Send { job, printer });
}

#[test]
fn a_printer_of_which_nobody_said_what_is_loaded_takes_any_material() {
    check_act(
        |s| {
            s.job.material = Some(Material::named("PETG"));
            s.machine.material = None;
        },
        |job, printer| Action::Send { job, printer },
    );
}

#[test]
fn every_reason_to_wait() {
    check_wait(|s| s.job.state = JobState::Held, |_| Wait::Held);
    check_wait(|s| s.job.printers.clear(), |_| Wait::NobodyLinked);
    check_wait(|s| s.job.size = Some(cube(201.0)), |_| Wait::NoPrinterBigEnough);
    check_wait(
        |s| s.job.material = Some(Material::named("PETG")),
        |p| Wait::NeedsMaterial(p, Material::named("PETG")),
    );
    check_wait(|s| s.machine.standing.bed = Bed::NotSaidClear, Wait::ClearBed);
    check_wait(|s| activity(s, Activity::Busy), Wait::PrinterBusy);
    check_wait(|s| activity(s, Activity::NotOperational), Wait::PrinterBusy);
    check_wait(|s| s.machine.standing.contact_lost = true, Wait::NoContact);
    check_wait(|s| s.machine.standing.duty = Duty::Off, Wait::OffDuty);
    check_wait(
        |s| {
            sending(s);
            s.machine.standing.sending = Some(s.job.id);
        },
        Wait::FileOnItsWay,
    );
}

#[test]
fn a_file_that_nobody_sends_any_more_is_sent_again() {
    check_act(sending, |job, printer| Action::Send { job, printer });
}

fn sending(scene: &mut Scene) {
    scene.job.state = JobState::Sending;
    scene.job.printer = Some(scene.machine.id);
}

#[test]
fn the_second_job_waits_for_the_first() {
    let Scene { job, machine } = scene();
    let second = Waiting { id: JobId::from_uuid(uuid::Uuid::max()), ..job.clone() };
    let plan = plan(&[job.clone(), second.clone()], std::slice::from_ref(&machine), NOON);
    assert_eq!(plan.actions, [Action::Send { job: job.id, printer: machine.id }]);
    assert_eq!(plan.waiting, [(second.id, Wait::AnotherJobFirst(machine.id))]);
}

#[test]
fn a_placed_file_starts_only_on_a_fresh_reading_and_a_clear_bed() {
    let placed = |scene: &mut Scene| {
        sending(scene);
        scene.job.placed = Some(NOON);
    };
    check_act(placed, |job, printer| Action::Start { job, printer });
    check_wait(
        |s| {
            placed(s);
            s.machine.standing.bed = Bed::NotSaidClear;
        },
        Wait::ClearBed,
    );
    check_wait(
        |s| {
            placed(s);
            s.machine.standing.report.as_mut().unwrap().at = NOON.plus_seconds(-1);
        },
        Wait::FileOnItsWay,
    );
}

#[test]
fn a_job_in_doubt_is_asked_about_and_never_started() {
    let unknown = |scene: &mut Scene| {
        sending(scene);
        scene.job.state = JobState::Unknown;
        scene.job.placed = Some(NOON);
    };
    check_act(unknown, |job, printer| Action::Ask { job, printer });
    check_wait(
        |s| {
            unknown(s);
            s.job.asked = Some(NOON);
        },
        Wait::NobodyKnows,
    );
    check_wait(
        |s| {
            unknown(s);
            s.machine.standing.contact_lost = true;
        },
        Wait::NobodyKnows,
    );
}

#[test]
fn nobody_is_asked_about_what_nobody_doubts() {
    // The reading that said so is older than the state that it led to.
    for state in [JobState::Printing, JobState::Pausing, JobState::Paused, JobState::Cancelling] {
        let mut scene = scene();
        sending(&mut scene);
        scene.job.state = state;
        scene.job.placed = Some(NOON);
        let plan = plan(&[scene.job], &[scene.machine], NOON);
        assert!(plan.actions.is_empty() && plan.waiting.is_empty(), "{state:?}: {plan:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Printers, people, links and answers do what they like, in any order; the house follows the plan.
    #[test]
    fn whatever_happens(choices in prop::collection::vec(any::<u32>(), 0..400)) {
        let mut world = World::new(2, 4);
        for choice in choices {
            world.happen(choice);
            if let Some(wrong) = world.broken_rule() {
                prop_assert!(false, "{}", wrong);
            }
        }
    }

    /// Every job that is not over and not plainly printing is either acted on or told why it waits.
    #[test]
    fn nobody_waits_without_a_reason(choices in prop::collection::vec(any::<u32>(), 0..100)) {
        let mut world = World::new(2, 3);
        for choice in choices {
            world.happen(choice);
        }
        let plan = world.plan();
        for job in world.open_jobs() {
            let acted = plan.actions.iter().any(|a| {
                let (Action::Send { job: id, .. } | Action::Start { job: id, .. } | Action::Ask { job: id, .. }) = a;
                *id == job.id
            });
            let told = plan.waiting.iter().any(|(id, _)| *id == job.id);
            let waits = matches!(job.state, JobState::Queued | JobState::Held | JobState::Sending);
            prop_assert!(!waits || acted != told, "{:?}", job);
        }
    }
}

/// The properties would not notice a planner that never does anything.
#[test]
fn the_world_does_print() {
    let mut choice = 1_u32;
    let mut starts = 0;
    for _ in 0..100 {
        let mut world = World::new(2, 4);
        for _ in 0..400 {
            choice = choice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            world.happen(choice >> 4);
        }
        starts += world.starts();
    }
    assert!(starts >= 100, "only {starts} prints were started in 100 worlds");
}
