//! Reads once an hour what the machine's package manager would install, from the file into which a timer of the operator's writes it.
//! The server starts no program of the machine and fetches nothing (docs/operator/guide.md has the timer).

use app::updates::{Latest, Updates};
use core::time::Duration;
use domain::time::Instant;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use tokio::time::interval;

const EVERY: Duration = Duration::from_hours(1);

/// Reads it as long as the program runs.
pub async fn watch(file: PathBuf, latest: Latest) {
    let mut hours = interval(EVERY);
    loop {
        hours.tick().await;
        match read(&file).await {
            Ok(updates) => latest.found(updates),
            Err(error) => tracing::warn!(fault = %error, "which updates are pending could not be read"),
        }
    }
}

/// What the file says; the machine looked when it was written.
async fn read(file: &Path) -> io::Result<Updates> {
    let (says, written) =
        (tokio::fs::read_to_string(file).await?, tokio::fs::metadata(file).await?.modified()?);
    let since = written.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    Ok(Updates::of_apt(&says, Instant::from_micros(i64::try_from(since).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_timer_wrote_is_as_old_as_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "Inst zip [3.0-13] (3.0-13+deb12u1 Debian-Security:12/oldstable-security [amd64])\n",
        )
        .unwrap();
        file.as_file().set_modified(UNIX_EPOCH + Duration::from_hours(48)).unwrap();
        let found = read(file.path()).await.unwrap();
        assert_eq!(found.pending, (1, 1));
        assert_eq!(found.listed_at.micros(), 48 * 3600 * 1_000_000);
        assert!(read(Path::new("/nowhere/updates.txt")).await.is_err());
    }
}
