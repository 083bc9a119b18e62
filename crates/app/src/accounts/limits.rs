//! How often somebody may try: by where they come from, in memory only, and forgotten soon. What protects one
//! account (the lock-out) lies with the account.

use crate::Refusal;
use core::num::NonZeroU32;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Tries by source: ten at once, then one every six seconds.
pub struct Limits {
    by_source: DefaultKeyedRateLimiter<String>,
}

impl Default for Limits {
    fn default() -> Self {
        let burst = NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN);
        Self { by_source: RateLimiter::keyed(Quota::per_minute(burst)) }
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
