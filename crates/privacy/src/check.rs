//! Cross-checks of the four policy files: gaps, loose ends and contradictions, each with file, line and remedy.
//! A contradiction that the profile resolves in a `[[resolved]]` entry is reported, not refused.

use crate::book::{Book, Sources};
use crate::decide::Act;
use crate::map::{About, Column, Export, Place, Seal};
use crate::problem::Problem;
use crate::profile::{Basis, Keep, Rule};
use core::ops::Range;
use domain::person::{Chore, Role};
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

    fn data_map(&mut self) {
        let map = self.book.map();
        let source = &self.sources.map;
        let problems = &mut self.found.problems;
        let mut column = |span: &Range<usize>, place: &str, column: &Column| {
            let fault = match (&column.about, &column.nothing) {
                (None, None) => Some((
                    "nobody decided what it holds".to_owned(),
                    "say `about = \"<category>\"`, or `nothing = \"<why it names nobody>\"`",
                )),
                (Some(_), Some(_)) => Some((
                    "it is said to be personal and not personal".to_owned(),
                    "keep one of `about` and `nothing`",
                )),
                (Some(category), None) if map.category(category).is_none() => Some((
                    format!("there is no category `{category}`"),
                    "define it under [category] or name an existing one",
                )),
                (None, Some(_)) if column.seal == Seal::Cell => Some((
                    "only personal values are sealed under a person's key".to_owned(),
                    "give it a category, or take `seal` away",
                )),
                _ => None,
            };
            if let Some((what, remedy)) = fault {
                problems.push(source.problem(span, format!("{place}: {what}"), remedy));
            }
        };
        for (table_name, table) in &map.table {
            for (name, c) in &table.get_ref().column {
                column(&table.span(), &format!("{table_name}.{name}"), c);
            }
        }
        for (kind, entries) in [("log", &map.log), ("cookie", &map.cookie)] {
            for (name, c) in entries {
                column(&c.span(), &format!("{kind} {name}"), c.get_ref());
            }
        }
        for (kind, entries) in [("work", &map.work), ("child message", &map.child)] {
            for (group, fields) in entries {
                for (name, c) in fields {
                    column(&c.span(), &format!("{kind} {group}.{name}"), c.get_ref());
                }
            }
        }
        for (name, table) in &map.table {
            let (span, table) = (table.span(), table.get_ref());
            let mut needed: Vec<&String> =
                table.person.iter().chain(&table.others).chain(table.events.values()).collect();
            if let Place::Columns(columns) = &table.erase {
                needed.extend(columns);
            }
            for missing in needed.into_iter().filter(|c| !table.column.contains_key(*c)) {
                problems.push(source.problem(
                    &span,
                    format!("table {name} names a column `{missing}` it does not have"),
                    "correct the name, or add the column",
                ));
            }
            if table.person.is_none() && !table.categories().is_empty() {
                problems.push(source.problem(
                    &span,
                    format!("table {name} holds personal data but names no person"),
                    "say in `person` which column leads to the person",
                ));
            }
        }
        for (name, blob) in &map.blob {
            if map.category(&blob.get_ref().about).is_none() || map.table(&blob.get_ref().owner).is_none() {
                problems.push(source.problem(
                    &blob.span(),
                    format!("blob {name} names a category or a table that does not exist"),
                    "correct `about` and `owner`",
                ));
            }
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

    fn roles(&mut self) {
        let map = self.book.map();
        let source = &self.sources.roles;
        let known = |role: &str| {
            role == "outsider"
                || Role::ALL.iter().any(|r| r.name() == role)
                || Chore::ALL.iter().any(|c| c.role_name() == role)
        };
        for may in self.book.roles().may.iter().map(Spanned::get_ref) {
            for role in may.role.iter().filter(|r| !known(r.get_ref())) {
                self.found.problems.push(source.problem(
                    &role.span(),
                    format!("there is no role `{}`", role.get_ref()),
                    "use a role of the house, `outsider`, or a chore (`house-…`)",
                ));
            }
            for what in may.what.iter().filter(|w| map.table(w.get_ref()).is_none()) {
                self.found.problems.push(source.problem(
                    &what.span(),
                    format!("there is no table `{}`", what.get_ref()),
                    "name a table of policy/data.toml",
                ));
            }
        }
    }

    /// Whatever is held about people can be taken and erased by them, or the house would keep what it cannot give back.
    fn rights(&mut self) {
        let (map, book) = (self.book.map(), self.book);
        for (name, table) in map.tables().filter(|(_, t)| t.person.is_some()) {
            for act in [Act::Export, Act::Erase] {
                if !book.roles().allows("house-clerk", act, name, false, "rights")
                    || !book.roles().allows("member", act, name, true, "rights")
                {
                    let what = format!(
                        "table {name} is about people, but they cannot {} it for `rights`",
                        act.name()
                    );
                    let fault = self.sources.roles.problem_anywhere(
                        what,
                        "add it to the [[may]] entries of people and of the clerk for `rights`",
                    );
                    self.found.problems.push(fault);
                }
            }
            for column in table.column.values() {
                if let (Some(category), Export::Included) = (column.category(), column.export())
                    && book.may_store(category)
                    && !book.allows(category, "rights")
                {
                    let what = format!("`{category}` may be stored but not handed to the person it is about");
                    let fault =
                        self.sources.profile.problem_anywhere(what, "add a [[rule]] with for = \"rights\"");
                    if !self.found.problems.contains(&fault) {
                        self.found.problems.push(fault);
                    }
                }
            }
        }
    }

    fn egress(&mut self) {
        let source = &self.sources.egress;
        for (name, destination) in &self.book.egress().destination {
            for (field, column) in &destination.get_ref().field {
                let undecided = column.about.is_some() == column.nothing.is_some();
                let unknown = column.category().is_some_and(|c| self.book.map().category(c).is_none());
                if undecided || unknown {
                    self.found.problems.push(source.problem(
                        &destination.span(),
                        format!("{name}: field `{field}` has no known category"),
                        "say `about = \"<category>\"`, or `nothing = \"<why it names nobody>\"`",
                    ));
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
