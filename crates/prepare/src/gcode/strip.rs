//! Writes a G-code again without what names people, files and places: comments, thumbnails, messages.
//!
//! The moves stay as they are, byte for byte.

use super::words::{Command, without_numbering};
use crate::problem::{Outcome, Problem};
use crate::read::gcode::Lines;
use crate::strip::{Removed, tally};
use std::io::{Read, Write};

/// Copies the commands and reports what was left out.
pub fn strip(from: &mut impl Read, to: &mut impl Write) -> Outcome<Vec<Removed>> {
    let failed = |e: std::io::Error| Problem::io("writing the G-code", &e);
    let mut lines = Lines::new(from);
    let (mut comments, mut messages, mut thumbnails) = (0, 0, 0);
    while let Some(line) = lines.read_line()? {
        if line.has_comment {
            comments += 1;
            thumbnails += u64::from(
                line.comment.trim_ascii_start().starts_with(b"thumbnail")
                    && line.comment.windows(5).any(|w| w == b"begin"),
            );
        }
        let code = without_numbering(&line.code);
        if code.is_empty() {
            continue;
        }
        if is_message(code) {
            messages += 1;
            continue;
        }
        to.write_all(code).map_err(failed)?;
        to.write_all(b"\n").map_err(failed)?;
    }
    let kinds = [
        ("a thumbnail", thumbnails),
        ("comments", comments),
        ("messages for the printer's display", messages),
    ];
    Ok(tally(
        kinds
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(what, count)| Removed { what: what.to_owned(), count })
            .collect(),
    ))
}

/// Text for the display (M117), echoes (M118), and names of objects (M486 with a name).
fn is_message(code: &[u8]) -> bool {
    let named = |command: &Command| command.code == 486 && code.iter().any(|b| matches!(b, b'A' | b'a'));
    Command::parse(code).is_ok_and(|c| c.letter == b'M' && (matches!(c.code, 117 | 118) || named(&c)))
}
