//! Requests about one's own data, from the receipt to the answer.
//!
//! | module | what for |
//! |---|---|
//! | [`asking`] | somebody asks: signed in, by the form without an account, or in a letter that staff enters |
//! | [`following`] | whoever asked sees how it stands, shows that an address is theirs, takes it back |
//! | [`children`] | an account that is a child's, erased by two people |
//! | [`correcting`] | what an account says of its owner, corrected at their request |
//! | [`telling`] | those who received what was corrected are told |
//! | [`withdrawing`] | a consent, withdrawn at the request of whoever gave it |
//! | [`staff`] | finding out who asks, deciding, carrying out, answering |
//! | [`letters`] | what is written to whoever asked |
//! | [`paper`] | one request at hand, and noting what happens to it |
//! | [`outbox`] | letters on their way |
//!
//! What may happen to a request, and by when, is decided in [`privacy::request`]. Nothing here tells whether somebody has
//! an account, nothing is carried out before it is known who asks, and nobody decides about their own request.

mod asking;
mod children;
mod correcting;
mod following;
mod letters;
mod outbox;
mod paper;
mod staff;
mod telling;
mod withdrawing;

pub use asking::{Asked, Entered, Wanted, ask, ask_without_account, enter};
pub use children::may_erase as may_erase_child;
pub use correcting::Correctable;
pub(crate) use correcting::{EMAIL, NAME, became};
pub use following::{
    follow, mine, prove, reply, reply_without_account, take_back, take_back_without_account, to_prove,
};
pub use outbox::deliver;
pub use paper::Told;
pub use staff::{Deed, Line, act, all, open};
pub(crate) use telling::after_correction;
pub use withdrawing::withdrawable;

use domain::person::{Actor, Chore};
use privacy::{Act, Ask, Whose};

/// The house does it for whoever asks.
const fn clerk(act: Act, what: &str, whose: Whose) -> Ask<'_> {
    Ask { actor: Actor::House(Chore::Clerk), act, what, whose, purpose: "rights" }
}
