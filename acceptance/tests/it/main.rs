//! Stories of the whole product over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

/// Runs each story in a new house on each engine.
macro_rules! both {
    ($($story:ident)+) => {$(
        mod $story {
            #[tokio::test]
            async fn on_sqlite() {
                super::$story(acceptance::House::new("house").await).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$story(acceptance::House::on_postgres("house").await).await;
            }
        }
    )+};
}

mod accounts;
mod acquisitions;
mod agents;
mod apart;
mod api;
mod breaches;
mod canada;
mod children;
mod console;
mod corrections;
mod cuts;
mod declared;
mod disclosures;
mod elsewhere;
mod holds;
mod key_in_a_pocket;
mod letters;
mod machines;
mod measures;
mod models;
mod passkeys;
mod printing;
mod privacy_centre;
mod register;
mod requests;
mod restrictions;
mod routes;
mod scene;
mod security;
mod telling;
mod things;
mod unused;
mod versions;
