//! Keeping a house well: backup, restore, doctor, and what only somebody at the machine may do.

use crate::house::Place;
use anyhow::{Context as _, Result, bail};
use app::{Context, accounts};
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::SystemRandom;

/// Where to write a backup.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// The data file to write.
    #[arg(long)]
    to: PathBuf,
    /// The key file to write. Keep it in another place than the data file.
    #[arg(long)]
    keys_to: PathBuf,
    /// A file with the passphrase; without it, it is read from standard input.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

/// Writes a backup. The server must not be running on the embedded database.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub async fn backup(options: Backup) -> Result<ExitCode> {
    let passphrase = passphrase(options.passphrase_file)?;
    if options.to.parent() == options.keys_to.parent() {
        eprintln!("warning: data file and key file lie in the same place: whoever copies it has both");
    }
    let store = options.place.visit().await?;
    store.backup(&options.to, &options.keys_to, &passphrase).await?;
    store.close().await;
    println!("wrote {} and {}", options.to.display(), options.keys_to.display());
    Ok(ExitCode::SUCCESS)
}

/// What to bring back, and where.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// The data file.
    #[arg(long)]
    from: PathBuf,
    /// The key file.
    #[arg(long)]
    keys_from: PathBuf,
    /// A file with the passphrase; without it, it is read from standard input.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

/// Brings a backup back.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub async fn restore(options: Restore) -> Result<ExitCode> {
    let passphrase = passphrase(options.passphrase_file)?;
    let (data, keys) = (&options.place.data, options.place.key_folder());
    let random = Arc::new(SystemRandom);
    let now = domain::time::Clock::now(&crate::house::SystemClock);
    let restored =
        store::restore(&options.from, &options.keys_from, &passphrase, data, &keys, random, now).await?;
    println!(
        "brought back {} keys. Erasures that the ledger knows are carried out at the next start.",
        restored.keys
    );
    Ok(ExitCode::SUCCESS)
}

/// What only somebody at this machine may do.
#[derive(Subcommand)]
pub enum Admin {
    /// Make a new set-up code for a house that nobody runs yet.
    SetupCode {
        #[command(flatten)]
        place: Place,
    },
}

/// Does it.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub async fn admin(command: Admin) -> Result<ExitCode> {
    let Admin::SetupCode { place } = command;
    let store = place.visit().await?;
    let code = accounts::begin_setup(&Context::new(store.clone(), crate::house::children()?)).await?;
    store.close().await;
    println!("{code}");
    Ok(ExitCode::SUCCESS)
}

/// Which house to look at.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Looks whether a house is well. Exit code 1: something needs the operator.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub async fn doctor(options: Doctor) -> Result<ExitCode> {
    let store = options.place.visit().await?;
    let mut findings: Vec<(bool, String)> = Vec::new();
    findings.push((true, format!("the house opens, on {:?}", store.engine())));
    for note in store.book().notes() {
        findings.push((true, note.clone()));
    }
    match store::verify(store.log_folder(), &store.log_verifier()) {
        Ok(good) => {
            findings.push((true, format!("the access log checks out: {} leaves", good.checkpoint.size)));
        }
        Err(broken) => findings.push((false, format!("the access log does not check out: {broken}"))),
    }
    let due: u64 = store.sweep_preview().await?.iter().map(|(_, n)| n).sum();
    findings.push((true, format!("{due} rows have expired and wait for the sweep")));
    let (data, keys) = (store.data().to_owned(), options.place.key_folder());
    if std::path::absolute(&keys)?.parent() == data.parent() {
        findings.push((true, "data and keys lie in the same folder: a plain copy of it holds both, and then an erasure does not reach that copy".to_owned()));
    }
    findings.push((true, format!("the access log's verifier key: {}", store.log_verifier())));
    store.close().await;
    let well = findings.iter().all(|(good, _)| *good);
    if options.json {
        let list: Vec<_> = findings.iter().map(|(good, what)| json!({ "ok": good, "what": what })).collect();
        println!("{:#}", json!({ "ok": well, "findings": list }));
    } else {
        for (good, what) in &findings {
            println!("{} {what}", if *good { "✓" } else { "✕" });
        }
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn passphrase(file: Option<PathBuf>) -> Result<String> {
    let mut text = String::new();
    if let Some(file) = file {
        text = std::fs::read_to_string(&file)
            .with_context(|| format!("{} could not be read", file.display()))?;
    } else {
        if std::io::stdin().is_terminal() {
            eprintln!("Type the passphrase, then Enter and Ctrl-D:");
        }
        std::io::stdin().read_to_string(&mut text)?;
    }
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.chars().count() < 12 {
        bail!("the passphrase must have at least 12 letters");
    }
    Ok(text)
}
