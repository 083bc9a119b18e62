//! Decides what to do next about one connection to one printer. Pure: whoever asks does it, and tells what came
//! of it, so that network misery is tested without a network.
//!
//! Knows only whether the printer answers, never what it prints. A lost link is told as lost, with the instant
//! when the printer was last heard; it is nobody's failure.

use domain::time::Instant;

/// How patient a link is. All times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two questions when nothing is pushed.
    pub poll: i64,
    /// Without a push for so long, the printer is asked all the same.
    pub quiet: i64,
    /// Before the first new attempt after a failure; doubled with each further one.
    pub first_retry: i64,
    /// The longest wait between attempts.
    pub longest_retry: i64,
    /// Before a refused key or a refused watch is tried again.
    pub refused_retry: i64,
    /// So many failures in a row make a link lost.
    pub failures_to_lose: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: 2_000,
            quiet: 10_000,
            first_retry: 1_000,
            longest_retry: 60_000,
            refused_retry: 300_000,
            failures_to_lose: 2,
        }
    }
}

/// What to do next. A closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask who it is and what it does, knowing nothing: at the beginning, and after the link was lost.
    Introduce,
    /// Open the push connection.
    Watch,
    /// Ask what it does.
    Poll,
    /// Nothing before this instant, except listen to what is pushed.
    Wait(Instant),
}

/// What came of a step, or came by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It answered, or pushed something.
    Heard,
    /// The push connection is open.
    WatchOpened,
    /// It pushes nothing, or not to us.
    WatchRefused,
    /// The push connection ended.
    WatchEnded,
    /// No answer, or none that makes sense.
    Silence,
    /// It answered that our key is not accepted.
    KeyRefused,
}

