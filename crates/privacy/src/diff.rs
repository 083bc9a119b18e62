//! What changes between two versions of a policy, and what it asks for: whom to ask again, whom to tell, or nothing.
//!
//! A change that reaches further (a new use, a longer time, another recipient) or takes a right away is material. Narrower uses and better words are not. What rests on consent is asked again, because a consent
//! covers what was asked and nothing else (Art. 4(11) GDPR); the rest is told ahead, through a channel the
//! policy names (AF-125, KA-49). Pure.

mod terms;

use crate::book::Book;
use crate::profile::{Basis, Ending, Purpose, Rule};
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;
use toml::Spanned;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about, as the files name it: `purpose marketing`, `rule print.facts for history`.
    pub about: String,
    /// What changes, in words.
    pub says: String,
    /// What it asks for.
    pub needs: Needs,
    /// Whether it takes away from people's rights: it binds a person only after consent, where the policy promises
    /// that (AF-124).
    pub reduces: bool,
}

/// What a change asks for, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Publishing with a new date.
    Publishing,
    /// Telling everybody ahead.
    Telling,
    /// Asking again whoever said yes; earlier consents do not reach so far.
    Asking,
}

impl Needs {
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Publishing => "publish with a new date",
            Self::Telling => "material: tell everybody ahead",
            Self::Asking => "material: ask again, earlier consents do not cover it",
        }
    }
}

/// Everything that changes from one policy to the next, the weightiest first.
pub fn diff(old: &Book, new: &Book) -> Vec<Change> {
    let mut found = Diff { old, new, changes: vec![] };
    found.purposes();
    found.rules();
    found.recipients();
    found.terms();
    found.changes.sort_by(|a, b| b.needs.cmp(&a.needs).then_with(|| a.about.cmp(&b.about)));
    found.changes
}

struct Diff<'a> {
    old: &'a Book,
    new: &'a Book,
    changes: Vec<Change>,
}

