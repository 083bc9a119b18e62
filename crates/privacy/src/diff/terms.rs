//! What changes in the terms of a policy: where it is silent, the strict default is what it says.

use super::{Diff, Needs, Subject, ends};
use crate::profile::{Ground, History, Profile, Source, Under};
use core::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Something that takes time: its name in the files and for people, and how long it takes.
type Wait = (&'static str, &'static str, String);
/// Something kind that can be taken away: its name in the files and for people, and whether it is there.
type Kindness = (&'static str, &'static str, bool);
/// Promises of one kind, each a thing that is named: the files' name, people's, and what is named.
type Promises<'a> = (&'static str, &'static str, BTreeSet<&'a str>);

impl Diff<'_> {
    pub(super) fn terms(&mut self) {
        let (old, new) = (self.old.profile(), self.new.profile());
        self.waits(old, new);
        self.kindnesses(old, new);
        self.promises(old, new);
        self.locks(old, new);
        self.reach(old, new);
        self.controller(old, new);
        if old.people.at_least_years != new.people.at_least_years {
            self.told("people at_least_years", "Age", "another lowest age");
        }
        let unused = |p: &Profile| p.people.unused.as_ref().map(|u| u.get_ref().erased_after.clone());
        if unused(old) != unused(new) {
            let says =
                unused(new).map_or_else(|| "not erased".to_owned(), |after| format!("erased after {after}"));
            self.told("people unused", "An account that nobody uses", &says);
        }
        if old.policy.terms_of_use != new.policy.terms_of_use {
            self.told("policy terms_of_use", "The terms of use", "say something else");
        }
        let stands = |p: &Profile| {
            let entries = p.policy.covers.iter().map(Spanned::get_ref);
            let each = entries.flat_map(|e| e.modules.iter().map(|module| (module.clone(), e.under.clone())));
            each.collect::<BTreeMap<_, _>>()
        };
        let before = stands(old);
        for (module, under) in
            stands(new).iter().filter(|(module, under)| before.get(*module) != Some(*under))
        {
            let says = match under {
                Some(Under::Terms(_)) => "goes by terms of its own",
                _ => "is covered by this policy",
            };
            self.told(&format!("covers {module}"), &format!("The part «{module}»"), says);
        }
        if old.geometry.accept != new.geometry.accept {
            self.told("geometry accept", "Shapes", "taken in on other terms");
        }
        if old.printing.history != new.printing.history {
            let unasked = new.printing.history == History::On;
            let topic = of("printing history", "Print history");
            self.push(&topic, "begins in another way", Needs::Telling, unasked);
        }
    }

    fn told(&mut self, about: &str, topic: &str, says: &str) {
        self.push(&of(about, topic), says, Needs::Telling, false);
    }

    fn reduced(&mut self, about: &str, topic: &str, says: impl Into<String>) {
        self.push(&of(about, topic), says, Needs::Telling, true);
    }

    /// Who answers. Filling in what was left empty takes nothing from anybody.
    fn controller(&mut self, old: &Profile, new: &Profile) {
        let named = |p: &Profile| p.controller.names.iter().any(|name| !name.trim().is_empty());
        if old.controller.names == new.controller.names {
            return;
        }
        let topic = of("controller names", "Who answers for your data");
        if named(old) {
            self.push(&topic, "somebody else", Needs::Telling, false);
        } else {
            self.push(&topic, "is named now", Needs::Publishing, false);
        }
    }

    fn waits(&mut self, old: &Profile, new: &Profile) {
        for ((about, topic, was), (_, _, is)) in waits(old).into_iter().zip(waits(new)) {
            let time = |period: &str| period.parse().map(|span| ends(&span)).ok();
            let says = format!("takes at most {is} instead of {was}");
            match time(&is).cmp(&time(&was)) {
                Ordering::Greater => self.reduced(about, topic, says),
                Ordering::Less => self.push(&of(about, topic), says, Needs::Publishing, false),
                Ordering::Equal => {}
            }
        }
    }

    fn kindnesses(&mut self, old: &Profile, new: &Profile) {
        for ((about, topic, was), (_, _, is)) in kindnesses(old).into_iter().zip(kindnesses(new)) {
            match (was, is) {
                (true, false) => self.reduced(about, topic, "not any more"),
                (false, true) => self.push(&of(about, topic), "from now on", Needs::Publishing, false),
                _ => {}
            }
        }
        if new.people.staff_at_most > old.people.staff_at_most {
            let says = format!("{} instead of {}", new.people.staff_at_most, old.people.staff_at_most);
            self.reduced("people staff_at_most", "How many people can look at others’ data", says);
        }
    }

    fn promises(&mut self, old: &Profile, new: &Profile) {
        for ((about, topic, had), (_, _, has)) in promises(old).into_iter().zip(promises(new)) {
            for gone in had.difference(&has) {
                let what = self.new.map().category(gone).map_or(*gone, |category| category.says.as_str());
                self.reduced(&format!("{about} {gone}"), topic, format!("not promised of {what} any more"));
            }
        }
        for more in new.messages.mandatory.iter().filter(|kind| !old.messages.mandatory.contains(kind)) {
            self.reduced("messages mandatory", "Messages that cannot be refused", format!("also {more}"));
        }
        let by_use =
            |p: &Profile| p.consent.by_use.iter().map(|id| id.get_ref().clone()).collect::<BTreeSet<_>>();
        for more in by_use(new).difference(&by_use(old)) {
            self.reduced("consent by_use", "Taken for agreed by mere use", format!("also {more}"));
        }
    }

    fn locks(&mut self, old: &Profile, new: &Profile) {
        for lock in old.lock.iter().map(Spanned::get_ref) {
            let only: BTreeSet<&String> = lock.only_for.iter().map(Spanned::get_ref).collect();
            for category in lock.data.iter().map(Spanned::get_ref) {
                let still = new.lock.iter().map(Spanned::get_ref).any(|l| {
                    l.data.iter().any(|c| c.get_ref() == category)
                        && l.only_for.iter().all(|p| only.contains(p.get_ref()))
                        && (l.even_with_consent || !lock.even_with_consent)
                });
                if !still {
                    let what = self.old.map().category(category).map_or(category, |known| &known.says);
                    let topic = super::capital(what);
                    let says = "not locked to its purposes any more";
                    self.reduced(&format!("lock {category}"), &topic, says);
                }
            }
        }
        for cap in old.cap.iter().map(Spanned::get_ref) {
            let longest = |period: &str| period.parse().map(|span| ends(&span)).ok();
            let still = new.cap.iter().map(Spanned::get_ref).any(|c| {
                longest(c.at_most.get_ref()) <= longest(cap.at_most.get_ref())
                    && (c.data.is_empty()
                        || cap.data.iter().all(|d| !cap.data.is_empty() && c.data.contains(d)))
            });
            if !still {
                let says = format!("not {} any more", cap.at_most.get_ref());
                self.reduced("cap", "The longest time that anything is kept", says);
            }
        }
    }

    /// To whom, where and how.
    fn reach(&mut self, old: &Profile, new: &Profile) {
        let gone: Vec<&str> = old
            .requests
            .channels
            .iter()
            .filter(|c| !new.requests.channels.is_empty() && !new.requests.channels.contains(c))
            .map(|c| c.says())
            .collect();
        let narrowed = old.requests.channels.is_empty() && !new.requests.channels.is_empty();
        if narrowed || !gone.is_empty() {
            let says = if narrowed {
                "can come in the named ways only".to_owned()
            } else {
                format!("cannot come by {} any more", gone.join(", "))
            };
            self.reduced("requests channels", "Requests about your data", says);
        }
        let strict = [Ground::LegalCompulsion];
        let grounds = |p: &Profile| -> Vec<Ground> {
            if p.disclosure.grounds.is_empty() { strict.to_vec() } else { p.disclosure.grounds.clone() }
        };
        let had = grounds(old);
        for ground in grounds(new).into_iter().filter(|g| !had.contains(g)) {
            let says = format!("also if {}", ground.says());
            let topic = if ground == Ground::Acquisition {
                "Data leaves the house"
            } else {
                "Authorities receive data"
            };
            self.reduced("disclosure grounds", topic, says);
        }
        for safeguard in new.safeguards().iter().filter(|s| !old.safeguards().contains(s)) {
            let says = format!("also with {}", safeguard.says());
            self.reduced("transfers allowed", "Data goes abroad", says);
        }
        for country in new.transfers.home.iter().filter(|country| !old.transfers.is_home(country)) {
            let says = format!("needs nothing to make it safe in {country}");
            self.reduced("transfers home", "Data", says);
        }
        let unseen =
            |p: &Profile| p.printing.unseen.iter().map(|s| *s.get_ref()).collect::<BTreeSet<Source>>();
        if !unseen(old).is_subset(&unseen(new)) {
            let says = "of some it is not promised any more that nothing is learnt";
            self.reduced("printing unseen", "Prints that this house did not send", says);
        }
    }
}

