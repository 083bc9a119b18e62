//! Backups: a data file and, apart from it, a key file sealed with a passphrase. Neither is of use without the
//! other, and neither holds the erasure ledger, so that a restore cannot bring erased people back. A key file says until when
//! the policy lets it be used, and is refused afterwards.
//!
//! The data file is a tar archive of the database, the sealed files and the access log. For PostgreSQL the
//! database's own tools make the copy; this is for the embedded default.

use crate::LOG_KEY;
use crate::Store;
use crate::crypt::Key;
use crate::fault::Fault;
use crate::keys::write_secret;
use crate::sql::Pool;
use crate::tx::Tx;
use aws_lc_rs::pbkdf2;
use core::num::NonZeroU32;
use domain::random::Random;
use domain::time::Instant;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Until when the last backup can be brought back, as a setting of the house.
const UNTIL: &str = "backups.until";

/// Why a backup or a restore did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The passphrase does not open the key file.
    #[error("the passphrase does not open this key file, or the file was altered")]
    Passphrase,
    /// The policy's time for backups is over: people erased since were promised that it brings nothing back.
    #[error(
        "this backup could be brought back until {0}: people who were erased since were promised that it is not. Use a newer one, and throw this key file away"
    )]
    Expired(Instant),
    /// The house is on PostgreSQL.
    #[error(
        "this house is on PostgreSQL: back its two databases up with pg_dump, apart from each other, and the blob folder"
    )]
    NotEmbedded,
    /// Where to restore to is not empty.
    #[error("{} is not empty: restore into new folders, then start the server with them", .0.display())]
    NotEmpty(PathBuf),
}

/// What a restore brought back.
#[derive(Debug)]
pub struct Restored {
    /// How many people's keys.
    pub keys: usize,
}

/// Rounds of PBKDF2-HMAC-SHA-256: a second of an attacker's time for each guess.
const ROUNDS: u32 = 600_000;
const MAGIC: &[u8] = b"printkeep keys 2\n";
const SALT: usize = 16;

impl Store {
    /// Writes a backup: rows, sealed files and access log to `data`, people's keys to `keys`, sealed with the
    /// passphrase. Whoever has the house open writes it, and no second process may: the server is stopped meanwhile.
    ///
    /// # Errors
    /// [`BackupError`]; then neither file is to be trusted.
    pub async fn backup(&self, data: &Path, keys: &Path, passphrase: &str) -> Result<(), BackupError> {
        let Pool::Sqlite { write, .. } = &self.0.pool else { return Err(BackupError::NotEmbedded) };
        let until = self.clock().now().plus_period(&self.versions().shortest(|p| p.keys.backups.get_ref()));
        self.remember(until).await?;
        let copy = self.data().join("backup.new.db");
        let fault = || Fault::file("the backup could not be written");
        let _ = std::fs::remove_file(&copy); // left by a backup that was cut short
        let target = copy.to_string_lossy().replace('\'', "''");
        sqlx::query(sqlx::AssertSqlSafe(format!("VACUUM INTO '{target}'")))
            .execute(write)
            .await
            .map_err(Fault::from)?;
        let (folder, file, image) = (self.data().to_owned(), data.to_owned(), copy.clone());
        let packed = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
            let mut tar = tar::Builder::new(File::create(&file)?);
            tar.append_path_with_name(&image, "state.db")?;
            tar.append_dir_all("blobs", folder.join("blobs"))?;
            tar.append_dir_all("log", folder.join("log"))?;
            tar.into_inner()?.sync_all()
        });
        packed.await.map_err(|_| Fault::corrupt("the backup task ended"))?.map_err(fault())?;
        std::fs::remove_file(&copy).map_err(fault())?;

        let plain = self.all_keys().await?;
        let mut salt = [0; SALT];
        self.random().fill(&mut salt);
        let head = [MAGIC, &until.micros().to_be_bytes(), &salt].concat();
        let sealed = passphrase_key(passphrase, &salt).seal(&**self.random(), &head, &plain)?;
        write_secret(keys, &[head, sealed].concat())?;
        Ok(())
    }

    /// Notes until when a backup can be brought back: an erasure is final after the last of them.
    async fn remember(&self, until: Instant) -> Result<(), Fault> {
        let tx = self.begin().await?;
        let until = self.backups_until(&tx).await?.map_or(until, |known| known.max(until));
        tx.house_set(UNTIL, &until.micros().to_string()).await?;
        tx.commit().await
    }

    /// Until when the last of all backups ever made can be brought back.
    pub(crate) async fn backups_until(&self, tx: &Tx) -> Result<Option<Instant>, Fault> {
        Ok(tx.house(UNTIL).await?.and_then(|text| text.parse().ok()).map(Instant::from_micros))
    }

    /// The log's signing key, then every living key: the person's id, then the key.
    async fn all_keys(&self) -> Result<Vec<u8>, Fault> {
        let mut all = std::fs::read(self.0.settings.keys.join(LOG_KEY))
            .map_err(Fault::file("the log's signing key could not be read"))?;
        for person in self.0.keys.people().await?.into_iter().chain([crate::keys::HOUSE]) {
            if let Some(key) = self.0.keys.load(person).await? {
                all.extend_from_slice(person.uuid().as_bytes());
                all.extend_from_slice(key.bytes());
            }
        }
        Ok(all)
    }
}