impl Diff<'_> {
    fn push(&mut self, about: String, says: impl Into<String>, needs: Needs, reduces: bool) {
        self.changes.push(Change { about, says: says.into(), needs, reduces });
    }

    /// What a widening for this purpose asks for.
    fn widening(&self, purpose: &str) -> Needs {
        let consent = self.new.profile().purpose(purpose).is_some_and(|p| p.basis == Basis::Consent);
        if consent { Needs::Asking } else { Needs::Telling }
    }

    fn purposes(&mut self) {
        let (old, new) = (self.old, self.new);
        for purpose in new.profile().purpose.iter().map(Spanned::get_ref) {
            let id = purpose.id.get_ref();
            let about = format!("purpose {id}");
            match old.profile().purpose(id) {
                None => {
                    self.push(about, format!("new: to {}", purpose.says), self.widening(id), false);
                }
                Some(before) => self.purpose(about, before, purpose),
            }
        }
        for purpose in old.profile().purpose.iter().map(Spanned::get_ref) {
            if new.profile().purpose(purpose.id.get_ref()).is_none() {
                let about = format!("purpose {}", purpose.id.get_ref());
                self.push(about, "dropped: nothing is done for it any more", Needs::Publishing, false);
            }
        }
    }

    fn purpose(&mut self, about: String, before: &Purpose, after: &Purpose) {
        if before.module.is_some() && after.module.is_none() {
            let needs = self.widening(after.id.get_ref());
            self.push(about, "is carried out from now on", needs, false);
        } else if before.basis != after.basis {
            let says = format!("rests on {} instead of {}", after.basis.says(), before.basis.says());
            let needs = if after.basis == Basis::Consent { Needs::Asking } else { Needs::Telling };
            // a basis that cannot be refused in place of one that could
            let reduces = before.basis == Basis::Consent;
            self.push(about, says, needs, reduces);
        } else if before.basis == Basis::Consent && before.asks != after.asks {
            self.push(about, "asks something else", Needs::Asking, false);
        } else if before.says != after.says {
            self.push(about, format!("is told as: to {}", after.says), Needs::Publishing, false);
        }
    }

    fn rules(&mut self) {
        let (old, new) = (self.old, self.new);
        for (category, rule) in pairs(new) {
            let purpose = rule.purpose.get_ref();
            let about = format!("rule {category} for {purpose}");
            match old.profile().rule(category, purpose) {
                // a new purpose is told of as a whole
                None if old.profile().purpose(purpose).is_none() => {}
                None => {
                    self.push(about, "used for one purpose more", self.widening(purpose), false);
                }
                Some(before) => self.keep(about, before, rule),
            }
        }
        for (category, rule) in pairs(old) {
            let purpose = rule.purpose.get_ref();
            if new.profile().rule(category, purpose).is_none() && new.profile().purpose(purpose).is_some() {
                self.push(
                    format!("rule {category} for {purpose}"),
                    "not used for it any more",
                    Needs::Publishing,
                    false,
                );
            }
        }
    }

    fn keep(&mut self, about: String, before: &Rule, after: &Rule) {
        let (was, is) = (before.keep.get_ref().ending(), after.keep.get_ref().ending());
        let purpose = after.purpose.get_ref();
        match (length(&was), length(&is)) {
            (was, is) if was == is => {}
            (was, is) if is > was => {
                self.push(about, "kept longer", self.widening(purpose), false);
            }
            // what a person relies on (a history to print from) goes sooner: a right is reduced (AF-124, AF-172)
            _ => self.push(about, "kept for a shorter time", Needs::Telling, true),
        }
    }

    fn recipients(&mut self) {
        let (old, new) = (self.old.profile(), self.new.profile());
        for recipient in new.recipient.iter().map(Spanned::get_ref) {
            let about = format!("recipient {}", recipient.id.get_ref());
            let before =
                old.recipient.iter().map(Spanned::get_ref).find(|r| r.id.get_ref() == recipient.id.get_ref());
            let Some(before) = before else {
                self.push(
                    about,
                    format!("new: {} in {}", recipient.name, recipient.country.get_ref()),
                    Needs::Telling,
                    false,
                );
                continue;
            };
            let had: BTreeSet<&String> = before.receives.iter().map(Spanned::get_ref).collect();
            let more: Vec<&str> = recipient
                .receives
                .iter()
                .map(Spanned::get_ref)
                .filter(|c| !had.contains(c))
                .map(String::as_str)
                .collect();
            if !more.is_empty() {
                self.push(about.clone(), format!("also receives {}", more.join(", ")), Needs::Telling, false);
            }
            if before.country.get_ref() != recipient.country.get_ref() {
                let says =
                    format!("is in {} instead of {}", recipient.country.get_ref(), before.country.get_ref());
                self.push(about.clone(), says, Needs::Telling, false);
            }
            let safeguard = |r: &crate::profile::Recipient| r.safeguard.as_ref().map(|s| *s.get_ref());
            if safeguard(before) != safeguard(recipient) {
                self.push(about.clone(), "something else makes the transfer safe", Needs::Telling, false);
            }
            let served: BTreeSet<&String> = before.purposes.iter().map(Spanned::get_ref).collect();
            if recipient.purposes.iter().any(|p| !served.contains(p.get_ref())) {
                self.push(about.clone(), "serves one purpose more", Needs::Telling, false);
            }
            if before.role != recipient.role {
                self.push(about, "uses the data on another's behalf than before", Needs::Telling, false);
            }
        }
        for recipient in old.recipient.iter().map(Spanned::get_ref) {
            if !new.recipient.iter().any(|r| r.get_ref().id.get_ref() == recipient.id.get_ref()) {
                let about = format!("recipient {}", recipient.id.get_ref());
                self.push(about, "receives nothing any more", Needs::Publishing, false);
            }
        }
    }
}

/// Every category with every rule that names it.
fn pairs(book: &Book) -> impl Iterator<Item = (&str, &Rule)> {
    let rules = book.profile().rule.iter().map(Spanned::get_ref);
    rules.flat_map(|rule| rule.data.iter().map(move |category| (category.get_ref().as_str(), rule)))
}

/// How long something is kept, for comparing: until removed is longer than any period.
fn length(ending: &Ending) -> Instant {
    match ending {
        Ending::Removed => Instant::from_micros(i64::MAX),
        Ending::After { period, .. } => ends(period),
    }
}

fn ends(period: &Span) -> Instant {
    Instant::from_micros(0).plus_period(period)
}
