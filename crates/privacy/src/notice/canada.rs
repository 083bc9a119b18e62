//! The topic of the notice for people in Canada: what each purpose rests on there.

use super::{Line, Topic};
use crate::book::Book;
use crate::canada::{Footing, footing};
use crate::request::Region;

pub(super) fn canada(book: &Book) -> Topic {
    let rests = |purpose| match footing(book, purpose, Some(Region::Canada)) {
        Footing::Basis(_) => "your consent, which you are asked for; you take it back at any time".to_owned(),
        Footing::Implied { by, ends_account: false } => {
            format!("implied consent: {by} You take it back on your privacy page at any time")
        }
        Footing::Implied { by, ends_account: true } => {
            format!("implied consent: {by} You take it back at any time by having your account erased")
        }
        Footing::Without(exception) => format!("no consent, only where {}", exception.says()),
        Footing::Nothing => "nothing, and so it is not done".to_owned(),
    };
    let full = book
        .purposes_in_use()
        .map(|purpose| Line::Term(format!("To {}", purpose.says), rests(purpose)))
        .collect();
    Topic {
        id: "canada",
        title: "For people in Canada",
        short: "What each purpose rests on there, once you have said in your settings that you live there."
            .to_owned(),
        full,
    }
}
