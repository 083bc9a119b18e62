//! The trait between the house and a machine. Small on purpose: a driver that needs more is doing too much.
//!
//! No part of it can carry a name, an address or an owner. Its futures are boxed, so that one task can hold any
//! driver.

use crate::egress::Field;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Abilities, Command, NotDone, Outcome, Recollection, Refusal, Report};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use std::fmt;
use tokio::io::AsyncRead;

/// What a printer pushes by itself, until the connection ends.
pub type Watch = BoxStream<'static, Result<Report, NotDone>>;

/// A file on its way to a printer.
pub struct PrintOrder {
    /// The only name it has there.
    pub reference: PrintReference,
    /// How many bytes `gcode` will give. Fewer or more is an error, and leaves no file behind.
    pub bytes: u64,
    /// The toolpath, already checked.
    pub gcode: Box<dyn AsyncRead + Send + Unpin>,
}

impl fmt::Debug for PrintOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrintOrder")
            .field("reference", &self.reference)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// How a file left a printer. Either way it was looked for afterwards and is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It was there and is gone.
    Removed,
    /// It was not there.
    WasAbsent,
}

/// A still picture from a printer's camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type, such as `image/jpeg`.
    pub media_type: String,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// A machine that prints.
///
/// Every method may be called at any time and from several tasks. None panics, waits without bound, or takes
/// silence for an answer: a link that breaks after something was sent is [`NotDone::AnswerLost`].
pub trait Printer: Send + Sync + 'static {
    /// What may be asked of it.
    fn abilities(&self) -> Abilities;

    /// What it says now.
    ///
    /// # Errors
    /// It could not be asked, or its answer was lost or makes no sense. The link decides what that means; a driver
    /// never reports an activity that the machine did not tell.
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>>;

    /// Asks it to do something. The same `id` is never carried out twice: the second time only tells how the
    /// first went.
    fn command(&self, id: CommandId, command: Command) -> BoxFuture<'_, Outcome>;

    /// Places a file on it, and does not start it. Placing the same reference twice leaves one file.
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>>;

    /// Removes a file of ours and what the machine made of it, and looks afterwards whether they are gone.
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>>;

    /// The files of ours that it holds. Other files are not even read.
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>>;

    /// What it remembers of a print of ours; asked when nobody knows what became of it.
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>>;

    /// Looks through its camera.
    fn look(&self) -> BoxFuture<'_, Result<Picture, NotDone>> {
        Box::pin(async { Err(NotDone::Refused(Refusal::NoCamera)) })
    }

    /// Listens to what it pushes.
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        Box::pin(async { Err(NotDone::UnknownCommand) })
    }

    /// Everything that is ever sent to it; nothing else is.
    fn egress_fields(&self) -> &'static [Field];

    /// What it will still hold after a print of ours was removed, in plain words, for the person to read *before*
    /// printing. Empty if nothing.
    fn residue(&self) -> &'static [&'static str];
}

/// The name of a print's file on a machine.
pub fn file_name(reference: PrintReference) -> String {
    format!("{reference}.gcode")
}

/// The print whose file has this name; `None` for every name that is not exactly one of ours.
pub fn reference_of(name: &str) -> Option<PrintReference> {
    let reference: PrintReference = name.strip_suffix(".gcode")?.parse().ok()?;
    (file_name(reference) == name).then_some(reference)
}