/// Brings a backup back into an empty data folder and an empty key folder. Copy the erasure ledger
/// (`erasures.log`) of the house that was lost into the data folder before the first start, if it can be had: the
/// start replays it before anything is served.
///
/// # Errors
/// [`BackupError`]; nothing is written before the passphrase is known to be right and the backup young enough.
#[allow(clippy::too_many_arguments, reason = "two files, two folders, and what opens them")]
pub async fn restore(
    data: &Path,
    keys: &Path,
    passphrase: &str,
    to_data: &Path,
    to_keys: &Path,
    random: std::sync::Arc<dyn Random>,
    now: Instant,
) -> Result<Restored, BackupError> {
    for folder in [to_data, to_keys] {
        let ledger_only =
            |e: std::io::Result<std::fs::DirEntry>| e.is_ok_and(|e| e.file_name() != "erasures.log");
        if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.any(ledger_only)) {
            return Err(BackupError::NotEmpty(folder.to_owned()));
        }
    }
    let fault = || Fault::file("the backup could not be read");
    let mut bytes = Vec::new();
    File::open(keys).and_then(|mut f| f.read_to_end(&mut bytes)).map_err(fault())?;
    let rest = bytes.strip_prefix(MAGIC).ok_or(BackupError::Passphrase)?;
    let (until, rest) = rest.split_first_chunk().ok_or(BackupError::Passphrase)?;
    let (salt, sealed) = rest.split_at_checked(SALT).ok_or(BackupError::Passphrase)?;
    // the time is authenticated with the rest, so that nobody writes a later one
    let head = [MAGIC, until, salt].concat();
    let plain = passphrase_key(passphrase, salt)
        .open("the key file", &head, sealed)
        .map_err(|_| BackupError::Passphrase)?;
    let until = Instant::from_micros(i64::from_be_bytes(*until));
    if now > until {
        return Err(BackupError::Expired(until));
    }

    std::fs::create_dir_all(to_data).map_err(fault())?;
    let (archive, target) = (data.to_owned(), to_data.to_owned());
    let unpacked =
        tokio::task::spawn_blocking(move || tar::Archive::new(File::open(archive)?).unpack(target));
    unpacked.await.map_err(|_| Fault::corrupt("the restore task ended"))?.map_err(fault())?;

    let (log_key, people) = plain.split_at_checked(32).ok_or(BackupError::Passphrase)?;
    write_secret(&to_keys.join(LOG_KEY), log_key)?;
    let epoch_key = Key::fresh(&*random);
    write_secret(&to_keys.join("epoch-000001.key"), epoch_key.bytes())?;
    let pool = Pool::sqlite(&to_data.join("keys.db"), crate::sql::Journal::Truncate).await?;
    crate::schema::migrate(&pool, crate::schema::KEYS).await?;
    let mut conn = pool.begin().await?;
    let mut count = 0;
    for entry in people.chunks_exact(48) {
        let (id, key) = entry.split_at(16);
        let id = uuid::Uuid::from_slice(id).map_err(|_| BackupError::Passphrase)?;
        let place = format!("person_key|{}|1", domain::ids::PersonId::from_uuid(id)).into_bytes();
        let wrapped = epoch_key.seal(&*random, &place, key)?;
        let sql = "INSERT INTO person_key (person, epoch, wrapped) VALUES ($1, $2, $3)";
        conn.run(sql, &[id.into(), 1_i64.into(), wrapped.into()]).await?;
        count += 1;
    }
    conn.commit().await?;
    pool.close().await;
    Ok(Restored { keys: count })
}

fn passphrase_key(passphrase: &str, salt: &[u8]) -> Key {
    let mut bytes = [0; 32];
    let rounds = NonZeroU32::new(ROUNDS).unwrap_or(NonZeroU32::MIN);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase.as_bytes(), &mut bytes);
    Key::from_array(bytes)
}
