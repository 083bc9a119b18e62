//! What may be kept, why and for how long, in words.

use crate::book::Book;
use crate::profile::Ending;
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
    /// How long, in words.
    pub until: String,
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
            let mut until: Vec<String> =
                rules.iter().map(|rule| ending(&rule.keep.get_ref().ending())).collect();
            until.sort();
            until.dedup();
            let says = category.get_ref().says.clone();
            Kind { category: name.clone(), says, purposes, until: until.join("; ") }
        })
        .collect()
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
