//! Stories of the whole product over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

mod accounts;
mod api;
mod console;
mod declared;
mod models;
mod printing;
mod privacy_centre;
mod routes;
mod security;
