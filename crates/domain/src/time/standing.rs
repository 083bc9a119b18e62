//! A clock for tests. The product is built without it: nobody can move the time of a house.

use super::{Clock, Instant};
use core::sync::atomic::{AtomicI64, Ordering};
use jiff::Timestamp;

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct Standing(AtomicI64);

impl Standing {
    /// A clock that shows this instant.
    pub fn at(instant: Instant) -> Self {
        Self(AtomicI64::new(instant.micros()))
    }
    /// A clock that shows the given ISO 8601 instant; 1970 if the text is none.
    pub fn at_iso(text: &str) -> Self {
        Self::at(Instant::from_micros(text.parse::<Timestamp>().map_or(0, Timestamp::as_microsecond)))
    }
    /// Moves the clock forward (or back, if negative) by so many seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for Standing {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}
