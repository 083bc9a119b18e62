//! Runs the marked tests once more for each company, in houses under that company's policy: a promise is kept only by a
//! house that obeys the policy it stands in.

use crate::{promises, root};
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Instant;

/// The companies' profiles, and how the ids of their promises begin.
pub(crate) const COMPANIES: [(&str, &str); 5] = [
    ("kallas", "KA-"),
    ("atomform", "AF-"),
    ("formlabs", "FL-"),
    ("threedpros", "TP-"),
    ("stelloloxon", "SP-"),
];

/// The profile whose policy made a promise.
pub(crate) fn of(id: &str) -> Option<&'static str> {
    COMPANIES.iter().find(|(_, prefix)| id.starts_with(prefix)).map(|(profile, _)| *profile)
}

/// Runs the tests that are marked with promises of each company, or of one.
pub fn run(only: Option<&str>) -> Result<()> {
    if let Some(only) = only.filter(|only| !COMPANIES.iter().any(|(profile, _)| profile == only)) {
        bail!("there is no company `{only}`");
    }
    let marks = promises::marks()?;
    let mut failed = Vec::new();
    for (profile, prefix) in COMPANIES.iter().filter(|(profile, _)| only.is_none_or(|o| o == *profile)) {
        let tests: BTreeSet<&str> = marks
            .iter()
            .filter(|mark| mark.promises.iter().any(|id| id.starts_with(prefix)))
            .map(|mark| mark.test.as_str())
            .collect();
        println!("== under the policy of {profile}: {} tests", tests.len());
        let began = Instant::now();
        let names = tests.into_iter().collect::<Vec<_>>().join("|");
        let status = Command::new(env!("CARGO"))
            .args([
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--status-level",
                "fail",
                "--profile",
                profile,
            ])
            // That a promise holds on either database is seen under the house's own policy; what differs here is the policy.
            .args(["-E", &format!("test(/(^|::)({names})(::|$)/) and not test(/::on_postgres$/)")])
            .env("PRINTKEEP_TEST_POLICY", profile)
            .current_dir(root())
            .status()?;
        println!("== under the policy of {profile}: {} s", began.elapsed().as_secs());
        if !status.success() {
            failed.push(*profile);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("promises did not hold under: {}", failed.join(", ")) }
}
