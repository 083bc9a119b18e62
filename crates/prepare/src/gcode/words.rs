//! Splits a command into its words, strictly: what two firmwares could read in two ways is not read at all.

/// A command with its parameters.
#[derive(Debug, Default, PartialEq)]
pub struct Command {
    /// `G`, `M` or `T`.
    pub letter: u8,
    /// The number after it.
    pub code: u32,
    /// The number after a dot, as in `M862.3`.
    pub sub: Option<u32>,
    words: Vec<(u8, Option<f64>)>,
}

/// Why a line is not a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It does not begin with G, M or T and a number.
    NoCommand,
    /// A parameter is no letter with a plain number.
    BadWord,
    /// A parameter stands there twice.
    Twice,
    /// A second command stands on the same line.
    TwoCommands,
    /// It holds control or non-ASCII characters.
    NotText,
}

/// Commands whose rest is free text, versions or file names, not words.
const WITH_TEXT: [u32; 15] = [16, 23, 28, 30, 32, 98, 115, 117, 118, 486, 550, 552, 587, 862, 928];

impl Command {
    /// Reads a command without its comment. A line number and a checksum are passed over.
    pub fn parse(line: &[u8]) -> Result<Self, Unreadable> {
        let line = without_numbering(line);
        if line.iter().any(|b| !(b.is_ascii_graphic() || *b == b' ' || *b == b'\t')) {
            return Err(Unreadable::NotText);
        }
        let mut chars = line;
        let letter = take_letter(&mut chars).ok_or(Unreadable::NoCommand)?;
        if !matches!(letter, b'G' | b'M' | b'T') {
            return Err(Unreadable::NoCommand);
        }
        let code = take_digits(&mut chars).ok_or(Unreadable::NoCommand)?;
        let mut command = Self { letter, code, ..Self::default() };
        if let Some(rest) = chars.strip_prefix(b".") {
            chars = rest;
            command.sub = Some(take_digits(&mut chars).ok_or(Unreadable::NoCommand)?);
        }
        if letter == b'M' && WITH_TEXT.contains(&code) {
            return Ok(command);
        }
        loop {
            chars = chars.trim_ascii_start();
            if chars.is_empty() {
                return Ok(command);
            }
            let word = take_letter(&mut chars).ok_or(Unreadable::BadWord)?;
            if matches!(word, b'G' | b'M') || (word == b'T' && letter != b'M') {
                return Err(Unreadable::TwoCommands);
            }
            if command.words.iter().any(|(known, _)| *known == word) {
                return Err(Unreadable::Twice);
            }
            command.words.push((word, take_number(&mut chars)?));
        }
    }
    /// The value of a parameter, if it has one.
    pub fn get(&self, word: u8) -> Option<f64> {
        self.words.iter().find(|(known, _)| *known == word).and_then(|(_, value)| *value)
    }
    /// Whether a parameter is there, with or without a value.
    pub fn has(&self, word: u8) -> bool {
        self.words.iter().any(|(known, _)| *known == word)
    }
    /// Whether there is no parameter.
    pub fn is_bare(&self) -> bool {
        self.words.is_empty()
    }
}

/// The line without `N12` before and `*71` after it.
pub fn without_numbering(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    let numbered = matches!(line.first(), Some(b'N' | b'n')) && line.get(1).is_some_and(u8::is_ascii_digit);
    if !numbered {
        return line;
    }
    let digits = line.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
    let line = line.get(digits + 1..).unwrap_or_default().trim_ascii_start();
    let star = line.iter().rposition(|b| *b == b'*');
    let sum = star
        .and_then(|at| line.get(at + 1..))
        .is_some_and(|s| !s.is_empty() && s.iter().all(u8::is_ascii_digit));
    if sum { line.get(..star.unwrap_or(0)).unwrap_or_default().trim_ascii_end() } else { line }
}

fn take_letter(chars: &mut &[u8]) -> Option<u8> {
    let (first, rest) = chars.split_first()?;
    let upper = first.to_ascii_uppercase();
    upper.is_ascii_uppercase().then(|| {
        *chars = rest;
        upper
    })
}

fn take_digits(chars: &mut &[u8]) -> Option<u32> {
    let count = chars.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = chars.split_at_checked(count)?;
    let number = core::str::from_utf8(digits).ok()?.parse().ok()?;
    *chars = rest;
    Some(number)
}

/// A plain decimal number up to the next word, or nothing if white space or the end follows.
fn take_number(chars: &mut &[u8]) -> Result<Option<f64>, Unreadable> {
    let count = chars.iter().take_while(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')).count();
    let (text, rest) = chars.split_at_checked(count).ok_or(Unreadable::BadWord)?;
    *chars = rest;
    if text.is_empty() {
        // A letter right after a letter, as in a macro's name, is no list of flags.
        return if rest.first().is_none_or(|b| *b == b' ' || *b == b'\t') {
            Ok(None)
        } else {
            Err(Unreadable::BadWord)
        };
    }
    if rest.first() == Some(&b'e') {
        return Err(Unreadable::BadWord); // an exponent to some firmwares, the extruder to others
    }
    let text = core::str::from_utf8(text).map_err(|_| Unreadable::BadWord)?;
    text.parse().map(Some).map_err(|_| Unreadable::BadWord)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_every_firmware_reads_them() {
        let command = Command::parse(b"g1 X10.5Y-.5 E+1 F1200").unwrap();
        assert_eq!((command.letter, command.code), (b'G', 1));
        assert_eq!(
            (command.get(b'X'), command.get(b'Y'), command.get(b'E')),
            (Some(10.5), Some(-0.5), Some(1.0))
        );
        assert_eq!(Command::parse(b"N12 M104 S200*71").unwrap().get(b'S'), Some(200.0));
        assert!(Command::parse(b"G28 X Y").unwrap().has(b'Y'));
        assert_eq!(Command::parse(b"M862.3 P \"MK3S\"").unwrap().sub, Some(3));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        for (line, why) in [
            (&b"START_PRINT"[..], Unreadable::NoCommand),
            (b"G1 X1e3", Unreadable::BadWord),
            (b"G1 X 10", Unreadable::BadWord),
            (b"G1 X1 X2", Unreadable::Twice),
            (b"G1 X1 M104 S300", Unreadable::TwoCommands),
            (b"G1 X{place}", Unreadable::BadWord),
            (b"G1 X1\x1b[2J", Unreadable::NotText),
            (b"G1 X--1", Unreadable::BadWord),
        ] {
            assert_eq!(Command::parse(line), Err(why), "{}", String::from_utf8_lossy(line));
        }
    }
}
