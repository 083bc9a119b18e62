//! The pages, one module per noun.

pub mod ask;
pub mod card;
pub mod console;
pub mod elsewhere;
pub mod help;
pub mod history;
mod kinds;
pub mod models;
pub mod now;
pub mod passkeys;
pub mod people;
pub mod printers;
pub mod privacy;
pub mod prove;
pub mod queue;
pub mod requests;
pub mod restriction;
mod row;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod slicings;
pub mod versions;
