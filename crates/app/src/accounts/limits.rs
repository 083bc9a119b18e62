//! How often somebody may try: by where they come from, in memory only, and forgotten soon. What protects one
//! account (the lock-out) lies with the account.

use crate::Refusal;
use core::num::NonZeroU32;
use domain::ids::PersonId;
use domain::time::Instant;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Tries by source: ten at once, then one every six seconds.
pub struct Limits {
    by_source: DefaultKeyedRateLimiter<String>,
    /// Wrong proofs of people who are signed in, and when the last one was.
    wrong_proofs: Mutex<HashMap<PersonId, (u32, Instant)>>,
}

/// How many wrong proofs somebody has, and for how long they count, in seconds.
const WRONG_PROOFS: u32 = 5;
const COUNT_FOR: i64 = 3600;

impl Default for Limits {
    fn default() -> Self {
        let burst = NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN);
        Self { by_source: RateLimiter::keyed(Quota::per_minute(burst)), wrong_proofs: Mutex::default() }
    }
}

impl Limits {
    /// Counts a try from this source.
    ///
    /// # Errors
    /// [`Refusal::TooManyTries`].
    pub(crate) fn try_from_source(&self, source: &str) -> Result<(), Refusal> {
        if self.by_source.len() > 10_000 {
            self.by_source.retain_recent();
        }
        self.by_source.check_key(&source.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Refusal::TooManyTries { minutes: (wait.as_secs() / 60 + 1) as i64 }
        })
    }

    /// Whether somebody who is signed in may try to prove who they are.
    ///
    /// # Errors
    /// [`Refusal::TooManyTries`].
    pub(crate) fn may_prove(&self, person: PersonId, now: Instant) -> Result<(), Refusal> {
        let mut wrong = self.wrong_proofs.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|_, (_, last)| now.seconds_since(*last) < COUNT_FOR);
        match wrong.get(&person) {
            Some((WRONG_PROOFS.., last)) => {
                let minutes = (COUNT_FOR - now.seconds_since(*last)) / 60 + 1;
                Err(Refusal::TooManyTries { minutes })
            }
            _ => Ok(()),
        }
    }

    /// Notes that a proof was wrong.
    pub(crate) fn proved_wrongly(&self, person: PersonId, now: Instant) {
        let mut wrong = self.wrong_proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = wrong.entry(person).or_insert((0, now));
        (*count, *last) = (count.saturating_add(1), now);
    }
}

/// The lock after so many failed tries at one account: none for the first four, then a minute, doubling to an hour.
pub(crate) const fn lock_seconds(failures: i64) -> i64 {
    if failures < 5 {
        return 0;
    }
    let doublings = if failures - 5 > 6 { 6 } else { failures - 5 };
    let seconds = 60_i64 << doublings;
    if seconds > 3600 { 3600 } else { seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_grows_and_stops_growing() {
        let locks: Vec<i64> = [0, 4, 5, 6, 7, 10, 11, 12, 1000].into_iter().map(lock_seconds).collect();
        assert_eq!(locks, [0, 0, 60, 120, 240, 1920, 3600, 3600, 3600]);
    }

    #[test]
    fn one_source_does_not_slow_another() {
        domain::proves!("AF-113", by = "app::accounts::limits::Limits::try_from_source");
        let limits = Limits::default();
        for _ in 0..10 {
            limits.try_from_source("192.0.2.1").unwrap();
        }
        assert!(matches!(limits.try_from_source("192.0.2.1"), Err(Refusal::TooManyTries { .. })));
        limits.try_from_source("192.0.2.2").unwrap();
    }
}
