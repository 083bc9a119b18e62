//! The machines: one driver per protocol behind one small trait.
//!
//! A driver never knows a person. It is given a random reference, bytes and machine facts; the file on the machine
//! is named by that reference only. What a machine says about itself is redacted where it comes in.
//!
//! | module | what for |
//! |---|---|
//! | [`driver`] | the trait that every driver implements |
//! | [`link`] | decides what to do next about one connection; pure |
//! | [`supervise`] | one task per printer that does what `link` decides and publishes what the printer says |
//! | [`once`] | the same command is never carried out twice |
//! | [`redact`] | what a machine says about itself is cut down to what is needed |
//! | [`egress`] | the names of everything that is ever sent to a machine |
//! | [`contract`] | what every driver must do, as a test that runs against any of them |
//! | [`simulated`] | a printer that is not there; ships |
//! | [`octoprint`] | OctoPrint |

pub mod contract;
pub mod driver;
pub mod egress;
pub mod link;
pub mod octoprint;
pub mod once;
pub mod redact;
pub mod simulated;
pub mod supervise;

pub use driver::{Picture, PrintOrder, Printer, Removal, Watch};
