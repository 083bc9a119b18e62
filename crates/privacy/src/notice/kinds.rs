//! What may be kept, why and for how long, in words.

use crate::book::Book;
use crate::profile::{Ending, Keep, Rule};
use jiff::Span;

/// One kind of data that the house may keep, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its category.
    pub category: String,
    /// What it is, after "we keep …".
    pub says: String,
    /// Why, after "to …", with the basis; one for each purpose.
    pub purposes: Vec<(String, &'static str)>,
    /// Its retention class (AF-101): the longest that a rule in force gives it.
    pub class: Class,
    /// How long, in words.
    pub until: String,
}

/// The retention class of a kind of data: how its time ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A time that the policy sets.
    Fixed,
    /// When the person removes it, and at the latest with the account.
    UntilRemoved,
    /// With the account.
    UntilAccountDeleted,
    /// Longer than the person wants it, for the law that the policy cites.
    Extended,
}

impl Class {
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Fixed => "for a fixed time",
            Self::UntilRemoved => "until you remove it",
            Self::UntilAccountDeleted => "until your account is deleted",
            Self::Extended => "longer, for a limited purpose",
        }
    }

    fn of(book: &Book, category: &str, keep: &Keep) -> Self {
        match keep.ending() {
            _ if keep.law.is_some() => Self::Extended,
            Ending::After { .. } => Self::Fixed,
            Ending::Removed if is_removable(book, category) => Self::UntilRemoved,
            Ending::Removed => Self::UntilAccountDeleted,
        }
    }
}

/// Whether everything of this kind can be erased by itself while the account stays.
fn is_removable(book: &Book, category: &str) -> bool {
    let mut tables =
        book.map().tables().filter(|(name, _)| book.map().categories_of(name).contains(&category));
    tables.all(|(_, table)| table.apart.is_some())
}

/// What this house may keep about anybody, from the policy in force: what is not listed cannot be stored.
pub fn kinds(book: &Book) -> Vec<Kind> {
    let kinds = book.map().category.iter().filter(|(name, _)| book.may_store(name));
    kinds
        .map(|(name, category)| {
            let rules: Vec<_> = book.rules_in_force(name).collect();
            let mut purposes: Vec<(String, &'static str)> = rules
                .iter()
                .filter_map(|rule| book.profile().purpose(rule.purpose.get_ref()))
                .map(|purpose| (purpose.says.clone(), purpose.basis.says()))
                .collect();
            purposes.dedup();
            let class = rules.iter().map(|rule| Class::of(book, name, rule.keep.get_ref())).max();
            let class = class.unwrap_or(Class::Fixed);
            let says = category.get_ref().says.clone();
            Kind { category: name.clone(), says, purposes, class, until: until(class, &rules) }
        })
        .collect()
}

/// How long it is kept: its class, and the times that the policy sets.
fn until(class: Class, rules: &[&Rule]) -> String {
    let mut times: Vec<String> = rules
        .iter()
        .map(|rule| rule.keep.get_ref().ending())
        .filter(|ends| matches!(ends, Ending::After { .. }))
        .map(|ends| ending(&ends))
        .collect();
    times.sort();
    times.dedup();
    if times.is_empty() { class.says().to_owned() } else { format!("{}: {}", class.says(), times.join("; ")) }
}

pub(crate) fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Removed => "until you remove it or your account".to_owned(),
        Ending::After { event, period } if period.is_zero() => format!("until {}", event_in_words(event)),
        Ending::After { event, period } => format!("{} after {}", in_words(period), event_in_words(event)),
    }
}

/// A period as the policy says it: two years are not 731 days.
pub(crate) fn in_words(period: &Span) -> String {
    let parts = [
        (i64::from(period.get_years()), "year"),
        (i64::from(period.get_months()), "month"),
        (i64::from(period.get_weeks()), "week"),
        (i64::from(period.get_days()), "day"),
        (i64::from(period.get_hours()), "hour"),
        (period.get_minutes(), "minute"),
    ];
    let words = parts
        .iter()
        .filter(|(n, _)| *n != 0)
        .map(|(n, unit)| format!("{n} {unit}{}", if *n == 1 { "" } else { "s" }));
    words.collect::<Vec<_>>().join(" and ")
}

fn event_in_words(event: &str) -> &str {
    match event {
        "session.ended" => "you sign out",
        "access.logged" => "it was written",
        "request.ended" => "your request was answered",
        "print.collected" => "it was collected",
        "disclosure.told" => "you could read it",
        other => other,
    }
}
