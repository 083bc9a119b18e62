//! Benchmarks by name.

use crate::root;
use anyhow::{Result, bail};
use std::process::Command;

/// Runs one.
pub fn run(which: &str) -> Result<()> {
    match which {
        "prepare" => cargo(&["run", "--release", "-p", "prepare", "--bin", "bench-prepare"]),
        "house" => {
            cargo(&["build", "--release", "-p", "server", "-p", "acceptance", "--bins"])?;
            cargo(&["run", "--release", "-p", "acceptance", "--bin", "bench-house"])
        }
        other => bail!("there is no benchmark `{other}`; there are: house, prepare"),
    }
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(arguments).current_dir(root()).status()?;
    if status.success() { Ok(()) } else { bail!("the benchmark did not finish") }
}
