//! A printer as the house knows it: what it can do, what it last said, how long ago that was, and what may be
//! asked of it.
//!
//! Knows no vendor and no person. Never turns silence into a statement: a printer that says nothing is neither
//! idle nor failed.

pub mod abilities;
pub mod command;
pub mod report;
pub mod state;

pub use abilities::{Abilities, Material, Volume};
pub use command::{Command, NotDone, Outcome, Refusal};
pub use report::{
    Activity, Choice, Print, Progress, Question, QuestionId, Recollection, Report, Temperatures,
};
pub use state::{Bed, Duty, Standing, State};
