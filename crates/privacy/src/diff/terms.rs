//! What changes in the terms of a policy: where it is silent, the strict default is what it says.

use super::{Diff, Needs, ends};
use crate::profile::{Ground, Profile, Source};
use std::collections::BTreeSet;
use toml::Spanned;

/// A time that a person waits: how it is called, what the policy says, and the default where it says nothing.
type Wait<'a> = (&'static str, &'a Option<Spanned<String>>, &'static str);

impl Diff<'_> {
    pub(super) fn terms(&mut self) {
        let (old, new) = (self.old.profile(), self.new.profile());
        self.waits(old, new);
        self.kindnesses(old, new);
        self.locks(old, new);
        self.reach(old, new);
        if old.controller.names != new.controller.names {
            self.told("controller names", "somebody else answers for the data");
        }
        if old.people.at_least_years != new.people.at_least_years {
            self.told("people at_least_years", "another lowest age");
        }
        if old.geometry.accept != new.geometry.accept {
            self.told("geometry accept", "shapes are taken in on other terms");
        }
        if old.printing.history != new.printing.history {
            self.told("printing history", "a history begins in another way");
        }
    }

    fn told(&mut self, about: &str, says: &str) {
        self.push(about.to_owned(), says, Needs::Telling, false);
    }

    fn reduced(&mut self, about: String, says: impl Into<String>) {
        self.push(about, says, Needs::Telling, true);
    }

    fn waits(&mut self, old: &Profile, new: &Profile) {
        let all = |p: &'_ Profile| -> Vec<(&'static str, String)> {
            let r = &p.requests;
            let waits: [Wait<'_>; 4] = [
                ("requests deadline", &r.deadline, "P1M"),
                ("requests extension", &r.extension, "PT0S"),
                ("requests print_data", &r.print_data, "PT72H"),
                ("requests sale_opt_out", &r.sale_opt_out, "PT0S"),
            ];
            let said = waits.into_iter().map(|(about, said, silent)| {
                (about, said.as_ref().map_or_else(|| silent.to_owned(), |period| period.get_ref().clone()))
            });
            said.chain([("keys backups", p.keys.backups.get_ref().clone())]).collect()
        };
        for ((about, was), (_, is)) in all(old).into_iter().zip(all(new)) {
            let time = |period: &str| period.parse().map(|span| ends(&span)).ok();
            match time(&is).cmp(&time(&was)) {
                core::cmp::Ordering::Greater => {
                    self.reduced(about.to_owned(), format!("takes {is} instead of {was}"));
                }
                core::cmp::Ordering::Less => {
                    self.push(
                        about.to_owned(),
                        format!("takes {is} instead of {was}"),
                        Needs::Publishing,
                        false,
                    );
                }
                core::cmp::Ordering::Equal => {}
            }
        }
    }

    /// What is kind to the person and can be taken away.
    fn kindnesses(&mut self, old: &Profile, new: &Profile) {
        let all = |p: &Profile| {
            [
                ("printing incognito", p.printing.incognito),
                ("printing incognito_ledger", !*p.printing.incognito_ledger.get_ref()),
                ("printing queue_shows_owner", !p.printing.queue_shows_owner),
                ("changes reduction_needs_consent", p.reduction_needs_consent()),
                ("changes minor_silent", !p.changes.minor_silent.unwrap_or(false)),
                ("consent never_by_use", p.consent.never_by_use || p.consent.by_use.is_empty()),
                ("disclosure tell_person", p.disclosure.tell_person.unwrap_or(true)),
                (
                    "disclosure notice_before_sale_of_company",
                    p.disclosure.notice_before_sale_of_company.unwrap_or(true),
                ),
                ("disclosure negotiation", !p.disclosure.negotiation.unwrap_or(false)),
                ("transfers copies", p.transfers.copies),
                ("signals do_not_track", p.signals.do_not_track.unwrap_or(true)),
            ]
        };
        for ((about, was), (_, is)) in all(old).into_iter().zip(all(new)) {
            match (was, is) {
                (true, false) => self.reduced(about.to_owned(), "is not so kind to people any more"),
                (false, true) => self.push(about.to_owned(), "is kinder to people", Needs::Publishing, false),
                _ => {}
            }
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
                    self.reduced(format!("lock {category}"), "is not locked to its purposes any more");
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
                self.reduced(
                    "cap".to_owned(),
                    format!("{} is not the longest time any more", cap.at_most.get_ref()),
                );
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
                "requests can come in the named ways only".to_owned()
            } else {
                format!("requests cannot come by {} any more", gone.join(", "))
            };
            self.reduced("requests channels".to_owned(), says);
        }
        let strict = [Ground::LegalCompulsion];
        let grounds = |p: &Profile| -> Vec<Ground> {
            if p.disclosure.grounds.is_empty() { strict.to_vec() } else { p.disclosure.grounds.clone() }
        };
        let had = grounds(old);
        for ground in grounds(new).into_iter().filter(|g| !had.contains(g)) {
            self.reduced("disclosure grounds".to_owned(), format!("also if {}", ground.says()));
        }
        for safeguard in new.safeguards().iter().filter(|s| !old.safeguards().contains(s)) {
            self.reduced("transfers allowed".to_owned(), format!("also with {}", safeguard.says()));
        }
        let unseen =
            |p: &Profile| p.printing.unseen.iter().map(|s| *s.get_ref()).collect::<BTreeSet<Source>>();
        if !unseen(old).is_subset(&unseen(new)) {
            self.reduced(
                "printing unseen".to_owned(),
                "of some prints it is not promised any more that nothing is learnt",
            );
        }
        for category in &old.disclosure.never {
            if !new.disclosure.never.iter().any(|c| c.get_ref() == category.get_ref()) {
                self.reduced(format!("disclosure never {}", category.get_ref()), "may be shared");
            }
        }
    }
}
