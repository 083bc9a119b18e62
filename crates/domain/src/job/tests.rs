//! The table of moves, and what no sequence of events can bring about.

use super::*;
use proptest::prelude::*;

use crate::printer::command::Refusal;

fn check(from: JobState, event: Event, to: JobState) {
    assert_eq!(step(from, event), Ok(Move { from, to }), "{from:?} on {event:?}");
}

#[test]
fn the_usual_life() {
    use JobState as S;
    check(S::Queued, Event::Assigned, S::Sending);
    check(S::Sending, Event::StartSaved, S::Starting);
    check(S::Starting, Event::StartAnswered(Ok(())), S::Starting);
    check(S::Starting, Event::Seen(Seen::Printing), S::Printing);
    check(S::Printing, Event::PauseAsked, S::Pausing);
    check(S::Pausing, Event::Seen(Seen::Printing), S::Pausing);
    check(S::Pausing, Event::Seen(Seen::Paused), S::Paused);
    check(S::Paused, Event::Seen(Seen::Printing), S::Printing);
    check(S::Printing, Event::CancelAsked, S::Cancelling);
    check(S::Cancelling, Event::Seen(Seen::Printing), S::Cancelling);
    check(S::Cancelling, Event::Seen(Seen::Failed), S::Cancelled);
    check(S::Printing, Event::Seen(Seen::Finished), S::Finished);
}

#[test]
fn a_lost_link_is_unknown_from_everywhere_and_failed_from_nowhere() {
    for from in JobState::ALL.into_iter().filter(|s| s.may_be_on_the_bed()) {
        check(from, Event::ContactLost, JobState::Unknown);
        check(from, Event::SeenWithoutIt, JobState::Unknown);
        check(from, Event::Recalled(Recollection::NothingKnown), JobState::Unknown);
    }
    check(JobState::Unknown, Event::Seen(Seen::Printing), JobState::Printing);
    check(JobState::Unknown, Event::Recalled(Recollection::Finished), JobState::Finished);
    check(JobState::Unknown, Event::PersonSaid(Verdict::Lost), JobState::Failed);
}

#[test]
fn a_lost_answer_to_start_is_unknown_and_a_refusal_is_held() {
    check(JobState::Starting, Event::StartAnswered(Err(NotDone::AnswerLost)), JobState::Unknown);
    for why in [NotDone::Busy, NotDone::Unreachable, NotDone::Refused(Refusal::NoSuchFile)] {
        check(JobState::Starting, Event::StartAnswered(Err(why)), JobState::Held);
    }
}

#[test]
fn what_is_over_stays_over() {
    for from in JobState::ALL.into_iter().filter(|s| s.is_over()) {
        for event in events() {
            if let Ok(m) = step(from, event) {
                assert!(!m.changes(), "{from:?} left by {event:?}");
            }
        }
    }
}

#[test]
fn a_printer_that_is_at_it_has_not_said_that_it_goes_on() {
    for from in [JobState::Printing, JobState::Pausing, JobState::Paused, JobState::Cancelling] {
        check(from, Event::Recalled(Recollection::Running), from);
    }
    for doubtful in [JobState::Starting, JobState::Unknown] {
        check(doubtful, Event::Recalled(Recollection::Running), JobState::Printing);
    }
}

fn events() -> Vec<Event> {
    let mut all = vec![
        Event::HeldBack,
        Event::Released,
        Event::Assigned,
        Event::FileNotPlaced(NotDone::Unreachable),
        Event::StartSaved,
        Event::StartAnswered(Ok(())),
        Event::StartAnswered(Err(NotDone::AnswerLost)),
        Event::StartAnswered(Err(NotDone::Busy)),
        Event::PauseAsked,
        Event::CancelAsked,
        Event::SeenWithoutIt,
        Event::ContactLost,
    ];
    all.extend(Verdict::ALL.map(Event::PersonSaid));
    all.extend(
        [
            Seen::Printing,
            Seen::Pausing,
            Seen::Paused,
            Seen::Cancelling,
            Seen::Finished,
            Seen::Cancelled,
            Seen::Failed,
        ]
        .map(Event::Seen),
    );
    all.extend(
        [
            Recollection::Running,
            Recollection::Finished,
            Recollection::EndedEarly,
            Recollection::NothingKnown,
            Recollection::NoSuchFile,
        ]
        .map(Event::Recalled),
    );
    all
}

proptest! {
    /// Whatever happens in whatever order, a second START is saved only after the printer said for certain that
    /// the first did nothing.
    #[test]
    fn at_most_one_start_can_have_reached_the_printer(
        picks in prop::collection::vec(0..events().len(), 0..200)
    ) {
        let events = events();
        let mut state = JobState::Queued;
        let mut started_and_not_denied = 0;
        for event in picks.into_iter().map(|i| events[i]) {
            let Ok(m) = step(state, event) else { continue };
            if m.changes() {
                match event {
                    Event::StartSaved => started_and_not_denied += 1,
                    Event::StartAnswered(Err(why)) if why.nothing_happened() && m.from == JobState::Starting => {
                        started_and_not_denied -= 1;
                    }
                    _ => {}
                }
            }
            state = m.to;
            prop_assert!(started_and_not_denied <= 1);
            prop_assert_eq!(
                started_and_not_denied == 1 && !state.is_over(),
                state.may_be_on_the_bed(),
                "a job may be on the bed exactly if one START is out: {:?}", state
            );
        }
    }
}

#[test]
fn what_a_printer_may_be_at_is_never_taken_out_of_the_queue() {
    for state in JobState::ALL {
        let waits = matches!(state, JobState::Queued | JobState::Held | JobState::Sending);
        assert_eq!(step(state, Event::TakenOut).is_ok(), waits, "{state:?}");
    }
}
