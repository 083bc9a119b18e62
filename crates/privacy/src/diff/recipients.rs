//! What changes in who outside the house receives data.
//!
//! A recipient for whose every purpose people are asked can be refused; any other is a matter on which they have no say. A
//! consent covers the recipients that were named when it was given, and what they were to receive: for more, it is asked
//! again.

use super::{Diff, Needs, Subject};
use crate::book::Book;
use crate::profile::{Basis, Recipient, RecipientRole, Safeguard};
use std::collections::BTreeSet;
use toml::Spanned;

impl Diff<'_> {
    pub(super) fn recipients(&mut self) {
        let (old, new) = (self.old.profile(), self.new.profile());
        for recipient in new.recipient.iter().map(Spanned::get_ref) {
            let before =
                old.recipient.iter().map(Spanned::get_ref).find(|r| r.id.get_ref() == recipient.id.get_ref());
            let imposed = !can_be_refused(self.new, recipient);
            let topic = of_recipient(recipient);
            let Some(before) = before else {
                let says = format!(
                    "new, in {}; uses the data {}",
                    recipient.country.get_ref(),
                    recipient.role.says()
                );
                self.reaches_further(&topic, &says, recipient, imposed);
                continue;
            };
            self.recipient(&topic, before, recipient, imposed);
        }
        for recipient in old.recipient.iter().map(Spanned::get_ref) {
            if !new.recipient.iter().any(|r| r.get_ref().id.get_ref() == recipient.id.get_ref()) {
                self.push(&of_recipient(recipient), "receives nothing any more", Needs::Publishing, false);
            }
        }
    }

    fn recipient(&mut self, topic: &Subject, before: &Recipient, after: &Recipient, imposed: bool) {
        let had: BTreeSet<&String> = before.receives.iter().map(Spanned::get_ref).collect();
        let more: Vec<&str> = after
            .receives
            .iter()
            .map(Spanned::get_ref)
            .filter(|c| !had.contains(c))
            .map(|c| self.new.map().category(c).map_or(c.as_str(), |known| known.says.as_str()))
            .collect();
        if !more.is_empty() {
            self.reaches_further(topic, &format!("also receives {}", more.join(", ")), after, imposed);
        }
        if after.is_active() && !before.is_active() {
            self.reaches_further(topic, "has a contract now, and receives what it may", after, imposed);
        }
        let uses = |r: &Recipient| {
            r.subprocessors.iter().map(|used| used.get_ref().name.clone()).collect::<BTreeSet<_>>()
        };
        for used in uses(after).difference(&uses(before)) {
            self.push(topic, format!("also uses {used}"), Needs::Telling, imposed);
        }
        let (was, is) = (before.country.get_ref(), after.country.get_ref());
        if was != is {
            let abroad = !self.new.profile().transfers.is_home(is);
            self.push(topic, format!("is in {is} instead of {was}"), Needs::Telling, imposed && abroad);
        }
        let safeguards = |r: &Recipient| r.footings().map(|footing| footing.is).collect::<Vec<_>>();
        if safeguards(before) != safeguards(after) {
            let good = |footing: &Safeguard| matches!(footing, Safeguard::Adequacy | Safeguard::Clauses);
            let as_good = safeguards(after).iter().any(good);
            let says = "something else makes the transfer safe";
            self.push(topic, says, Needs::Telling, imposed && !as_good);
        }
        let served: BTreeSet<&String> = before.purposes.iter().map(Spanned::get_ref).collect();
        if after.purposes.iter().any(|p| !served.contains(p.get_ref())) {
            self.reaches_further(topic, "serves one purpose more", after, imposed);
        }
        if before.role != after.role {
            let says = format!("uses the data {} instead of {}", after.role.says(), before.role.says());
            self.push(topic, says, Needs::Telling, imposed && before.role == RecipientRole::Processor);
        }
    }

    /// Asks again about each purpose of the recipient that rests on consent; tells of it where it serves another.
    fn reaches_further(&mut self, topic: &Subject, says: &str, recipient: &Recipient, imposed: bool) {
        for purpose in recipient.purposes.iter().map(Spanned::get_ref) {
            if let Some(purpose) = self.new.profile().purpose(purpose).filter(|p| p.basis == Basis::Consent) {
                let (about, of) = (topic.about.clone(), topic.topic.clone());
                let topic = Subject { about, topic: of, purpose: Some(purpose.id.get_ref().clone()) };
                self.push(&topic, format!("{says}; to {}", purpose.says), Needs::Asking, false);
            }
        }
        if imposed {
            self.push(topic, says, Needs::Telling, true);
        }
    }
}

/// Whether a person is asked about every purpose that a recipient serves.
fn can_be_refused(book: &Book, recipient: &Recipient) -> bool {
    let asked = |id: &str| book.profile().purpose(id).is_some_and(|p| p.basis == Basis::Consent);
    !recipient.purposes.is_empty() && recipient.purposes.iter().all(|p| asked(p.get_ref()))
}

fn of_recipient(recipient: &Recipient) -> Subject {
    let (about, topic) = (format!("recipient {}", recipient.id.get_ref()), recipient.name.clone());
    Subject { about, topic, purpose: None }
}
