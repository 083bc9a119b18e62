//! Untrusted files: what they are, whether they are sound, how they look, and what a slicer makes of them.
//!
//! Everything that touches a stranger's bytes runs in a confined child process; the server only starts it,
//! hears its messages and ends it. This crate must never open a socket, and never parse a stranger's file in
//! the process that serves people.
//!
//! The server calls [`inspect`], [`slice()`] and [`gate`]; its own program, started again with the configured
//! arguments, calls [`child::main`].

mod api;
pub mod check;
pub mod child;
pub mod fit;
pub mod gcode;
pub mod mesh;
pub mod neutral;
pub mod picture;
pub mod problem;
pub mod process;
pub mod read;
pub mod sandbox;
pub mod slice;
pub mod sniff;
pub mod strip;
pub mod topology;
mod work;

pub use api::{Config, Gated, Inspection, gate, inspect};
pub use problem::{Outcome, Problem};
pub use process::CancelToken;
pub use slice::{SliceOrder, Sliced, slice};