fn of(about: &str, topic: &str) -> Subject {
    Subject { about: about.to_owned(), topic: topic.to_owned(), purpose: None }
}

fn waits(p: &Profile) -> [Wait; 11] {
    let r = &p.requests;
    let or = |said: &Option<Spanned<String>>, silent: &str| {
        said.as_ref().map_or_else(|| silent.to_owned(), |period| period.get_ref().clone())
    };
    [
        ("requests deadline", "An answer to a request about your data", or(&r.deadline, "P1M")),
        ("requests extension", "Putting an answer off", or(&r.extension, "PT0S")),
        ("requests print_data", "A request about your print data", or(&r.print_data, "PT72H")),
        ("requests sale_opt_out", "Opting out of a sale", or(&r.sale_opt_out, "PT0S")),
        ("requests child_data", "Erasing data of a child that is known of", or(&r.child_data, "P7D")),
        ("requests target", "Correcting or erasing, as we mean to,", or(&r.target, "P1M")),
        ("breach authority", "Telling the authority of a breach", p.breach.authority().to_owned()),
        ("keys backups", "Until backups are gone it", p.keys.backups.get_ref().clone()),
        ("keys epoch", "A new key", p.keys.epoch.get_ref().clone()),
        ("people log_review", "A review of who looked", p.people.log_review.get_ref().clone()),
        ("people erase_grace_days", "Erasing an account", format!("P{}D", p.people.erase_grace_days)),
    ]
}

