//! `printkeep policy`: what is kept, why, for how long, in words; whether a policy holds together; and what a new version of
//! it must say before it can be published.

use crate::house::{book, sources};
use anyhow::Result;
use clap::{Args, Subcommand};
use privacy::{Book, Ending, vocabularies};
use serde_json::json;
use std::process::ExitCode;

/// What can be asked about a policy.
#[derive(Subcommand)]
pub enum Command {
    /// Check that a policy holds together; every fault with file, line and remedy.
    Check(Which),
    /// Show what is kept, why and for how long.
    Show(Which),
    /// Explain one purpose or category: the rules that let it be used, and the roles that may.
    Explain {
        /// A purpose such as `print`, or a category such as `contact.email`.
        name: String,
        #[command(flatten)]
        which: Which,
    },
    /// The notice for people, as Markdown, computed from what the program really does.
    Notice(Which),
    /// The data map, as Markdown: every kind of data with why and how long, where each lies, and where it may go.
    Map {
        /// A profile's name (`house`, `atomform`) or a file of your own.
        #[arg(long, default_value = "house")]
        policy: String,
    },
    /// What changes from one policy to another, who must be told or asked again, and what to write under [change].
    ///
    /// A house publishes a version by starting with it (`printkeep serve --policy FILE`), and it is in force from then on. A
    /// text that differs from the one in force is another version: raise `version`, and say under [change] which `kind` of
    /// change it is ("minor" or "significant"), why (`reason`), and where it is announced (`announce`; the site if you are
    /// silent). The start is refused, with file, line and remedy, if that is missing or the text belies it. What takes
    /// something away from people waits for each person's yes; until then the version before it binds them.
    Diff {
        /// The policy in force: a profile's name or a file.
        old: String,
        /// The one to come.
        new: String,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// The policy for other programs.
    Export {
        /// Which vocabulary.
        #[arg(long)]
        format: Format,
        /// A profile's name or a file of your own.
        #[arg(long, default_value = "house")]
        policy: String,
    },
}

/// A vocabulary of others.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Format {
    /// W3C Data Privacy Vocabulary, as JSON-LD.
    Dpv,
    /// A Fideslang manifest.
    Fides,
    /// The record of processing activities (Art. 30 GDPR).
    Ropa,
}

/// Which policy.
#[derive(Args)]
pub struct Which {
    /// A profile's name (`house`, `atomform`) or a file of your own.
    #[arg(long, default_value = "house")]
    policy: String,
    /// For programs.
    #[arg(long)]
    json: bool,
}

