//! What tests of several floors need to say what really happened: real programs of somebody else's, and a search for
//! what must not be there. Knows nothing of the house.
//!
//! | module | what for |
//! |---|---|
//! | [`octoprint`] | a real OctoPrint with its virtual printer, and the hands of its own user |
//! | [`oidc`] | real OpenID providers, and somebody who signs in there |
//! | [`policy`] | which company's policy the run stands under |
//! | [`postgres`] | new empty databases on the run's PostgreSQL, and all that they hold |
//! | [`smtp`] | a real SMTP server that keeps every letter |
//! | [`traces`] | looks for canaries and pieces of a file, also where they are encoded or compressed |
//! | [`log`] | everything that this process logs |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test that cannot go on stops"
)]

pub mod log;
pub mod octoprint;
pub mod oidc;
pub mod policy;
pub mod postgres;
pub mod smtp;
pub mod traces;
