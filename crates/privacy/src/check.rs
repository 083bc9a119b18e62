//! Cross-checks of the four policy files: gaps, loose ends and contradictions, each with file, line and remedy.
//! A contradiction that the profile resolves in a `[[resolved]]` entry is reported, not refused.

mod reach;

use crate::book::{Book, Sources};
use crate::map::About;
use crate::problem::Problem;
use crate::profile::{Basis, Keep, Rule};
use core::ops::Range;
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;
use toml::Spanned;

/// What the checks found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<String>,
}

/// Checks a book against itself.
pub(crate) fn check(sources: &Sources, book: &Book) -> Found {
    let mut checker = Checker { sources, book, found: Found::default(), resolved: BTreeSet::new() };
    checker.data_map();
    checker.purposes();
    checker.rules();
    checker.locks();
    checker.roles();
    checker.rights();
    checker.egress();
    checker.printing();
    checker.keys();
    checker.people();
    checker.loose_ends();
    checker.found
}

struct Checker<'a> {
    sources: &'a Sources,
    book: &'a Book,
    found: Found,
    resolved: BTreeSet<String>,
}

impl Checker<'_> {
    fn profile_fault(&mut self, span: &Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        self.found.problems.push(self.sources.profile.problem(span, what, remedy));
    }

    /// A contradiction: stops the start unless the profile resolves it.
    fn contradiction(&mut self, code: String, span: &Range<usize>, what: &str) {
        let resolution =
            self.book.profile().resolved.iter().map(Spanned::get_ref).find(|r| r.conflict == code);
        if let Some(resolution) = resolution {
            self.found.notes.push(format!(
                "contradiction {code}: {what}. Read as: {} ({})",
                resolution.reading, resolution.reason
            ));
            self.resolved.insert(code);
        } else {
            let remedy = format!(
                "change one of the two, or add a [[resolved]] entry with conflict = \"{code}\", the reading chosen \
                 (the one kinder to the person) and the reason"
            );
            self.profile_fault(span, format!("contradiction {code}: {what}"), remedy);
        }
    }

    fn purposes(&mut self) {
        let mut seen = BTreeSet::new();
        for spanned in &self.book.profile().purpose {
            let purpose = spanned.get_ref();
            let (id, span) = (purpose.id.get_ref(), purpose.id.span());
            if !seen.insert(id.clone()) {
                self.profile_fault(&span, format!("purpose `{id}` stands twice"), "join the two entries");
            }
            let empty = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
            match purpose.basis {
                Basis::LegalObligation if empty(&purpose.law) => {
                    self.profile_fault(
                        &span,
                        format!("purpose `{id}` rests on a legal obligation but cites no law"),
                        "cite the law in `law`",
                    );
                }
                Basis::LegitimateInterest if empty(&purpose.assessment) => self.profile_fault(
                    &span,
                    format!("purpose `{id}` rests on a legitimate interest without a balancing assessment"),
                    "state in `assessment` how the interest was weighed against the person's",
                ),
                Basis::Consent if purpose.necessary => self.profile_fault(
                    &span,
                    format!("purpose `{id}` rests on consent and is called necessary"),
                    "consent that cannot be refused is none: drop `necessary`, or choose another basis",
                ),
                Basis::Consent if empty(&purpose.asks) => {
                    self.profile_fault(
                        &span,
                        format!("purpose `{id}` rests on consent but asks nothing"),
                        "put the wording a person agrees to into `asks`",
                    );
                }
                Basis::Consent if empty(&purpose.stops) => {
                    self.profile_fault(
                        &span,
                        format!("purpose `{id}` rests on consent but does not say what stops when it is taken back"),
                        "say it in `stops`; people read it before they decide (AF-168)",
                    );
                }
                _ => {}
            }
        }
    }

    fn rules(&mut self) {
        let (map, profile) = (self.book.map(), self.book.profile());
        for rule in profile.rule.iter().map(Spanned::get_ref) {
            let purpose = rule.purpose.get_ref();
            if profile.purpose(purpose).is_none() {
                self.profile_fault(
                    &rule.purpose.span(),
                    format!("no purpose `{purpose}` is declared"),
                    "declare it under [[purpose]] with its basis",
                );
            }
            for category in &rule.data {
                if map.category(category.get_ref()).is_none() {
                    let what = format!("no category `{}` is defined", category.get_ref());
                    self.profile_fault(&category.span(), what, "use a category of policy/data.toml");
                }
            }
            for recipient in &rule.share {
                if !profile.recipient.iter().any(|r| r.get_ref().id.get_ref() == recipient.get_ref()) {
                    let what = format!("no recipient `{}` is declared", recipient.get_ref());
                    self.profile_fault(
                        &recipient.span(),
                        what,
                        "declare it under [[recipient]] with name, role and country",
                    );
                }
            }
            self.keep(rule);
        }
    }

    fn keep(&mut self, rule: &Rule) {
        let span = rule.keep.span();
        let keep: &Keep = rule.keep.get_ref();
        let mut period = |text: &Option<Spanned<String>>| -> Option<Span> {
            let text = text.as_ref()?;
            let parsed = text.get_ref().parse().ok();
            if parsed.is_none() {
                let what = format!("`{}` is not an ISO 8601 period", text.get_ref());
                self.found.problems.push(self.sources.profile.problem(
                    &text.span(),
                    what,
                    "write for example \"P90D\", \"P1M\" or \"P7Y\"",
                ));
            }
            parsed
        };
        let (most, least) = (period(&keep.at_most), period(&keep.at_least));
        if keep.from.is_some() != keep.at_most.is_some() {
            self.profile_fault(
                &span,
                "a keep-time needs both `from` and `at_most`, or neither",
                "give the event and the period, or leave both out for \"until removed\"",
            );
        }
        if least.is_some() && keep.law.as_deref().is_none_or(|l| l.trim().is_empty()) {
            self.profile_fault(
                &span,
                "keeping at least so long needs a law",
                "cite the law in `law`, or drop `at_least`",
            );
        }
        if let (Some(most), Some(least)) = (most, least) {
            let from = Instant::from_micros(0);
            if from.plus_period(&least) > from.plus_period(&most) {
                self.contradiction(
                    format!("keep:{}", rule.purpose.get_ref()),
                    &span,
                    "kept at least longer than at most",
                );
            }
        }
        let Some(event) = &keep.from else { return };
        for category in &rule.data {
            for (name, table) in self.book.map().tables() {
                if table.categories().contains(&category.get_ref().as_str())
                    && !table.events.contains_key(event.get_ref())
                {
                    let what = format!(
                        "`{}` ends after `{}`, but table {name} does not record that event",
                        category.get_ref(),
                        event.get_ref()
                    );
                    let events: Vec<&str> = table.events.keys().map(String::as_str).collect();
                    let remedy =
                        format!("use one of its events ({}), or record the event", events.join(", "));
                    self.profile_fault(&event.span(), what, remedy);
                }
            }
        }
    }

    fn locks(&mut self) {
        let profile = self.book.profile();
        for lock in profile.lock.iter().map(Spanned::get_ref) {
            let only: BTreeSet<&str> = lock.only_for.iter().map(|p| p.get_ref().as_str()).collect();
            for rule in profile.rule.iter().map(Spanned::get_ref) {
                let purpose = rule.purpose.get_ref();
                let consented = profile.purpose(purpose).is_some_and(|p| p.basis == Basis::Consent);
                for category in &rule.data {
                    let locked = lock.data.iter().any(|d| d.get_ref() == category.get_ref());
                    if locked && !consented && !only.contains(purpose.as_str()) {
                        let code = format!("lock:{}:{purpose}", category.get_ref());
                        let what = format!(
                            "`{}` is locked ({}) to {}, but a rule uses it for `{purpose}` without consent",
                            category.get_ref(),
                            lock.promise,
                            only.iter().copied().collect::<Vec<_>>().join(", ")
                        );
                        self.contradiction(code, &category.span(), &what);
                    }
                }
            }
        }
    }

    fn printing(&mut self) {
        let printing = &self.book.profile().printing;
        if printing.incognito && *printing.incognito_ledger.get_ref() {
            self.contradiction(
                "incognito-ledger".to_owned(),
                &printing.incognito_ledger.span(),
                "incognito prints leave no trace (AF-027, AF-166), and a ledger line with grams and minutes is one",
            );
        }
    }

    fn keys(&mut self) {
        let keys = &self.book.profile().keys;
        for period in [&keys.epoch, &keys.backups] {
            if period.get_ref().parse::<Span>().is_err() {
                let what = format!("`{}` is not an ISO 8601 period", period.get_ref());
                self.profile_fault(&period.span(), what, "write for example \"P7D\"");
            }
        }
    }

    fn people(&mut self) {
        let people = &self.book.profile().people;
        let good = people.log_review.get_ref().parse::<Span>().is_ok_and(Span::is_positive);
        if !good {
            let span = people.log_review.span();
            self.profile_fault(
                &span,
                format!("`{}` is no time between two reviews of the access log", people.log_review.get_ref()),
                "write an ISO 8601 period such as \"P30D\"",
            );
        }
    }

    fn loose_ends(&mut self) {
        let (map, profile) = (self.book.map(), self.book.profile());
        for (name, category) in &map.category {
            if !self.book.may_store(name) {
                self.found.notes.push(format!(
                    "{name} ({}) has no rule: it cannot be stored, and what needs it is off",
                    category.get_ref().says
                ));
            }
        }
        for purpose in profile.purpose.iter().map(Spanned::get_ref) {
            let used = profile.rule.iter().any(|r| r.get_ref().purpose.get_ref() == purpose.id.get_ref());
            if !used {
                self.profile_fault(
                    &purpose.id.span(),
                    format!("purpose `{}` uses no data", purpose.id.get_ref()),
                    "give it a [[rule]], or drop it",
                );
            }
        }
        for resolved in &profile.resolved {
            if !self.resolved.contains(&resolved.get_ref().conflict) {
                self.profile_fault(
                    &resolved.span(),
                    format!(
                        "`{}` is resolved, but there is no such contradiction",
                        resolved.get_ref().conflict
                    ),
                    "drop the entry, so that it hides no later one",
                );
            }
        }
        if !self.book.ready_for_people() {
            self.found.notes.push("controller names and contact are empty: people cannot be invited until the operator fills them in (KA-02)".to_owned());
        }
        if profile.policy.covers.is_empty() {
            let fault = self
                .sources
                .profile
                .problem_anywhere("the policy covers nothing", "list in `covers` what it is about");
            self.found.problems.push(fault);
        }
        for (name, table) in map.tables() {
            for column in table.column.values() {
                if let About::Nothing(reason) = column.about()
                    && reason.trim().is_empty()
                {
                    let fault = self.sources.map.problem_anywhere(
                        format!("table {name}: `nothing` without a reason"),
                        "say why it names nobody",
                    );
                    self.found.problems.push(fault);
                }
            }
        }
    }
}
