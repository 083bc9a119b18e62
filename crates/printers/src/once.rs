//! The memory of carried-out commands: the same id is never carried out twice, whatever the caller does.
//!
//! It remembers the last commands of one connection, in this process only. What must outlive a crash is the job's
//! own state, saved before START is sent.

use domain::ids::CommandId;
use domain::printer::{NotDone, Outcome};
use std::collections::VecDeque;
use tokio::sync::Mutex;

/// So many commands are remembered.
const REMEMBERED: usize = 256;

/// Remembers what was carried out, and lets one command through at a time.
#[derive(Debug, Default)]
pub struct Once {
    done: Mutex<VecDeque<(CommandId, Outcome)>>,
}

impl Once {
    /// Carries `work` out, unless the command with this id was, or may have been, carried out already: then tells
    /// how that went. A command of which it is certain that nothing happened may be tried again.
    pub async fn carry_out(&self, id: CommandId, work: impl Future<Output = Outcome>) -> Outcome {
        let mut done = self.done.lock().await;
        if let Some((_, outcome)) = done.iter().find(|(other, _)| *other == id) {
            return *outcome;
        }
        // Written down before it is sent: whoever stops waiting half-way must not be able to send it again.
        done.push_back((id, Err(NotDone::AnswerLost)));
        if done.len() > REMEMBERED {
            done.pop_front();
        }
        let outcome = work.await;
        match outcome {
            Err(why) if why.nothing_happened() => {
                done.pop_back();
            }
            _ => {
                if let Some(entry) = done.back_mut() {
                    entry.1 = outcome;
                }
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::random::Counting;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn only_what_certainly_did_not_happen_is_tried_again() {
        let (once, random) = (Once::default(), Counting::default());
        for (outcome, times) in [
            (Ok(()), 1),
            (Err(NotDone::AnswerLost), 1),
            (Err(NotDone::Unreachable), 3),
            (Err(NotDone::Busy), 3),
        ] {
            let id = CommandId::fresh(&random);
            let carried_out = AtomicUsize::new(0);
            for _ in 0..3 {
                let work = async {
                    carried_out.fetch_add(1, Ordering::SeqCst);
                    outcome
                };
                assert_eq!(once.carry_out(id, work).await, outcome);
            }
            assert_eq!(carried_out.into_inner(), times, "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn a_command_given_up_half_way_is_not_sent_again() {
        let (once, id) = (Once::default(), CommandId::fresh(&Counting::default()));
        let given_up = tokio::select! {
            biased;
            _ = once.carry_out(id, std::future::pending()) => false,
            () = std::future::ready(()) => true,
        };
        assert!(given_up);
        assert_eq!(once.carry_out(id, async { Ok(()) }).await, Err(NotDone::AnswerLost));
    }
}
