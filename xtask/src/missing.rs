//! Which module each promise waits for that is not kept yet: `xtask/missing.toml`, held against the register and the marks.

use crate::promises::Promise;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// `xtask/missing.toml`, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    module: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    says: String,
    capabilities: BTreeSet<String>,
    #[serde(default)]
    promises: BTreeSet<String>,
}

impl Module {
    fn has(&self, promise: &Promise) -> bool {
        self.capabilities.contains(&promise.capability) || self.promises.contains(&promise.id)
    }
}

impl Missing {
    /// What is wrong with the file: a line that names nothing, a promise that waits for two, and one that is kept.
    pub(crate) fn faults(&self, register: &[Promise], is_kept: impl Fn(&str) -> bool) -> Vec<String> {
        let ids: BTreeSet<&str> = register.iter().map(|p| p.id.as_str()).collect();
        let capabilities: BTreeSet<&str> = register.iter().map(|p| p.capability.as_str()).collect();
        let mut wrong = Vec::new();
        for (name, module) in &self.module {
            let unknown = |known: &BTreeSet<&str>, said: &BTreeSet<String>| {
                said.iter().filter(|one| !known.contains(one.as_str())).cloned().collect::<Vec<_>>()
            };
            for said in unknown(&capabilities, &module.capabilities)
                .into_iter()
                .chain(unknown(&ids, &module.promises))
            {
                wrong.push(format!("xtask/missing.toml: {name} has `{said}`, and the register does not"));
            }
        }
        for promise in register {
            let waits: Vec<&str> =
                self.module.iter().filter(|(_, m)| m.has(promise)).map(|(n, _)| n.as_str()).collect();
            if waits.len() > 1 {
                wrong.push(format!(
                    "xtask/missing.toml: {} waits for {}",
                    promise.id,
                    waits.join(" and for ")
                ));
            }
            if let (Some(module), true) = (waits.first(), is_kept(&promise.id)) {
                wrong.push(format!(
                    "xtask/missing.toml: {} is kept, and does not wait for {module}",
                    promise.id
                ));
            }
        }
        wrong
    }

    /// The promises that are not kept, by the module that each waits for; those that wait for none come last.
    pub(crate) fn not_yet(&self, register: &[&Promise]) -> String {
        let mut text = String::new();
        let list = |of: Vec<&&Promise>| of.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
        for (name, module) in &self.module {
            let waiting: Vec<&&Promise> = register.iter().filter(|p| module.has(p)).collect();
            if !waiting.is_empty() {
                let _ =
                    writeln!(text, "- **{name}** ({}), {}: {}", module.says, waiting.len(), list(waiting));
            }
        }
        let rest: Vec<&&Promise> =
            register.iter().filter(|p| !self.module.values().any(|m| m.has(p))).collect();
        if !rest.is_empty() {
            let _ = writeln!(text, "- with what is there already, {}: {}", rest.len(), list(rest));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(id: &str, capability: &str) -> Promise {
        let (id, capability) = (id.to_owned(), capability.to_owned());
        Promise { id, kind: "right".to_owned(), capability, requirement: "…".to_owned() }
    }

    fn missing(text: &str) -> Missing {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_is_not_kept_names_its_module_or_is_to_be_kept_now() {
        let register =
            [promise("AF-001", "shop-orders"), promise("AF-002", "rights"), promise("AF-003", "rights")];
        let file = missing(
            "[module.shop]\nsays = \"orders\"\ncapabilities = [\"shop-orders\"]\npromises = [\"AF-003\"]",
        );
        assert_eq!(file.faults(&register, |id| id == "AF-002"), Vec::<String>::new());
        let all: Vec<&Promise> = register.iter().collect();
        assert_eq!(
            file.not_yet(&all),
            "- **shop** (orders), 2: AF-001, AF-003\n- with what is there already, 1: AF-002\n"
        );
    }

    #[test]
    fn a_line_that_is_true_no_more_is_refused() {
        let register = [promise("AF-001", "shop-orders")];
        let file = missing(
            "[module.shop]\nsays = \"orders\"\ncapabilities = [\"shop-orders\", \"gone\"]\npromises = [\"AF-009\"]\n[module.other]\nsays = \"x\"\ncapabilities = []\npromises = [\"AF-001\"]",
        );
        let faults = file.faults(&register, |id| id == "AF-001").join("\n");
        for said in ["`gone`", "`AF-009`", "waits for other and for shop", "AF-001 is kept"] {
            assert!(faults.contains(said), "{said}: {faults}");
        }
    }
}
