//! ASCII STL: words between white space, one or several `solid` blocks, any line ends.
//!
//! Accepted only if every word stands where the grammar wants it. The text is read in pieces; a word longer
//! than any number or keyword ends the reading, so that 20 MB without a space cost nothing.

use super::{Budget, Reading};
use crate::mesh::{Welder, sane};
use crate::problem::{Outcome, Problem, safe_word};
use crate::strip::{self, Removed};
use std::io::Read;

/// No keyword or number is longer.
const LONGEST_WORD: usize = 64;
/// How much of a solid's name is looked at.
const LONGEST_NAME: usize = 4096;

/// Reads an ASCII STL of `length` bytes from its start.
pub fn read(file: &mut impl Read, length: u64, budget: &Budget) -> Outcome<Reading> {
    let mut words = Words::new(file);
    // About 250 bytes for each triangle; only a first guess.
    let mut welder = Welder::expecting((length / 250).min(budget.triangles) as usize);
    let mut removed = Vec::new();
    words.expect("solid")?;
    loop {
        note_name(&mut words, &mut removed)?;
        loop {
            match words.next()?.as_deref() {
                Some("facet") => facet(&mut words, &mut welder, budget)?,
                Some("endsolid") => break,
                Some(other) => return Err(words.unexpected("`facet` or `endsolid`", other)),
                None => return Err(words.ended()),
            }
        }
        words.line_rest()?;
        match words.next()?.as_deref() {
            None => break,
            Some("solid") => {}
            Some(other) => return Err(words.unexpected("`solid` or the end", other)),
        }
    }
    Ok(Reading { mesh: welder.finish(), unit: None, removed, notes: Vec::new() })
}

fn note_name(words: &mut Words<impl Read>, removed: &mut Vec<Removed>) -> Outcome<()> {
    let name = words.line_rest()?;
    // A facet on the same line as `solid` is no name; some writers put everything on one line.
    removed.extend(strip::solid_name(&name));
    Ok(())
}

fn facet(words: &mut Words<impl Read>, welder: &mut Welder, budget: &Budget) -> Outcome<()> {
    words.expect("normal")?;
    for _ in 0..3 {
        // Normals are not used, and exporters write "nan" for those of degenerate triangles.
        if words.next()?.is_none() {
            return Err(words.ended());
        }
    }
    words.expect("outer")?;
    words.expect("loop")?;
    let mut corners = [0; 3];
    for corner in &mut corners {
        words.expect("vertex")?;
        let point = [words.number()?, words.number()?, words.number()?];
        sane(point, || format!("line {}", words.line))?;
        *corner = welder.point(point);
    }
    words.expect("endloop")?;
    words.expect("endfacet")?;
    budget.check_triangles(welder.len() as u64 + 1)?;
    welder.triangle(corners);
    Ok(())
}

/// Splits a stream into words and counts lines.
struct Words<'a, R> {
    file: &'a mut R,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    after_return: bool,
}

impl<'a, R: Read> Words<'a, R> {
    fn new(file: &'a mut R) -> Self {
        Self { file, buffer: Vec::new(), at: 0, line: 1, after_return: false }
    }
    fn peek(&mut self) -> Outcome<Option<u8>> {
        if self.at == self.buffer.len() {
            self.buffer.resize(1 << 16, 0);
            let got = self.file.read(&mut self.buffer).map_err(|e| Problem::io("reading the file", &e))?;
            self.buffer.truncate(got);
            self.at = 0;
        }
        Ok(self.buffer.get(self.at).copied())
    }
    fn step(&mut self, byte: u8) {
        self.at += 1;
        if byte == b'\r' || (byte == b'\n' && !self.after_return) {
            self.line += 1;
        }
        self.after_return = byte == b'\r';
    }
    fn next(&mut self) -> Outcome<Option<String>> {
        while let Some(byte) = self.peek()? {
            if !(byte.is_ascii_whitespace()
                || byte == 0x0b
                || (self.line == 1 && b"\xef\xbb\xbf".contains(&byte)))
            {
                break;
            }
            self.step(byte);
        }
        let mut word = String::new();
        while let Some(byte) = self.peek()? {
            if byte.is_ascii_whitespace() {
                break;
            }
            if word.len() == LONGEST_WORD || !byte.is_ascii_graphic() {
                return Err(Problem::file(
                    format!("Line {} of the ASCII STL holds something that is no word of an STL.", self.line),
                    "The file is damaged or no STL: export it again.",
                ));
            }
            self.step(byte);
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        Ok((!word.is_empty()).then_some(word))
    }
    fn expect(&mut self, wanted: &str) -> Outcome<()> {
        match self.next()? {
            Some(word) if word == wanted => Ok(()),
            Some(word) => Err(self.unexpected(&format!("`{wanted}`"), &word)),
            None => Err(self.ended()),
        }
    }
    fn number(&mut self) -> Outcome<f32> {
        match self.next()? {
            Some(word) => word.parse().map_err(|_| self.unexpected("a number", &word)),
            None => Err(self.ended()),
        }
    }
    /// The rest of the line, at most [`LONGEST_NAME`] bytes of it.
    fn line_rest(&mut self) -> Outcome<Vec<u8>> {
        let mut rest = Vec::new();
        while let Some(byte) = self.peek()? {
            if byte == b'\n' || byte == b'\r' {
                break;
            }
            if rest.len() < LONGEST_NAME {
                rest.push(byte);
            }
            self.step(byte);
        }
        Ok(rest)
    }
    fn unexpected(&self, wanted: &str, word: &str) -> Problem {
        Problem::file(
            format!(
                "Line {} of the ASCII STL has `{}` where {wanted} must stand.",
                self.line,
                safe_word(word.as_bytes())
            ),
            "The file is damaged or no STL: export it again, best as binary STL or 3MF.",
        )
    }
    fn ended(&self) -> Problem {
        Problem::file(
            format!("The ASCII STL ends in the middle, at line {}.", self.line),
            "It was cut short: export or upload it again.",
        )
    }
}
