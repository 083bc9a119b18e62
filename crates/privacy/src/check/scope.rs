//! Checks of what a policy covers: no part of the program is on that it does not put under something (KA-01, AF-005).

use super::Checker;
use crate::profile::{Module, Under};
use std::collections::BTreeSet;

impl Checker<'_> {
    /// Every part that is on stands under something, and terms that are promised are there.
    pub(super) fn scope(&mut self) {
        let (map, profile) = (self.book.map(), self.book.profile());
        let waiting = map.category.values().filter_map(|category| category.get_ref().module.as_deref());
        let waited_for = profile.purpose.iter().filter_map(|purpose| purpose.get_ref().module.as_deref());
        let known: BTreeSet<&str> =
            Module::ALL.iter().map(|module| module.name()).chain(waiting).chain(waited_for).collect();
        for entry in &profile.policy.covers {
            let (span, entry) = (entry.span(), entry.get_ref());
            for name in entry.modules.iter().filter(|name| !known.contains(name.as_str())) {
                let names: Vec<&str> = known.iter().copied().collect();
                let remedy = format!("name one of {}", names.join(", "));
                self.profile_fault(&span, format!("there is no part of the program called `{name}`"), remedy);
            }
            if matches!(&entry.under, Some(Under::Terms(text)) if text.trim().is_empty()) {
                let what = format!("«{}» is put under terms of its own, which say nothing", entry.says);
                self.profile_fault(&span, what, "publish them in `terms`, or write under = \"policy\"");
            }
        }
        let terms = &profile.policy.terms_of_use;
        let silent = terms.iter().any(|paragraph| paragraph.trim().is_empty());
        if silent || (profile.changes.one_contract && terms.is_empty()) {
            let fault = self.sources.profile.problem_anywhere(
                "the policy is one contract with the terms of use, and there are none (AF-129)",
                "write them in `terms_of_use` under [policy], a text for each paragraph",
            );
            self.found.problems.push(fault);
        }
        for module in profile.uncovered() {
            let what = format!("`{}` is on, and the policy does not say that it covers it", module.name());
            let remedy = format!(
                "put it under the policy or under terms of its own in `covers`: {{ says = \"…\", modules = [\"{}\"], under = \"policy\" }}",
                module.name()
            );
            self.found.problems.push(self.sources.profile.problem_anywhere(what, remedy));
        }
    }
}
