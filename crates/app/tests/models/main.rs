//! Models from the first byte of an upload to the toolpath, with the real child and the real slicer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

/// Runs each check on a new house on each engine.
macro_rules! both {
    ($($check:ident)+) => {$(
        mod $check {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$check($crate::house::House::sqlite().await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$check($crate::house::House::postgres().await).await;
            }
        }
    )+};
}

mod child_messages;
mod hostile;
mod house;
mod library;
mod printed;
mod slicing;
mod uploads;
