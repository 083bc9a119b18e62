//! Checks of what a policy says about itself: statements that the rest of it does not bear out, promises that another of
//! its promises takes back.

use super::Checker;
use crate::california::{self, Statutory};
use crate::profile::{Bases, Basis, Ending, Footing, Ground, Profile, Recipient, Safeguard, Source};
use core::ops::Range;
use domain::time::Instant;
use jiff::Span;
use jiff::civil::Date;
use std::collections::BTreeSet;
use toml::Spanned;

/// The class of companies of the same group.
const AFFILIATE: &str = "affiliate";

/// Any instant: periods are compared from it.
const START: Instant = Instant::from_micros(0);

/// Whether a reading opens a basis that only the summary names (TP-31).
fn is_opened(profile: &Profile, bases: &Bases, basis: Basis) -> bool {
    let code = format!("basis-summary:{}", basis.name());
    let summed_up = bases.summary.iter().any(|named| *named.get_ref() == basis);
    summed_up && profile.resolved.iter().map(Spanned::get_ref).any(|r| r.opens && r.conflict == code)
}

impl Checker<'_> {
    /// Every statement against the rules, the recipients and each other.
    pub(super) fn statements(&mut self) {
        self.collected();
        self.california();
        self.bases();
        self.only();
        self.recipients();
        self.countries();
        self.days();
        self.consent_by_use();
        self.disclosed();
        self.changes();
        self.print_terms();
        self.names();
        self.periods();
    }

    /// What is said to be collected, against what rules use: neither may know what the other does not.
    fn collected(&mut self) {
        let collect = &self.book.profile().collect;
        let used = |category: &str| self.book.profile().rules_for(category).next().is_some();
        let mut found = vec![];
        for category in &collect.data {
            let name = category.get_ref();
            if self.book.map().category(name).is_some() && !used(name) {
                let what = format!("`{name}` is collected, but no purpose uses it");
                found.push((format!("orphan:{name}"), category.span(), what));
            }
        }
        for category in &collect.not {
            let name = category.get_ref();
            if used(name) {
                let what = format!("`{name}` is said not to be collected, but a rule uses it");
                found.push((format!("not-collected:{name}"), category.span(), what));
            }
        }
        for category in &collect.asks {
            let name = category.get_ref();
            if !collect.asks_only.is_empty() && !collect.asks_only.iter().any(|c| c.get_ref() == name) {
                let what =
                    format!("people are asked for `{name}`, which is not among the only data asked for");
                found.push((format!("asks-only:{name}"), category.span(), what));
            }
        }
        for category in &collect.public {
            let name = category.get_ref();
            if !collect.data.iter().any(|c| c.get_ref() == name) {
                let what = format!("`{name}` is always public, but no list of what is collected has it");
                found.push((format!("public:{name}"), category.span(), what));
            }
        }
        for (code, span, what) in found {
            self.contradiction(code, &span, &what);
        }
        let held = self.book.map().category.iter().filter(|_| collect.never_special);
        for (name, category) in held.filter(|(_, category)| category.get_ref().special) {
            let what = format!("`{name}` is a special category of data, and this policy collects none");
            let remedy = "take the category and what is about it out of the data map";
            self.found.problems.push(self.sources.map.problem(&category.span(), what, remedy));
        }
        let lists = [&collect.data, &collect.not, &collect.asks_only, &collect.asks];
        for category in lists.into_iter().flatten() {
            let name = category.get_ref();
            if self.book.map().category(name).is_none() {
                let code = format!("undefined:{name}");
                self.contradiction(code, &category.span(), &format!("no category `{name}` is defined"));
            }
        }
    }

    /// The answers that the policy gives to the categories of Californian law, against what can be stored.
    fn california(&mut self) {
        let Some(california) = &self.book.profile().california else { return };
        let (stated, collected) = (&california.collects, california::collected(self.book, []));
        for category in Statutory::ALL {
            let (says, does) = (stated.get_ref().contains(&category), collected.contains(&category));
            if says != does {
                let word = |yes: bool| if yes { "collected" } else { "not collected" };
                let what =
                    format!("«{}» is said to be {}, and is {}", category.says(), word(says), word(does));
                self.contradiction(format!("ccpa:{}", category.name()), &stated.span(), &what);
            }
        }
    }

    /// One purpose has one basis (KA-25), and only bases that the policy's own list names (TP-31).
    fn bases(&mut self) {
        let profile = self.book.profile();
        for purpose in profile.purpose.iter().map(Spanned::get_ref) {
            let id = purpose.id.get_ref();
            if let Some(also) = &purpose.also
                && *also.get_ref() != purpose.basis
            {
                let what = format!(
                    "purpose `{id}` rests on {} in one clause and on {} in another",
                    purpose.basis.says(),
                    also.get_ref().says()
                );
                self.contradiction(format!("two-bases:{id}"), &also.span(), &what);
            }
        }
        let Some(bases) = &profile.bases else { return };
        for basis in bases.summary.iter().filter(|b| !bases.detail.contains(b.get_ref())) {
            let what = format!("the summary names {}, the detailed list does not", basis.get_ref().says());
            self.contradiction(format!("basis-summary:{}", basis.get_ref().name()), &basis.span(), &what);
        }
        let listed = |basis: Basis| bases.detail.contains(&basis) || is_opened(profile, bases, basis);
        let unused = |ground: Ground| !profile.names(ground);
        let purposes = profile.purpose.iter().map(Spanned::get_ref).filter(|p| !p.ground.is_some_and(unused));
        for purpose in purposes.filter(|p| !listed(p.basis)) {
            self.profile_fault(
                &purpose.id.span(),
                format!(
                    "purpose `{}` rests on {}, which the policy does not list",
                    purpose.id.get_ref(),
                    purpose.basis.says()
                ),
                "add the basis to the detailed list, say opens = true in the [[resolved]] entry of a basis that only the summary names, or rest the purpose on a listed one",
            );
        }
    }

    /// A purpose that is limited to some categories is not given others.
    fn only(&mut self) {
        let profile = self.book.profile();
        for rule in profile.rule.iter().map(Spanned::get_ref) {
            let Some(purpose) = profile.purpose(rule.purpose.get_ref()).filter(|p| !p.only.is_empty()) else {
                continue;
            };
            for category in rule.data.iter().filter(|c| !purpose.only.contains(c.get_ref())) {
                let (name, id) = (category.get_ref(), purpose.id.get_ref());
                let what = format!(
                    "purpose `{id}` is limited to {}, but a rule gives it `{name}`",
                    purpose.only.join(", ")
                );
                self.use_against_promise(format!("only:{id}:{name}"), &category.span(), &what, name, id);
            }
        }
    }

    /// A recipient gets what a purpose it serves may use, and where it is must be safe (KA-27, KA-48, AF-099).
    fn recipients(&mut self) {
        let profile = self.book.profile();
        for recipient in profile.recipient.iter().map(Spanned::get_ref) {
            let id = recipient.id.get_ref();
            for purpose in recipient.purposes.iter().filter(|p| profile.purpose(p.get_ref()).is_none()) {
                self.profile_fault(
                    &purpose.span(),
                    format!("recipient `{id}` serves `{}`, which is not declared", purpose.get_ref()),
                    "declare it under [[purpose]] with its basis, or take it off the recipient",
                );
            }
            for category in &recipient.receives {
                let name = category.get_ref();
                if !recipient.purposes.iter().any(|p| profile.rule(name, p.get_ref()).is_some()) {
                    let what =
                        format!("recipient `{id}` receives `{name}`, which none of its purposes may use");
                    self.contradiction(format!("recipient:{id}:{name}"), &category.span(), &what);
                }
            }
            self.group(recipient);
            let country = recipient.country.get_ref();
            let away = !profile.transfers.is_home(country);
            if away && recipient.safeguards.is_empty() {
                self.profile_fault(
                    &recipient.country.span(),
                    format!("recipient `{id}` is in {country}, and nothing makes the transfer there safe"),
                    "give it `safeguards` (adequacy, clauses, consent, contract, certified)",
                );
            }
            // One without a contract receives nothing yet, and so needs no text yet.
            let active = recipient.is_active();
            for safeguard in &recipient.safeguards {
                self.safeguard(recipient, safeguard, active && away);
            }
            let unsaid = recipient.unsaid();
            if !recipient.policy.is_empty() && !recipient.policy.starts_with("https://") {
                let what = format!("`{}` is no address of a policy", recipient.policy);
                self.profile_fault(&recipient.id.span(), what, "write it as https://…");
            }
            if active && !unsaid.is_empty() {
                let what = format!(
                    "recipient `{id}` receives data, and the register does not say its {}",
                    unsaid.join(", ")
                );
                let remedy = "fill it in: people read it in the notice (AF-178)";
                self.profile_fault(&recipient.id.span(), what, remedy);
            }
            if !active {
                self.found.notes.push(format!(
                    "recipient `{id}` has no contract on record: nothing is sent to it until there is one (KA-28)"
                ));
            }
        }
    }

    /// Data is where the policy says that it can be, and nowhere else (AF-002).
    fn countries(&mut self) {
        let profile = self.book.profile();
        let remedy = "name the country under [transfers] `countries`, or keep data out of it";
        for country in profile.transfers.stored_in.iter().filter(|c| !profile.transfers.lists(c.get_ref())) {
            let what =
                format!("data is stored in {}, which is none of the `countries` (AF-002)", country.get_ref());
            self.profile_fault(&country.span(), what, remedy);
        }
        for recipient in profile.recipients() {
            let (id, country) = (recipient.id.get_ref(), &recipient.country);
            let used = recipient.subprocessors.iter().map(|used| (used.span(), &used.get_ref().country));
            for (span, country) in [(country.span(), country.get_ref())].into_iter().chain(used) {
                if !profile.transfers.lists(country) {
                    let what =
                        format!("`{id}` has data in {country}, which is none of the `countries` (AF-002)");
                    self.profile_fault(&span, what, remedy);
                }
            }
        }
    }

    /// A company of the group receives for what the policy names and for nothing else (KA-26); whom a recipient uses in its turn
    /// is somebody, somewhere where a transfer is as safe (AF-111).
    fn group(&mut self, recipient: &Recipient) {
        let (profile, id) = (self.book.profile(), recipient.id.get_ref());
        let only = &profile.disclosure.affiliates_for;
        let limited = recipient.class == AFFILIATE && !only.is_empty();
        let named = |purpose: &str| only.iter().any(|known| known.get_ref() == purpose);
        for purpose in recipient.purposes.iter().filter(|p| limited && !named(p.get_ref())) {
            self.profile_fault(
                &purpose.span(),
                format!(
                    "`{id}` is of the group, and serves `{}`, which `affiliates_for` does not name (KA-26)",
                    purpose.get_ref()
                ),
                "take the purpose off it, or name it under [disclosure] `affiliates_for`",
            );
        }
        for used in &recipient.subprocessors {
            let (span, used) = (used.span(), used.get_ref());
            let unsaid =
                [&used.name, &used.country, &used.does].into_iter().any(|part| part.trim().is_empty());
            if unsaid {
                let what = format!("whom `{id}` uses is not said whole (AF-111)");
                self.profile_fault(&span, what, "give `name`, `country` and what it `does`");
            }
            if !profile.transfers.is_home(&used.country) && recipient.safeguards.is_empty() {
                let what = format!(
                    "`{id}` uses {} in {}, and nothing makes the transfer there safe",
                    used.name, used.country
                );
                self.profile_fault(&span, what, "give the recipient `safeguards` that bind whom it uses");
            }
        }
    }

    /// A safeguard that the policy accepts, whose text can be read where that is promised, and that says what it hangs on.
    fn safeguard(&mut self, recipient: &Recipient, safeguard: &Spanned<Footing>, in_use: bool) {
        let (profile, id) = (self.book.profile(), recipient.id.get_ref());
        let (span, footing) = (safeguard.span(), safeguard.get_ref());
        let says = footing.is.says();
        if !profile.safeguards().contains(&footing.is) {
            let what = format!("recipient `{id}` rests on {says}, which this policy does not accept");
            self.profile_fault(&span, what, "choose one of `allowed` under [transfers]");
        }
        if in_use && profile.transfers.copies && footing.is.has_a_text() && footing.text.trim().is_empty() {
            let what = format!(
                "recipient `{id}` rests on {says}, and a copy is promised to whoever asks, but there is none (FL-73, AF-110)"
            );
            self.profile_fault(&span, what, "put its text, in the version in force, into `text`");
        }
        let frameworks = || profile.transfers.frameworks.iter().map(|framework| &framework.get_ref().name);
        let known = footing.framework.as_ref().is_some_and(|name| frameworks().any(|known| known == name));
        if footing.is == Safeguard::Certified && !known {
            let what =
                format!("recipient `{id}` is certified under no framework that the policy knows (FL-74)");
            self.profile_fault(
                &span,
                what,
                "name its `framework`, and list it under [transfers] `frameworks`",
            );
        }
        let decided =
            profile.transfers.adequate.iter().any(|a| a.get_ref().country == *recipient.country.get_ref());
        if footing.is == Safeguard::Adequacy && !decided {
            let what = format!("no adequacy decision for {} is listed (AF-107)", recipient.country.get_ref());
            self.profile_fault(&span, what, "list it under [transfers] `adequate`, with its day");
        }
    }

    /// What is said to be a day is one.
    fn days(&mut self) {
        let profile = self.book.profile();
        let transfers = &profile.transfers;
        let mut days: Vec<(Range<usize>, &String)> = vec![];
        for recipient in profile.recipients() {
            days.extend(recipient.measures_checked.iter().map(|day| (day.span(), day.get_ref())));
            days.extend(recipient.contract_until.iter().map(|day| (day.span(), day.get_ref())));
            days.extend(recipient.acknowledged.iter().map(|said| (said.span(), &said.get_ref().on)));
            for safeguard in &recipient.safeguards {
                days.extend(safeguard.get_ref().until.iter().map(|day| (safeguard.span(), day)));
            }
        }
        for decision in &transfers.adequate {
            let known = decision.get_ref();
            days.extend([&known.since].into_iter().chain(&known.until).map(|day| (decision.span(), day)));
        }
        for framework in &transfers.frameworks {
            days.extend(framework.get_ref().until.iter().map(|day| (framework.span(), day)));
        }
        for (span, day) in days.into_iter().filter(|(_, day)| day.parse::<Date>().is_err()) {
            self.profile_fault(&span, format!("`{day}` is no day"), "write it as 2026-11-22");
        }
    }

    fn consent_by_use(&mut self) {
        let consent = &self.book.profile().consent;
        for use_of in consent.by_use.iter().filter(|_| consent.never_by_use) {
            let what = format!("use is never consent, but `{}` counts as agreed by use", use_of.get_ref());
            self.contradiction(format!("consent-by-use:{}", use_of.get_ref()), &use_of.span(), &what);
        }
    }

    fn disclosed(&mut self) {
        let profile = self.book.profile();
        for recipient in profile.recipient.iter().map(Spanned::get_ref) {
            let id = recipient.id.get_ref();
            if let Some(stated) =
                profile.disclosure.states_nothing_disclosed.as_ref().filter(|s| *s.get_ref())
            {
                let what = format!("nothing is said to be disclosed, but `{id}` receives data");
                self.contradiction(format!("nothing-disclosed:{id}"), &stated.span(), &what);
            }
            for never in &profile.disclosure.never {
                let name = never.get_ref();
                if recipient.receives.iter().any(|c| c.get_ref() == name) {
                    let what = format!("`{name}` is never shared with anyone, but `{id}` receives it");
                    self.contradiction(format!("never-shared:{name}:{id}"), &never.span(), &what);
                }
            }
        }
    }

    fn changes(&mut self) {
        let profile = self.book.profile();
        if let [first, second, ..] = profile.changes.date_names.as_slice() {
            let what =
                format!("the date of last update is called «{}» and «{}»", first.get_ref(), second.get_ref());
            self.contradiction("date-names".to_owned(), &second.span(), &what);
        }
        if !profile.reduction_needs_consent() {
            return;
        }
        let mut told = BTreeSet::new();
        for rule in profile.rule.iter().map(Spanned::get_ref) {
            let Some(why) = &rule.keep.get_ref().may_change else { continue };
            for category in rule.data.iter().filter(|c| told.insert(c.get_ref().clone())) {
                let name = category.get_ref();
                let what = format!(
                    "the time of `{name}` may be changed ({}), but no right is reduced without explicit consent (AF-124)",
                    why.get_ref()
                );
                self.contradiction(format!("keep-may-change:{name}"), &why.span(), &what);
            }
        }
    }

    fn print_terms(&mut self) {
        let profile = self.book.profile();
        let printing = &profile.printing;
        for category in &printing.expires_with_print {
            let name = category.get_ref();
            if printing.package_never_holds.contains(name) {
                let what = format!("a print never holds `{name}`, but its expiry deletes `{name}` along");
                self.contradiction(format!("print-expiry:{name}"), &category.span(), &what);
            }
        }
        let unseen: BTreeSet<Source> = printing.unseen.iter().map(|s| *s.get_ref()).collect();
        let storage = printing.unseen.iter().find(|s| *s.get_ref() == Source::BuiltInStorage);
        if let Some(storage) = storage.filter(|_| !unseen.contains(&Source::BuiltInStorageWithCard)) {
            let what = "prints from built-in storage are not seen, but nothing is said of those while a card is in it";
            self.contradiction("unseen:built-in-storage-with-card".to_owned(), &storage.span(), what);
        }
        if let Some(pairing) = profile.pairing.as_ref().filter(|p| p.presence && *p.fixed_value.get_ref()) {
            let what = "everybody linked must have stood before the printer, but the value that links never changes and \
                        can be passed on";
            self.contradiction("pairing-presence".to_owned(), &pairing.fixed_value.span(), what);
        }
        if let Some(refusable) = profile.messages.refusable.as_ref().filter(|r| *r.get_ref())
            && !profile.messages.mandatory.is_empty()
        {
            let what = format!(
                "a person may forbid every contact, but {} cannot be refused",
                profile.messages.mandatory.join(", ")
            );
            self.contradiction("messages-mandatory".to_owned(), &refusable.span(), &what);
        }
    }

    /// A promise about a name that nobody knows would bind nothing.
    fn names(&mut self) {
        let profile = self.book.profile();
        let printing = &profile.printing;
        let locks = || profile.lock.iter().map(Spanned::get_ref);
        let of_locks = locks().flat_map(|l| &l.data).map(|c| (c.span(), c.get_ref()));
        let spanned = profile
            .disclosure
            .never
            .iter()
            .chain(&profile.collect.public)
            .chain(&printing.expires_with_print);
        let of_caps =
            profile.cap.iter().flat_map(|c| c.get_ref().data.iter().map(move |name| (c.span(), name)));
        let of_purposes =
            profile.purpose.iter().flat_map(|p| p.get_ref().only.iter().map(move |name| (p.span(), name)));
        let held = printing.package_never_holds.iter().map(|name| (printing.incognito_ledger.span(), name));
        let categories: Vec<_> = of_locks
            .chain(spanned.map(|c| (c.span(), c.get_ref())))
            .chain(of_caps)
            .chain(of_purposes)
            .chain(held)
            .filter(|(_, name)| self.book.map().category(name).is_none())
            .collect();
        for (span, name) in categories {
            let what = format!(
                "no category `{name}` is defined in the data map, so that this promise binds nothing"
            );
            self.profile_fault(&span, what, "name a category of policy/data.toml");
        }
        let purposes: Vec<_> =
            locks().flat_map(|l| &l.only_for).filter(|p| profile.purpose(p.get_ref()).is_none()).collect();
        for purpose in purposes {
            self.profile_fault(
                &purpose.span(),
                format!(
                    "no purpose `{}` is declared, so that this lock is not what it says",
                    purpose.get_ref()
                ),
                "declare it under [[purpose]], or take it off the lock",
            );
        }
    }

    fn periods(&mut self) {
        let profile = self.book.profile();
        let requests = &profile.requests;
        let answers = [&requests.deadline, &requests.extension, &requests.print_data];
        let others = [
            &requests.sale_opt_out,
            &requests.child_data,
            &requests.target,
            &profile.disclosure.notice_of_sale,
            &profile.breach.authority,
        ];
        let times = answers.into_iter().chain(others);
        let caps = profile.cap.iter().map(|c| &c.get_ref().at_most);
        let duties = profile.duty.iter().map(|d| &d.get_ref().every);
        // What shows that a duty was done is kept no longer than this; a duty that is rarer could never be shown to be done.
        let kept = self
            .book
            .rules_in_force("access.record")
            .filter(|rule| rule.purpose.get_ref() == "accountability");
        let kept = kept.filter_map(|rule| match rule.keep.get_ref().ending() {
            Ending::After { period, .. } => Some(START.plus_period(&period)),
            Ending::Removed => None,
        });
        if let Some(kept) = kept.min() {
            for duty in profile.duties().filter(|duty| duty.due_at(Some(START)).is_some_and(|due| due > kept))
            {
                let what = format!("duty `{}` comes less often than its record is kept", duty.id.get_ref());
                self.profile_fault(
                    &duty.every.span(),
                    what,
                    "do it more often, or keep `access.record` longer",
                );
            }
        }
        for period in times.flatten().chain(caps).chain(duties) {
            if !period.get_ref().parse::<Span>().is_ok_and(Span::is_positive) {
                let what = format!("`{}` is not an ISO 8601 period", period.get_ref());
                self.profile_fault(&period.span(), what, "write for example \"P30D\", \"P1M\" or \"PT72H\"");
            }
        }
    }
}
