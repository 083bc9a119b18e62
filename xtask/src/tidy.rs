//! Rules of the house that are text: floors, module docs, sizes, paths that documents name.

use crate::{files, root};
use anyhow::{Context as _, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Longest file; a longer one is not one thing.
const LONGEST: usize = 600;

/// Checks them all and lists what is wrong.
pub fn run() -> Result<()> {
    let mut wrong = floors()?;
    wrong.extend(texts()?);
    wrong.extend(paths_in_documents()?);
    if wrong.is_empty() {
        println!("tidy");
        return Ok(());
    }
    for line in &wrong {
        println!("{line}");
    }
    bail!("{} things are not tidy", wrong.len());
}

/// The dependency table of docs/ARCHITECTURE.md is the real graph.
fn floors() -> Result<Vec<String>> {
    let output =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let names: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    let mut real: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if matches!(name, "xtask" | "acceptance" | "witness") {
            continue;
        }
        let uses = package["dependencies"].as_array().into_iter().flatten();
        let ours = uses
            .filter(|d| d["kind"].is_null())
            .filter_map(|d| d["name"].as_str().filter(|n| names.contains(n)).map(str::to_owned));
        real.insert(name.to_owned(), ours.collect());
    }
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md"))?;
    let mut wrong = Vec::new();
    for (name, uses) in &real {
        let row = text.lines().find(|l| l.starts_with(&format!("| `{name}` |")));
        let Some(row) = row else {
            wrong.push(format!("docs/ARCHITECTURE.md: no row for {name}"));
            continue;
        };
        let cell = row.split('|').nth(2).unwrap_or_default();
        let said: BTreeSet<String> = cell
            .split(',')
            .map(|w| w.trim().trim_matches('`').to_owned())
            .filter(|w| !w.is_empty() && w != "nothing of ours")
            .collect();
        if said != *uses {
            wrong.push(format!("docs/ARCHITECTURE.md says {name} uses {said:?}; it uses {uses:?}"));
        }
    }
    Ok(wrong)
}

fn texts() -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in files(&root().join("crates"), "rs").into_iter().chain(files(&root().join("acceptance"), "rs"))
    {
        let text = std::fs::read_to_string(&file)?;
        let name = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        if !text.starts_with("//!") && !text.starts_with("#![") {
            wrong.push(format!("{name}: a module opens with what it is for and what it must never do"));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("{name}: {lines} lines; is it one thing?"));
        }
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("//") && (trimmed.contains("TODO") || trimmed.contains("FIXME")) {
                wrong.push(format!(
                    "{name}:{}: finish it, or write it down where it can be found",
                    number + 1
                ));
            }
        }
        let base = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if matches!(base, "utils" | "helpers" | "common" | "manager" | "util" | "helper") {
            wrong.push(format!("{name}: if it has no noun, it has no home yet"));
        }
    }
    Ok(wrong)
}

/// Paths in backticks that look like files of this project exist.
fn paths_in_documents() -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in files(&root().join("docs"), "md").into_iter().chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&file)?;
        for word in text.split('`').skip(1).step_by(2) {
            let ours = ["crates/", "policy/", "docs/", "acceptance/", "ui/", "xtask/"]
                .iter()
                .any(|p| word.starts_with(p));
            let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if ours && plain && !root().join(word).exists() {
                wrong.push(format!(
                    "{}: there is no {word}",
                    file.strip_prefix(root()).unwrap_or(&file).display()
                ));
            }
        }
    }
    Ok(wrong)
}
