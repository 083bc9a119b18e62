//! Cross-checks of the four policy files: gaps, loose ends and contradictions, each with file, line and remedy.
//! A contradiction that the profile resolves in a `[[resolved]]` entry is reported, not refused.

mod canada;
mod keeping;
mod reach;
mod scope;
mod statements;

use crate::book::{Book, Sources};
use crate::map::About;
use crate::problem::{Problem, Reading};
use crate::profile::{Basis, Resolved};
use core::ops::Range;
use jiff::Span;
use std::collections::BTreeSet;
use toml::Spanned;

/// What people give in the fields that a policy declares.
const EXTRA: &str = "account.extra";

/// What the checks found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<String>,
    pub(crate) readings: Vec<Reading>,
    /// Categories and purposes that a reading keeps apart, though a rule joins them.
    pub(crate) closed: BTreeSet<(String, String)>,
}

/// Checks a book against itself.
pub(crate) fn check(sources: &Sources, book: &Book) -> Found {
    let mut checker = Checker { sources, book, found: Found::default(), resolved: BTreeSet::new() };
    checker.data_map();
    checker.apart();
    checker.purposes();
    checker.canada();
    checker.rules();
    checker.locks();
    checker.accounts();
    checker.roles();
    checker.rights();
    checker.egress();
    checker.printing();
    checker.keys();
    checker.people();
    checker.scope();
    checker.statements();
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

    /// A contradiction: stops the start unless the profile resolves it. Returns how it is resolved.
    fn contradiction(&mut self, code: String, span: &Range<usize>, what: &str) -> Option<&Resolved> {
        let book = self.book;
        let resolution = book.profile().resolved.iter().map(Spanned::get_ref).find(|r| r.conflict == code);
        if let Some(resolution) = resolution {
            let reading = Reading {
                code: code.clone(),
                says: what.to_owned(),
                reading: resolution.reading.clone(),
                reason: resolution.reason.clone(),
            };
            self.found.notes.push(reading.to_string());
            self.found.readings.push(reading);
            self.resolved.insert(code);
        } else {
            let remedy = format!(
                "change one of the two, or add a [[resolved]] entry with conflict = \"{code}\", the reading chosen \
                 (the one kinder to the person) and the reason"
            );
            self.profile_fault(span, format!("contradiction {code}: {what}"), remedy);
        }
        resolution
    }

    /// A rule that gives data to a purpose against a promise: unless the reading says that it stands, it does not.
    fn use_against_promise(
        &mut self,
        code: String,
        span: &Range<usize>,
        what: &str,
        category: &str,
        purpose: &str,
    ) {
        if self.contradiction(code, span, what).is_some_and(|resolved| !resolved.opens) {
            self.found.closed.insert((category.to_owned(), purpose.to_owned()));
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
            if purpose.says.trim().is_empty() {
                self.profile_fault(
                    &span,
                    format!("purpose `{id}` is told in no words"),
                    "say in `says`, after \"to\", what is done and why (SP-02)",
                );
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
            let contract = profile.purpose(purpose).is_some_and(|known| known.basis == Basis::Contract);
            if rule.optional && contract {
                let what = format!("`{purpose}` rests on a contract, and can do without this");
                let remedy = "take `optional` away if it is needed for what was agreed, or rest it on an interest or a consent (KA-21)";
                self.profile_fault(&rule.purpose.span(), what, remedy);
            }
            for category in &rule.data {
                if map.category(category.get_ref()).is_none() {
                    let what = format!("no category `{}` is defined in the data map", category.get_ref());
                    self.contradiction(format!("undefined:{}", category.get_ref()), &category.span(), &what);
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
        self.fields();
        if let Some(unused) = people.unused.as_ref().filter(|unused| !unused.get_ref().is_possible()) {
            self.profile_fault(
                &unused.span(),
                "an account that nobody uses cannot be erased so",
                "write two ISO 8601 periods, the shorter for telling its owner: { erased_after = \"P2Y\", told_before = \"P30D\" }",
            );
        }
    }

    /// What people are asked for when they join has a purpose that may use it, and they can see and take it (KA-04).
    fn fields(&mut self) {
        let book = self.book;
        let mut names = BTreeSet::new();
        for field in &book.profile().people.field {
            let (span, field) = (field.span(), field.get_ref());
            let id = &field.id;
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            if id.is_empty() || !id.chars().all(plain) || !names.insert(id) || field.says.trim().is_empty() {
                let what =
                    format!("the field `{id}` has no name of its own, or does not say what it asks for");
                self.profile_fault(&span, what, "give it an `id` of small letters and dashes, and `says`");
            }
            for purpose in [field.purpose.as_str(), "account", "rights"] {
                if !book.allows(EXTRA, purpose) {
                    let what =
                        format!("the field `{id}` is asked for, and no rule lets it serve `{purpose}`");
                    let remedy =
                        format!("add a [[rule]] with data = [\"{EXTRA}\"], for = \"{purpose}\", and `keep`");
                    self.profile_fault(&span, what, remedy);
                }
            }
        }
    }

    fn loose_ends(&mut self) {
        let (map, profile) = (self.book.map(), self.book.profile());
        for (name, category) in &map.category {
            if profile.rules_for(name).next().is_none() && category.get_ref().module.is_none() {
                self.found.notes.push(format!(
                    "{name} ({}) has no rule: it cannot be stored, and what needs it is off",
                    category.get_ref().says
                ));
            }
        }
        for purpose in profile.purpose.iter().map(Spanned::get_ref) {
            let used = profile.rule.iter().any(|r| r.get_ref().purpose.get_ref() == purpose.id.get_ref());
            if used == purpose.ground.is_some() {
                let (what, remedy) = if used {
                    ("is a disclosure, which uses what is held and keeps nothing", "take its [[rule]] away")
                } else {
                    ("uses no data", "give it a [[rule]], or drop it")
                };
                self.profile_fault(
                    &purpose.id.span(),
                    format!("purpose `{}` {what}", purpose.id.get_ref()),
                    remedy,
                );
            }
            if let Some(ground) = purpose.ground.filter(|g| g.name() != purpose.id.get_ref()) {
                self.profile_fault(
                    &purpose.id.span(),
                    format!("purpose `{}` is a disclosure on another ground", purpose.id.get_ref()),
                    format!("call it `{}`", ground.name()),
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
        let unfilled = self.book.unfilled();
        if !unfilled.is_empty() {
            self.found.notes.push(format!(
                "controller {} not filled in: people cannot be invited until the operator does (KA-02)",
                unfilled.join(", ")
            ));
        }
        if profile.policy.caution().trim().is_empty() {
            let fault = self.sources.profile.problem_anywhere(
                "the caution is empty: people are told what no safeguard can promise (KA-35)",
                "say it in `caution`, or leave `caution` out",
            );
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
