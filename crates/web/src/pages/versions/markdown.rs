//! An old notice, read back from the Markdown that it was kept as, in pieces that a page can show.
//!
//! It reads what notices are written in and nothing more: headings, paragraphs, points, tables. What it does not know is
//! shown as the text that it is; nothing of it ever becomes markup of the page.

/// A piece of an old notice.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A heading below the title.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A point of a list.
    Point(String),
    /// A row of a table.
    Row(Vec<String>),
}

/// The pieces of a notice, without its title and the list of what is in it.
pub fn pieces(markdown: &str) -> Vec<Piece> {
    let lines = markdown.lines().map(str::trim).filter(|line| !line.is_empty());
    let pieces = lines.filter(|line| !line.starts_with("# ") && !line.starts_with("|---")).map(|line| {
        if let Some(heading) = line.strip_prefix("## ") {
            Piece::Heading(plain(heading))
        } else if let Some(point) = line.strip_prefix("- ") {
            Piece::Point(plain(point))
        } else if let Some(row) = line.strip_prefix("| ") {
            Piece::Row(row.trim_end_matches('|').split(" | ").map(|cell| plain(cell.trim())).collect())
        } else {
            Piece::Text(plain(line))
        }
    });
    pieces.collect()
}

/// The text without marks: bold, line breaks, and links, of which those to other places keep their address.
fn plain(text: &str) -> String {
    let text = text.replace("**", "").replace("<br>", "; ");
    let text = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(&text);
    let Some((before, rest)) = text.split_once('[') else { return text.to_owned() };
    let Some((says, rest)) = rest.split_once("](") else { return text.to_owned() };
    let Some((address, after)) = rest.split_once(')') else { return text.to_owned() };
    let address = if address.starts_with('#') { String::new() } else { format!(" ({address})") };
    format!("{before}{says}{address}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_back_piece_by_piece() {
        let book = privacy::Sources::built_in("atomform").unwrap().compile().unwrap();
        let notice = privacy::notice::notice(&book);
        let pieces = pieces(&notice.to_markdown());
        for topic in &notice.topics {
            assert!(pieces.contains(&Piece::Heading(topic.title.to_owned())), "{}", topic.title);
            assert!(pieces.contains(&Piece::Text(topic.short.clone())), "{}", topic.short);
            assert!(pieces.contains(&Piece::Point(format!("{}: {}", topic.title, topic.short))));
        }
        assert!(pieces.iter().any(|piece| matches!(piece, Piece::Row(cells) if cells.len() == 3)));
        let marks = format!("{pieces:?}");
        assert!(!marks.contains("**") && !marks.contains("](") && !marks.contains("<br>"), "{marks}");
    }

    #[test]
    fn what_it_does_not_know_is_text() {
        assert_eq!(plain("[a](https://b.example) (c)"), "a (https://b.example) (c)");
        assert_eq!(plain("[no link"), "[no link");
        assert_eq!(plain("<privacy@example.org>"), "privacy@example.org");
        assert_eq!(plain("<script>x</script> y"), "<script>x</script> y", "which the page escapes");
    }
}
