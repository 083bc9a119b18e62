//! People's keys: one random 256-bit key each, wrapped under the key of the current epoch. Destroying a key makes
//! everything sealed under it noise, wherever copies of it lie.
//!
//! The wrapped keys lie in a database of their own, which no data backup holds. Epoch keys lie in a folder outside
//! the data folder; when an epoch ends, every living key is wrapped anew and the old epoch key goes, so that
//! copies of the key database made before are noise too. A key is never derived from an id, and a destroyed one is
//! never made again.
//!
//! Several processes may share one key database and one key folder. Whoever makes an epoch, or wraps a key under
//! one, does so alone and looks first which epoch is the newest.

use crate::crypt::Key;
use crate::fault::Fault;
use crate::schema;
use crate::sql::{Conn, Engine, Pool};
use domain::ids::PersonId;
use domain::random::Random;
use rustix::fs::{Mode, OFlags};
use std::collections::HashMap;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// The house's own key, for what belongs to nobody in particular: blind indexes and machines' secrets.
pub(crate) const HOUSE: PersonId = PersonId::from_uuid(Uuid::nil());

/// The keys of all people.
pub(crate) struct KeyStore {
    pool: Pool,
    epochs: EpochFolder,
    open: RwLock<Opened>,
    random: Arc<dyn Random>,
}

struct Opened {
    epoch: i64,
    epoch_key: Key,
    people: HashMap<PersonId, Arc<Key>>,
}

/// How many unwrapped keys are held in memory at once.
const HELD: usize = 4096;

impl KeyStore {
    pub(crate) async fn open(pool: Pool, folder: &Path, random: Arc<dyn Random>) -> Result<Self, Fault> {
        schema::migrate(&pool, schema::KEYS).await?;
        let epochs = EpochFolder(folder.to_owned());
        let mut conn = alone(&pool).await?;
        let (epoch, epoch_key) = if let Some(latest) = epochs.newest() {
            (latest, epochs.read(latest)?)
        } else {
            if conn.row("SELECT person FROM person_key LIMIT 1", &[]).await?.is_some() {
                return Err(Fault::corrupt(format!(
                    "there are people's keys but no epoch key in {}: restore the key folder from the key backup, or name it with --keys",
                    folder.display()
                )));
            }
            (1, epochs.write(1, &Key::fresh(&*random))?)
        };
        let open = RwLock::new(Opened { epoch, epoch_key, people: HashMap::new() });
        let keys = Self { pool, epochs, open, random };
        let sql = "SELECT person FROM person_key WHERE person = $1";
        if conn.row(sql, &[HOUSE.uuid().into()]).await?.is_none() {
            keys.insert(&mut conn, HOUSE, &Key::fresh(&*keys.random)).await?;
        }
        conn.commit().await?;
        keys.load(HOUSE).await?;
        Ok(keys)
    }

    /// Makes a person's key. It is durable before anything is sealed under it.
    pub(crate) async fn birth(&self, person: PersonId) -> Result<Arc<Key>, Fault> {
        let key = Key::fresh(&*self.random);
        let mut conn = alone(&self.pool).await?;
        self.insert(&mut conn, person, &key).await?;
        conn.commit().await?;
        Ok(self.hold(person, key))
    }

    /// Writes a new key under the newest epoch, in a transaction that is [`alone`].
    async fn insert(&self, conn: &mut Conn, person: PersonId, key: &Key) -> Result<(), Fault> {
        self.renew()?;
        let (epoch, wrapped) = self.wrap(person, key)?;
        // No "or replace": a second birth of the same person would orphan what is sealed under the first key.
        let sql = "INSERT INTO person_key (person, epoch, wrapped) VALUES ($1, $2, $3)";
        conn.run(sql, &[person.uuid().into(), epoch.into(), wrapped.into()]).await?;
        Ok(())
    }

