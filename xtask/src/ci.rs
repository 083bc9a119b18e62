//! Everything that must hold before a change lands, one after the other.

use crate::promises::Report;
use crate::root;
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// Runs it all; the first that fails ends it.
pub fn run() -> Result<()> {
    step("format", &["cargo", "fmt", "--all", "--check"])?;
    step("lints", &["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    crate::tidy::run()?;
    crate::stubs::glance()?;
    step("tests", &["cargo", "nextest", "run", "--workspace", "--no-fail-fast"])?;
    crate::profiles::run(None)?;
    step("tests in documents", &["cargo", "test", "--workspace", "--doc", "--quiet"])?;
    crate::promises::run(Report::Verify, None)?;
    step("the program", &["cargo", "build", "-p", "server"])?;
    crate::hooks::run()?;
    step("the browser", &["node", "ui/e2e/main.mjs"])?;
    // A browser, a slicer and a real OctoPrint on two cores: a machine that is busy for a moment gets a second try.
    let job = ["node", "ui/e2e/main-job.mjs"];
    step("the main job in a browser", &job)
        .or_else(|_| step("the main job in a browser, once more", &job))?;
    if Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|o| o.status.success()) {
        step("dependencies", &["cargo", "deny", "check", "bans", "licenses", "sources"])?;
    } else {
        println!(
            "== dependencies: cargo-deny is not installed, so licences and bans were not checked (cargo install cargo-deny)"
        );
    }
    Ok(())
}

fn step(name: &str, command: &[&str]) -> Result<()> {
    println!("== {name}");
    let began = Instant::now();
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let status = Command::new(program).args(arguments).current_dir(root()).status()?;
    println!("== {name}: {} s", began.elapsed().as_secs());
    if status.success() { Ok(()) } else { bail!("{name} did not hold: {}", command.join(" ")) }
}
