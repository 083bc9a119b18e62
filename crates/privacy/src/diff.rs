//! What changes between two versions of a policy, and what it asks for: whom to ask again, whom to tell, or nothing.
//!
//! A change that reaches further (a new use, a longer time, another recipient) or takes a right away is material. Narrower uses and better words are not. What rests on consent is asked again, because a consent
//! covers what was asked and nothing else (Art. 4(11) GDPR); the rest is told, through a channel the
//! policy names (AF-125, KA-49).
//!
//! A change *reduces* people's rights if it leaves them with less of a say: data serves or stays longer than they were told
//! without their being asked, what could be refused cannot be any more, what they could rely on goes. A new use or
//! recipient that waits for a person's own yes reduces nothing. Pure.

mod recipients;
mod terms;

use crate::book::Book;
use crate::notice::kinds;
use crate::profile::{Basis, Ending, Keep, Purpose, Rule};
use domain::time::Instant;
use jiff::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use toml::Spanned;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is about, as the files name it: `purpose marketing`, `rule print.facts for history`.
    pub about: String,
    /// The same in people's words.
    pub topic: String,
    /// What changes, in words.
    pub says: String,
    /// What it asks for.
    pub needs: Needs,
    /// Whether it takes away from people's rights: it binds a person only after consent, where the policy promises
    /// that (AF-124).
    pub reduces: bool,
    /// The purpose whose data it is about, if it is one's.
    pub purpose: Option<String>,
}

/// What a change asks for, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// Publishing with a new date.
    Publishing,
    /// Telling everybody.
    Telling,
    /// Asking again whoever said yes; earlier consents do not reach so far.
    Asking,
}

impl Needs {
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Publishing => "publish with a new date",
            Self::Telling => "material: tell everybody",
            Self::Asking => "material: ask again, earlier consents do not cover it",
        }
    }
    /// Whether people must be told of it (KA-49).
    pub fn is_material(self) -> bool {
        self > Self::Publishing
    }
}

/// Everything that changes from one policy to the next, the weightiest first.
pub fn diff(old: &Book, new: &Book) -> Vec<Change> {
    let mut found = Diff { old, new, changes: vec![] };
    found.purposes();
    found.rules();
    found.recipients();
    found.terms();
    found.changes.sort_by(|a, b| {
        b.needs
            .cmp(&a.needs)
            .then_with(|| b.reduces.cmp(&a.reduces))
            .then_with(|| a.about.cmp(&b.about))
            .then_with(|| a.says.cmp(&b.says))
    });
    found.changes
}

struct Diff<'a> {
    old: &'a Book,
    new: &'a Book,
    changes: Vec<Change>,
}

/// What a change is about, as the files name it and as people do.
struct Subject {
    about: String,
    topic: String,
    purpose: Option<String>,
}

