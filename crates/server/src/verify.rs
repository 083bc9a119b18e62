//! `printkeep verify`: checks a log, or what somebody kept of one, from files alone. Opens no house and asks no server.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Paper, verify_paper, verify_since};

/// No file that is checked by itself is longer than this, in bytes.
const LONGEST: u64 = 1 << 20;

/// What to check.
#[derive(Args)]
pub struct Verify {
    /// A log's folder (`log` in the data folder, or a copy of it), or one file: a checkpoint, a proof, or a receipt. A file says
    /// what it is.
    path: PathBuf,
    /// The log's verifier key, as `printkeep doctor` and the privacy page show it. Keep it apart from what it checks.
    #[arg(long)]
    key: String,
    /// A checkpoint that you kept: the log, or the proof, must continue it.
    #[arg(long, value_name = "CHECKPOINT")]
    since: Option<PathBuf>,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Checks it. Exit code 1: it does not check out.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub fn run(options: &Verify) -> Result<ExitCode> {
    let kept = options.since.as_deref().map(text).transpose()?;
    let found = if options.path.is_dir() {
        log(&options.path, &options.key, kept.as_deref())
    } else {
        let found = verify_paper(&text(&options.path)?, &options.key, kept.as_deref());
        found.map(|paper: Paper| (paper.to_string(), paper.json())).map_err(str::to_owned)
    };
    match found {
        Ok((words, says)) => {
            // What is shown comes out of somebody's file: it stays one line and steers no terminal.
            let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
            let words: String = words.chars().map(shown).collect();
            println!("{}", if options.json { with(says, "ok", json!(true)).to_string() } else { words });
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) if options.json => {
            println!("{}", json!({ "ok": false, "what": broken }));
            Ok(ExitCode::FAILURE)
        }
        Err(broken) if options.path.is_dir() => bail!("the log does not check out: {broken}"),
        Err(broken) => bail!("{} does not check out: {broken}", options.path.display()),
    }
}

fn log(folder: &Path, key: &str, kept: Option<&str>) -> Result<(String, Value), String> {
    let good = store::verify(folder, key).map_err(|broken| broken.to_string())?;
    let (size, root) = (good.checkpoint.size, good.checkpoint.root_hex());
    let says = json!({ "kind": "log", "leaves": size, "root": root });
    let words = format!("{size} leaves check out; root {root}");
    let Some(kept) = kept else { return Ok((words, says)) };
    let old = verify_since(&good, key, kept)?.size;
    let words = format!("{words}; they continue the kept checkpoint of {old}");
    Ok((words, with(says, "old", json!(old))))
}

fn with(mut says: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = says.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    says
}

fn text(file: &Path) -> Result<String> {
    let named = || format!("{} could not be read", file.display());
    if std::fs::metadata(file).with_context(named)?.len() > LONGEST {
        bail!("{} is too long to be a checkpoint, a proof or a receipt", file.display());
    }
    std::fs::read_to_string(file).with_context(named)
}
