//! The notice for people (Art. 13 GDPR), computed from the policy in force and from what this program can hold and send:
//! nobody types it, so that it cannot say what is not so.
//!
//! Layered (TP-04): each topic has a short answer, and its full text. Where the policy is silent, the strict default is told
//! as such; where it contradicts itself, the reading is.

mod canada;
pub(crate) mod kinds;
mod topics;

pub use kinds::{Class, Kind, kinds};

use crate::book::Book;
use crate::clock::Matter;
use core::fmt::Write as _;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A notice, ready to be shown or printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The title of the policy.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// The day it took effect, which is also the day of its last update (AF-126).
    pub effective: String,
    /// The topics, in the order in which people ask.
    pub topics: Vec<Topic>,
}

/// One topic: a short answer, and the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name in addresses.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The short answer.
    pub short: String,
    /// The full text.
    pub full: Vec<Line>,
}

/// A piece of a topic's full text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A paragraph.
    Text(String),
    /// A point of a list.
    Point(String),
    /// A point with a heading: a term and what is said of it.
    Term(String, String),
    /// An address to write to.
    Mail(String),
    /// The text of what makes a transfer safe, on this site, for anybody.
    Safeguard {
        /// Whose transfer, by its id in the register.
        recipient: String,
        /// What it is.
        says: String,
    },
    /// The form for this, on this site, for anybody.
    Ask {
        /// What it is for.
        says: &'static str,
        /// What is asked for there.
        matter: Matter,
    },
    /// The cookie notice, on this site.
    Cookies,
    /// Pages elsewhere, where this notice does not apply: what each is, and where. That we link to one recommends nothing.
    Elsewhere(Vec<(String, String)>),
    /// The table of what is kept, why and for how long.
    Kinds(Vec<Kind>),
}

/// What is known of a house, beside its policy in force.
#[derive(Clone, Debug)]
pub struct Past {
    /// The day on which the notice is read: contracts and safeguards end.
    pub today: Date,
    /// Its hand-overs in the last twelve months.
    pub disclosed: Disclosed,
    /// The categories that a policy in force before could store in the last twelve months.
    pub stored: BTreeSet<String>,
}

/// What is known of a house's hand-overs in the last twelve months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosed {
    /// Nothing is known: the policy stands alone, without a house.
    Unknown,
    /// There were none.
    Nothing,
    /// There was at least one.
    Something,
}

/// The notice of a policy that stands alone. It says nothing of what has happened in a house.
pub fn notice(book: &Book) -> Notice {
    rendered(book, None)
}

/// The notice of the policy in force in a house of which so much is known: what is not so is not stated (TP-75).
pub fn in_house(book: &Book, past: &Past) -> Notice {
    rendered(book, Some(past))
}

fn rendered(book: &Book, past: Option<&Past>) -> Notice {
    let head = &book.profile().policy;
    Notice {
        title: head.title.clone(),
        version: head.version,
        effective: head.effective.clone(),
        topics: topics::all(book, past),
    }
}

impl Notice {
    /// As Markdown: short answers first, each leading to its full text.
    pub fn to_markdown(&self) -> String {
        let mut out = format!(
            "# {}\n\nVersion {}, last updated {}.\n\n## In short\n\n",
            self.title, self.version, self.effective
        );
        for topic in &self.topics {
            let _ = writeln!(out, "- [{}](#{}): {}", topic.title, anchor(topic.title), topic.short);
        }
        for topic in &self.topics {
            let _ = write!(out, "\n## {}\n\n{}\n", topic.title, topic.short);
            let mut in_list = false;
            for line in &topic.full {
                let point = matches!(line, Line::Point(_) | Line::Term(..));
                if !(point && in_list) {
                    out.push('\n');
                }
                in_list = point;
                line.markdown(&mut out);
            }
        }
        out
    }
}

/// What is said beside links to pages elsewhere (FL-61).
pub const ELSEWHERE: &str = "These lead to other sites, where this notice does not apply; that we link to them recommends nothing, and nothing about you is sent along.";

impl Line {
    fn markdown(&self, out: &mut String) {
        let _ = match self {
            Self::Text(text) => writeln!(out, "{text}"),
            Self::Point(text) => writeln!(out, "- {text}"),
            Self::Term(term, text) => writeln!(out, "- **{term}**: {text}"),
            Self::Mail(address) => writeln!(out, "<{address}>"),
            Self::Elsewhere(pages) => {
                for (says, address) in pages {
                    let _ = writeln!(out, "- [{says}]({address})");
                }
                writeln!(out, "\n{ELSEWHERE}")
            }
            Self::Ask { says, matter } => writeln!(out, "[{says}](/ask?matter={matter})"),
            Self::Cookies => writeln!(out, "[The cookie notice](/privacy/cookies)"),
            Self::Safeguard { recipient, says } => {
                writeln!(out, "[The text of {says}](/privacy/safeguards/{recipient})")
            }
            Self::Kinds(kinds) => {
                out.push_str("| What | Why | How long |\n|---|---|---|\n");
                for kind in kinds {
                    let whys: Vec<String> =
                        kind.purposes.iter().map(|(why, basis)| format!("to {why} ({basis})")).collect();
                    let _ = writeln!(out, "| {} | {} | {} |", kind.says, whys.join("<br>"), kind.until);
                }
                Ok(())
            }
        };
    }
}

/// The address of a heading, as Markdown renderers make it.
fn anchor(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect::<String>()
        .replace(' ', "-")
}
