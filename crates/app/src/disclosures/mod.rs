//! Data that leaves for somebody else: what demands it, the release, the ledger, and what people read of it.
//!
//! | module | what for |
//! |---|---|
//! | [`law`] | a court, an authority, a claim of the house: one person records it, another releases it |
//! | [`acquisitions`] | the house passes to somebody else: everybody is told, then what is held goes along |
//! | [`register`] | who may receive something today |
//! | [`ledger`] | what each person reads of hand-overs and looks; what the house can say of itself |
//!
//! On which grounds data may go, and what of it, is decided in [`privacy::disclosure`]. Nothing is released by one person
//! alone, nobody releases what is about themselves, and the line in the ledger is written with the leave to release.

pub mod acquisitions;
mod law;
mod ledger;
mod register;

pub use law::{Entered, Line, Opened, Released, all, enter, may_enter, offered, open, refuse, release};
pub use ledger::{Handed, Report, denied, have_read, mine, news, past, report, report_for, stated};
pub(crate) use register::{MAIL, NOTICE, PROVIDER, carries_for_anybody};
pub use register::{NotServed, Service, carrier, day, serves, silent, under_contract, unsaid};

pub(crate) use ledger::{letter_went, received};