    /// A person's key, or nothing if they never had one or it was destroyed.
    pub(crate) async fn load(&self, person: PersonId) -> Result<Option<Arc<Key>>, Fault> {
        if let Some(key) = self.read_open().people.get(&person) {
            return Ok(Some(key.clone()));
        }
        let mut failed = None;
        loop {
            let mut conn = self.pool.begin_reading().await?;
            let sql = "SELECT epoch, wrapped FROM person_key WHERE person = $1";
            let Some(row) = conn.row(sql, &[person.uuid().into()]).await? else { return Ok(None) };
            let epoch = row.int("epoch")?;
            match self.unwrap(person, epoch, row.bytes("wrapped")?) {
                Ok(key) => return Ok(Some(self.hold(person, key))),
                // Another process may have ended this epoch since the row was read; then the row says another now.
                Err(_) if failed != Some(epoch) => failed = Some(epoch),
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Destroys a person's key: overwritten on the disk, forgotten in memory. Doing it twice is no fault.
    pub(crate) async fn destroy(&self, person: PersonId) -> Result<(), Fault> {
        self.forget(person);
        let mut conn = self.pool.begin().await?;
        conn.run("DELETE FROM person_key WHERE person = $1", &[person.uuid().into()]).await?;
        conn.commit().await?;
        self.forget(person);
        Ok(())
    }

    /// Everybody who has a key, the house excepted.
    pub(crate) async fn people(&self) -> Result<Vec<PersonId>, Fault> {
        let mut conn = self.pool.begin_reading().await?;
        let rows = conn.rows("SELECT person FROM person_key", &[]).await?;
        let ids = rows.iter().map(|row| Ok(PersonId::from_uuid(row.id("person")?)));
        ids.filter(|id| !matches!(id, Ok(HOUSE))).collect()
    }

    /// Starts a new epoch: every living key is wrapped under a new epoch key, and the old epoch keys go. Copies
    /// of the key database made before are noise from then on. Returns the new epoch's number.
    pub(crate) async fn rotate(&self) -> Result<i64, Fault> {
        let mut conn = alone(&self.pool).await?;
        let old = self.renew()?;
        let next = old + 1;
        let next_key = self.epochs.write(next, &Key::fresh(&*self.random))?;
        for row in conn.rows("SELECT person, epoch, wrapped FROM person_key", &[]).await? {
            let person = PersonId::from_uuid(row.id("person")?);
            let key = self.unwrap(person, row.int("epoch")?, row.bytes("wrapped")?)?;
            let wrapped = next_key.seal(&*self.random, &place(person, next), key.bytes())?;
            conn.run(
                "UPDATE person_key SET epoch = $1, wrapped = $2 WHERE person = $3",
                &[next.into(), wrapped.into(), person.uuid().into()],
            )
            .await?;
        }
        conn.commit().await?;
        self.turn_to(next, next_key);
        for epoch in self.epochs.numbers().into_iter().filter(|e| *e <= old) {
            self.epochs.destroy(epoch)?;
        }
        Ok(next)
    }

    /// The key database.
    pub(crate) const fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Turns to the newest epoch in the folder, which another process may have begun, and returns its number. Only
    /// whoever is [`alone`] may rely on its staying the newest.
    fn renew(&self) -> Result<i64, Fault> {
        let newest = self.epochs.newest().ok_or_else(|| {
            Fault::corrupt(format!("the epoch keys are gone from {}", self.epochs.0.display()))
        })?;
        if self.read_open().epoch != newest {
            self.turn_to(newest, self.epochs.read(newest)?);
        }
        Ok(newest)
    }

    fn turn_to(&self, epoch: i64, epoch_key: Key) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.epoch = epoch;
        open.epoch_key = epoch_key;
    }

    fn wrap(&self, person: PersonId, key: &Key) -> Result<(i64, Vec<u8>), Fault> {
        let open = self.read_open();
        Ok((open.epoch, open.epoch_key.seal(&*self.random, &place(person, open.epoch), key.bytes())?))
    }

    fn unwrap(&self, person: PersonId, epoch: i64, wrapped: &[u8]) -> Result<Key, Fault> {
        let current = {
            let open = self.read_open();
            (open.epoch == epoch).then(|| open.epoch_key.clone())
        };
        let epoch_key = match current {
            Some(key) => key,
            None => self.epochs.read(epoch)?,
        };
        let bytes = epoch_key.open("a person's key", &place(person, epoch), wrapped)?;
        Key::from_slice(&bytes).ok_or(Fault::Sealed("a person's key"))
    }

    fn hold(&self, person: PersonId, key: Key) -> Arc<Key> {
        let key = Arc::new(key);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.people.len() >= HELD {
            open.people.clear();
        }
        open.people.insert(person, key.clone());
        key
    }

    fn forget(&self, person: PersonId) {
        self.open.write().unwrap_or_else(PoisonError::into_inner).people.remove(&person);
    }

    fn read_open(&self) -> std::sync::RwLockReadGuard<'_, Opened> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins a transaction of the key database beside which no other makes an epoch or wraps a key, in whichever
/// process.
pub(crate) async fn alone(pool: &Pool) -> Result<Conn, Fault> {
    let mut conn = pool.begin().await?;
    // SQLite's BEGIN IMMEDIATE has done so already.
    if conn.engine() == Engine::Postgres {
        conn.run("SELECT pg_advisory_xact_lock(7236521)", &[]).await?;
    }
    Ok(conn)
}

fn place(person: PersonId, epoch: i64) -> Vec<u8> {
    format!("person_key|{person}|{epoch}").into_bytes()
}

/// The folder of epoch keys: files of 32 bytes that only the server's user may read.
struct EpochFolder(PathBuf);

impl EpochFolder {
    fn file(&self, epoch: i64) -> PathBuf {
        self.0.join(format!("epoch-{epoch:06}.key"))
    }

    /// The epochs whose keys are here; none if there is no folder yet.
    fn numbers(&self) -> Vec<i64> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return vec![] };
        let names = entries.filter_map(|e| e.ok()?.file_name().into_string().ok());
        names.filter_map(|n| n.strip_prefix("epoch-")?.strip_suffix(".key")?.parse().ok()).collect()
    }

    /// The newest epoch whose key is here.
    fn newest(&self) -> Option<i64> {
        self.numbers().into_iter().max()
    }

    fn read(&self, epoch: i64) -> Result<Key, Fault> {
        let bytes =
            std::fs::read(self.file(epoch)).map_err(Fault::file("the epoch key could not be read"))?;
        Key::from_slice(&bytes).ok_or_else(|| Fault::corrupt("the epoch key file is not 32 bytes long"))
    }

    /// Writes a new epoch's key; one that is there already is never overwritten.
    fn write(&self, epoch: i64, key: &Key) -> Result<Key, Fault> {
        write_new_secret(&self.file(epoch), key.bytes())?;
        Ok(key.clone())
    }

    /// Overwrites and removes; another process may have done so before. What a disk keeps of the old bytes is said in the operator's guide.
    fn destroy(&self, epoch: i64) -> Result<(), Fault> {
        let file = self.file(epoch);
        let fault = || Fault::file("the old epoch key could not be destroyed");
        let gone = |e: &std::io::Error| e.kind() == std::io::ErrorKind::NotFound;
        let mut handle = match std::fs::OpenOptions::new().write(true).open(&file) {
            Err(e) if gone(&e) => return Ok(()),
            opened => opened.map_err(fault())?,
        };
        handle.write_all(&[0; 32]).and_then(|()| handle.sync_all()).map_err(fault())?;
        std::fs::remove_file(&file).or_else(|e| if gone(&e) { Ok(()) } else { Err(e) }).map_err(fault())?;
        sync_folder(&self.0)
    }
}

/// Writes a file that only this user may read, in a folder that only this user may open, and makes it durable.
pub(crate) fn write_secret(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    write_with(file, bytes, OFlags::TRUNC)
}

/// As [`write_secret`], but a file that is there already stays as it is, and that is a fault.
pub(crate) fn write_new_secret(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    write_with(file, bytes, OFlags::EXCL)
}

fn write_with(file: &Path, bytes: &[u8], flag: OFlags) -> Result<(), Fault> {
    use std::os::unix::fs::DirBuilderExt as _;
    let fault = || Fault::file("a secret file could not be written");
    let folder = file.parent().ok_or_else(|| Fault::corrupt("a secret file has no folder"))?;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault())?;
    let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC | flag;
    let handle: OwnedFd =
        rustix::fs::open(file, flags, Mode::RUSR | Mode::WUSR).map_err(|e| fault()(e.into()))?;
    let mut handle = std::fs::File::from(handle);
    let written = handle.write_all(bytes).and_then(|()| handle.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(file); // half a secret would only stand in the way of a whole one
    }
    written.map_err(fault())?;
    sync_folder(folder)
}

/// Makes a folder's entries durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    std::fs::File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(Fault::file("a folder could not be made durable"))
}
