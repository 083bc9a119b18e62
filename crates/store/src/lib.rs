//! The disk: the only SQL, the only files, the only cryptography in the tree.
//!
//! Personal data is reached through a [`Grant`] alone, which a [`Tx`] gives when the policy in force allows the
//! act; how a value lies on the disk is what the data map says. This crate never decides policy and never returns
//! a personal row without a grant.

mod backup;
mod blobs;
pub mod breaches;
mod ceremonies;
mod crypt;
pub mod disclosures;
mod epoch;
mod erase;
mod export;
pub mod failpoint;
mod fault;
mod files;
pub mod history;
mod house;
pub mod jobs;
mod keys;
mod ledger;
pub mod letters;
mod log;
pub mod models;
mod opened;
mod over_age;
pub mod people;
pub mod placements;
mod policy;
pub mod printers;
mod record;
pub mod requests;
mod safeguards;
mod schema;
pub mod slicings;
mod sql;
mod sweep;
mod tx;
pub mod uploads;
pub mod work;

pub use backup::{BackupError, Restored, restore};
pub use blobs::{Gone, ReadPass, Staged, Staging};
pub use crypt::SystemRandom;
pub use erase::Receipt;
pub use export::{Archive, File, Part, disclose};
pub use fault::{Error, Fault};
pub use files::Held;
pub use log::tree;
pub use log::{Broken, Checkpoint, Line, Paper, Statement, Verified, verify, verify_paper, verify_since};
pub use over_age::Kept;
pub use record::Record;
pub use sql::{Engine, Value};
pub use sweep::Swept;
pub use tx::{Grant, Tx};

use crypt::Key;
use domain::ids::PersonId;
use domain::random::Random;
use domain::time::{Clock, Instant};
use keys::{HOUSE, KeyStore, sync_folder};
use ledger::Ledger;
use log::AccessLog;
use privacy::Book;
use privacy::versions::Versions;
use sql::{Journal, Pool};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The file of the access log's signing key, in the key folder.
const LOG_KEY: &str = "log.key";

/// Where a house lies.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// The key folder: epoch keys and the log's signing key. Outside the data folder.
    pub keys: PathBuf,
    /// Which engine.
    pub database: Database,
}

/// Which engine holds the rows.
#[derive(Clone, Debug)]
pub enum Database {
    /// SQLite files in the data folder.
    Embedded,
    /// PostgreSQL. The keys lie in a database of their own, or key destruction would not reach backups.
    Postgres {
        /// The rows' database.
        state: String,
        /// The keys' database.
        keys: String,
    },
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) pool: Pool,
    pub(crate) keys: KeyStore,
    pub(crate) ledger: Ledger,
    pub(crate) blobs: blobs::Blobs,
    pub(crate) log: AccessLog,
    /// The newest version of the policy: what binds everybody who comes now.
    pub(crate) book: Arc<Book>,
    pub(crate) versions: Versions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) house_key: Arc<Key>,
    /// People whose erasure has begun in this process: no stream that was open before may go on.
    pub(crate) fenced: RwLock<HashSet<PersonId>>,
    /// Staged files that this process holds without giving them to anybody.
    pub(crate) held: RwLock<HashSet<uuid::Uuid>>,
    /// Keys seen without a person, and since when.
    pub(crate) keys_alone: Mutex<HashMap<PersonId, Instant>>,
    /// Whether removed rows may still lie in the embedded database's write-ahead log. So it is at the start: the
    /// process before may have ended too soon.
    pub(crate) untidy: AtomicBool,
    /// Held while the embedded database is open: it has one process.
    _lock: Option<std::fs::File>,
}