/// Runs it. Exit code 1: the policy has faults.
#[allow(clippy::print_stdout, reason = "what the command was asked for")]
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check(which) => check(&which),
        Command::Show(which) => {
            let book = book(&which.policy)?;
            if which.json {
                println!("{:#}", show_json(&book));
            } else {
                show(&book);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Explain { name, which } => Ok(explain(&book(&which.policy)?, &name)),
        Command::Notice(which) => {
            let notice = privacy::notice::notice(&book(&which.policy)?);
            if which.json {
                let topics =
                    notice.topics.iter().map(|t| json!({ "id": t.id, "title": t.title, "short": t.short }));
                println!(
                    "{:#}",
                    json!({ "title": notice.title, "version": notice.version, "effective": notice.effective, "topics": topics.collect::<Vec<_>>() })
                );
            } else {
                print!("{}", notice.to_markdown());
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Map { policy } => {
            print!("{}", privacy::data_map::markdown(&book(&policy)?));
            Ok(ExitCode::SUCCESS)
        }
        Command::Diff { old, new, json } => {
            diff(&book(&old)?, &book(&new)?, json);
            Ok(ExitCode::SUCCESS)
        }
        Command::Export { format, policy } => {
            let book = book(&policy)?;
            let exported = match format {
                Format::Dpv => vocabularies::dpv(&book),
                Format::Fides => vocabularies::fides(&book),
                Format::Ropa => vocabularies::ropa(&book),
            };
            println!("{exported:#}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[allow(clippy::print_stdout, reason = "what the command was asked for")]
fn diff(old: &Book, new: &Book, as_json: bool) {
    let published = privacy::versions::publication(Some(old.sources()), new);
    let changes = privacy::diff::diff(old, new);
    if as_json {
        let list = changes.iter().map(|c| {
            json!({ "about": c.about, "says": c.says, "needs": c.needs.says(), "reduces_rights": c.reduces })
        });
        let problems = published.err().unwrap_or_default();
        let problems = problems
            .iter()
            .map(|p| json!({ "file": p.file, "line": p.line, "what": p.what, "remedy": p.remedy }));
        println!(
            "{:#}",
            json!({ "changes": list.collect::<Vec<_>>(), "problems": problems.collect::<Vec<_>>() })
        );
        return;
    }
    for change in &changes {
        let reduces = if change.reduces {
            "; takes something away: binds only who agrees, where that is promised"
        } else {
            ""
        };
        println!("{}: {}\n    {}{reduces}", change.about, change.says, change.needs.says());
    }
    if changes.is_empty() {
        println!("nothing changes");
    }
    match published {
        Ok(None) => {}
        Ok(Some(new)) if new.waits => {
            println!(
                "\nA start publishes it. It waits for the yes of everybody who is here; the version before it binds them until then."
            );
        }
        Ok(Some(_)) => println!("\nA start publishes it, and it binds everybody from then on."),
        Err(problems) => {
            println!("\nA start would refuse it as it is:");
            for problem in &problems {
                println!("{problem}");
            }
        }
    }
}

#[allow(clippy::print_stdout, reason = "what the command was asked for")]
fn check(which: &Which) -> Result<ExitCode> {
    match sources(&which.policy)?.compile() {
        Ok(book) if which.json => {
            println!("{:#}", json!({ "problems": [], "notes": book.notes() }));
            Ok(ExitCode::SUCCESS)
        }
        Ok(book) => {
            for note in book.notes() {
                println!("note: {note}");
            }
            let head = &book.profile().policy;
            println!("{} version {} holds together", head.id, head.version);
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            if which.json {
                let list = problems
                    .iter()
                    .map(|p| json!({ "file": p.file, "line": p.line, "what": p.what, "remedy": p.remedy }));
                println!("{:#}", json!({ "problems": list.collect::<Vec<_>>() }));
            } else {
                for problem in &problems {
                    println!("{problem}");
                }
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Removed => "until removed".to_owned(),
        Ending::After { event, period } => format!("{period} after {event}"),
    }
}

#[allow(clippy::print_stdout, reason = "what the command was asked for")]
fn show(book: &Book) {
    let head = &book.profile().policy;
    println!("{} ({} version {}, in force since {})\n", head.title, head.id, head.version, head.effective);
    for (name, category) in &book.map().category {
        if !book.may_store(name) {
            continue;
        }
        println!("{name}: {}", category.get_ref().says);
        for rule in book.profile().rules_for(name) {
            let purpose = book.profile().purpose(rule.purpose.get_ref());
            let (says, basis) = purpose.map_or(("", ""), |p| (p.says.as_str(), p.basis.says()));
            println!("    to {says} ({basis}); {}", ending(&rule.keep.get_ref().ending()));
        }
    }
}

fn show_json(book: &Book) -> serde_json::Value {
    let kinds = book.map().category.iter().filter(|(name, _)| book.may_store(name)).map(|(name, category)| {
        let rules = book.profile().rules_for(name).map(|rule| {
            json!({ "purpose": rule.purpose.get_ref(), "keep": ending(&rule.keep.get_ref().ending()) })
        });
        let category = category.get_ref();
        json!({ "category": name, "fides": category.fides, "dpv": category.dpv, "rules": rules.collect::<Vec<_>>() })
    });
    json!({ "policy": book.profile().policy.id, "version": book.profile().policy.version, "kept": kinds.collect::<Vec<_>>() })
}

#[allow(clippy::print_stdout, reason = "what the command was asked for")]
fn explain(book: &Book, name: &str) -> ExitCode {
    let mut found = false;
    if let Some(purpose) = book.profile().purpose(name) {
        found = true;
        println!("{name}: to {}\n    rests on {}", purpose.says, purpose.basis.says());
        for (label, text) in
            [("law", &purpose.law), ("assessment", &purpose.assessment), ("asks", &purpose.asks)]
        {
            if let Some(text) = text {
                println!("    {label}: {text}");
            }
        }
        for rule in
            book.profile().rule.iter().map(toml::Spanned::get_ref).filter(|r| r.purpose.get_ref() == name)
        {
            let data: Vec<&str> = rule.data.iter().map(|d| d.get_ref().as_str()).collect();
            println!("    uses {}; {}", data.join(", "), ending(&rule.keep.get_ref().ending()));
        }
        for may in book
            .roles()
            .may
            .iter()
            .map(toml::Spanned::get_ref)
            .filter(|m| m.purpose.iter().any(|p| p.get_ref() == name))
        {
            let list = |items: &mut dyn Iterator<Item = &str>| items.collect::<Vec<_>>().join(", ");
            let roles = list(&mut may.role.iter().map(|r| r.get_ref().as_str()));
            let acts = list(&mut may.act.iter().map(|a| privacy::Act::name(*a)));
            let what = list(&mut may.what.iter().map(|w| w.get_ref().as_str()));
            println!("    {roles} may {acts}: {what} ({:?})", may.whose);
        }
    }
    if let Some(category) = book.map().category(name) {
        found = true;
        println!("{name}: {} (Fideslang {}, DPV {})", category.says, category.fides, category.dpv);
        for rule in book.profile().rules_for(name) {
            println!("    for {}; {}", rule.purpose.get_ref(), ending(&rule.keep.get_ref().ending()));
        }
        for (table, entry) in book.map().tables() {
            for (column, _) in entry.column.iter().filter(|(_, c)| c.category() == Some(name)) {
                println!("    lies in {table}.{column}");
            }
        }
    }
    if found {
        return ExitCode::SUCCESS;
    }
    println!("there is no purpose and no category `{name}`; `printkeep policy show` lists them");
    ExitCode::FAILURE
}
