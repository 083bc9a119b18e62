//! What somebody could reach who should not, and from when to when.

use crate::request::Unknown;
use core::str::FromStr;
use domain::time::Instant;

/// What was exposed. A closed list: each says what it holds and which keys lie with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exposure {
    /// A copy of the database.
    Database,
    /// A copy of the sealed files.
    Files,
    /// The data file of a backup: the database and the sealed files.
    Backup,
    /// A copy of the database of people's keys, which lie wrapped in it.
    KeyDatabase,
    /// The folder of epoch keys.
    EpochKeys,
    /// The key file of a backup, and its passphrase.
    KeyBackup,
    /// The running server: everything, with the keys in its memory.
    Server,
    /// The account of somebody who runs the house or answers for its data.
    StaffAccount,
    /// One person's account or session.
    Account,
    /// A letter or e-mail that reached the wrong hands.
    Letter,
    /// Data was lost, altered or could not be reached; nobody read it by that.
    Lost,
}

impl Exposure {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Database,
        Self::Files,
        Self::Backup,
        Self::KeyDatabase,
        Self::EpochKeys,
        Self::KeyBackup,
        Self::Server,
        Self::StaffAccount,
        Self::Account,
        Self::Letter,
        Self::Lost,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Files => "files",
            Self::Backup => "backup",
            Self::KeyDatabase => "key-database",
            Self::EpochKeys => "epoch-keys",
            Self::KeyBackup => "key-backup",
            Self::Server => "server",
            Self::StaffAccount => "staff-account",
            Self::Account => "account",
            Self::Letter => "letter",
            Self::Lost => "lost",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Database => "a copy of the database",
            Self::Files => "a copy of the sealed files",
            Self::Backup => "the data file of a backup",
            Self::KeyDatabase => "a copy of the database of people’s keys",
            Self::EpochKeys => "the folder of epoch keys",
            Self::KeyBackup => "the key file of a backup, and its passphrase",
            Self::Server => "the running server, with the keys in its memory",
            Self::StaffAccount => "the account of somebody who can look at others’ data",
            Self::Account => "one person’s account or session",
            Self::Letter => "a letter or e-mail that reached the wrong hands",
            Self::Lost => "nothing was read: data was lost, altered or could not be reached",
        }
    }
    /// Whether it is about one person alone, where that person is known.
    pub const fn is_of_one(self) -> bool {
        matches!(self, Self::Account | Self::Letter)
    }
    pub(super) const fn holds_database(self) -> bool {
        matches!(self, Self::Database | Self::Backup | Self::Server)
    }
    pub(super) const fn holds_files(self) -> bool {
        matches!(self, Self::Files | Self::Backup | Self::Server)
    }
    /// People's keys in the clear: those of a running server, and of a key file that its passphrase opens.
    const fn holds_open_keys(self) -> bool {
        matches!(self, Self::KeyBackup | Self::Server)
    }
}

impl FromStr for Exposure {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|exposure| exposure.name() == text).ok_or(Unknown)
    }
}

/// What was exposed, and from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// What.
    pub what: Exposure,
    /// Since when.
    pub from: Instant,
    /// Until when; what came later was not in it.
    pub until: Instant,
}

/// That one epoch of keys gave way to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// When the first key was wrapped anew.
    pub began: Instant,
    /// When the key of the old epoch was destroyed.
    pub ended: Instant,
}

/// Whether people's keys can be had from what was exposed: in the clear, or wrapped together with the epoch key that they were
/// wrapped under: a copy of wrapped keys and an epoch key with a whole turn between them do not fit. Without one between them they
/// are taken to fit.
pub(super) fn opens_keys(exposed: &[Exposed], turns: &[Turn]) -> bool {
    let of = |what: Exposure| exposed.iter().filter(move |e| e.what == what);
    let fits = |wrapped: &Exposed| of(Exposure::EpochKeys).any(|epoch| same_epoch(wrapped, epoch, turns));
    exposed.iter().any(|e| e.what.holds_open_keys()) || of(Exposure::KeyDatabase).any(fits)
}

fn same_epoch(one: &Exposed, other: &Exposed, turns: &[Turn]) -> bool {
    let (earlier, later) = (one.until.min(other.until), one.from.max(other.from));
    // While it turns, keys lie wrapped under either epoch, and both epoch keys in the folder.
    later <= earlier || !turns.iter().any(|turn| earlier < turn.began && turn.ended < later)
}
