//! Benchmarks by name; each writes what it printed into `docs/generated/benchmarks-<name>.md`.

use crate::root;
use anyhow::{Result, bail};
use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// Runs one, or all.
pub fn run(which: Option<&str>) -> Result<()> {
    match which {
        Some("prepare") => {
            measure("prepare", &["run", "--release", "-p", "prepare", "--bin", "bench-prepare"])
        }
        Some("house") => {
            build()?;
            measure("house", &["run", "--release", "-p", "acceptance", "--bin", "bench-house"])
        }
        Some("privacy") => {
            build()?;
            measure("privacy", &["run", "--release", "-p", "acceptance", "--bin", "bench-privacy"])
        }
        None => ["prepare", "house", "privacy"].into_iter().try_for_each(|which| run(Some(which))),
        Some(other) => bail!("there is no benchmark `{other}`; there are: house, prepare, privacy"),
    }
}

/// Builds the programs that a benchmark starts beside itself.
fn build() -> Result<()> {
    let build = ["build", "--release", "-p", "server", "-p", "acceptance", "--bins"];
    if !Command::new(env!("CARGO")).args(build).current_dir(root()).status()?.success() {
        bail!("the benchmark did not compile");
    }
    Ok(())
}

fn measure(name: &str, arguments: &[&str]) -> Result<()> {
    let child =
        Command::new(env!("CARGO")).args(arguments).current_dir(root()).stdout(Stdio::piped()).spawn()?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    if !output.status.success() {
        bail!("the benchmark did not finish");
    }
    let kernel = std::fs::read_to_string("/proc/version").unwrap_or_default();
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or_default();
    let mut report =
        format!("# Measured: {name}\n\nWritten by `cargo xtask bench {name}`.\n\n```\n{said}```\n\n");
    let _ = writeln!(
        report,
        "Machine: {} processors ({}), {}",
        cores(),
        model.trim_start_matches([' ', '\t', ':']),
        kernel.trim()
    );
    std::fs::write(root().join(format!("docs/generated/benchmarks-{name}.md")), report)?;
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
