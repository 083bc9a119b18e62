//! The pages, one module per noun.

pub mod help;
pub mod models;
pub mod now;
pub mod people;
pub mod privacy;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod slicings;
