//! Benchmarks by name.

use crate::root;
use anyhow::{Result, bail};
use std::process::Command;

/// Runs one.
pub fn run(which: &str) -> Result<()> {
    let binary = match which {
        "prepare" => ["-p", "prepare", "--bin", "bench-prepare"],
        other => bail!("there is no benchmark `{other}`; there is: prepare"),
    };
    let status =
        Command::new(env!("CARGO")).args(["run", "--release"]).args(binary).current_dir(root()).status()?;
    if status.success() { Ok(()) } else { bail!("the benchmark did not finish") }
}
