//! The project's own automation: `cargo xtask tidy | promises | stubs | bench | hooks | ci`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a tool at the command line that runs other tools; nothing of a house is near"
)]

mod bench;
mod ci;
mod hooks;
mod missing;
mod profiles;
mod promises;
mod stubs;
mod tidy;

use anyhow::{Result, bail};
use promises::Report;
use std::path::PathBuf;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(),
        ["promises"] => promises::run(Report::Verify, None),
        ["promises", "--write"] => promises::run(Report::Write, None),
        ["promises", "--profile", profile] => promises::run(Report::Verify, Some(profile)),
        ["profiles"] => profiles::run(None),
        ["profiles", profile] => profiles::run(Some(profile)),
        ["stubs", "--glance"] => stubs::glance(),
        ["stubs", names @ ..] => stubs::run(names),
        ["bench"] => bench::run(None),
        ["bench", which] => bench::run(Some(which)),
        ["hooks"] => hooks::run(),
        ["ci"] => ci::run(),
        _ => bail!(
            "say one of: tidy, promises [--write | --profile NAME], profiles [NAME], stubs [--glance | NAME…], bench [house|prepare|privacy], hooks, ci"
        ),
    }
}

/// The project's folder.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below a folder with this ending.
fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let mut found = Vec::new();
    for path in entries.filter_map(|e| Some(e.ok()?.path())) {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if path.is_dir() && !matches!(name, "target" | "node_modules" | ".git" | "home" | "dist") {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