/// Whether the printer is in contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// It has not answered yet.
    NotYet,
    /// It answers.
    Made,
    /// It does not answer any more.
    Lost {
        /// When it was last heard.
        since: Instant,
    },
    /// It answers, but does not accept our key: somebody has to pair again.
    KeyRefused {
        /// When it was last heard before that; `None` if never.
        since: Option<Instant>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Stranger,
    Introduced,
    Polling { watch_again: Instant },
    Watching,
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Link {
    pace: Pace,
    watchable: bool,
    /// Between 0 and 255: shifts retries, so that a thousand printers do not come back in one instant.
    spread: u8,
    phase: Phase,
    failures: u32,
    not_before: Instant,
    heard: Option<Instant>,
    key_refused: bool,
    curious: bool,
}

impl Link {
    /// A connection that has not been tried yet.
    pub const fn new(pace: Pace, watchable: bool, spread: u8, now: Instant) -> Self {
        Self {
            pace,
            watchable,
            spread,
            phase: Phase::Stranger,
            failures: 0,
            not_before: now,
            heard: None,
            key_refused: false,
            curious: false,
        }
    }

    /// What to do at `now`.
    pub fn next(&self, now: Instant) -> Step {
        if now < self.not_before {
            return Step::Wait(self.not_before);
        }
        match self.phase {
            Phase::Stranger => Step::Introduce,
            Phase::Polling { .. } | Phase::Watching if self.curious => Step::Poll,
            Phase::Introduced => Step::Watch,
            Phase::Polling { watch_again } if self.watchable && now >= watch_again => Step::Watch,
            Phase::Polling { .. } => Step::Poll,
            Phase::Watching => {
                let due = self.heard.map_or(now, |heard| heard.plus_millis(self.pace.quiet));
                if now < due { Step::Wait(due) } else { Step::Poll }
            }
        }
    }

    /// Takes note of what came of it.
    pub fn note(&mut self, happened: Happened, now: Instant) {
        self.curious = false;
        match happened {
            Happened::Heard => self.heard(now),
            Happened::WatchOpened => self.phase = Phase::Watching,
            Happened::WatchRefused => {
                self.phase = Phase::Polling { watch_again: now.plus_millis(self.pace.refused_retry) };
            }
            // Something may have been missed: begin again, at once but not in a tight circle.
            Happened::WatchEnded => {
                self.phase = Phase::Stranger;
                self.not_before = now.plus_millis(self.pace.first_retry);
            }
            Happened::Silence => {
                self.failures = self.failures.saturating_add(1);
                self.phase = Phase::Stranger;
                self.not_before = now.plus_millis(self.retry());
            }
            Happened::KeyRefused => {
                self.key_refused = true;
                self.phase = Phase::Stranger;
                self.not_before = now.plus_millis(self.pace.refused_retry);
            }
        }
    }

    fn heard(&mut self, now: Instant) {
        self.heard = Some(now);
        self.failures = 0;
        self.key_refused = false;
        match self.phase {
            Phase::Stranger if self.watchable => self.phase = Phase::Introduced,
            Phase::Stranger => {
                self.phase = Phase::Polling { watch_again: now };
                self.not_before = now.plus_millis(self.pace.poll);
            }
            Phase::Polling { .. } => self.not_before = now.plus_millis(self.pace.poll),
            Phase::Introduced | Phase::Watching => {}
        }
    }

    /// Somebody is curious: the next step is due at once.
    pub fn hurry(&mut self, now: Instant) {
        self.not_before = self.not_before.min(now);
        self.curious = true;
    }

    /// Whether the printer is in contact.
    pub fn contact(&self) -> Contact {
        match self.heard {
            since if self.key_refused => Contact::KeyRefused { since },
            None => Contact::NotYet,
            Some(since) if self.failures >= self.pace.failures_to_lose => Contact::Lost { since },
            Some(_) => Contact::Made,
        }
    }

    fn retry(&self) -> i64 {
        let doublings = self.failures.saturating_sub(1).min(20);
        let wait = self.pace.first_retry.saturating_mul(1 << doublings).min(self.pace.longest_retry);
        wait - wait * i64::from(self.spread) / 1_024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_micros(0);

    fn link(watchable: bool) -> Link {
        Link::new(Pace::default(), watchable, 0, START)
    }

    #[test]
    fn introduces_then_watches_then_asks_when_it_is_quiet() {
        let mut link = link(true);
        assert_eq!((link.next(START), link.contact()), (Step::Introduce, Contact::NotYet));
        link.note(Happened::Heard, START);
        assert_eq!((link.next(START), link.contact()), (Step::Watch, Contact::Made));
        link.note(Happened::WatchOpened, START);
        let quiet = START.plus_millis(10_000);
        assert_eq!(link.next(START), Step::Wait(quiet));
        assert_eq!(link.next(quiet), Step::Poll);
        link.note(Happened::Heard, quiet);
        assert_eq!(link.next(quiet), Step::Wait(quiet.plus_millis(10_000)));
        link.hurry(quiet);
        assert_eq!(link.next(quiet), Step::Poll);
        link.note(Happened::Heard, quiet);
        assert_eq!(link.next(quiet), Step::Wait(quiet.plus_millis(10_000)));
    }

    #[test]
    fn polls_where_nothing_is_pushed_and_tries_the_watch_again_later() {
        let mut link = link(true);
        link.note(Happened::Heard, START);
        link.note(Happened::WatchRefused, START);
        assert_eq!(link.next(START), Step::Poll);
        link.note(Happened::Heard, START);
        assert_eq!(link.next(START), Step::Wait(START.plus_millis(2_000)));
        assert_eq!(link.next(START.plus_millis(300_000)), Step::Watch);
    }

    #[test]
    fn backs_off_with_bounds_and_introduces_itself_again() {
        let mut link = link(false);
        link.note(Happened::Heard, START);
        let mut now = START.plus_millis(2_000);
        let mut waits = Vec::new();
        for _ in 0..9 {
            link.note(Happened::Silence, now);
            let Step::Wait(until) = link.next(now) else { panic!("no wait after a failure") };
            waits.push((until.micros() - now.micros()) / 1_000_000);
            assert_eq!(link.next(until), Step::Introduce);
            now = until;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(link.contact(), Contact::Lost { since: START });
        link.note(Happened::Heard, now);
        assert_eq!(link.contact(), Contact::Made);
    }

    #[test]
    fn one_failure_is_not_yet_a_lost_link() {
        let mut link = link(false);
        link.note(Happened::Heard, START);
        link.note(Happened::Silence, START);
        assert_eq!(link.contact(), Contact::Made);
        link.note(Happened::Silence, START);
        assert_eq!(link.contact(), Contact::Lost { since: START });
    }

    #[test]
    fn a_refused_key_is_a_state_of_its_own_and_rarely_tried() {
        let mut link = link(true);
        link.note(Happened::Heard, START);
        link.note(Happened::KeyRefused, START);
        assert_eq!(link.contact(), Contact::KeyRefused { since: Some(START) });
        assert_eq!(link.next(START), Step::Wait(START.plus_millis(300_000)));
        link.hurry(START);
        assert_eq!(link.next(START), Step::Introduce);
    }

    #[test]
    fn neighbours_do_not_come_back_together() {
        let waits: std::collections::HashSet<i64> =
            [0, 64, 128, 255].map(|spread| Link { spread, failures: 9, ..link(false) }.retry()).into();
        assert_eq!(waits.len(), 4);
        assert!(waits.iter().all(|w| (45_000..=60_000).contains(w)), "{waits:?}");
    }
}
