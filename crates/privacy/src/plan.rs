//! The plans derived from the book: what an archive holds, what an erasure does, when data must be gone.
//!
//! Every personal column is in the archive or withheld for a stated reason, and every table about people is
//! erased or stays for a stated reason; nothing here is kept by hand.

use crate::book::Book;
use crate::map::{Export, Place};
use crate::profile::{Basis, Ending};
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;

/// What one table contributes to a person's archive.
#[derive(Debug, PartialEq, Eq)]
pub struct ExportPart<'a> {
    /// The table.
    pub table: &'a str,
    /// What a row is.
    pub says: &'a str,
    /// The column that names the person.
    pub person: &'a str,
    /// The columns in the archive.
    pub columns: Vec<&'a str>,
    /// The personal columns left out, each with the reason that the archive states.
    pub withheld: Vec<(&'a str, &'a str)>,
}

/// What a person's archive holds, table by table.
pub fn export(book: &Book) -> Vec<ExportPart<'_>> {
    let about_people =
        book.map().tables().filter_map(|(name, table)| Some((name, table, table.person.as_deref()?)));
    about_people
        .map(|(name, table, person)| {
            let mut part =
                ExportPart { table: name, says: &table.says, person, columns: vec![], withheld: vec![] };
            for (column_name, column) in &table.column {
                match column.export() {
                    Export::Withheld(reason) if column.category().is_some() => {
                        part.withheld.push((column_name, reason));
                    }
                    Export::Included | Export::Withheld(_) => part.columns.push(column_name),
                }
            }
            part
        })
        .collect()
}

/// What an erasure does to one table.
#[derive(Debug, PartialEq, Eq)]
pub enum EraseStep<'a> {
    /// The person's rows go.
    Rows {
        /// The table.
        table: &'a str,
        /// The column that names the person.
        person: &'a str,
    },
    /// The rows stay, the columns are emptied.
    Columns {
        /// The table.
        table: &'a str,
        /// The column that names the person.
        person: &'a str,
        /// The columns.
        columns: &'a [String],
    },
    /// The rows are about somebody else; where they name the person, the name is emptied.
    Mention {
        /// The table.
        table: &'a str,
        /// The column that names the person.
        column: &'a str,
    },
    /// The rows stay as they are, for a reason.
    Stays {
        /// The table.
        table: &'a str,
        /// The reason.
        reason: &'a str,
    },
}

/// What erasing a person does, table by table. The key goes first; this clears what is noise by then.
pub fn erase(book: &Book) -> Vec<EraseStep<'_>> {
    let about_people =
        book.map().tables().filter_map(|(name, table)| Some((name, table, table.person.as_deref()?)));
    let own = about_people.map(|(name, table, person)| match &table.erase {
        Place::Row => EraseStep::Rows { table: name, person },
        Place::Columns(columns) => EraseStep::Columns { table: name, person, columns },
        Place::Stays(reason) => EraseStep::Stays { table: name, reason },
    });
    let mentions = book.map().tables().flat_map(|(name, table)| {
        table.others.iter().map(move |column| EraseStep::Mention { table: name, column })
    });
    own.chain(mentions).collect()
}

/// Things that their owner can erase and keep the account (AF-070).
#[derive(Debug, PartialEq, Eq)]
pub struct Apart<'a> {
    /// The name of the group.
    pub group: &'a str,
    /// What they are, in words.
    pub says: &'a str,
    /// The tables whose rows go, with the files that belong to them.
    pub tables: Vec<&'a str>,
}

/// What people can erase and keep their account.
pub fn apart(book: &Book) -> Vec<Apart<'_>> {
    let map = book.map();
    let groups = map.apart.iter().map(|(group, apart)| {
        let of_it = map.tables().filter(|(_, t)| t.apart.as_ref().is_some_and(|of| of.get_ref() == group));
        Apart { group, says: &apart.get_ref().says, tables: of_it.map(|(name, _)| name).collect() }
    });
    groups.collect()
}

/// What stays as long as the account does, each with the ground on which it is not erased by itself (KA-40): a law that
/// demands it, or the account that needs it.
pub fn with_account(book: &Book) -> Vec<(&str, String)> {
    let about_people =
        book.map().tables().filter(|(_, table)| table.person.is_some() && table.apart.is_none());
    let grounds = about_people.map(|(_, table)| {
        let of_it = |category: &&str| *category != "account.reference";
        let purposes: BTreeSet<&str> = table
            .categories()
            .into_iter()
            .filter(of_it)
            .flat_map(|category| book.rules_in_force(category).map(|rule| rule.purpose.get_ref().as_str()))
            .collect();
        let laws: Option<BTreeSet<&str>> = purposes
            .iter()
            .map(|id| {
                book.profile().purpose(id).filter(|p| p.basis == Basis::LegalObligation)?.law.as_deref()
            })
            .collect();
        let ground = match laws.filter(|laws| !laws.is_empty()) {
            Some(laws) => format!("a law demands it: {}", laws.into_iter().collect::<Vec<_>>().join(", ")),
            None => "your account needs it, and it goes with your account".to_owned(),
        };
        (table.says.as_str(), ground)
    });
    grounds.collect()
}

/// The categories that a person may carry to another service: what is processed on their consent or on a contract with
/// them (GDPR Art. 20(1)(a), AF-076).
pub fn portable(book: &Book) -> BTreeSet<&str> {
    let rests = |category: &str| {
        book.rules_in_force(category).any(|rule| {
            let purpose = book.profile().purpose(rule.purpose.get_ref());
            purpose.is_some_and(|p| matches!(p.basis, Basis::Consent | Basis::Contract))
        })
    };
    book.map().category.keys().map(String::as_str).filter(|category| rests(category)).collect()
}

/// When rows of a table must be gone.
#[derive(Debug)]
pub struct Expiry<'a> {
    /// The table.
    pub table: &'a str,
    /// The column with the instant from which time counts; rows in which it is empty do not expire.
    pub start: &'a str,
    /// How long after that.
    pub period: Span,
    /// The category whose keep-time this is.
    pub category: &'a str,
}

impl Expiry<'_> {
    /// Rows whose start lies at or before this instant are expired now, and no read may return them.
    pub fn horizon(&self, now: Instant) -> Instant {
        now.minus_period(&self.period)
    }
}

/// When what must be gone. A row lives as long as the shortest-lived category in it; a category lives as long as
/// the longest rule that lets it serve some purpose.
pub fn retention(book: &Book) -> Vec<Expiry<'_>> {
    let mut all = Vec::new();
    for (name, table) in book.map().tables() {
        for category in table.categories() {
            let mut longest: Option<(&str, Span)> = None;
            let mut bounded = true;
            for rule in book.rules_in_force(category) {
                let Ending::After { event, period } = rule.keep.get_ref().ending() else {
                    bounded = false;
                    break;
                };
                let Some(column) = table.events.get(&event) else { continue };
                let longer = longest.as_ref().is_none_or(|(_, held)| ends(&period) > ends(held));
                if longer {
                    longest = Some((column, period));
                }
            }
            if let (true, Some((start, period))) = (bounded, longest) {
                all.push(Expiry { table: name, start, period, category });
            }
        }
    }
    all
}

/// Where a period ends when it starts in 1970; only for comparing periods.
fn ends(period: &Span) -> Instant {
    Instant::from_micros(0).plus_period(period)
}