fn kindnesses(p: &Profile) -> [Kindness; 13] {
    [
        ("printing incognito", "Printing without leaving a trace", p.printing.incognito),
        (
            "printing incognito_ledger",
            "An incognito print leaves not even a line with grams and minutes",
            !*p.printing.incognito_ledger.get_ref(),
        ),
        (
            "printing queue_shows_owner",
            "Nobody else sees whose a waiting print is",
            !p.printing.queue_shows_owner,
        ),
        (
            "changes reduction_needs_consent",
            "Rules that take something away from you wait for your yes",
            p.reduction_needs_consent(),
        ),
        (
            "changes minor_silent",
            "You are told of small changes too",
            !p.changes.minor_silent.unwrap_or(false),
        ),
        (
            "consent never_by_use",
            "Using this house is never taken for consent",
            p.consent.never_by_use || p.consent.by_use.is_empty(),
        ),
        (
            "disclosure tell_person",
            "You are told when authorities receive data",
            p.disclosure.tell_person.unwrap_or(true),
        ),
        (
            "disclosure notice_before_sale_of_company",
            "You are told before the house is sold",
            p.disclosure.notice_before_sale_of_company.unwrap_or(true),
        ),
        (
            "disclosure negotiation",
            "Nothing is shared while a sale is still talked about",
            !p.disclosure.negotiation.unwrap_or(false),
        ),
        (
            "requests local_law_overrides",
            "The time that is promised for an answer holds wherever you live",
            !p.requests.local_law_overrides,
        ),
        ("transfers copies", "You get a copy of what protects your data abroad", p.transfers.copies),
        ("signals do_not_track", "Do Not Track is honoured", p.signals.do_not_track.unwrap_or(true)),
        (
            "messages refusable",
            "Every message can be refused",
            p.messages.refusable.as_ref().is_none_or(|refusable| *refusable.get_ref()),
        ),
    ]
}

fn promises(p: &Profile) -> [Promises<'_>; 5] {
    fn names(list: &[Spanned<String>]) -> BTreeSet<&str> {
        list.iter().map(|name| name.get_ref().as_str()).collect()
    }
    [
        ("disclosure never", "Shared with nobody", names(&p.disclosure.never)),
        ("collect not", "Not collected", names(&p.collect.not)),
        (
            "printing package_never_holds",
            "Never in what a printer is sent",
            p.printing.package_never_holds.iter().map(String::as_str).collect(),
        ),
        (
            "printing expires_with_print",
            "Goes when a print’s time is over",
            names(&p.printing.expires_with_print),
        ),
        (
            "duty",
            "Done again and again",
            p.duty.iter().map(|duty| duty.get_ref().id.get_ref().as_str()).collect(),
        ),
    ]
}
