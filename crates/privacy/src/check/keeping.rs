//! Checks of how long data is kept and what it is locked to.

use super::Checker;
use crate::profile::{Basis, Keep, Rule};
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;
use toml::Spanned;

impl Checker<'_> {
    pub(super) fn keep(&mut self, rule: &Rule) {
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
        if let Some(most) = most.filter(|_| keep.law.as_deref().is_none_or(|law| law.trim().is_empty())) {
            self.caps(rule, &most);
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

    /// No purpose keeps data longer than the cap over it, unless a law is cited (TP-43).
    fn caps(&mut self, rule: &Rule, most: &Span) {
        let from = Instant::from_micros(0);
        for cap in self.book.profile().cap.iter().map(Spanned::get_ref) {
            let Ok(longest) = cap.at_most.get_ref().parse::<Span>() else { continue };
            let over = from.plus_period(most) > from.plus_period(&longest);
            let capped = |category: &str| cap.data.is_empty() || cap.data.iter().any(|c| c == category);
            for category in rule.data.iter().filter(|c| over && capped(c.get_ref())) {
                let (name, purpose) = (category.get_ref(), rule.purpose.get_ref());
                let what = format!(
                    "`{name}` is kept for `{purpose}` longer than {} ({}), and no law is cited",
                    cap.at_most.get_ref(),
                    cap.promise
                );
                self.contradiction(format!("cap:{name}:{purpose}"), &category.span(), &what);
            }
        }
    }

    /// What is kept until an account is erased is kept for ever while nobody uses it and nobody erases it: a cap over everything
    /// needs a time for that, too (TP-43).
    pub(super) fn accounts(&mut self) {
        let profile = self.book.profile();
        let after =
            |text: &str| text.parse::<Span>().ok().map(|span| Instant::from_micros(0).plus_period(&span));
        let erased = profile.people.unused.as_ref().and_then(|u| after(&u.get_ref().erased_after));
        for cap in profile.cap.iter().filter(|cap| cap.get_ref().data.is_empty()) {
            let longest = after(cap.get_ref().at_most.get_ref());
            if erased.is_some_and(|erased| longest.is_some_and(|longest| erased <= longest)) {
                continue;
            }
            let what = format!(
                "an account that nobody uses is kept longer than {} ({})",
                cap.get_ref().at_most.get_ref(),
                cap.get_ref().promise
            );
            self.contradiction("cap:account".to_owned(), &cap.span(), &what);
        }
    }

    pub(super) fn locks(&mut self) {
        let profile = self.book.profile();
        for lock in profile.lock.iter().map(Spanned::get_ref) {
            let only: BTreeSet<&str> = lock.only_for.iter().map(|p| p.get_ref().as_str()).collect();
            for rule in profile.rule.iter().map(Spanned::get_ref) {
                let purpose = rule.purpose.get_ref();
                let consented = profile.purpose(purpose).is_some_and(|p| p.basis == Basis::Consent);
                for category in &rule.data {
                    let locked = lock.data.iter().any(|d| d.get_ref() == category.get_ref());
                    let opened = consented && !lock.even_with_consent;
                    if locked && !opened && !only.contains(purpose.as_str()) {
                        let code = format!("lock:{}:{purpose}", category.get_ref());
                        let what = format!(
                            "`{}` is locked ({}) to {}, but a rule uses it for `{purpose}`{}",
                            category.get_ref(),
                            lock.promise,
                            only.iter().copied().collect::<Vec<_>>().join(", "),
                            if consented { "" } else { " without consent" }
                        );
                        self.use_against_promise(code, &category.span(), &what, category.get_ref(), purpose);
                    }
                }
            }
        }
    }
}
