//! What went wrong with people's data: recorded, looked into, told to the authority and to people, closed.
//!
//! | module | what for |
//! |---|---|
//! | [`register`] | those who run the house: what is recorded, step by step, with its clocks |
//! | [`scope`] | whose data it was and what of it, counted when it is asked and kept nowhere |
//! | [`letters`] | the notice to the authority and the notice to people, as text to send |
//! | [`telling`] | what each person reads on their own pages |
//!
//! By when whom must be told, and what is unintelligible to whoever has it, is decided in [`privacy::breach`].

mod letters;
mod register;
mod scope;
mod telling;
mod typed;

pub(crate) use letters::letter;
pub use letters::{to_people, to_the_authority};
pub(crate) use register::waiting;
pub use register::{Deed, Opened, Recorded, Waiting, all, go_on, one, record};
pub use scope::{Counted, Scope};
pub use telling::{Notice, have_read, mine, news};