impl Diff<'_> {
    fn push(&mut self, topic: &Subject, says: impl Into<String>, needs: Needs, reduces: bool) {
        let (Subject { about, topic, purpose }, says) = (topic, says.into());
        let (about, topic, purpose) = (about.clone(), topic.clone(), purpose.clone());
        self.changes.push(Change { about, topic, says, needs, reduces, purpose });
    }

    /// More for this purpose than before: asked again where it rests on consent; elsewhere nobody can refuse it.
    fn widened(&mut self, topic: &Subject, says: impl Into<String>, purpose: &str) {
        let asked = rests_on_consent(self.new, purpose);
        let needs = if asked { Needs::Asking } else { Needs::Telling };
        self.push(topic, says, needs, !asked);
    }

    fn purposes(&mut self) {
        let (old, new) = (self.old, self.new);
        for purpose in new.profile().purpose.iter().map(Spanned::get_ref) {
            let id = purpose.id.get_ref();
            let topic = of_purpose(purpose);
            match old.profile().purpose(id) {
                None if purpose.module.is_some() => {
                    self.push(&topic, "new, and not done yet", Needs::Telling, false);
                }
                None => {
                    let says = format!("new; rests on {}", purpose.basis.says());
                    self.widened(&topic, says, id);
                }
                Some(before) => self.purpose(&topic, before, purpose),
            }
        }
        for purpose in old.profile().purpose.iter().map(Spanned::get_ref) {
            if new.profile().purpose(purpose.id.get_ref()).is_none() {
                // what people said yes to, or were to have by agreement, is not done for them any more
                let relied_on = purpose.module.is_none()
                    && matches!(purpose.basis, Basis::Consent | Basis::Contract)
                    && !purpose.necessary;
                let needs = if relied_on { Needs::Telling } else { Needs::Publishing };
                let says = "dropped: nothing is done for it any more";
                self.push(&of_purpose(purpose), says, needs, relied_on);
            }
        }
    }

    fn purpose(&mut self, topic: &Subject, before: &Purpose, after: &Purpose) {
        let id = after.id.get_ref();
        let begins = before.module.is_some() && after.module.is_none();
        if begins {
            self.widened(topic, "is carried out from now on", id);
        }
        if before.basis != after.basis {
            let says = format!("rests on {} instead of {}", after.basis.says(), before.basis.says());
            let needs = if after.basis == Basis::Consent { Needs::Asking } else { Needs::Telling };
            self.push(topic, says, needs, say(after.basis) < say(before.basis));
        } else if before.basis == Basis::Consent && before.asks != after.asks && !begins {
            self.push(topic, "asks something else", Needs::Asking, false);
        }
        let implied = |p: &Purpose| p.canada.as_ref().is_some_and(|canada| canada.implied.is_some());
        if implied(before) && !implied(after) && self.new.has_rules_for_canada() {
            self.push(topic, "rests on no consent in Canada any more", Needs::Telling, true);
        }
        if let Some(otherwise) = after.otherwise.filter(|_| before.otherwise != after.otherwise) {
            let says = format!("where that is not there, rests on {}", otherwise.says());
            self.push(topic, says, Needs::Telling, before.otherwise.is_none_or(|b| say(otherwise) < say(b)));
        }
        let limited = |p: &Purpose| p.only.iter().cloned().collect::<BTreeSet<String>>();
        let (had, has) = (limited(before), limited(after));
        if !had.is_empty() && (has.is_empty() || !has.is_subset(&had)) {
            self.widened(topic, "is not limited to the same data any more", id);
        }
        if before.says != after.says {
            self.push(topic, format!("was told as: to {}", before.says), Needs::Publishing, false);
        }
    }

    fn rules(&mut self) {
        let (old, new) = (self.old, self.new);
        for (category, rule) in pairs(new) {
            let purpose = rule.purpose.get_ref();
            let topic = of_rule(new, category, rule);
            let waits = new.profile().purpose(purpose).is_some_and(|p| p.module.is_some());
            match old.profile().rule(category, purpose) {
                // a new purpose is told of as a whole
                None if old.profile().purpose(purpose).is_none() => {}
                None if waits => self.push(&topic, "used for one purpose more", Needs::Telling, false),
                None => self.widened(&topic, "used for one purpose more", purpose),
                Some(before) => {
                    self.keep(&topic, before, rule);
                    self.shared(&topic, before, rule);
                    if old.keeps_apart(category, purpose) && !new.keeps_apart(category, purpose) {
                        self.widened(&topic, "used for it all the same from now on", purpose);
                    }
                }
            }
        }
        for (category, rule) in pairs(old) {
            let purpose = rule.purpose.get_ref();
            if new.profile().rule(category, purpose).is_none() && new.profile().purpose(purpose).is_some() {
                let topic = of_rule(old, category, rule);
                self.push(&topic, "not used for it any more", Needs::Publishing, false);
            }
        }
    }

    fn keep(&mut self, topic: &Subject, before: &Rule, after: &Rule) {
        let (before, after) = (before.keep.get_ref(), after.keep.get_ref());
        let (was, is) = (before.ending(), after.ending());
        let says =
            |how: &str| format!("kept {how}: {} instead of {}", kinds::ending(&is), kinds::ending(&was));
        let purpose = topic.purpose.clone().unwrap_or_default();
        match length(&is).cmp(&length(&was)) {
            core::cmp::Ordering::Equal => {}
            core::cmp::Ordering::Greater => {
                let needs = if rests_on_consent(self.new, &purpose) { Needs::Asking } else { Needs::Telling };
                // also where consent is asked again: what was kept under the earlier yes was to go sooner
                self.push(topic, says("longer"), needs, true);
            }
            // what a person relies on (a history to print from) goes sooner: a right is reduced (AF-124, AF-172)
            core::cmp::Ordering::Less => self.push(topic, says("for a shorter time"), Needs::Telling, true),
        }
        if at_least(after) > at_least(before) {
            let law = after.law.as_deref().unwrap_or_default();
            let says = format!("cannot be erased as soon as before ({law})");
            self.push(topic, says, Needs::Telling, true);
        }
    }

    fn shared(&mut self, topic: &Subject, before: &Rule, after: &Rule) {
        let had: BTreeSet<&String> = before.share.iter().map(Spanned::get_ref).collect();
        let more: Vec<&str> = after
            .share
            .iter()
            .map(Spanned::get_ref)
            .filter(|r| !had.contains(r))
            .map(String::as_str)
            .collect();
        if !more.is_empty() {
            let purpose = topic.purpose.clone().unwrap_or_default();
            self.widened(topic, format!("also goes to {}", more.join(", ")), &purpose);
        }
    }
}

/// How much of a say a person has under a basis: to refuse, to object (Art. 21 GDPR), or none.
const fn say(basis: Basis) -> u8 {
    match basis {
        Basis::Consent => 2,
        Basis::LegitimateInterest => 1,
        Basis::Contract | Basis::LegalObligation | Basis::VitalInterest => 0,
    }
}

fn rests_on_consent(book: &Book, purpose: &str) -> bool {
    book.profile().purpose(purpose).is_some_and(|p| p.basis == Basis::Consent)
}

fn of_purpose(purpose: &Purpose) -> Subject {
    let id = purpose.id.get_ref();
    Subject {
        about: format!("purpose {id}"),
        topic: format!("To {}", purpose.says),
        purpose: Some(id.clone()),
    }
}

fn of_rule(book: &Book, category: &str, rule: &Rule) -> Subject {
    let purpose = rule.purpose.get_ref();
    let what = book.map().category(category).map_or(category, |c| c.says.as_str());
    let why = book.profile().purpose(purpose).map_or(purpose.as_str(), |p| p.says.as_str());
    let topic = format!("{}, to {why}", capital(what));
    Subject { about: format!("rule {category} for {purpose}"), topic, purpose: Some(purpose.clone()) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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

/// How long something must be kept, for comparing.
fn at_least(keep: &Keep) -> Instant {
    let period = keep.at_least.as_ref().and_then(|period| period.get_ref().parse::<Span>().ok());
    period.map_or(Instant::from_micros(0), |period| ends(&period))
}

fn ends(period: &Span) -> Instant {
    Instant::from_micros(0).plus_period(period)
}
