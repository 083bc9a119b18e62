//! The data map as a document: every kind of data with why and how long, where each lies, and where it may go. Written from
//! the book, so that it cannot say what is not so. Pure.

use crate::book::Book;
use crate::map::{About, Column, Place};
use crate::notice;
use core::fmt::Write as _;

/// The data map under this policy, as Markdown.
pub fn markdown(book: &Book) -> String {
    let head = &book.profile().policy;
    let mut out = format!(
        "# Data map\n\nEverything that this program can hold, under the policy `{}`, version {}. What does not stand here cannot be \
         stored, logged, kept in a browser or sent.\n",
        head.id, head.version
    );
    kinds(&mut out, book);
    let map = book.map();
    out.push_str("\n## Where it lies\n");
    for (name, table) in map.tables() {
        let erased = match &table.erase {
            _ if table.person.is_none() => "about nobody".to_owned(),
            Place::Row => "goes when its person is erased".to_owned(),
            Place::Columns(columns) => {
                format!("stays when its person is erased, without {}", columns.join(", "))
            }
            Place::Stays(why) => format!("stays when its person is erased: {why}"),
        };
        fields(&mut out, &format!("`{name}`: {}; {erased}", table.says), table.column.iter());
    }
    out.push_str("\n## Files\n\n| kind | what | about | goes with |\n|---|---|---|---|\n");
    for (name, blob) in &map.blob {
        let blob = blob.get_ref();
        let _ = writeln!(out, "| `{name}` | {} | `{}` | `{}` |", blob.says, blob.about, blob.owner);
    }
    out.push_str(
        "\n## In browsers\n\n| name | class | what it does | how long | sent |\n|---|---|---|---|---|\n",
    );
    for (name, cookie) in &map.cookie {
        let cookie = cookie.get_ref();
        let (class, sent) = (cookie.class.says(), if cookie.sent { "with each request" } else { "never" });
        let _ = writeln!(out, "| `{name}` | {class} | {} | {} | {sent} |", cookie.says, cookie.lasts());
    }
    out.push_str("\n## In work that waits, between processes, and in the server’s log\n");
    for (kind, columns) in &map.work {
        fields(&mut out, &format!("Work `{kind}`"), columns.iter().map(|(name, c)| (name, c.get_ref())));
    }
    for (kind, columns) in &map.child {
        let title = format!("Message `{kind}` of the confined child");
        fields(&mut out, &title, columns.iter().map(|(name, c)| (name, c.get_ref())));
    }
    fields(&mut out, "A line of the log", map.log.iter().map(|(name, c)| (name, c.get_ref())));
    out.push_str("\n## Where it may go\n");
    for (name, destination) in &book.egress().destination {
        let to = destination.get_ref();
        let place = if to.local { "in the house" } else { "outside the house" };
        let why =
            book.profile().purpose(&to.purpose).map_or(to.purpose.as_str(), |purpose| purpose.says.as_str());
        let title = format!("`{name}`: {}, {place}, to {why}", to.says);
        fields(&mut out, &title, to.field.iter());
    }
    out
}

fn kinds(out: &mut String, book: &Book) {
    out.push_str("\n## Kinds of data\n\n| category | what | why | how long |\n|---|---|---|---|\n");
    for kind in notice::kinds(book) {
        let whys: Vec<String> =
            kind.purposes.iter().map(|(why, basis)| format!("to {why} ({basis})")).collect();
        let _ =
            writeln!(out, "| `{}` | {} | {} | {} |", kind.category, kind.says, whys.join("<br>"), kind.until);
    }
}

fn fields<'a>(out: &mut String, title: &str, columns: impl Iterator<Item = (&'a String, &'a Column)>) {
    let _ = write!(out, "\n### {title}\n\n| field | about | lies | in the archive |\n|---|---|---|---|\n");
    for (name, column) in columns {
        let about = match column.about() {
            About::Category(category) => format!("`{category}`"),
            About::Nothing(why) => format!("nobody: {why}"),
        };
        let archive = match (column.category(), &column.withheld) {
            (None, _) => "–".to_owned(),
            (Some(_), None) => "yes".to_owned(),
            (Some(_), Some(why)) => format!("no: {why}"),
        };
        let _ = writeln!(out, "| `{name}` | {about} | {} | {archive} |", column.seal.says());
    }
}
