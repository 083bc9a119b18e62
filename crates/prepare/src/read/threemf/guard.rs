//! A reader between the archive and the XML parser that counts, checks and stops.
//!
//! It ends the reading when a part grows beyond its budget, is not UTF-8, or holds one piece of markup or text
//! so long that the parser would have to keep it all in memory.

use crate::problem::{Outcome, Problem};
use core::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The longest tag, text or comment.
const LONGEST_PIECE: u64 = 1 << 20;
/// Parts smaller than this may grow as they like.
const SMALL: u64 = 16 << 20;

/// Counts bytes since the parser last finished something.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Rc<Cell<u64>>);

impl Progress {
    /// The parser finished a piece.
    pub(super) fn piece_done(&self) {
        self.0.set(0);
    }
}

/// The guard around one part.
pub(super) struct Guard<R> {
    inner: R,
    read: u64,
    declared: u64,
    most: u64,
    progress: Progress,
    /// Bytes of a character that was cut at the end of the last read.
    cut: Vec<u8>,
}

impl<R: Read> Guard<R> {
    /// Guards a part of `declared` bytes that takes `packed` bytes in the archive.
    pub(super) fn new(inner: R, declared: u64, packed: u64, ratio: u64, left: u64) -> (Self, Progress) {
        let progress = Progress::default();
        let most = left.min(SMALL.max(packed.saturating_mul(ratio)));
        (Self { inner, read: 0, declared, most, progress: progress.clone(), cut: Vec::new() }, progress)
    }
    /// Checks that what was read is UTF-8, across the borders of reads.
    fn check_text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let joined;
        let text = if self.cut.is_empty() {
            bytes
        } else {
            joined = [self.cut.as_slice(), bytes].concat();
            self.cut.clear();
            &joined
        };
        if let Err(error) = core::str::from_utf8(text) {
            if error.error_len().is_some() {
                return Err(not_utf8());
            }
            self.cut = text.get(error.valid_up_to()..).unwrap_or_default().to_vec();
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        if got == 0 {
            if !self.cut.is_empty() {
                return Err(not_utf8());
            }
            if self.read != self.declared {
                return Err(io::Error::other(Problem::file(
                    "A part of the 3MF is not as long as the archive's directory says.",
                    "The file is damaged: export or upload it again.",
                )));
            }
            return Ok(0);
        }
        self.read += got as u64;
        if self.read > self.most {
            return Err(io::Error::other(Problem::too_much(
                "A part of the 3MF unpacks to far more than its size in the archive lets expect.",
                "If it is a real model, simplify it or upload it as binary STL.",
            )));
        }
        let piece = self.progress.0.get() + got as u64;
        self.progress.0.set(piece);
        if piece > LONGEST_PIECE {
            return Err(io::Error::other(Problem::too_much(
                "A part of the 3MF holds a single tag or text of more than a mebibyte.",
                "The file is damaged or made to do harm: export it again from your CAD program.",
            )));
        }
        self.check_text(into.get(..got).unwrap_or_default())?;
        Ok(got)
    }
}

fn not_utf8() -> io::Error {
    io::Error::other(broken("2.3.2", "XML parts must be encoded in UTF-8, and this one is not"))
}

/// A broken rule of the 3MF core specification, by its chapter.
pub(super) fn broken(chapter: &str, rule: &str) -> Problem {
    Problem::file(
        format!("The file breaks a rule of the 3MF core specification (chapter {chapter}): {rule}."),
        "Export it again, best with another program, or upload an STL.",
    )
}

/// Turns the parser's error into ours; one that began in [`Guard`] comes back as it was.
pub(super) fn parser_problem(error: &quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(io) => io_problem(io),
        quick_xml::Error::Encoding(_) => {
            broken("2.3.2", "XML parts must be encoded in UTF-8, and this one is not")
        }
        quick_xml::Error::InvalidAttr(_) => broken("2.3.2", "an element has doubled or malformed attributes"),
        quick_xml::Error::Namespace(_) => broken("2.3.2", "an XML namespace is used that is not declared"),
        _ => broken("2.3.2", "a part is not well-formed XML"),
    }
}

/// Turns a failed read from the archive into a sentence.
pub(super) fn io_problem(error: &io::Error) -> Problem {
    if let Some(problem) = error.get_ref().and_then(|inner| inner.downcast_ref::<Problem>()) {
        return problem.clone();
    }
    Problem::file(
        "A part of the archive is damaged and cannot be unpacked.",
        "Export or upload the file again.",
    )
}

/// A text that must be a positive whole number below 2^31.
pub(super) fn whole_number(text: &str) -> Outcome<u32> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits { text.parse::<u32>().ok().filter(|n| *n < 1 << 31) } else { None };
    number.ok_or_else(|| broken("2.3.2", "an id or index is not a whole number"))
}

/// A text that must be a number as the schema spells it: digits, a point, an exponent; no comma, no word.
pub(super) fn number(text: &str) -> Outcome<f64> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let spelled = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let value = if spelled { text.parse::<f64>().ok().filter(|n| n.is_finite()) } else { None };
    value.ok_or_else(|| {
        broken("2.3.2", "a number is not written as digits with a decimal point (commas, NaN and infinity are not allowed)")
    })
}
