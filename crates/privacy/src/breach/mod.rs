//! A breach of data, from the moment the house knows of it: what was exposed and who can read it, by when whom it must be told
//! (GDPR Art. 33 and 34), and where it stands.
//!
//! A [`Case`] is what happened, told again in order; its state is computed from that and is never set. What can be read is
//! computed from the data map and from the keys that were exposed with it ([`findings`]), never from anybody's word. How great
//! the risk is decides a named person, with a reason; what follows from that is decided here. Pure.

mod case;
mod exposed;
mod happened;
mod reach;

#[cfg(test)]
mod tests;

pub use case::{Authority, Case, People, Wrong};
pub use exposed::{Exposed, Exposure, Turn};
pub use happened::{Happened, Phase, Risk, Topic};
pub use reach::{Finding, Holds, Place, Reading, findings, places};
