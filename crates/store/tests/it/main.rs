//! The store, on both engines: the same suite on SQLite and on a real PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test may stop where it stands"
)]

/// Runs each check on a new house on each engine.
macro_rules! both {
    ($($check:ident)+) => {$(
        mod $check {
            #[tokio::test]
            async fn on_sqlite() {
                super::$check($crate::house::House::sqlite().await).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$check($crate::house::House::postgres().await).await;
            }
        }
    )+};
}

mod access_log;
mod backup;
mod blobs;
mod breaches;
mod canary;
mod data_map;
mod disclosures;
mod erasure;
mod house;
mod keys;
mod printers;
mod proofs;
mod records;
mod retention;
mod versions;
mod work;
