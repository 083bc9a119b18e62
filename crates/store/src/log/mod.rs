//! The access log: who looked at, exported, disclosed or erased whose data, as leaves of a Merkle tree.
//!
//! A leaf is written in the transaction that authorises the act. A sequencer gives leaves their place and writes
//! the tree as C2SP tiles with a signed checkpoint, so that foreign tools can check it. No leaf ever holds an
//! identifier that names a person: subjects and actors stand in it under pseudonyms derived from their keys, which
//! turn to noise when a key is destroyed, while every hash stays right.

mod bind;
mod giving;
pub(crate) mod leaf;
mod line;
pub(crate) mod note;
mod paper;
mod proof;
mod sequence;
mod statement;
mod tiles;
pub mod tree;
mod verify;

pub use bind::{Notes, check};
pub use line::{Line, prove};
pub use note::Checkpoint;
pub use paper::{Paper, verify_paper, verify_since};
pub(crate) use sequence::AccessLog;
pub use statement::Statement;
pub use verify::{Broken, Verified, verify};
