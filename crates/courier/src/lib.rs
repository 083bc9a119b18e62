//! Messages out: mail, over the mail server that the operator named, and the question who somebody is, to the provider that they named.
//!
//! It sends what a [`privacy::Outbound`] holds and nothing else: it composes no text, adds nothing about the house's
//! machine, never reads the store, and never logs or returns an address, a text or a password.
//!
//! | module | what for |
//! |---|---|
//! | [`Letter`] | one plain text to one person, out of an envelope |
//! | [`Courier`] | hands letters to the mail server, and says how that ended |
//! | [`Provider`] | an OpenID provider, which says by a number of its own who somebody is |

mod letter;
mod provider;
mod sending;
mod server;

pub use letter::{Letter, NotALetter, SUBJECT, TEXT, TO};
pub use provider::{CODE, NONCE, NotAProvider, NotSaid, Provider, STATE, VERIFIER};
pub use sending::{Courier, Delay, NotSent, Receipt};
pub use server::Misconfigured;
