//! What people can do with printers, on both engines, with the simulated printer.

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

mod egress;
mod history;
mod house;
mod incognito;
mod kill;
mod kill_erasure;
mod paper;
mod print;
mod queue;
mod staff;
mod stubborn;
mod traces;
mod two;