/// An open house. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl Store {
    /// Opens a house to serve it, and makes it if the folders are empty. Brings the schema up to date, publishes the policy
    /// if it is a new version, and carries out every erasure that the ledger knows and the data do not, before anything is
    /// served.
    ///
    /// # Errors
    /// A fault that says what to do: the key folder inside the data folder, keys and rows in one database, another
    /// process using the embedded database, an epoch key that is missing, a policy that differs from the one in force and
    /// does not say so.
    pub async fn open(
        settings: Settings,
        book: Arc<Book>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, Fault> {
        Self::opened(settings, book, clock, random, true).await
    }

    /// Opens a house to look after it. Nothing is published, and the version that is in force there holds, whatever `book`
    /// says; `book` is for a house that has none yet.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn visit(
        settings: Settings,
        book: Arc<Book>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, Fault> {
        Self::opened(settings, book, clock, random, false).await
    }

    async fn opened(
        settings: Settings,
        book: Arc<Book>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        to_serve: bool,
    ) -> Result<Self, Fault> {
        let Settings { data, keys: key_folder, database } = &settings;
        std::fs::create_dir_all(data).map_err(Fault::file("the data folder could not be made"))?;
        if key_folder.starts_with(data) {
            return Err(Fault::corrupt(
                "the key folder lies inside the data folder, so that every copy of the data would carry its keys: name another with --keys",
            ));
        }
        let (pool, key_pool, ledger, lock) = match database {
            Database::Embedded => {
                let lock = lock(data)?;
                let pool = Pool::sqlite(&data.join("state.db"), Journal::WriteAhead).await?;
                let key_pool = Pool::sqlite(&data.join("keys.db"), Journal::Truncate).await?;
                (pool, key_pool, Ledger::File(data.join("erasures.log")), Some(lock))
            }
            Database::Postgres { state, keys } => {
                let (pool, key_pool) = (Pool::postgres(state).await?, Pool::postgres(keys).await?);
                refuse_same_database(&pool, &key_pool).await?;
                (pool, key_pool, Ledger::Table, None)
            }
        };
        schema::migrate(&pool, schema::STATE).await?;
        let versions = if to_serve {
            policy::publish(&pool, &book, clock.now()).await?
        } else {
            policy::recorded(&pool, &book).await?
        };
        let keys = KeyStore::open(key_pool, key_folder, random.clone()).await?;
        let house_key = keys.load(HOUSE).await?.ok_or(Fault::Sealed("the house"))?;
        let alone = keys::alone(keys.pool()).await?;
        let signer = log::note::Signer::load(&key_folder.join(LOG_KEY), &*random)?;
        alone.commit().await?;
        let inner = Inner {
            log: AccessLog::new(&data.join("log"), signer),
            blobs: blobs::Blobs::local(&data.join("blobs"))?,
            settings,
            pool,
            keys,
            ledger,
            book: Arc::clone(versions.newest()),
            versions,
            clock,
            random,
            house_key,
            fenced: RwLock::default(),
            held: RwLock::default(),
            keys_alone: Mutex::default(),
            untidy: AtomicBool::new(true),
            _lock: lock,
        };
        sync_folder(&inner.settings.data)?;
        let store = Self(Arc::new(inner));
        store.replay_erasures().await?;
        store.integrate_log().await?;
        Ok(store)
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// A fault.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        Ok(Tx::new(self.0.clone(), self.0.pool.begin().await?, true))
    }

    /// Begins a transaction that only reads, and so can authorise only what leaves no line in the access log.
    ///
    /// # Errors
    /// A fault.
    pub async fn look(&self) -> Result<Tx, Fault> {
        Ok(Tx::new(self.0.clone(), self.0.pool.begin_reading().await?, false))
    }

    /// The policy in force: its newest version. Somebody may be bound by an earlier one; see [`Store::versions`].
    pub fn book(&self) -> &Arc<Book> {
        &self.0.book
    }
    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }
    /// The source of randomness.
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.0.random
    }
    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.settings.data
    }
    /// Which engine.
    pub fn engine(&self) -> Engine {
        self.0.pool.engine()
    }

    /// Gives waiting leaves of the access log their place and brings its files up to date. Returns how many leaves
    /// the log has.
    ///
    /// # Errors
    /// A fault.
    pub async fn integrate_log(&self) -> Result<u64, Fault> {
        self.0.log.integrate(&self.0.pool).await
    }

    /// The folder of the access log's files.
    pub fn log_folder(&self) -> &Path {
        self.0.log.folder()
    }

    /// The key against which the access log's checkpoints are verified.
    pub fn log_verifier(&self) -> String {
        self.0.log.verifier()
    }

    /// Starts a new key epoch: copies of the key database made before are noise from then on.
    ///
    /// # Errors
    /// A fault.
    pub async fn rotate_keys(&self) -> Result<i64, Fault> {
        self.0.keys.rotate().await
    }

    /// The tables and columns that the database has, by name; for comparing with the data map.
    ///
    /// # Errors
    /// A fault.
    pub async fn columns(&self) -> Result<BTreeMap<String, BTreeSet<String>>, Fault> {
        schema::columns(&mut self.0.pool.begin_reading().await?).await
    }

    /// Closes every connection. Nothing may be used afterwards.
    pub async fn close(self) {
        self.0.pool.close().await;
        self.0.keys.pool().close().await;
    }

    pub(crate) fn is_fenced(&self, person: PersonId) -> bool {
        self.0.fenced.read().unwrap_or_else(PoisonError::into_inner).contains(&person)
    }
}

/// The digest under which a code of the house (not of a person) is kept, in hexadecimal.
pub fn digest(what: &str, value: &[u8]) -> String {
    log::leaf::hex(&crypt::sha256(&[b"printkeep digest", what.as_bytes(), &[0], value]))
}

/// Takes the data folder for this process.
fn lock(data: &Path) -> Result<std::fs::File, Fault> {
    let file =
        std::fs::File::create(data.join("lock")).map_err(Fault::file("the lock file could not be made"))?;
    rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        Fault::corrupt(
            "another process uses this data folder: end it first, or use PostgreSQL for several processes",
        )
    })?;
    Ok(file)
}

async fn refuse_same_database(state: &Pool, keys: &Pool) -> Result<(), Fault> {
    let sql = "SELECT current_database()::text AS name, pg_postmaster_start_time()::text AS started";
    let mut found = Vec::new();
    for pool in [state, keys] {
        let row = pool.begin_reading().await?.row(sql, &[]).await?;
        let row = row.ok_or_else(|| Fault::corrupt("PostgreSQL did not tell its name"))?;
        found.push((row.text("name")?.to_owned(), row.text("started")?.to_owned()));
    }
    if found.first() == found.get(1) {
        return Err(Fault::corrupt(
            "keys and rows are in the same PostgreSQL database, so that every dump would carry the keys beside the data: create a second database for the keys",
        ));
    }
    Ok(())
}
