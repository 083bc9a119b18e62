//! Where a house lies and which policy it keeps, as given on the command line, and opening it.

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use domain::time::{Clock, Instant};
use privacy::{Book, Sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::{Database, Settings, Store, SystemRandom};

/// Where a house lies and which policy it keeps.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The data folder; made if there is none.
    #[arg(long, default_value = "printkeep-data", env = "PRINTKEEP_DATA")]
    pub data: PathBuf,
    /// The key folder, outside the data folder. Default: beside it, with `-keys` at its name's end.
    #[arg(long, env = "PRINTKEEP_KEYS")]
    pub keys: Option<PathBuf>,
    /// The policy: a profile's name (`house`, `atomform`) or a file of your own.
    #[arg(long, default_value = "house", env = "PRINTKEEP_POLICY")]
    pub policy: String,
    /// PostgreSQL for the rows, instead of the embedded database: postgres://user@host/name
    #[arg(long, env = "PRINTKEEP_DATABASE", requires = "key_database")]
    pub database: Option<String>,
    /// PostgreSQL for people's keys: another database than the rows'.
    #[arg(long, env = "PRINTKEEP_KEY_DATABASE", requires = "database")]
    pub key_database: Option<String>,
}

impl Place {
    /// The key folder.
    pub fn key_folder(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| {
            let mut name = self.data.file_name().unwrap_or_default().to_owned();
            name.push("-keys");
            self.data.with_file_name(name)
        })
    }

    /// Opens the house to serve it: the policy is in force from then on.
    pub async fn open(&self) -> Result<Store> {
        let (settings, book) = (self.settings()?, Arc::new(book(&self.policy)?));
        Store::open(settings, book, Arc::new(SystemClock), Arc::new(SystemRandom))
            .await
            .context("the house could not be opened")
    }

    /// Opens the house to look after it, under the version of the policy that is in force there; `--policy` is for a house
    /// that has published none.
    pub async fn visit(&self) -> Result<Store> {
        let (settings, book) = (self.settings()?, Arc::new(book(&self.policy)?));
        Store::visit(settings, book, Arc::new(SystemClock), Arc::new(SystemRandom))
            .await
            .context("the house could not be opened")
    }

    fn settings(&self) -> Result<Settings> {
        let database = match (&self.database, &self.key_database) {
            (Some(state), Some(keys)) => Database::Postgres { state: state.clone(), keys: keys.clone() },
            _ => Database::Embedded,
        };
        Ok(Settings { data: absolute(&self.data)?, keys: absolute(&self.key_folder())?, database })
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is not a place on this machine", path.display()))
}

/// Compiles the policy of this name or file.
pub fn book(policy: &str) -> Result<Book> {
    sources(policy)?.compile().map_err(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!("the policy does not hold together, so nothing was started:\n{}", list.join("\n"))
    })
}

/// The policy files of this profile's name or file.
pub fn sources(policy: &str) -> Result<Sources> {
    if let Some(built_in) = Sources::built_in(policy) {
        return Ok(built_in);
    }
    if !Path::new(policy).exists() {
        let known: Vec<&str> = Sources::profiles().collect();
        bail!("there is no profile `{policy}` and no such file; the profiles are {}", known.join(", "));
    }
    let text = std::fs::read_to_string(policy).with_context(|| format!("{policy} could not be read"))?;
    Ok(Sources::with_profile(policy, &text))
}

/// The machine's clock: the one place that asks the operating system for the time.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everybody else is passed")]
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(since.as_micros() as i64)
    }
}

/// How strangers' files are read: in confined children of this program.
pub fn children() -> Result<prepare::Config> {
    let program = std::env::current_exe().context("the program does not know where it lies")?;
    Ok(prepare::Config::new(program, [CHILD]))
}

/// The argument that makes this program the confined child.
pub const CHILD: &str = "child-prepare";
