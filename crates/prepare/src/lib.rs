//! Untrusted files: what they are, whether they are sound, how they look, and what a slicer makes of them.
//!
//! Everything that touches a stranger's bytes runs in a confined child process; the server only starts it,
//! hears its messages and ends it. This crate must never open a socket, and never parse a stranger's file in
//! the process that serves people.

pub mod check;
pub mod fit;
pub mod gcode;
pub mod mesh;
pub mod neutral;
pub mod picture;
pub mod problem;
pub mod read;
pub mod sniff;
pub mod strip;
pub mod topology;
