//! Models: what people stored to print, from the first byte of an upload to the toolpath that a printer takes.
//!
//! A file becomes a model only after a confined child has read it whole; until then it is an [`Arriving`] upload, and
//! a refused one leaves nothing but the sentence why. Where the policy forbids shapes none is taken in, whatever the
//! file calls itself.

mod admission;
mod arriving;
mod library;
mod slicings;
mod uploads;

pub use admission::takes_shapes;
pub use arriving::{Arriving, Stage};
pub use library::{
    Model, Sort, erase, fits, get, list, matching, picture, read_as, rename, source, view_mesh,
};
pub use slicings::{
    Choices, Slicing, State, accept, cancel, erase_slicing, failed_slicings, print, slice, slice_again,
    slicing, slicings, toolpath,
};
pub(crate) use uploads::give_up_overdue;
pub use uploads::{CUT, LARGEST, append, arriving, begin, dismiss, in_progress, receive};

pub use prepare::check::{Finding, Severity};
pub use prepare::fit::Guess;
pub use prepare::gcode::LineFinding;
pub use prepare::slice::profile::{Material, Quality};

use crate::accounts::own;
use crate::{Context, SignedIn};
use bytes::Bytes;
use futures::Stream;
use privacy::{Act, Ask};

/// Somebody's question about their own models.
fn mine<'a>(me: &SignedIn, act: Act, what: &'a str) -> Ask<'a> {
    own(me, act, what, "print")
}

/// The bytes behind a pass, piece by piece.
pub fn read(
    ctx: &Context,
    pass: store::ReadPass,
) -> impl Stream<Item = Result<Bytes, store::Fault>> + Send + use<> {
    ctx.store.read(pass)
}
