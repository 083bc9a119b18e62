//! The rules of the house: policy as data, and the pure functions that decide by it.
//!
//! Four kinds of file make a [`Book`]: the data map (`policy/data.toml`: everything the program can hold), a
//! profile (`policy/profiles/<company>.toml`: what may be done with it, why and for how long), the roles
//! (`policy/roles.toml`) and what may leave the house (`policy/egress.toml`). The compiler joins them; whatever
//! they do not allow cannot be stored, read or sent. Export, erasure and retention are computed from the same
//! files ([`plan`]), so that none of them can forget a column.
//!
//! Pure: no I/O, no clock, no SQL, no HTTP, no printer.

mod book;
pub mod breach;
pub mod california;
pub mod canada;
mod check;
pub mod clock;
pub mod consent_receipt;
pub mod cookie;
pub mod data_map;
mod decide;
pub mod diff;
pub mod disclosure;
mod map;
pub mod notice;
mod outbound;
pub mod plan;
mod problem;
mod profile;
mod redact;
pub mod request;
pub mod restriction;
mod roles;
pub mod versions;
pub mod vocabularies;

pub use book::{Book, Sources};
pub use decide::{Act, Ask, Facts, Refusal, Scope, Whose, decide, decide_bound};
pub use map::{About, Blob, Category, Column, DataMap, Export, Place, Seal, Table};
pub use outbound::{Destination, Egress, NotSendable, Outbound};
pub use problem::{Problem, Reading};
pub use profile::{
    Accept, Basis, Channel, Duty, Ending, Ground, History, Idle, Keep, Kind, Module, Profile, Purpose,
    Recipient, RecipientRole, Rule, Safeguard,
};
pub use redact::Personal;
pub use roles::{Permission, Roles};
