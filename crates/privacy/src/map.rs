//! The data map: every column, blob, log field, work payload, cookie and child message that the program can
//! hold, each with its category, its path to the person it is about, and how it is sealed, exported and erased.
//!
//! Keep-times never stand here; they are the profile's.

use crate::california::Statutory;
use crate::cookie::Cookie;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// `policy/data.toml`, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataMap {
    /// Kinds of personal data, by name.
    pub category: BTreeMap<String, Spanned<Category>>,
    /// Database tables, by name.
    pub table: BTreeMap<String, Spanned<Table>>,
    /// What people can erase and keep their account, by name.
    #[serde(default)]
    pub apart: BTreeMap<String, Spanned<Apart>>,
    /// Kinds of sealed files, by name.
    pub blob: BTreeMap<String, Spanned<Blob>>,
    /// Fields that log lines may carry.
    #[serde(default)]
    pub log: BTreeMap<String, Spanned<Column>>,
    /// Background work: for each kind, its payload's fields.
    #[serde(default)]
    pub work: BTreeMap<String, BTreeMap<String, Spanned<Column>>>,
    /// What may lie in people's browsers.
    #[serde(default)]
    pub cookie: BTreeMap<String, Spanned<Cookie>>,
    /// Messages between the server and its confined child: for each message, its fields.
    #[serde(default)]
    pub child: BTreeMap<String, BTreeMap<String, Spanned<Column>>>,
}

/// Things that their owner can erase and keep the account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// What they are, in words a person understands, after "erase …".
    pub says: String,
}

/// A kind of personal data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// In words a person understands, after "we keep …".
    pub says: String,
    /// Its Fideslang key.
    pub fides: String,
    /// Its W3C DPV term, or `local` where DPV has none.
    pub dpv: String,
    /// The categories of Californian law that it belongs to; empty where it belongs to none of the eleven.
    pub ccpa: Vec<Statutory>,
    /// Whether it is a special category of data (GDPR Art. 9): health, beliefs, origin and the like.
    #[serde(default)]
    pub special: bool,
    /// The module that would hold it, where that is not there yet: nothing can be stored, and no column may say that it is
    /// about this.
    #[serde(default)]
    pub module: Option<String>,
}

/// A database table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What a row is, in words a person understands.
    pub says: String,
    /// The column that names the person a row is about. Absent: rows are about nobody.
    #[serde(default)]
    pub person: Option<String>,
    /// Columns that name other people in the row; they are emptied when one of those is erased.
    #[serde(default)]
    pub others: Vec<String>,
    /// The column with the instant from which the person may know of a row, where a law forbids to tell them sooner. Until
    /// then it is not there for them. Empty in a row: at once.
    #[serde(default)]
    pub told: Option<String>,
    /// The column with the instant since which a row is there, by which a breach is told from what came after it. Absent: every
    /// row counts.
    #[serde(default)]
    pub since: Option<String>,
    /// What erasing the person does to a row.
    #[serde(default)]
    pub erase: Place,
    /// The group of things with which rows go when their owner erases it and keeps the account (AF-070). Absent: they go
    /// with the account.
    #[serde(default)]
    pub apart: Option<Spanned<String>>,
    /// Why no row is kept past its time, even if its owner needs what is held for a legal claim. Absent: it is kept then.
    #[serde(default)]
    pub never_held: Option<String>,
    /// Retention events of a row: event name → the column that holds its instant.
    #[serde(default)]
    pub events: BTreeMap<String, String>,
    /// The columns.
    pub column: BTreeMap<String, Column>,
}

/// What erasing a person does to a row about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The row goes.
    #[default]
    Row,
    /// The row stays; these columns are emptied.
    Columns(Vec<String>),
    /// The row stays for this reason, and holds nobody's data once the key is gone.
    Stays(String),
}

/// A column, log field, payload field, cookie or message field: what it is about, or why it is about nobody.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The category of personal data it holds.
    #[serde(default)]
    pub about: Option<String>,
    /// Why it holds nothing personal.
    #[serde(default)]
    pub nothing: Option<String>,
    /// How it lies on the disk.
    #[serde(default)]
    pub seal: Seal,
    /// Why it is not in the person's archive. Absent: it is.
    #[serde(default)]
    pub withheld: Option<String>,
}

/// Whether and what a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// Personal data of this category.
    Category(&'a str),
    /// Nothing personal, for this reason.
    Nothing(&'a str),
}

/// Whether an item is in the person's archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export<'a> {
    /// It is.
    Included,
    /// It is not, for this reason, which the archive states.
    Withheld(&'a str),
}

impl Column {
    /// What the column is about. A column that says neither is refused when the book is compiled.
    pub fn about(&self) -> About<'_> {
        self.about
            .as_deref()
            .map_or_else(|| About::Nothing(self.nothing.as_deref().unwrap_or("undecided")), About::Category)
    }
    /// The category, if it is personal.
    pub fn category(&self) -> Option<&str> {
        self.about.as_deref()
    }
    /// Whether it is in the person's archive; impersonal columns are not.
    pub fn export(&self) -> Export<'_> {
        match (&self.about, &self.withheld) {
            (_, Some(reason)) => Export::Withheld(reason),
            (Some(_), None) => Export::Included,
            (None, None) => Export::Withheld("not personal data"),
        }
    }
}

/// How a value lies on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seal {
    /// As it is.
    #[default]
    Plain,
    /// Encrypted under a key derived from the person's key, bound to table, column, row and category.
    Cell,
    /// A keyed hash by which a value can be looked up but not read.
    Blind,
    /// A one-way digest of a secret.
    Digest,
}

impl Seal {
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Plain => "as it is",
            Self::Cell => "sealed under the person’s key",
            Self::Blind => "as a keyed digest",
            Self::Digest => "as a digest",
        }
    }
}

/// A kind of sealed file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// The category of personal data it holds.
    pub about: String,
    /// What it is, in words a person understands.
    pub says: String,
    /// The table whose rows own such files; the file goes when the row goes.
    pub owner: String,
    /// The file's name ending in the person's archive.
    pub ending: String,
    /// Why it is not in the person's archive. Absent: it is.
    #[serde(default)]
    pub withheld: Option<String>,
}

impl DataMap {
    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.table.get(name).map(Spanned::get_ref)
    }
    /// The category of this name.
    pub fn category(&self, name: &str) -> Option<&Category> {
        self.category.get(name).map(Spanned::get_ref)
    }
    /// The kind of blob of this name.
    pub fn blob(&self, name: &str) -> Option<&Blob> {
        self.blob.get(name).map(Spanned::get_ref)
    }
    /// The categories of personal data that rows of a table and the files they own hold, each once.
    pub fn categories_of(&self, table: &str) -> Vec<&str> {
        let own = self.table(table).map(Table::categories).unwrap_or_default();
        let blobs = self.blob.values().map(Spanned::get_ref).filter(|b| b.owner == table);
        let mut all: Vec<&str> = own.into_iter().chain(blobs.map(|b| b.about.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
    /// Tables in the order of their names.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.table.iter().map(|(name, table)| (name.as_str(), table.get_ref()))
    }
}

impl Table {
    /// The categories of personal data its rows hold, each once.
    pub fn categories(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.column.values().filter_map(Column::category).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
