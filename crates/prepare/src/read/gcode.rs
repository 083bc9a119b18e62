//! G-code as text, line by line, with bounded memory.
//!
//! A comment may be as long as it likes, because nobody obeys it; a command may not.

use crate::problem::{Outcome, Problem};
use std::io::Read;

/// The longest command that any firmware we know would take in.
pub const LONGEST_COMMAND: usize = 512;
/// How much of a comment is kept.
const KEPT_OF_COMMENT: usize = 256;

/// One line, split at its first semicolon.
#[derive(Debug, Default)]
pub struct Line {
    /// From 1, as text editors count.
    pub number: u64,
    /// What stands before the semicolon, without white space around it.
    pub code: Vec<u8>,
    /// The beginning of what stands after it.
    pub comment: Vec<u8>,
    /// Whether there was a semicolon.
    pub has_comment: bool,
    /// Whether the command was longer than [`LONGEST_COMMAND`]; the rest of it is lost.
    pub too_long: bool,
}

/// Reads lines that end in LF, CR LF or CR.
pub struct Lines<'a, R> {
    from: &'a mut R,
    buffer: Vec<u8>,
    at: usize,
    line: Line,
    after_return: bool,
}

impl<'a, R: Read> Lines<'a, R> {
    /// Reads from the start of `from`.
    pub fn new(from: &'a mut R) -> Self {
        Self { from, buffer: Vec::new(), at: 0, line: Line::default(), after_return: false }
    }
    /// The next line, or `None` at the end.
    pub fn read_line(&mut self) -> Outcome<Option<&Line>> {
        let line = &mut self.line;
        line.number += 1;
        line.code.clear();
        line.comment.clear();
        line.has_comment = false;
        line.too_long = false;
        let mut any = false;
        loop {
            if self.at == self.buffer.len() {
                self.buffer.resize(1 << 16, 0);
                let got =
                    self.from.read(&mut self.buffer).map_err(|e| Problem::io("reading the G-code", &e))?;
                self.buffer.truncate(got);
                self.at = 0;
                if got == 0 {
                    break;
                }
            }
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if self.after_return && rest.first() == Some(&b'\n') {
                self.after_return = false;
                self.at += 1;
                continue;
            }
            self.after_return = false;
            any = true;
            let end = rest.iter().position(|b| *b == b'\n' || *b == b'\r');
            let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            take(line, piece);
            self.at += piece.len();
            if end.is_some() {
                self.after_return = self.buffer.get(self.at) == Some(&b'\r');
                self.at += 1;
                break;
            }
        }
        let trimmed = line.code.trim_ascii();
        if trimmed.len() < line.code.len() {
            line.code = trimmed.to_vec();
        }
        Ok(any.then_some(&self.line))
    }
}

fn take(line: &mut Line, piece: &[u8]) {
    let mut comment = piece;
    if !line.has_comment {
        let semicolon = piece.iter().position(|b| *b == b';');
        let code = piece.get(..semicolon.unwrap_or(piece.len())).unwrap_or_default();
        let room = LONGEST_COMMAND.saturating_sub(line.code.len());
        line.too_long |= code.len() > room;
        line.code.extend(code.iter().take(room));
        line.has_comment = semicolon.is_some();
        comment = piece.get(code.len() + 1..).unwrap_or_default();
    }
    let room = KEPT_OF_COMMENT.saturating_sub(line.comment.len());
    line.comment.extend(comment.iter().take(room));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_end_and_any_length() {
        let text = format!("G28 ; home\rM117 a\r\n\n{}\nG1 X1", "G".repeat(2_000_000));
        let mut bytes = text.as_bytes();
        let mut lines = Lines::new(&mut bytes);
        let mut seen = Vec::new();
        while let Some(line) = lines.read_line().unwrap() {
            seen.push((line.number, line.code.len(), line.has_comment, line.too_long));
        }
        assert_eq!(
            seen,
            [
                (1, 3, true, false),
                (2, 6, false, false),
                (3, 0, false, false),
                (4, 512, false, true),
                (5, 5, false, false)
            ]
        );
    }
}
