//! The program itself: as somebody at a terminal meets it, and as processes that are killed beside real machines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]
#![allow(clippy::disallowed_methods, reason = "it starts the program")]

mod commands;
mod deaths;
mod running;
mod verify;
