//! What of the data map an exposure reaches, and whether anybody can read it: derived from how each column lies on the disk and
//! from what keys open what, never stated.

use super::exposed::{Exposed, Exposure, Turn, opens_keys};
use crate::book::Book;
use crate::decide::Act;
use crate::map::{Export, Seal, Table};
use crate::roles::Reach;
use domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Whether somebody who should not can read data of a category, from least to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// It is not in what was exposed.
    NotThere,
    /// It is, sealed or as a digest, and what opens it was not exposed (Art. 34(3)(a)).
    Unintelligible,
    /// Nobody read it; it was lost, altered or could not be reached.
    Lost,
    /// It can be read; under a random number, and nothing exposed says whose that is.
    UnderNumber,
    /// It can be read.
    Intelligible,
}

impl Reading {
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::NotThere => "not there",
            Self::Unintelligible => "unintelligible: sealed, and what opens it was not exposed",
            Self::Lost => "lost, altered or out of reach; read by nobody",
            Self::UnderNumber => "readable, under a random number alone",
            Self::Intelligible => "readable",
        }
    }
    /// Whether people need be told of it at a high risk: all but what nobody can read.
    pub fn concerns_people(self) -> bool {
        self > Self::Unintelligible
    }
}

/// How it stands with one category of the data map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The category.
    pub category: String,
    /// In words a person understands.
    pub says: String,
    /// Whether it can be read.
    pub reading: Reading,
    /// Columns of it that lie in the clear in what was exposed.
    pub clear: BTreeSet<String>,
    /// Columns of it that are digests there, by which a value can be recognised and not read.
    pub digests: BTreeSet<String>,
    /// Columns and kinds of files of it that are sealed there.
    pub sealed: BTreeSet<String>,
}

/// Where data of a category lies that was exposed: to count whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'b> {
    /// The category.
    pub category: &'b str,
    /// The table.
    pub table: &'b str,
    /// Its column that names the person.
    pub person: &'b str,
    /// Its column with the instant since which a row is there; rows of a table without one all count.
    pub since: Option<&'b str>,
    /// What of it.
    pub holds: Holds<'b>,
    /// Rows that came later were not exposed.
    pub until: Instant,
}

/// What of a table's rows is data of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds<'b> {
    /// These columns, where one of them is not empty.
    Columns(BTreeSet<&'b str>),
    /// Files of these kinds.
    Files(BTreeSet<&'b str>),
}

/// The table in which every sealed file has its line.
const FILES: &str = "blob";
/// Who it is: with one of these, a number names somebody.
const NAMING: [&str; 2] = ["account.name", "contact.email"];
/// Roles that look at others' data.
const STAFF: [&str; 3] = ["operator", "privacy-officer", "technician"];

/// One column or kind of file that an exposure holds.
struct Cell<'b> {
    category: &'b str,
    table: &'b str,
    item: &'b str,
    file: bool,
    lies: Lies,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// As it is, on the disk.
    Clear,
    /// Sealed under the person's key.
    Sealed,
    /// A digest.
    Digest,
    /// Shown to whoever has come in: on a page, in a letter.
    Shown,
    /// Not to be seen at all.
    Lost,
}

/// What of each category was exposed and whether it can be read, the worst first. What is not there is not listed.
/// `turns` are those that were seen.
pub fn findings(book: &Book, exposed: &[Exposed], turns: &[Turn]) -> Vec<Finding> {
    let keys = opens_keys(exposed, turns);
    // A file's own key lies wrapped in the database.
    let file_keys = keys && exposed.iter().any(|e| e.what.holds_database());
    let mut found: BTreeMap<&str, Finding> = BTreeMap::new();
    for cell in exposed.iter().flat_map(|e| cells(book, e.what)) {
        let Some(category) = book.map().category(cell.category) else { continue };
        let finding = found.entry(cell.category).or_insert_with(|| Finding {
            category: cell.category.to_owned(),
            says: category.says.clone(),
            reading: Reading::NotThere,
            clear: BTreeSet::new(),
            digests: BTreeSet::new(),
            sealed: BTreeSet::new(),
        });
        let name = if cell.file { cell.item.to_owned() } else { format!("{}.{}", cell.table, cell.item) };
        let opened = if cell.file { file_keys } else { keys };
        let (reading, list) = match cell.lies {
            Lies::Clear if keys => (Reading::Intelligible, Some(&mut finding.clear)),
            Lies::Clear => (Reading::UnderNumber, Some(&mut finding.clear)),
            Lies::Sealed if opened => (Reading::Intelligible, Some(&mut finding.sealed)),
            Lies::Sealed => (Reading::Unintelligible, Some(&mut finding.sealed)),
            Lies::Digest => (Reading::Unintelligible, Some(&mut finding.digests)),
            Lies::Shown => (Reading::Intelligible, None),
            Lies::Lost => (Reading::Lost, None),
        };
        finding.reading = finding.reading.max(reading);
        list.map(|list| list.insert(name));
    }
    let named = NAMING.iter().any(|c| found.get(c).is_some_and(|f| f.reading == Reading::Intelligible));
    let mut all: Vec<Finding> = found.into_values().collect();
    for finding in all.iter_mut().filter(|f| named && f.reading == Reading::UnderNumber) {
        finding.reading = Reading::Intelligible;
    }
    all.sort_by(|a, b| b.reading.cmp(&a.reading).then_with(|| a.category.cmp(&b.category)));
    all
}

