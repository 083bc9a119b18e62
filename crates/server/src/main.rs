//! Printkeep: a self-hosted cloud for 3D printers that keeps its privacy promises and can prove it.
//!
//! One binary with roles. This crate wires everything together and holds no other logic.

mod chores;
mod demo;
mod house;
mod keeping;
mod log;
mod policy;
mod serve;
mod updates;
mod verify;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};
use std::io;
use std::process::ExitCode;

/// A self-hosted cloud for 3D printers that keeps its privacy promises and can prove it.
///
/// Start with `printkeep serve`: it makes the folder it needs, prints the address to open and a one-time set-up code.
#[derive(Parser)]
#[command(name = "printkeep", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Options),
    /// Try it out: a house that sets itself up with simulated printers, and is gone when you stop it.
    Demo(demo::Options),
    /// Look at the policy in force: what is kept, why, for how long.
    #[command(subcommand)]
    Policy(policy::Command),
    /// Check an access log, a proof, a checkpoint or a receipt from files alone, without the server.
    Verify(verify::Verify),
    /// Write a backup: a data file, and apart from it a key file sealed with a passphrase.
    Backup(keeping::Backup),
    /// Bring a backup back into empty folders.
    Restore(keeping::Restore),
    /// What only somebody at this machine may do.
    #[command(subcommand)]
    Admin(keeping::Admin),
    /// Look whether this house is well: folders, keys, log, disk.
    Doctor(keeping::Doctor),
    /// Print completion for a shell: `source <(printkeep completion bash)`.
    Completion {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    // Before any thread or runtime starts: the child confines itself, and that holds for one thread.
    if std::env::args_os().nth(1).is_some_and(|word| word == house::CHILD) {
        return prepare::child::main();
    }
    log::start();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("printkeep: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    match command {
        Command::Serve(options) => runtime.block_on(serve::run(options)),
        Command::Demo(options) => runtime.block_on(demo::run(options)),
        Command::Policy(command) => policy::run(command),
        Command::Verify(options) => verify::run(&options),
        Command::Backup(options) => runtime.block_on(keeping::backup(options)),
        Command::Restore(options) => runtime.block_on(keeping::restore(options)),
        Command::Admin(command) => runtime.block_on(keeping::admin(command)),
        Command::Doctor(options) => runtime.block_on(keeping::doctor(options)),
        Command::Completion { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "printkeep", &mut io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}
