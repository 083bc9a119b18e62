//! Messages out: mail, over the mail server that the operator named.
//!
//! It sends what a [`privacy::Outbound`] holds and nothing else: it composes no text, adds nothing about the house's
//! machine, never reads the store, and never logs or returns an address, a text or a password.
//!
//! | module | what for |
//! |---|---|
//! | [`Letter`] | one plain text to one person, out of an envelope |
//! | [`Courier`] | hands letters to the mail server, and says how that ended |

mod letter;
mod sending;
mod server;

pub use letter::{Letter, NotALetter, SUBJECT, TEXT, TO};
pub use sending::{Courier, Delay, NotSent, Receipt};
pub use server::Misconfigured;