/// Where the data lies that was exposed, for counting whose it is: one place for each category, table and end of exposure.
pub fn places<'b>(book: &'b Book, exposed: &[Exposed]) -> Vec<Place<'b>> {
    let mut all: Vec<Place<'b>> = Vec::new();
    for (cell, until) in exposed.iter().flat_map(|e| cells(book, e.what).into_iter().map(|c| (c, e.until))) {
        let table = if cell.file { FILES } else { cell.table };
        let Some(of) = book.map().table(table) else { continue };
        let Some(person) = of.person.as_deref() else { continue };
        let here = |p: &&mut Place<'_>| {
            (p.category, p.table, p.until) == (cell.category, table, until)
                && matches!(p.holds, Holds::Files(_)) == cell.file
        };
        match all.iter_mut().find(here).map(|place| &mut place.holds) {
            Some(Holds::Columns(items) | Holds::Files(items)) => {
                items.insert(cell.item);
            }
            None => {
                let items = BTreeSet::from([cell.item]);
                let holds = if cell.file { Holds::Files(items) } else { Holds::Columns(items) };
                let since = of.since.as_deref();
                all.push(Place { category: cell.category, table, person, since, holds, until });
            }
        }
    }
    all
}

fn cells(book: &Book, what: Exposure) -> Vec<Cell<'_>> {
    match what {
        Exposure::Database | Exposure::Files | Exposure::Backup | Exposure::Server => {
            let rows = columns(book).filter(|_| what.holds_database());
            rows.chain(files(book).filter(|_| what.holds_files())).collect()
        }
        // Keys alone hold nobody's data.
        Exposure::KeyDatabase | Exposure::EpochKeys | Exposure::KeyBackup => vec![],
        Exposure::StaffAccount => shown_to_staff(book),
        Exposure::Account => shown_to_oneself(book),
        Exposure::Letter => in_letters(book),
        Exposure::Lost => columns(book).chain(files(book)).map(|c| Cell { lies: Lies::Lost, ..c }).collect(),
    }
}

fn about_people(book: &Book) -> impl Iterator<Item = (&str, &Table)> {
    book.map().tables().filter(|(_, table)| table.person.is_some())
}

fn columns(book: &Book) -> impl Iterator<Item = Cell<'_>> {
    about_people(book).flat_map(|(table, of)| {
        of.column.iter().filter_map(move |(item, column)| {
            let lies = match column.seal {
                Seal::Plain => Lies::Clear,
                Seal::Cell => Lies::Sealed,
                Seal::Blind | Seal::Digest => Lies::Digest,
            };
            Some(Cell { category: column.category()?, table, item, file: false, lies })
        })
    })
}

fn files(book: &Book) -> impl Iterator<Item = Cell<'_>> {
    book.map().blob.iter().map(|(kind, blob)| {
        let blob = blob.get_ref();
        Cell { category: &blob.about, table: &blob.owner, item: kind, file: true, lies: Lies::Sealed }
    })
}

/// What the pages of an account show its owner: what the archive of it would hold.
fn shown_to_oneself(book: &Book) -> Vec<Cell<'_>> {
    let shown = |cell: &Cell<'_>| {
        let column = book.map().table(cell.table).and_then(|table| table.column.get(cell.item));
        let blob = book.map().blob(cell.item).filter(|_| cell.file);
        match (blob, column) {
            (Some(blob), _) => blob.withheld.is_none(),
            (None, column) => column.is_some_and(|c| c.export() == Export::Included),
        }
    };
    columns(book).chain(files(book)).filter(shown).map(|c| Cell { lies: Lies::Shown, ..c }).collect()
}

/// What the roles let somebody who runs the house read of others.
fn shown_to_staff(book: &Book) -> Vec<Cell<'_>> {
    let looks = |act: &Act| matches!(act, Act::Read | Act::Export);
    let may = book.roles().may.iter().map(Spanned::get_ref).filter(|may| {
        may.whose == Reach::Anyone
            && may.act.iter().any(looks)
            && may.role.iter().any(|role| STAFF.contains(&role.get_ref().as_str()))
    });
    let shown: BTreeSet<(&str, &str)> = may
        .flat_map(|may| {
            let tables = may.what.iter().map(|what| what.get_ref().as_str());
            tables.flat_map(move |t| may.purpose.iter().map(move |p| (t, p.get_ref().as_str())))
        })
        .collect();
    let sees = |cell: &Cell<'_>| {
        cell.lies != Lies::Digest
            && shown
                .iter()
                .any(|(table, purpose)| *table == cell.table && book.allows(cell.category, purpose))
    };
    columns(book).chain(files(book)).filter(sees).map(|c| Cell { lies: Lies::Shown, ..c }).collect()
}

/// What a letter of this house can hold; counted by the accounts, since a letter leaves no row of its own.
fn in_letters(book: &Book) -> Vec<Cell<'_>> {
    let fields = book.egress().place("mail").into_iter().flat_map(|place| place.field.values());
    let categories: BTreeSet<&str> = fields.filter_map(|field| field.category()).collect();
    let cell = |category| Cell { category, table: "person", item: "id", file: false, lies: Lies::Shown };
    categories.into_iter().map(cell).collect()
}
